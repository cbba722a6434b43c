"""The samples of drawn nets as their net.yaml gives them: in it, or in a file beside.

What `preprocessing` learns from them is computed here once more, by PyTorch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

import torch
from nets.net import Net, Row, Spec
from torch import Tensor

from bpgen.catalog.losses import Targets

Files: TypeAlias = Mapping[str, str]
CSV, JSONL = "d.csv", "d.jsonl"


def given(net: Net, form: str) -> tuple[Spec, Files]:
    """The key `data` with a net's samples in a form, and the files that it names."""
    inputs, targets = net.inputs, net.targets
    classes = [row.index(1.0) for row in targets if 1.0 in row]
    is_flat = len(net.network.input_axes) == 1 and not net.network.index_count
    has_labels = net.network.loss.targets is Targets.ONE_HOT
    if form == "labels" and has_labels and len(net.output_shape) == 1:
        return {"inputs": inputs, "labels": classes}, {}
    names = [f"a{at}" for at in range(len(inputs[0]))]
    wanted = [f"b{at}" for at in range(len(targets[0]))]
    if form == "csv" and is_flat:
        rows = [[*names, *wanted]]
        rows += [[*map(repr, [*x, *t])] for x, t in zip(inputs, targets, strict=True)]
        text = "".join(f"{';'.join(row)}\n" for row in rows)
        return {"csv": CSV, "inputs": names, "targets": wanted}, {CSV: text}
    if form == "jsonl":
        pairs = zip(inputs, targets, strict=True)
        lines = [f"{json.dumps({'x': x, 't': t})}\n" for x, t in pairs]
        return {"jsonl": JSONL, "inputs": "x", "targets": "t"}, {JSONL: "".join(lines)}
    return {"inputs": inputs, "targets": targets}, {}


def fitted(
    kind: str, rows: list[Row], shape: tuple[int, ...], channels_first: bool
) -> Spec:
    """The numbers of standardize or minmax, by PyTorch."""
    numbers: Tensor = torch.tensor(rows, dtype=torch.float64).reshape(-1, *shape)
    axis = 1 if channels_first else numbers.dim() - 1
    columns = numbers.movedim(axis, 0).reshape(numbers.shape[axis], -1)
    if kind == "minmax":
        return {"min": columns.amin(1).tolist(), "max": columns.amax(1).tolist()}
    mean, std = columns.mean(1), columns.std(1, unbiased=False)
    return {"mean": mean.tolist(), "std": std.tolist()}

"""Exported programs train the same alone and as several processes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from running.tools import ROOT, program

from bpgen.commands.exports import torch_text

SMALL = """\
name: small
input: [1, 4, 4]
layers:
  - {type: conv2d, name: c, filters: 3, kernel: 3, padding: same, bias: false}
  - {type: batch_norm, name: n}
  - relu
  - flatten
  - {type: dense, name: o, units: 2, activation: softmax}
loss: cross_entropy
optimizer: {type: adam, learning_rate: 0.01, clip: {norm: 1.0}}
regularization: {l2: 0.01}
training: {epochs: 3, batch_size: BATCH}
seed: 4
data: {inputs: ROWS, labels: [0, 1, 0, 1, 1, 0, 1]}
"""


def trained(path: Path, saved: Path, processes: int, *more: str) -> dict[str, Any]:
    """What is saved after a training in so many processes."""
    flags = ("--double", "--save", str(saved), *more)
    start = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node")
    many = (*start, str(processes)) if processes > 1 else ()
    environment = {"OMP_NUM_THREADS": "1"}
    result = program(sys.executable, *many, str(path), *flags, environment=environment)
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(saved.read_text())
    return found


def flat(nested: Any) -> list[float]:
    if isinstance(nested, list):
        return [number for item in nested for number in flat(item)]
    return [nested]


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 3, 7])
@pytest.mark.parametrize("processes", [2, 3])
def test_processes_share_a_batch_and_get_the_same_numbers(
    batch: int, processes: int, tmp_path: Path
) -> None:
    rows = [[(7 * n + 3 * k) % 5 / 5.0 for k in range(16)] for n in range(7)]
    text = SMALL.replace("BATCH", str(batch)).replace("ROWS", json.dumps(rows))
    (tmp_path / "small.yaml").write_text(text)
    path = tmp_path / "small.py"
    path.write_text(torch_text(str(tmp_path / "small.yaml")))
    one = trained(path, tmp_path / "one.json", 1)
    many = trained(path, tmp_path / "many.json", processes)
    assert one["generator"] == many["generator"]
    for group in ("parameters", "buffers"):
        for name, numbers in one[group].items():
            found = flat(many[group][name])
            assert found == pytest.approx(flat(numbers), rel=1e-12, abs=1e-12)


@pytest.mark.slow
def test_training_goes_on_in_several_processes(tmp_path: Path) -> None:
    path = tmp_path / "iris.py"
    path.write_text(torch_text(str(ROOT / "examples" / "iris.yaml")))
    whole = trained(path, tmp_path / "whole.json", 1, "--epochs", "2")
    trained(path, tmp_path / "half.json", 1, "--epochs", "1")
    again = ("--epochs", "1", "--load", str(tmp_path / "half.json"))
    both = trained(path, tmp_path / "both.json", 2, *again)
    assert (whole["epoch"], whole["generator"]) == (both["epoch"], both["generator"])
    for name, numbers in whole["parameters"].items():
        found = flat(both["parameters"][name])
        assert found == pytest.approx(flat(numbers), rel=1e-12, abs=1e-12)

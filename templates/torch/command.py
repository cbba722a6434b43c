"""Of a file of `bpgen export --to torch` what it does when it is run: data, flags,
files and reports.

A file has those parts that it reaches; constants get the values of its net.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import zipfile
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  # as in PyTorch's own documentation
from torch import Tensor, distributed

INPUT_SHAPE: tuple[int, ...]
OUTPUT_SHAPE: tuple[int, ...]
READS_INDICES: bool
EPOCHS: int
REPORT_EVERY: int
HAS_CLASSES: bool
HAS_DATA: bool


def numbers(text: str) -> Tensor:
    """Numbers that stand in a text."""
    return torch.tensor(list(map(float, text.split())), dtype=torch.float64)


def tensors_of(inputs: Any, targets: Any) -> tuple[Tensor, Tensor]:
    """Samples in the shapes of the net."""
    x = torch.as_tensor(inputs)
    x = x.long() if READS_INDICES else x.to(torch.get_default_dtype())
    t = torch.as_tensor(targets).to(torch.get_default_dtype())
    if HAS_CLASSES and t.numel() * OUTPUT_SHAPE[-1] == len(x) * math.prod(OUTPUT_SHAPE):
        t = F.one_hot(t.long(), OUTPUT_SHAPE[-1]).to(t.dtype)  # classes by number
    return x.reshape(-1, *INPUT_SHAPE), t.reshape(-1, *OUTPUT_SHAPE)


def read_files(path: Path) -> tuple[Tensor, Tensor]:
    """Samples of an NPZ file with the arrays `inputs` and `targets` (or `labels`), or
    of all NPZ files of a folder, in the order of their names."""
    import numpy

    files = sorted(path.glob("*.npz")) if path.is_dir() else [path]
    parts = []
    for file in files:
        try:
            with numpy.load(file, allow_pickle=False) as arrays:
                aims = arrays["targets" if "targets" in arrays else "labels"]
                parts.append(tensors_of(arrays["inputs"], aims))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise SystemExit(f"error: {file}: {error}") from None
    if not parts:
        raise SystemExit(f"error: there are no NPZ files in {path}")
    inputs, targets = zip(*parts, strict=True)
    return torch.cat(inputs), torch.cat(targets)


def save(run: Run, file: str) -> None:
    """Write the state whole or not at all: a kill leaves the one before."""
    if Processes.rank == 0:
        part = Path(f"{file}.part")
        part.write_text(json.dumps(run.to_state(), allow_nan=False))
        part.replace(file)


def check(run: Run, inputs: Tensor, targets: Tensor) -> int:
    """Compare gradients with differences of the loss, in float64; 1 if they differ."""
    worst = 0.0
    x, t = inputs[:3], targets[:3]
    run.model.eval()
    run.model.zero_grad()
    losses = sample_losses(run.model(x), aims(run.model, t))
    losses.mean().backward()  # type: ignore[no-untyped-call]
    for tensor in run.trained().values():
        slopes = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        flat, slope = tensor.detach().reshape(-1), slopes.reshape(-1)
        for i in range(0, len(flat), max(1, len(flat) // 50)):
            value, sides = float(flat[i]), []
            for moved in (value + 1e-6, value - 1e-6):
                flat[i] = moved
                sides.append(run.mean_loss(x, t, list(range(len(x)))))
            flat[i] = value
            found = (sides[0] - sides[1]) / 2e-6
            worst = max(worst, abs(found - float(slope[i])) / max(1.0, abs(found)))
    print(f"largest gradient error: {worst:.2e}")
    return 0 if worst < 1e-5 else 1


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Train the net; see the top.")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how many")
    parser.add_argument("--double", action="store_true", help="float64, not float32")
    parser.add_argument("--load", metavar="FILE", help="go on from a saved state")
    parser.add_argument("--save", metavar="FILE", help="save the state each epoch")
    parser.add_argument("--data", metavar="FILE", help="NPZ, or a folder of them")
    parser.add_argument("--check", action="store_true", help="check the gradients")
    return parser.parse_args()


def main() -> int:
    """Train, alone or as one of several processes."""
    wanted = arguments()
    if wanted.double or wanted.check:
        torch.set_default_dtype(torch.float64)
    if torch.cuda.is_available():
        torch.set_default_device(f"cuda:{os.environ.get('LOCAL_RANK', '0')}")
    if Processes.world > 1:
        has_gpu = torch.cuda.is_available()
        distributed.init_process_group("nccl" if has_gpu else "gloo")
    try:
        return trained(wanted)
    finally:
        if Processes.world > 1:
            distributed.destroy_process_group()


def trained(wanted: argparse.Namespace) -> int:
    """Train as the command line asks, and tell how it goes."""
    run = Run()
    if wanted.load:
        run.from_state(json.loads(Path(wanted.load).read_text()))
    if wanted.data:
        inputs, targets = read_files(Path(wanted.data))
    elif HAS_DATA:
        inputs, targets = tensors_of(*own_data())
    else:
        raise SystemExit("error: the net has no data of its own: add --data FILE.npz")
    if wanted.check:
        return check(run, inputs, targets)
    is_first = Processes.rank == 0
    width = len(str(run.epoch + wanted.epochs))
    for turn in range(wanted.epochs):
        loss = run.train(inputs, targets)
        is_last = turn == wanted.epochs - 1
        if is_first and (turn == 0 or is_last or run.epoch % REPORT_EVERY == 0):
            print(f"epoch {run.epoch:>{width}}  loss {loss:.12f}", flush=True)
        if wanted.save:
            save(run, wanted.save)
    if is_first and HAS_CLASSES:
        run.model.eval()
        with torch.no_grad():
            found = run.model.predict(inputs).argmax(-1)
        right = int((found == targets.argmax(-1)).sum())
        print(f"right: {right} of {found.numel()}")
    return 0

"""Of a file of `bpgen export --to torch` the samples: its own, or those of files, of
which each batch is read when it is its turn.

A file has those parts that it reaches; constants get the values of its net.
"""

from __future__ import annotations

import math
import struct
import sys
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch
import torch.nn.functional as F  # as in PyTorch's own documentation
from torch import Tensor

SEED: int
VALIDATION: float
INPUT_SHAPE: tuple[int, ...]
OUTPUT_SHAPE: tuple[int, ...]
INDICES: int  # how many indices inputs may be; 0: they are numbers
HAS_CLASSES: bool


def fail(message: str) -> NoReturn:
    """End with a line on what is wrong."""
    print(f"error: {message}", file=sys.stderr)
    raise SystemExit(2)


def numbers(text: str) -> Tensor:
    """Numbers that stand in a text."""
    return torch.tensor(list(map(float, text.split())), dtype=torch.float64)


def tensors_of(inputs: Any, targets: Any) -> tuple[Tensor, Tensor]:
    """Samples in the shapes of the net."""
    x = torch.as_tensor(inputs)
    x = x.long() if INDICES else x.to(torch.get_default_dtype())
    t = torch.as_tensor(targets).to(torch.get_default_dtype())
    if HAS_CLASSES and t.numel() * OUTPUT_SHAPE[-1] == len(x) * math.prod(OUTPUT_SHAPE):
        t = F.one_hot(t.long(), OUTPUT_SHAPE[-1]).to(t.dtype)  # classes by number
    return x.reshape(-1, *INPUT_SHAPE), t.reshape(-1, *OUTPUT_SHAPE)


class Samples:
    """Inputs and targets in parts, which may stay in their files."""

    def __init__(self, *parts: tuple[Any, Any]) -> None:
        self.parts = parts
        self.starts = [0]
        for inputs, _ in parts:
            self.starts.append(self.starts[-1] + len(inputs))
        count = self.starts[-1]
        self.held: Sequence[int] = []  # the samples held out, always the same ones
        self.learned: Sequence[int] = range(count)
        if VALIDATION and count > 1:
            order = list(range(count))
            Generator(SEED).shuffle(order)
            held = max(1, int(VALIDATION * count))
            self.held, self.learned = sorted(order[:held]), sorted(order[held:])

    def __len__(self) -> int:
        return self.starts[-1]

    def rows(self, wanted: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Some samples, in this order."""
        places: dict[int, list[int]] = {}  # by part
        for place, row in enumerate(wanted):
            places.setdefault(bisect_right(self.starts, row) - 1, []).append(place)
        found = []
        for part, own in places.items():
            rows = [wanted[place] - self.starts[part] for place in own]
            inputs, targets = self.parts[part]
            found.append(tensors_of(inputs[rows], targets[rows]))
        x, t = map(torch.cat, zip(*found, strict=True))
        if not (x.isfinite().all() and t.isfinite().all()):
            fail(f"a number is not finite in one of the samples {sorted(wanted)}")
        back = torch.tensor([place for own in places.values() for place in own])
        return x[back.argsort()], t[back.argsort()]


def read_files(path: Path) -> Samples:
    """Samples of an NPZ file with the arrays `inputs` and `targets` (or `labels`), or
    of all NPZ files of a folder, in the order of their names."""
    files = sorted(path.glob("*.npz")) if path.is_dir() else [path]
    if not files:
        fail(f"there are no NPZ files in {path}")
    found = Samples(*map(part_of, files))
    if not found.learned:
        fail(f"{path}: there are no samples to learn from")
    return found


def part_of(file: Path) -> tuple[Any, Any]:
    """The samples of one file."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            aims = "targets" if "targets.npy" in names else "labels"
            pair = array_of(archive, "inputs"), array_of(archive, aims)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        fail(f"{file}: {error}")
    inputs, targets = pair
    given, wanted = math.prod(inputs.shape[1:]), math.prod(INPUT_SHAPE)
    if given != wanted:
        fail(f"{file}: expected {wanted} inputs in a sample, got {given}")
    if len(inputs) != len(targets):
        fail(f"{file}: {len(inputs)} inputs, but {len(targets)} {aims}")
    given, wanted = math.prod(targets.shape[1:]), math.prod(OUTPUT_SHAPE)
    are_labels = HAS_CLASSES and given * OUTPUT_SHAPE[-1] == wanted
    if given != wanted and not are_labels:
        fail(f"{file}: expected {wanted} targets of a sample, got {given}")
    wholes = [("inputs", inputs, INDICES)] if INDICES else []
    wholes += [(aims, targets, OUTPUT_SHAPE[-1])] if are_labels else []
    for name, array, count in wholes:
        is_so = not array.size or 0 <= array.min() <= array.max() < count
        if not is_so or (array % 1).any():
            fail(f"{file}: {name}: expected whole numbers from 0 to {count - 1}")
    return inputs, targets


def array_of(archive: zipfile.ZipFile, name: str) -> Any:
    """An array of an NPZ file: it stays there, unless it is compressed."""
    import numpy
    from numpy.lib import format as npy

    member = archive.getinfo(f"{name}.npy")
    with archive.open(member) as stream:
        is_first = npy.read_magic(stream) == (1, 0)
        read = npy.read_array_header_1_0 if is_first else npy.read_array_header_2_0
        shape, by_column, dtype = read(stream)
        if dtype.kind not in "biuf" or not dtype.isnative or not shape:
            raise ValueError(f"{name}: expected rows of numbers, got {dtype}")
        start = stream.tell()
        if member.compress_type != zipfile.ZIP_STORED or not math.prod(shape):
            stream.seek(0)
            return npy.read_array(stream, allow_pickle=False)
    with Path(str(archive.filename)).open("rb") as raw:
        raw.seek(member.header_offset + 26)
        start += member.header_offset + 30 + sum(struct.unpack("<HH", raw.read(4)))
    order: Any = "CF"[by_column]
    return numpy.memmap(str(archive.filename), dtype, "r", start, shape, order)

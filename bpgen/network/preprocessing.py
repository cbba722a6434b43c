"""What becomes of raw inputs and targets before the layers and the loss see them.

A `Preprocessing` is a few numbers for each column, with the buffers that hold them in
the net, and words for them; `fitting` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from bpgen.catalog.layers.base import Parameter
from bpgen.catalog.scalings import ONE_HOT
from bpgen.program.axes import Axes
from bpgen.program.nodes import Number

INPUT, TARGET = "input", "target"  # whose buffers begin with it
Rows = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `(x - offset) / scale`; or, of a text, a number for each category."""

    name: str
    kind: str = ""  # of the scaling; "" of none
    offset: float = 0.0
    scale: float = 1.0
    categories: tuple[str, ...] = ()

    @property
    def is_scaled(self) -> bool:
        """Whether it has an offset and a scale."""
        return self.kind not in ("", ONE_HOT)

    @property
    def width(self) -> int:
        """How many numbers become of one."""
        return len(self.categories) or 1

    @property
    def words(self) -> str:
        """The column in a few words, for comments."""
        if self.categories:
            return f"one of {len(self.categories)} categories"
        if not self.is_scaled:
            return "as it is"
        return f"{self.kind}, offset {self.offset:.6g}, scale {self.scale:.6g}"


@dataclass(frozen=True, slots=True)
class Side:
    """What becomes of the inputs, or of the targets; nothing where it has no columns.

    Attributes:
        axis: the one along which the columns lie.
        labels: what the columns are called in the code.
    """

    name: str
    columns: tuple[Column, ...] = ()
    axis: int = 0
    labels: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.columns)

    @property
    def is_scaled(self) -> bool:
        """Whether some column has an offset and a scale."""
        return any(column.is_scaled for column in self.columns)

    @property
    def buffers(self) -> tuple[Parameter, ...]:
        """Offsets and scales, which a saved state holds, too."""
        if not self.is_scaled:
            return ()
        axes: Axes = (self.labels,)
        return (
            Parameter.buffer(self.name, "offset", axes, Number(0.0)),
            Parameter.buffer(self.name, "scale", axes, Number(1.0)),
        )

    @property
    def initial(self) -> dict[str, tuple[float, ...]]:
        """What the buffers hold."""
        if not self.is_scaled:
            return {}
        return {
            f"{self.name}.offset": tuple(c.offset for c in self.columns),
            f"{self.name}.scale": tuple(c.scale for c in self.columns),
        }

    @property
    def meaning(self) -> list[Any]:
        """What has to be the same in a net whose saved state is taken over."""
        return [self.is_scaled, *(column.categories for column in self.columns)]

    def of(self, rows: Rows, shape: tuple[int, ...]) -> tuple[tuple[float, ...], ...]:
        """What becomes of samples of that shape."""
        if not self:
            return tuple(map(tuple, rows))
        return tuple(tuple(self._numbers(row, shape)) for row in rows)

    def _numbers(self, row: Sequence[float], shape: tuple[int, ...]) -> list[float]:
        found: list[float] = []
        for column, number in zip(self._along(shape), row, strict=True):
            count = len(column.categories)
            if count:
                found += [float(number == at) for at in range(count)]
            else:
                found.append((number - column.offset) / column.scale)
        return found

    def _along(self, shape: tuple[int, ...]) -> list[Column]:
        """The column of each number of a sample."""
        inner = prod(shape[self.axis + 1 :])
        return [
            self.columns[(at // inner) % len(self.columns)] for at in range(prod(shape))
        ]


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """What becomes of inputs and of targets."""

    inputs: Side = Side(INPUT)
    targets: Side = Side(TARGET)

    @property
    def buffers(self) -> tuple[Parameter, ...]:
        """Offsets and scales of both."""
        return self.inputs.buffers + self.targets.buffers

    @property
    def initial(self) -> dict[str, tuple[float, ...]]:
        """What the buffers hold."""
        return self.inputs.initial | self.targets.initial

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The categories of the columns that have some."""
        return {c.name: c.categories for c in self.inputs.columns if c.categories}

    @property
    def meaning(self) -> list[Any]:
        """What has to be the same in a net whose saved state is taken over."""
        return [self.inputs.meaning, self.targets.meaning] if self else []

    def __bool__(self) -> bool:
        return bool(self.inputs or self.targets)

    def told(self) -> Iterator[tuple[str, str]]:
        """What becomes of each column: which one it is, and in words."""
        for what, side in (("input", self.inputs), ("target", self.targets)):
            if len({replace(c, name="") for c in side.columns}) == 1:
                yield f"every {what}", side.columns[0].words
                continue
            for label, column in zip(side.labels, side.columns, strict=True):
                yield f"{what} {label}", column.words

    def written(self) -> dict[str, Any]:
        """As net.yaml writes it, with all its numbers."""
        sides = {"inputs": self.inputs, "targets": self.targets}
        return {name: _written(side) for name, side in sides.items() if side}


NOTHING = Preprocessing()


def _written(side: Side) -> dict[str, Any]:
    columns = side.columns
    if not any(column.categories for column in columns):
        ends = [(c.offset, c.scale) for c in columns]
        return {"mean": [a for a, _ in ends], "std": [b for _, b in ends]}
    found: dict[str, Any] = {}
    for c in columns:
        if c.categories:
            found[c.name] = {ONE_HOT: list(c.categories)}
        else:
            found[c.name] = {"mean": c.offset, "std": c.scale}
    return {"columns": found}

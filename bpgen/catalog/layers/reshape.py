"""The reshape layer: the same numbers, in row-major order, along other axes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import ClassVar

from bpgen.catalog.layers.base import LayerError, Source, Unary, shape_text, unit_axes
from bpgen.program.builder import Axes, Builder
from bpgen.program.nodes import Index, Variable
from bpgen.program.notes import LayerNote
from bpgen.reading.kinds import ListOf, Whole
from bpgen.reading.records import Either, Values

_SIZE = Whole(1, 1_000_000)


@dataclass(frozen=True)
class Reshape(Unary):
    """Shapes: any to any other one of as many elements."""

    type: ClassVar = "reshape"
    keys: ClassVar = {
        "shape": Either(
            scalar=_SIZE, list=ListOf(_SIZE, "sizes", 1, 3), what="a size or a shape"
        )
    }
    required: ClassVar = ("shape",)

    sizes: tuple[int, ...]

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Reshape:
        written = options["shape"]
        sizes = (written,) if isinstance(written, int) else tuple(written)
        if prod(sizes) != prod(source.shape):
            wanted = sizes[0] if len(sizes) == 1 else list(sizes)
            message = f"cannot reshape {source} to {wanted}"
            counts = f"{prod(source.shape)} elements are not {prod(sizes)}"
            raise LayerError(f"{message}: {counts}", "shape")
        return cls(name, source, sizes)

    @property
    def words(self) -> str:
        return f"reshape, {self.source} to {shape_text(self.axes)}"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.sizes

    @property
    def axes(self) -> Axes:
        if self.sizes == self.source.shape:
            return self.source.axes
        return unit_axes(self.name, self.sizes)

    @property
    def channels_first(self) -> bool:
        return len(self.sizes) == 3

    def forward(self, build: Builder, x: Variable) -> Variable:
        if self.sizes == self.source.shape:
            return x
        a = build.value("a", self.name, self.axes)
        with build.section(LayerNote(f"Layer {self.name}", self.words)):
            if _common(self.source.shape, self.shape) is None:
                axes = unit_axes(self.name, (prod(self.shape),))
                between = build.value("f", self.name, axes)
                _copy(build, x, between)
                x = between
            _copy(build, x, a)
        return a


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...] | None:
    """The axes of which those of both shapes are made, if there are any.

    [4, 6] and [4, 2, 3] are both made of [4, 2, 3]; [2, 3] and [3, 2] have none.
    """
    strides = {prod(shape[at:]) for shape in (one, other) for at in range(len(shape))}
    steps = list(pairwise(sorted({1, *strides}, reverse=True)))
    if any(large % small for large, small in steps):
        return None
    return tuple(large // small for large, small in steps)


def _copy(build: Builder, x: Variable, to: Variable) -> None:
    """Copy all elements in row-major order."""
    shape, to_shape = (tuple(map(len, variable.axes)) for variable in (x, to))
    sizes = _common(shape, to_shape)
    assert sizes is not None
    with build.loops(tuple(("",) * size for size in sizes)) as at:
        build.assign(to[_places(at, sizes, to_shape)], x[_places(at, sizes, shape)])


def _places(
    at: tuple[Index, ...], sizes: tuple[int, ...], shape: tuple[int, ...]
) -> tuple[Index, ...]:
    """The index along each axis of a shape, from those of its common axes."""
    left = list(zip(at, sizes, strict=True))
    found = []
    for size in shape:
        place, covered = Index(0), 1
        while covered < size:
            index, extent = left.pop(0)
            place = place * extent + index
            covered *= extent
        found.append(place)
    return tuple(found)

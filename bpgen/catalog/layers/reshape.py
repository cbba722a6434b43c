"""The reshape layer: the same numbers, in row-major order, along other axes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from bpgen.catalog.layers.base import LayerError, Source, Unary, shape_text, unit_axes
from bpgen.catalog.layers.flatten import seen_anew
from bpgen.program.builder import Axes, Builder
from bpgen.program.nodes import Variable
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
        with build.section(seen_anew(self.note), mixes=True):
            return x.along(self.axes, self.letters)

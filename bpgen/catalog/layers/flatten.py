"""The flatten layer: all axes become one, in row-major order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import ClassVar

from bpgen.catalog.layers.base import Source, Unary, row_major
from bpgen.program.builder import Axes, Builder
from bpgen.program.nodes import Variable
from bpgen.program.notes import LayerNote
from bpgen.reading.records import Values


@dataclass(frozen=True)
class Flatten(Unary):
    """Shapes: any to [number of elements]; a flat input stays as it is."""

    type: ClassVar = "flatten"

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Flatten:
        return cls(name, source)

    @property
    def words(self) -> str:
        return "flatten"

    @property
    def shape(self) -> tuple[int, ...]:
        return (prod(self.source.shape),)

    @property
    def axes(self) -> Axes:
        if len(self.source.axes) == 1:
            return self.source.axes
        return (tuple("_".join(labels) for labels in product(*self.source.axes)),)

    def forward(self, build: Builder, x: Variable) -> Variable:
        if len(self.source.axes) == 1:
            return x
        flat = build.value("f", self.name, self.axes)
        note = LayerNote(f"Layer {self.name}", self.words)
        with build.section(note), build.loops(self.source.axes) as at:
            build.assign(flat[row_major(at, self.source.shape)], x[at])
        return flat

"""The flatten layer: all axes become one, in row-major order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

from bpgen.catalog.layers.base import Source, Unary
from bpgen.program.axes import Flat
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
        return (Flat(self.source.axes),)

    def forward(self, build: Builder, x: Variable) -> Variable:
        if len(self.source.axes) == 1:
            return x
        with build.section(seen_anew(self.note), mixes=True):
            return x.along(self.axes, self.letters)


def seen_anew(note: LayerNote) -> LayerNote:
    """The heading of a layer that hands the same numbers on along other axes."""
    return replace(note, words=f"{note.words}; the numbers stay where they are")

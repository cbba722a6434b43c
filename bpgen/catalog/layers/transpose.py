"""The transpose layer: the two axes change places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.base import LayerError, Source, Unary
from bpgen.program.builder import Builder
from bpgen.program.nodes import Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.records import Values


@dataclass(frozen=True)
class Transpose(Unary):
    """a_ji = x_ij. Shapes: [channels, length] to [time, features], and back."""

    type: ClassVar = "transpose"
    why: ClassVar = "Each slope goes back to where its number came from."

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Transpose:
        if len(source.axes) != 2:
            message = f"transpose needs two axes, got {source}: add a reshape layer "
            raise LayerError(f"{message}before it")
        return cls(name, source)

    @property
    def words(self) -> str:
        return f"transpose, {self.source} with its axes changed over"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape[::-1]

    @property
    def channels_first(self) -> bool:
        return not self.source.channels_first

    def forward(self, build: Builder, x: Variable) -> Variable:
        a = build.value("a", self.name, self.axes, self.letters)
        with build.section(self.note), build.loops(self.axes, self.letters) as at:
            build.head(UnitNote(a[at], "the number across"))
            first, second = at
            build.assign(a[at], x[second, first])
        return a

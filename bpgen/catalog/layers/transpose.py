"""The transpose layer: the axes in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.base import LayerError, Source, Unary
from bpgen.program.builder import Builder
from bpgen.program.nodes import Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.kinds import ListOf, Whole
from bpgen.reading.records import Values


@dataclass(frozen=True)
class Transpose(Unary):
    """a_ji = x_ij. Shapes: [channels, length] to [time, features], and back.

    With `axes`, which name an axis of the input for each of the output, counted from 0:
    [2, 0, 1] makes [channels, height, width] of [height, width, channels].
    """

    type: ClassVar = "transpose"
    keys: ClassVar = {"axes": ListOf(Whole(0, 2), "axes", 2, 3)}
    why: ClassVar = "Each slope goes back to where its number came from."

    order: tuple[int, ...]  # of each axis of the output, which one it is of the input

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Transpose:
        count = len(source.axes)
        if "axes" in options:
            order = tuple(options["axes"])
            if sorted(order) != list(range(count)):
                wanted = f"each of {', '.join(map(str, range(count)))} once"
                if count == 1:
                    wanted = "an input of two or three axes: add a reshape layer"
                message = f"the axes {list(order)} of {source}: expected {wanted}"
                raise LayerError(message, "axes")
            return cls(name, source, order)
        if count != 2:
            message = f"transpose needs two axes, got {source}: "
            remedy = "write its `axes`" if count == 3 else "add a reshape layer "
            raise LayerError(message + remedy + "before it" * (count == 1))
        return cls(name, source, (1, 0))

    @property
    def words(self) -> str:
        if len(self.order) == 2:
            return f"transpose, {self.source} with its axes changed over"
        return f"transpose, {self.source} by its axes {list(self.order)}"

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.source.shape[axis] for axis in self.order)

    @property
    def channels_first(self) -> bool:
        return len(self.order) == 3 or self.order[0] == self.source.channel_axis

    def forward(self, build: Builder, x: Variable) -> Variable:
        a = build.value("a", self.name, self.axes, self.letters)
        with build.section(self.note), build.loops(self.axes, self.letters) as at:
            words = "the number across" if len(at) == 2 else "the number from there"
            build.head(UnitNote(a[at], words))
            there = tuple(at[self.order.index(axis)] for axis in range(len(at)))
            build.assign(a[at], x[there])
        return a

"""Layers that put a number around an image or a sequence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.base import Source, Unary
from bpgen.catalog.layers.sizes import Padding, Sides
from bpgen.catalog.layers.windows import check_axes, short
from bpgen.program.builder import Builder
from bpgen.program.nodes import Index, Number, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.kinds import Kind, Real
from bpgen.reading.records import Values


@dataclass(frozen=True)
class Pad(Unary):
    """a_cij = x_c(i-top)(j-left) inside, `value` around it. All sides may differ.

    Shapes: [channels, length] to a larger length, or [channels, height, width] to a
    larger height and width. Source: torch.nn.ConstantPad1d and ConstantPad2d.
    """

    why: ClassVar = (
        "Each slope goes back to where its number came from; what stands around has "
        "nowhere to send its own."
    )
    required: ClassVar = ("padding",)
    extents: ClassVar[int]  # how many axes have padding

    sides: Sides  # numbers before and after, along each axis but the channels
    value: float

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Pad:
        check_axes(cls.type, cls.extents, source)
        return cls(name, source, options["padding"], options.get("value", 0.0))

    @property
    def words(self) -> str:
        before, after = zip(*self.sides, strict=True)
        words = f"padding {short(before)}"
        if before != after:
            words = f"padding {short(before)} before and {short(after)} after"
        return f"{words} of {self.value:g}"

    @property
    def shape(self) -> tuple[int, ...]:
        channels, *extents = self.source.shape
        pairs = zip(extents, self.sides, strict=True)
        return channels, *(size + sum(both) for size, both in pairs)

    @property
    def channels_first(self) -> bool:
        return True

    def forward(self, build: Builder, x: Variable) -> Variable:
        a = build.value("a", self.name, self.axes, self.letters)
        with (
            build.section(self.note),
            build.loop(self.shape[0], self.letters[0]) as channel,
        ):
            self._fill(build, a, x, (channel,), (channel,))
        return a

    def _fill(
        self,
        build: Builder,
        a: Variable,
        x: Variable,
        at: tuple[Index, ...],
        place: tuple[Index, ...],
    ) -> None:
        """What stands at some indices: what is before and after along the next axis,
        and between them what the axes behind it decide."""
        axis = len(at)
        if axis == len(self.shape):
            build.head(UnitNote(a[at], "the number that it has inside"))
            build.assign(a[at], x[place])
            return
        (before, after), extent = self.sides[axis - 1], self.source.shape[axis]
        total = before + extent + after
        for start, stop in ((0, before), (before + extent, total)):
            if start < stop:
                with build.loop(stop, self.letters[axis], start) as index:
                    self._surround(build, a, (*at, index))
        with build.loop(extent, self.letters[axis]) as index:
            self._fill(build, a, x, (*at, index + before), (*place, index))

    def _surround(self, build: Builder, a: Variable, at: tuple[Index, ...]) -> None:
        """The value, along all axes that are left."""
        axis = len(at)
        if axis == len(self.shape):
            build.head(UnitNote(a[at], "what stands around"))
            build.assign(a[at], Number(self.value))
            return
        with build.loop(self.shape[axis], self.letters[axis]) as index:
            self._surround(build, a, (*at, index))


def _keys(axes: int) -> Mapping[str, Kind]:
    return {"padding": Padding(axes), "value": Real()}


@dataclass(frozen=True)
class Pad1d(Pad):
    """Of [channels, length]."""

    type: ClassVar = "pad1d"
    keys: ClassVar = _keys(1)
    extents: ClassVar = 1


@dataclass(frozen=True)
class Pad2d(Pad):
    """Of [channels, height, width]."""

    type: ClassVar = "pad2d"
    keys: ClassVar = _keys(2)
    extents: ClassVar = 2

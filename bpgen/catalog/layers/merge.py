"""Layers that read several others: add, subtract, multiply, concat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import ClassVar

from bpgen.catalog.layers.base import Layer, LayerError, Source
from bpgen.program.builder import Builder
from bpgen.program.nodes import Add, Expression, Index, Multiply, Subtract, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.records import Values


@dataclass(frozen=True)
class Merge(Layer):
    """A layer that makes one output from those of several layers."""

    sources: tuple[Source, ...]

    @property
    def words(self) -> str:
        return f"{self.type} of {len(self.sources)} layers"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    @property
    def channels_first(self) -> bool:
        return len(self.shape) > 1 and any(s.channels_first for s in self.sources)


@dataclass(frozen=True)
class Elementwise(Merge):
    """One operation on elements in the same place; all shapes are equal."""

    node: ClassVar[type[Add] | type[Multiply] | type[Subtract]]
    sign: ClassVar[str]

    @classmethod
    def resolve_all(
        cls, name: str, sources: tuple[Source, ...], options: Values
    ) -> Elementwise:
        if len(sources) < 2:
            raise LayerError(f"{cls.type} needs at least 2 inputs, got 1", "inputs")
        for source in sources[1:]:
            if source.shape != sources[0].shape:
                message = f"cannot {cls.type} shapes {sources[0]} and {source}"
                raise LayerError(message, "inputs")
        return cls(name, sources[0], sources)

    def forward_all(self, build: Builder, inputs: tuple[Variable, ...]) -> Variable:
        a = build.value("a", self.name, self.axes, self.letters)
        with build.section(self.note), build.loops(self.axes, self.letters) as at:
            build.head(UnitNote(a[at], f" {self.sign} ".join(map(_whose, inputs))))
            terms: list[Expression] = [x[at] for x in inputs]
            build.assign(a[at], reduce(self.node, terms))
        return a


@dataclass(frozen=True)
class AddLayer(Elementwise):
    """a = x + y + ...: a skip connection adds what went around some layers."""

    type: ClassVar = "add"
    node: ClassVar = Add
    sign: ClassVar = "plus"
    why: ClassVar = "A sum passes its slope on to all that it is made of."


@dataclass(frozen=True)
class SubtractLayer(Elementwise):
    """a = x - y: how far two layers are apart."""

    type: ClassVar = "subtract"
    node: ClassVar = Subtract
    sign: ClassVar = "minus"
    why: ClassVar = "What is taken off gets the slope with the other sign."

    @classmethod
    def resolve_all(
        cls, name: str, sources: tuple[Source, ...], options: Values
    ) -> Elementwise:
        if len(sources) > 2:
            message = f"subtract takes one layer off another, got {len(sources)}"
            raise LayerError(message, "inputs")
        return super().resolve_all(name, sources, options)


@dataclass(frozen=True)
class MultiplyLayer(Elementwise):
    """a = x * y * ...: gates, and attention by hand."""

    type: ClassVar = "multiply"
    node: ClassVar = Multiply
    sign: ClassVar = "times"
    why: ClassVar = "The slope of a factor is that of the product times the others."


@dataclass(frozen=True)
class Concat(Merge):
    """One after the other along the channels, or the features; all else is equal."""

    type: ClassVar = "concat"
    why: ClassVar = "Each slope goes back to where its number came from."

    @classmethod
    def resolve_all(
        cls, name: str, sources: tuple[Source, ...], options: Values
    ) -> Concat:
        if len(sources) < 2:
            raise LayerError("concat needs at least 2 inputs, got 1", "inputs")
        first = any(source.channels_first for source in sources)
        for source in sources[1:]:
            if _others(source, first) != _others(sources[0], first):
                along = "channels" if first else "features"
                shapes = f"shapes {sources[0]} and {source}"
                raise LayerError(f"cannot concat {shapes} along {along}", "inputs")
        return cls(name, sources[0], sources)

    @property
    def shape(self) -> tuple[int, ...]:
        axis, found = self.axis, list(self.source.shape)
        found[axis] = sum(source.shape[axis] for source in self.sources)
        return tuple(found)

    @property
    def axis(self) -> int:
        """The axis along which the inputs stand one after the other."""
        return _axis(self.source, any(s.channels_first for s in self.sources))

    def forward_all(self, build: Builder, inputs: tuple[Variable, ...]) -> Variable:
        a = build.value("a", self.name, self.axes, self.letters)
        axis, start = self.axis, 0
        with build.section(self.note):
            for x in inputs:
                with build.loops(x.axes, self.letters) as at:
                    there: list[Index] = list(at)
                    there[axis] = at[axis] + start
                    build.assign(a[tuple(there)], x[at])
                start += len(x.axes[axis])
        return a


def _whose(x: Variable) -> str:
    """The layer whose output a variable is."""
    return x.name.removeprefix(f"{x.prefix}_") if x.prefix else "the input"


def _axis(source: Source, first: bool) -> int:
    return 0 if first else len(source.axes) - 1


def _others(source: Source, first: bool) -> list[int]:
    """The sizes along all axes but the one of concat; -1 stands for that."""
    sizes = list(source.shape)
    sizes[_axis(source, first)] = -1
    return sizes

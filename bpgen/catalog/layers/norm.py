"""Layers that bring the numbers of one sample to one scale: layer_norm, rms_norm,
group_norm."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from bpgen.catalog.layers.base import (
    LayerError,
    Parameter,
    Source,
    Unary,
    numbered,
    unit_axes,
)
from bpgen.program.builder import Axes, Builder
from bpgen.program.functions import FUNCTIONS
from bpgen.program.nodes import Call, Index, Number, Variable
from bpgen.program.notes import TitleNote, UnitNote
from bpgen.program.simplify import divide
from bpgen.reading.kinds import Flag, Real, Whole
from bpgen.reading.records import Values

EPSILON = Real(0.0, open_low=True)
Place = tuple[Index, ...]


@dataclass(frozen=True)
class Norm(Unary):
    """Over the n numbers of one row: u = c / sqrt(mean of c * c + epsilon), where c
    is x or its distance from the row's mean; then a = w * u + b.

    What a row is, and which weight belongs to an element, differs between norms.
    """

    keys: ClassVar = {"epsilon": EPSILON}
    regularized: ClassVar = False
    why: ClassVar = (
        "Every number of a row moves its mean and its size, and these move all numbers "
        "of the row. So a slope goes back three ways: straight, through the size and "
        "through the mean."
    )
    centers: ClassVar = True  # whether the mean is taken away

    epsilon: float
    has_bias: bool

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    @property
    @abstractmethod
    def rows(self) -> Axes:
        """The labels of the rows; () if all numbers are one row."""

    @property
    @abstractmethod
    def inside(self) -> Axes:
        """The labels along the axes of one row."""

    @property
    @abstractmethod
    def row_letters(self) -> str:
        """What loops over the rows count with."""

    @property
    def inside_letters(self) -> str:
        """What loops over the numbers of one row count with."""
        return self.letters

    @property
    @abstractmethod
    def weight_letters(self) -> str:
        """What loops over the weights count with."""

    @abstractmethod
    def place(self, row: Place, at: Place) -> Place:
        """Where an element of a row stands in the input."""

    @abstractmethod
    def weight_place(self, row: Place, at: Place) -> Place:
        """Where the weight of an element of a row stands."""

    @property
    @abstractmethod
    def weight_axes(self) -> Axes:
        """The labels of the weight, and of the bias."""

    def parameters(self) -> tuple[Parameter, ...]:
        axes, letters = self.weight_axes, self.weight_letters
        weight = Parameter.of(self.name, "weight", axes, Number(1.0), letters=letters)
        bias = Parameter.of(self.name, "bias", axes, Number(0.0), letters=letters)
        return (weight, bias) if self.has_bias else (weight,)

    def forward(self, build: Builder, x: Variable) -> Variable:
        with build.section(self.note), build.loops(self.rows, self.row_letters) as row:
            c = self._centered(build, x, row) if self.centers else x
            size = self._size(build, c, row)
            return self._scaled(build, c, size, row)

    def _centered(self, build: Builder, x: Variable, row: Place) -> Variable:
        """The distance of each number from the mean of its row."""
        total = build.value("total", self.name, self.rows, self.row_letters)
        mean = build.value("mean", self.name, self.rows, self.row_letters)
        c = build.value("centered", self.name, self.axes, self.letters)
        build.assign(total[row], Number(0.0), TitleNote("The mean."))
        with build.loops(self.inside, self.inside_letters) as at:
            build.accumulate(total[row], x[self.place(row, at)])
        build.assign(mean[row], divide(total[row], Number(float(self.count))))
        with build.loops(self.inside, self.inside_letters) as at:
            here = self.place(row, at)
            build.assign(
                c[here], x[here] - mean[row], TitleNote("How far each is from it.")
            )
        return c

    def _size(self, build: Builder, c: Variable, row: Place) -> Variable:
        """The root of the mean of the squares; epsilon keeps it from 0."""
        squares = build.value("squares", self.name, self.rows, self.row_letters)
        what = "variance" if self.centers else "square"  # of the root
        variance = build.value(what, self.name, self.rows, self.row_letters)
        size = build.value("size", self.name, self.rows, self.row_letters)
        build.assign(squares[row], Number(0.0), TitleNote(self._size_words))
        with build.loops(self.inside, self.inside_letters) as at:
            here = self.place(row, at)
            build.accumulate(squares[row], c[here] * c[here])
        build.assign(variance[row], divide(squares[row], Number(float(self.count))))
        root = Call(FUNCTIONS["sqrt"], (variance[row] + Number(self.epsilon),))
        build.assign(size[row], root)
        return size

    def _scaled(
        self, build: Builder, c: Variable, size: Variable, row: Place
    ) -> Variable:
        """Each number over the size of its row, times its weight, plus its bias."""
        u = build.value("scaled", self.name, self.axes, self.letters)
        a = build.value("a", self.name, self.axes, self.letters)
        weight, *biases = (p.variable for p in self.used_parameters())
        ending = ", plus its bias" if biases else ""
        with build.loops(self.inside, self.inside_letters) as at:
            here, there = self.place(row, at), self.weight_place(row, at)
            words = f"scaled to size 1, times its weight{ending}"
            build.head(UnitNote(a[here], words))
            build.assign(u[here], c[here] / size[row])
            scaled = weight[there] * u[here]
            build.assign(a[here], scaled + biases[0][there] if biases else scaled)
        return a

    @property
    def count(self) -> int:
        """How many numbers one row has."""
        return prod(map(len, self.inside))

    @property
    def words(self) -> str:
        return f"{self.type} over {self.count} numbers"

    @property
    def _size_words(self) -> str:
        return "The standard deviation." if self.centers else "The root mean square."


@dataclass(frozen=True)
class LayerNorm(Norm):
    """Over the last axis, or over all three of an image.

    Shapes: weight and bias [features], or [channels][height][width].
    Source: Ba, Kiros and Hinton 2016, equations 3 and 4.
    """

    type: ClassVar = "layer_norm"
    keys: ClassVar = {"epsilon": EPSILON, "bias": Flag()}

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Norm:
        epsilon = options.get("epsilon", 1e-5)
        return cls(name, source, epsilon, options.get("bias", cls.centers))

    @property
    def rows(self) -> Axes:
        return () if len(self.shape) == 3 else self.axes[:-1]

    @property
    def inside(self) -> Axes:
        return self.axes[len(self.rows) :]

    @property
    def row_letters(self) -> str:
        return self.letters[: len(self.rows)]

    @property
    def inside_letters(self) -> str:
        return self.letters[len(self.rows) :]

    @property
    def weight_letters(self) -> str:
        return self.inside_letters

    def place(self, row: Place, at: Place) -> Place:
        return (*row, *at)

    def weight_place(self, row: Place, at: Place) -> Place:
        return at

    @property
    def weight_axes(self) -> Axes:
        return unit_axes(self.name, self.shape[len(self.rows) :])


@dataclass(frozen=True)
class RmsNorm(LayerNorm):
    """As layer_norm, with neither mean nor bias.

    Source: Zhang and Sennrich 2019, equation 4.
    """

    type: ClassVar = "rms_norm"
    keys: ClassVar = {"epsilon": EPSILON}
    centers: ClassVar = False
    why: ClassVar = (
        "Every number of a row moves its size, and that moves all numbers of the row. "
        "So a slope goes back two ways: straight, and through the size."
    )


@dataclass(frozen=True)
class GroupNorm(Norm):
    """Over a group of neighbouring channels, wherever they are in image or time.

    Shapes: weight and bias [channels].
    Source: Wu and He 2018, equations 1, 2 and 7.
    """

    type: ClassVar = "group_norm"
    keys: ClassVar = {"groups": Whole(1, 1_000_000), "epsilon": EPSILON}
    required: ClassVar = ("groups",)

    groups: int

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> GroupNorm:
        groups, channels = options["groups"], source.shape[source.channel_axis]
        if channels % groups:
            message = (
                f"{channels} channels of the input {source} do not divide "
                f"into {groups} groups"
            )
            raise LayerError(message, "groups")
        return cls(name, source, options.get("epsilon", 1e-5), True, groups)

    @property
    def channels(self) -> int:
        """How many channels there are, or features."""
        return self.shape[self.source.channel_axis]

    @property
    def rows(self) -> Axes:
        return unit_axes(self.name, (self.groups,))

    @property
    def row_letters(self) -> str:
        return "g"

    @property
    def weight_letters(self) -> str:
        return self.letters[self.source.channel_axis]

    @property
    def inside(self) -> Axes:
        sizes = list(self.shape)
        sizes[self.source.channel_axis] //= self.groups
        return numbered(tuple(sizes))

    def place(self, row: Place, at: Place) -> Place:
        found = list(at)
        found[self.source.channel_axis] = self._channel(row, at)
        return tuple(found)

    def weight_place(self, row: Place, at: Place) -> Place:
        return (self._channel(row, at),)

    def _channel(self, row: Place, at: Place) -> Index:
        inside = at[self.source.channel_axis]
        return row[0] * (self.channels // self.groups) + inside

    @property
    def weight_axes(self) -> Axes:
        return unit_axes(self.name, (self.channels,))

"""Convolutions: each filter looks at its input through a small sliding window."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import prod
from typing import ClassVar, TypeVar

from bpgen.catalog.layers.activated import Activated, activate, activate_rows, activated
from bpgen.catalog.layers.base import (
    LayerError,
    Parameter,
    Source,
    Unary,
    unit_axes,
    weights_of_units,
)
from bpgen.catalog.layers.keys import ACTIVATION, INITIALIZER, initial
from bpgen.catalog.layers.sizes import CAUSAL, SAME, Padding, Sizes
from bpgen.catalog.layers.windows import (
    Window,
    by,
    check_axes,
    places_on,
    rounds,
    window,
)
from bpgen.errors import how_many
from bpgen.program.builder import Builder
from bpgen.program.nodes import Expression, Number, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.kinds import Flag, Kind, Whole
from bpgen.reading.records import Values

T = TypeVar("T", int, str)


def _keys(axes: int, padding: Kind) -> dict[str, Kind]:
    return {
        "filters": Whole(1, 1_000_000),
        "kernel": Sizes(axes, 1),
        "stride": Sizes(axes, 1),
        "padding": padding,
        "dilation": Sizes(axes, 1),
        "groups": Whole(1, 1_000_000),
        "activation": ACTIVATION,
        "bias": Flag(),
        "initializer": INITIALIZER,
    }


@dataclass(frozen=True)
class Filters(Unary):
    """What convolutions and transposed ones have in common.

    The channels of the input and the filters are split into `groups`, each of
    which is a convolution of its own. `extents` is the size of the output.
    """

    dimensions: ClassVar[int]
    required: ClassVar = ("filters", "kernel")

    filters: int
    groups: int
    window: Window
    extents: tuple[int, ...]
    has_bias: bool
    activation: Activated
    initial: Expression

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Filters:
        check_axes(cls.type, cls.dimensions, source)
        channels = source.shape[0]
        filters, groups = options["filters"], options.get("groups", 1)
        for count, what in ((channels, "channels"), (filters, "filters")):
            if count % groups:
                message = f"{groups} groups do not divide {count} {what}"
                raise LayerError(message, "groups")
        chosen = window(options, cls.dimensions, (1,) * cls.dimensions)
        first, second = cls.in_weight(filters, channels)
        inside = prod(chosen.kernel)
        fans = (second // groups * inside, first * inside)
        return cls(
            name,
            source,
            filters,
            groups,
            chosen,
            cls.output_extents(chosen, source, options),
            options.get("bias", True),
            activated(options.get("activation")),
            initial(options.get("initializer"), *fans),
        )

    @classmethod
    @abstractmethod
    def output_extents(
        cls, window: Window, source: Source, options: Values
    ) -> tuple[int, ...]:
        """The size of the output.

        Raises:
            LayerError: there is none.
        """

    @staticmethod
    def in_weight(filters: T, channels: T) -> tuple[T, T]:
        """Filters and channels in the order of the weight's axes, as in PyTorch;
        the second one is split into groups."""
        return filters, channels

    @property
    def words(self) -> str:
        filters = how_many(self.filters, "filter")
        groups = f", {self.groups} groups" if self.groups > 1 else ""
        size = f"{filters} of {by(self.window.kernel)}{self.window.words}{groups}"
        return f"{self.type}, {size}, {self.activation.activation.name}"

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.filters, *self.extents)

    @property
    def channels_first(self) -> bool:
        return True

    @property
    def letters(self) -> str:
        return "f" + self.output.letters[1:]

    def parameters(self) -> tuple[Parameter, ...]:
        first, second = self.in_weight(self.filters, self.source.shape[0])
        weight = (first, second // self.groups, *self.window.kernel)
        return weights_of_units(
            self.name,
            unit_axes(self.name, weight),
            unit_axes(self.name, (self.filters,)),
            self.initial,
            has_bias=self.has_bias,
            has_slope=self.activation.activation.has_slope,
            letters="".join(self.in_weight("f", "c")) + "ij"[: self.dimensions],
        )

    def forward(self, build: Builder, x: Variable) -> Variable:
        own = {p.last: p.variable for p in self.used_parameters()}
        with build.section(self.note):
            a = self.add_units(build, x, own)
            return activate_rows(build, self.activation.activation, a, self.name)

    @abstractmethod
    def add_units(
        self, build: Builder, x: Variable, own: dict[str, Variable]
    ) -> Variable:
        """The net inputs z, activated unless that needs whole rows."""

    @property
    def unit_words(self) -> str:
        """What each unit is, in words."""
        if not self.is_activated:
            return self.sum_words
        return f"{self.sum_words}, then {self.activation.activation.name}"

    @property
    def is_activated(self) -> bool:
        """Whether an activation follows for each unit by itself."""
        return not (self.activation.is_identity or self.activation.activation.rows)

    sum_words: ClassVar[str]


@dataclass(frozen=True)
class Convolution(Filters):
    """z at a place is the bias plus the sum of weight * input over the window there.

    Cross-correlation, as in PyTorch: the kernel is not turned around. Shapes:
    [channels, length] to [filters, places] and [channels, height, width] to
    [filters, rows, columns]; weight [filters][channels / groups][kernel ...].
    """

    sum_words: ClassVar = "the weighted sum of its window"

    @classmethod
    def output_extents(
        cls, window: Window, source: Source, options: Values
    ) -> tuple[int, ...]:
        return places_on(window, source)

    def add_units(
        self, build: Builder, x: Variable, own: dict[str, Variable]
    ) -> Variable:
        z = build.value("z", self.name, self.axes, self.letters)
        weight, bias = own["weight"], own.get("bias")
        filters, channels = self.filters // self.groups, weight.shape[1]
        with (
            rounds(build, self.groups, "g") as group,
            build.loop(filters, "f") as f,
            build.loops(self.axes[1:], self.letters[1:]) as at,
        ):
            unit = group * filters + f
            here = (unit, *at)
            build.head(UnitNote(z[here], self.unit_words, kind="neuron"))
            build.assign(z[here], bias[unit] if bias else Number(0.0))
            with rounds(build, channels, "c") as c:
                channel = build.named("channel", group * channels + c)
                extents = self.source.shape[1:]
                with self.window.over(build, at, extents) as (offsets, places):
                    own_weight, seen = (unit, c, *offsets), (channel, *places)
                    build.accumulate(z[here], weight[own_weight] * x[seen])
            slope = own["slope"][unit] if "slope" in own else None
            return activate(build, self.activation, z, here, self.name, slope)


class Conv1d(Convolution):
    """A convolution along one axis, such as time."""

    type: ClassVar = "conv1d"
    keys: ClassVar = _keys(1, Padding(1, (SAME, CAUSAL)))
    dimensions: ClassVar = 1


class Conv2d(Convolution):
    """A convolution over images."""

    type: ClassVar = "conv2d"
    keys: ClassVar = _keys(2, Padding(2, (SAME,)))
    dimensions: ClassVar = 2


@dataclass(frozen=True)
class ConvTranspose2d(Filters):
    """Each input spreads its kernel over a window of the output, which sums up.

    The forward pass is the backward pass of a convolution by its input, and has
    its shapes the other way round: [channels, height, width] to [filters,
    rows, columns]; weight [channels][filters / groups][height][width].
    """

    type: ClassVar = "conv_transpose2d"
    keys: ClassVar = {**_keys(2, Padding(2)), "output_padding": Sizes(2, 0)}
    dimensions: ClassVar = 2
    sum_words: ClassVar = "the weighted sum of the inputs that spread to it"

    @staticmethod
    def in_weight(filters: T, channels: T) -> tuple[T, T]:
        return channels, filters

    @classmethod
    def output_extents(
        cls, window: Window, source: Source, options: Values
    ) -> tuple[int, ...]:
        """Source: torch.nn.ConvTranspose2d, the formula under "Shape"."""
        more = options.get("output_padding", (0, 0))
        limits = [
            max(pair) for pair in zip(window.stride, window.dilation, strict=True)
        ]
        if any(own >= limit for own, limit in zip(more, limits, strict=True)):
            message = f"output_padding {by(more)} is not below stride or dilation"
            raise LayerError(message, "output_padding")
        sizes = (source.shape[1:], window.stride, window.spans, window.padding, more)
        extents = tuple(
            (size - 1) * stride + span - padding + own
            for size, stride, span, padding, own in zip(*sizes, strict=True)
        )
        if min(extents) < 1:
            message = f"padding {window.sides} leaves nothing of the output"
            raise LayerError(message, "padding")
        return extents

    def add_units(
        self, build: Builder, x: Variable, own: dict[str, Variable]
    ) -> Variable:
        z = build.value("z", self.name, self.axes, self.letters)
        weight, bias = own["weight"], own.get("bias")
        filters = self.filters // self.groups
        channels = self.source.shape[0] // self.groups
        with rounds(build, self.groups, "g") as group, build.loop(filters, "f") as f:
            unit = group * filters + f
            with build.loops(self.axes[1:], self.letters[1:]) as at:
                here = (unit, *at)
                if self.is_activated:  # its sum stands with the unit
                    build.head(UnitNote(z[here], self.unit_words, kind="neuron"))
                build.assign(z[here], bias[unit] if bias else Number(0.0))
            with rounds(build, channels, "c") as c:
                channel = build.named("channel", group * channels + c)
                with (
                    build.loop(self.source.shape[1], "y") as y,
                    self.window.along(build, 0, y, self.shape[1]) as (i, row),
                    build.loop(self.source.shape[2], "x") as there,
                    self.window.along(build, 1, there, self.shape[2]) as (j, column),
                ):
                    spread = weight[channel, f, i, j] * x[channel, y, there]
                    build.accumulate(z[unit, row, column], spread)
            if not self.is_activated:
                return z
            with build.loops(self.axes[1:], self.letters[1:]) as at:
                here = (unit, *at)
                build.head(UnitNote(z[here], self.unit_words, kind="neuron"))
                slope = own["slope"][unit] if "slope" in own else None
                return activate(build, self.activation, z, here, self.name, slope)

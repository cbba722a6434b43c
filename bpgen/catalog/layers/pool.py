"""Pools: one number for each window, channel by channel."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from math import prod
from typing import ClassVar, TypeAlias

from bpgen.catalog.layers.base import LayerError, Source, Unary, row_major
from bpgen.catalog.layers.sizes import Padding, Sizes
from bpgen.catalog.layers.windows import (
    Window,
    by,
    check_axes,
    places_on,
    rounds,
    window,
)
from bpgen.program import nodes as ir
from bpgen.program.builder import Builder
from bpgen.program.notes import UnitNote
from bpgen.reading.kinds import Flag, Kind
from bpgen.reading.records import Values

LOWEST = -sys.float_info.max
Seen: TypeAlias = AbstractContextManager[tuple[ir.Index, ...]]

BACK_TO_LARGEST = "The largest alone was passed on, so it alone gets the slope."
LARGEST_OF = "the largest of its window, the first of equals"


@dataclass(frozen=True)
class Pool(Unary):
    """One number for each window: what it sees, and what is made of that."""

    unit_words: ClassVar[str]

    def forward(self, build: Builder, x: ir.Variable) -> ir.Variable:
        a = build.value("a", self.name, self.axes, self.letters)
        with build.section(self.note), build.loops(self.axes, self.letters) as at:
            build.head(UnitNote(a[at], self.unit_words, kind="window"))
            if self.size == 1:
                with self.seen(build, at) as place:
                    build.assign(a[at], x[place])
            else:
                self.add_unit(build, x, a, at)
        return a

    @abstractmethod
    def seen(self, build: Builder, at: tuple[ir.Index, ...]) -> Seen:
        """For each element of the window of an output: its place in the input;
        nothing for what lies in the padding."""

    @property
    @abstractmethod
    def axis(self) -> int:
        """The axis of the channels, or of the features."""

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of elements in the window."""

    @property
    def counts_inside(self) -> bool:
        """Whether a mean leaves the padding out."""
        return False

    @abstractmethod
    def add_unit(
        self, build: Builder, x: ir.Variable, a: ir.Variable, at: tuple[ir.Index, ...]
    ) -> None:
        """The statements for one output."""

    # What becomes of a window -----------------------------------------------------

    def add_largest(
        self, build: Builder, x: ir.Variable, a: ir.Variable, at: tuple[ir.Index, ...]
    ) -> None:
        """The largest element of the window; of equals the first, as in PyTorch.

        The search has no derivative. Its result is where the winner stands in its
        channel: that element goes on, and to it the gradient comes back. Where nothing
        is larger than the lowest number, what was first at hand goes on.
        """
        axes, letters = self.axes, self.letters
        largest = build.value("largest", self.name, axes, letters)[at]
        winner = build.value("winner", self.name, axes, letters, is_whole=True)[at]
        build.assign(winner, ir.Position(self.in_channel(self.first(at))))
        build.assign(largest, ir.Number(LOWEST))
        with (
            self.seen(build, at) as place,
            build.where(ir.Compare(">", x[place], largest)),
        ):
            build.assign(winner, ir.Position(self.in_channel(place)))
            build.assign(largest, ir.Stop(x[place]))
        axis, count = self.axis, prod(self.source.shape)
        count //= self.source.shape[axis]
        chosen = build.whole("winner", winner, count)
        others = ("",) * count
        if axis == 0:
            seen = x.along((x.axes[0], others), "cn") if len(x.axes) > 2 else x
            build.assign(a[at], seen[at[0], chosen])
        else:
            build.assign(a[at], x[chosen, at[0]])

    def in_channel(self, place: tuple[ir.Index, ...]) -> ir.Index:
        """The number of an element of the input among those of its channel."""
        axis, shape = self.axis, self.source.shape
        others = place[:axis] + place[axis + 1 :]
        return row_major(others, shape[:axis] + shape[axis + 1 :])

    @abstractmethod
    def first(self, at: tuple[ir.Index, ...]) -> tuple[ir.Index, ...]:
        """An element of the input, in the window of an output wherever one and the
        same place of every window is inside the input."""

    def add_mean(
        self, build: Builder, x: ir.Variable, a: ir.Variable, at: tuple[ir.Index, ...]
    ) -> None:
        """The sum over the window, divided by its size, or by the number of those
        elements that are inside the input."""
        total = build.value("total", self.name, self.axes, self.letters)[at]
        divisor: ir.Expression = ir.Number(float(self.size))
        build.assign(total, ir.Number(0.0))
        if self.counts_inside:
            count = build.value("inside", self.name, self.axes, self.letters)[at]
            build.assign(count, ir.Number(0.0))
            divisor = count
        with self.seen(build, at) as place:
            build.accumulate(total, x[place])
            if self.counts_inside:
                build.accumulate(count, ir.Number(1.0))
        build.assign(a[at], total / divisor)


@dataclass(frozen=True)
class SlidingPool(Pool):
    """A pool over a window that slides.

    Shapes: [channels, length] to [channels, places], or [channels, height, width]
    to [channels, rows, columns].
    """

    dimensions: ClassVar[int]
    required: ClassVar = ("kernel",)

    window: Window

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> SlidingPool:
        check_axes(cls.type, cls.dimensions, source)
        chosen = window(options, cls.dimensions, options["kernel"])
        _check_padding(chosen)
        places_on(chosen, source)
        return cls(name, source, chosen)

    @property
    def words(self) -> str:
        return f"{self.type}, windows of {by(self.window.kernel)}{self.window.words}"

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.source.shape[0], *self.window.places(self.source.shape[1:]))

    @property
    def channels_first(self) -> bool:
        return True

    @property
    def axis(self) -> int:
        return 0

    @property
    def size(self) -> int:
        return prod(self.window.kernel)

    @contextmanager
    def seen(
        self, build: Builder, at: tuple[ir.Index, ...]
    ) -> Iterator[tuple[ir.Index, ...]]:
        channel, *others = at
        extents = self.source.shape[1:]
        with self.window.over(build, tuple(others), extents) as (_, places):
            yield channel, *places

    def first(self, at: tuple[ir.Index, ...]) -> tuple[ir.Index, ...]:
        window, (channel, *others) = self.window, at
        axes = zip(others, window.kernel, window.padding, window.stride, strict=True)
        places = [
            index * stride if padding < size else ir.Index(0)
            for index, size, padding, stride in axes
        ]
        return channel, *places


@dataclass(frozen=True)
class GlobalPool(Pool):
    """A pool over all elements of a channel, or over all steps of a feature.

    Shapes: [channels, length] or [channels, height, width] to [channels];
    [time, features] to [features].
    """

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> GlobalPool:
        if len(source.axes) == 1:
            raise LayerError(f"{cls.type} needs an image or a sequence, got {source}")
        return cls(name, source)

    @property
    def words(self) -> str:
        return f"{self.type} of {by(self.extents)}"

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.source.shape[self.axis],)

    @property
    def letters(self) -> str:
        return self.source.letters[self.axis]

    @property
    def extents(self) -> tuple[int, ...]:
        """The sizes of all axes but that of the channels."""
        axis, shape = self.axis, self.source.shape
        return shape[:axis] + shape[axis + 1 :]

    @property
    def axis(self) -> int:
        return self.source.channel_axis

    @property
    def size(self) -> int:
        return prod(self.extents)

    @contextmanager
    def seen(
        self, build: Builder, at: tuple[ir.Index, ...]
    ) -> Iterator[tuple[ir.Index, ...]]:
        axis, letters = self.axis, self.source.letters
        letters = letters[:axis] + letters[axis + 1 :]
        with ExitStack() as stack:
            others = tuple(
                stack.enter_context(rounds(build, extent, letter))
                for extent, letter in zip(self.extents, letters, strict=True)
            )
            yield *others[:axis], *at, *others[axis:]

    def first(self, at: tuple[ir.Index, ...]) -> tuple[ir.Index, ...]:
        axis, others = self.axis, (ir.Index(0),) * len(self.extents)
        return *others[:axis], *at, *others[axis:]


@dataclass(frozen=True)
class AveragePool(SlidingPool):
    """The mean of each window; the padding counts as zeros, or not at all."""

    unit_words: ClassVar = "the mean of its window"
    why: ClassVar = "All numbers of a window have the same share in its mean."
    add_unit = Pool.add_mean

    counts_padding: bool = True

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> SlidingPool:
        pool = super().resolve(name, source, options)
        counts = options.get("count_include_pad", True)
        return cls(name, source, pool.window, counts)

    @property
    def words(self) -> str:
        return super().words + (", not counted" if self.counts_inside else "")

    @property
    def counts_inside(self) -> bool:
        return any(self.window.padding) and not self.counts_padding


def _check_padding(window: Window) -> None:
    """Refuse padding in which a window could see nothing else.

    Raises:
        LayerError: so much, with PyTorch's limit: half the kernel on each side.
    """
    kernel, too_much = by(window.kernel), f"padding {window.sides} is more than "
    for size, *sides in zip(window.kernel, window.before, window.after, strict=True):
        if sum(sides) <= size and max(sides) < size:
            continue
        if window.before == window.after:
            raise LayerError(f"{too_much}half the kernel {kernel}", "padding")
        message = f"{too_much}a window of {kernel} allows: some input must be in each"
        raise LayerError(message, "padding")


def _keys(axes: int) -> dict[str, Kind]:
    sizes = {"kernel": Sizes(axes, 1), "stride": Sizes(axes, 1)}
    return {**sizes, "padding": Padding(axes)}


class MaxPool1d(SlidingPool):
    """The largest element of each window along one axis."""

    type: ClassVar = "max_pool1d"
    keys: ClassVar = _keys(1)
    dimensions: ClassVar = 1
    unit_words: ClassVar = LARGEST_OF
    why: ClassVar = BACK_TO_LARGEST
    add_unit = Pool.add_largest


class MaxPool2d(SlidingPool):
    """The largest element of each window of an image."""

    type: ClassVar = "max_pool2d"
    keys: ClassVar = _keys(2)
    dimensions: ClassVar = 2
    unit_words: ClassVar = LARGEST_OF
    why: ClassVar = BACK_TO_LARGEST
    add_unit = Pool.add_largest


class AveragePool1d(AveragePool):
    """The mean of each window along one axis."""

    type: ClassVar = "avg_pool1d"
    keys: ClassVar = {**_keys(1), "count_include_pad": Flag()}
    dimensions: ClassVar = 1


class AveragePool2d(AveragePool):
    """The mean of each window of an image."""

    type: ClassVar = "avg_pool2d"
    keys: ClassVar = {**_keys(2), "count_include_pad": Flag()}
    dimensions: ClassVar = 2


class GlobalMaxPool(GlobalPool):
    """The largest element of each channel."""

    type: ClassVar = "global_max_pool"
    unit_words: ClassVar = "the largest of its channel, the first of equals"
    why: ClassVar = BACK_TO_LARGEST
    add_unit = Pool.add_largest


class GlobalAveragePool(GlobalPool):
    """The mean of each channel."""

    type: ClassVar = "global_avg_pool"
    unit_words: ClassVar = "the mean of its channel"
    why: ClassVar = "All numbers of a channel have the same share in its mean."
    add_unit = Pool.add_mean

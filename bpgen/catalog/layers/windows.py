"""Windows that slide over the last axes of an input, for convolutions and pools.

In: the keys of a layer. Out: where a window stands, and the loops over what it sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from operator import add

from bpgen.catalog.layers.base import LayerError, Source
from bpgen.catalog.layers.sizes import CAUSAL, SAME
from bpgen.program.builder import Builder
from bpgen.program.nodes import Index
from bpgen.reading.records import Values

PLACES = {1: ("place",), 2: ("row", "column")}  # what an index is called
AXES = {1: "[channels, length]", 2: "[channels, height, width]"}
COLOURS = (1, 3, 4)  # channels that images usually have


@dataclass(frozen=True, slots=True)
class Window:
    """Where a window can stand; every attribute has one number for each axis.

    Attributes:
        kernel: the number of elements in the window.
        stride: how far it moves from one output to the next.
        before, after: the elements of padding around the input.
        dilation: how far its elements are apart.
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    dilation: tuple[int, ...]

    @property
    def spans(self) -> tuple[int, ...]:
        """How far it reaches, from its first to its last element."""
        pairs = zip(self.kernel, self.dilation, strict=True)
        return tuple(dilation * (size - 1) + 1 for size, dilation in pairs)

    @property
    def padding(self) -> tuple[int, ...]:
        """The elements of padding on both sides together."""
        return tuple(map(add, self.before, self.after))

    @property
    def sides(self) -> str:
        """The padding in words: 1x1, or 0x0 before and 1x1 after."""
        if self.before == self.after:
            return by(self.before)
        return f"{by(self.before)} before and {by(self.after)} after"

    def places(self, extents: tuple[int, ...]) -> tuple[int, ...]:
        """How many places it has on an input of that size, along each axis.

        Source: torch.nn.Conv2d, the formula under "Shape".

        Raises:
            LayerError: it is larger than the padded input.
        """
        padded = tuple(map(add, extents, self.padding))
        if any(span > size for span, size in zip(self.spans, padded, strict=True)):
            what = "padded input" if any(self.padding) else "input"
            message = f"a window of {by(self.spans)} is larger than the {what}"
            raise LayerError(f"{message} of {by(padded)}", "kernel")
        steps = zip(padded, self.spans, self.stride, strict=True)
        return tuple((size - span) // stride + 1 for size, span, stride in steps)

    @contextmanager
    def along(
        self, build: Builder, axis: int, at: Index, extent: int
    ) -> Iterator[tuple[Index, Index]]:
        """For each element of the window, along one axis: its number in the window,
        and where it lies if the window is the one number `at`.

        What lies outside 0 ... extent - 1 is skipped.
        """
        names = PLACES[len(self.kernel)]
        with rounds(build, self.kernel[axis], "ij"[axis]) as offset:
            place = at * self.stride[axis] + offset * self.dilation[axis]
            place = build.named(names[axis], place + -self.before[axis])
            with build.inside(place, extent):
                yield offset, place

    @contextmanager
    def over(
        self, build: Builder, at: tuple[Index, ...], extents: tuple[int, ...]
    ) -> Iterator[tuple[tuple[Index, ...], tuple[Index, ...]]]:
        """As `along`, for all axes; a row that lies outside is skipped whole."""
        with ExitStack() as stack:
            found = [
                stack.enter_context(self.along(build, axis, index, extent))
                for axis, (index, extent) in enumerate(zip(at, extents, strict=True))
            ]
            offsets, places = zip(*found, strict=True)
            yield offsets, places

    @property
    def words(self) -> str:
        """What is not the default, in words."""
        parts = []
        if set(self.stride) != {1}:
            parts.append(f"stride {short(self.stride)}")
        if self.before != self.after:
            before, after = short(self.before), short(self.after)
            parts.append(f"padding {before} before and {after} after")
        elif any(self.before):
            parts.append(f"padding {short(self.before)}")
        if set(self.dilation) != {1}:
            parts.append(f"dilation {short(self.dilation)}")
        return "".join(f", {part}" for part in parts)


def window(options: Values, axes: int, stride: tuple[int, ...]) -> Window:
    """The window that the keys of a layer ask for; `stride` is the default.

    Raises:
        LayerError: padding `same` with a stride.
    """
    ones = (1,) * axes
    kernel, dilation = options["kernel"], options.get("dilation", ones)
    stride = options.get("stride", stride)
    padding = options.get("padding", ((0, 0),) * axes)
    total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    if padding == SAME:
        if stride != ones:
            message = f"padding same needs stride 1, got {short(stride)}"
            raise LayerError(message, "padding")
        padding = [(size // 2, size - size // 2) for size in total]
    elif padding == CAUSAL:
        padding = [(size, 0) for size in total]
    before, after = zip(*padding, strict=True)
    return Window(kernel, stride, before, after, dilation)


@contextmanager
def rounds(build: Builder, count: int, letter: str) -> Iterator[Index]:
    """A loop, but none where there is only one round."""
    if count == 1:
        yield Index(0)
    else:
        with build.loop(count, letter) as index:
            yield index


def by(sizes: tuple[int, ...]) -> str:
    """Sizes in words: 3x3."""
    return "x".join(map(str, sizes))


def short(sizes: tuple[int, ...]) -> str:
    """The same, but one number where all are equal."""
    return str(sizes[0]) if len(set(sizes)) == 1 else by(sizes)


def check_axes(kind: str, axes: int, source: Source) -> None:
    """Refuse an input that has not one axis of channels and so many others.

    Raises:
        LayerError: it has more or fewer.
    """
    if len(source.axes) != axes + 1:
        message = f"{kind} needs {AXES[axes]}, got {source}"
        wanted = AXES[axes].replace("channels", "1", 1)
        if len(source.axes) == axes:  # a picture in grey
            wanted = str([1, *source.shape])
        raise LayerError(f"{message}: write input: {wanted}, or add a reshape layer")


def places_on(window: Window, source: Source) -> tuple[int, ...]:
    """How many places a window has on an input; see `Window.places`.

    Raises:
        LayerError: it is larger; where the channels seem to come last, with that.
    """
    try:
        return window.places(source.shape[1:])
    except LayerError as error:
        *others, last = source.shape
        if len(others) < 2 or last not in COLOURS or min(others) <= last:
            raise
        message = f"{error}: channels come first: {[last, *others]}"
        raise LayerError(message, error.key) from None

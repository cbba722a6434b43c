"""A convolution, drawn: which inputs meet which weight.

In: what happened to the slopes of one kernel, and the numbers of the sample. Out: the
input as an image with one window marked, what each weight of the kernel makes of it,
and the image with all inputs marked that one weight ever meets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from bpgen.explaining.digits import rounded
from bpgen.explaining.model import Cell, Pixel, Table
from bpgen.explaining.notations import Namer
from bpgen.explaining.run import slope_key
from bpgen.explaining.special import OWN, sum_of
from bpgen.explaining.trace import Record
from bpgen.program.blocks import Program
from bpgen.program.evaluate import Place
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Variable

MOST = 12  # rows and columns of an image
AROUND = 2  # of a window, in a larger image
MOST_WEIGHTS = 27  # of a kernel
LAYS = (
    "Here the window of {name} lies on the marked inputs, at {at}. Each weight of the "
    "kernel meets the input at its own place, and the products are added up."
)
MEETS = (
    "The same weight meets all marked inputs, one at each place of the window: {count} "
    "of them. So a sample adds as many terms to its slope, each the slope of an output "
    "times the input that it met there."
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One weight meets one input, at one place of the output."""

    weight: Key
    input: Key
    at: tuple[tuple[str, int], ...]


def kernel_of(program: Program) -> dict[Key, Key]:
    """A kernel of the first layer that uses its weights at many places: one channel of
    one filter, its weights by their slopes."""
    for variable in program.gradients:
        if len(variable.shape) > 2:
            inner = product(*map(range, variable.shape[2:]))
            own = [(variable, (0, 0, *place)) for place in inner]
            return {slope_key(key): key for key in own}
    return {}


def windows(
    kernel: Mapping[Key, Key],
    records: Sequence[Record],
    kept: Mapping[Key, float],
    names: Namer,
    values: Mapping[Key, float],
) -> Iterator[Table]:
    """The window with the most to see, and where the kernel's first weight goes.

    `kernel` has the weights by their slopes, `values` their numbers.
    """
    met = [
        meeting
        for record in records
        if record.key in kernel
        for meeting in meetings(record, kernel[record.key], kept)
    ]
    if not met:
        return
    by_place: dict[tuple[tuple[str, int], ...], list[Meeting]] = defaultdict(list)
    for meeting in met:
        by_place[meeting.at].append(meeting)

    def seen(own: Sequence[Meeting]) -> tuple[int, float]:
        return len(own), sum_of([abs(kept[meeting.input]) for meeting in own])

    place, window = max(by_place.items(), key=lambda item: seen(item[1]))
    first = next(iter(kernel.values()))
    variable, channel = window[0].input[0], window[0].input[1]
    where = ", ".join(f"{name} = {at}" for name, at in place)
    owner = first[0].name.removeprefix(f"{first[0].prefix}_")
    lit = {meeting.input for meeting in window}
    text = LAYS.format(name=owner, at=where)
    image, step = Image(variable, channel, kept), f"forward-{owner}"
    drawn = image.table(f"{owner}: one window of one filter", text, lit)
    yield replace(drawn, step=step)
    yield replace(products(window, owner, kept, names, values), step=step)
    all_met = {meeting.input for meeting in met if meeting.weight == first}
    text = MEETS.format(count=len(all_met))
    drawn = image.table(f"Where {names(*first)} meets inputs", text, all_met)
    yield replace(drawn, step=f"backward-{owner}")


def meetings(
    record: Record, weight: Key, kept: Mapping[Key, float]
) -> Iterator[Meeting]:
    """Which input a term of a weight's slope is about."""
    inside = {n for index in record.statement.target.indices for n, _ in index.terms}
    at = tuple(
        (name, own)
        for name, own in record.at.items()
        if name not in inside and name not in OWN
    )
    for key, _ in record.read.values():
        if key in kept and key[1]:
            yield Meeting(weight, key, at)


def products(
    window: Sequence[Meeting],
    owner: str,
    kept: Mapping[Key, float],
    names: Namer,
    values: Mapping[Key, float],
) -> Table:
    """What each weight makes of the input that it meets, and the sum."""
    rows: list[tuple[Cell, ...]] = []
    terms = []
    for meeting in window:
        weight, own = values[meeting.weight], kept[meeting.input]
        terms.append(weight * own)
        row = names(*meeting.weight), weight, names(*meeting.input), own, terms[-1]
        rows.append(row)
    rows = rows[:MOST_WEIGHTS]
    rows.append(("sum", "", "", "", sum_of(terms)))
    heads = ("weight", "its value", "input", "its value", "product")
    text = "What this channel adds to the net input, before the bias."
    return Table(f"{owner}: the same window in numbers", text, heads, tuple(rows))


@dataclass(frozen=True, slots=True)
class Image:
    """A channel of what a convolution reads, or of any array.

    Attributes:
        place: of any number of the channel.
        rows_from: how many axes an array has that is shown as more than a row.
        around: how many rows and columns about what is marked, in a larger one.
    """

    variable: Variable
    place: Place
    kept: Mapping[Key, float]
    rows_from: int = 3
    around: int = AROUND

    def table(self, title: str, text: str, lit: Collection[Key]) -> Table:
        """The channel as rows of numbers, some of them marked."""
        extents = tuple(map(len, self.variable.axes))[-2:]
        is_row = len(self.variable.axes) < self.rows_from
        height, width = (1, extents[-1]) if is_row else extents
        before = self.place[:-1] if is_row else self.place[:-2]
        marked = [key[1] for key in lit]
        tall = [0 if is_row else at[-2] for at in marked]
        down = around(tall, height, self.around)
        across = around([at[-1] for at in marked], width, self.around)
        largest = max((abs(x) for x in self.numbers(before)), default=0.0) or 1.0
        rows: list[tuple[Cell, ...]] = []
        for y in down:
            row: list[Cell] = [str(y)]
            for x in across:
                key = self.variable, ((*before, x) if is_row else (*before, y, x))
                value = self.kept.get(key)
                own = "" if value is None else pixel_text(value)
                row.append(Pixel(own, abs(value or 0.0) / largest, key in lit))
            rows.append(tuple(row))
        if (len(down), len(across)) != (height, width):
            text += f" (A part of {height} x {width}.)"
        return Table(title, text, ("", *map(str, across)), tuple(rows))

    def numbers(self, before: Place) -> Iterator[float]:
        """Those of the channel."""
        for (variable, place), value in self.kept.items():
            if variable == self.variable and place[: len(before)] == before:
                yield value


def pixel_text(value: float) -> str:
    """A number as it is, if that is short, else rounded."""
    short = f"{value or 0.0:.10g}"
    is_short = len(short.lstrip("-")) <= 6 and "e" not in short
    return short if is_short else rounded(value, places=3)


def around(marked: Sequence[int], extent: int, more: int) -> range:
    """The rows to be shown: all, or those around what is marked."""
    if extent <= MOST:
        return range(extent)
    low, high = max(0, min(marked) - more), min(extent, max(marked) + more + 1)
    return range(low, min(high, low + MOST))

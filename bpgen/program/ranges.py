"""Which elements a statement writes: the ranges of its indices in all its loops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from bpgen.program.nodes import (
    BATCH,
    Accumulate,
    Assign,
    Block,
    Compare,
    Each,
    Element,
    For,
    If,
    Index,
    Position,
    Role,
    Section,
    Variable,
    Whole,
)
from bpgen.program.walks import elements, reads

Ranges: TypeAlias = list[tuple[int, int]]  # the least and the largest index, by axis
Loops: TypeAlias = dict[str, tuple[int, int]]  # the same of each loop variable
WHOLE_BATCH = {name: (1, 1) for name, _ in BATCH.terms}  # as long as SAMPLES


def writes(
    block: Block, loops: Loops, compared: tuple[Element, ...] = ()
) -> Iterator[tuple[Assign | Accumulate, set[Element], Loops]]:
    """The statements of a block, each with what it and the comparisons around it
    read, and with the ranges of the loops around it."""
    for statement in block:
        match statement:
            case For(index, stop, body, start=start):
                low = range_of(Index.of(start), loops)[0]
                high = range_of(Index.of(stop), loops)[1] - 1
                yield from writes(body, loops | {index: (low, high)}, compared)
            case If(Compare() as condition, body):
                yield from writes(body, loops, (*compared, *elements(condition)))
            case If(_, body) | Section(_, body) | Each(_, body):
                yield from writes(body, loops, compared)
            case Assign(Element(Variable(name)), Whole(value, count)):
                loops = loops | {name: (0, count - 1)}
                yield statement, {*compared, value}, loops
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                loops = loops | {name: range_of(place, loops)}
            case Assign() | Accumulate():
                yield statement, {*compared, *reads(statement)}, loops


def overlap(one: Ranges, other: Ranges) -> bool:
    """Whether two sets of elements, each given by the ranges of its indices, meet."""
    if len(one) != len(other):  # along other axes
        return True
    pairs = zip(one, other, strict=True)
    return all(a[0] <= b[1] and b[0] <= a[1] for a, b in pairs)


def range_of(index: Index, loops: Loops) -> tuple[int, int]:
    """The smallest and the largest value of an index."""
    low = high = index.constant
    for name, factor in index.terms:
        ends = [factor * end for end in loops[name]]
        low, high = low + min(ends), high + max(ends)
    if index.modulus and high // index.divisor >= index.modulus:
        return 0, index.modulus - 1
    return low // index.divisor, high // index.divisor


def inside_of(index: Index, extent: int, loops: Loops) -> Loops:
    """The ranges where an index is inside of 0 ... extent - 1."""
    match index.terms:
        case ((name, 1),) if index.constant == 0:
            low, high = loops[name]
            return loops | {name: (max(low, 0), min(high, extent - 1))}
        case _:
            return loops

"""Views where arrays are nested lists: every element by the axes of what holds it.

In and out: a `Program` in loops. A loop along the axis of a view becomes one loop for
each axis that it joins; a place that no loop goes along is divided. The order of the
elements stays, so the bits do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod

from bpgen.program.blocks import Program
from bpgen.program.labels import SPARE_LETTERS
from bpgen.program.nodes import (
    Assign,
    Block,
    Compare,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Position,
    Role,
    Section,
    Statement,
    Variable,
    Whole,
)
from bpgen.program.ranges import WHOLE_BATCH, Loops, inside_of, range_of
from bpgen.program.rewriting import Change, noted, with_elements
from bpgen.program.rules import check
from bpgen.program.walks import readings, transform_sides
from bpgen.styles.rounds import with_indices

# Flat lists in every language: a view of them is one, too.
FLAT = (Role.INPUT, Role.INPUT_GRADIENT, Role.TARGET)


def nest(program: Program) -> Program:
    """The same program without views of nested lists."""
    blocks = {
        name: tuple(_nested(block, WHOLE_BATCH)) for name, block in program.blocks()
    }
    return check(program.with_blocks(blocks))


def _nested(block: Block, loops: Loops) -> Iterator[Statement]:
    for statement in block:
        match statement:
            case For():
                yield _loop(_split(statement, loops), loops)
            case If(Compare() as condition, body):
                sides = transform_sides(condition, _change_nodes(loops))
                yield If(sides, tuple(_nested(body, loops)))
            case If(Inside(index, extent) as condition, body):
                yield If(
                    condition, tuple(_nested(body, inside_of(index, extent, loops)))
                )
            case Section(note, body):
                yield Section(noted(note, _change(loops)), tuple(_nested(body, loops)))
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                loops = loops | {name: range_of(place, loops)}
                yield statement
            case Assign(Element(Variable(name)), Whole(_, count)):
                loops = loops | {name: (0, count - 1)}
                yield from with_elements((statement,), _change(loops))
            case _:
                yield from with_elements((statement,), _change(loops))


def _change(loops: Loops) -> Change:
    return lambda element: nested_element(element, loops)


def _change_nodes(loops: Loops) -> Callable[[Expression], Expression | None]:
    return lambda node: (
        nested_element(node, loops) if isinstance(node, Element) else None
    )


def _loop(loop: For, loops: Loops) -> For:
    low = range_of(Index.of(loop.start), loops)[0]
    high = range_of(Index.of(loop.stop), loops)[1] - 1
    inner = loops | {loop.index: (low, high)}
    note = noted(loop.note, _change(inner))
    return replace(loop, body=tuple(_nested(loop.body, inner)), note=note)


def _split(loop: For, loops: Loops) -> For:
    """The loop as one for each axis that it goes along at once."""
    if loop.start != 0 or not isinstance(loop.stop, int):
        return loop
    for statement, read in readings(loop.body):
        for element in (statement.target, *read):
            joined = _joined(element, loop.index, loop.stop)
            if len(joined) > 1 and prod(size for size, _ in joined) == loop.stop:
                return _in_axes(loop, joined, loops)
    return loop


def _joined(element: Element, name: str, stop: int) -> list[tuple[int, str]]:
    """The axes that the axis of a view joins along which a loop goes: how long each
    is, and its letter."""
    view = element.variable
    if view.of is None or view.role in FLAT:
        return []
    for axis, index in enumerate(element.indices):
        if index == Index(0, ((name, 1),)) and view.shape[axis] == stop:
            inside = prod(view.shape[axis + 1 :])
            shape = view.of.shape
            strides = [prod(shape[at + 1 :]) for at in range(len(shape))]
            letters = view.of.loop_letters.rjust(len(shape))  # a sample has none
            return [
                (size, letter)
                for size, stride, letter in zip(shape, strides, letters, strict=True)
                if inside <= stride < inside * stop and size > 1
            ]
    return []


def _in_axes(loop: For, axes: list[tuple[int, str]], loops: Loops) -> For:
    taken = loops.keys() | set(_names(loop.body))
    names, sizes = list[str](), [size for size, _ in axes]
    for _, letter in axes:
        free = (one for one in (letter, *SPARE_LETTERS) if one not in taken)
        names.append(next(free, ""))
        taken |= {names[-1]}
    if "" in names:
        return loop
    number = Index()
    for name, size in zip(names, sizes, strict=True):
        number = number * size + Index(0, ((name, 1),))
    body = with_indices(loop.body, {loop.index: number})
    for name, size in reversed(list(zip(names, sizes, strict=True))):
        body = (replace(loop, index=name, stop=size, body=body, note=None),)
    (outer,) = body
    assert isinstance(outer, For)
    return replace(outer, note=loop.note)


def _names(block: Block) -> Iterator[str]:
    for statement in block:
        match statement:
            case For(index, body=body):
                yield index
                yield from _names(body)
            case If(body=body) | Section(body=body):
                yield from _names(body)


def nested_element(element: Element, loops: Loops) -> Element:
    """An element of a view as one of what holds it."""
    view, of = element.variable, element.variable.of
    if of is None or view.role in FLAT:
        return element
    first = element.indices[:1] if view.is_batched else ()
    rest = Index()
    for index, size in zip(
        element.indices[len(first) :], map(len, view.axes), strict=True
    ):
        rest = rest * size + index
    sizes, found = list(map(len, of.axes)), list(first)
    for axis, size in enumerate(sizes):
        stride = prod(sizes[axis + 1 :])
        digit, left = _divided(rest, stride)
        low, high = range_of(left, loops)
        if low >= 0 and high < stride and range_of(digit, loops)[1] < size:
            found.append(digit)
            rest = left
        else:
            is_below = range_of(rest, loops)[1] // stride < size
            found.append(replace(rest, divisor=stride, modulus=0 if is_below else size))
    return Element(of, tuple(found))


def _divided(index: Index, by: int) -> tuple[Index, Index]:
    """How often a number is in an index, term by term, and what is left."""
    whole, rest = divmod(index.constant, by)
    often = tuple((name, f // by) for name, f in index.terms if f % by == 0)
    left = tuple((name, f) for name, f in index.terms if f % by)
    return Index(whole, often), Index(rest, left)

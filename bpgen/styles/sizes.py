"""A program with sizes in the places of numbers.

In: a `Program` in loops, and the names of what it counts (`counted`). Out: the program
whose loops end at sizes, and how long each axis is, in sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from bpgen.program.blocks import Program
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import (
    Block,
    Element,
    For,
    If,
    Index,
    Inside,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.rewriting import Change, noted, with_elements
from bpgen.program.size import Size, joined, product
from bpgen.styles.counted import (
    FAST,
    HELD,
    WINDOW,
    Place,
    along,
    indices_in,
    joined_by,
    loops_in,
    place_of,
)

Sizes: TypeAlias = Mapping[Place, Size]
ChangeIndex: TypeAlias = Callable[[Index, Place, Variable], Index]


def with_sizes(program: Program, sizes: Sizes) -> tuple[Program, Sizes]:
    """The program with sizes where loops end and in the indices inside of them; and
    all sizes, with those that follow from others."""
    states, gates = _derived(program, sizes)

    longer = {p: Size(size + 1, f"{size} + 1") for p, size in states.items()}
    known = {**longer, **gates, **sizes}

    def placed(index: Index, place: Place, variable: Variable) -> Index:
        size = states.get(place)
        if size and index == Index(size):  # the last state
            return Index(size)
        return _divided(index, shape_in(known, variable)[place[2] :])

    blocks = {
        name: tuple(_sized(with_elements(block, _with_indices(placed)), known))
        for name, block in program.blocks()
        if name != FAST
    }
    known = {**_in_steps(blocks.values(), known), **known}
    return program.with_blocks(blocks), _with_slopes(known, program)


def shape_in(sizes: Sizes, variable: Variable) -> tuple[int, ...]:
    """The shape of an array, in sizes where they are known."""
    return tuple(_extent(sizes, variable, axis) for axis in range(len(variable.labels)))


def _extent(sizes: Sizes, variable: Variable, axis: int) -> int:
    """How long an axis is; one that joins others as long as these together."""
    known = sizes.get(place_of(variable, axis))
    others = joined_by(variable, axis)
    if known or not others:
        return known or len(variable.labels[axis])
    return joined(tuple(sizes.get(place, place[1][place[2]]) for place in others))


# What follows from sizes ----------------------------------------------------------


def _derived(program: Program, sizes: Sizes) -> tuple[Sizes, Sizes]:
    """The axes of states, which have a place more than there are steps, each with the
    size that counts these; and those of weights that stand one gate above the other."""
    states, gates = dict[Place, Size](), dict[Place, Size]()
    for loop in (loop for _, block in program.blocks() for loop in loops_in(block)):
        size = _size_of(loop, sizes)
        for place, variable, index in indices_in(loop.body) if size else ():
            assert size is not None
            length = variable.shape[place[2]]
            if index.terms != ((loop.index, 1),) or place in sizes:
                continue
            if length == size + 1 and variable.role is Role.VALUE:
                states[place] = size
            elif length % size == 0 and variable.role in HELD:
                gates[place] = Size(length, f"{length // size} * {size}")
    return states, gates


def _in_steps(blocks: Iterable[Block], sizes: Sizes) -> Sizes:
    """The axes that loops go along step by step, as long as all steps are."""
    found: dict[Place, Size] = {}
    for loop in (loop for block in blocks for loop in loops_in(block)):
        for place, variable, index in indices_in(loop.body):
            match loop.stop, index.terms:
                case Size() as rounds, ((loop.index, Size() as step), _, *_):
                    length = variable.shape[place[2]]
                    if place not in sizes and length == rounds * step:
                        found[place] = Size(length, product((rounds, step)))
    return found


def _with_slopes(sizes: Sizes, program: Program) -> Sizes:
    """The sizes, with those of gradients from their weights."""
    both = {
        place_of(gradient_of(own), axis): sizes[place_of(own, axis)]
        for own in program.parameters
        for axis in range(len(own.labels))
        if place_of(own, axis) in sizes
    }
    return {**both, **sizes}


# The program ----------------------------------------------------------------------


def _size_of(loop: For, sizes: Sizes) -> Size | None:
    """How many rounds a loop has, if that has a name."""
    if not isinstance(loop.stop, int):
        return None
    return next((sizes[place] for place, _, _ in along(loop) if place in sizes), None)


def _sized(block: Block, sizes: Sizes) -> Iterator[Statement]:
    for statement in block:
        match statement:
            case For(body=body):
                size, inner = _size_of(statement, sizes), tuple(_sized(body, sizes))
                if size is None:
                    yield replace(statement, body=inner)
                    continue
                change = _inside(statement.index, size)
                note = noted(statement.note, change)
                inner = with_elements(inner, change)
                yield replace(statement, stop=size, body=inner, note=note)
            case Section(body=body):
                yield replace(statement, body=tuple(_sized(body, sizes)))
            case If(condition, body):
                if isinstance(condition, Inside):
                    condition = _guard(condition, body, sizes)
                yield If(condition, tuple(_sized(body, sizes)))
            case _:
                yield statement


def _guard(condition: Inside, body: Block, sizes: Sizes) -> Inside:
    """The condition with the size of the axis that it is about."""
    for place, _, index in indices_in(body):
        size = sizes.get(place)
        if size and index == condition.index and size == condition.extent:
            return Inside(index, size)
    return condition


def _inside(letter: str, size: Size) -> Change:
    """What a loop with a size changes: indices that count by as many, or gates."""

    def changed(index: Index, place: Place, variable: Variable) -> Index:
        if letter not in WINDOW:
            index = _with_steps(index, letter, size)
        gates, rest = divmod(index.constant, size)
        if index.terms != ((letter, 1),) or rest or gates < 1:
            return index
        if variable.role not in HELD or variable.shape[place[2]] % size:
            return index
        return replace(index, constant=Size(index.constant, product((gates, size))))

    return _with_indices(changed)


def _divided(index: Index, shape: tuple[int, ...]) -> Index:
    """The index of a place among those of a view, in sizes; of the axes from its own
    on."""
    inside = joined(shape[1:])
    if index.divisor == inside:
        index = replace(index, divisor=inside)
    return replace(index, modulus=shape[0]) if index.modulus == shape[0] else index


def _with_steps(index: Index, letter: str, size: Size) -> Index:
    """The index with the step of the letter before another one, where that is as long
    as all rounds of the other one are."""
    terms = list(index.terms)
    for at, ((before, step), (own, factor)) in enumerate(pairwise(index.terms)):
        if own == letter and step == size * factor:
            terms[at] = before, joined((size, factor))
    return replace(index, terms=tuple(terms))


def _with_indices(changed: ChangeIndex) -> Change:
    """A change of each index of an element."""

    def change(element: Element) -> Element:
        own, indices = element.variable, enumerate(element.indices)
        changes = (changed(index, place_of(own, at), own) for at, index in indices)
        return Element(own, tuple(changes))

    return change

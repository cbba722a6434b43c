"""What a net counts: units of a layer, steps, heads, and how long its axes are.

In: a `Program` in loops. Out: each thing that is counted, by the axes that are as long.
Axes along which one loop goes are as long by derivation: they count one thing. Axes
that are as long by chance do not. Windows, which only weights have, are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import TypeAlias

from bpgen.program.blocks import BLOCKS, Program
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import (
    Block,
    For,
    If,
    Index,
    Number,
    Role,
    Section,
    Variable,
    Whole,
)
from bpgen.program.walks import readings, statements

# An axis of an array, or of one of its views: the array, its shape and the axis. Where
# two letters count along it, one inside of the steps of the other, also the inner one.
Place: TypeAlias = tuple[str, tuple[int, ...], int, str]

FIRST = ("forward", "predict")  # by whose layers things are called
FAST = "step"  # written out for the numbers that a net has
HELD = (Role.PARAMETER, Role.GRADIENT, Role.BUFFER)
NO_LAYERS = {
    Role.INPUT: "input",
    Role.INPUT_GRADIENT: "input",
    Role.TARGET: "output",
}
WHOLE = -1  # in the place of an axis: all of them
WINDOW = "ij"  # what counts inside of a window
IMAGE = ("channels", "height", "width")
IN_GROUPS = ("f", "c")  # what counts inside of a group of channels
CHOSEN = "row"  # what an input chooses
# What a letter counts, beside the units of a layer.
COUNTED = {
    "t": "steps",
    "u": "steps",
    "h": "heads",
    "k": "head size",
    "f": "filters",
    "c": "channels",
    "g": "groups",
    "y": "height",
    "x": "width",
    CHOSEN: "vocabulary",
}
INPUTS, OUTPUTS = "Inputs of a sample.", "Outputs of a sample."
MOST_OWNERS = 3  # that a comment names
MOST_LETTERS = 50  # of their names, and what is between them
LONGEST = 20  # name, that leaves room for arithmetic on a line


@dataclass(frozen=True, slots=True)
class Counted:
    """Something that a net has so many of.

    Attributes:
        name: what it is to be called.
        words: what it is, as a sentence.
        of: the axes that it is the product of, where it counts what they join.
    """

    name: str
    number: int
    words: str
    of: tuple[Place, ...]


def counted(program: Program) -> dict[Place, Counted]:
    """What a program counts, by each of the axes that are as long."""
    blocks = dict(program.blocks())
    used = [blocks[n] for n in dict.fromkeys((*FIRST, *BLOCKS)) if n != FAST]
    axes = _Axes({place for block in used for place in _shifted(block)})
    for block in used:
        axes.join(block)
    for own in program.parameters:
        axes.unite_slopes(own)
    found, given = axes.counted(), program.input
    of = tuple(place_of(given, at) for at, size in enumerate(given.shape) if size > 1)
    if len(of) > 1:
        one = Counted("input_numbers", prod(given.shape), INPUTS, of)
        found |= {whole_of(given): one, whole_of(gradient_of(given)): one}
    return found


class _Axes:
    """Which axes are as long as each other, since one loop goes along them; of those
    that are `shifted` none that only sets zeros."""

    def __init__(self, shifted: set[Place]) -> None:
        self.shifted = shifted
        self.parents: dict[Place, Place] = {}
        self.first: dict[Place, tuple[Variable, str, int]] = {}  # loop along each

    def root(self, place: Place) -> Place:
        """The one that stands for all that are as long."""
        while self.parents.setdefault(place, place) != place:
            place = self.parents[place]
        return place

    def unite(self, places: list[Place]) -> None:
        """Take some for as long as each other."""
        for place in places:
            self.parents[self.root(place)] = self.root(places[0])

    def unite_slopes(self, variable: Variable) -> None:
        """Take an array for as long as that of its slopes."""
        slopes = gradient_of(variable)
        for axis in range(len(variable.labels)):
            self.unite([place_of(variable, axis), place_of(slopes, axis)])

    def join(self, block: Block) -> None:
        """Unite what each loop of a block goes along."""
        for loop in loops_in(block):
            by_length: dict[int, list[Place]] = {}
            for place, variable, length in along(loop):
                if place in self.shifted and _is_zeroing(loop):
                    continue
                self.first.setdefault(place, (variable, loop.index, length))
                by_length.setdefault(length, []).append(place)
            for places in (*by_length.values(), list(_inner(loop))):
                self.unite(places)
        for place, variable, count in _chosen(block):
            self.first.setdefault(place, (variable, CHOSEN, count))
            self.unite([place])
        for variable in {place: own for place, own, _ in indices_in(block)}.values():
            self.unite_slopes(variable)

    def counted(self) -> dict[Place, Counted]:
        """What is counted, by all that is as long."""
        groups: dict[Place, list[Place]] = {}
        for place, (variable, letter, number) in self.first.items():
            if (variable.role not in HELD or letter == CHOSEN) and number > 1:
                groups.setdefault(self.root(place), []).append(place)
        kinds = [self.kind(places) for places in groups.values()]
        told = {
            root: self.told(places, kinds.count(self.kind(places)) == 1)
            for root, places in groups.items()
        }
        roots = {place: self.root(place) for place in list(self.parents)}
        return {p: told[root] for p, root in roots.items() if root in told}

    def kind(self, places: list[Place]) -> str:
        """What is counted along some axes."""
        for place in places:
            view, _, _ = self.first[place]
            if view.of is not None and joined_by(view, place[2]):
                is_all = len(view.axes) == 1
                return "numbers" if is_all else "places"
        view, letter, _ = self.first[places[0]]
        if letter not in COUNTED and len(view.axes) == len(IMAGE):
            return IMAGE[places[0][2] - view.is_batched]
        is_grouped = places[0][3] in IN_GROUPS
        return COUNTED.get(letter, "units") + (" of a group" if is_grouped else "")

    def told(self, places: list[Place], is_only: bool) -> Counted:
        """What is counted along axes; `is_only`: whether nothing else is of a kind."""
        kind, (_, _, number) = self.kind(places), self.first[places[0]]
        of = (joined_by(self.first[place][0], place[2]) for place in places)
        joined = next(filter(None, of), ())
        owners = list(dict.fromkeys(map(self.owner, places)))
        layers = [own for own in owners if own not in NO_LAYERS.values()] or owners
        words = f"{kind.capitalize()} of {_enumerated(layers)}."
        if kind in ("units", "numbers") and layers[0] in NO_LAYERS.values():
            name = f"{layers[0]}_size"
            words = INPUTS if layers[0] == "input" else OUTPUTS
        elif kind == "units" and len(layers[0]) > 1:
            name = layers[0]
        elif is_only and kind in COUNTED.values():
            name = kind
        else:
            name = f"{layers[0]}_{kind}"
        if len(name) > LONGEST:  # what is counted, and which one of its layers' kind
            name = kind + layers[0][len(layers[0].rstrip("0123456789")) :]
        return Counted(name.replace(" ", "_"), number, words, joined)

    def owner(self, place: Place) -> str:
        """What an array belongs to: a layer, the input or the outputs."""
        variable, _, _ = self.first[place]
        own = re.sub(rf"^{variable.prefix}\d*[_.]+", "", variable.name)
        return NO_LAYERS.get(variable.role) or own


def _enumerated(owners: list[str]) -> str:
    """Some names, or the first of them: as many as a line has room for."""
    room = accumulate(len(name) + len(" and ") for name in owners[:MOST_OWNERS])
    most = owners[: max(1, sum(length <= MOST_LETTERS for length in room))]
    more = len(owners) - len(most)
    if more:
        return f"{', '.join(most)} and {more} more"
    *others, last = most
    return f"{', '.join(others)} and {last}" if others else last


# Places ---------------------------------------------------------------------------


def place_of(variable: Variable, axis: int) -> Place:
    """An axis of an array."""
    return variable.name, variable.shape, axis, ""


def whole_of(variable: Variable) -> Place:
    """All axes of an array as one."""
    return variable.name, variable.shape, WHOLE, ""


def loops_in(block: Block) -> Iterator[For]:
    """All loops of a block, the outer ones first."""
    for statement in block:
        match statement:
            case For(body=body):
                yield statement
                yield from loops_in(body)
            case If(body=body) | Section(body=body):
                yield from loops_in(body)


def indices_in(block: Block) -> Iterator[tuple[Place, Variable, Index]]:
    """Every index of an element of a block, and the axis that it is of."""
    for statement, read in readings(block):
        for element in (statement.target, *read):
            for axis, index in enumerate(element.indices):
                yield place_of(element.variable, axis), element.variable, index


def along(loop: For) -> Iterator[tuple[Place, Variable, int]]:
    """The axes along which a loop goes, to their end or to one that moves; and how
    long they are."""
    for place, variable, index in indices_in(loop.body):
        name, shape, axis, _ = place
        is_end = not isinstance(loop.stop, int) or shape[axis] == loop.stop
        if is_end and index == Index(0, ((loop.index, 1),)):
            yield place, variable, shape[axis]
        elif _letters(index)[1] == loop.index and index.terms[0][1] == loop.stop:
            yield (name, shape, axis, loop.index), variable, index.terms[0][1]


def _shifted(block: Block) -> Iterator[Place]:
    """The axes with a place more at the beginning, where a way through them starts."""
    for place, _, index in indices_in(block):
        if index.constant == 1 and len(index.terms) == 1:
            yield place


def _is_zeroing(loop: For) -> bool:
    """Whether a loop only sets numbers."""
    values = (statement.value for statement in statements(loop.body))
    return all(isinstance(value, Number) for value in values)


def _inner(loop: For) -> Iterator[Place]:
    """The axes that a loop goes along in steps, by the letter that counts inside of
    each: all steps are as long."""
    for (name, shape, axis, _), _, index in indices_in(loop.body):
        outer, inner = _letters(index)
        if outer == loop.index:
            yield name, shape, axis, inner


def _letters(index: Index) -> tuple[str, str]:
    """The letter that counts steps, and the one that counts inside of a step."""
    match index.terms:
        case ((outer, _), (inner, 1)) if inner not in WINDOW:
            return outer, inner
        case _:
            return "", ""


def _chosen(block: Block) -> Iterator[tuple[Place, Variable, int]]:
    """The axes of weights along which an input chooses, and how long they are."""
    wholes = (s for s, _ in readings(block) if isinstance(s.value, Whole))
    chosen = {statement.target.variable.name for statement in wholes}
    for place, variable, index in indices_in(block) if chosen else ():
        match index.terms:
            case ((name, 1),) if variable.role in HELD and name in chosen:
                yield place, variable, variable.shape[place[2]]


def joined_by(view: Variable, axis: int) -> tuple[Place, ...]:
    """The axes that an axis of a view joins; none if it is one of them."""
    if view.of is None:
        return ()
    inside, held = prod(view.shape[axis + 1 :]), view.of.shape
    strides = [prod(held[at + 1 :]) for at in range(len(held))]
    ends = range(inside, inside * view.shape[axis])
    found = [at for at, stride in enumerate(strides) if stride in ends]
    long = [at for at in found if held[at] > 1]
    is_whole = prod(held[at] for at in long) == view.shape[axis]  # no part of one
    return tuple(place_of(view.of, at) for at in long if len(long) > 1 and is_whole)

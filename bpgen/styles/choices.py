"""What a number chooses, once loops are written out: each place is asked for.

The number is one of the input, which chooses a row, or the winner of a search, which
is then the number of a place among those that the search can find, counted in their
order: 0 ... 3 for a window of 2 by 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from bpgen.program.nodes import (
    Add,
    Assign,
    Block,
    Compare,
    Element,
    Expression,
    If,
    Number,
    Position,
    Section,
    Select,
    Statement,
    Stop,
)
from bpgen.program.views import settled

# The places that a search can find, for each element that keeps the winner's.
Places: TypeAlias = dict[Element, set[int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A number that chooses one of some places."""

    value: Element
    places: tuple[int, ...]

    def cases(self) -> Iterator[tuple[Compare, int]]:
        """The condition for each place."""
        is_whole = self.value.variable.is_whole
        for number, place in enumerate(self.places):
            chosen = Number(number if is_whole else float(place))
            yield Compare("==", self.value, chosen), place


Choices: TypeAlias = dict[str, Choice]


def element_at(element: Element, at: dict[str, int]) -> Element:
    """An element at one round of the loops."""
    places = tuple(index.at(at) for index in element.indices)
    return settled(Element(element.variable, places))


def chooser(element: Element, choices: Choices) -> str:
    """The name of the winner of a search that chooses the element, if one does."""
    names = (name for index in element.indices for name, _ in index.terms)
    found = (name for name in names if name in choices)
    return next((n for n in found if choices[n].value.variable.is_whole), "")


def found_by(
    target: Element, value: Element, choices: Choices, at: dict[str, int]
) -> Iterator[Statement]:
    """target = value where a search found it: the first of its places, unless it was
    another one. What the gradient comes back to was derived before."""
    name = chooser(value, choices)
    (_, first), *others = choices[name].cases()
    yield Assign(target, element_at(value, at | {name: first}))
    for condition, place in others:
        found = Stop(element_at(value, at | {name: place}))
        yield If(condition, (Assign(target, found),))


def chosen_of(element: Element, choice: Choice, name: str) -> Expression:
    """An element that a number chooses: the sum over all, of which one counts."""
    found: Expression | None = None
    for condition, place in choice.cases():
        term = Select(condition, element_at(element, {name: place}), Number(0.0))
        found = Add(found, term) if found else term
    assert found
    return found


def numbered(block: Block, places: Places) -> Block:
    """The block with the number of a place where a search keeps the place."""

    def changed(statement: Statement) -> Statement:
        match statement:
            case If(body=body) | Section(body=body):
                return replace(statement, body=tuple(map(changed, body)))
            case Assign(target, Position(place)) if target in places:
                number = sorted(places[target]).index(place.constant)
                return Assign(target, Number(number))
            case _:
                return statement

    return tuple(map(changed, block))

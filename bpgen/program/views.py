"""Where the numbers of a view stand: in the variable that holds them."""

from __future__ import annotations

from bpgen.program.nodes import Element, Index, Variable


def held(variable: Variable) -> Variable:
    """The variable that holds the numbers."""
    return variable.of or variable


def place_in(variable: Variable, place: tuple[int, ...]) -> tuple[int, ...]:
    """Where the element at that place of a variable stands in what holds it."""
    if variable.of is None:
        return place
    number = 0
    for at, extent in zip(place, variable.shape, strict=True):
        number = number * extent + at
    found: list[int] = []
    for extent in reversed(variable.of.shape[1:]):
        number, at = divmod(number, extent)
        found.insert(0, at)
    return (number, *found)


def settled(element: Element) -> Element:
    """An element with constant indices, as one of what holds it."""
    if element.variable.of is None or any(index.terms for index in element.indices):
        return element
    place = tuple(index.constant for index in element.indices)
    places = map(Index, place_in(element.variable, place))
    return Element(element.variable.of, tuple(places))

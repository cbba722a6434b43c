"""One variable for two slopes that are the same number everywhere.

In and out: a derived block. A sum passes its slope on as it is: `da[i] = ds[i]`, and
nothing else ever writes da. Where ds stays as it is from there on, it serves for both,
and the layer's heading says so in the place of a loop that copies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    Assign,
    Block,
    Element,
    For,
    Index,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.notes import PASSED_ON, LayerNote
from bpgen.program.rewriting import with_elements
from bpgen.program.walks import statements, without_headings


def with_aliases(block: Block) -> Block:
    """The block without copies of slopes that stay the same."""
    units = list(without_headings(block))
    writes: dict[Variable, list[int]] = {}
    for number, unit in enumerate(units):
        for statement in statements((unit,)):
            writes.setdefault(statement.target.variable, []).append(number)
    same: dict[Variable, Variable] = {}
    copies: set[int] = set()
    for number, unit in enumerate(units):
        for copy in _copies(unit):
            assert isinstance(copy.value, Element)
            to, of = copy.target.variable, copy.value.variable
            if writes[to] == [number] and max(writes.get(of, [number])) < number:
                same[to] = same.get(of, of)
                copies.add(id(copy))
    if not same:
        return block

    def change(element: Element) -> Element:
        variable = element.variable
        if variable not in same:
            return element
        found = same[variable]
        if found.shape != variable.shape:
            found = found.along(variable.axes)
        return Element(found, element.indices)

    return with_elements(tuple(_without(block, copies)), change)


def _copies(unit: Statement) -> Iterator[Assign]:
    """The statements in loops over all elements that copy a slope, place by place."""
    sizes: dict[str, Index | int] = {}
    body: Block = (unit,)
    while len(body) == 1 and isinstance(body[0], For) and body[0].start == 0:
        sizes[body[0].index] = body[0].stop
        body = body[0].body
    for statement in body:
        match statement:
            case Assign(target, Element(of, indices)) if (
                target.indices == indices
                and target.variable.role is of.role is Role.VALUE
                and target.variable.shape == of.shape
                and not target.variable.is_whole
                and _is_every(target, sizes)
            ):
                yield statement


def _is_every(target: Element, sizes: dict[str, Index | int]) -> bool:
    """Whether the loops go over every element once, each along one axis."""
    names = [name for index in target.indices for name, _ in index.terms]
    shape = target.variable.axes
    own = target.indices[len(target.indices) - len(shape) :]
    plain = all(
        index == Index(0, ((index.terms[0][0], 1),)) for index in own if index.terms
    )
    whole = all(
        index.terms and sizes.get(index.terms[0][0]) == len(axis)
        for index, axis in zip(own, shape, strict=True)
    )
    return plain and whole and sorted(names) == sorted(sizes)


def _without(block: Block, copies: set[int]) -> Iterator[Statement]:
    for statement in block:
        match statement:
            case Section(LayerNote() as note, body):
                inner = tuple(_without(body, copies))
                if not inner:
                    note = replace(note, direction=PASSED_ON)
                yield Section(note, inner)
            case For(body=body) | Section(body=body):
                inner = tuple(_without(body, copies))
                if inner:
                    yield replace(statement, body=inner)
            case _ if id(statement) not in copies:
                yield statement

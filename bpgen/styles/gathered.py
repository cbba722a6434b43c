"""Sums in one statement: `z += a; z += b` becomes `z = z + a + b`.

In and out: a block whose loops are as they shall be. The order of the terms stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    Accumulate,
    Add,
    Assign,
    Block,
    Element,
    Expression,
    For,
    If,
    Negate,
    Role,
    Statement,
    Subtract,
)
from bpgen.program.views import held
from bpgen.program.walks import reads
from bpgen.styles.rounds_apart import are_distinct


def gathered(block: Block) -> Block:
    """The block with sums of locals in one statement each."""
    found: list[Statement] = []
    waiting = Waiting()
    for statement in block:
        match statement:
            case For(body=body) | If(body=body):
                found += waiting.all()
                found.append(replace(statement, body=gathered(body)))
            case Assign(target) if target.variable.role is Role.INDEX:
                found += [*waiting.all(), statement]
            case Assign() | Accumulate():
                found += waiting.taken(statement)
            case _:
                found += [*waiting.all(), statement]
    return (*found, *waiting.all())


class Waiting:
    """Statements that set locals, and wait for more terms."""

    def __init__(self) -> None:
        self.values: dict[Element, Assign | Accumulate] = {}

    def all(self) -> Block:
        """All of them; none waits any more."""
        found = tuple(self.values.values())
        self.values.clear()
        return found

    def taken(self, statement: Assign | Accumulate) -> Iterator[Statement]:
        """What has to stand before the statement; and the statement, unless it waits."""
        target, read = statement.target, reads(statement)
        before = self.values.get(target)
        for own, waits in list(self.values.items()):
            if own in read or (own != target and _reads(waits, target)):
                yield self.values.pop(own)
        if target.indices or target.variable.role is not Role.LOCAL:
            stored = self.stored(statement)
            yield stored
            return
        if isinstance(statement, Accumulate) and target in self.values and before:
            self.values[target] = Assign(target, _sum(before, statement.value))
            return
        if target in self.values:
            yield self.values.pop(target)
        self.values[target] = statement

    def stored(self, statement: Assign | Accumulate) -> Statement:
        """A statement that sets an element of an array."""
        return statement


def _sum(before: Assign | Accumulate, term: Expression) -> Expression:
    value = before.value
    if isinstance(before, Accumulate):
        value = _added(before.target, value)
    return _added(value, term)


def _added(value: Expression, term: Expression) -> Expression:
    if isinstance(term, Negate):
        return Subtract(value, term.value)
    return Add(value, term)


def _reads(statement: Assign | Accumulate, target: Element) -> bool:
    """Whether a statement reads what a target may be."""
    return any(
        element == target
        or (
            bool(target.indices)
            and held(element.variable) == held(target.variable)
            and not (
                element.variable.labels == target.variable.labels
                and are_distinct(element, target)
            )
        )
        for element in reads(statement)
    )

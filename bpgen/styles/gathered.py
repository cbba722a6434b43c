"""Sums in one statement: `z += a; z += b` becomes `z = z + a + b`.

In and out: a block whose loops are as they shall be. The order of the terms stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

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
from bpgen.program.walks import readings, reads
from bpgen.styles.rounds_apart import are_distinct


def gathered(block: Block, stores_sums: bool) -> Block:
    """The block with sums of locals in one statement each; `stores_sums`: in the one
    that stores them, where there is one."""
    read = Counter(
        e for s, elements in readings(block) for e in elements if e != s.target
    )
    once = {e for e, count in read.items() if count == 1 and stores_sums}
    return _gathered(block, once)


def _gathered(block: Block, once: set[Element]) -> Block:
    """`once` is what a single statement reads, beside those that set it."""
    found: list[Statement] = []
    waiting = Waiting(once)
    for statement, after in zip_longest(block, block[1:]):
        match statement:
            case For(body=body) | If(body=body):
                found += waiting.all()
                found.append(replace(statement, body=_gathered(body, once)))
            case Assign(target) if target.variable.role is Role.INDEX:
                found += [*waiting.all(), statement]
            case Assign(target, Element(_, (_, *_))) if not _goes_on(after, target):
                found += [*waiting.taken(statement), *waiting.one(target)]
            case Assign() | Accumulate():
                found += waiting.taken(statement)
            case _:
                found += [*waiting.all(), statement]
    return (*found, *waiting.all())


def _goes_on(statement: Statement | None, target: Element) -> bool:
    """Whether a statement adds to a target."""
    return isinstance(statement, Accumulate) and statement.target == target


class Waiting:
    """Statements that set locals, and wait for more terms."""

    def __init__(self, once: set[Element]) -> None:
        self.once = once
        self.values: dict[Element, Assign | Accumulate] = {}

    def all(self) -> Block:
        """All of them; none waits any more."""
        found = tuple(self.values.values())
        self.values.clear()
        return found

    def one(self, target: Element) -> Block:
        """The statement that sets a target, if it waits; it does so no more."""
        return (self.values.pop(target),) if target in self.values else ()

    def taken(self, statement: Assign | Accumulate) -> Iterator[Statement]:
        """What has to stand before a statement; and that one, unless it waits."""
        target = statement.target
        if isinstance(statement, Assign):
            statement = Assign(target, self.stored(statement.value))
        read = frozenset(reads(statement))
        before = self.values.get(target)
        for own, waits in list(self.values.items()):
            if own in read or (own != target and _reads(waits, target)):
                yield self.values.pop(own)
        if target.indices or target.variable.role is not Role.LOCAL:
            yield statement
        elif isinstance(statement, Accumulate) and before and target in self.values:
            self.values[target] = Assign(target, _sum(before, statement.value))
        else:
            if target in self.values:
                yield self.values.pop(target)
            self.values[target] = statement

    def stored(self, value: Expression) -> Expression:
        """What an element of an array is set to: the value of a local that waits, if
        nothing else reads that."""
        if not isinstance(value, Element) or value not in self.values:
            return value
        if value not in self.once:
            return value
        waits = self.values.pop(value)
        if isinstance(waits, Accumulate):
            return _added(value, waits.value)
        return waits.value


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
    if not target.indices:
        return target in reads(statement)
    return any(
        element == target
        or (
            held(element.variable) == held(target.variable)
            and not (
                element.variable.labels == target.variable.labels
                and are_distinct(element, target)
            )
        )
        for element in reads(statement)
    )

"""Numbers of arrays that a loop meets again and again are held in locals.

In and out: a block in loops. What does not depend on a loop is read before it and, if
the loop changes it, stored after it; what stands several times in one run of statements
is read and stored once. A compiler cannot do so where two arrays might be one and the
same; here no two are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Element,
    For,
    If,
    Index,
    Role,
    Statement,
    Variable,
)
from bpgen.program.ranges import Loops, range_of
from bpgen.program.rewriting import with_elements
from bpgen.program.views import held
from bpgen.program.walks import readings, statements
from bpgen.styles.jammed import Fresh
from bpgen.styles.rounds_apart import are_distinct, bound_names, names_in

HELD = (
    *(Role.VALUE, Role.PARAMETER, Role.GRADIENT, Role.INPUT, Role.TARGET),
    *(Role.BUFFER, Role.INPUT_GRADIENT, Role.STATE),
)  # what is not changed from outside


@dataclass
class Use:
    """How a block uses one element."""

    count: int = 0  # of the statements
    is_read_first: bool = False
    is_written: bool = False


@dataclass
class Uses:
    """How a block uses its elements, in the order of their first use."""

    found: dict[Element, Use] = field(default_factory=dict)
    by_variable: dict[Variable, list[Element]] = field(default_factory=dict)
    written: set[Variable] = field(default_factory=set)

    @classmethod
    def of(cls, block: Block) -> Uses:
        """Those of a block."""
        uses = cls()
        for statement, read in readings(block):
            for element in dict.fromkeys((*read, statement.target)):
                is_read = element in read or isinstance(statement, Accumulate)
                uses.add(element, is_read, element == statement.target)
        return uses

    def add(self, element: Element, is_read: bool, is_written: bool) -> None:
        """The use by one statement."""
        if element not in self.found:
            self.found[element] = Use(is_read_first=is_read)
            of = held(element.variable)
            self.by_variable.setdefault(of, []).append(element)
        use = self.found[element]
        use.count += 1
        if is_written:
            use.is_written = True
            self.written.add(held(element.variable))

    def is_alone(self, element: Element) -> bool:
        """Whether nothing else that is used may be the same number, if any changes."""
        of, variable = held(element.variable), element.variable
        if of not in self.written or of in self.plain:
            return True
        return all(
            other == element
            or (
                other.variable.labels == variable.labels
                and are_distinct(other, element)
            )
            for other in self.by_variable[of]
        )

    @cached_property
    def plain(self) -> set[Variable]:
        """The variables of which every place is a constant: any two are two numbers."""
        return {
            of
            for of, elements in self.by_variable.items()
            if len({element.variable.labels for element in elements}) == 1
            and all(
                index == Index(index.constant) for e in elements for index in e.indices
            )
        }


def can_be_held(element: Element) -> bool:
    """Whether an element is a number of an array, which a local may hold."""
    variable = element.variable
    return bool(element.indices) and variable.role in HELD and not variable.is_whole


class Holder:
    """Rewrites a block; `most` is how many numbers a loop may hold, `rows` whether
    all numbers of a row are read at once where all are used."""

    def __init__(self, fresh: Fresh, most: int, rows: bool) -> None:
        self.fresh, self.most, self.rows = fresh, most, rows

    def block(self, block: Block, loops: Loops) -> Iterator[Statement]:
        """The block with all that it can hold in locals."""
        run: list[Statement] = []
        known: dict[Element, Element] = {}  # what locals hold already
        for statement in block:
            changed = {held(s.target.variable) for s in statements((statement,))}
            match statement:
                case For() | If():
                    yield from self.run(tuple(run))
                    run = []
                    yield from self.part(statement, loops, known)
                case Assign(target) if target.variable.role is Role.INDEX:
                    yield from self.run(tuple(run))
                    run = []
                    yield statement
                case _:
                    run.append(statement)
            if not isinstance(statement, For):
                forget(known, changed)
        yield from self.run(tuple(run))

    def part(
        self, statement: For | If, loops: Loops, known: dict[Element, Element]
    ) -> Iterator[Statement]:
        """A loop with what it holds; or what stands under a condition."""
        if isinstance(statement, If):
            yield replace(statement, body=tuple(self.block(statement.body, loops)))
            return
        names = self.outside(statement, loops)
        changed = Uses.of(statement.body)
        held_already = {
            e: known[e] for e in names if e in known and not changed.found[e].is_written
        }
        names = {e: own for e, own in names.items() if e not in held_already}
        both = names | held_already
        body = with_elements(statement.body, lambda e: both.get(e, e))
        ends = [Index.of(end) for end in (statement.start, statement.stop)]
        (low, _), (_, high) = (range_of(end, loops) for end in ends)
        inner = loops | {statement.index: (low, high - 1)}
        body = tuple(self.block(body, inner))
        yield from (Assign(own, e) for e, own in names.items())
        yield replace(statement, body=body)
        for element, own in names.items():
            if changed.found[element].is_written:
                yield Assign(element, own)
        forget(known, changed.written)
        known |= names

    def outside(self, loop: For, loops: Loops) -> dict[Element, Element]:
        """What a loop can hold, each with its local."""
        bound = {loop.index, *bound_names(loop.body)}
        uses = Uses.of(loop.body)
        elements = [
            element
            for element in uses.found
            if can_be_held(element)
            and bound.isdisjoint(names_in(element))
            and is_inside(element, loops)
            and uses.is_alone(element)
        ]
        named = by_rows(elements)[: self.most]
        return {element: self.fresh.like(element.variable) for element in named}

    def run(self, run: Block) -> Block:
        """Statements without a loop, with what they use several times in locals."""
        uses = Uses.of(run)
        whole = self.whole_rows(uses) if self.rows else set()
        elements = [
            element
            for element, use in uses.found.items()
            if (use.count > 1 or element in whole)
            and can_be_held(element)
            and uses.is_alone(element)
        ]
        named = {e: self.fresh.like(e.variable) for e in by_rows(elements)}
        first = (
            Assign(own, e) for e, own in named.items() if uses.found[e].is_read_first
        )
        last = (Assign(e, own) for e, own in named.items() if uses.found[e].is_written)
        body = with_elements(run, lambda e: named.get(e, e))
        return (*first, *body, *last)

    def whole_rows(self, uses: Uses) -> set[Element]:
        """The elements of rows of which the whole is read or set, or several numbers
        side by side."""
        rows: dict[tuple[object, ...], list[Element]] = {}
        for element, use in uses.found.items():
            if element.indices:
                *before, last = element.indices
                key = element.variable, tuple(before), last.terms, use.is_written
                rows.setdefault(key, []).append(element)
        return {
            element for row in rows.values() if stands_together(row) for element in row
        }


def stands_together(row: list[Element]) -> bool:
    """Whether elements are a whole row, or at least three that follow each other."""
    places = sorted(element.indices[-1].constant for element in row)
    is_whole = len(row) == len(row[0].variable.labels[-1]) > 1
    return is_whole or (len(row) > 2 and places[-1] - places[0] == len(row) - 1)


def forget(known: dict[Element, Element], changed: set[Variable]) -> None:
    """Locals of what has changed hold it no more."""
    names = {variable.name for variable in changed if variable.role is Role.INDEX}
    for element in list(known):
        if held(element.variable) in changed or names & names_in(element):
            del known[element]


def is_inside(element: Element, loops: Loops) -> bool:
    """Whether an element is one of its array in every round of the loops."""
    pairs = zip(element.indices, element.variable.shape, strict=True)
    for index, extent in pairs:
        if not {name for name, _ in index.terms} <= loops.keys():
            return False
        low, high = range_of(index, loops)
        if low < 0 or high >= extent:
            return False
    return True


def by_rows(elements: Iterable[Element]) -> list[Element]:
    """The elements, those of one row side by side and in order."""
    rows: dict[object, list[Element]] = {}
    for element in elements:
        *before, last = element.indices
        key = element.variable, tuple(before), last.terms, last.divisor, last.modulus
        rows.setdefault(key, []).append(element)
    return [
        element
        for row in rows.values()
        for element in sorted(row, key=lambda e: e.indices[-1].constant)
    ]

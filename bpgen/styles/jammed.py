"""Loops written out in whole or in part, their rounds side by side.

In: a loop. Out: the block in its place, or nothing if its rounds have to come one
after the other. Where other loops stand inside, the rounds move into them: four rounds
of `for i: for j: z[i] += w[i][j] * x[j]` become `for j:` with four sums, each of which
keeps the order of its terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Element,
    For,
    If,
    Index,
    Inside,
    Order,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.rewriting import with_elements
from bpgen.program.walks import statements
from bpgen.styles.few_names import numbered
from bpgen.styles.rounds import with_indices
from bpgen.styles.rounds_apart import accesses, bound_names, clash, own_values


class Fresh:
    """Names for locals that are given once, and that a block does not have."""

    def __init__(self, block: Block = ()) -> None:
        self.counts: dict[str, int] = {}
        self.taken = {statement.target.variable.name for statement in statements(block)}

    def like(self, variable: Variable) -> Element:
        """A local of a new name for what a variable has."""
        prefix = variable.prefix or variable.name
        name = ""
        while not name or name in self.taken:
            self.counts[prefix] = self.counts.get(prefix, 0) + 1
            name = numbered(prefix, self.counts[prefix])
        return Variable(name, Role.LOCAL, prefix).scalar()


def rounds_of(loop: For) -> int:
    """How many rounds a loop has; 0 if that is not constant."""
    start, stop = Index.of(loop.start), Index.of(loop.stop)
    return 0 if start.terms or stop.terms else stop.constant - start.constant


def written_out(loop: For, fresh: Fresh) -> Block | None:
    """All rounds of a loop side by side."""
    start = Index.of(loop.start).constant
    numbers = loop.order.of(range(start, start + rounds_of(loop)))
    return Jam(loop, fresh).rounds(list(map(Index, numbers)))


def by_several(loop: For, copies: int, fresh: Fresh) -> Block | None:
    """The loop with so many rounds a turn, and what is left over after it."""
    count, start = rounds_of(loop), Index.of(loop.start).constant
    turn = Index(start, ((loop.index, copies),))
    jam = Jam(loop, fresh)
    body = jam.rounds([turn + at for at in range(copies)])
    if body is None or loop.order is not Order.ANY:
        return None
    left = [Index(start + at) for at in range(count - count % copies, count)]
    after = jam.rounds(left) if left else ()
    turns = count // copies
    whole = replace(loop, start=0, stop=turns, body=body, note=None)
    return (whole, *(after or ()))


class Jam:
    """Writes out rounds of one loop."""

    def __init__(self, loop: For, fresh: Fresh) -> None:
        self.loop, self.fresh = loop, fresh
        self.own = own_values(loop.body)
        names = set(bound_names(loop.body))
        written = {s.target.variable for s in statements(loop.body)}
        self.is_plain = not any(v.role is Role.INDEX for v in written)
        self.is_straight = not names  # without loops inside
        self.may = self.is_plain and (self.is_straight or self.may_part(loop.body))

    def may_part(self, body: Block) -> bool:
        """Whether the rounds may move into the loops of a body; where it has none, they
        come one after the other."""
        if not any(bound_names(body)):
            return True
        name = self.loop.index
        found = [(s, accesses((s,), self.own)) for s in body]
        for place, (_, earlier) in enumerate(found):
            for other, later in found[place + 1 :]:
                moving = set(bound_names((body[place], other)))
                if clash(earlier, later, name, moving):
                    return False
        return all(self.may_enter(statement, own) for statement, own in found)

    def may_enter(self, statement: Statement, own: list[tuple[Element, bool]]) -> bool:
        """Whether the rounds may move into one statement."""
        name = self.loop.index
        match statement:
            case For(index, stop, body, start=start):
                ends = Index.of(start).terms + Index.of(stop).terms
                if name in {of for of, _ in ends}:
                    return False
                inner = set(bound_names(body))
                for at, one in enumerate(own):
                    for other in own[at:]:
                        if clash([one], [other], name, inner | {index}) and (
                            clash([one], [other], index, inner | {name})
                        ):
                            return False
                return self.may_part(body)
            case If(body=body) | Section(body=body):
                return self.may_part(body)
            case _:
                return True

    def rounds(self, places: list[Index]) -> Block | None:
        """The body at some rounds of the loop."""
        if not self.may:
            return None
        known = [{self.loop.index: place} for place in places]
        own: list[dict[Variable, Element]] = [
            {variable: self.fresh.like(variable) for variable in self.named}
            for _ in places
        ]
        pairs = list(zip(known, own, strict=True))
        if self.is_straight:
            copies = (self.copy(s, *pair) for pair in pairs for s in self.loop.body)
            return tuple(made for copy in copies for made in copy)
        return tuple(self.side_by_side(self.loop.body, pairs))

    @property
    def named(self) -> list[Variable]:
        """The locals of a round, in a steady order."""
        targets = (s.target.variable for s in statements(self.loop.body))
        return list(dict.fromkeys(v for v in targets if v in self.own))

    def side_by_side(
        self, body: Block, pairs: list[tuple[dict[str, Index], dict[Variable, Element]]]
    ) -> Iterator[Statement]:
        """Each loop at all rounds, before the next statement; what has no loop inside
        round by round."""
        match body:
            case (If(Inside(index) as condition, inner),) if not _uses(
                index, self.loop.index
            ):
                made = tuple(self.side_by_side(inner, pairs))
                yield from [If(condition, made)] if made else ()
                return
        if not any(bound_names(body)):
            for pair in pairs:
                for statement in body:
                    yield from self.copy(statement, *pair)
            return
        for statement in body:
            match statement:
                case For(body=inner):
                    made = tuple(self.side_by_side(inner, pairs))
                    yield from (
                        [replace(statement, body=made, note=None)] if made else ()
                    )
                case If(Inside(index)) if not _uses(index, self.loop.index):
                    yield from self.side_by_side((statement,), pairs)
                case _:
                    for pair in pairs:
                        yield from self.copy(statement, *pair)

    def copy(
        self,
        statement: Statement,
        known: dict[str, Index],
        own: dict[Variable, Element],
    ) -> Block:
        """A statement at one round."""
        if isinstance(statement, (Assign, Accumulate)):
            statement = replace(statement, note=None)
        made = with_indices((statement,), known)
        return with_elements(made, lambda e: own.get(e.variable, e))


def _uses(index: Index, name: str) -> bool:
    return any(own == name for own, _ in index.terms)

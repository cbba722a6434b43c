"""A block for speed alone: loops written out where that helps, numbers in locals.

In and out: a block in loops. What is done depends on the language's `Speed`; the bits
that come out do not: every sum keeps the order of its terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    SAMPLE,
    Accumulate,
    Assign,
    Block,
    For,
    If,
    Index,
    Inside,
    Role,
    Section,
    Statement,
)
from bpgen.program.speed import Speed
from bpgen.program.walks import readings, statements
from bpgen.styles.few_names import with_few_names
from bpgen.styles.gathered import gathered
from bpgen.styles.held import Holder
from bpgen.styles.jammed import Fresh, by_several, rounds_of, written_out
from bpgen.styles.rounds import without_positions
from bpgen.styles.rounds_apart import bound_names
from bpgen.styles.unread import without_unread_arrays

((EACH, _),) = SAMPLE.terms  # what loops over the samples of a batch count with


def quick(block: Block, speed: Speed) -> Block:
    """The block as it is fastest in a language."""
    fresh = Fresh(block)
    block = without_positions(tuple(without_words(block)))
    block = Writer(speed, fresh).block(block)
    holder = Holder(fresh, speed.held, speed.rows)
    block = without_unread_arrays(tuple(holder.block(block, {})))
    block = gathered(block, speed.rows)
    return with_few_names(block) if speed.rows else block


def without_words(block: Block) -> Iterator[Statement]:
    """The block without headings and notes."""
    for statement in block:
        match statement:
            case Section(body=body):
                yield from without_words(body)
            case For(body=body):
                yield replace(statement, body=tuple(without_words(body)), note=None)
            case If(body=body):
                yield replace(statement, body=tuple(without_words(body)))
            case Assign() | Accumulate():
                yield replace(statement, note=None)
            case _:
                yield statement


class Writer:
    """Writes out loops."""

    def __init__(self, speed: Speed, fresh: Fresh) -> None:
        self.speed, self.fresh = speed, fresh

    def block(self, block: Block, is_inside: bool = False) -> Block:
        """The block with the loops inside written out first."""
        found: list[Statement] = []
        for statement in block:
            match statement:
                case For():
                    found += self.loop(statement, is_inside)
                case If(body=body):
                    made = self.block(body, is_inside)
                    found += [replace(statement, body=made)] if made else []
                case _:
                    found.append(statement)
        return tuple(found)

    def loop(self, loop: For, is_inside: bool) -> Block:
        """A loop, in whole or in part; alone it is quick enough as it is."""
        if loop.index == EACH and shares_weights(loop.body):
            side_by_side = size_of(loop) <= self.speed.statements
            together = written_out(loop, self.fresh) if side_by_side else None
            if together is not None:
                return self.block(together)
        inner = replace(loop, body=self.block(loop.body, True))
        if not inner.body:  # written out, a guard inside held nowhere
            return ()
        is_leaf = not any(bound_names(loop.body))
        made: Block | None = None
        tapped = self.with_taps(inner)
        if tapped != inner:
            made = written_out(tapped, self.fresh)
        is_worth = is_inside and is_leaf and self.is_worth(inner)
        is_short = 0 < size_of(inner) <= self.speed.statements
        if made is None and is_short and (is_worth or settles(inner)):
            made = written_out(inner, self.fresh)
        if made is None and self.speed.copies > 1 and not is_leaf:
            copies = self.copies(inner)
            if copies == rounds_of(inner):
                made = written_out(inner, self.fresh)
            elif copies > 1:
                made = by_several(inner, copies, self.fresh)
        return (inner,) if made is None else made

    def with_taps(self, loop: For) -> For:
        """The loop with those inside written out that decide a condition with it: over
        rows of an image, those over rows of the kernel, of which some lie outside."""
        most = self.speed.taps // max(rounds_of(loop), 1)

        def written(block: Block) -> Iterator[Statement]:
            for statement in block:
                match statement:
                    case For(index, body=(If(Inside(at)),)) if {
                        name for name, _ in at.terms
                    } == {loop.index, index} and 0 < size_of(statement) <= most:
                        yield from written_out(statement, self.fresh) or (statement,)
                    case For(body=body):
                        yield replace(statement, body=tuple(written(body)))
                    case _:
                        yield statement

        return replace(loop, body=tuple(written(loop.body)))

    def is_worth(self, loop: For) -> bool:
        """Whether an innermost loop does little but to add, and not too often."""
        found = statements(loop.body)
        if len(found) > 1 and not all(isinstance(s, Accumulate) for s in found):
            return False
        most = self.speed.rounds if goes_along(loop) else self.speed.rows_at_once
        return rounds_of(loop) <= most

    def copies(self, loop: For) -> int:
        """How many rounds of a loop come side by side."""
        count = rounds_of(loop)
        loops = [s for s in loop.body if isinstance(s, For)]
        if not count > 1 or len(loops) != 1 or any(bound_names(loops[0].body)):
            return 1
        wanted = self.speed.copies
        (inner,) = loops
        found = statements(inner.body)
        stored = [s for s in found if s.target.variable.role is not Role.LOCAL]
        is_long = not 0 < rounds_of(inner) <= self.speed.rounds
        if self.speed.rows and not is_long:
            return 1  # quick enough along rows
        if self.speed.rows and len(stored) == 1:
            found = stored  # each from several terms
        is_sum = all(isinstance(s, Accumulate) for s in found)
        # Along rows each item is taken once, then, for the sums of many samples.
        most = 4 * wanted if self.speed.rows else wanted
        if len(found) > most or not (is_sum or len(found) == 1):
            return 1
        if not shares(loop, inner):
            return 1
        sizes = (wanted, wanted + 1, wanted - 1, wanted + 2)
        return next((n for n in sizes if n > 1 and count % n == 0), min(count, wanted))


def shares_weights(block: Block) -> bool:
    """Whether an innermost loop adds products with rows of weights."""
    for statement in block:
        match statement:
            case For(body=body) if any(bound_names(body)):
                if shares_weights(body):
                    return True
            case For(body=body) if all(isinstance(s, Accumulate) for s in body):
                read = (e for _, elements in readings(body) for e in elements)
                if any(e.variable.role is Role.PARAMETER and e.indices for e in read):
                    return True
    return False


def size_of(loop: For) -> int:
    """How many statements a loop is when it is written out."""
    return rounds_of(loop) * len(statements(loop.body))


def shares(loop: For, inner: For) -> bool:
    """Whether rounds of a loop read the same numbers of an array inside another one,
    or add to them."""
    for statement, read in readings(inner.body):
        adds = isinstance(statement, Accumulate)
        for element in (*read, statement.target) if adds else read:
            names = {name for index in element.indices for name, _ in index.terms}
            if inner.index in names and loop.index not in names:
                return True
    return False


def goes_along(loop: For) -> bool:
    """Whether a loop goes along rows, from number to number, rather than from row to
    row."""
    own = Index(0, ((loop.index, 1),))
    read = (e for _, elements in readings(loop.body) for e in elements)
    return any(e.indices and e.indices[-1].terms == own.terms for e in read)


def settles(loop: For) -> bool:
    """Whether the rounds of a loop, and nothing else, decide a condition inside."""

    def decided(block: Block) -> bool:
        for statement in block:
            match statement:
                case If(Inside(index)) if {n for n, _ in index.terms} == {loop.index}:
                    return True
                case For(body=body) | If(body=body) if decided(body):
                    return True
        return False

    return decided(loop.body)

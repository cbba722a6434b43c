"""What begins as zero is not set to zero.

In: a block in loops. Out: the block without the zeros that new arrays have anyway,
such as the state before the first step: nothing else ever writes there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import Assign, Block, For, Number, Role, Section, Statement
from bpgen.program.ranges import WHOLE_BATCH, overlap, range_of, writes


def without_fresh_zeros(block: Block) -> Block:
    """The block without zeros at places of arrays that no other statement writes."""
    found = list(writes(block, WHOLE_BATCH))
    places = [
        (s, [range_of(index, loops) for index in s.target.indices])
        for s, _, loops in found
    ]
    fresh = {
        id(statement)
        for statement, ranges in places
        if _is_zero(statement)
        and not any(
            other.target.variable == statement.target.variable
            and overlap(ranges, theirs)
            for other, theirs in places
            if other is not statement
        )
    }
    return tuple(_without(block, fresh)) if fresh else block


def _is_zero(statement: Statement) -> bool:
    match statement:
        case Assign(target, Number(0.0)):
            return target.variable.role is Role.VALUE and bool(target.indices)
        case _:
            return False


def _without(block: Block, fresh: set[int]) -> Iterator[Statement]:
    for statement in block:
        match statement:
            case For(body=body) | Section(body=body):
                inner = tuple(_without(body, fresh))
                if inner:
                    yield replace(statement, body=inner)
            case _ if id(statement) not in fresh:
                yield statement

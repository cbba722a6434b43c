"""What begins as zero is not set to zero.

In: a block in loops. Out: the block without the zeros that new arrays have anyway,
such as the state before the first step: nothing else ever writes there. Or, of a pass
whose arrays are all new, without what sets a whole array to zero before anything else
is written to it, or a row of it, each time around one of its own.
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
    Index,
    Number,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.ranges import WHOLE_BATCH, overlap, range_of, writes
from bpgen.program.walks import statements, without_headings
from bpgen.writing.zeros import NEW, without_zeros, zeroed


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


def without_zeros_of_new(block: Block) -> Block:
    """A pass in which all arrays are new, without the zeros that they have anyway."""
    block = without_zeros(without_fresh_zeros(block))
    idle, written = set[int](), set[Variable]()
    for statement in without_headings(block):
        if isinstance(statement, For):
            idle |= {id(own) for own in _idle(statement, written)}
        written |= {own.target.variable for own in statements((statement,))}
    return tuple(_without(block, idle)) if idle else block


def _idle(outer: For, written: set[Variable]) -> Iterator[Assign | Accumulate]:
    """The zeros of rows inside of a loop that need not be set."""
    waiting: list[tuple[Block, frozenset[Index]]] = [((outer,), frozenset())]
    while waiting:
        body, around = waiting.pop()
        for place, loop in enumerate(body):
            if not isinstance(loop, For):
                continue
            variable = zeroed(loop)
            if variable is None:
                index = Index(0, ((loop.index, 1),))
                waiting.append((loop.body, around | {index}))
            elif around and variable.role in NEW and variable not in written:
                (zero,) = statements((loop,))
                after = {id(own) for own in statements(body[place + 1 :])}
                others = [
                    own
                    for own in statements((outer,))
                    if own is not zero and _meets(own.target.variable, variable)
                ]
                if around <= {*zero.target.indices} and all(
                    id(own) in after and _agree(around, own.target, zero.target)
                    for own in others
                ):
                    yield zero


def _meets(one: Variable, other: Variable) -> bool:
    """Whether two variables have their numbers in one array."""
    return (one.of or one) == (other.of or other)


def _agree(indices: frozenset[Index], one: Element, other: Element) -> bool:
    """Whether indices stand at the same places of two elements of one array."""
    if one.variable != other.variable:
        return False
    pairs = zip(one.indices, other.indices, strict=True)
    return indices <= {index for index, same in pairs if index == same}


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

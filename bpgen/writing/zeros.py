"""What need not be set to zero, since it begins so.

In and out: a block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    Assign,
    Block,
    Each,
    Element,
    For,
    Number,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.walks import read_in, statements


def without_zeroing(block: Block, numbers: bool) -> Block:
    """A constructor's block without what sets arrays of the object to zero; and, if
    that is said where they are declared, `numbers` to a constant."""
    return tuple(_needed(block, numbers))


def _needed(block: Block, numbers: bool) -> Iterator[Statement]:
    for statement in block:
        match statement:
            case Each(arrays, body):
                body = tuple(s for s in body if not zeroed(s))
                used = {e.variable for e in read_in(body)}
                used |= {s.target.variable for s in statements(body)}
                arrays = tuple((own, of) for own, of in arrays if own in used)
                if body:
                    yield replace(statement, arrays=arrays, body=body)
            case Assign(Element(Variable(role=Role.STATE)), Number()) if numbers:
                continue
            case _ if not zeroed(statement):
                yield statement


def without_zeros(block: Block) -> Block:
    """A pass without loops that set a whole new array to zero."""
    return tuple(_Fresh().kept(block))


class _Fresh:
    """Walks a pass, in which each array is new when it is first written."""

    def __init__(self) -> None:
        self.written: set[Variable] = set()

    def kept(self, block: Block) -> Iterator[Statement]:
        for statement in block:
            if isinstance(statement, Section):
                yield replace(statement, body=tuple(self.kept(statement.body)))
                continue
            variable = zeroed(statement)
            is_new = variable is not None and variable not in self.written
            self.written |= {s.target.variable for s in statements((statement,))}
            if not (is_new and variable and variable.role in NEW):
                yield statement


NEW = (Role.VALUE, Role.INPUT_GRADIENT)


def zeroed(statement: Statement) -> Variable | None:
    """The array whose elements a statement sets to zero, and nothing else."""
    match statement:
        case For(body=(inner,)):
            return zeroed(inner)
        case Assign(Element(variable), Number(0.0)) if variable.labels:
            return variable
        case _:
            return None

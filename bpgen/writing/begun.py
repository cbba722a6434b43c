"""Which locals statements begin, and how often each is written.

In: a block. Out: elements.
"""

from __future__ import annotations

from bpgen.program.nodes import (
    Assign,
    Block,
    Each,
    Element,
    For,
    If,
    Role,
    Section,
)
from bpgen.program.walks import readings, write_counts


def own_locals(body: Block) -> set[Element]:
    """The locals that a body begins anew, whatever has their names around it."""
    found: set[Element] = set()
    touched: set[Element] = set()
    for statement in body:
        for inner, read in readings((statement,)):
            target = inner.target
            touched.update(read)
            is_first = inner is statement and target not in touched
            is_first = is_first and isinstance(inner, Assign)
            if is_first and target.variable.role is Role.LOCAL:
                found.add(target)
            touched.add(target)
    return found


def counts_of(block: Block) -> dict[Element, int]:
    """How many statements write each element under one and the same name: a round that
    begins a local anew does not count."""
    found: dict[Element, int] = {}
    for statement in block:
        match statement:
            case For(body=body) | Each(body=body):
                own = own_locals(body)
                inner = {e: 2 for e in write_counts(body) if e not in own}
            case Section(body=body) | If(body=body):
                inner = counts_of(body)
            case _:
                inner = write_counts((statement,))
        for element, count in inner.items():
            found[element] = found.get(element, 0) + count
    return found

"""What rounds of loops have to do with one another: the ground of moving statements.

In: elements and blocks. Out: whether statements may change places. It is simple, since
no two arrays are one and the same, and places are sums of loop variables: a loop may
move past another unless both carry rounds of the same sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Element,
    For,
    If,
    Index,
    Role,
    Section,
    Variable,
)
from bpgen.program.views import held
from bpgen.program.walks import readings

Access: TypeAlias = tuple[Element, bool]  # whether it is written


def accesses(block: Block, own: Collection[Variable] = ()) -> list[Access]:
    """Every element that a block reads or writes, but for locals of its own."""
    found: dict[Access, None] = {}
    for statement, read in readings(block):
        found[statement.target, True] = None
        found.update(((element, False), None) for element in read)
    return [(e, written) for e, written in found if e.variable not in own]


def bound_names(block: Block) -> Iterator[str]:
    """The names that a block gives to indices: those of loops, and chosen ones."""
    for statement in block:
        match statement:
            case For(index=index, body=body):
                yield index
                yield from bound_names(body)
            case If(body=body) | Section(body=body):
                yield from bound_names(body)
            case Assign(target) if target.variable.role is Role.INDEX:
                yield target.variable.name


def names_in(element: Element) -> set[str]:
    """The names that an element's place depends on."""
    return {name for index in element.indices for name, _ in index.terms}


def is_apart(one: Element, other: Element, name: str, moving: Collection[str]) -> bool:
    """Whether different rounds of the loop over `name` never make two elements one,
    whatever the `moving` indices are."""
    if one.variable != other.variable:
        return held(one.variable) != held(other.variable)
    if one.variable.labels != other.variable.labels:
        return False
    pairs = zip(one.indices, other.indices, strict=True)
    return any(_differs(a, b, name, moving) for a, b in pairs)


def _differs(a: Index, b: Index, name: str, moving: Collection[str]) -> bool:
    """Whether the index differs wherever the rounds of `name` do."""
    if a.divisor != 1 or b.divisor != 1 or a.modulus or b.modulus:
        return False
    if not (a.terms or b.terms):  # most of what there is where all is written out
        return a.constant != b.constant
    if any(n in moving and n != name for n, _ in a.terms + b.terms):
        return False
    if _factors(a) != _factors(b):
        return False
    factor, distance = _factors(a).get(name, 0), b.constant - a.constant
    return distance % factor != 0 or distance == 0 if factor else distance != 0


def _factors(index: Index) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, factor in index.terms:
        found[name] = found.get(name, 0) + factor
    return {name: factor for name, factor in found.items() if factor}


def are_distinct(one: Element, other: Element) -> bool:
    """Whether two elements of one variable are never the same in one round."""
    return is_apart(one, other, "", frozenset())


def clash(
    first: Iterable[Access], second: Iterable[Access], name: str, moving: set[str]
) -> bool:
    """Whether some round of `second` may meet, in one number that either writes,
    another round of `first`."""
    by_variable: dict[Variable, list[Access]] = {}
    for access in second:
        by_variable.setdefault(held(access[0].variable), []).append(access)
    return any(
        (written or also_written) and not is_apart(one, other, name, moving)
        for one, written in first
        for other, also_written in by_variable.get(held(one.variable), ())
    )


def own_values(block: Block) -> set[Variable]:
    """The locals that each round of a body begins anew, before it reads them."""
    found: set[Variable] = set()
    others: set[Variable] = set()
    _begin(block, found, others)
    return found


def _begin(block: Block, found: set[Variable], others: set[Variable]) -> None:
    for statement in block:
        match statement:
            case For(body=body) | Section(body=body):
                _begin(body, found, others)
            case If():
                for inner, read in readings((statement,)):
                    known = {e.variable for e in (inner.target, *read)}
                    others |= {v for v in known if not v.labels} - found
            case Assign(target) | Accumulate(target):
                (_, read), *_ = readings((statement,))
                used = {e.variable for e in read if not e.indices}
                if isinstance(statement, Accumulate):
                    used.add(target.variable)
                others |= used - found
                is_new = target.variable.role is Role.LOCAL
                if is_new and target.variable not in others:
                    found.add(target.variable)

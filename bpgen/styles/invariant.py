"""Numbers that a loop reads but does not change get a name before it.

In and out: a block in loops. A compiler cannot do so by itself where two arrays might
be one and the same; here no two are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Compare,
    Element,
    Expression,
    For,
    If,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.walks import readings, statements, transform, transform_sides

HELD = (Role.VALUE, Role.PARAMETER, Role.INPUT)  # what is not changed from outside


def with_names(block: Block) -> Block:
    """The block with such numbers named before each innermost loop."""
    return tuple(_named(block))


def _named(block: Block) -> Iterator[Statement]:
    for statement in block:
        match statement:
            case For() if not has_loop(statement):
                yield from _before(statement)
            case For(body=body) | If(body=body) | Section(body=body):
                yield replace(statement, body=tuple(_named(body)))
            case _:
                yield statement


def has_loop(statement: Statement) -> bool:
    """Whether a loop stands inside of a statement."""
    match statement:
        case For(body=body) | If(body=body) | Section(body=body):
            return any(isinstance(s, For) or has_loop(s) for s in body)
        case _:
            return False


def _before(loop: For) -> Iterator[Statement]:
    """The names, and the loop that uses them."""
    written = {statement.target.variable for statement in statements(loop.body)}
    moving = {loop.index} | {v.name for v in written if v.role is Role.INDEX}
    names: dict[Element, Element] = {}
    for _, read in readings(loop.body):
        for element in read:
            variable = element.variable
            used = {name for index in element.indices for name, _ in index.terms}
            is_still = variable not in written and not used & moving
            if element.indices and variable.role in HELD and is_still:
                names[element] = _local(element, len(names))
    for element, name in names.items():
        yield Assign(name, element)
    yield replace(loop, body=_with(loop.body, names)) if names else loop


def _local(element: Element, number: int) -> Element:
    prefix = element.variable.prefix or element.variable.name
    name = f"{prefix}_here" if not number else f"{prefix}_here{number + 1}"
    return Variable(name, Role.LOCAL, name).scalar()


def _with(block: Block, names: dict[Element, Element]) -> Block:
    """The block that reads the names."""

    def change(node: Expression) -> Expression | None:
        return names.get(node) if isinstance(node, Element) else None

    found: list[Statement] = []
    for statement in block:
        match statement:
            case If(condition, body):
                if isinstance(condition, Compare):
                    condition = transform_sides(condition, change)
                found.append(If(condition, _with(body, names)))
            case Section(body=body):
                found.append(replace(statement, body=_with(body, names)))
            case Assign(target) if target.variable.role is Role.INDEX:
                found.append(statement)
            case Assign(target, value) | Accumulate(target, value):
                found.append(type(statement)(target, transform(value, change)))
            case _:
                found.append(statement)
    return tuple(found)

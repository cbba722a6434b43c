"""A block with other elements in the place of its own, in its notes as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Compare,
    Element,
    Expression,
    For,
    If,
    Section,
    Statement,
)
from bpgen.program.notes import ChainNote, Note, Path, UnitNote
from bpgen.program.walks import transform, transform_sides

Change: TypeAlias = Callable[[Element], Element]


def with_elements(block: Block, change: Change) -> Block:
    """The block with every element replaced, read or written."""

    def node(inner: Expression) -> Expression | None:
        return change(inner) if isinstance(inner, Element) else None

    def changed(statement: Statement) -> Statement:
        match statement:
            case For(body=body, note=note) | Section(body=body, note=note):
                inner = tuple(map(changed, body))
                return replace(statement, body=inner, note=noted(note, change))
            case If(condition, body):
                if isinstance(condition, Compare):
                    condition = transform_sides(condition, node)
                return If(condition, tuple(map(changed, body)))
            case Assign(target, value, note) | Accumulate(target, value, note):
                made = change(target), transform(value, node), noted(note, change)
                return type(statement)(*made)
            case _:
                return statement

    return tuple(map(changed, block))


def noted(note: Note | None, change: Change) -> Note | None:
    """A note about other elements."""
    match note:
        case UnitNote(unit):
            return replace(note, unit=change(unit))
        case ChainNote(of, paths):
            changed = tuple(path_with(path, change) for path in paths)
            return replace(note, of=change(of), paths=changed)
        case _:
            return note


def path_with(path: Path, change: Change) -> Path:
    """A path of other elements."""

    def node(inner: Expression) -> Expression | None:
        return change(inner) if isinstance(inner, Element) else None

    forward, slope = path.forward, transform(path.slope, node)
    value = transform(forward.value, node)
    made = type(forward)(change(forward.target), value)
    return replace(path, forward=made, slope=slope)

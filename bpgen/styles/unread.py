"""What nothing reads, once loops are written out: it goes.

In and out: blocks by name, which run one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

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
    Statement,
    Variable,
)
from bpgen.program.notes import LayerNote
from bpgen.program.views import held
from bpgen.program.walks import readings, without_headings


def without_unread_names(block: Block) -> Block:
    """The block without names for sums of indices that no place needs."""
    found: list[Statement] = []
    for statement in reversed(block):
        match statement:
            case Assign(Element(Variable(name, Role.INDEX))) if not any(
                index_names(found, name)
            ):
                continue
            case For(body=body) | If(body=body) | Section(body=body):
                found.append(replace(statement, body=without_unread_names(body)))
            case _:
                found.append(statement)
    return tuple(reversed(found))


def index_names(node: Any, name: str) -> Iterator[bool]:
    """Whether each of the indices of something depends on a name, notes aside."""
    if isinstance(node, Index):
        yield any(name == own for own, _ in node.terms)
    elif isinstance(node, (tuple, list)):
        for part in node:
            yield from index_names(part, name)
    elif is_dataclass(node) and not isinstance(node, Variable):
        for part in fields(node):
            if part.name != "note":
                yield from index_names(getattr(node, part.name), name)


def without_unread_arrays(block: Block) -> Block:
    """The block without arrays of values that nothing in it reads: the only number of
    a row may have become a local."""
    read = {held(e.variable) for _, needs in readings(block) for e in needs}

    def kept(block: Block) -> Iterator[Statement]:
        for statement in block:
            match statement:
                case Assign(target) | Accumulate(target):
                    variable = target.variable
                    is_value = variable.role is Role.VALUE and target.indices
                    if not is_value or held(variable) in read:
                        yield statement
                case For(body=body) | If(body=body) | Section(body=body):
                    if inside := tuple(kept(body)):
                        yield replace(statement, body=inside)
                case _:
                    yield statement

    found = tuple(kept(block))
    return found if found == block else without_unread_arrays(found)


def without_unread(blocks: dict[str, Block], last: set[Variable]) -> dict[str, Block]:
    """The blocks without values that nothing reads, such as a neuron between two
    windows; `last` are the variables that the caller reads.

    What a value is computed from counts only where the value does: else a search
    that goes on from its own result would keep itself.
    """
    sources: dict[Element, list[Element]] = {}  # of the values
    wanted: list[Element] = []
    for block in blocks.values():
        for statement, needs in readings(block):
            variable = statement.target.variable
            is_value = variable.role is Role.VALUE and variable not in last
            read = sources.setdefault(statement.target, []) if is_value else wanted
            read += needs
    needed: set[Element] = set()
    while wanted:
        element = wanted.pop()
        if element not in needed:
            needed.add(element)
            wanted += sources.get(element, ())
    unread = sources.keys() - needed
    if unread:
        blocks = {name: _without(block, unread) for name, block in blocks.items()}
    return _without_last_writes(blocks, last)


def _without(block: Block, unread: set[Element]) -> Block:
    found: list[Statement] = []
    for statement in block:
        match statement:
            case If(body=body) | Section(body=body):
                inside = _without(body, unread)
                keeps = inside or _is_layer(statement)
                found += [replace(statement, body=inside)] if keeps else []
            case Assign(target) | Accumulate(target):
                found += [] if target in unread else [statement]
    return tuple(found)


def _without_last_writes(
    blocks: dict[str, Block], last: set[Variable]
) -> dict[str, Block]:
    """The blocks without the writes that nothing reads any more, such as that of the
    largest number of a window after its last comparison."""
    read = {name: _read_from_outside(block) for name, block in blocks.items()}
    found = {}
    for name, block in blocks.items():
        alive = set().union(*(read[other] for other in blocks if other != name))
        dead: set[int] = set()
        for statement, needs in reversed(list(readings(block))):
            target = statement.target
            is_value = target.variable.role in (Role.VALUE, Role.LOCAL)
            if is_value and target.variable not in last and target not in alive:
                dead.add(id(statement))
                continue
            alive.update(needs)
            if isinstance(statement, Accumulate):
                alive.add(target)
        found[name] = tuple(_living(block, dead)) if dead else block
    return found


def _read_from_outside(block: Block) -> set[Element]:
    """What a block reads before it has written it: `predict` has a forward pass of its
    own, which reads nothing of the other one's."""
    written: set[Element] = set()
    found: set[Element] = set()
    certain = set(map(id, without_headings(block)))  # those under no condition
    for statement, needs in readings(block):
        own = [statement.target] * isinstance(statement, Accumulate)
        found |= {*needs, *own} - written
        if id(statement) in certain:
            written.add(statement.target)
    return found


def _is_layer(statement: Statement) -> bool:
    """Whether a statement is a layer, which stays even where it computes nothing."""
    return isinstance(statement, Section) and isinstance(statement.note, LayerNote)


def _living(block: Block, dead: set[int]) -> Iterator[Statement]:
    for statement in block:
        if isinstance(statement, (If, Section)):
            inside = tuple(_living(statement.body, dead))
            if inside or _is_layer(statement):
                yield replace(statement, body=inside)
        elif id(statement) not in dead:
            yield statement

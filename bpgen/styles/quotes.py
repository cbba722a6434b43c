"""The forward statements that comments of the backward pass quote.

In and out: blocks with the notes of the derivation, which quotes the statements that
it read. A style has made others of them: those that stand in the code are quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Element,
    For,
    If,
    Role,
    Section,
    Statement,
)
from bpgen.program.notes import ChainNote, Path
from bpgen.program.walks import reads, statements

DERIVED = ("backward", "input_gradient")
MOST_READ = 8  # elements, of a statement that is quoted in full


def quoting(block: Block, change: Callable[[Path], Path]) -> Block:
    """The block with every path of its notes changed."""
    return tuple(_quoting(block, change))


def _quoting(block: Block, change: Callable[[Path], Path]) -> Iterator[Statement]:
    for statement in block:
        match statement:
            case For(body=body) | If(body=body) | Section(body=body):
                yield replace(statement, body=quoting(body, change))
            case Assign(target, value, ChainNote() as note) | Accumulate(
                target, value, ChainNote() as note
            ):
                paths = tuple(map(change, note.paths))
                yield type(statement)(target, value, replace(note, paths=paths))
            case _:
                yield statement


def written_out(forward: Block) -> Callable[[Path], Path]:
    """The change for a forward pass without loops: its sums are one statement."""
    found: dict[Element, list[Assign | Accumulate]] = {}
    for statement in statements(forward):
        found.setdefault(statement.target, []).append(statement)

    def change(path: Path) -> Path:
        match found.get(path.to, []):
            case [Assign(target, value) as made] if len(reads(made)) <= MOST_READ:
                return replace(path, forward=Assign(target, value))
            case _:
                return replace(path, is_shown=False)

    return change


def localized(before: Block, after: Block) -> Callable[[Path], Path]:
    """The change for a forward pass whose rounds keep to themselves what they can."""
    found: dict[Statement, Assign | Accumulate] = {}
    made = iter(statements(after))
    for old in statements(before):
        new = next(made)
        while _is_stored(new, old):
            new = next(made)
        found[_plain(old)] = _plain(new)

    def change(path: Path) -> Path:
        return replace(path, forward=found.get(path.forward, path.forward))

    return change


def _plain(statement: Assign | Accumulate) -> Assign | Accumulate:
    return replace(statement, note=None)


def _is_stored(new: Assign | Accumulate, old: Assign | Accumulate) -> bool:
    """Whether a statement came in to put a local into its array: it is not the old one,
    which writes the same variable, or a local in its place."""
    target = new.target.variable
    return target.role is not Role.LOCAL and target != old.target.variable

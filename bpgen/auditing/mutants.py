"""Wrong programs, made of the right one: what a kind of mistake is, and its places.

In: a network and its program. Out: a `Mutant` for each place where somebody could make
a mistake of some kind: the program as it would be then, and the likely cause in words.
A kind says what a wrong statement (or loop, or condition) looks like; where it stands
is found here: in the whole net, as those do who have a formula wrong, and in each layer
by itself, as those do who forget it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Each,
    Element,
    Expression,
    For,
    If,
    Index,
    Section,
    Statement,
    Variable,
)
from bpgen.program.notes import LayerNote
from bpgen.program.walks import transform

OUTPUTS, LOSS, GRADIENTS, STEPS = "outputs", "loss", "gradients", "steps"
OUTSIDE = ("", "Loss")  # what is of no layer


@dataclass(frozen=True, slots=True)
class Site:
    """A statement of a block: its number there, its layer, the loops around it."""

    number: int
    statement: Statement
    layer: str
    loops: tuple[For, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands in the place of a statement, and a detail for the cause."""

    block: Block
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A wrong program; `where` are its wrong layers, none if it is not of a layer."""

    where: tuple[str, ...]
    detail: str
    program: Program


Change: TypeAlias = Callable[[Site], Wrong | None]
Find: TypeAlias = Callable[[Network, Program], Iterator[Made]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mistake.

    Attributes:
        shows_in: the first quantity that it makes wrong.
        cause: what to say of it, after "off: "; `{detail}` is what the place tells.
        find: the wrong programs.
    """

    name: str
    shows_in: str
    cause: str
    find: Find


@dataclass(frozen=True, slots=True)
class Mutant:
    """A kind of mistake at a place."""

    kind: Kind
    made: Made

    @property
    def cause(self) -> str:
        """What went wrong, in a sentence without its subject."""
        return self.kind.cause.format(detail=self.made.detail)

    @property
    def program(self) -> Program:
        """The wrong program."""
        return self.made.program


# --- Places ---------------------------------------------------------------------------


def sites(block: Block) -> list[Site]:
    """Every statement of a block, those that hold others before these."""
    found: list[Site] = []

    def visit(inner: Block, layer: str, loops: tuple[For, ...]) -> None:
        for statement in inner:
            found.append(Site(len(found), statement, layer, loops))
            match statement:
                case Section(LayerNote(name), body):
                    visit(body, name.removeprefix("Layer "), loops)
                case For(body=body):
                    visit(body, layer, (*loops, statement))
                case Section(body=body) | If(body=body) | Each(body=body):
                    visit(body, layer, loops)

    visit(block, "", ())
    return found


def rewritten(block: Block, changes: Mapping[int, Block]) -> Block:
    """The block with others in the place of some statements, by their numbers."""
    count = 0

    def visit(inner: Block) -> Block:
        nonlocal count
        made: list[Statement] = []
        for statement in inner:
            number, count = count, count + 1
            match statement:
                case For(body=body) | Section(body=body) | If(body=body):
                    statement = replace(statement, body=visit(body))
                case Each(body=body):
                    statement = replace(statement, body=visit(body))
            # what is inside of a replaced loop is its own affair
            made += changes.get(number, (statement,))
        return tuple(made)

    return visit(block)


def in_blocks(*names: str, change: Change, apart: bool = False) -> Find:
    """The programs with wrong statements in some blocks: all of them wrong, then those
    of each layer; or, apart from each other, one statement after the other."""

    def find(network: Network, program: Program) -> Iterator[Made]:
        found = [
            (name, site, wrong)
            for name in names
            for site in sites(getattr(program, name))
            for wrong in [change(site)]
            if wrong is not None
        ]
        if apart:
            yield from (_made(program, [each]) for each in found)
            return
        for group in _groups(found):
            yield _made(program, group)

    return find


_Found: TypeAlias = tuple[str, Site, Wrong]


def _groups(found: list[_Found]) -> Iterator[list[_Found]]:
    if found:
        yield found
    layers = dict.fromkeys(site.layer for _, site, _ in found)
    for layer in layers if len(layers) > 1 else ():
        yield [each for each in found if each[1].layer == layer]


def _made(program: Program, found: Iterable[_Found]) -> Made:
    changes: dict[str, dict[int, Block]] = {}
    for name, site, wrong in found:
        changes.setdefault(name, {})[site.number] = wrong.block
    blocks = {
        name: rewritten(getattr(program, name), of) for name, of in changes.items()
    }
    layers = dict.fromkeys(
        site.layer for _, site, _ in found if site.layer not in OUTSIDE
    )
    details = dict.fromkeys(wrong.detail for _, _, wrong in found if wrong.detail)
    return Made(tuple(layers), " or ".join(details), program.with_blocks(blocks))


# --- Wrong statements -----------------------------------------------------------------


def with_value(statement: Assign | Accumulate, value: Expression) -> Block:
    """The statement with another value."""
    return (replace(statement, value=value, note=None),)


def with_names(value: Expression, numbers: Mapping[str, Expression]) -> Expression:
    """The value with other expressions in the place of some variables, by name."""

    def change(node: Expression) -> Expression | None:
        if isinstance(node, Element):
            return numbers.get(node.variable.name)
        return None

    return transform(value, change)


def reads_name(value: Expression, name: str) -> bool:
    """Whether a value reads a variable of that name."""
    seen = False

    def change(node: Expression) -> Expression | None:
        nonlocal seen
        seen = seen or (isinstance(node, Element) and node.variable.name == name)
        return None

    transform(value, change)
    return seen


def transposed(element: Element) -> Element:
    """The element that somebody reads who takes the last two axes for each other: the
    same place of the same numbers, row by row, with as many columns as there are rows.
    """
    variable: Variable = element.variable
    *outer, rows, columns = variable.shape
    number = Index()
    for index, extent in zip(element.indices[:-2], outer, strict=True):
        number = number * extent + index
    row, column = element.indices[-2:]
    number = number * (rows * columns) + column * rows + row
    labels = tuple(f"n{at}" for at in range(_product(variable.shape)))
    return variable.along((labels,))[number]


def _product(shape: Iterable[int]) -> int:
    size = 1
    for extent in shape:
        size *= extent
    return size

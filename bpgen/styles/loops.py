"""The loops style made plain: what one round of a loop computes stays in it.

In and out: a `Program` in loops. An element that a round assigns, and then adds to
or reads, becomes a local scalar; it is stored in its array only if something
outside the round reads it. `z_h[i] = b_h[i]; z_h[i] += ...; a_h[i] = f(z_h[i])`
becomes `z = b_h[i]; z += ...; a_h[i] = f(z)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bpgen.program.blocks import ALONE, Program
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
from bpgen.program.notes import UnitNote
from bpgen.program.rules import check
from bpgen.program.walks import (
    read_in,
    readings,
    statements,
    transform,
    transform_sides,
)
from bpgen.styles.quotes import DERIVED, localized, quoting
from bpgen.styles.rounds import without_single_rounds
from bpgen.styles.unread import without_unread_names

METHODS = (
    ("predict",),
    ("forward",),
    ("examine",),
    ("loss",),
    ("backward", "input_gradient"),
    ("step",),
)
# One of them runs, not the other: what each computes for itself it need not keep.
INSTEAD = ("forward", "examine")


def localize(program: Program) -> Program:
    """The same program with loop-local scalars, and no loop of one round."""
    plain = {
        name: without_unread_names(without_single_rounds(block))
        for name, block in program.blocks()
    }
    program = program.with_blocks(plain)
    blocks = {}
    for names in METHODS:
        method = [getattr(program, name) for name in names]
        apart = {*ALONE, *names, *(INSTEAD if names[0] in INSTEAD else ())}
        others = [block for name, block in program.blocks() if name not in apart]
        stored = {program.output, program.predicted, program.input_slope}
        if names[0] not in ALONE:
            stored |= {e.variable for b in others for e in read_in(b)}
        uses = Counter(element.variable for block in method for element in _all(block))
        for name, block in zip(names, method, strict=True):
            blocks[name] = tuple(_Localizer(stored, uses).block(block))
    before = program.forward + program.loss
    quoted = localized(before, blocks["forward"] + blocks["loss"])
    for name in DERIVED:
        blocks[name] = quoting(blocks[name], quoted)
    return check(program.with_blocks(blocks))


class _Localizer:
    """Rewrites one method; `uses` counts the places that name a variable."""

    def __init__(self, stored: set[Variable], uses: Counter[Variable]) -> None:
        self.stored = stored
        self.uses = uses
        numbers = (v for v in uses if v.role is Role.VALUE and not v.labels)
        self.names = {variable.name for variable in numbers}

    def block(self, block: Block) -> Iterator[Statement]:
        for statement in block:
            match statement:
                case Section(note, body):
                    inner = tuple(self.block(body))
                    is_round = isinstance(note, UnitNote)  # of one alone
                    yield Section(note, self.round(inner) if is_round else inner)
                case If(condition, body):
                    yield If(condition, tuple(self.block(body)))
                case For(body=body):
                    inner = tuple(self.block(body))
                    yield replace(statement, body=tuple(self.round(inner)))
                case _:
                    yield statement

    def round(self, body: Block) -> Block:
        """The body of a loop with its own elements made local."""
        for element in dict.fromkeys(s.target for s in body if isinstance(s, Assign)):
            if self.is_candidate(element, body):
                body = tuple(self.local(element, body))
        return body

    def is_candidate(self, element: Element, body: Block) -> bool:
        """Whether the round alone works on the element, and more than once."""
        variable = element.variable
        if variable.role is not Role.VALUE or not variable.labels:
            return False
        first, read = next(
            (s, read)
            for s, read in readings(body)
            if variable in {e.variable for e in (s.target, *read)}
        )
        if first.target != element or variable in {e.variable for e in read}:
            return False  # it goes on with what an earlier round left
        here = [e for e in _all(body) if e.variable == variable]
        return len(here) > 1 and all(other == element for other in here)

    def local(self, element: Element, body: Block) -> Iterator[Statement]:
        variable = element.variable
        here = sum(e == element for e in _all(body))
        is_stored = variable in self.stored or self.uses[variable] > here
        name = variable.prefix
        # `total` is what a loss calls its own sum; where several layers share a round,
        # so may the names of their numbers.
        if name in self.names or is_taken(name, element, body):
            name = f"{variable.name}_value" if is_stored else variable.name
        own = replace(variable, name=name, role=Role.LOCAL, labels=())
        scalar = replace(own, of=None).scalar()
        last = max(
            at
            for at, statement in enumerate(body)
            if any(s.target == element for s in statements((statement,)))
        )
        for at, statement in enumerate(body):
            yield _renamed(statement, element, scalar)
            if at == last and is_stored:
                yield Assign(element, scalar)


def is_taken(name: str, element: Element, body: Block) -> bool:
    """Whether a local of that name is in use while an element is."""
    others = {
        other
        for other in _all(body)
        if other.variable.role is Role.LOCAL and other.variable.name == name
    }
    first, last = life(element, body)
    for other in others:
        start, end = life(other, body)
        # What is set from the one that ends there may have its name.
        if max(first, start) < min(last, end):
            return True
        if last == start or (end == first and not isinstance(body[first], Assign)):
            return True
    return False


def life(element: Element, body: Block) -> tuple[int, int]:
    """The places of the first and the last statement that name an element."""
    places = [at for at, part in enumerate(body) if element in _all((part,))]
    return places[0], places[-1]


def _renamed(statement: Statement, old: Element, new: Element) -> Statement:
    """The statement with one element replaced by another, read or written."""

    def change(node: Expression) -> Expression | None:
        return new if node == old else None

    match statement:
        case For(body=body) | If(body=body) | Section(body=body):
            inner = tuple(_renamed(inside, old, new) for inside in body)
            if isinstance(statement, If) and isinstance(statement.condition, Compare):
                return If(transform_sides(statement.condition, change), inner)
            return replace(statement, body=inner)
        case Assign(target, value, note) | Accumulate(target, value, note):
            target = new if target == old else target
            return type(statement)(target, transform(value, change), note)
        case _:
            return statement


def _all(block: Iterable[Statement]) -> Iterator[Element]:
    """Every element that a block names, as often as its statements depend on it."""
    for statement, read in readings(tuple(block)):
        yield statement.target
        yield from read

"""Which loop's rounds own a gradient, so that it can begin there.

In: a derived block whose gradients are all added to. A round owns what it alone
names, at places of its own: there a gradient begins, next to its terms, rather than
in loops over all of it before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bpgen.program.nodes import (
    BATCH,
    LOOP_NAMES,
    SAMPLES,
    Accumulate,
    Assign,
    Block,
    Compare,
    Element,
    For,
    If,
    Index,
    Number,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.walks import elements, readings, reads, statements


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names an element, and the loops around it, outermost first."""

    element: Element
    loops: tuple[For, ...]
    statement: Assign | Accumulate
    is_guarded: bool = False  # by a condition


class Ownership:
    """What the rounds of the loops of one block own."""

    def __init__(self, block: Block) -> None:
        self.mentions: dict[Variable, list[Mention]] = {}
        written = {statement.target.variable for statement in statements(block)}
        for mention in _mentions(block, (), False):
            variable = mention.element.variable
            if variable in written and variable.role is Role.VALUE:
                self.mentions.setdefault(variable, []).append(mention)
        for variable, mentions in list(self.mentions.items()):
            if len({mention.element.variable.shape for mention in mentions}) > 1:
                del self.mentions[variable]  # along other axes it is another round's

    def openings(self) -> dict[Variable, Statement]:
        """Statements that can assign instead of adding, by what they write."""
        return {
            variable: mentions[0].statement
            for variable, mentions in self.mentions.items()
            if _opens(mentions)
        }

    def homes(self, variables: Iterable[Variable]) -> Mapping[int, list[Variable]]:
        """The variables by the id of the innermost loop whose rounds own them."""
        found: dict[int, list[Variable]] = {}
        for variable in variables:
            home = _home(self.mentions.get(variable, []))
            if home:
                found.setdefault(id(home[-1]), []).append(variable)
        return found

    def begun(self, variable: Variable, body: Block) -> Block:
        """The body of its home, in which the variable begins at zero."""
        at, first = next(
            (at, s)
            for at, s in enumerate(body)
            if any(variable in _named(*inner) for inner in readings((s,)))
        )
        home = _home(self.mentions[variable])
        element = self.mentions[variable][0].element
        own = {loop.index for loop in home}
        free = [
            axis
            for axis, index in enumerate(element.indices)
            if not any(index == Index(0, ((name, 1),)) for name in own)
        ]
        if isinstance(first, Accumulate) and not free:
            begun: Block = (Assign(first.target, first.value, first.note),)
            return (*body[:at], *begun, *body[at + 1 :])
        names = [name for name in LOOP_NAMES if name not in own]
        indices = list(element.indices)
        for axis, name in zip(free, names, strict=False):
            indices[axis] = Index(0, ((name, 1),))
        begun = (Assign(variable[tuple(indices)], Number(0.0)),)
        for axis, name in reversed(list(zip(free, names, strict=False))):
            begun = (For(name, variable.shape[axis], begun),)
        return (*body[:at], *begun, *body[at:])


def _mentions(
    block: Block,
    loops: tuple[For, ...],
    is_guarded: bool,
    compared: tuple[Element, ...] = (),
) -> Iterator[Mention]:
    for statement in block:
        match statement:
            case For(body=body):
                yield from _mentions(body, (*loops, statement), is_guarded, compared)
            case If(Compare() as condition, body):
                inside = (*compared, *elements(condition))
                yield from _mentions(body, loops, True, inside)
            case If(body=body):
                yield from _mentions(body, loops, True, compared)
            case Section(_, body):
                yield from _mentions(body, loops, is_guarded, compared)
            case Assign() | Accumulate():
                for element in (*compared, statement.target, *reads(statement)):
                    yield Mention(element, loops, statement, is_guarded)


def _home(mentions: list[Mention]) -> tuple[For, ...]:
    """The innermost loop, and those around it, each of whose rounds names elements
    that no other round names."""
    found: list[For] = []
    for loops in zip(*(mention.loops for mention in mentions), strict=False):
        plain = Index(0, ((loops[0].index, 1),))
        axes = zip(*(mention.element.indices for mention in mentions), strict=True)
        is_own = any(all(index == plain for index in axis) for axis in axes)
        if not is_own or any(loop is not loops[0] for loop in loops):
            break
        found.append(loops[0])
    return tuple(found)


def _opens(mentions: list[Mention]) -> bool:
    """Whether the first statement that names a variable writes each place once, and
    the others name the same places, in loops of the same rounds; or, if it writes all
    places, come when its loops are over."""
    first = mentions[0]
    plain = [Index(0, ((loop.index, 1),)) for loop in first.loops]
    rounds = {(loop.index, loop.start, loop.stop) for loop in first.loops}
    outer, is_all = first.loops[:1], _writes_all(first)
    return (
        first.element == first.statement.target
        and not first.is_guarded
        and sorted(plain, key=repr) == sorted(first.element.indices, key=repr)
        and all(
            (is_all and not any(loop is outer[0] for loop in mention.loops[:1]))
            or (
                mention.element == first.element
                and rounds
                <= {(loop.index, loop.start, loop.stop) for loop in mention.loops}
            )
            for mention in mentions
        )
    )


def _writes_all(mention: Mention) -> bool:
    """Whether the loops around an element go over all of its variable."""
    ends = {loop.index: loop.stop for loop in mention.loops if loop.start == 0}
    return bool(ends) and all(
        ends.get(name) in (len(axis), BATCH if axis == SAMPLES else len(axis))
        for index, axis in zip(
            mention.element.indices, mention.element.variable.labels, strict=True
        )
        for name, _ in index.terms
    )


def _named(statement: Assign | Accumulate, read: tuple[Element, ...]) -> set[Variable]:
    return {statement.target.variable, *(element.variable for element in read)}

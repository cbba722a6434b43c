"""Which loop's rounds own a gradient, so that it can begin there.

In: a derived block whose gradients are all added to. A round owns what it alone
names, at places of its own: there a gradient begins, next to its terms, rather than
in loops over all of it before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bpgen.program.labels import SPARE_LETTERS
from bpgen.program.nodes import (
    BATCH,
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
        names = list(_letters(variable, free, own))
        indices = list(element.indices)
        for axis, name in zip(free, names, strict=True):
            indices[axis] = Index(0, ((name, 1),))
        begun = (Assign(variable[tuple(indices)], Number(0.0)),)
        for axis, name in reversed(list(zip(free, names, strict=True))):
            begun = (For(name, variable.shape[axis], begun),)
        return (*body[:at], *begun, *body[at:])


def _letters(variable: Variable, axes: list[int], taken: set[str]) -> Iterator[str]:
    """A letter for a loop along each of some axes of a variable."""
    first = len(variable.labels) - len(variable.axes)
    taken = set(taken)
    for axis in axes:
        wanted = (variable.loop_letters[axis - first], *SPARE_LETTERS)
        yield (found := next(letter for letter in wanted if letter not in taken))
        taken.add(found)


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
    rounds, outer, is_all = _rounds(first), first.loops[:1], _writes_all(first)
    return (
        first.element == first.statement.target
        and not first.is_guarded
        and sorted(plain, key=repr) == sorted(first.element.indices, key=repr)
        and all(
            (is_all and not any(loop is outer[0] for loop in mention.loops[:1]))
            or _meets(rounds, mention)
            for mention in mentions
        )
    )


def _meets(rounds: list[For], mention: Mention) -> bool:
    """Whether loops of the same rounds count each index of an element, in which a loop
    around it counts the same index as there."""
    own = _rounds(mention)
    return len(own) == len(mention.element.indices) == len(rounds) and all(
        (one.start, one.stop) == (other.start, other.stop)
        and (one is other or not any(one is loop for loop in mention.loops))
        for one, other in zip(rounds, own, strict=True)
    )


def _rounds(mention: Mention) -> list[For]:
    """The loop that counts each index of an element; nothing where an index is not
    that of one loop."""
    loops = {loop.index: loop for loop in mention.loops}
    found = []
    for index in mention.element.indices:
        name = index.terms[0][0] if index.terms else ""
        if name not in loops or index != Index(0, ((name, 1),)):
            return []
        found.append(loops[name])
    return found


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

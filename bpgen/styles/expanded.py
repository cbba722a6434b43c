"""Loops written out: a statement for each round, every index a constant.

In: a block in loops. Out: the same block without `For`, and without an index that a
number of the sample chooses: where it reads, a sum over all choices, of which one
counts; where it writes, a statement for each choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TypeAlias

from bpgen.program.nodes import (
    NUMBER,
    Accumulate,
    Assign,
    Block,
    Compare,
    Each,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Literal,
    Number,
    Position,
    Role,
    Section,
    Select,
    Statement,
    Variable,
    Whole,
)
from bpgen.program.notes import ChainNote, Note, Path, UnitNote
from bpgen.program.rewriting import with_elements
from bpgen.program.walks import transform, transform_sides
from bpgen.styles.choices import (
    Choice,
    Choices,
    Places,
    chooser,
    chosen_of,
    element_at,
    found_by,
    numbered,
)

At: TypeAlias = dict[str, int]  # the loop variables at one round


def expand(block: Block) -> Block:
    """The block with every loop written out."""
    return Expander().block(block)


class Expander:
    """Writes out the blocks of one program, with one node for each element."""

    def __init__(self) -> None:
        self.elements: dict[tuple[str, Role, tuple[int, ...]], Element] = {}
        self.places: Places = {}  # that searches can find, in all blocks so far

    def block(self, block: Block) -> Block:
        """The block with every loop written out."""
        return numbered(tuple(self.rounds(block, {}, {})), self.places)

    def rounds(self, block: Block, at: At, choices: Choices) -> Iterator[Statement]:
        """What becomes of a block at one round of the loops around it."""
        choices = dict(choices)
        for statement in block:
            match statement:
                case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                    at = at | {name: place.at(at).constant}
                case Assign(Element(Variable(name)), Whole(value, count)):
                    chosen = self.element(value, at)
                    found = sorted(self.places.get(chosen, range(count)))
                    choices[name] = Choice(chosen, tuple(found))
                case Assign(target, Position(place)) if target.variable.is_whole:
                    target, place = self.element(target, at), place.at(at)
                    self.places.setdefault(target, set()).add(place.constant)
                    yield Assign(target, Position(place))
                case Assign(target, Element() as value) if chooser(value, choices):
                    target = self.element(target, at)
                    yield from found_by(target, value, choices, at)
                case Assign() | Accumulate():
                    yield from self.written_out(statement, at, choices)
                case For(index, stop, body, note, start, order):
                    for number in order.of(range(_end(start, at), _end(stop, at))):
                        inner = at | {index: number}
                        rounds = self.rounds(body, inner, choices)
                        if note:
                            yield Section(self.note(note, inner), tuple(rounds))
                        else:
                            yield from rounds
                case If(Inside() as condition, body):
                    if _holds(condition, at):
                        yield from self.rounds(body, at, choices)
                case If(Compare() as condition, body):
                    own = transform_sides(condition, self.change(at, choices))
                    yield If(own, tuple(self.rounds(body, at, choices)))
                case Section(note, body):
                    note = self.note(note, at) if note else None
                    yield Section(note, tuple(self.rounds(body, at, choices)))
                case Each(((own, variables),), inner):
                    for variable in variables:
                        yield from self.each_of(variable, own, inner)
                case Literal(variable, values):
                    places = product(*map(range, variable.shape))
                    for there, given in zip(places, values, strict=True):
                        yield Assign(variable[there], Number(given))

    def each_of(self, variable: Variable, own: Variable, body: Block) -> Block:
        """The body once for each number of a variable, of which it speaks as `own`."""
        found: list[Statement] = []
        for place in product(*map(range, variable.shape)):
            found += with_elements(
                body, partial(_instead, own[NUMBER], variable[place])
            )
        return tuple(found)

    def written_out(
        self, statement: Assign | Accumulate, at: At, choices: Choices
    ) -> Iterator[Statement]:
        """The statement at one round of the loops; where it writes what a number
        chooses, a statement for each choice."""
        target, note = self.element(statement.target, at), statement.note
        chosen = choices and _left(target)
        if chosen:
            for condition, place in choices[chosen].cases():
                inner_at = at | {chosen: place}
                (inner,) = self.written_out(statement, inner_at, choices)
                assert isinstance(inner, Accumulate)
                term = Select(condition, inner.value, Number(0.0))
                yield Accumulate(inner.target, term, inner.note)
        else:
            value = transform(statement.value, self.change(at, choices))
            note = self.note(note, at) if note else None
            yield type(statement)(target, value, note)

    def element(self, element: Element, at: At) -> Element:
        """The element at one round; the same node every time, so that two of them
        are compared and looked up in no time."""
        variable, places = element.variable, list[int]()
        if variable.of is not None:
            return element_at(element, at)
        for index in element.indices:
            if index.divisor != 1 or index.modulus:
                return element_at(element, at)
            constant = index.constant
            for name, factor in index.terms:
                if name not in at:  # a choice
                    return Element(variable, tuple(i.at(at) for i in element.indices))
                constant += factor * at[name]
            places.append(constant)
        key = variable.name, variable.role, tuple(places)
        found = self.elements.get(key)
        if found is None:
            found = Element(variable, tuple(map(Index, places)))
            self.elements[key] = found
        return found

    def change(
        self, at: At, choices: Choices
    ) -> Callable[[Expression], Expression | None]:
        """What becomes of the nodes of an expression at one round of the loops."""

        def change(node: Expression) -> Expression | None:
            match node:
                case Position(index):
                    return Number(float(index.at(at).constant))
                case Element():
                    element = self.element(node, at)
                    chosen = choices and _left(element)
                    if not chosen:
                        return element
                    return chosen_of(element, choices[chosen], chosen)
                case _:
                    return None

        return change

    def note(self, note: Note, at: At) -> Note:
        """The note at one round of the loops."""
        match note:
            case UnitNote(unit):
                return replace(note, unit=self.element(unit, at))
            case ChainNote(of, paths):
                if not (note.is_weight and (note.is_one or note.is_plain)):
                    paths = tuple(self.path(path, at) for path in paths)
                return replace(note, of=self.element(of, at), paths=paths)
            case _:
                return note

    def path(self, path: Path, at: At) -> Path:
        """The path at one round of the loops."""
        forward, change = path.forward, self.change(at, {})
        target = self.element(forward.target, at)
        if _left(target):
            return path  # what a number chooses
        made = type(forward)(target, transform(forward.value, change))
        return Path(made, transform(path.slope, change))


def _instead(old: Element, new: Element, element: Element) -> Element:
    """The element; the new one for the old one."""
    return new if element == old else element


def _end(end: Index | int, at: At) -> int:
    return Index.of(end).at(at).constant


def _holds(condition: Inside, at: At) -> bool:
    return 0 <= condition.index.at(at).constant < condition.extent


def _left(element: Element) -> str:
    """The name in an index that is no loop's, but a number's; "" if there is none."""
    return next((name for i in element.indices for name, _ in i.terms), "")

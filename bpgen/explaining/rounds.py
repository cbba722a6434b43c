"""Which number of each layer of a large net is told in full, and in which rounds of the
loops it is computed.

In: a pass in loops, and the numbers of one sample. Out: its parts, one a heading, each
with a place for every array that it gives numbers to, and the rounds that its locals
are followed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bpgen.program.evaluate import Place
from bpgen.program.evaluated import Key
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
from bpgen.program.notes import Note
from bpgen.program.walks import reads

# How much there is to see at each place of an array.
Sizes = Callable[[Variable], Mapping[Place, float]]
Rounds = dict[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A statement, and what the loops around it count with; where that is known before
    a run, to which end."""

    statement: Assign | Accumulate
    loops: tuple[str, ...]
    ends: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading of a block: a layer, the loss."""

    note: Note | None
    lines: tuple[Line, ...]

    @property
    def arrays(self) -> list[Variable]:
        """What it gives numbers to, in order."""
        targets = (line.statement.target for line in self.lines)
        return list(dict.fromkeys(t.variable for t in targets if is_array(t)))


def is_array(target: Element) -> bool:
    """Whether a number stands in an array, not in a local."""
    return bool(target.indices) and target.variable.of is None


def parts_of(block: Block) -> list[Part]:
    """A block by its headings."""
    return [
        Part(statement.note, tuple(_lines(statement.body, (), {})))
        for statement in block
        if isinstance(statement, Section)
    ]


def _lines(
    block: Block, loops: tuple[str, ...], ends: Mapping[str, int]
) -> Iterator[Line]:
    for statement in block:
        match statement:
            case For(index=index, stop=stop, body=body):
                end = Index.of(stop)
                known = {} if end.terms else {index: end.constant}
                yield from _lines(body, (*loops, index), {**ends, **known})
            case If(body=body) | Section(body=body):
                yield from _lines(body, loops, ends)
            case Assign(target) if target.variable.role is Role.INDEX:
                pass
            case Assign() | Accumulate():
                yield Line(statement, loops, ends)


@dataclass(slots=True)
class Plan:
    """What is followed.

    Attributes:
        sizes: the place of an array with the largest one is chosen.
        places: that of each array, where the first part that knows it tells it.
        keys: all numbers that are followed.
        rounds: those in which a statement gives a number to a local, by its identity.
    """

    sizes: Sizes
    sample: int
    places: dict[Variable, Place] = field(default_factory=dict)
    keys: set[Key] = field(default_factory=set)
    rounds: dict[int, Rounds] = field(default_factory=dict)

    def follow(self, part: Part, known: Rounds) -> Rounds:
        """Choose a place for every array of a part, which go together as far as loops
        tell; and the rounds of what is local. `known` are rounds that are given."""
        found = {"sample": self.sample} | known
        for line in reversed(part.lines):
            target = line.statement.target
            if not is_array(target):
                continue
            place = self.places.get(target.variable)
            if place is None or not is_reached(line, place):
                place = self.chosen(line, found)
            if place is not None:
                self.places.setdefault(target.variable, place)
                self.keys.add((target.variable, place))
                found |= solved(target, place, found)
        self.follow_locals(part, found)
        return found

    def chosen(self, line: Line, rounds: Rounds) -> Place | None:
        """The place with the most to see among those of some rounds."""
        target = line.statement.target
        sizes = self.sizes(target.variable)
        fits = [
            at for at in sizes if is_met(target, at, rounds) and is_reached(line, at)
        ]
        return max(fits, key=lambda at: abs(sizes[at]), default=None)

    def follow_locals(self, part: Part, rounds: Rounds) -> None:
        """The rounds of every statement that gives a number to a local."""
        around: dict[Variable, tuple[str, ...]] = {}
        for line in part.lines:
            statement = line.statement
            variable = statement.target.variable
            if is_array(statement.target):
                continue
            goes_on = isinstance(statement, Accumulate) or (
                statement.target in reads(statement)
            )
            if not goes_on or variable not in around:
                around[variable] = line.loops
            own = {name: rounds.get(name, 0) for name in around[variable]}
            self.rounds[id(statement)] = own


def is_met(target: Element, place: Place, rounds: Rounds) -> bool:
    """Whether a statement meets a place in some rounds, as far as they are known."""
    for index, at in zip(target.indices, place, strict=True):
        own = index.at(rounds)
        if not own.terms and own.constant != at:
            return False
    return True


def is_reached(line: Line, place: Place) -> bool:
    """Whether a statement meets a place in any round."""
    target = line.statement.target
    if any(index.divisor != 1 or index.modulus for index in target.indices):
        return True  # who knows
    for index, at in zip(target.indices, place, strict=True):
        found = _solved(index, at)
        if len(found) < len(index.terms) or (not index.terms and index.constant != at):
            return False
        if any(line.ends.get(name, own + 1) <= own for name, own in found.items()):
            return False
    return True


def solved(target: Element, place: Place, rounds: Rounds) -> Rounds:
    """The rounds in which a statement meets a place, beside those that are known."""
    found = Rounds()
    for index, at in zip(target.indices, place, strict=True):
        if index.divisor == 1 and not index.modulus:
            found |= _solved(index.at(rounds | found), at)
    return found


def _solved(index: Index, at: int) -> Rounds:
    """The rounds in which an index is a number: counted as digits are."""
    rest, found = at - index.constant, Rounds()
    for name, factor in sorted(index.terms, key=lambda term: -term[1]):
        found[name], rest = divmod(rest, factor)
    return found if rest == 0 and min(found.values(), default=0) >= 0 else {}

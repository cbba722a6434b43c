"""What a program costs, counted from its loops: no loop is run or written out.

A data-dependent `If` counts as taken. A guard against the padding counts in the rounds
in which it holds, and loops whose ends depend on outer ones in the rounds that they
have. `batch` is the number of samples where the loops run over a whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

from bpgen.program.blocks import Program
from bpgen.program.nodes import (
    BATCH,
    Accumulate,
    Add,
    Assign,
    Block,
    Call,
    Compare,
    Divide,
    Draw,
    Each,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Literal,
    Multiply,
    Negate,
    Position,
    Role,
    Section,
    Stated,
    Subtract,
    Variable,
    Whole,
)
from bpgen.program.walks import children, read_in, reads, statements, walk


@dataclass(frozen=True, slots=True)
class Work:
    """Operations: a product that is added to something is one multiply-add; `calls`
    are of functions such as exp, `others` all other operations."""

    multiply_adds: int = 0
    calls: int = 0
    others: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(
            self.multiply_adds + other.multiply_adds,
            self.calls + other.calls,
            self.others + other.others,
        )

    def __mul__(self, times: int) -> Work:
        counts = (self.multiply_adds, self.calls, self.others)
        return Work(*(count * times for count in counts))


@dataclass(frozen=True, slots=True)
class Loop:
    """The rounds of one loop; both ends may depend on outer ones."""

    name: str
    start: Index
    stop: Index

    @property
    def names(self) -> set[str]:
        """The loop variables that go together in it."""
        ends = self.start.terms + self.stop.terms
        return {self.name, *(name for name, _ in ends)}


def work_of(block: Block, batch: int = 1) -> Work:
    """The operations of a block."""
    found = Work()
    for step, rounds in _steps(block, batch):
        if isinstance(step, Literal):
            continue
        found += _work_of(step) * rounds
    return found


def terms_of(block: Block) -> int:
    """How many elements a block names once every loop is written out: what an
    unrolled block is long by. A chosen element is there as often as choices are."""
    choices: dict[str, int] = {}
    found = 0
    for step, rounds in _steps(block, 1, all_numbers=False):
        if isinstance(step, Literal):
            found += len(step.values)
        elif isinstance(step, Compare):
            found += rounds * sum(isinstance(node, Element) for node in walk(step))
        elif isinstance(step.value, Whole):
            choices[step.target.variable.name] = step.value.count
        else:
            # where it writes what a number chooses: that number, too, for each choice
            places = step.target.indices
            chosen = [n for i in places for n, _ in i.terms if n in choices]
            times = choices[chosen[0]] if chosen else 1
            named = 1 + len(chosen) + sum(_times(e, choices) for e in reads(step))
            found += rounds * times * named
    return found


def _times(element: Element, choices: dict[str, int]) -> int:
    chosen = [name for i in element.indices for name, _ in i.terms if name in choices]
    return 2 * choices[chosen[0]] if chosen else 1


def _work_of(step: Assign | Accumulate | Compare) -> Work:
    """The operations of one statement or comparison, once."""
    if isinstance(step, Compare):
        return _operations(step)
    found = _operations(step.value)
    if isinstance(step, Accumulate):
        value = step.value.value if isinstance(step.value, Negate) else step.value
        is_product = isinstance(value, Multiply)
        found += Work(1, 0, -1) if is_product else Work(0, 0, 1)
    return found


def _operations(value: Expression | Compare) -> Work:
    multiply_adds = calls = others = 0
    waiting: list[Expression | Compare] = [value]
    while waiting:
        node = waiting.pop()
        match node:
            case Stated(inner):
                waiting.append(inner)
            case Add(left, right) | Subtract(left, right):
                waiting += (left, right)
                others += 1
                if isinstance(left, Multiply) or isinstance(right, Multiply):
                    multiply_adds, others = multiply_adds + 1, others - 2
            case Multiply(left, right) | Divide(left, right):
                waiting += (left, right)
                others += 1
            case Call(_, arguments):
                waiting += arguments
                calls += 1
            case Negate() | Compare() | Draw():
                others += 1
                waiting += [*children(node)]
            case _:
                waiting += [*children(node)]
    return Work(multiply_adds, calls, others)


# --- Memory ---------------------------------------------------------------------------

NUMBER = 8  # bytes


def memory_of(program: Program, batch: int = 1) -> dict[str, int]:
    """The bytes that training holds: the activations are what the forward pass keeps
    for later, less where the loops are plain (`styles.loops`)."""
    later: set[Variable] = set()
    for block in (program.loss, program.backward, program.input_gradient):
        later |= {element.variable for element in read_in(block)}
    written = {statement.target.variable for statement in statements(program.forward)}
    states = (*program.schedule_states, *program.states)
    held: dict[str, Iterable[Variable]] = {
        "parameters": program.parameters,
        "gradients": program.gradients.values(),
        "optimizer": (state.variable for state in states),
        "buffers": program.buffers,
        "activations": later & (written | {program.input}),
    }
    return {
        what: NUMBER * sum(size_of(variable, batch) for variable in variables)
        for what, variables in held.items()
    }


def size_of(variable: Variable, batch: int = 1) -> int:
    """How many numbers a variable holds."""
    return prod(map(len, variable.axes)) * (batch if variable.is_batched else 1)


# --- Rounds ---------------------------------------------------------------------------


def _steps(
    block: Block, batch: int, all_numbers: bool = True
) -> Iterator[tuple[Assign | Accumulate | Literal | Compare, int]]:
    """Everything that computes, with the number of its rounds."""
    ((length, _),) = BATCH.terms
    yield from _Rounds(all_numbers).steps(block, (), (), {length: Index(batch)})


class _Rounds:
    """Counts rounds; `known` are those of loops that go together."""

    def __init__(self, all_numbers: bool) -> None:
        self.all_numbers = all_numbers  # whether `Each` counts, which stays a loop
        self.known: dict[tuple[tuple[Loop, ...], tuple[Inside, ...]], int] = {}

    def steps(
        self,
        block: Block,
        loops: tuple[Loop, ...],
        guards: tuple[Inside, ...],
        named: dict[str, Index],
    ) -> Iterator[tuple[Assign | Accumulate | Literal | Compare, int]]:
        """`named` are the indices with a name of their own."""
        rounds = -1
        for statement in block:
            match statement:
                case For(index, stop, body, start=start):
                    ends = (_put_in(Index.of(end), named) for end in (start, stop))
                    loop = Loop(index, *ends)
                    yield from self.steps(body, (*loops, loop), guards, named)
                case If(Inside(index, extent), body):
                    guard = Inside(_put_in(index, named), extent)
                    yield from self.steps(body, loops, (*guards, guard), named)
                case Section(_, body):
                    yield from self.steps(body, loops, guards, named)
                case Each(arrays, body) if self.all_numbers:
                    count = sum(prod(of.shape) for of in arrays[0][1])
                    for step, once in self.steps(body, loops, guards, named):
                        yield step, once * count
                case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                    named = named | {name: _put_in(place, named)}
                case If(Compare() as condition, body):
                    yield condition, self.rounds(loops, guards)
                    yield from self.steps(body, loops, guards, named)
                case Each(arrays, body):
                    size = sum(prod(map(len, v.labels)) for v in arrays[0][1])
                    yield from ((inner, size) for inner in statements(body))
                case Assign() | Accumulate() | Literal():
                    if rounds < 0:
                        rounds = self.rounds(loops, guards)
                    yield statement, rounds

    def rounds(self, loops: tuple[Loop, ...], guards: tuple[Inside, ...]) -> int:
        """How often what stands in these loops and guards runs: the product over the
        groups of loops that have nothing to do with each other."""
        found = 1
        for group in _groups(loops, guards):
            if group not in self.known:
                self.known[group] = _counted(*group, {})
            found *= self.known[group]
        return found


def _groups(
    loops: tuple[Loop, ...], guards: tuple[Inside, ...]
) -> Iterator[tuple[tuple[Loop, ...], tuple[Inside, ...]]]:
    """The loops that a guard, or an end of one of them, ties together."""
    own = {loop.name for loop in loops}
    ties = [loop.names & own for loop in loops]
    ties += [{name for name, _ in guard.index.terms} & own for guard in guards]
    groups: list[set[str]] = []
    for tie in ties:
        met = [group for group in groups if group & tie]
        groups = [group for group in groups if not group & tie]
        groups.append(tie.union(*met))
    for group in groups:
        inside = tuple(loop for loop in loops if loop.name in group)
        held = (g for g in guards if any(name in group for name, _ in g.index.terms))
        yield inside, tuple(held)


def _counted(
    loops: tuple[Loop, ...], guards: tuple[Inside, ...], at: dict[str, int]
) -> int:
    """The rounds of one group, the outermost loop first."""
    if not loops:
        return int(all(_holds(guard, at) for guard in guards))
    (loop, *inner), found = loops, 0
    rounds = range(loop.start.at(at).constant, loop.stop.at(at).constant)
    if not inner and not guards:
        return len(rounds)
    for place in rounds:
        found += _counted(tuple(inner), guards, at | {loop.name: place})
    return found


def _holds(guard: Inside, at: dict[str, int]) -> bool:
    place = guard.index.at(at)
    return bool(place.terms) or 0 <= place.constant < guard.extent


def _put_in(index: Index, named: dict[str, Index]) -> Index:
    """The index with loop variables alone."""
    found = Index(index.constant)
    for name, factor in index.terms:
        found += named[name] * factor if name in named else Index(0, ((name, factor),))
    return found

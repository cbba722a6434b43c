"""One step of training in one block: forward, loss and backward together.

In: the blocks of a program in loops. Out: a block. A gradient's sum stands apart from
the way back, its rounds innermost: `dw[i][j]` is read and stored once a sample. Where
each sample has an update of its own, by an optimizer that keeps nothing, no gradient
need be stored: `w -= rate * (dz * x)` stands in the place of the sum, once all slopes
are known. The same numbers come out, to the bit: what is left out is `0.0 +`, which
only a -0.0 would notice, and no weight is that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bpgen.deriving.differentiate import filled, over_elements
from bpgen.lowering.optimizer import FACTOR, SLOPE, WEIGHT
from bpgen.program.blocks import Program
from bpgen.program.nodes import (
    NUMBER,
    Accumulate,
    Assign,
    Block,
    Each,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Number,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.ranges import Loops, overlap, range_of
from bpgen.program.rewriting import with_elements
from bpgen.program.views import held
from bpgen.program.walks import reads, statements, transform
from bpgen.styles.rounds import without_positions


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gradient is added to: the loops and guards around it, its statement."""

    around: tuple[For | If, ...]
    statement: Accumulate
    number: int  # of the place

    @property
    def own(self) -> tuple[For, ...]:
        """The loops that lead from element to element, in the order of the axes."""
        loops = {loop.index: loop for loop in self.loops}
        names = (n for i in self.statement.target.indices for n, _ in i.terms)
        return tuple(loops[name] for name in names)

    @property
    def loops(self) -> tuple[For, ...]:
        """All loops around the statement."""
        return tuple(part for part in self.around if isinstance(part, For))

    @property
    def is_regular(self) -> bool:
        """Whether each axis is counted by a loop of its own, with constant ends."""
        for part in self.around:
            if isinstance(part, If) and not isinstance(part.condition, Inside):
                return False
        known = {loop.index for loop in self.loops}
        for index in self.statement.target.indices:
            terms = index.terms
            if not terms:
                continue
            if len(terms) != 1 or terms[0][1] != 1 or terms[0][0] not in known:
                return False
        places = self.statement.target.indices
        names = [index.terms[0][0] for index in places if index.terms]
        ends = [Index.of(e) for loop in self.loops for e in (loop.start, loop.stop)]
        return len(set(names)) == len(names) and not any(end.terms for end in ends)

    def summed(self, start: Expression, finish: Callable[[Expression], Block]) -> Block:
        """The loops over the elements; in each, its slope, and what is done with it."""
        own = self.own
        inside = guards_first([part for part in self.around if part not in own])
        value = self.statement.value
        total = Variable(f"slope{self.number}", Role.LOCAL, "slope").scalar()
        if inside:
            block: Block = (Accumulate(total, value),)
            for part in reversed(inside):
                block = (replace(part, body=block),)
            block = (Assign(total, start), *block, *finish(total))
        else:
            block = finish(value)
        for loop in reversed(own):
            block = (replace(loop, body=block, note=None),)
        return block

    def ranges(self) -> list[tuple[int, int]]:
        """The elements that it adds to."""
        loops: Loops = {}
        for loop in self.loops:
            first, last = Index.of(loop.start), Index.of(loop.stop)
            loops[loop.index] = range_of(first, loops)[0], range_of(last, loops)[1] - 1
        return [range_of(index, loops) for index in self.statement.target.indices]


def guards_first(around: list[For | If]) -> list[For | If]:
    """Loops and guards from the outside in, each guard before what it does not depend
    on."""
    found: list[For | If] = []
    for part in around:
        at = len(found)
        if isinstance(part, If) and isinstance(part.condition, Inside):
            names = {name for name, _ in part.condition.index.terms}
            while at and not _is_named(found[at - 1], names):
                at -= 1
        found.insert(at, part)
    return found


def _is_named(part: For | If, names: set[str]) -> bool:
    return isinstance(part, If) or part.index in names


def step(program: Program, is_online: bool) -> Block:
    """The step of a sample: with its update, if each has its own, and if that needs no
    more than gradients; else it adds to the gradients held."""
    known = {id(statement) for statement in statements(program.loss)}
    backward = without(program.backward, known)  # what the loss computes, too
    backward = without_positions(backward)
    apart = places_apart(backward)
    gone = {id(place.statement) for own in apart.values() for place in own}
    backward = without(backward, gone)
    before = (*program.forward, *program.loss)
    plain = plain_update(program.update) if is_online else None
    if plain:
        slopes, updates = with_updates(program, plain, backward, apart)
        return *before, *slopes, *updates
    sums: list[Statement] = []
    for place in (place for own in apart.values() for place in own):
        target = place.statement.target
        is_one = len(place.own) == len(place.around)

        def finish(
            slope: Expression, target: Element = target, is_one: bool = is_one
        ) -> Block:
            return (Accumulate(target, slope) if is_one else Assign(target, slope),)

        sums += place.summed(target, finish)
    return *before, *backward, *sums


def with_updates(
    program: Program,
    plain: Each,
    backward: Block,
    apart: dict[Variable, list[Place]],
) -> tuple[Block, Block]:
    """The way back, and the update of all weights."""
    gradients = program.gradients
    summed = {
        gradient: replace(gradient, role=Role.VALUE)
        for gradient in gradients.values()
        if gradient not in apart or len(apart[gradient]) > 1
    }
    zeros = (filled(own, Number(0.0)) for own in summed.values())
    several: list[Statement] = []
    updates: list[Statement] = []
    for number, (weight, gradient) in enumerate(gradients.items()):
        move = Move(plain, weight, number)
        if gradient not in summed:
            (place,) = apart[gradient]
            updates += move.in_place(place)
            continue
        for place in apart.get(gradient, ()):
            several += place.summed(Number(0.0), place_to(place.statement.target))
        updates += over_elements(weight, move.by(summed[gradient]))
    body = with_elements(
        (*backward, *several),
        lambda e: Element(summed.get(e.variable, e.variable), e.indices),
    )
    return (*sum(zeros, ()), *body), tuple(updates)


def place_to(target: Element) -> Callable[[Expression], Block]:
    """What sets an element."""
    return lambda slope: (Assign(target, slope),)


def plain_update(block: Block) -> Each | None:
    """The update, if all that it needs of a parameter is its gradient."""
    while len(block) == 1 and isinstance(block[0], Section):
        block = block[0].body
    match block:
        case (Each(arrays) as found,) if {own for own, _ in arrays} <= {WEIGHT, SLOPE}:
            return found
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Move:
    """The update of one parameter."""

    update: Each
    weight: Variable
    number: int  # among all trained ones

    def of(self, element: Element, slope: Expression) -> Block:
        """The statements that move one weight against its slope."""
        meant: dict[Element, Expression] = {
            WEIGHT[NUMBER]: element,
            SLOPE[NUMBER]: slope,
        }
        for own, numbers in self.update.numbers:
            assert own == FACTOR
            meant[own.scalar()] = Number(numbers[self.number])

        def change(node: Expression) -> Expression | None:
            return meant.get(node) if isinstance(node, Element) else None

        found: list[Statement] = []
        for statement in self.update.body:
            assert isinstance(statement, Assign)
            target = meant.get(statement.target, statement.target)
            assert isinstance(target, Element)
            found.append(Assign(target, transform(statement.value, change)))
        return tuple(found)

    def by(self, gradient: Variable) -> Callable[[Element], Block]:
        """The same, with slopes that were added up."""
        return lambda element: self.of(element, gradient[element.indices])

    def in_place(self, place: Place) -> Block:
        """The loops in which the slopes would be added up, which move the weights."""
        element = self.weight[place.statement.target.indices]
        return place.summed(Number(0.0), lambda slope: self.of(element, slope))


def places_apart(backward: Block) -> dict[Variable, list[Place]]:
    """The gradients whose sums can stand apart, after all else: their statements add to
    elements of their own, from numbers that stay as they are."""
    found: dict[Variable, list[Place]] = {}
    for place in places(backward):
        found.setdefault(place.statement.target.variable, []).append(place)
    order = {id(s): (n, around) for n, (s, around) in enumerate(writings(backward))}
    return {
        gradient: own
        for gradient, own in found.items()
        if all(place.is_regular and is_final(place, backward, order) for place in own)
        and are_disjoint(own)
    }


def are_disjoint(own: list[Place]) -> bool:
    """Whether places add to elements of their own."""
    ranges = [place.ranges() for place in own]
    pairs = ((a, b) for at, a in enumerate(ranges) for b in ranges[at + 1 :])
    return not any(overlap(a, b) for a, b in pairs)


Order = dict[int, tuple[int, tuple[For | If, ...]]]


def is_final(place: Place, backward: Block, order: Order) -> bool:
    """Whether nothing that a place reads is another number in the end."""
    read = {held(element.variable) for element in reads(place.statement)}
    if any(variable.role in (Role.LOCAL, Role.INDEX) for variable in read):
        return False
    at, around = order[id(place.statement)]
    for statement in statements(backward):
        if held(statement.target.variable) not in read:
            continue
        number, theirs = order[id(statement)]
        shared = [a for a, b in zip(around, theirs, strict=False) if a is b]
        loops = (part.index for part in shared if isinstance(part, For))
        axes = [[n for n, _ in index.terms] for index in statement.target.indices]
        if number > at or any([name] not in axes for name in loops):
            return False
    return True


def writings(
    block: Block, around: tuple[For | If, ...] = ()
) -> Iterator[tuple[Assign | Accumulate, tuple[For | If, ...]]]:
    """The statements of a block, each with what stands around it."""
    for statement in block:
        match statement:
            case For(body=body) | If(body=body):
                yield from writings(body, (*around, statement))
            case Section(body=body):
                yield from writings(body, around)
            case Assign() | Accumulate():
                yield statement, around


def places(block: Block) -> Iterator[Place]:
    """Where gradients of parameters are added to."""
    for number, (statement, around) in enumerate(writings(block)):
        is_gradient = statement.target.variable.role is Role.GRADIENT
        if is_gradient and isinstance(statement, Accumulate):
            yield Place(around, statement, number)


def without(block: Block, gone: set[int]) -> Block:
    """The block without some statements, and without loops that are left empty."""
    found: list[Statement] = []
    for statement in block:
        match statement:
            case For(body=body) | If(body=body) | Section(body=body):
                inside = without(body, gone)
                found += [replace(statement, body=inside)] if inside else []
            case _ if id(statement) not in gone:
                found.append(statement)
    return tuple(found)

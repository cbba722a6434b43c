"""One step of training in one block: forward, loss, backward and update together.

In: the blocks of a program in loops. Out: a block. Where each sample has an update of
its own, by an optimizer that keeps nothing, no gradient need be stored: `w -= rate *
(dz * x)` stands in the place of the sum, once all slopes are known. The same numbers
come out, to the bit: what is left out is `0.0 +`, which only a -0.0 would notice, and
no weight is that.
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
    Number,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.notes import TitleNote
from bpgen.program.rewriting import with_elements
from bpgen.program.walks import reads, statements, transform

# What a reader is told where no gradient has a name.
MOVE = (
    "All slopes are known, found with the old weights: now they may change. A weight "
    "goes into z times an input, so its slope is dz times that input; a bias goes in "
    "as it is, so its slope is dz."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gradient is added to: the loops around it, and its statement."""

    loops: tuple[For, ...]
    statement: Accumulate
    is_guarded: bool

    @property
    def is_single(self) -> bool:
        """Whether each round adds to an element of its own."""
        counted = {Index(0, ((loop.index, 1),)) for loop in self.loops}
        indices = self.statement.target.indices
        is_once = len(indices) == len(self.loops) and set(indices) == counted
        return is_once and not self.is_guarded


def step(program: Program) -> Block:
    """The step of a sample; nothing if the update needs more than its gradients."""
    learned = learning(program)
    return (*program.forward, *program.loss, *learned) if learned else ()


def textbook(program: Program) -> Program:
    """What a textbook page computes: only to learn, without a number that nothing but
    a saved state needs; backward begins with the loss and, if there is a step, ends in
    the update."""
    gone: dict[str, Block] = dict.fromkeys(("step", "input_gradient"), ())
    learned = without(program.backward, ids(program.loss))
    if program.step:
        gone |= dict.fromkeys(("zero", "mean", "update"), ())
        learned = learning(program)
    gone |= {"backward": (*program.loss, *learned), "loss": ()}
    own = {*program.states, *program.schedule_states}
    counters = {s.variable for s in own if not s.variable.labels}
    for block in (program.update, program.schedule, program.reset, program.penalty):
        for statement in statements(block):
            read = {element.variable for element in reads(statement)}
            counters -= read - {statement.target.variable}
    counting = {
        id(statement)
        for block in (program.update, program.schedule, program.reset)
        for statement in statements(block)
        if statement.target.variable in counters
    }
    for name in ("update", "schedule", "reset"):
        gone.setdefault(name, without(getattr(program, name), counting))
    return replace(
        program.with_blocks(gone),
        states=tuple(s for s in program.states if s.variable not in counters),
    )


def learning(program: Program) -> Block:
    """What comes after the loss in a step of one sample: its slopes and the update."""
    plain, gradients = plain_update(program.update), program.gradients
    if plain is None:
        return ()
    # without what the loss computes, too
    backward = without(program.backward, ids(program.loss))
    direct = dict(direct_places(backward))
    backward = without(backward, {id(place.statement) for place in direct.values()})
    summed = {
        gradient: replace(gradient, role=Role.VALUE)
        for gradient in gradients.values()
        if gradient not in direct
    }
    zeros = (filled(own, Number(0.0)) for own in summed.values())
    body = with_elements(
        backward, lambda e: Element(summed.get(e.variable, e.variable), e.indices)
    )
    updates: list[Statement] = []
    for number, (weight, gradient) in enumerate(gradients.items()):
        move = Move(plain, weight, number)
        if gradient in direct:
            updates += move.in_place(direct[gradient])
        else:
            updates += over_elements(weight, move.by(summed[gradient]))
    return *sum(zeros, ()), *body, Section(TitleNote(MOVE), tuple(updates))


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
        target, value = place.statement.target, place.statement.value
        block = self.of(self.weight[target.indices], value)
        for loop in reversed(place.loops):
            block = (replace(loop, body=block, note=None),)
        return block


def direct_places(backward: Block) -> Iterator[tuple[Variable, Place]]:
    """The gradients that one statement gives, from numbers that stay as they are."""
    found: dict[Variable, list[Place]] = {}
    for place in places(backward):
        found.setdefault(place.statement.target.variable, []).append(place)
    order = statements(backward)
    for gradient, own in found.items():
        place = own[0]
        if len(own) > 1 or not place.is_single:
            continue
        read = {element.variable for element in reads(place.statement)}
        at = next(n for n, s in enumerate(order) if s is place.statement)
        later = {s.target.variable for s in order[at + 1 :]}
        is_local = any(v.role in (Role.LOCAL, Role.INDEX) for v in read)
        if not (read & later or is_local):
            yield gradient, place


def places(
    block: Block, loops: tuple[For, ...] = (), is_guarded: bool = False
) -> Iterator[Place]:
    """Where gradients of parameters are added to."""
    for statement in block:
        match statement:
            case For(body=body):
                yield from places(body, (*loops, statement), is_guarded)
            case If(body=body):
                yield from places(body, loops, True)
            case Section(body=body):
                yield from places(body, loops, is_guarded)
            case Accumulate(target) if target.variable.role is Role.GRADIENT:
                yield Place(loops, statement, is_guarded)


def ids(block: Block) -> set[int]:
    """What tells the statements of a block from all others."""
    return {id(statement) for statement in statements(block)}


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

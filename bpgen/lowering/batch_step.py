"""One step of training for a whole batch: its samples are worked on side by side.

In: the blocks of a program in loops, and how many samples a batch has. Out: a block,
where the update needs no more than gradients. What a sample has gets a first axis, the
samples; the slope of a weight, its mean over the batch and the update are one
statement, so that no gradient need be stored. Each sum keeps the order of its terms:
the samples come in their order.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from bpgen.lowering.step import (
    Move,
    Place,
    places_apart,
    plain_update,
    without,
)
from bpgen.program.blocks import Program
from bpgen.program.nodes import (
    SAMPLE,
    Accumulate,
    Assign,
    Block,
    Element,
    Expression,
    For,
    Number,
    Role,
    Statement,
    Variable,
)
from bpgen.program.rewriting import with_elements
from bpgen.program.views import held
from bpgen.program.walks import distributions, readings, statements, without_headings
from bpgen.styles.rounds import without_positions

((EACH, _),) = SAMPLE.terms  # what the loops over the samples count with
LOSSES = Variable("batch_loss", Role.LOCAL, "batch_loss").scalar()
LOSS = Variable("sample_loss", Role.LOCAL, "sample_loss").scalar()  # of one of them


def batch_step(program: Program, size: int) -> Block:
    """The step of a batch; nothing if it cannot be worked on as a whole."""
    plain = plain_update(program.update)
    known = {id(statement) for statement in statements(program.loss)}
    backward = without_positions(without(program.backward, known))
    apart = places_apart(backward)
    is_whole = set(apart) == set(program.gradients.values())
    is_whole &= all(len(places) == 1 for places in apart.values())
    if plain is None or not is_whole or distributions(program.forward):
        return ()
    backward = without(backward, {id(own[0].statement) for own in apart.values()})
    adding = Accumulate(LOSSES, program.loss_value)
    whole = with_elements(
        (*program.forward, *program.loss, adding, *backward),
        lambda element: LOSS if element == program.loss_value else element,
    )
    run = without_headings(without_positions(whole))
    parts = [tuple(part) for _, part in groupby(run, reads_weights)]
    wide = Samples(parts, [own[0] for own in apart.values()], size)
    loops = [For(EACH, size, wide.block(part)) for part in parts]
    updates: list[Statement] = []
    for number, (weight, gradient) in enumerate(program.gradients.items()):
        move = Move(plain, weight, number)
        updates += wide.update(apart[gradient][0], move, loops[0])
    count = Number(float(size))
    mean = Assign(program.loss_value, LOSSES / count)
    return Assign(LOSSES, Number(0.0)), *loops, *updates, mean


def reads_weights(statement: Statement) -> bool:
    """Whether a statement reads rows of weights, which all samples share."""
    return any(
        element.variable.role is Role.PARAMETER and len(element.indices) > 1
        for _, read in readings((statement,))
        for element in read
    )


class Samples:
    """Gives what a sample has an axis for the samples."""

    def __init__(self, parts: list[Block], places: list[Place], size: int) -> None:
        self.axis = tuple(map(str, range(1, size + 1)))
        self.size = size
        used: dict[Variable, set[int]] = {}
        for number, part in enumerate(parts):
            for statement, read in readings(part):
                for element in (statement.target, *read):
                    used.setdefault(held(element.variable), set()).add(number)
        for place in places:
            for element in (
                e for _, read in readings((place.statement,)) for e in read
            ):
                used.setdefault(held(element.variable), set()).add(len(parts))
        self.wide = {
            variable
            for variable, where in used.items()
            if variable.role in (Role.INPUT, Role.TARGET)
            or (variable.role is Role.VALUE and variable.labels)
            or (variable.role in (Role.VALUE, Role.LOCAL) and len(where) > 1)
        } - {LOSSES.variable}

    def block(self, block: Block) -> Block:
        """The block of the sample at hand."""
        return with_elements(block, self.element)

    def element(self, element: Element) -> Element:
        """The element of the sample at hand."""
        variable = element.variable
        if held(variable) not in self.wide:
            return element
        return Element(self.variable(variable), (SAMPLE, *element.indices))

    def variable(self, variable: Variable) -> Variable:
        """The variable of all samples."""
        of = self.variable(variable.of) if variable.of else None
        role = Role.VALUE if variable.role is Role.LOCAL else variable.role
        labels = (self.axis, *variable.labels)
        return replace(variable, labels=labels, of=of, role=role)

    def update(self, place: Place, move: Move, loop: For) -> Block:
        """The update of all weights of one parameter, from the samples' slopes."""
        (statement,) = self.block((place.statement,))
        assert isinstance(statement, Accumulate)
        around = (replace(loop, body=()), *place.around)
        weight = move.weight[statement.target.indices]

        def finish(slope: Expression) -> Block:
            return move.of(weight, slope / Number(float(self.size)))

        own = replace(place, around=around, statement=statement)
        return own.summed(Number(0.0), finish)

"""What a textbook page computes: a program that only learns.

In and out: a `Program` in loops. Where an update goes by one sample, backward ends in
it, and no gradient has a name.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.deriving.differentiate import without as without_targets
from bpgen.lowering.step import places_apart, plain_update, with_updates, without
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.nodes import Block, Role, Section
from bpgen.program.notes import TitleNote
from bpgen.program.walks import read_in, reads, statements
from bpgen.styles.rounds import without_positions

# What a reader is told where no gradient has a name.
MOVE = (
    "All slopes are known, found with the old weights: now they may change. A weight "
    "goes into z times an input, so its slope is dz times that input; a bias goes in "
    "as it is, so its slope is dz."
)


def textbook(program: Program) -> Program:
    """What a textbook page computes: only to learn, without a number that nothing but
    a saved state needs; backward begins with the loss and, if there is a step, ends in
    the update."""
    gone: dict[str, Block] = dict.fromkeys(("step", "input_gradient"), ())
    learned = without(program.backward, ids(program.loss))
    is_fused = program.step and not (program.adds_at_once or program.joins_batches)
    if is_fused:
        gone |= dict.fromkeys(("zero", "mean", "update"), ())
        learned = learning(program)
    if program.examine and program.output not in {
        element.variable for element in read_in((*program.loss, *learned))
    }:  # outputs of training, which nobody asks for
        gone["forward"] = without_targets(program.forward, {program.output})
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


def started(program: Program, initialize: Block) -> Program:
    """The program with another way to start, each number by itself: of what layers
    remember only those that something reads."""
    read = read_in(tuple(s for _, block in program.blocks() for s in block))
    unread = {
        id(statement)
        for statement in statements(initialize)
        if statement.target.variable.role is Role.BUFFER
        and statement.target not in read
    }
    return program.with_blocks({"initialize": without(initialize, unread)})


def without_test(network: Network) -> Network:
    """The network without samples to test with, of which the page says nothing."""
    if network.data is None:
        return network
    return replace(network, data=replace(network.data, test=None))


def learning(program: Program) -> Block:
    """What comes after the loss in a step of one sample: its slopes and the update."""
    plain = plain_update(program.update)
    assert plain is not None
    backward = without_positions(without(program.backward, ids(program.loss)))
    apart = places_apart(backward)
    gone = {id(place.statement) for own in apart.values() for place in own}
    slopes, updates = with_updates(program, plain, without(backward, gone), apart)
    return *slopes, Section(TitleNote(MOVE), updates)


def ids(block: Block) -> set[int]:
    """What tells the statements of a block from all others."""
    return {id(statement) for statement in statements(block)}

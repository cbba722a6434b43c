"""What a file's self-test knows: what some training leads to.

In: the constants of a file and its program. Out: the same constants with the losses
and sums that the file is to find again; none where it takes too long to know them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.blocks import Program
from bpgen.program.compiled_blocks import CompiledBlocks
from bpgen.program.costs import work_of
from bpgen.program.nodes import Block
from bpgen.runtime.constants import Constants
from bpgen.runtime.main import replay

MOST_WORK = 1_500_000  # operations, which take about a sixth of a second
FEW = 5  # samples, as far as there are so many
START = 6  # operations for the start of one parameter


def recorded(facts: Constants, program: Program) -> Constants:
    """The constants with what some steps of training give."""
    if not facts.is_trained:
        return replace(facts, unrecorded="the net has nothing to train")
    plans = (each for each in _plans(facts) if _work(each, program) <= MOST_WORK)
    own = next(plans, None)
    if own is None:
        return facts
    plain = program.with_blocks({"step": ()})  # other statements than the fast path's
    slow = replace(own, is_fused=False, joins_batches=False, adds_at_once=False)
    try:
        told = replay(slow, CompiledBlocks(plain))
    except (ArithmeticError, ValueError):  # a formula of the net's own, as log(0)
        return replace(facts, unrecorded="a formula of the net has no value there")
    if not all(map(math.isfinite, told)):
        return replace(facts, unrecorded="the loss does not stay finite")
    numbers = [float(f"{x:.12g}") for x in told]
    steps = own.steps_replayed
    losses, epochs, sums = numbers[:steps], numbers[steps:-2], numbers[-2:]
    return replace(own, step_losses=losses, epoch_losses=epochs, sums=sums)


def _plans(facts: Constants) -> Iterator[Constants]:
    """How much may be replayed, most first: a batch and the begin of another one, or
    two where a whole one is faster than what is left over."""
    most = 2 * facts.batch_size if facts.joins_batches else facts.batch_size + 1
    most = max(most, FEW)
    for count, steps, calls in (
        *((most, 3, 2), (most, 1, 1), (3, 3, 2)),
        *((2, 1, 1), (1, 1, 1)),
    ):
        some = min(count, len(facts.inputs)) if facts.has_data else count
        if some > 1 or not facts.validation > 0.0:  # else there is nothing to train
            yield replace(
                facts,
                samples_replayed=some,
                steps_replayed=steps,
                epochs_replayed=calls,
            )


def _work(facts: Constants, program: Program) -> int:
    """How many operations it takes to replay that."""
    count, steps, calls = (
        facts.samples_replayed,
        facts.steps_replayed,
        facts.epochs_replayed,
    )
    epochs = calls * (calls + 1) // 2 + 1
    passes = min(count, 2) * steps + count * epochs + 3  # and those of one sample
    updates = steps + -(-count // facts.batch_size) * epochs
    one = _operations(program.forward + program.loss + program.backward)
    started = START * facts.parameter_numbers
    return started + passes * one + updates * _operations(program.update)


def _operations(block: Block) -> int:
    work = work_of(block)
    return work.multiply_adds + work.calls + work.others

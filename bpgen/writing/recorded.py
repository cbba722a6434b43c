"""What a file's self-test knows: losses of a few steps, by the evaluator.

In: the constants of a file and its program. Out: the same constants with the losses
that the file is to find again; none where a step takes the evaluator too long.
"""

from __future__ import annotations

import math
from dataclasses import replace

from bpgen.program.blocks import Program
from bpgen.program.costs import work_of
from bpgen.program.evaluated import EvaluatedBlocks
from bpgen.runtime.constants import Constants
from bpgen.runtime.net import Net
from bpgen.runtime.own_data import drawn

STEPS, EPOCHS = 3, 2  # of one epoch, and of two
PASSES = 6  # of each sample: three steps and three epochs
MOST_WORK = 200_000  # operations, which take the evaluator less than a second


def recorded(facts: Constants, program: Program) -> Constants:
    """The constants with what some steps of training give."""
    blocks = (program.forward, program.loss, program.backward, program.update)
    works = (work_of(block) for block in blocks)
    work = sum(each.multiply_adds + each.calls + each.others for each in works)
    count = 2 * facts.batch_size if facts.joins_batches else facts.samples_replayed
    if facts.has_data:
        inputs, targets = facts.inputs[:count], facts.answers[:count]
    else:
        inputs, targets = [drawn(facts)], [facts.any_target]
    if not facts.is_trained:
        return replace(facts, unrecorded="the net has nothing to train")
    if work * len(inputs) * PASSES > MOST_WORK:
        return facts
    plain = program.with_blocks({"step": ()})  # other statements than the fast path's
    own = replace(facts, is_fused=False, joins_batches=False, adds_at_once=False)
    step_losses, epoch_losses = [], []
    try:
        net = Net(own, EvaluatedBlocks(plain), seed=facts.seed)
        for _ in range(STEPS):
            step_losses.append(net.train_step(inputs, targets))
        net = Net(own, EvaluatedBlocks(plain), seed=facts.seed)
        for epochs in range(1, EPOCHS + 1 if len(inputs) > 1 else 1):
            epoch_losses.append(net.train(inputs, targets, epochs=epochs))
    except (ArithmeticError, ValueError):  # a formula of the net's own, as log(0)
        return replace(facts, unrecorded="a formula of the net has no value there")
    if not all(map(math.isfinite, (*step_losses, *epoch_losses))):
        return replace(facts, unrecorded="the loss does not stay finite")
    return replace(
        facts,
        samples_replayed=count,
        step_losses=step_losses,
        epoch_losses=epoch_losses,
    )

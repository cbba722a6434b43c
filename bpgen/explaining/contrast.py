"""The classic mistake: hidden layers that get their slopes through new weights."""

from __future__ import annotations

from dataclasses import replace

from bpgen.explaining.run import Run, Runner, keys_of
from bpgen.explaining.samples import Samples
from bpgen.program.evaluated import Key
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import Block, Each, Section, Variable
from bpgen.program.walks import statements


def stale_weights(
    runner: Runner, run: Run, samples: Samples
) -> tuple[float, dict[Key, float]] | str:
    """The loss after the wrong step and its weights; or why there is none."""
    program, blocks = runner.program, runner.blocks
    if len(samples.inputs) > 1:
        return "it is for steps of one sample; this net's batches are larger"
    update = _each(program.update)
    if update is None:
        return "it needs an optimizer that looks at each weight alone, such as sgd"
    blocks.values.update(run.old)
    blocks.zero()
    kept = blocks.forward(samples.inputs[0])
    for part in program.backward:
        kept = blocks.passed((part,), kept, program.target, samples.targets)
        written = {statement.target.variable for statement in statements((part,))}
        done = {v for v in program.gradients if gradient_of(v) in written}
        if done:
            blocks.run((_only(update, done),))
    found = {key: blocks.values[key] for v in program.gradients for key in keys_of(v)}
    loss = runner.mean_loss()
    blocks.values.update(run.old | run.new)
    return loss, found


def _each(update: Block) -> Each | None:
    """The update of each weight, if that is all."""
    match update:
        case (Section(body=(Each() as each,)),) | (Each() as each,):
            return each
    return None


def _only(each: Each, done: set[Variable]) -> Each:
    """The update of some parameters."""
    _, parameters = each.arrays[0]
    places = [k for k, variable in enumerate(parameters) if variable in done]
    arrays = tuple((own, tuple(of[k] for k in places)) for own, of in each.arrays)
    numbers = tuple((own, tuple(of[k] for k in places)) for own, of in each.numbers)
    return replace(each, arrays=arrays, numbers=numbers)

"""The forward statements of a network, and the program around them.

In: a `Network`. Out: a `Program` in loops, its backward pass derived. What a
layer computes is in the layer's class; here are the loss, the optimizer and the
statements that run over all parameters.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.catalog.layers.base import Layer
from bpgen.deriving.differentiate import (
    derived,
    differentiate,
    needed_from,
    without,
)
from bpgen.lowering.batch_step import batch_step
from bpgen.lowering.initialize import initialize
from bpgen.lowering.loss import LOSS, LossLowering
from bpgen.lowering.optimizer import PENALTY, SLOPE, UpdateLowering, penalty_blocks
from bpgen.lowering.preprocessing import in_units, ready_inputs
from bpgen.lowering.step import step
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.blocks import Program
from bpgen.program.builder import Builder
from bpgen.program.gradients import gradient_of
from bpgen.program.notes import LayerNote, TitleNote
from bpgen.program.rules import check
from bpgen.program.walks import statements

MOST_AT_ONCE = 16  # samples whose slopes stand in one statement


def lower(network: Network) -> Program:
    """The whole program of a network, in loops."""
    forward = Builder(batched=network.mixes_samples)
    inputs, output, told = _layers(network, forward)
    predict = Builder(training=False)
    *_, predicted = _layers(network, predict)
    examine = _examine(network, forward, output)
    target_axes = forward.of_samples(network.output_axes)
    target = ir.Variable("t", ir.Role.TARGET, "t", target_axes)
    loss = LossLowering(network, output, target)
    loss_block = loss.lower(forward)
    gradients = {p.variable: gradient_of(p.variable) for p in network.trained}
    whole = tuple(_with_frozen(network, s) for s in forward.block + loss_block)
    backward, input_gradient = differentiate(whole, LOSS, inputs, tuple(gradients))
    unread = loss.unread(backward, input_gradient)
    optimizer = UpdateLowering(network)
    penalty, penalty_gradient = penalty_blocks(network)
    slope = SLOPE[ir.NUMBER]
    program = Program(
        input=inputs,
        input_slope=gradient_of(inputs),
        output=told,
        predicted=predicted,
        target=target,
        parameters=tuple(parameter.variable for parameter in network.parameters),
        buffers=tuple(buffer.variable for buffer in network.buffers),
        gradients=gradients,
        settings=optimizer.settings,
        states=optimizer.states(),
        schedule_states=optimizer.schedule_states(),
        loss_value=LOSS.scalar(),
        penalty_value=PENALTY,
        watched=optimizer.watched,
        initialize=initialize(network),
        reset=optimizer.reset(),
        predict=derived(predict.block),
        forward=without(derived(forward.block), unread),
        examine=without(derived(examine), unread),
        loss=loss_block,
        # loss() need not have run
        backward=needed_from(loss_block, backward + input_gradient) + backward,
        input_gradient=input_gradient,
        zero=_each_slope(gradients, ir.Number(0.0)),
        mean=_mean(_each_slope(gradients, slope / ir.COUNT.scalar())),
        penalty=penalty,
        penalty_gradient=penalty_gradient,
        update=optimizer.block(),
        schedule=optimizer.schedule(),
    )
    return check(_with_step(network, program))


def _with_step(network: Network, program: Program) -> Program:
    """The program with its step, if its samples have nothing to do with each other."""
    is_one = network.training.batch_size == 1
    has_penalty = any(any(rates) for rates in network.penalties.values())
    moves = network.schedule is not None and network.schedule.per == "step"
    # By what a step writes, the routines know what it leaves to do: where no gradient
    # is ever other than 0, it would write none.
    written = {s.target.variable.role for s in statements(program.backward)}
    if network.mixes_samples or ir.Role.GRADIENT not in written:
        return program
    is_plain = not has_penalty and not moves
    found: ir.Block = ()
    lean = program
    if network.preprocessing.targets.is_scaled:  # a step tells nobody the outputs
        forward = without(program.forward, {program.output})
        lean = program.with_blocks({"forward": forward})
    if is_plain and not is_one and network.training.batch_size <= MOST_AT_ONCE:
        found = batch_step(lean, network.training.batch_size)
    return program.with_blocks({"step": found or step(lean, is_one and is_plain)})


def _layers(
    network: Network, build: Builder
) -> tuple[ir.Variable, ir.Variable, ir.Variable]:
    """The input, the output as the loss sees it, and as a user does, once the
    statements of all layers are added."""
    axes = build.of_samples(network.input_axes)
    letters = "".join(layer.source.letters + layer.letters for layer in network.layers)
    name = "image" if "x" in letters else "x"  # which is a column of an image
    first = network.layers[0].source.letters
    inputs = ir.Variable(name, ir.Role.INPUT, "", axes, first)
    outputs = {"input": ready_inputs(network, build, inputs)}
    for layer, names in zip(network.layers, network.sources, strict=True):
        read = tuple(outputs[name] for name in names)
        outputs[layer.name] = layer.forward_all(build, read)
    last = network.layers[-1]
    output = outputs[last.name]
    if output == inputs or output.of:
        output = _copied(build, output, last)
    return inputs, output, in_units(network, build, output)


def _with_frozen(network: Network, statement: ir.Statement) -> ir.Statement:
    """A layer whose backward heading says which of its parameters have no slope."""
    match statement:
        case ir.Section(LayerNote(name, why=why) as note):
            frozen = [
                parameter.name
                for layer in network.layers
                if f"Layer {layer.name}" == name
                for parameter in layer.used_parameters()
                if parameter not in network.trained
            ]
            if frozen:
                said = f"Frozen, so without a slope: {', '.join(frozen)}. {why}".strip()
                return replace(statement, note=replace(note, why=said))
    return statement


def _copied(build: Builder, found: ir.Variable, last: Layer) -> ir.Variable:
    """An output of its own for a net that hands on its input, or other numbers, so that
    no later stage meets an output that is the input, or a view."""
    output = build.value("a", last.name, last.axes)
    is_input = found.role is ir.Role.INPUT
    what = "the inputs" if is_input else "the numbers of the layer before"
    note = LayerNote("Outputs", f"{what} as they are")
    with build.section(note), build.loops(last.axes, last.letters) as at:
        build.assign(output[at], found[at])
    return output


def _examine(network: Network, training: Builder, output: ir.Variable) -> ir.Block:
    """The net at work, with all that the loss reads; nothing if that is what the
    net in training does."""
    build = Builder(training=False, batched=training.batched)
    _, predicted, _ = _layers(network, build)
    if build.block == training.block:
        return ()
    if predicted != output:
        with build.samples(), build.loops(output.axes, output.loop_letters) as at:
            build.assign(output[at], predicted[at])
    LossLowering(network, output, output).softmax_of(build)
    return build.block


# --- Over all parameters ----------------------------------------------------------


def _each_slope(
    gradients: dict[ir.Variable, ir.Variable], value: ir.Expression
) -> ir.Block:
    """Every number of all gradients replaced by a value made from it."""
    body = (ir.Assign(SLOPE[ir.NUMBER], value),)
    return (ir.Each(((SLOPE, tuple(gradients.values())),), body),) if gradients else ()


def _mean(sums: ir.Block) -> ir.Block:
    """The statements that turn sums over the samples of a batch into means."""
    note = TitleNote("The mean of the samples' slopes is the slope of their mean loss.")
    return (ir.Section(note, sums),) if sums else ()

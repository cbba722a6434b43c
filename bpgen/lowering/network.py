"""The forward statements of a network, and the program around them.

In: a `Network`. Out: a `Program` in loops, its backward pass derived. What a
layer computes is in the layer's class; here are the loss, the optimizer and the
statements that run over all parameters.
"""

from __future__ import annotations

from math import prod

from bpgen.catalog.layers.base import Layer, Parameter
from bpgen.deriving.differentiate import (
    differentiate,
    filled,
    needed_from,
    without,
)
from bpgen.lowering.loss import LOSS, LossLowering
from bpgen.lowering.optimizer import PENALTY, SLOPE, UpdateLowering, penalty_blocks
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.blocks import Program, gradient_of
from bpgen.program.builder import Builder
from bpgen.program.functions import FUNCTIONS
from bpgen.program.notes import LayerNote
from bpgen.program.rules import check
from bpgen.program.simplify import negate


def lower(network: Network) -> Program:
    """The whole program of a network, in loops."""
    forward = Builder(batched=network.mixes_samples)
    inputs, output = _layers(network, forward)
    predict = Builder(training=False)
    _, predicted = _layers(network, predict)
    examine = _examine(network, forward, output)
    target_axes = forward.of_samples(network.output_axes)
    target = ir.Variable("t", ir.Role.TARGET, "t", target_axes)
    loss = LossLowering(network, output, target)
    loss_block = loss.lower(forward)
    gradients = {p.variable: gradient_of(p.variable) for p in network.trained}
    whole = forward.block + loss_block
    backward, input_gradient = differentiate(whole, LOSS, inputs, tuple(gradients))
    unread = loss.unread(backward, input_gradient)
    optimizer = UpdateLowering(network)
    penalty, penalty_gradient = penalty_blocks(network)
    slope = SLOPE[ir.NUMBER]
    program = Program(
        input=inputs,
        input_slope=gradient_of(inputs),
        output=output,
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
        initialize=_initialize(network),
        reset=optimizer.reset(),
        predict=predict.block,
        forward=without(forward.block, unread),
        examine=without(examine, unread),
        loss=loss_block,
        # loss() need not have run
        backward=needed_from(loss_block, backward + input_gradient) + backward,
        input_gradient=input_gradient,
        zero=_each_slope(gradients, ir.Number(0.0)),
        mean=_each_slope(gradients, slope / ir.COUNT.scalar()),
        penalty=penalty,
        penalty_gradient=penalty_gradient,
        update=optimizer.block(),
        schedule=optimizer.schedule(),
    )
    return check(program)


def _layers(network: Network, build: Builder) -> tuple[ir.Variable, ir.Variable]:
    """The input and the output, once the statements of all layers are added."""
    axes = build.of_samples(network.input_axes)
    inputs = ir.Variable("x", ir.Role.INPUT, "", axes)
    outputs = {"input": inputs}
    for layer, names in zip(network.layers, network.sources, strict=True):
        read = tuple(outputs[name] for name in names)
        outputs[layer.name] = layer.forward_all(build, read)
    last = network.layers[-1]
    if outputs[last.name] == inputs:
        return inputs, _copied(build, inputs, last)
    return inputs, outputs[last.name]


def _copied(build: Builder, inputs: ir.Variable, last: Layer) -> ir.Variable:
    """An output of its own for a net that hands its input on, so that no later stage
    meets an output that is the input."""
    output = build.value("a", last.name, last.axes)
    note = LayerNote("Outputs", "the inputs as they are")
    with build.section(note), build.loops(last.axes) as at:
        build.assign(output[at], inputs[at])
    return output


def _examine(network: Network, training: Builder, output: ir.Variable) -> ir.Block:
    """The net at work, with all that the loss reads; nothing if that is what the
    net in training does."""
    build = Builder(training=False, batched=training.batched)
    _, predicted = _layers(network, build)
    if build.block == training.block:
        return ()
    if predicted != output:
        with build.samples(), build.loops(output.axes) as at:
            build.assign(output[at], predicted[at])
    LossLowering(network, output, output).softmax_of(build)
    return build.block


# --- Over all parameters ----------------------------------------------------------


def _initialize(network: Network) -> ir.Block:
    """Explicit values first come first; the generator draws in the same order."""
    block: list[ir.Statement] = []
    for number, parameter in enumerate((*network.parameters, *network.buffers), 1):
        explicit = network.initial.get(parameter.name)
        if explicit is not None:
            block.append(ir.Literal(parameter.variable, explicit))
        else:
            block += _drawn(parameter, number)
    return tuple(block)


def _drawn(parameter: Parameter, number: int) -> ir.Block:
    """Every element drawn; the ends of the distribution get names of their own."""
    start, variable = parameter.initial, parameter.variable
    if not isinstance(start, ir.Draw):
        return filled(variable, start)
    if start.distribution == "uniform" and start.first == negate(start.second):
        limit = ir.Variable(f"limit{number}", ir.Role.LOCAL, "limit").scalar()
        draw = ir.Draw("uniform", ir.Negate(limit), limit)
        return (ir.Assign(limit, start.second), *filled(variable, draw))
    if start.distribution == "orthogonal":
        normal = filled(variable, ir.Draw("normal", start.first, start.second))
        gates = range(parameter.gates)
        return sum((_orthogonalized(variable, g, len(gates)) for g in gates), normal)
    names = ("low", "high") if start.distribution == "uniform" else ("mean", "std")
    first, second = (
        ir.Variable(f"{name}{number}", ir.Role.LOCAL, name).scalar() for name in names
    )
    ends = (ir.Assign(first, start.first), ir.Assign(second, start.second))
    return (*ends, *filled(variable, ir.Draw(start.distribution, first, second)))


def _orthogonalized(w: ir.Variable, gate: int, gates: int) -> ir.Block:
    """Gram-Schmidt: each row gets length 1, then leaves all later rows; columns in
    their stead where there are more rows than columns. All axes but the first are
    one, as in PyTorch; each gate of a recurrent layer is a matrix of its own.

    Source: Golub and Van Loan, Matrix Computations, section 5.2.8 (modified form).
    """
    sizes = (w.shape[0] // gates, *w.shape[1:])
    axes = range(len(sizes))
    is_turned = sizes[0] > prod(sizes[1:])
    vectors = axes[1:] if is_turned else axes[:1]  # the axes that number the vectors
    others = axes[:1] if is_turned else axes[1:]  # and their elements
    names = iter(ir.LOOP_NAMES)
    own = {axis: next(names) for axis in vectors}
    element = {axis: next(names) for axis in others}
    later = {axis: next(names) for axis in vectors}

    def at(vector: dict[int, str]) -> ir.Element:
        chosen = vector | element
        first, *rest = (ir.Index(0, ((chosen[axis], 1),)) for axis in axes)
        place = (first + gate * sizes[0], *rest)
        return w[place]

    def over(loops: dict[int, str], *body: ir.Statement) -> ir.Block:
        for axis, name in reversed(loops.items()):
            body = (ir.For(name, sizes[axis], body),)
        return body

    def leaving(other: dict[int, str]) -> ir.Block:
        dotted = ir.Accumulate(dot, at(own) * at(other))
        less = ir.Assign(at(other), at(other) - dot * at(own))
        zeroed = ir.Assign(dot, ir.Number(0.0))
        return zeroed, *over(element, dotted), *over(element, less)

    square, norm, dot = (
        ir.Variable(name, ir.Role.LOCAL, name).scalar()
        for name in ("square", "norm", "dot")
    )
    body: list[ir.Statement] = [
        ir.Assign(square, ir.Number(0.0)),
        *over(element, ir.Accumulate(square, at(own) * at(own))),
        ir.Assign(norm, ir.Call(FUNCTIONS["sqrt"], (square,))),
        *over(element, ir.Assign(at(own), at(own) / norm)),
    ]
    for axis in reversed(vectors):  # later along this axis, in the same place before it
        inner = {a: name for a, name in later.items() if a > axis}
        block = over(inner, *leaving(own | inner | {axis: later[axis]}))
        start = ir.Index(1, ((own[axis], 1),))
        body.append(ir.For(later[axis], sizes[axis], block, start=start))
    return over(own, *body)


def _each_slope(
    gradients: dict[ir.Variable, ir.Variable], value: ir.Expression
) -> ir.Block:
    """Every number of all gradients replaced by a value made from it."""
    body = (ir.Assign(SLOPE[ir.NUMBER], value),)
    return (ir.Each(((SLOPE, tuple(gradients.values())),), body),) if gradients else ()

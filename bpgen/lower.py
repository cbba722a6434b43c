"""The forward statements of a network, and the program around them.

In: a `Network`. Out: a `Program` in loops, its backward pass derived. What a
layer computes is in the layer's class; here are the loss, the optimizer and the
statements that run over all parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod

from bpgen.check import check
from bpgen.differentiate import (
    differentiate,
    filled,
    gradient_of,
    needed_from,
    over_elements,
)
from bpgen.functions import FUNCTIONS
from bpgen.ir import (
    Accumulate,
    Assign,
    Block,
    Call,
    Divide,
    Draw,
    Element,
    Expression,
    For,
    Index,
    Literal,
    Negate,
    Number,
    Program,
    Role,
    Stated,
    Statement,
    Stop,
    Subtract,
    Variable,
)
from bpgen.layers.activated import is_inline, softmax
from bpgen.layers.base import Builder, Parameter, Softmax
from bpgen.losses import Reduction
from bpgen.network import Network
from bpgen.notes import LayerNote
from bpgen.simplify import negate
from bpgen.traverse import substituted
from bpgen.update import PENALTY, State, UpdateLowering, penalty_blocks

COUNT = Variable("count", Role.COUNT, "count")
LOSS = Variable("loss", Role.VALUE, "loss")
TOTAL = Variable("total", Role.VALUE, "total")


def lower(network: Network) -> Program:
    """The whole program of a network, in loops."""
    inputs = Variable("x", Role.INPUT, "", network.input_axes)
    forward = Builder()
    output = _layers(network, forward, inputs)
    predict = forward.block
    target = Variable("t", Role.TARGET, "t", network.output_axes)
    loss_block = _Loss(network, output, target).lower(forward)
    trained = tuple(parameter.variable for parameter in network.trained)
    whole = forward.block + loss_block
    backward, input_gradient = differentiate(whole, LOSS, inputs, trained)
    # loss() need not have run
    again = needed_from(loss_block, backward + input_gradient)
    gradients = {variable: gradient_of(variable) for variable in trained}
    optimizer = UpdateLowering(network)
    penalty, penalty_gradient = penalty_blocks(network)
    program = Program(
        input=inputs,
        input_slope=gradient_of(inputs),
        output=output,
        target=target,
        parameters=tuple(parameter.variable for parameter in network.parameters),
        gradients=gradients,
        settings=optimizer.settings,
        states=optimizer.states(),
        schedule_states=optimizer.schedule_states(),
        loss_value=LOSS.scalar(),
        count=COUNT,
        penalty_value=PENALTY,
        moves_each_step=bool(network.schedule and network.schedule.per == "step"),
        initialize=_initialize(network),
        reset=_reset((*optimizer.schedule_states(), *optimizer.states())),
        predict=predict,
        forward=forward.block,
        loss=loss_block,
        backward=again + backward,
        input_gradient=input_gradient,
        zero=_each(gradients.values(), lambda g: Number(0.0)),
        mean=_each(gradients.values(), lambda g: Divide(g, COUNT.scalar())),
        penalty=penalty,
        penalty_gradient=penalty_gradient,
        update=optimizer.block(),
        schedule=optimizer.schedule(),
    )
    return check(program)


def _layers(network: Network, build: Builder, inputs: Variable) -> Variable:
    outputs = {"input": inputs}
    for layer, source in zip(network.layers, network.sources, strict=True):
        outputs[layer.name] = layer.forward(build, outputs[source])
    return outputs[network.layers[-1].name]


# --- The loss ---------------------------------------------------------------------


class _Loss:
    """Lowers the loss of one network."""

    def __init__(self, network: Network, output: Variable, target: Variable) -> None:
        self.loss = network.loss
        self.options = dict(zip(self.loss.options, network.loss_options, strict=True))
        self.output, self.target = output, target
        self.name = network.layers[-1].name

    def lower(self, forward: Builder) -> Block:
        """The statements that compute the loss of one sample.

        What the loss needs of the outputs alone is added to the forward pass.
        """
        fused = self.softmax_of(forward)
        build = Builder(names=forward.names)
        total = LOSS if self.divisor == 1 else TOTAL
        with build.section(LayerNote("Loss", self.loss.words)):
            build.assign(total.scalar(), Number(0.0))
            if fused:
                self.add_fused(build, total, *fused)
            elif self.loss.name == "multi_margin":
                self.add_margins(build, total)
            else:
                with build.loops(self.output.labels) as at:
                    build.accumulate(total.scalar(), self.term(at))
            if total is TOTAL:
                mean = total.scalar() / Number(float(self.divisor))
                build.assign(LOSS.scalar(), mean)
        return build.block

    def softmax_of(self, forward: Builder) -> tuple[Softmax, Variable] | None:
        """The softmax that the loss fuses with, and its probabilities, if any."""
        if self.loss.name == "softmax_cross_entropy":
            with forward.section(LayerNote("Softmax", "probabilities for the loss")):
                output = softmax(forward, self.output, self.name, prefix="p")
            return forward.softmaxes[output], output
        if self.loss.name == "cross_entropy" and self.output in forward.softmaxes:
            return forward.softmaxes[self.output], self.output
        return None

    @property
    def divisor(self) -> int:
        """By how much the sum of the terms is divided."""
        shape = self.output.shape
        match self.loss.reduction:
            case Reduction.MEAN:
                return prod(shape)
            case Reduction.STEPS:
                return prod(shape[:-1])
            case _:
                return 1

    def term(self, at: tuple[Index, ...]) -> Expression:
        """What one output adds."""
        function = self.loss.function
        values = (self.output[at], self.aim(at), *map(Number, self.options.values()))
        if self.loss.is_own and not is_inline(function.body):
            return Call(function, values)
        return substituted(
            function.body, dict(zip(function.parameters, values, strict=True))
        )

    def aim(self, at: tuple[Index, ...]) -> Expression:
        """The target of one output; smoothed, if asked for: (1 - e) * t + e / C."""
        smoothing = self.options.get("label_smoothing", 0.0)
        if not smoothing:
            return self.target[at]
        share = smoothing / self.output.shape[-1]
        return Number(1.0 - smoothing) * self.target[at] + Number(share)

    def add_fused(
        self, build: Builder, total: Variable, fused: Softmax, outputs: Variable
    ) -> None:
        """-t * log(softmax(z)), whose gradient is p - t for each net input.

        With m the largest z and s the sum of exp(z - m), log(softmax(z)) is
        z - m - log(s), which is finite for all z.
        """
        *lead, last = self.output.labels
        logarithm = build.value("l", self.name, tuple(lead))
        with build.loops(tuple(lead)) as at:
            log = Call(FUNCTIONS["log"], (fused.total[at],))
            build.assign(logarithm[at], Stop(log))
            with build.loop(len(last)) as i:
                here = (*at, i)
                z = fused.net_inputs[here]
                surprise = logarithm[at] - (z - fused.largest[at])
                slope = Subtract(outputs[here], self.aim(here))
                because = "softmax and cross-entropy together give p - t"
                term = Stated(self.aim(here) * surprise, z, slope, because)
                build.accumulate(total.scalar(), term)

    def add_margins(self, build: Builder, total: Variable) -> None:
        """max(0, 1 - (the right class's output - o)) for every other class."""
        *lead, last = self.output.labels
        right = build.value("c", self.name, tuple(lead))
        with build.loops(tuple(lead)) as at:
            build.assign(right[at], Number(0.0))
            with build.loop(len(last)) as i:
                here = (*at, i)
                build.accumulate(right[at], self.target[here] * self.output[here])
            with build.loop(len(last)) as i:
                here = (*at, i)
                gap = Number(1.0) - right[at] + self.output[here]
                excess = Call(FUNCTIONS["relu"], (gap,))
                other = Number(1.0) - self.target[here]
                build.accumulate(total.scalar(), other * excess)


# --- Over all parameters ----------------------------------------------------------


def _initialize(network: Network) -> Block:
    """Explicit values first come first; the generator draws in the same order."""
    block: list[Statement] = []
    for number, parameter in enumerate(network.parameters, 1):
        explicit = network.initial.get(parameter.name)
        if explicit is not None:
            block.append(Literal(parameter.variable, explicit))
        else:
            block += _drawn(parameter, number)
    return tuple(block)


def _drawn(parameter: Parameter, number: int) -> Block:
    """Every element drawn; the ends of the distribution get names of their own."""
    start, variable = parameter.initial, parameter.variable
    if not isinstance(start, Draw):
        return filled(variable, start)
    if start.distribution == "uniform" and start.first == negate(start.second):
        limit = Variable(f"limit{number}", Role.LOCAL, "limit").scalar()
        draw = Draw("uniform", Negate(limit), limit)
        return (Assign(limit, start.second), *filled(variable, draw))
    if start.distribution == "orthogonal":
        normal = filled(variable, Draw("normal", start.first, start.second))
        return (*normal, *_orthogonalized(variable))
    names = ("low", "high") if start.distribution == "uniform" else ("mean", "std")
    first, second = (
        Variable(f"{name}{number}", Role.LOCAL, name).scalar() for name in names
    )
    ends = (Assign(first, start.first), Assign(second, start.second))
    return (*ends, *filled(variable, Draw(start.distribution, first, second)))


def _orthogonalized(w: Variable) -> Block:
    """Gram-Schmidt: each row gets length 1, then leaves all later rows; columns in
    their stead where there are more rows than columns.

    Source: Golub and Van Loan, Matrix Computations, section 5.2.8 (modified form).
    """
    rows, columns = w.shape
    turned = rows > columns
    if turned:
        rows, columns = columns, rows
    i, j, k = (Index(0, ((name, 1),)) for name in "ijk")

    def at(row: Index, column: Index) -> Element:
        return w[column, row] if turned else w[row, column]

    square, norm, dot = (
        Variable(name, Role.LOCAL, name).scalar() for name in ("square", "norm", "dot")
    )

    def over(*body: Statement) -> For:
        return For("j", columns, body)

    later = For(
        "k",
        rows,
        (
            Assign(dot, Number(0.0)),
            over(Accumulate(dot, at(i, j) * at(k, j))),
            over(Assign(at(k, j), at(k, j) - dot * at(i, j))),
        ),
        start=Index(1, (("i", 1),)),
    )
    body = (
        Assign(square, Number(0.0)),
        over(Accumulate(square, at(i, j) * at(i, j))),
        Assign(norm, Call(FUNCTIONS["sqrt"], (square,))),
        over(Assign(at(i, j), at(i, j) / norm)),
        later,
    )
    return (For("i", rows, body),)


def _each(
    variables: Iterable[Variable], value: Callable[[Element], Expression]
) -> Block:
    """Every element of the variables replaced by a value made from it."""
    block: list[Statement] = []
    for variable in variables:
        block += over_elements(variable, lambda e: (Assign(e, value(e)),))
    return tuple(block)


def _reset(states: Iterable[State]) -> Block:
    """The optimizer's state at its start."""
    block: list[Statement] = []
    for state in states:
        block += filled(state.variable, state.start)
    return tuple(block)

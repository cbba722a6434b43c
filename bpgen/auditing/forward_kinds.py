"""Mistakes on the way forward: in a layer, in what it remembers, in the loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod

from bpgen.auditing.mutants import (
    LOSS,
    OUTPUTS,
    STEPS,
    Change,
    Kind,
    Made,
    Site,
    Wrong,
    in_blocks,
    rewritten,
    sites,
    transposed,
    with_value,
)
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.functions import FUNCTIONS
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Call,
    Compare,
    Divide,
    Element,
    Expression,
    If,
    Literal,
    Multiply,
    Number,
    Role,
    Select,
    Statement,
    Stop,
    Variable,
)
from bpgen.program.notes import FunctionNote
from bpgen.program.walks import transform

PASSES = ("predict", "forward", "examine")


def _activated(make: Callable[[Call], Expression | None]) -> Change:
    def change(site: Site) -> Wrong | None:
        match site.statement:
            case Assign(value=Call() as call, note=FunctionNote()) as statement:
                value = make(call)
                return None if value is None else Wrong(with_value(statement, value))
        return None

    return change


def _another(name: str) -> Callable[[Call], Expression | None]:
    def make(call: Call) -> Expression | None:
        is_it = call.function.name == name
        return None if is_it else Call(FUNCTIONS[name], call.arguments[:1])

    return make


def _bias_missing(site: Site) -> Wrong | None:
    match site.statement:
        case Assign(value=Element(variable)) as statement:
            if variable.role is Role.PARAMETER and len(variable.shape) == 1:
                return Wrong(with_value(statement, Number(0.0)))
    return None


def _weights_transposed(site: Site) -> Wrong | None:
    def change(node: Expression) -> Expression | None:
        match node:
            case Element(Variable(role=Role.PARAMETER, shape=(a, b))) if min(a, b) > 1:
                return transposed(node)
        return None

    match site.statement:
        case (Assign() | Accumulate()) as statement:
            value = transform(statement.value, change)
            if value != statement.value:
                return Wrong(with_value(statement, value))
    return None


def _ties(site: Site) -> Wrong | None:
    match site.statement:
        case If(Compare(">", left, right), body):
            return Wrong((If(Compare(">=", left, right), body),))
    return None


# --- What is drawn, and what is remembered --------------------------------------------


def _unscaled(site: Site) -> Wrong | None:
    match site.statement:
        case Assign(target, Select(condition, Number(0.0), Number())) as statement:
            if target.variable.name.startswith("mask"):
                kept = Select(condition, Number(0.0), Number(1.0))
                return Wrong(with_value(statement, kept))
    return None


def _other_share(site: Site) -> Wrong | None:
    """What is to be left out is kept, and the other way round."""
    match site.statement:
        case Assign(value=Select(Compare("<", drawn, rate), left, kept)) as statement:
            if statement.target.variable.name.startswith("mask"):
                turned = Select(Compare("<", drawn, Number(1.0) - rate), left, kept)
                return Wrong(with_value(statement, turned))
    return None


def _running(make: Callable[[Expression], Expression | None]) -> Change:
    """A change of the statements that running statistics are made with."""

    def change(site: Site) -> Wrong | None:
        match site.statement:
            case (Assign(target, value) | Accumulate(target, value)) as statement:
                is_share = target.variable.name.startswith("share")
                if target.variable.role is Role.BUFFER or is_share:
                    made = transform(value, make)
                    if made != value:
                        return Wrong(with_value(statement, made))
        return None

    return change


def _other_factor(node: Expression) -> Expression | None:
    match node:
        case Number(value) if 0.0 < value < 1.0:
            return Number(1.0 - value)
    return None


def _biased(node: Expression) -> Expression | None:
    match node:
        case Multiply(variance, Divide(Element(), Element())):
            return variance
    return None


def _not_reset(network: Network, program: Program) -> Iterator[Made]:
    """A sequence begins with the state in which the one before it ended."""
    blocks: dict[str, Block] = {}
    first: list[Statement] = []
    for name in PASSES:
        changes: dict[int, Block] = {}
        last: list[Statement] = []
        for site in sites(getattr(program, name)):
            match site.statement:
                case Assign(Element(state, indices), Number(0.0)) as statement:
                    if not state.name.startswith(("h_", "c_")) or indices[0].terms:
                        continue
                    kept = Variable(f"kept_{state.name}", Role.STATE, "kept")
                    kept = replace(kept, labels=state.labels[1:])
                    zeros = (0.0,) * len(kept.labels[0])
                    first.append(Literal(kept, zeros))
                    begun = Stop(Element(kept, indices[1:]))
                    changes[site.number] = with_value(statement, begun)
                    last += _kept(state, kept)
        blocks[name] = (*rewritten(getattr(program, name), changes), *last)
    if first:
        blocks["initialize"] = (*program.initialize, *dict.fromkeys(first))
        yield Made((), "", program.with_blocks(blocks))


def _kept(state: Variable, kept: Variable) -> Iterator[Statement]:
    end = len(state.labels[0]) - 1
    for at in range(len(kept.labels[0])):
        yield Assign(kept[at], state[end, at])


# --- The loss -------------------------------------------------------------------------


def _times(factor: float) -> Change:
    def change(site: Site) -> Wrong | None:
        match site.statement:
            case Accumulate() as statement if site.layer == "Loss":
                if statement.target.variable.name == LOSS:
                    value = Number(factor) * statement.value
                    return Wrong(with_value(statement, value))
        return None

    return change


def _mean_told(network: Network, program: Program) -> Iterator[Made]:
    size = prod(map(len, network.output_axes))
    for factor in (1.0 / size, float(size)) if size > 1 else ():
        for made in in_blocks("loss", change=_times(factor))(network, program):
            way = "mean, not their sum" if factor < 1.0 else "sum, not their mean"
            yield replace(made, detail=way)


def _kind(name: str, shows_in: str, cause: str, change: Change) -> Kind:
    return Kind(name, shows_in, cause, in_blocks(*PASSES, change=change))


FORWARD_KINDS = (
    _kind(
        "activation_missing",
        OUTPUTS,
        "there is no activation",
        _activated(lambda call: call.arguments[0]),
    ),
    *(
        _kind(
            f"activation_{name}",
            OUTPUTS,
            f"the activation is {name}",
            _activated(_another(name)),
        )
        for name in ("sigmoid", "tanh", "relu")
    ),
    _kind("bias_ignored", OUTPUTS, "the bias is not added", _bias_missing),
    _kind(
        "weights_transposed",
        OUTPUTS,
        "transposed: the weights are read by columns for rows",
        _weights_transposed,
    ),
    _kind("last_of_ties", OUTPUTS, "of equals the last one wins, not the first", _ties),
    Kind(
        "state_not_reset",
        OUTPUTS,
        "the state is not reset: a sequence begins where the one before it ended",
        _not_reset,
    ),
    _kind(
        "dropout_unscaled",
        LOSS,
        "dropout does not scale up what it keeps",
        _unscaled,
    ),
    _kind("dropout_share", LOSS, "dropout keeps what it is to leave out", _other_share),
    _kind(
        "running_factor",
        STEPS,
        "running statistics move by the factor 1 - momentum, not by momentum",
        _running(_other_factor),
    ),
    _kind(
        "running_variance_biased",
        STEPS,
        "the running variance is divided by the count, not by the count less one",
        _running(_biased),
    ),
    Kind(
        "loss_of_outputs_told",
        LOSS,
        "the loss of several outputs is told as their {detail}",
        _mean_told,
    ),
    Kind(
        "loss_twice_told",
        LOSS,
        "the loss is twice as large",
        in_blocks("loss", change=_times(2.0)),
    ),
    Kind(
        "loss_half_told",
        LOSS,
        "the loss is half as large",
        in_blocks("loss", change=_times(0.5)),
    ),
)

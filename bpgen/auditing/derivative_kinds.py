"""Mistakes on the way back: in the derivatives of activations and of the loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod

from bpgen.auditing.derived import (
    Derived,
    backward_kind,
    in_value,
    is_activation,
    path_of,
)
from bpgen.auditing.mutants import (
    Change,
    Site,
    Wrong,
    with_value,
)
from bpgen.program.functions import FUNCTIONS
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Call,
    Element,
    Expression,
    Multiply,
    Number,
    Select,
    Subtract,
)
from bpgen.program.notes import ChainNote, Path
from bpgen.program.walks import transform

# --- The derivative of an activation --------------------------------------------------


def _derivative_missing(s: Derived, path: Path, above: Element) -> Expression | None:
    return above if is_activation(path) else None


def _derivative_twice(s: Derived, path: Path, above: Element) -> Expression | None:
    return s.value * path.slope if is_activation(path) else None


def _derivative_of_value(s: Derived, path: Path, above: Element) -> Expression | None:
    """The stored output goes through the activation once more."""
    match path.forward.value:
        case Call(function, (_, *others)):

            def change(node: Expression) -> Expression | None:
                if node == path.to:
                    return Call(function, (node, *others))
                return None

            slope = transform(path.slope, change)
            return above * slope if slope != path.slope else None
    return None


def _first_factor_alone(s: Derived, path: Path, above: Element) -> Expression | None:
    match path.slope:
        case Multiply(left, _) if is_activation(path):
            return above * left
    return None


def _last_factor_alone(s: Derived, path: Path, above: Element) -> Expression | None:
    match path.slope:
        case Multiply(_, right) if is_activation(path):
            return above * right
        case Subtract(one, Multiply(left, _)) if is_activation(path):
            return above * (one - left)
    return None


def _as_if(name: str) -> Callable[[Derived, Path, Element], Expression | None]:
    def make(s: Derived, path: Path, above: Element) -> Expression | None:
        a = path.to
        slopes: dict[str, Expression] = {
            "sigmoid": a * (Number(1.0) - a),
            "tanh": Number(1.0) - a * a,
        }
        match path.forward.value:
            case Call(function) if function.name != name:
                return above * slopes[name]
        return None

    return make


def _other_side(site: Site) -> Wrong | None:
    path = path_of(site.statement)
    match site.statement:
        case (
            Assign(value=Select(condition, then, otherwise))
            | Accumulate(value=Select(condition, then, otherwise)) as statement
        ) if path and is_activation(path):
            value = Select(condition, otherwise, then)
            return Wrong(with_value(statement, value))
    return None


def _kink_itself(site: Site) -> Wrong | None:
    path, other = path_of(site.statement), {"<=": "<", "<": "<=", ">": ">=", ">=": ">"}
    match site.statement:
        case (
            Assign(value=Select(condition, then, otherwise))
            | Accumulate(value=Select(condition, then, otherwise)) as statement
        ) if (path and condition.operator in other):
            moved = replace(condition, operator=other[condition.operator])
            return Wrong(with_value(statement, Select(moved, then, otherwise)))
    return None


# --- The loss -------------------------------------------------------------------------


def _of_loss(make: Callable[[Derived, int], Expression | None]) -> Change:
    def change(site: Site) -> Wrong | None:
        match site.statement:
            case (Assign() | Accumulate()) as statement if site.layer == "Loss":
                if not isinstance(statement.note, ChainNote) or statement.note.paths:
                    return None
                size = prod(map(len, statement.target.variable.axes))
                value = make(statement, size)
                return None if value is None else Wrong(with_value(statement, value))
        return None

    return change


def _as_in_fann(s: Derived, size: int) -> Expression | None:
    """log((1 + e) / (1 - e)) for the error e."""
    match s.value:
        case Subtract(Element(), Element()) as error:
            one = Number(1.0)
            return Call(FUNCTIONS["log"], ((one + error) / (one - error),))
    return None


def _with_sigmoid(s: Derived, size: int) -> Expression | None:
    """p - t is the slope by z already, and is multiplied by p * (1 - p) again."""
    match s.value:
        case Subtract(Element() as p, Element()) if s.target.variable != gradient_of(
            p.variable
        ):
            return s.value * (p * (Number(1.0) - p))
    return None


# --- The table ------------------------------------------------------------------------


DERIVATIVE_KINDS = (
    backward_kind(
        "derivative_missing",
        "off by the factor {detail}: the activation's derivative is missing",
        in_value(_derivative_missing),
    ),
    backward_kind(
        "derivative_twice",
        "off by the factor {detail}: the activation's derivative is there twice",
        in_value(_derivative_twice),
    ),
    backward_kind(
        "derivative_of_value",
        "the activation's derivative {detail} takes the activation of a, not a itself",
        in_value(_derivative_of_value),
    ),
    backward_kind(
        "derivative_first_factor",
        "only the first factor of the activation's derivative {detail} is there",
        in_value(_first_factor_alone),
    ),
    backward_kind(
        "derivative_last_factor",
        "a factor is missing in the activation's derivative {detail}",
        in_value(_last_factor_alone),
    ),
    backward_kind(
        "derivative_of_sigmoid",
        "the derivative of sigmoid, a * (1 - a), stands for that of the activation",
        in_value(_as_if("sigmoid")),
    ),
    backward_kind(
        "derivative_of_tanh",
        "the derivative of tanh, 1 - a * a, stands for that of the activation",
        in_value(_as_if("tanh")),
    ),
    backward_kind(
        "derivative_other_side",
        "the activation's derivative is taken from the other side of its kink",
        _other_side,
    ),
    backward_kind(
        "derivative_at_kink",
        "at its kink itself the activation's derivative is that of the other side",
        _kink_itself,
    ),
    backward_kind(
        "loss_sign",
        "the sign is wrong: target - output stands for output - target",
        _of_loss(lambda s, size: -s.value),
    ),
    backward_kind(
        "loss_twice",
        "twice as large: a factor 2 in the derivative of the loss, or 1/2 not there",
        _of_loss(lambda s, size: Number(2.0) * s.value),
    ),
    backward_kind(
        "loss_half",
        "half as large: a factor 1/2 in the derivative of the loss, or 2 not there",
        _of_loss(lambda s, size: Number(0.5) * s.value),
    ),
    backward_kind(
        "loss_mean_of_outputs",
        "divided by the number of outputs: their mean stands for their sum",
        _of_loss(lambda s, size: s.value / Number(float(size)) if size > 1 else None),
    ),
    backward_kind(
        "loss_sum_of_outputs",
        "multiplied by the number of outputs: their sum stands for their mean",
        _of_loss(lambda s, size: s.value * Number(float(size)) if size > 1 else None),
    ),
    backward_kind(
        "loss_of_tanh",
        "log((1 + e) / (1 - e)) stands for the error e: FANN's tanh error function",
        _of_loss(_as_in_fann),
    ),
    backward_kind(
        "loss_with_sigmoid",
        "off by the factor p * (1 - p): with this loss p - t is the slope already",
        _of_loss(_with_sigmoid),
    ),
)

"""Norms that an ONNX graph writes out: a value by its own root mean square.

In: squares, their mean over the last axis, a number added, the root. Out: rms_norm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy

from bpgen.importing.draft import RefusedError
from bpgen.importing.onnx_layers import Handler, Node, Reader, named, scalar
from bpgen.importing.onnx_merging import number_of
from bpgen.importing.onnx_values import Known, Moved
from bpgen.importing.symbol import Symbol
from bpgen.importing.weights import Weights

SQUARE = "x * x"
ALONE = "the mean of squares has no counterpart but in a norm"


@dataclass(frozen=True, slots=True)
class MeanSquare(Symbol):
    """The mean of the squares of a value's last axis, plus a number; or its root, or
    one by its root."""

    x: Moved
    epsilon: float = 0.0
    stage: str = "mean"

    @property
    def unfinished(self) -> str:
        """Why it cannot be used as a value."""
        return ALONE


def _squared(reader: Reader, it: Node) -> Any:
    x, exponent = it.input(0), number_of(it.input(1))
    formulas = {2.0: SQUARE, 3.0: "x * x * x", 0.5: "sqrt(x)", -1.0: "1 / x"}
    if exponent not in formulas:
        raise RefusedError(f"the power {exponent} has no counterpart: write products")
    return scalar(reader, it, formulas[exponent], x)


def _mean(reader: Reader, it: Node) -> Any:
    x = it.input(0)
    entry = reader.draft.entries.get(x.layer) if isinstance(x, Moved) else None
    known = it.input(1).array if isinstance(it.input(1), Known) else ()
    axes = [int(axis) for axis in it.get("axes", known)]
    is_square = entry and reader.draft.functions.get(entry.type) == SQUARE
    if not entry or not is_square or not it.get("keepdims", 1):
        return None
    if axes not in ([-1], [x.at.ndim - 1]):
        return None
    return MeanSquare(Moved(entry.inputs[0], x.size, x.at, x.samples))


def _rooted(reader: Reader, it: Node) -> Any:
    x = it.input(0)
    if not isinstance(x, MeanSquare):
        return None
    before, after = ("mean", "root") if it.kind == "Sqrt" else ("root", "inverse")
    if x.stage != before:
        raise RefusedError(ALONE)
    return replace(x, stage=after)


def _added(reader: Reader, it: Node) -> Any:
    one, other = it.input(0), it.input(1)
    if isinstance(other, MeanSquare):
        one, other = other, one
    if not isinstance(one, MeanSquare) or one.stage != "mean":
        return None
    return replace(one, epsilon=one.epsilon + number_of(other))


def _multiplied(reader: Reader, it: Node) -> Any:
    one, other = it.input(0), it.input(1)
    if isinstance(one, (MeanSquare, Known)):
        one, other = other, one
    if isinstance(other, MeanSquare):
        if other.stage != ("root" if it.kind == "Div" else "inverse"):
            raise RefusedError(ALONE)
        return _normed(reader, it, one, other)
    are_values = isinstance(one, Moved) and isinstance(other, Moved)
    if it.kind == "Mul" and are_values and _are_alike(one, other):
        return scalar(reader, it, SQUARE, one)
    if it.kind == "Mul" and isinstance(one, Moved) and isinstance(other, Known):
        return _weighed(reader, one, other)
    return None


def _are_alike(one: Moved, other: Moved) -> bool:
    return one.layer == other.layer and numpy.array_equal(one.at, other.at)


def _is_one(part: Any) -> bool:
    return isinstance(part, Known) and part.array.size == 1 and bool(part.array == 1.0)


def _normed(reader: Reader, it: Node, x: Any, by: MeanSquare) -> Any:
    if _is_one(x) and it.kind == "Div":
        return replace(by, stage="inverse")
    if not isinstance(x, Moved) or not _are_alike(x, by.x):
        raise RefusedError("a norm by the squares of another value has no counterpart")
    value = reader.value(x)
    if len(value.shape) > 2:
        raise RefusedError("a norm over the columns of an image has no counterpart")
    ones = Weights.constant(value.shape[-1:], 1.0)
    options = {} if by.epsilon == 1e-5 else {"epsilon": by.epsilon}
    made = reader.layer("rms_norm", it, x, value.shape, options, {"weight": ones})
    reader.draft.entries[made.layer].wanted = named(it)
    reader.draft.frozen.append(f"{made.layer}.weight")
    return made


def _weighed(reader: Reader, x: Moved, other: Known) -> Any:
    """A norm that gets its weight, if that is what it is."""
    name = f"{x.layer}.weight"
    entry = reader.draft.entries.get(x.layer)
    if entry is None or entry.type != "rms_norm" or name not in reader.draft.frozen:
        return None
    if tuple(other.array.shape) != entry.shape[-1:]:
        return None
    reader.draft.parameters[name] = other.weights()
    reader.draft.frozen.remove(name)
    return x


# Tried first; what gives nothing is a matter of the other handlers.
NORMS: Mapping[str, Handler] = {
    "ReduceMean": _mean,
    **dict.fromkeys(("Sqrt", "Reciprocal"), _rooted),
    "Add": _added,
    **dict.fromkeys(("Mul", "Div"), _multiplied),
}


def with_norms(handlers: Mapping[str, Handler]) -> Mapping[str, Handler]:
    """Handlers that know of norms written out."""
    either = {kind: _either(own, handlers[kind]) for kind, own in NORMS.items()}
    return {**handlers, "Pow": _squared, **either}


def _either(own: Handler, other: Handler) -> Handler:
    def handler(reader: Reader, it: Node) -> Any:
        found = own(reader, it)
        if found is not None:
            return found
        if any(isinstance(part, MeanSquare) for part in it.inputs):
            raise RefusedError(ALONE)
        return other(reader, it)

    return handler

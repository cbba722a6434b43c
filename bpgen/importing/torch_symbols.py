"""What is known of a value before it is a layer: norms written out, and numbers that
are turned by their step.

In: operators that have no layer of their own, such as the mean of squares, or products
with a constant for each element. Out: rms_norm, or queries and keys for attention.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from bpgen.importing.attention import OTHER_TURNS, Turned, unscaled
from bpgen.importing.draft import RefusedError
from bpgen.importing.symbol import Symbol
from bpgen.importing.torch_layers import number_of, scalar
from bpgen.importing.torch_reader import Handler, Operation, Reader
from bpgen.importing.torch_values import Known, Moved
from bpgen.importing.weights import Weights

SQUARE = "x * x"
OTHERS = object()  # what a handler gives where it is for the others to say


# Norms --------------------------------------------------------------------------


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
        return "the mean of squares has no counterpart but in a norm"


def _mean(reader: Reader, it: Operation) -> Any:
    x, axes = it["self"], it.given.get("dim")
    if not isinstance(x, Moved) or not it.given.get("keepdim") or not axes:
        return OTHERS
    entry = reader.draft.entries.get(x.layer)
    rank = x.at.dim()
    if [axis % rank for axis in axes] != [rank - 1] or entry is None:
        return OTHERS
    if reader.draft.functions.get(entry.type) != SQUARE:
        return OTHERS
    return MeanSquare(Moved(entry.inputs[0], x.size, x.at))


def _rooted(reader: Reader, it: Operation) -> Any:
    x = it["self"]
    if not isinstance(x, MeanSquare):
        return OTHERS
    wanted = {"sqrt": ("mean", "root"), "rsqrt": ("mean", "inverse")}
    before, after = wanted.get(it.kind, ("root", "inverse"))
    if x.stage != before:
        raise RefusedError(x.unfinished)
    return replace(x, stage=after)


def _powered(reader: Reader, it: Operation) -> Any:
    x, exponent = it["self"], it["exponent"]
    if not isinstance(exponent, (int, float)):
        raise RefusedError("a power that is no number has no counterpart")
    if isinstance(x, MeanSquare):
        if x.stage != "mean" or exponent not in (0.5, -0.5):
            raise RefusedError(x.unfinished)
        return replace(x, stage="root" if exponent > 0 else "inverse")
    if exponent not in POWERS:
        raise RefusedError(f"the power {exponent} has no counterpart: write products")
    return scalar(reader, it, x, POWERS[exponent], "power")


POWERS = {
    2: SQUARE,
    3: "x * x * x",
    4: "x * x * x * x",
    0.5: "sqrt(x)",
    -0.5: "1 / sqrt(x)",
    -1: "1 / x",
}


def _normed(reader: Reader, it: Operation, x: Any, by: MeanSquare) -> Moved:
    """A value by its own root mean square."""
    is_same = isinstance(x, Moved) and x.layer == by.x.layer
    if not is_same or not torch.equal(x.at, by.x.at):
        raise RefusedError("a norm by the squares of another value has no counterpart")
    value = reader.value(x)
    if len(value.shape) > 2:
        raise RefusedError("a norm over the columns of an image has no counterpart")
    it = replace(it, name=it.comment.replace(".", "_") or "norm")
    ones = Weights.constant(value.shape[-1:], 1.0)
    options = {"epsilon": by.epsilon}
    made = reader.layer("rms_norm", it, x, value.shape, options, {"weight": ones})
    reader.draft.frozen.append(f"{made.layer}.weight")
    return made


def _weighed(reader: Reader, x: Moved, other: Known) -> Moved | None:
    """A norm that gets its weight, if that is what it is."""
    name = f"{x.layer}.weight"
    entry = reader.draft.entries.get(x.layer)
    if entry is None or entry.type != "rms_norm" or name not in reader.draft.frozen:
        return None
    if tuple(other.tensor.shape) != entry.shape[-1:] or not other.name:
        return None
    reader.draft.parameters[name] = other.weights()
    reader.draft.frozen.remove(name)
    return x


# What is turned -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms(Symbol):
    """A tensor whose elements are sums: places of a layer, each times a number."""

    layer: str
    size: int
    parts: tuple[tuple[torch.Tensor, torch.Tensor], ...]

    @property
    def unfinished(self) -> str:
        """Why it cannot be used as a value."""
        return OTHER_TURNS

    @property
    def at(self) -> torch.Tensor:
        """The places of the first part: for shapes."""
        return self.parts[0][0]

    def by(self, move: Callable[[torch.Tensor], Any]) -> Any:
        """The same with its elements elsewhere; several, if they come apart."""
        moved = [(move(at), move(number)) for at, number in self.parts]
        if isinstance(moved[0][0], torch.Tensor):
            return replace(self, parts=tuple(moved))
        pieces = zip(*(zip(*both, strict=True) for both in moved), strict=True)
        return [replace(self, parts=tuple(part)) for part in pieces]

    def times(self, number: torch.Tensor) -> Terms:
        """Each element times a number of its own."""
        shape = torch.broadcast_shapes(self.at.shape, number.shape)
        return replace(
            self,
            parts=tuple(
                (at.expand(shape), (own * number.double()).expand(shape))
                for at, own in self.parts
            ),
        )

    def sample(self) -> Turned:
        """The first sample's part.

        Raises:
            RefusedError: it is none that attention could read.
        """
        found = []
        for at, number in self.parts:
            whole = Moved(self.layer, self.size, at)
            axis, value = whole.axis(), whole.sample()
            if axis is None or axis < 0:
                raise RefusedError(OTHER_TURNS)
            numbers = number.expand(at.shape).select(axis, 0).reshape(-1).tolist()
            found.append(list(zip(value.places.at, numbers, strict=True)))
            shape = value.shape if len(value.shape) == 3 else (1, *value.shape)
        if len(shape) != 3:
            raise RefusedError(OTHER_TURNS)
        return Turned(self.layer, shape, tuple(zip(*found, strict=True)))


def _terms(reader: Reader, x: Any) -> Terms | None:
    """A value as terms of the layer that it is a multiple of."""
    if isinstance(x, Terms):
        return x
    if not isinstance(x, Moved):
        return None
    layer, factor = unscaled(reader.draft, x.layer)
    number = torch.full(x.at.shape, factor, dtype=torch.float64)
    return Terms(layer, x.size, ((x.at, number),))


def _multiplied(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it["other"]
    if isinstance(one, (Known, MeanSquare)):
        one, other = other, one
    if isinstance(other, MeanSquare):
        if other.stage != "inverse":
            raise RefusedError(other.unfinished)
        return _normed(reader, it, one, other)
    if isinstance(one, Moved) and isinstance(other, Moved):
        if one.layer == other.layer and torch.equal(one.at, other.at):
            return scalar(reader, it, one, SQUARE, "square")
        return OTHERS
    if isinstance(one, (Moved, Terms)) and isinstance(other, Known):
        if other.tensor.numel() == 1 and isinstance(one, Moved):
            return OTHERS
        if isinstance(one, Moved) and (found := _weighed(reader, one, other)):
            return found
        terms = _terms(reader, one)
        return None if terms is None else terms.times(other.tensor)
    if isinstance(one, Terms):
        return one.times(torch.tensor(number_of(other)))
    return OTHERS


def _divided(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it["other"]
    if not isinstance(other, MeanSquare):
        return OTHERS
    if other.stage != "root":
        raise RefusedError(other.unfinished)
    return _normed(reader, it, one, other)


def _added(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it["other"]
    if isinstance(one, MeanSquare) and one.stage == "mean":
        return replace(one, epsilon=one.epsilon + number_of(other))
    if not (isinstance(one, Terms) and isinstance(other, Terms)):
        return OTHERS
    if (one.layer, one.at.shape) != (other.layer, other.at.shape):
        raise RefusedError(OTHER_TURNS)
    sign = -1.0 if it.kind == "sub" else 1.0
    return replace(one, parts=one.parts + other.times(torch.tensor(sign)).parts)


def _negated(reader: Reader, it: Operation) -> Any:
    x = it["self"]
    if isinstance(x, Terms):
        return x.times(torch.tensor(-1.0))
    return scalar(reader, it, x, "-x", "negative")


def _put_together(reader: Reader, it: Operation) -> Any:
    """A concatenation, or a stack, of terms of one layer."""
    parts = [_terms(reader, part) for part in it["tensors"]]
    plain = [part.layer for part in it["tensors"] if isinstance(part, Moved)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or (
        len(plain) == len(parts)
        and (len({*plain}) == 1 or len({part.layer for part in known}) > 1)
    ):
        return OTHERS
    counts = {len(part.parts) for part in known}
    if len({part.layer for part in known}) > 1 or len(counts) > 1:
        raise RefusedError(OTHER_TURNS)
    join = torch.stack if it.kind == "stack" else torch.cat
    sums = zip(*(part.parts for part in known), strict=True)
    joined = tuple(
        tuple(join(tensors, it["dim"]) for tensors in zip(*both, strict=True))
        for both in sums
    )
    return replace(known[0], parts=joined)


def _complex(reader: Reader, it: Operation) -> Any:
    raise RefusedError(
        "complex numbers have no counterpart: write rotary positions with cos and sin"
    )


def _of_each(formula: str) -> Handler:
    def handler(reader: Reader, it: Operation) -> Any:
        return scalar(reader, it, it["self"], formula, it.kind)

    return handler


FORMULAS = {
    "exp": "exp(x)",
    "log": "log(x)",
    "sqrt": "sqrt(x)",
    "rsqrt": "1 / sqrt(x)",
    "reciprocal": "1 / x",
    "abs": "abs(x)",
    "square": SQUARE,
    "cos": "cos(x)",
    "erf": "erf(x)",
}
# Tried first, before the other handlers of the same operators.
SYMBOLIC: Mapping[str, Handler] = {
    "mean": _mean,
    **dict.fromkeys(("sqrt", "rsqrt", "reciprocal"), _rooted),
    "mul": _multiplied,
    "div": _divided,
    **dict.fromkeys(("add", "sub"), _added),
    **dict.fromkeys(("cat", "stack"), _put_together),
}


def with_symbols(handlers: Mapping[str, Handler]) -> Mapping[str, Handler]:
    """Handlers that know of norms written out, and of what is turned."""
    known = {
        **{kind: _of_each(formula) for kind, formula in FORMULAS.items()},
        **handlers,
        "pow": _powered,
        "neg": _negated,
        **dict.fromkeys(("view_as_complex", "view_as_real", "polar"), _complex),
    }
    return known | {
        kind: _either(own, known.get(kind)) for kind, own in SYMBOLIC.items()
    }


def _either(own: Handler, other: Handler | None) -> Handler:
    def handler(reader: Reader, it: Operation) -> Any:
        found = own(reader, it)
        if found is not OTHERS:
            return found
        for part in it.given.values():
            if isinstance(part, (MeanSquare, Terms)):
                raise RefusedError(part.unfinished)
        if other is None:
            raise RefusedError(f"{it.kind} has no counterpart in net.yaml")
        return other(reader, it)

    return handler

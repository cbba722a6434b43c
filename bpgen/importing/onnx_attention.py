"""Attention in an ONNX graph: products of values, masked, normalized, projected.

In: the operators that exporters write for it. Out: one attention layer. The operator
Attention of opset 23, too, of inputs that have their heads in an axis of their own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy

from bpgen.importing.attention import OUTPUTS, Pending, mixed, with_output_bias
from bpgen.importing.draft import RefusedError, Value
from bpgen.importing.onnx_layers import LAYERS, Handler, Node, Reader, named, weights
from bpgen.importing.onnx_merging import MERGING, number_of
from bpgen.importing.onnx_values import Known, Moved
from bpgen.importing.symbol import Symbol

EXACTNESS = 1e-6  # of numbers that are float32 in the file
LEAST = -1e4  # what a mask adds to scores that are left out, or less


@dataclass(frozen=True, slots=True)
class Scores(Symbol):
    """How much each step looks at each other one."""

    query: Moved
    key: Moved
    factor: float = 1.0
    is_causal: bool = False
    is_normalized: bool = False

    @property
    def unfinished(self) -> str:
        """Why they cannot be used as a value."""
        return "a product of two values has no counterpart but in attention"

    def masked(self, left_out: Any) -> Scores:
        """The scores without those that a mask leaves out: none, or all later steps.

        Raises:
            RefusedError: it is another mask.
        """
        steps = self.query.at.shape[-2]
        later = numpy.triu(numpy.ones((steps, steps), dtype=bool), 1)
        each = numpy.broadcast_to(left_out, (*left_out.shape[:-2], steps, steps))
        if not each.any():
            return self
        if not all((one == later).all() for one in each.reshape(-1, steps, steps)):
            raise RefusedError(
                "a mask has no counterpart but the causal one: each step sees those "
                "up to itself"
            )
        return replace(self, is_causal=True)


def _product(reader: Reader, it: Node) -> Any:
    one, other = it.input(0), it.input(1)
    if isinstance(one, Scores) and isinstance(other, Moved):
        return _mixed(reader, one, other)
    if isinstance(one, Moved) and isinstance(other, Moved) and one.at.ndim > 2:
        return Scores(one, other.by(lambda at: at.swapaxes(-1, -2)))
    if isinstance(one, Moved) and one.layer in reader.pending:
        return _projected(reader, it, one, weights(other).transposed(), None)
    return LAYERS[it.kind](reader, it)


def _gemm(reader: Reader, it: Node) -> Any:
    x = it.input(0)
    if not isinstance(x, Moved) or x.layer not in reader.pending:
        return LAYERS[it.kind](reader, it)
    if it.get("transA", 0) or it.get("alpha", 1.0) != 1.0 or it.get("beta", 1.0) != 1.0:
        raise RefusedError("Gemm with transA, alpha or beta has no counterpart")
    weight = weights(it.input(1))
    weight = weight if it.get("transB", 0) else weight.transposed()
    bias = weights(it.input(2)) if it.input(2) is not None else None
    return _projected(reader, it, x, weight, bias)


def _scaled(reader: Reader, it: Node) -> Any:
    one, other = it.input(0), it.input(1)
    if isinstance(other, Scores) and it.kind == "Mul":
        one, other = other, one
    if not isinstance(one, Scores):
        return MERGING[it.kind](reader, it)
    number = number_of(other)
    factor = number if it.kind == "Mul" else 1.0 / number
    return replace(one, factor=one.factor * factor)


def _added(reader: Reader, it: Node) -> Any:
    one, other = it.input(0), it.input(1)
    if isinstance(other, (Scores, Moved)) and not isinstance(one, (Scores, Moved)):
        one, other = other, one
    if isinstance(one, Moved) and isinstance(other, Known):
        return _with_bias(reader, one, other) or MERGING[it.kind](reader, it)
    if not isinstance(one, Scores):
        return MERGING[it.kind](reader, it)
    return one.masked(_left_out(other))


def _with_bias(reader: Reader, x: Moved, bias: Known) -> Moved | None:
    """The attention layer that a bias belongs to."""
    entry = reader.draft.entries.get(x.layer)
    count = entry.shape[-1] if entry else 0
    if not bias.array.shape or bias.array.shape[-1] != count != bias.array.size:
        return None
    own = bias.by(lambda array: array.reshape(-1)).weights()
    return x if with_output_bias(reader.draft, x.layer, own) else None


def _left_out(mask: Any) -> Any:
    """What a mask of flags leaves out, or one that is added.

    Raises:
        RefusedError: it is none.
    """
    if not isinstance(mask, Known):
        raise RefusedError("a mask that depends on the input has no counterpart")
    if mask.array.dtype == bool:
        return ~mask.array
    left_out = mask.array <= LEAST
    if not (left_out | (mask.array == 0.0)).all() or mask.array.ndim < 2:
        raise RefusedError("a bias of the scores has no counterpart")
    return left_out


def _chosen(reader: Reader, it: Node) -> Any:
    mask, one, other = it.inputs
    is_turned = isinstance(other, Scores)
    scores, number = (other, one) if is_turned else (one, other)
    if not isinstance(scores, Scores):
        raise RefusedError("Where has no counterpart but in attention")
    if not isinstance(mask, Known):
        raise RefusedError("a mask that depends on the input has no counterpart")
    if not isinstance(number, Known) or not (number.array <= LEAST).all():
        raise RefusedError("Where has no counterpart but as a mask of attention")
    return scores.masked(mask.array if is_turned else ~mask.array)


def _softmax(reader: Reader, it: Node) -> Any:
    scores = it.input(0)
    if not isinstance(scores, Scores):
        return LAYERS[it.kind](reader, it)
    rank = scores.query.at.ndim
    if int(it.get("axis", -1 if it.opset >= 13 else 1)) % rank != rank - 1:
        raise RefusedError("a softmax over the steps that look has no counterpart")
    return replace(scores, is_normalized=True)


def _mixed(reader: Reader, scores: Scores, value: Moved) -> Moved:
    """Attention up to its output projection."""
    if not scores.is_normalized:
        raise RefusedError("attention without a softmax has no counterpart")
    of = [reader.value(part) for part in (scores.query, scores.key, value)]
    pending = mixed(
        reader.draft, of, scores.factor, scores.is_causal, exactness=EXACTNESS
    )
    name = f"?{len(reader.pending)}"
    reader.pending[name] = pending
    found = Value(name, pending.places.reshaped(of[2].shape))
    return value.like(found, pending.steps * pending.features)


def _projected(reader: Reader, it: Node, x: Moved, weight: Any, bias: Any) -> Moved:
    """The attention layer."""
    pending: Pending = reader.pending[x.layer]
    features = reader.draft.shape_of(pending.source)[-1]
    made = pending.projected(x.sample(), (weight, bias), features)
    shape = (pending.steps, features)
    sources = (pending.source,)
    path = named(it, {"weight": weight})
    ends = [f"_{last}" for last in OUTPUTS if path.endswith(f"_{last}")]
    name = path.removesuffix(max(ends, key=len, default=""))
    found = reader.draft.add(
        "attention", name, sources, shape, made.options, made.parameters
    )
    reader.draft.frozen += [f"{found.layer}.{last}" for last in made.frozen]
    return x.like(found, prod(shape))


def _joined(reader: Reader, it: Node) -> Any:
    parts = it.inputs
    if not all(isinstance(p, Moved) and p.layer in reader.pending for p in parts):
        return MERGING[it.kind](reader, it)
    values = [part.sample() for part in parts]
    is_whole = all(value.places.is_whole for value in values)
    rank = parts[0].at.ndim
    if int(it.get("axis", 1)) % rank != rank - 1 or not is_whole:
        raise RefusedError("heads of different attentions cannot be joined")
    first: Pending = reader.pending[parts[0].layer]
    found = first.joined([reader.pending[part.layer] for part in parts])
    name = f"?{len(reader.pending)}"
    reader.pending[name] = found
    size = found.steps * found.features
    whole = found.places.__class__.whole((found.steps, found.features))
    return parts[0].like(Value(name, whole), size)


def _whole(reader: Reader, it: Node) -> Any:
    """The operator Attention of opset 23."""
    query, key, value, mask = it.inputs[0], it.inputs[1], it.inputs[2], it.input(3)
    if any(part is not None for part in it.inputs[4:]) or len(it.node.output) > 1:
        raise RefusedError("Attention with past keys or further outputs")
    if it.get("softcap", 0.0):
        raise RefusedError("Attention with softcap has no counterpart")
    own = it.get("q_num_heads", 0), it.get("kv_num_heads", 0)
    parts = [query, key, value]
    if not all(isinstance(part, Moved) for part in parts):
        raise RefusedError("Attention of a constant has no counterpart")
    is_flat = query.at.ndim == 3
    if is_flat:
        parts = [
            part.by(lambda at, n=n: _by_head(at, n))
            for part, n in zip(parts, (own[0], own[1], own[1]), strict=True)
        ]
    scale = it.attributes.get("scale")
    factor = 1.0 / math.sqrt(parts[0].at.shape[-1]) if scale is None else float(scale)
    scores = Scores(parts[0], parts[1], factor, bool(it.get("is_causal", 0)), True)
    if mask is not None:
        scores = scores.masked(_left_out(mask))
    found = _mixed(reader, scores, parts[2])
    if not is_flat:
        return found
    return found.by(lambda at: at.swapaxes(1, 2).reshape(query.at.shape))


def _by_head(at: Any, heads: int) -> Any:
    return at.reshape(*at.shape[:-1], heads, -1).swapaxes(1, 2)


ATTENTION: Mapping[str, Handler] = {
    "MatMul": _product,
    "Gemm": _gemm,
    "Mul": _scaled,
    "Div": _scaled,
    "Add": _added,
    "Where": _chosen,
    "Softmax": _softmax,
    "Concat": _joined,
    "Attention": _whole,
}

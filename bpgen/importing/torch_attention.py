"""Attention, as operators of PyTorch spell it, becomes one layer.

In: the scores of queries and keys, masked, normalized, mixed with values, and projected
in the end. Out: an attention layer, whose heads stand one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import torch

from bpgen.importing.draft import RefusedError, Value
from bpgen.importing.places import Places
from bpgen.importing.torch_layers import LAYERS, matrix_product
from bpgen.importing.torch_reader import Handler, Operation, Reader
from bpgen.importing.torch_values import Known, Moved, weights_of
from bpgen.importing.weights import Weights, stacked

OUTPUTS = ("c_proj", "proj", "out_proj", "o_proj", "output", "wo", "out", "to_out")
Projection = tuple[Weights, "Weights | None"]  # rows of a weight and of its bias


@dataclass(frozen=True, slots=True)
class Scores:
    """How much each step looks at each other one."""

    query: Moved
    key: Moved
    factor: float = 1.0
    is_causal: bool = False
    is_normalized: bool = False
    rate: float = 0.0  # of dropout
    is_attention: bool = True

    def scaled(self, factor: float) -> Scores:
        """The scores times a number."""
        return replace(self, factor=self.factor * factor)

    def masked(self, mask: torch.Tensor) -> Scores:
        """The scores without those that a mask leaves out: None, or all later steps.

        Raises:
            RefusedError: it is another mask.
        """
        left_out = mask.reshape(-1, *mask.shape[-2:])
        steps = mask.shape[-1]
        later = torch.ones((steps, steps), dtype=torch.bool).triu(1)
        if not left_out.any():
            return self
        if not all(torch.equal(each, later) for each in left_out):
            raise RefusedError(
                "a mask has no counterpart but the causal one: each step sees those "
                "up to itself"
            )
        return replace(self, is_causal=True)

    def masked_by_sum(self, other: Any) -> Scores:
        """The scores plus a mask of 0 and minus infinity.

        Raises:
            RefusedError: it is another number.
        """
        if not isinstance(other, Known):
            raise RefusedError("a bias of the scores has no counterpart")
        kept, lost = other.tensor == 0.0, other.tensor < -1e8
        if not bool((kept | lost).all()):
            raise RefusedError("a bias of the scores has no counterpart")
        return self.masked(lost)

    def normalized(self, axis: int) -> Scores:
        """The softmax of the scores.

        Raises:
            RefusedError: it is not that over the steps looked at.
        """
        if axis not in (-1, self.query.at.dim() - 1):
            raise RefusedError("a softmax over the steps that look has no counterpart")
        return replace(self, is_normalized=True)

    def dropped(self, rate: float) -> Scores:
        """The scores whose shares are left out at that rate in training.

        Raises:
            RefusedError: they are no shares yet.
        """
        if rate > 0.0 and not self.is_normalized:
            raise RefusedError("dropout of scores before their softmax")
        return replace(self, rate=rate)


@dataclass(frozen=True, slots=True)
class Pending:
    """Attention whose output projection is still to come; its output has the heads
    one after the other in each step."""

    source: str
    steps: int
    parts: tuple[Projection, Projection, Projection]
    heads: int
    is_causal: bool
    rate: float

    @property
    def features(self) -> int:
        """All heads' together."""
        return self.parts[2][0].shape[0]

    def joined(
        self, reader: Reader, it: Operation, parts: list[Moved], axis: int
    ) -> Moved:
        """Several of one head each, side by side.

        Raises:
            RefusedError: they are not heads of one attention.
        """
        all_ = [reader.pending[part.layer] for part in parts]
        values = [part.sample() for part in parts]
        one = replace(self, parts=self.parts)
        if (
            len({(p.source, p.heads, p.is_causal, p.rate) for p in all_}) > 1
            or axis != parts[0].at.dim() - 1
            or not all(value.places.is_whole for value in values)
        ):
            raise RefusedError("heads of different attentions cannot be joined")
        merged = []
        for number in range(3):
            weights = stacked([p.parts[number][0] for p in all_])
            biases = [p.parts[number][1] for p in all_]
            known = [bias for bias in biases if bias is not None]
            if known and len(known) < len(biases):
                raise RefusedError("some heads have a bias and some have none")
            merged.append((weights, stacked(known) if known else None))
        found = replace(
            one, parts=(merged[0], merged[1], merged[2]), heads=len(all_) * self.heads
        )
        shape = (self.steps, found.features)
        return parts[0].like(
            Value(added(reader, found), Places.whole(shape)), prod(shape)
        )

    def projected(
        self, reader: Reader, it: Operation, x: Moved, weight: Any, bias: Any
    ) -> Moved:
        """The attention layer.

        Raises:
            RefusedError: its sizes have no counterpart.
        """
        (own,) = weights_of(weight)
        value, features = x.sample(), self.features
        first = value.places.at[:features]
        rows = tuple(p + t * features for t in range(self.steps) for p in first)
        if value.shape != (self.steps, features) or value.places.at != rows:
            raise RefusedError("what attention gives is rearranged over its steps")
        wanted = reader.draft.shape_of(self.source)[-1]
        shape = (self.steps, wanted)
        if own.shape != (wanted, features):
            raise RefusedError(
                f"attention from {wanted} features to {own.shape[0]} has no "
                "counterpart: both have to be alike"
            )
        output = own.columns_at(first), weights_of(bias)[0] if bias else None
        parameters, frozen = self.parameters(output)
        options: dict[str, Any] = {"heads": self.heads}
        if self.is_causal:
            options["causal"] = True
        if features != wanted:
            options["size"] = features
        if not any(name.endswith("bias") for name in parameters):
            options["bias"] = False
        path, _, last = it.comment.rpartition(".")
        path = path if last in OUTPUTS else it.comment
        rate = self.rate or reader.rates.get(path, 0.0)
        options |= {"dropout": rate} if rate else {}
        it = replace(it, name=path.replace(".", "_") or "attention", comment=path)
        made = reader.layer_on(
            "attention", it, (self.source,), shape, options, parameters
        )
        reader.draft.frozen += [f"{made.layer}.{name}" for name in frozen]
        return x.like(made, prod(shape))

    def parameters(self, output: Projection) -> tuple[dict[str, Weights], list[str]]:
        """All parameters by name, zeros for biases that some parts lack, and those."""
        parts = {
            "query": self.parts[0],
            "key": self.parts[1],
            "value": self.parts[2],
            "output": output,
        }
        has_bias = any(bias for _, bias in parts.values())
        found, frozen = {}, []
        for name, (weight, bias) in parts.items():
            found[f"{name}.weight"] = weight
            if has_bias:
                found[f"{name}.bias"] = bias or Weights.constant(weight.shape[:1], 0.0)
                frozen += [] if bias else [f"{name}.bias"]
        return found, frozen


def added(reader: Reader, pending: Pending) -> str:
    """The name that attention goes by until its output is projected."""
    name = f"?{len(reader.pending)}"
    reader.pending[name] = pending
    return name


def _product(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it.given.get("other", it.given.get("mat2"))
    if isinstance(one, Scores) and isinstance(other, Moved):
        return _mixed(reader, one, other)
    if isinstance(one, Moved) and isinstance(other, Moved):
        if one.at.dim() < 3:
            raise RefusedError("a product of two values is only known in attention")
        return Scores(one, other.by(lambda at: at.transpose(-1, -2)))
    return matrix_product(reader, it)


def _sum_of_product(reader: Reader, it: Operation) -> Any:
    """A mask plus a product of queries and keys, as nn.MultiheadAttention has it."""
    if not (isinstance(it["batch1"], Moved) and isinstance(it["batch2"], Moved)):
        raise RefusedError("baddbmm has no counterpart but in attention")
    key = it["batch2"].by(lambda at: at.transpose(-1, -2))
    scores = Scores(it["batch1"], key).scaled(float(it["alpha"]))
    return scores.masked_by_sum(it["self"])


def _masked(reader: Reader, it: Operation) -> Any:
    scores, mask = it["self"], it["mask"]
    number = it["value"]
    number = float(number.tensor) if isinstance(number, Known) else float(number)
    if not (isinstance(scores, Scores) and isinstance(mask, Known)) or number > -1e8:
        raise RefusedError("masked_fill has no counterpart but in attention")
    return scores.masked(mask.tensor)


def _chosen(reader: Reader, it: Operation) -> Any:
    mask, scores, other = it["condition"], it["self"], it["other"]
    if isinstance(scores, Scores) and isinstance(mask, Known):
        if isinstance(other, (int, float)):
            other = Known(torch.tensor(float(other)))
        if isinstance(other, Known) and bool((other.tensor < -1e8).all()):
            return scores.masked(~mask.tensor)
    raise RefusedError("where has no counterpart but in attention")


def _whole_attention(reader: Reader, it: Operation) -> Any:
    query = it["query"]
    scale = it["scale"]
    factor = 1.0 / math.sqrt(query.at.shape[-1]) if scale is None else float(scale)
    scores = Scores(query, it["key"], factor, bool(it["is_causal"]))
    mask = it["attn_mask"]
    if isinstance(mask, Known):
        is_flag = mask.tensor.dtype == torch.bool
        scores = scores.masked(~mask.tensor) if is_flag else scores.masked_by_sum(mask)
    elif mask is not None:
        raise RefusedError("a mask that depends on the input has no counterpart")
    if it.given.get("enable_gqa"):
        raise RefusedError("queries that share keys (enable_gqa) have no counterpart")
    scores = replace(scores, is_normalized=True).dropped(float(it["dropout_p"]))
    return _mixed(reader, scores, it["value"])


def _mixed(reader: Reader, scores: Scores, value: Moved) -> Moved:
    """Attention up to its output projection."""
    if not scores.is_normalized:
        raise RefusedError("attention without a softmax has no counterpart")
    of = [_rows(reader, part) for part in (scores.query, scores.key, value)]
    if len({(source, shape) for source, shape, _, _ in of}) > 1:
        raise RefusedError(
            "query, key and value are of different layers or sizes: net.yaml has "
            "self-attention only"
        )
    source, (heads, steps, size), _, _ = of[0]
    factor = scores.factor * of[0][3] * of[1][3] * math.sqrt(size)
    query, key, values = (part for _, _, part, _ in of)
    if of[2][3] != 1.0:
        raise RefusedError("scaled values have no counterpart")
    if abs(factor - 1.0) > 1e-12:
        query = _scaled(query[0], factor), query[1] and _scaled(query[1], factor)
    parts = (query, key, values)
    pending = Pending(source, steps, parts, heads, scores.is_causal, scores.rate)
    features = heads * size
    at = Places.whole((steps, heads, size)).permuted((1, 0, 2))
    shape = scores.query.sample().shape
    name = added(reader, pending)
    return scores.query.like(Value(name, at.reshaped(shape)), steps * features)


def _scaled(weights: Weights, factor: float) -> Weights:
    numbers = tuple(number * factor for number in weights.numbers)
    return replace(weights, numbers=numbers, factors=(factor,))


def _rows(
    reader: Reader, part: Moved
) -> tuple[str, tuple[int, int, int], Projection, float]:
    """Queries, keys or values: what they are of, heads, steps and sizes, the rows of
    the dense layer that makes them, and a factor.

    Raises:
        RefusedError: they are not made by one.
    """
    draft, value = reader.draft, part.sample()
    layer, factor = value.layer, 1.0
    while layer in draft.entries and draft.entries[layer].type in draft.functions:
        formula = draft.functions[draft.entries[layer].type]
        sign, number = formula.split()[1:] if formula.startswith("x ") else ("", "0")
        if sign not in ("*", "/"):
            break
        factor *= float(number) if sign == "*" else 1.0 / float(number)
        (layer,) = draft.entries[layer].inputs
    entry = draft.entries.get(layer)
    shape = value.shape if len(value.shape) == 3 else (1, *value.shape)
    if entry is None or entry.type != "dense" or len(shape) != 3:
        raise RefusedError("queries, keys and values have to be made by a Linear each")
    heads, steps, size = shape
    units = entry.shape[-1]
    rows: list[int] = []
    for head in range(heads):
        start = head * steps * size
        first = value.places.at[start : start + size]
        wanted = tuple(p + t * units for t in range(steps) for p in first)
        if wanted != value.places.at[start : start + steps * size]:
            raise RefusedError("queries, keys or values are rearranged over the steps")
        rows += first
    owner = entry.options.get("share", layer)
    weight = draft.parameters[f"{owner}.weight"].rows(rows)
    bias = draft.parameters.get(f"{owner}.bias")
    both = weight, None if bias is None else bias.rows(rows)
    return entry.inputs[0], (heads, steps, size), both, factor


ATTENTION: Mapping[str, Handler] = {
    **LAYERS,
    **dict.fromkeys(("matmul", "bmm", "mm"), _product),
    "baddbmm": _sum_of_product,
    "masked_fill": _masked,
    "where": _chosen,
    "scaled_dot_product_attention": _whole_attention,
}

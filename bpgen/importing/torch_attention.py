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

from bpgen.importing.attention import OUTPUTS, Pending, mixed
from bpgen.importing.draft import RefusedError, Value
from bpgen.importing.places import Places
from bpgen.importing.symbol import Symbol
from bpgen.importing.torch_layers import LAYERS, matrix_product
from bpgen.importing.torch_reader import Handler, Operation, Reader
from bpgen.importing.torch_symbols import Terms
from bpgen.importing.torch_values import Known, Moved, weights_of


@dataclass(frozen=True, slots=True)
class Scores(Symbol):
    """How much each step looks at each other one."""

    query: Moved | Terms
    key: Moved | Terms
    factor: float = 1.0
    is_causal: bool = False
    is_normalized: bool = False
    rate: float = 0.0  # of dropout
    is_attention: bool = True

    @property
    def unfinished(self) -> str:
        """Why they cannot be used as a value."""
        return "a product of two values is only known in attention"

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
class Awaiting:
    """Attention that waits for its output projection."""

    pending: Pending

    def joined(self, reader: Reader, parts: list[Moved], axis: int) -> Moved:
        """Several heads of one attention, side by side.

        Raises:
            RefusedError: they are not that.
        """
        values = [part.sample() for part in parts]
        is_whole = all(value.places.is_whole for value in values)
        if axis != parts[0].at.dim() - 1 or not is_whole:
            raise RefusedError("heads of different attentions cannot be joined")
        all_ = [reader.pending[part.layer].pending for part in parts]
        found = self.pending.joined(all_)
        shape = (found.steps, found.features)
        name = added(reader, found)
        return parts[0].like(Value(name, Places.whole(shape)), prod(shape))

    def projected(
        self, reader: Reader, it: Operation, x: Moved, weight: Any, bias: Any
    ) -> Moved:
        """The attention layer.

        Raises:
            RefusedError: its sizes have no counterpart.
        """
        pending = self.pending
        (own,) = weights_of(weight)
        output = own, weights_of(bias)[0] if bias else None
        features = reader.draft.shape_of(pending.source)[-1]
        made = pending.projected(x.sample(), output, features)
        path, _, last = it.comment.rpartition(".")
        path = path if last in OUTPUTS else it.comment
        rate = pending.rate or reader.rates.get(path, 0.0)
        made.options.update({"dropout": rate} if rate else {})
        it = replace(it, name=path.replace(".", "_") or "attention", comment=path)
        shape = (pending.steps, features)
        found = reader.layer_on(
            "attention", it, (pending.source,), shape, made.options, made.parameters
        )
        reader.draft.frozen += [f"{found.layer}.{name}" for name in made.frozen]
        return x.like(found, prod(shape))


def added(reader: Reader, pending: Pending) -> str:
    """The name that attention goes by until its output is projected."""
    name = f"?{len(reader.pending)}"
    reader.pending[name] = Awaiting(pending)
    return name


def _product(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it.given.get("other", it.given.get("mat2"))
    if isinstance(one, Scores) and isinstance(other, Moved):
        return _mixed(reader, one, other)
    if isinstance(one, (Moved, Terms)) and isinstance(other, (Moved, Terms)):
        if one.at.dim() < 3:
            raise RefusedError("a product of two values is only known in attention")
        return Scores(one, other.by(lambda at: at.transpose(-1, -2)))
    return matrix_product(reader, it)


def _sum_of_product(reader: Reader, it: Operation) -> Any:
    """A mask plus a product of queries and keys, as nn.MultiheadAttention has it."""
    both = it["batch1"], it["batch2"]
    if not all(isinstance(part, (Moved, Terms)) for part in both):
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
    of = (scores.query.sample(), scores.key.sample(), value.sample())
    pending = mixed(reader.draft, of, scores.factor, scores.is_causal, scores.rate)
    at = pending.places.reshaped(value.sample().shape)
    name = added(reader, pending)
    return value.like(Value(name, at), pending.steps * pending.features)


ATTENTION: Mapping[str, Handler] = {
    **LAYERS,
    **dict.fromkeys(("matmul", "bmm", "mm"), _product),
    "baddbmm": _sum_of_product,
    "masked_fill": _masked,
    "where": _chosen,
    "scaled_dot_product_attention": _whole_attention,
}

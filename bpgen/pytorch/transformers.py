"""Norms, embeddings and attention in PyTorch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from bpgen.errors import NoReferenceError

if TYPE_CHECKING:  # torch_layers takes this module in
    from bpgen.pytorch.layers import Options, Own


def _layer_norm(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    weight, bias = own["weight"], own.get("bias")
    epsilon = options.get("epsilon", 1e-5)
    return F.layer_norm(inputs[0], weight.shape, weight, bias, epsilon)


def _rms_norm(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    weight = own["weight"]
    return F.rms_norm(inputs[0], weight.shape, weight, options.get("epsilon", 1e-5))


def _group_norm(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    x, epsilon = inputs[0], options.get("epsilon", 1e-5)
    is_steps = x.dim() == 2 and not options["channels_first"]  # features are channels
    batch = (x.T if is_steps else x)[None]
    # not F.group_norm, which refuses groups of a single number
    found = torch.group_norm(
        batch, options["groups"], own["weight"], own["bias"], epsilon
    )[0]
    return found.T if is_steps else found


def _embedding(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return F.embedding(inputs[0].long(), own["weight"])


def _positional(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return inputs[0] + own["weight"]


def _attention(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    x, heads = inputs[0], options.get("heads", 1)

    def linear(part: str, of: Tensor) -> Tensor:
        return F.linear(of, own[f"{part}.weight"], own.get(f"{part}.bias"))

    def split(part: str) -> Tensor:
        """Shape [heads, time, features of a head]."""
        return linear(part, x).reshape(len(x), heads, -1).transpose(0, 1)

    query, key, value = map(split, ("query", "key", "value"))
    if options.get("rotary"):
        query, key = _turned(query), _turned(key)
    is_causal, rate = options.get("causal", False), options.get("dropout", 0.0)
    if rate and options["is_training"]:
        found = _dropped(query @ key.mT / math.sqrt(query.shape[-1]), options) @ value
    else:
        found = F.scaled_dot_product_attention(query, key, value, is_causal=is_causal)
    return linear("output", found.transpose(0, 1).flatten(1))


def _turned(x: Tensor) -> Tensor:
    """Pairs of both halves as complex numbers, turned by their step.

    The shape is [heads, time, size].
    """
    size = x.shape[-1]
    rates = 10000.0 ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = torch.outer(torch.arange(x.shape[1], dtype=torch.float64), rates)
    turned = torch.complex(*x.chunk(2, -1)) * torch.polar(
        torch.ones_like(angles), angles
    )
    return torch.cat((turned.real, turned.imag), -1)


def _dropped(scores: Tensor, options: Options) -> Tensor:
    """The shares of attention, some of them left out; the caller draws which."""
    if options["draw"] is None:
        raise NoReferenceError("dropout draws other numbers there")
    later = torch.ones_like(scores[0], dtype=torch.bool).triu(1)
    if not options.get("causal"):
        later = torch.zeros_like(later)
    shares = torch.softmax(scores.masked_fill(later, -math.inf), -1)
    drawn = torch.tensor(
        [
            0.0 if is_later else options["draw"]()
            for is_later in later.expand(scores.shape).flatten().tolist()
        ]
    )
    rate = options["dropout"]
    return shares * (drawn >= rate).to(shares).reshape(shares.shape) / (1.0 - rate)


def _norm_parameters(options: Options) -> list[str]:
    return ["weight", "bias"] if options.get("bias", True) else ["weight"]


def _attention_parameters(options: Options) -> list[str]:
    lasts = _norm_parameters(options)
    parts = ("query", "key", "value", "output")
    return [f"{part}.{last}" for part in parts for last in lasts]


# How each layer computes, and its parameters: what a TorchLayer is made of.
TRANSFORMER_LAYERS: Mapping[str, tuple[Callable[..., Tensor], Callable[..., Any]]] = {
    "layer_norm": (_layer_norm, _norm_parameters),
    "rms_norm": (_rms_norm, lambda options: ["weight"]),
    "group_norm": (_group_norm, lambda options: ["weight", "bias"]),
    "embedding": (_embedding, lambda options: ["weight"]),
    "positional_embedding": (_positional, lambda options: ["weight"]),
    "attention": (_attention, _attention_parameters),
}

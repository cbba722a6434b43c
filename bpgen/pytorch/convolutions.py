"""Convolutions and pools in PyTorch; see torch_layers."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

Options: TypeAlias = Mapping[str, Any]
Own: TypeAlias = Mapping[str, Tensor]
Forward: TypeAlias = Callable[[Own, Options, Sequence[Tensor]], Tensor]
SLIDING = ("stride", "dilation", "groups", "output_padding")


def _chosen(options: Options, *keys: str) -> dict[str, Any]:
    return {key: options[key] for key in keys if key in options}


def _sides(options: Options, axes: int) -> list[list[int]]:
    """The padding before and after, for each axis; `same` is left to PyTorch."""
    padding = options.get("padding", 0)
    if padding == "causal":
        return [[options.get("dilation", 1) * (options["kernel"] - 1), 0]]
    if isinstance(padding, int):
        return [[padding, padding]] * axes
    if axes == 1:
        return [padding]
    return [p if isinstance(p, list) else [p, p] for p in padding]


def _padded(x: Tensor, sides: list[list[int]], value: float = 0.0) -> Tensor:
    """The input with its padding: PyTorch's own is alike on both sides of an axis."""
    return F.pad(x, [size for both in reversed(sides) for size in both], value=value)


def convolution(function: Callable[..., Tensor]) -> Forward:
    """One of PyTorch's convolutions, without the activation."""

    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        keys, (x,) = _chosen(options, *SLIDING), inputs
        if options.get("padding") == "same":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it may copy the input
                return function(
                    x, own["weight"], own.get("bias"), padding="same", **keys
                )
        x = _padded(x, _sides(options, x.dim() - 1))
        return function(x, own["weight"], own.get("bias"), **keys)

    return forward


def _transposed(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    """Here padding is what is cut off the output."""
    keys, (x,) = _chosen(options, *SLIDING), inputs
    found = F.conv_transpose2d(x, own["weight"], own.get("bias"), **keys)
    (top, bottom), (left, right) = _sides(options, 2)
    return found[:, top : found.shape[1] - bottom, left : found.shape[2] - right]


def parameters(options: Options) -> list[str]:
    """The parameters of a convolution."""
    return ["weight", "bias"] if options.get("bias", True) else ["weight"]


def _largest(function: Callable[..., Tensor]) -> Forward:
    """One of PyTorch's pools that take the largest."""

    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        (x,) = inputs
        x = _padded(x, _sides(options, x.dim() - 1), -math.inf)
        return function(x, options["kernel"], **_chosen(options, "stride"))

    return forward


def _mean(function: Callable[..., Tensor]) -> Forward:
    """One of PyTorch's pools that take the mean."""

    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        (x,), keys = inputs, _chosen(options, "stride")
        sides = _sides(options, x.dim() - 1)
        found = function(_padded(x, sides), options["kernel"], **keys)
        if options.get("count_include_pad", True):
            return found
        inside = _padded(torch.ones_like(x), sides)  # their share of each window
        return found / function(inside, options["kernel"], **keys)

    return forward


def whole(images: Callable[..., Tensor], rows: Callable[..., Tensor]) -> Forward:
    """A global pool, by PyTorch's pools to a size of 1."""

    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        x = inputs[0]
        if x.dim() == 3:
            return images(x, 1).flatten()
        return rows(x if options["channels_first"] else x.T, 1).flatten()

    return forward


CONVOLUTIONS: Mapping[str, Forward] = {
    "conv1d": convolution(F.conv1d),
    "conv2d": convolution(F.conv2d),
    "conv_transpose2d": _transposed,
}
POOLS: Mapping[str, Forward] = {
    "max_pool1d": _largest(F.max_pool1d),
    "max_pool2d": _largest(F.max_pool2d),
    "avg_pool1d": _mean(F.avg_pool1d),
    "avg_pool2d": _mean(F.avg_pool2d),
    "global_max_pool": whole(F.adaptive_max_pool2d, F.adaptive_max_pool1d),
    "global_avg_pool": whole(F.adaptive_avg_pool2d, F.adaptive_avg_pool1d),
}
# Layers whose output has its channels first, though it has only two axes,
ONE_DIMENSIONAL = ("conv1d", "max_pool1d", "avg_pool1d", "pad1d")
# and those that make a sequence of whatever they read.
STEPS = ("rnn", "lstm", "gru", "reshape")

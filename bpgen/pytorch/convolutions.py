"""Convolutions and pools in PyTorch; see torch_layers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import torch.nn.functional as F  # noqa: N812  # as in PyTorch's own documentation
from torch import Tensor

Options: TypeAlias = Mapping[str, Any]
Own: TypeAlias = Mapping[str, Tensor]
Forward: TypeAlias = Callable[[Own, Options, Sequence[Tensor]], Tensor]
SLIDING = ("stride", "padding", "dilation", "groups", "output_padding")


def _chosen(options: Options, *keys: str) -> dict[str, Any]:
    return {key: options[key] for key in keys if key in options}


def convolution(function: Callable[..., Tensor]) -> Forward:
    """One of PyTorch's convolutions, without the activation."""

    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        keys = _chosen(options, *SLIDING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that `same` may copy the input
            return function(inputs[0], own["weight"], own.get("bias"), **keys)

    return forward


def parameters(options: Options) -> list[str]:
    """The parameters of a convolution."""
    return ["weight", "bias"] if options.get("bias", True) else ["weight"]


def pool(function: Callable[..., Tensor], *more: str) -> Forward:
    """One of PyTorch's pools; `more` are keys that it alone has."""

    def forward(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
        keys = _chosen(options, "stride", "padding", *more)
        return function(inputs[0], options["kernel"], **keys)

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
    "conv_transpose2d": convolution(F.conv_transpose2d),
}
POOLS: Mapping[str, Forward] = {
    "max_pool1d": pool(F.max_pool1d),
    "max_pool2d": pool(F.max_pool2d),
    "avg_pool1d": pool(F.avg_pool1d, "count_include_pad"),
    "avg_pool2d": pool(F.avg_pool2d, "count_include_pad"),
    "global_max_pool": whole(F.adaptive_max_pool2d, F.adaptive_max_pool1d),
    "global_avg_pool": whole(F.adaptive_avg_pool2d, F.adaptive_avg_pool1d),
}
# Layers whose output has its channels first, though it has only two axes,
ONE_DIMENSIONAL = ("conv1d", "max_pool1d", "avg_pool1d")
# and those that make a sequence of whatever they read.
STEPS = ("rnn", "lstm", "gru", "reshape")

"""Layers in PyTorch, one entry for each type that net.yaml knows.

Inputs have the shapes of net.yaml, without a batch axis. A group of layers has a
module of its own, torch_....py, whose table is taken in here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch_convolutions import CONVOLUTIONS, POOLS, parameters

Options: TypeAlias = Mapping[str, Any]
Own: TypeAlias = Mapping[str, Tensor]  # the layer's parameters by their last name


@dataclass(frozen=True)
class TorchLayer:
    """How a layer computes, and the parameters that its options give it.

    `forward` gets the layer's parameters, its options and its inputs; among the
    options is whether the first axis of its inputs holds channels.
    """

    forward: Callable[[Own, Options, Sequence[Tensor]], Tensor]
    parameters: Callable[[Options], list[str]] = lambda options: []
    is_activated: bool = False  # by its key `activation`, once it has computed


def _sum(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(inputs)).sum(0)


def _product(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(inputs)).prod(0)


def _concat(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return torch.cat(list(inputs), 0 if options["channels_first"] else -1)


LAYERS: Mapping[str, TorchLayer] = {
    "add": TorchLayer(_sum),
    "multiply": TorchLayer(_product),
    "concat": TorchLayer(_concat),
    **{name: TorchLayer(f, parameters, True) for name, f in CONVOLUTIONS.items()},
    **{name: TorchLayer(f) for name, f in POOLS.items()},
}

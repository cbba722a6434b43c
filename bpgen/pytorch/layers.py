"""Layers in PyTorch, one entry for each type that net.yaml knows.

Inputs have the shapes of net.yaml, without a batch axis. A group of layers has a
module of its own, torch_....py, whose table is taken in here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

from bpgen.errors import NoReferenceError
from bpgen.pytorch.convolutions import CONVOLUTIONS, POOLS, parameters
from bpgen.pytorch.recurrent import RECURRENT
from bpgen.pytorch.transformers import TRANSFORMER_LAYERS

Options: TypeAlias = Mapping[str, Any]
Own: TypeAlias = Mapping[str, Tensor]  # the layer's parameters by their last name


@dataclass(frozen=True)
class TorchLayer:
    """How a layer computes, and the parameters that its options give it.

    `forward` gets the layer's parameters, its options and its inputs; if `batched`,
    those of all samples, stacked, and among the parameters what it remembers. Among
    the options are whether the first axis of its inputs holds channels, whether the
    net is in training, how to draw a number, and the net's own functions.
    """

    forward: Callable[[Own, Options, Sequence[Tensor]], Tensor]
    parameters: Callable[[Options], list[str]] = lambda options: []
    is_activated: bool = False  # by its key `activation`, once it has computed
    batched: bool = False


def _sum(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(inputs)).sum(0)


def _difference(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return inputs[0] - inputs[1]


def _product(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(inputs)).prod(0)


def _concat(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    return torch.cat(list(inputs), 0 if options["channels_first"] else -1)


def _batch_norm(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    """The input has a batch axis; its channels are where torch wants them."""
    (x,) = inputs
    has_features_last = x.dim() == 3 and not options["channels_first"]
    x = x.transpose(1, 2) if has_features_last else x
    weight, bias, epsilon = own["weight"], own["bias"], options.get("epsilon", 1e-5)
    mean, variance = own["running_mean"], own["running_var"]
    momentum, is_training = options.get("momentum", 0.1), options["is_training"]
    if is_training and x.numel() == x.shape[1]:  # torch refuses one value per channel
        mean.lerp_(x.detach().reshape(-1), momentum)
        y = (x - x) * weight.view(1, -1, *[1] * (x.dim() - 2))
        y = y + bias.view(1, -1, *[1] * (x.dim() - 2))
    else:
        running = (mean, variance)
        y = F.batch_norm(x, *running, weight, bias, is_training, momentum, epsilon)
    return y.transpose(1, 2) if has_features_last else y


def _dropout(own: Own, options: Options, inputs: Sequence[Tensor]) -> Tensor:
    """Inverted dropout; which numbers are left out is for the caller to draw."""
    (x,), rate = inputs, options["rate"]
    if not options["is_training"]:
        return x
    if options["draw"] is None:
        raise NoReferenceError("dropout draws other numbers there")
    drawn = torch.tensor([options["draw"]() for _ in range(x.numel())])
    return x * (drawn >= rate).to(x).reshape(x.shape) / (1.0 - rate)


LAYERS: Mapping[str, TorchLayer] = {
    "dropout": TorchLayer(_dropout),
    "add": TorchLayer(_sum),
    "subtract": TorchLayer(_difference),
    "multiply": TorchLayer(_product),
    "concat": TorchLayer(_concat),
    "batch_norm": TorchLayer(_batch_norm, lambda o: ["weight", "bias"], batched=True),
    **{kind: TorchLayer(*both) for kind, both in RECURRENT.items()},
    **{name: TorchLayer(*parts) for name, parts in TRANSFORMER_LAYERS.items()},
    **{name: TorchLayer(f, parameters, True) for name, f in CONVOLUTIONS.items()},
    **{name: TorchLayer(f) for name, f in POOLS.items()},
}

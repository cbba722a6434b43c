"""Activations in PyTorch, those of the tables, which have no parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

Options: TypeAlias = Mapping[str, Any]


def _gaussian(x: Tensor) -> Tensor:
    return torch.exp(-x * x)  # torch has none


# Activations that have no parameters: of the net inputs and the options.
ACTIVATIONS: Mapping[str, Callable[[Tensor, Options], Tensor]] = {
    "identity": lambda x, o: x,
    "relu": lambda x, o: F.relu(x),
    "leaky_relu": lambda x, o: F.leaky_relu(x, o.get("slope", 0.01)),
    "elu": lambda x, o: F.elu(x, o.get("alpha", 1.0)),
    "selu": lambda x, o: F.selu(x),
    "celu": lambda x, o: F.celu(x, o.get("alpha", 1.0)),
    "gelu": lambda x, o: F.gelu(x),
    "gelu_tanh": lambda x, o: F.gelu(x, approximate="tanh"),
    "sigmoid": lambda x, o: torch.sigmoid(x),
    "tanh": lambda x, o: torch.tanh(x),
    "softplus": lambda x, o: F.softplus(x),
    "softsign": lambda x, o: F.softsign(x),
    "silu": lambda x, o: F.silu(x),
    "mish": lambda x, o: F.mish(x),
    "hard_sigmoid": lambda x, o: F.hardsigmoid(x),
    "hard_swish": lambda x, o: F.hardswish(x),
    "hard_tanh": lambda x, o: F.hardtanh(x),
    "relu6": lambda x, o: F.relu6(x),
    "log_sigmoid": lambda x, o: F.logsigmoid(x),
    "tanhshrink": lambda x, o: F.tanhshrink(x),
    "softshrink": lambda x, o: F.softshrink(x, o.get("lambda", 0.5)),
    "thresholded_relu": lambda x, o: F.threshold(x, o.get("theta", 1.0), 0.0),
    "sin": lambda x, o: torch.sin(x),
    "gaussian": lambda x, o: _gaussian(x),
    "softmax": lambda x, o: F.softmax(x, -1),
    "log_softmax": lambda x, o: F.log_softmax(x, -1),
}

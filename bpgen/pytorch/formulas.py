"""The functions that a net.yaml defines by formulas, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def _tensors(*numbers: Any) -> list[Tensor]:
    return [torch.as_tensor(number, dtype=torch.float64) for number in numbers]


def _of_numbers(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function of constants, too."""
    return lambda *numbers: function(*_tensors(*numbers))


# What the formulas of a net's own functions may call.
FORMULAS: Mapping[str, Callable[..., Tensor]] = {
    **{
        name: _of_numbers(getattr(torch, name))
        for name in (
            *("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "abs"),
            *("relu", "erf", "expm1", "log1p", "sign"),
        )
    },
    "softplus": _of_numbers(F.softplus),
    "max": _of_numbers(torch.maximum),
    "min": _of_numbers(torch.minimum),
}


def own_function(function: Mapping[str, Any], *values: Tensor) -> Tensor:
    """A function of net.yaml's own, element by element, as Python reads formulas."""
    of = function["of"] if isinstance(function["of"], list) else [function["of"]]
    code = compile(function["formula"], function["name"], "eval")
    found = []
    for elements in zip(*(value.reshape(-1) for value in values), strict=True):
        names = dict(zip(of, elements, strict=True))
        value = eval(code, {**FORMULAS, **names})
        found += _tensors(value)  # it may be a constant, there
    return torch.stack(found).reshape(values[0].shape)

"""Losses of one sample, of outputs and targets of one shape, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

Options: TypeAlias = Mapping[str, Any]


def _log_cosh(o: Tensor, t: Tensor, options: Options) -> Tensor:
    return torch.log(torch.cosh(o - t)).mean()  # torch has none


def _hinge(o: Tensor, t: Tensor, options: Options) -> Tensor:
    return torch.relu(1.0 - t * o).mean()  # torch has none for targets of -1 and 1


def _squared_hinge(o: Tensor, t: Tensor, options: Options) -> Tensor:
    return (torch.relu(1.0 - t * o) ** 2).mean()  # torch has none


def _nll(o: Tensor, t: Tensor, options: Options) -> Tensor:
    """Torch has none for distributions."""
    rows = o.reshape(-1, o.shape[-1])
    return -(t.reshape(rows.shape) * rows).sum() / len(rows)


def _cross_entropy(o: Tensor, t: Tensor, options: Options) -> Tensor:
    """Torch has none on probabilities."""
    rows = o.reshape(-1, o.shape[-1])
    smoothing = options.get("label_smoothing", 0.0)
    aims = t.reshape(rows.shape) * (1.0 - smoothing) + smoothing / rows.shape[-1]
    return -(aims * torch.log(rows)).sum() / len(rows)


def _softmax_cross_entropy(o: Tensor, t: Tensor, options: Options) -> Tensor:
    rows, smoothing = o.reshape(-1, o.shape[-1]), options.get("label_smoothing", 0.0)
    return F.cross_entropy(rows, t.reshape(rows.shape), label_smoothing=smoothing)


def _kl_divergence(o: Tensor, t: Tensor, options: Options) -> Tensor:
    rows = o.reshape(-1, o.shape[-1])
    return F.kl_div(rows, t.reshape(rows.shape), reduction="batchmean")


def _multi_margin(o: Tensor, t: Tensor, options: Options) -> Tensor:
    rows = o.reshape(-1, o.shape[-1])
    return F.multi_margin_loss(rows, t.reshape(rows.shape).argmax(1))


# Losses of one sample: of outputs and targets of one shape, and the options.
LOSSES: Mapping[str, Callable[[Tensor, Tensor, Options], Tensor]] = {
    "mse": lambda o, t, _: F.mse_loss(o, t),
    "mae": lambda o, t, _: F.l1_loss(o, t),
    "huber": lambda o, t, own: F.huber_loss(o, t, delta=own.get("delta", 1.0)),
    "smooth_l1": lambda o, t, own: F.smooth_l1_loss(o, t, beta=own.get("beta", 1.0)),
    "log_cosh": _log_cosh,
    "binary_cross_entropy": lambda o, t, _: F.binary_cross_entropy(o, t),
    "sigmoid_cross_entropy": lambda o, t, _: F.binary_cross_entropy_with_logits(o, t),
    "hinge": _hinge,
    "squared_hinge": _squared_hinge,
    "poisson": lambda o, t, _: F.poisson_nll_loss(o, t, log_input=True),
    "half_squared_error": lambda o, t, _: 0.5 * F.mse_loss(o, t, reduction="sum"),
    "squared_error": lambda o, t, _: F.mse_loss(o, t, reduction="sum"),
    "kl_divergence": _kl_divergence,
    "nll": _nll,
    "cross_entropy": _cross_entropy,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "multi_margin": _multi_margin,
}

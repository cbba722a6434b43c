"""Optimizers, schedules, clipping and regularization of a net, in PyTorch.

Straight from the net's dict. Lion and warmup are by their papers' formulas: torch has
the one not at all, the other only as LinearLR.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import lr_scheduler

Options = Mapping[str, Any]
TORCH_NAMES = {
    "learning_rate": "lr",
    "epsilon": "eps",
    "momentum": "momentum",
    "dampening": "dampening",
    "nesterov": "nesterov",
    "weight_decay": "weight_decay",
    "alpha": "alpha",
    "centered": "centered",
    "rho": "rho",
}
# Layers whose weights regularization leaves alone.
UNREGULARIZED = {
    *("batch_norm", "layer_norm", "rms_norm", "group_norm"),
    *("embedding", "positional_embedding"),
}


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2."""

    def __init__(self, groups: Any, lr: float, betas: Any, weight_decay: float) -> None:
        defaults = {"lr": lr, "betas": betas, "weight_decay": weight_decay}
        super().__init__(groups, defaults)

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """One update."""
        for group in self.param_groups:
            first, second = group["betas"]
            for w in group["params"]:
                m = self.state[w].setdefault("m", torch.zeros_like(w))
                direction = torch.sign(first * m + (1.0 - first) * w.grad)
                w -= group["lr"] * (direction + group["weight_decay"] * w)
                m.mul_(second).add_(w.grad, alpha=1.0 - second)


CLASSES: Mapping[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
    "adamax": torch.optim.Adamax,
    "rprop": torch.optim.Rprop,
    "lion": Lion,
}
DEFAULTS: Mapping[str, Options] = {
    "sgd": {"learning_rate": 0.01},
    "lion": {"learning_rate": 0.0001, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0},
}


class Training:
    """What `train_step` does beside the gradients."""

    def __init__(self, spec: Options, trained: Mapping[str, Tensor]) -> None:
        written = spec.get("optimizer", {"type": "adam", "learning_rate": 0.01})
        written = {"type": written} if isinstance(written, str) else dict(written)
        self.spec, self.trained = spec, trained
        self.kind = written.pop("type")
        schedule = written.pop("schedule", None)
        self.schedule = {"type": schedule} if isinstance(schedule, str) else schedule
        self.clip = written.pop("clip", {})
        options = {**DEFAULTS.get(self.kind, {}), **written}
        groups, given = list(self.groups()), torch_options(self.kind, options)
        self.factors = [group.pop("factor") for group in groups]
        self.optimizer = CLASSES[self.kind](groups, **given)
        # The rate of all: a layer's own factor is of what a schedule makes of it.
        rate = self.optimizer.param_groups[0]["lr"]
        self.general = torch.optim.SGD([torch.zeros(0, requires_grad=True)], rate)
        epochs = spec.get("training", {}).get("epochs", 1000)
        self.scheduler = schedule_of(self.schedule, self.general, epochs)

    def groups(self) -> Iterator[dict[str, Any]]:
        """A group for each parameter, with the factor of its layer."""
        factors = {
            name: layer["learning_rate"]
            for name, layer in named_layers(self.spec).items()
            if "learning_rate" in layer
        }
        for name, tensor in self.trained.items():
            factor = factors.get(name.partition(".")[0], 1.0)
            yield {"params": [tensor], "factor": factor}
        if not self.trained:
            nothing = torch.zeros(0, requires_grad=True)
            yield {"params": [nothing], "factor": 1.0}

    def penalty(self, tensors: Mapping[str, Tensor]) -> Tensor | float:
        """What regularization adds to the loss of a batch."""
        layers = named_layers(self.spec)
        total: Tensor | float = 0.0
        for name, w in tensors.items():
            layer, last = name.partition(".")[0], name.rpartition(".")[2]
            general = self.spec.get("regularization", {})
            rates = layers[layer].get("regularization", general)
            kind = layers[layer]["type"]
            if last.startswith("weight") and kind not in UNREGULARIZED:
                total = total + rates.get("l1", 0.0) * w.abs().sum()
                total = total + 0.5 * rates.get("l2", 0.0) * (w * w).sum()
        return total

    def step(self) -> None:
        """Clip, update, and move the schedule if it goes by steps."""
        tensors = list(self.trained.values())
        groups = self.optimizer.param_groups
        for group, factor in zip(groups, self.factors, strict=True):
            group["lr"] = factor * self.learning_rate()
            for tensor in group["params"]:  # 0 where nothing leads to the loss
                if tensor.grad is None:
                    tensor.grad = torch.zeros_like(tensor)
        if "norm" in self.clip:
            torch.nn.utils.clip_grad_norm_(tensors, self.clip["norm"])
        if "value" in self.clip and tensors:
            torch.nn.utils.clip_grad_value_(tensors, self.clip["value"])
        self.optimizer.step()
        self.general.step()
        if self.scheduler and self.schedule.get("per") == "step":
            self.scheduler.step()

    def end_epoch(self, loss: float) -> None:
        """Move the schedule if it goes by epochs; a plateau goes by the loss."""
        if self.scheduler and self.schedule.get("per", "epoch") == "epoch":
            is_plateau = self.schedule["type"] == "plateau"
            self.scheduler.step(*[loss] * is_plateau)

    def learning_rate(self) -> float:
        """The learning rate of the next update."""
        return float(self.general.param_groups[0]["lr"])


class EarlyStopping:
    """The best epoch so far, and whether training has waited too long for a better."""

    def __init__(self, spec: Options) -> None:
        found = spec.get("training", {}).get("early_stopping", {})
        self.patience: int | None = found.get("patience")
        self.min_delta: float = found.get("min_delta", 0.0)
        self.best, self.worse = sys.float_info.max, 0
        self.parameters: dict[str, Any] = {}

    def is_over(self, loss: float, parameters: dict[str, Any]) -> bool:
        """Whether to stop after an epoch that ends with these."""
        if self.patience is None:
            return False
        if loss < self.best - self.min_delta:
            self.best, self.worse, self.parameters = loss, 0, parameters
            return False
        self.worse += 1
        return self.worse == self.patience


def named_layers(spec: Options) -> dict[str, Options]:
    """What every layer says, by its name, which may be one of bpgen's own."""
    found: dict[str, Options] = {}
    for layer in spec["layers"]:
        options = {"type": layer} if isinstance(layer, str) else layer
        same = sum(other["type"] == options["type"] for other in found.values())
        found[options.get("name", f"{options['type']}{same + 1}")] = options
    return found


def torch_options(kind: str, written: Options) -> dict[str, Any]:
    """The options by torch's names."""
    found = {TORCH_NAMES[k]: v for k, v in written.items() if k in TORCH_NAMES}
    if "beta1" in written or "beta2" in written:
        found["betas"] = (written.get("beta1", 0.9), written.get("beta2", 0.999))
    if kind == "rprop":
        found["etas"] = (written.get("eta_minus", 0.5), written.get("eta_plus", 1.2))
    return found


def schedule_of(
    written: Options | None, optimizer: torch.optim.Optimizer, epochs: int
) -> Any:
    """The scheduler that a `schedule` key asks for; those with an end end with all
    epochs unless they say otherwise."""
    if written is None:
        return None
    match {"steps": epochs, "minimum": 0.0} | dict(written):
        case {"type": "step", "step_size": size, "gamma": gamma}:
            return lr_scheduler.StepLR(optimizer, size, gamma)
        case {"type": "multistep", "milestones": milestones, "gamma": gamma}:
            return lr_scheduler.MultiStepLR(optimizer, milestones, gamma)
        case {"type": "exponential", "gamma": gamma}:
            return lr_scheduler.ExponentialLR(optimizer, gamma)
        case {"type": "cosine", "steps": steps, "minimum": minimum}:
            return lr_scheduler.CosineAnnealingLR(optimizer, steps, minimum)
        case {"type": "linear", "start": start, "end": end, "steps": steps}:
            return lr_scheduler.LinearLR(optimizer, start, end, steps)
        case {"type": "warmup", "steps": steps}:
            return lr_scheduler.LinearLR(optimizer, 1.0 / steps, 1.0, steps - 1)
        case {"type": "plateau", "factor": factor, "patience": patience}:
            return lr_scheduler.ReduceLROnPlateau(
                optimizer, factor=factor, patience=patience
            )
    raise KeyError(f"no schedule {written}")

"""What trains a PyTorch model, as net.yaml says it: loss, optimizer, schedule.

In: the objects themselves, or a loss's name. Out: keys of net.yaml; what has no
counterpart is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpgen.errors import InputError, Problem
from bpgen.importing.draft import Draft
from bpgen.importing.imported import Trained

DEFAULT_LOSS = "mse"
# By the class's name: the loss here, its options here and there, what has to be so.
LOSSES: Mapping[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "CrossEntropyLoss": (
        "softmax_cross_entropy",
        {"label_smoothing": "label_smoothing"},
        {"weight": None, "ignore_index": -100},
    ),
    "NLLLoss": ("nll", {}, {"weight": None, "ignore_index": -100}),
    "BCEWithLogitsLoss": (
        "sigmoid_cross_entropy",
        {},
        {"weight": None, "pos_weight": None},
    ),
    "BCELoss": ("binary_cross_entropy", {}, {"weight": None}),
    "MSELoss": ("mse", {}, {}),
    "L1Loss": ("mae", {}, {}),
    "HuberLoss": ("huber", {"delta": "delta"}, {}),
    "SmoothL1Loss": ("smooth_l1", {"beta": "beta"}, {}),
    "KLDivLoss": ("kl_divergence", {}, {"log_target": False}),
    "PoissonNLLLoss": ("poisson", {}, {"log_input": True, "full": False}),
    "MultiMarginLoss": ("multi_margin", {}, {"weight": None, "p": 1, "margin": 1.0}),
}
RATES = {"lr": "learning_rate", "eps": "epsilon"}
SAME = ("momentum", "dampening", "nesterov", "weight_decay", "alpha", "centered", "rho")
# By the class's name: the optimizer here, its options there, what has to be so.
OPTIMIZERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "SGD": ("sgd", ("lr", "momentum", "dampening", "nesterov", "weight_decay")),
    "RMSprop": (
        "rmsprop",
        ("lr", "alpha", "eps", "momentum", "centered", "weight_decay"),
    ),
    "Adagrad": ("adagrad", ("lr", "eps", "weight_decay")),
    "Adadelta": ("adadelta", ("lr", "rho", "eps", "weight_decay")),
    "Adam": ("adam", ("lr", "betas", "eps", "weight_decay")),
    "AdamW": ("adamw", ("lr", "betas", "eps", "weight_decay")),
    "NAdam": ("nadam", ("lr", "betas", "eps", "weight_decay")),
    "Adamax": ("adamax", ("lr", "betas", "eps", "weight_decay")),
    "Rprop": ("rprop", ("lr", "etas")),
}
NEVER = {"amsgrad": False, "maximize": False, "lr_decay": 0, "decoupled": False}
SCHEDULES: Mapping[str, tuple[str, dict[str, str]]] = {
    "StepLR": ("step", {"step_size": "step_size", "gamma": "gamma"}),
    "MultiStepLR": ("multistep", {"milestones": "milestones", "gamma": "gamma"}),
    "ExponentialLR": ("exponential", {"gamma": "gamma"}),
    "CosineAnnealingLR": ("cosine", {"T_max": "steps", "eta_min": "minimum"}),
    "LinearLR": (
        "linear",
        {"start_factor": "start", "end_factor": "end", "total_iters": "steps"},
    ),
    "ReduceLROnPlateau": ("plateau", {"factor": "factor", "patience": "patience"}),
}


def trained_by(draft: Draft, options: Mapping[str, Any]) -> Trained:
    """The keys of net.yaml about training.

    Raises:
        InputError: with all that has no counterpart.
    """
    faults: list[str] = []
    loss = _loss(draft, options.get("loss"), faults)
    optimizer = _optimizer(options.get("optimizer"), faults)
    schedule = _schedule(options.get("scheduler"), faults)
    if schedule:
        optimizer = {**(optimizer or {"type": "sgd"}), "schedule": schedule}
    training = {
        key: options[key]
        for key in ("epochs", "batch_size")
        if options.get(key) is not None
    }
    if faults:
        raise InputError([Problem(fault) for fault in faults])
    return Trained(loss, optimizer, training)


def _loss(draft: Draft, given: Any, faults: list[str]) -> Any:
    if given is None or given == "":
        draft.note(
            f"no loss was given, so it is {DEFAULT_LOSS}: write the one that you "
            "train by"
        )
        return DEFAULT_LOSS
    if isinstance(given, str):
        return given
    kind = type(given).__name__
    if kind not in LOSSES:
        faults.append(f"the loss {kind} has no counterpart in net.yaml")
        return DEFAULT_LOSS
    name, keys, fixed = LOSSES[kind]
    wanted = "batchmean" if kind == "KLDivLoss" else "mean"
    if given.reduction != wanted:
        faults.append(
            f"{kind}(reduction='{given.reduction}') has no counterpart: take '{wanted}'"
        )
    for key, value in fixed.items():
        if getattr(given, key, value) != value:
            faults.append(f"{kind}({key}) has no counterpart: leave it out")
    found = {
        ours: float(getattr(given, theirs))
        for theirs, ours in keys.items()
        if getattr(given, theirs) != (0.0 if ours == "label_smoothing" else 1.0)
    }
    return {"type": name, **found} if found else name


def _optimizer(given: Any, faults: list[str]) -> dict[str, Any] | None:
    if given is None:
        return None
    kind = type(given).__name__
    if kind not in OPTIMIZERS:
        faults.append(f"the optimizer {kind} has no counterpart in net.yaml")
        return None
    if len(given.param_groups) > 1:
        faults.append(
            f"{kind} has several groups of parameters: write `learning_rate` at the "
            "layers of net.yaml, and give one group"
        )
    name, keys = OPTIMIZERS[kind]
    group = given.param_groups[0]
    for key, usual in NEVER.items():
        if (
            key in group
            and group[key] != usual
            and not (key == "decoupled" or name == "adamw")
        ):
            faults.append(f"{kind}({key}={group[key]}) has no counterpart")
    found: dict[str, Any] = {"type": name}
    for key in keys:
        value = (
            group["initial_lr"]
            if key == "lr" and "initial_lr" in group
            else (group[key])
        )
        if key == "betas":
            found |= {"beta1": float(value[0]), "beta2": float(value[1])}
        elif key == "etas":
            found |= {"eta_minus": float(value[0]), "eta_plus": float(value[1])}
        elif isinstance(value, bool):
            found |= {key: value} if value else {}
        elif value or key in ("lr", "alpha", "rho"):
            found[RATES.get(key, key)] = float(value)
        elif key == "weight_decay" and name == "adamw":
            found[key] = 0.0
    return found


def _schedule(given: Any, faults: list[str]) -> dict[str, Any] | None:
    if given is None:
        return None
    kind = type(given).__name__
    if kind not in SCHEDULES:
        faults.append(f"the schedule {kind} has no counterpart in net.yaml")
        return None
    name, keys = SCHEDULES[kind]
    found: dict[str, Any] = {"type": name}
    for theirs, ours in keys.items():
        value = getattr(given, theirs)
        if ours == "milestones":
            value = sorted(int(step) for step in value)
        found[ours] = value
    return found

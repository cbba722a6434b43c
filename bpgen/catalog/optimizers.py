"""The optimizers: each is a few neutral statements, written once.

`w` is an element of a parameter, `g` its gradient. Statements of `once` run before
all elements of an update, those of `each` for every element. Names of `state` live
as long as their element, names of `scalars` as long as the net, every other name on
the left for one element. Semantics and defaults are those of torch.optim; lion is
by its paper (Chen et al. 2023, algorithm 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Setting:
    """What an optimizer reads: a rate is above 0, a share from 0 to below 1."""

    default: float
    is_rate: bool = False
    is_share: bool = False
    is_flag: bool = False  # false or true, as 0 or 1


@dataclass(frozen=True, slots=True)
class Update:
    """What one update computes; statements are (target, formula).

    `state` and `scalars` give what a name is called in PyTorch's state_dict and what
    it starts as; a start may be a setting's name. The first of the scalars counts
    updates, the others are powers of numbers below 1.
    """

    each: tuple[tuple[str, str], ...]
    once: tuple[tuple[str, str], ...] = ()
    state: Mapping[str, tuple[str, float | str]] = field(default_factory=dict)
    scalars: Mapping[str, float] = field(default_factory=dict)
    story: str = ""  # what is behind the statements, for comments


# Of `state`, by its names in PyTorch, what no training brings below 0: sums and means
# of squares, and sizes.
UNSIGNED = frozenset(
    ("square_avg", "sum", "acc_delta", "exp_avg_sq", "exp_inf", "step_size")
)


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer: its settings, and the update that values of them ask for.

    `fault` says what is wrong with a combination of settings, if anything. Above
    `largest_rate` a step throws the parameters out of reach, whatever the net.
    """

    name: str
    settings: Mapping[str, Setting]
    update: Callable[[Mapping[str, float]], Update]
    fault: Callable[[Mapping[str, float]], str] = lambda settings: ""
    largest_rate: float = 1.0


def _sgd(o: Mapping[str, float]) -> Update:
    direction, steps = "g", _decayed(o)
    if not o["momentum"]:
        return Update((*steps, ("w", "w - learning_rate * g")))
    if o["dampening"]:
        damped = "momentum * m + (1 - dampening) * g if step > 1 else g"
        steps.append(("m", damped))
    else:
        steps.append(("m", "momentum * m + g"))
    direction = "(g + momentum * m)" if o["nesterov"] else "m"
    return Update(
        (*steps, ("w", f"w - learning_rate * {direction}")),
        (("step", "step + 1"),),
        {"m": ("momentum_buffer", 0.0)},
        {"step": 0.0},
        "Momentum: m sums up the slopes so far, the older the less; where they agree, "
        "the steps grow.",
    )


def _nesterov_fault(o: Mapping[str, float]) -> str:
    wrong = o["nesterov"] and (not o["momentum"] or o["dampening"])
    return "nesterov needs a momentum above 0 and no dampening" if wrong else ""


def _decayed(o: Mapping[str, float]) -> list[tuple[str, str]]:
    """The statement that weight decay adds, if there is any."""
    return [("g", "g + weight_decay * w")] if o["weight_decay"] else []


def _rmsprop(o: Mapping[str, float]) -> Update:
    steps = [*_decayed(o), ("v", "alpha * v + (1 - alpha) * g * g")]
    state: dict[str, tuple[str, float | str]] = {"v": ("square_avg", 0.0)}
    size = "sqrt(v) + epsilon"
    if o["centered"]:
        steps.append(("a", "alpha * a + (1 - alpha) * g"))
        state["a"] = ("grad_avg", 0.0)
        # No variance is below 0: where rounding makes one, PyTorch goes on with NaN.
        size = "sqrt(larger(v - a * a, 0)) + epsilon"
    if o["momentum"]:
        steps.append(("m", f"momentum * m + g / ({size})"))
        state["m"] = ("momentum_buffer", 0.0)
        steps.append(("w", "w - learning_rate * m"))
    else:
        steps.append(("w", f"w - learning_rate * g / ({size})"))
    story = (
        "RMSprop: v is a mean of the squared slopes; a weight whose slopes are large "
        "takes smaller steps."
    )
    return Update(tuple(steps), (("step", "step + 1"),), state, {"step": 0.0}, story)


def _adagrad(o: Mapping[str, float]) -> Update:
    return Update(
        (
            *_decayed(o),
            ("v", "v + g * g"),
            ("w", "w - learning_rate * g / (sqrt(v) + epsilon)"),
        ),
        (("step", "step + 1"),),
        {"v": ("sum", 0.0)},
        {"step": 0.0},
        "Adagrad: v sums up the squared slopes; a weight that moved much takes smaller "
        "and smaller steps.",
    )


def _adadelta(o: Mapping[str, float]) -> Update:
    return Update(
        (
            *_decayed(o),
            ("v", "rho * v + (1 - rho) * g * g"),
            ("delta", "sqrt(u + epsilon) / sqrt(v + epsilon) * g"),
            ("u", "rho * u + (1 - rho) * delta * delta"),
            ("w", "w - learning_rate * delta"),
        ),
        (("step", "step + 1"),),
        {"v": ("square_avg", 0.0), "u": ("acc_delta", 0.0)},
        {"step": 0.0},
        "Adadelta: v is a mean of the squared slopes, u one of the squared steps: from "
        "their roots comes a step about as large as those before it.",
    )


# The running products of beta1 and beta2: in every language the same bits, which
# powers are not.
_POWERS = (
    ("step", "step + 1"),
    ("beta1_power", "beta1_power * beta1"),
    ("beta2_power", "beta2_power * beta2"),
)
_POWER_SCALARS = {"step": 0.0, "beta1_power": 1.0, "beta2_power": 1.0}
_MOMENTS = (
    ("m", "beta1 * m + (1 - beta1) * g"),
    ("v", "beta2 * v + (1 - beta2) * g * g"),
)
_MOMENT_STATE: Mapping[str, tuple[str, float | str]] = {
    "m": ("exp_avg", 0.0),
    "v": ("exp_avg_sq", 0.0),
}


def _adam(o: Mapping[str, float], first: list[tuple[str, str]] | None = None) -> Update:
    return Update(
        (
            *(_decayed(o) if first is None else first),
            *_MOMENTS,
            ("w", "w - rate * m / (sqrt(v) / scale + epsilon)"),
        ),
        (
            *_POWERS,
            ("rate", "learning_rate / (1 - beta1_power)"),
            ("scale", "sqrt(1 - beta2_power)"),
        ),
        _MOMENT_STATE,
        _POWER_SCALARS,
        "Adam: a step against m, a mean of the slopes so far; a smaller one where v, a "
        "mean of their squares, is large. Both start at 0, which rate and scale make "
        "up for.",
    )


def _adamw(o: Mapping[str, float]) -> Update:
    decay = ("w", "w - learning_rate * weight_decay * w")
    return _adam(o, [decay] if o["weight_decay"] else [])


# 0.96 to the power of 0.004, torch's default momentum_decay.
_NADAM_DECAY = "0.9998367253526753"


def _nadam(o: Mapping[str, float]) -> Update:
    return Update(
        (
            *_decayed(o),
            *_MOMENTS,
            ("size", "sqrt(v / (1 - beta2_power)) + epsilon"),
            ("w", "w - gradient_rate * g / size - mean_rate * m / size"),
        ),
        (
            ("step", "step + 1"),
            ("decay", f"decay * {_NADAM_DECAY}"),
            ("beta2_power", "beta2_power * beta2"),
            ("mu", "beta1 * (1 - 0.5 * decay)"),
            ("next_mu", f"beta1 * (1 - 0.5 * decay * {_NADAM_DECAY})"),
            ("mu_product", "mu_product * mu"),
            ("gradient_rate", "learning_rate * (1 - mu) / (1 - mu_product)"),
            ("mean_rate", "learning_rate * next_mu / (1 - mu_product * next_mu)"),
        ),
        _MOMENT_STATE,
        {"step": 0.0, "decay": 1.0, "beta2_power": 1.0, "mu_product": 1.0},
        "Nadam: Adam with the mean that m will have after the next step, as far as the "
        "slope at hand tells it.",
    )


def _adamax(o: Mapping[str, float]) -> Update:
    return Update(
        (
            *_decayed(o),
            ("m", "beta1 * m + (1 - beta1) * g"),
            ("u", "larger(beta2 * u, abs(g) + epsilon)"),
            ("w", "w - rate * m / u"),
        ),
        (*_POWERS[:2], ("rate", "learning_rate / (1 - beta1_power)")),
        {"m": ("exp_avg", 0.0), "u": ("exp_inf", 0.0)},
        {"step": 0.0, "beta1_power": 1.0},
        "Adamax: Adam with u, the largest of the slopes so far, the older the less, in "
        "the place of their mean square.",
    )


def _rprop(o: Mapping[str, float]) -> Update:
    factor = "eta_plus if trend > 0 else (eta_minus if trend < 0 else 1)"
    return Update(
        (
            ("trend", "g * previous"),
            ("factor", factor),
            ("size", "larger(1e-6, smaller(50, size * factor))"),
            ("previous", "0 if trend < 0 else g"),
            ("w", "w - sign(previous) * size"),
        ),
        (("step", "step + 1"),),
        {"previous": ("prev", 0.0), "size": ("step_size", "learning_rate")},
        {"step": 0.0},
        "Rprop: only the sign of a slope counts; the step of a weight grows while the "
        "sign stays, and shrinks when it turns.",
    )


def _lion(o: Mapping[str, float]) -> Update:
    direction = "sign(beta1 * m + (1 - beta1) * g)"
    if o["weight_decay"]:
        direction = f"({direction} + weight_decay * w)"
    return Update(
        (
            ("w", f"w - learning_rate * {direction}"),
            ("m", "beta2 * m + (1 - beta2) * g"),
        ),
        (("step", "step + 1"),),
        {"m": ("exp_avg", 0.0)},
        {"step": 0.0},
        "Lion: steps of one size, against the sign of a mean of the slopes.",
    )


def _rate(default: float) -> dict[str, Setting]:
    return {"learning_rate": Setting(default, is_rate=True)}


def _betas(beta2: float = 0.999) -> dict[str, Setting]:
    return {
        "beta1": Setting(0.9, is_share=True),
        "beta2": Setting(beta2, is_share=True),
    }


_DECAY = {"weight_decay": Setting(0.0)}
_MOMENTUM = {"momentum": Setting(0.0)}


def _epsilon(default: float = 1e-8) -> dict[str, Setting]:
    return {"epsilon": Setting(default, is_rate=True)}


def _table(*optimizers: Optimizer) -> Mapping[str, Optimizer]:
    return {optimizer.name: optimizer for optimizer in optimizers}


OPTIMIZERS: Mapping[str, Optimizer] = _table(
    Optimizer(
        "sgd",
        _rate(0.01)
        | _MOMENTUM
        | {"dampening": Setting(0.0), "nesterov": Setting(0.0, is_flag=True)}
        | _DECAY,
        _sgd,
        _nesterov_fault,
        largest_rate=10.0,
    ),
    Optimizer(
        "rmsprop",
        _rate(0.01)
        | {"alpha": Setting(0.99, is_share=True)}
        | _epsilon()
        | _MOMENTUM
        | {"centered": Setting(0.0, is_flag=True)}
        | _DECAY,
        _rmsprop,
    ),
    Optimizer("adagrad", _rate(0.01) | _epsilon(1e-10) | _DECAY, _adagrad),
    Optimizer(
        "adadelta",
        _rate(1.0) | {"rho": Setting(0.9, is_share=True)} | _epsilon(1e-6) | _DECAY,
        _adadelta,
        largest_rate=100.0,
    ),
    Optimizer("adam", _rate(0.001) | _betas() | _epsilon() | _DECAY, _adam),
    Optimizer(
        "adamw",
        _rate(0.001) | _betas() | _epsilon() | {"weight_decay": Setting(0.01)},
        _adamw,
    ),
    Optimizer("nadam", _rate(0.002) | _betas() | _epsilon() | _DECAY, _nadam),
    Optimizer("adamax", _rate(0.002) | _betas() | _epsilon() | _DECAY, _adamax),
    Optimizer(
        "rprop",
        _rate(0.01)
        | {"eta_minus": Setting(0.5, is_share=True), "eta_plus": Setting(1.2)},
        _rprop,
    ),
    Optimizer("lion", _rate(0.0001) | _betas(0.99) | _DECAY, _lion),
)

# Of a net that names none: with these and 1000 epochs the tasks that people try first
# are learned from every start where they can be (`python -m bench.defaults`).
DEFAULT_OPTIMIZER = "adam"
DEFAULT_SETTINGS: Mapping[str, float] = {"learning_rate": 0.01}

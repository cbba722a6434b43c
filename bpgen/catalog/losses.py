"""The losses of one sample: one entry each, the forward formula alone.

A loss is the sum or the mean of a term for each output `o` with its target `t`.
The few that look at a whole row of outputs (softmax inside) are lowered in
`lower`, next to the activation that they fuse with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bpgen.catalog.activations import Option, own_name
from bpgen.program.expressions import formula_text
from bpgen.program.functions import Function
from bpgen.program.nodes import Expression

LONGEST_FORMULA_IN_WORDS = 60  # characters


class Targets(Enum):
    """What a loss may be asked to learn; checked wherever targets come in."""

    NUMBERS = "any numbers"
    NOT_NEGATIVE = "numbers from 0 up"
    UNIT = "numbers from 0 to 1"
    SIGNS = "-1 or 1"
    DISTRIBUTION = "one-hot or a distribution that sums to 1"
    ONE_HOT = "one-hot"

    @property
    def are_classes(self) -> bool:
        """Whether the outputs are classes, of which the target names one."""
        return self in (Targets.DISTRIBUTION, Targets.ONE_HOT)


class Reduction(Enum):
    """What becomes of the terms of all outputs."""

    SUM = "the sum over the outputs"
    MEAN = "the mean over the outputs"
    STEPS = "the sum over the classes"  # and the mean over the time steps, if any


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of one sample; without a formula its rows are lowered as a whole."""

    name: str
    formula: str | Expression
    reduction: Reduction = Reduction.MEAN
    targets: Targets = Targets.NUMBERS
    options: Mapping[str, Option] = field(default_factory=dict)
    is_own: bool = False  # of a net.yaml, not of the table

    @property
    def function(self) -> Function:
        """The term as a function that expressions can call."""
        parameters = ("o", "t", *self.options)
        doc = f"The net's own loss {self.name}, of one output and its target."
        name = own_name(self.name) if self.is_own else self.name
        return Function(name, parameters, self.formula, doc=doc)

    @property
    def words(self) -> str:
        """The loss in a few words, for comments."""
        if not self.is_own:
            name, formula = self.name.replace("_", " "), self.formula or "the term"
        else:
            name, formula = self.name, formula_text(self.function.body, {})
            if len(formula) > LONGEST_FORMULA_IN_WORDS:
                formula = f"{self.function.name}(o, t)"
        return f"{name}, {self.reduction.value} of {formula}"


def _table(*losses: Loss) -> Mapping[str, Loss]:
    return {loss.name: loss for loss in losses}


_SMOOTHING = {"label_smoothing": Option(0.0, minimum=0.0, maximum=1.0)}

LOSSES: Mapping[str, Loss] = _table(
    Loss("mse", "(o - t) * (o - t)"),
    Loss("mae", "abs(o - t)"),
    Loss(
        "huber",
        "huber(o - t, delta)",
        options={"delta": Option(1.0, positive=True)},
    ),
    Loss(
        "smooth_l1",
        "smooth_l1(o - t, beta)",
        options={"beta": Option(1.0, positive=True)},
    ),
    Loss("log_cosh", "log_cosh(o - t)"),
    Loss(
        "binary_cross_entropy",
        "binary_cross_entropy(o, t)",
        targets=Targets.UNIT,
    ),
    Loss(
        "sigmoid_cross_entropy",
        "softplus(o) - t * o",
        targets=Targets.UNIT,
    ),
    Loss(
        "hinge",
        "relu(1 - t * o)",
        targets=Targets.SIGNS,
    ),
    Loss(
        "squared_hinge",
        "relu(1 - t * o) * relu(1 - t * o)",
        targets=Targets.SIGNS,
    ),
    Loss("poisson", "bounded_exp(o) - t * o"),
    Loss("half_squared_error", "0.5 * (o - t) * (o - t)", Reduction.SUM),
    Loss("squared_error", "(o - t) * (o - t)", Reduction.SUM),
    Loss(
        "kl_divergence",
        "divergence(o, t)",
        Reduction.STEPS,
        targets=Targets.NOT_NEGATIVE,
    ),
    Loss("nll", "-(t * o)", Reduction.STEPS, targets=Targets.DISTRIBUTION),
    Loss(
        "cross_entropy",
        "-(t * clamped_log(o))",
        Reduction.STEPS,
        targets=Targets.DISTRIBUTION,
        options=_SMOOTHING,
    ),
    Loss(
        "softmax_cross_entropy",
        "",
        Reduction.STEPS,
        targets=Targets.DISTRIBUTION,
        options=_SMOOTHING,
    ),
    Loss("multi_margin", "", targets=Targets.ONE_HOT),
)

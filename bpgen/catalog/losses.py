"""The losses of one sample: one entry each, the forward formula alone.

A loss is the sum or the mean of a term for each output `o` with its target `t`.
The few that look at a whole row of outputs say so: `rows` or `fusion`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from bpgen.catalog.activations import Option, own_name
from bpgen.catalog.rows import RowLoss, margins
from bpgen.program.expressions import formula_text
from bpgen.program.functions import Function
from bpgen.program.nodes import Expression

LONGEST_FORMULA_IN_WORDS = 60  # characters
SUM_TOLERANCE = 1e-6  # how far from 1 the sum of a distribution may be


@dataclass(frozen=True, slots=True)
class TargetRule:
    """What targets a loss can learn, in words and as data.

    Attributes:
        fault: what is wrong with a number that breaks the rule.
        low, high: the smallest and the largest number; or else
        only: the only numbers.
        sum_fault: of rows that must sum to 1, what is wrong if one does not; the
            outputs of such a row are classes.
    """

    words: str
    fault: str = ""
    low: float = -math.inf
    high: float = math.inf
    only: tuple[float, ...] = ()
    sum_fault: str = ""

    def broken_by(self, row: Sequence[float]) -> str:
        """What is wrong with the targets of one row, if anything."""
        if any(not self.low <= number <= self.high for number in row):
            return self.fault
        if self.only and any(number not in self.only for number in row):
            return self.fault
        if self.sum_fault and abs(sum(row) - 1.0) > SUM_TOLERANCE:
            return self.sum_fault
        return ""


class Targets(Enum):
    """What a loss may be asked to learn; checked wherever targets come in."""

    NUMBERS = TargetRule("any numbers")
    NOT_NEGATIVE = TargetRule("numbers from 0 up", "a number below 0", low=0.0)
    UNIT = TargetRule(
        "numbers from 0 to 1", "a number outside 0 ... 1", low=0.0, high=1.0
    )
    SIGNS = TargetRule("-1 or 1", "a number that is neither -1 nor 1", only=(-1.0, 1.0))
    DISTRIBUTION = TargetRule(
        "one-hot or a distribution that sums to 1",
        "a number below 0",
        low=0.0,
        sum_fault="a row that does not sum to 1",
    )
    ONE_HOT = TargetRule(
        "one-hot",
        "a row that is not one-hot",
        only=(0.0, 1.0),
        sum_fault="a row that is not one-hot",
    )

    @property
    def words(self) -> str:
        """The targets in words."""
        return self.value.words

    @property
    def are_classes(self) -> bool:
        """Whether the outputs are classes, of which the target names one."""
        return bool(self.value.sum_fault)


class Reduction(Enum):
    """What becomes of the terms of all outputs."""

    SUM = "the sum over the outputs"
    MEAN = "the mean over the outputs"
    STEPS = "the sum over the classes"  # and the mean over the time steps, if any


class Fusion(Enum):
    """With which softmax a loss goes together, in a form that cannot overflow."""

    NONE = "none"
    BEFORE = "that of the last layer, if it has one"
    OWN = "its own, since it reads logits"


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of one sample: a formula for each output and its target; or `rows`, which
    adds the statements for all outputs; or, with `fusion`, the surprise of a softmax.
    """

    name: str
    formula: str | Expression
    reduction: Reduction = Reduction.MEAN
    targets: Targets = Targets.NUMBERS
    options: Mapping[str, Option] = field(default_factory=dict)
    fusion: Fusion = Fusion.NONE
    rows: RowLoss | None = None
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
        fusion=Fusion.BEFORE,
    ),
    Loss(
        "softmax_cross_entropy",
        "",
        Reduction.STEPS,
        targets=Targets.DISTRIBUTION,
        options=_SMOOTHING,
        fusion=Fusion.OWN,
    ),
    Loss("multi_margin", "", targets=Targets.ONE_HOT, rows=margins),
)

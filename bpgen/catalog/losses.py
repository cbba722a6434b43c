"""The losses of one sample: one entry each, the forward formula alone.

A loss is the sum or the mean of a term for each output `o` with its target `t`.
The few that look at a whole row of outputs say so: `rows` or `fusion`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
        remedies: for numbers that are often meant as another one.
    """

    words: str
    fault: str = ""
    low: float = -math.inf
    high: float = math.inf
    only: tuple[float, ...] = ()
    sum_fault: str = ""
    remedies: Mapping[float, str] = field(default_factory=dict)

    def refuses(self, number: float) -> bool:
        """Whether a number breaks the rule by itself."""
        is_other = bool(self.only) and number not in self.only
        return not self.low <= number <= self.high or is_other

    def broken_by(self, row: Sequence[float]) -> str:
        """What is wrong with the targets of one row, if anything."""
        if any(map(self.refuses, row)):
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
    SIGNS = TargetRule(
        "-1 or 1",
        "a number that is neither -1 nor 1",
        only=(-1.0, 1.0),
        remedies={0.0: ": write -1 for 0"},
    )
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
class Outputs:
    """What a loss takes for granted about the outputs.

    Attributes:
        words: what they have to be; "" for any numbers.
        by: the activations that make them so, the usual one first.
        inside: the activation that the loss itself applies to them.
        instead: the loss for outputs of another activation.
        near_targets: whether the outputs themselves are to come near to the targets.
        are_shares: whether they are one probability for each class.
    """

    words: str = ""
    by: tuple[str, ...] = ()
    inside: str = ""
    instead: Mapping[str, str] = field(default_factory=dict)
    near_targets: bool = False
    are_shares: bool = False


NEAR = Outputs(near_targets=True)
_SHARES = Outputs(
    "probabilities that sum to 1",
    ("softmax",),
    are_shares=True,
    instead={"identity": "softmax_cross_entropy", "log_softmax": "nll"},
)
_YES_OR_NO = Outputs(
    "probabilities between 0 and 1",
    ("sigmoid", "hard_sigmoid", "softmax", "gaussian"),
    instead={"identity": "sigmoid_cross_entropy"},
)
_LOGARITHMS = Outputs("logarithms of probabilities", ("log_softmax", "log_sigmoid"))


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
    term: str = ""  # in words: what an output adds, and its slope by the output, which
    slope: str = ""  # stands in them as {a}
    is_own: bool = False  # of a net.yaml, not of the table
    outputs: Outputs = Outputs()

    @property
    def function(self) -> Function:
        """The term as a function that expressions can call."""
        parameters = ("o", "t", *self.options)
        doc = f"The net's own loss {self.name}, of one output and its target."
        name = own_name(self.name) if self.is_own else self.name
        return Function(name, parameters, self.formula, doc=doc)

    @property
    def words(self) -> str:
        """The loss in a few words."""
        if not self.is_own:
            name, formula = self.name.replace("_", " "), self.formula or "the term"
        else:
            name, formula = self.name, formula_text(self.function.body, {})
            if len(formula) > LONGEST_FORMULA_IN_WORDS:
                formula = f"{self.function.name}(o, t)"
        return f"{name}, {self.reduction.value} of {formula}"

    def sentences(self, a: str, outputs: int, steps: int) -> tuple[str, str]:
        """What the loss is, and what its slope is, where outputs are called `a`."""
        term, slope = self.term.format(a=a), self.slope.format(a=a)
        return told(self.reduction, term, slope, a, outputs, steps)


def told(
    reduction: Reduction, term: str, slope: str, by: str, outputs: int, steps: int
) -> tuple[str, str]:
    """What a loss is, and what its slope is, in a sentence each."""
    divisor = {Reduction.MEAN: outputs, Reduction.STEPS: steps}.get(reduction, 1)
    kind = "mean" if reduction is Reduction.MEAN else "sum"
    whole = term if outputs == 1 else f"the {kind} of {term} over the {outputs} outputs"
    if reduction is Reduction.STEPS:
        whole = f"the sum of {term} over the classes"
        whole += f", a mean over the {steps} steps" if steps > 1 else ""
    divided = f", divided by {divisor}" if divisor > 1 else ""
    if not slope:
        return f"L = {whole}.", "The slope of L is that of its formula."
    return f"L = {whole}.", f"L = {whole}: its slope by {by} is {slope}{divided}."


def _table(*losses: Loss) -> Mapping[str, Loss]:
    return {loss.name: loss for loss in losses}


_SMOOTHING = {"label_smoothing": Option(0.0, minimum=0.0, maximum=1.0)}

LOSSES: Mapping[str, Loss] = _table(
    Loss(
        "mse",
        "(o - t) * (o - t)",
        term="({a} - t)^2",
        slope="2 * ({a} - t)",
        outputs=NEAR,
    ),
    Loss(
        "mae",
        "abs(o - t)",
        term="abs({a} - t)",
        slope="1 above t, and -1 below",
        outputs=NEAR,
    ),
    Loss(
        "huber",
        "huber(o - t, delta)",
        options={"delta": Option(1.0, positive=True)},
        term="0.5 * ({a} - t)^2 near t and straight lines beyond delta",
        slope="{a} - t near t, and delta or -delta on the lines",
        outputs=NEAR,
    ),
    Loss(
        "smooth_l1",
        "smooth_l1(o - t, beta)",
        options={"beta": Option(1.0, positive=True)},
        term="0.5 * ({a} - t)^2 / beta near t and straight lines beyond beta",
        slope="({a} - t) / beta near t, and 1 or -1 on the lines",
        outputs=NEAR,
    ),
    Loss(
        "log_cosh",
        "log_cosh(o - t)",
        term="log(cosh({a} - t))",
        slope="tanh({a} - t)",
        outputs=NEAR,
    ),
    Loss(
        "binary_cross_entropy",
        "binary_cross_entropy(o, t)",
        targets=Targets.UNIT,
        term="-(t * log({a}) + (1 - t) * log(1 - {a}))",
        slope="({a} - t) / ({a} * (1 - {a}))",
        outputs=_YES_OR_NO,
    ),
    Loss(
        "sigmoid_cross_entropy",
        "softplus(o) - t * o",
        targets=Targets.UNIT,
        term="log(1 + exp({a})) - t * {a}",
        slope="sigmoid({a}) - t",
        outputs=Outputs(inside="sigmoid", instead={"sigmoid": "binary_cross_entropy"}),
    ),
    Loss(
        "hinge",
        "relu(1 - t * o)",
        targets=Targets.SIGNS,
        term="max(0, 1 - t * {a})",
        slope="-t where t * {a} is below 1, else 0",
        outputs=NEAR,
    ),
    Loss(
        "squared_hinge",
        "relu(1 - t * o) * relu(1 - t * o)",
        targets=Targets.SIGNS,
        term="max(0, 1 - t * {a})^2",
        slope="-2 * t * max(0, 1 - t * {a})",
        outputs=NEAR,
    ),
    Loss(
        "poisson",
        "bounded_exp(o) - t * o",
        term="exp({a}) - t * {a}",
        slope="exp({a}) - t",
    ),
    Loss(
        "half_squared_error",
        "0.5 * (o - t) * (o - t)",
        Reduction.SUM,
        term="0.5 * ({a} - t)^2",
        slope="{a} - t",
        outputs=NEAR,
    ),
    Loss(
        "squared_error",
        "(o - t) * (o - t)",
        Reduction.SUM,
        term="({a} - t)^2",
        slope="2 * ({a} - t)",
        outputs=NEAR,
    ),
    Loss(
        "kl_divergence",
        "divergence(o, t)",
        Reduction.STEPS,
        targets=Targets.NOT_NEGATIVE,
        term="t * (log(t) - {a})",
        slope="-t",
        outputs=_LOGARITHMS,
    ),
    Loss(
        "nll",
        "-(t * o)",
        Reduction.STEPS,
        targets=Targets.DISTRIBUTION,
        term="-t * {a}",
        slope="-t",
        outputs=replace(
            _LOGARITHMS,
            instead={"identity": "softmax_cross_entropy", "softmax": "cross_entropy"},
        ),
    ),
    Loss(
        "cross_entropy",
        "-(t * clamped_log(o))",
        Reduction.STEPS,
        targets=Targets.DISTRIBUTION,
        options=_SMOOTHING,
        fusion=Fusion.BEFORE,
        term="-t * log({a})",
        slope="-t / {a}",
        outputs=_SHARES,
    ),
    Loss(
        "softmax_cross_entropy",
        "",
        Reduction.STEPS,
        targets=Targets.DISTRIBUTION,
        options=_SMOOTHING,
        fusion=Fusion.OWN,
        term="-t * log(p)",
        slope="p - t",
        outputs=Outputs(inside="softmax", instead={"softmax": "cross_entropy"}),
    ),
    Loss(
        "multi_margin",
        "",
        targets=Targets.ONE_HOT,
        rows=margins,
        term="max(0, 1 - r + {a}), where r is the output of the right class,",
        slope="1 where that is above 0; r has minus the number of those",
    ),
)

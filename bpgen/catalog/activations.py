"""The activations: one entry each, the formula of the forward pass alone.

The derivative is derived from the formula, in every language. At a kink the
branch that the formula takes decides, chosen as PyTorch's. A bound is what a comparison
chooses, never what is left: NaN, with which no comparison holds, goes on as NaN.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bpgen.catalog.rows import RowActivation, log_softmax, softmax
from bpgen.program.functions import FUNCTIONS, Function
from bpgen.program.labels import shortened
from bpgen.program.nodes import Expression


@dataclass(frozen=True, slots=True)
class Option:
    """A number that belongs to an activation or a loss.

    `symbol` is its name in formulas, where the option's own is not fit for one.
    """

    default: float
    minimum: float = -math.inf
    maximum: float = math.inf
    positive: bool = False
    symbol: str = ""


def own_name(name: str) -> str:
    """What a function of a net.yaml is called in a program, where its name alone
    identifies a function: never like one of `FUNCTIONS` or a derivative."""
    found = shortened(name)
    is_taken = found in FUNCTIONS or "_derivative" in found or found.endswith("_own")
    return f"{found}_own" if is_taken else found


@dataclass(frozen=True, slots=True)
class Activation:
    """f(x), element by element; where there is `rows`, it adds the statements for the
    whole last axis instead."""

    name: str
    formula: str | Expression
    derivative: str = ""  # stated only where the derived form is not stable
    options: Mapping[str, Option] = field(default_factory=dict)
    has_slope: bool = False  # has a learned parameter for each channel
    rows: RowActivation | None = None
    is_own: bool = False  # of a net.yaml, not of the table
    is_flat_below: bool = False  # 0 with a slope of 0 for all that is small

    @property
    def function(self) -> Function:
        """The activation as a function that expressions can call."""
        symbols = (option.symbol or name for name, option in self.options.items())
        parameters = ("x", *symbols, *(("slope",) if self.has_slope else ()))
        owner = "The net's own" if self.is_own else "The"
        doc = f"{owner} activation {self.name}."
        name = own_name(self.name) if self.is_own else self.name
        return Function(name, parameters, self.formula, self.derivative, doc)


def _table(*activations: Activation) -> Mapping[str, Activation]:
    return {activation.name: activation for activation in activations}


ACTIVATIONS: Mapping[str, Activation] = _table(
    Activation("identity", "x"),
    Activation("relu", "relu(x)", is_flat_below=True),
    Activation(
        "leaky_relu", "x if x > 0 else slope * x", options={"slope": Option(0.01)}
    ),
    Activation("prelu", "x if x > 0 else slope * x", has_slope=True),
    Activation(
        "elu", "x if x > 0 else alpha * expm1(x)", options={"alpha": Option(1.0)}
    ),
    Activation(
        "selu",
        "1.0507009873554805 * x if x > 0 else 1.7580993408473766 * expm1(x)",
    ),
    Activation(
        "celu",
        "x if x > 0 else alpha * expm1(x / alpha)",
        options={"alpha": Option(1.0, positive=True)},
    ),
    Activation("gelu", "0.5 * x * (1 + erf(x * 0.7071067811865476))"),
    Activation(
        "gelu_tanh",
        "relu(x) if abs(x) > 30 else "
        "0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))",
    ),
    Activation("sigmoid", "sigmoid(x)"),
    Activation("tanh", "tanh(x)"),
    Activation("softplus", "softplus(x)"),
    Activation(
        "softsign", "x / (1 + abs(x))", derivative="1 / ((1 + abs(x)) * (1 + abs(x)))"
    ),
    Activation("silu", "x * sigmoid(x)"),
    Activation("mish", "x * tanh(softplus(x))"),
    Activation("hard_sigmoid", "0 if x <= -3 else (1 if x >= 3 else x / 6 + 0.5)"),
    Activation("hard_swish", "0 if x <= -3 else (x if x >= 3 else x * (x + 3) / 6)"),
    Activation("hard_tanh", "-1 if x <= -1 else (1 if x >= 1 else x)"),
    Activation("relu6", "0 if x <= 0 else (6 if x >= 6 else x)", is_flat_below=True),
    Activation("log_sigmoid", "-softplus(-x)"),
    Activation("tanhshrink", "x - tanh(x)"),
    Activation(
        "softshrink",
        "x - edge if x > edge else (0 if x >= -edge else x + edge)",
        options={"lambda": Option(0.5, symbol="edge")},
    ),
    Activation(
        "thresholded_relu",
        "0 if x <= theta else x",
        options={"theta": Option(1.0)},
        is_flat_below=True,
    ),
    Activation("sin", "sin(x)"),
    Activation("gaussian", "exp(-x * x)"),
    Activation("softmax", "", rows=softmax),
    Activation("log_softmax", "", rows=log_softmax),
)

"""Scalar functions that expressions may call, with their derivatives.

A function is a formula; every language prints it from that. A language that has
the function in its standard maths uses its own (see `languages`). The derivative
is derived from the formula unless a stable or textbook form is stated beside it,
for the first parameter. `y` in a stated derivative is the function's own value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from bpgen.program.formulas import parse
from bpgen.program.nodes import Expression


@dataclass(frozen=True, slots=True)
class Function:
    """A scalar function; its name alone identifies it within one net.

    `local` is what a repeated call is named inside other functions' code, `single` its
    formula for numbers of 32 bits, where that is another one.
    """

    name: str
    parameters: tuple[str, ...] = field(compare=False)
    formula: str | Expression = field(compare=False)
    derivative: str = field(compare=False, default="")
    doc: str = field(compare=False, default="")
    local: str = field(compare=False, default="u")
    single: str = field(compare=False, default="")

    @property
    def body(self) -> Expression:
        """What the function computes, in terms of its parameters."""
        if isinstance(self.formula, str):
            return read_formula(self.formula)
        return self.formula

    def body_in(self, bits: int) -> Expression:
        """The same for numbers of so many bits."""
        is_own = bits == 32 and self.single
        return read_formula(self.single) if is_own else self.body


@cache
def read_formula(text: str) -> Expression:
    """The expression of a formula that calls functions of this table."""
    return parse(text, FUNCTIONS)


def _table(*functions: Function) -> Mapping[str, Function]:
    return {function.name: function for function in functions}


# Those without a formula are elementary: every language must have its own.
FUNCTIONS: Mapping[str, Function] = _table(
    Function("exp", ("x",), "", "y", local="e"),
    Function("log", ("x",), "", "1 / x"),
    Function("sqrt", ("x",), "", "0.5 / y"),
    Function("sin", ("x",), "", "cos(x)"),
    Function("cos", ("x",), "", "-sin(x)"),
    Function("abs", ("x",), "", "sign(x)", local="size"),
    Function(
        "erf",
        ("x",),
        "",
        "1.1283791670955126 * exp(-x * x)",
        "The error function, to 1e-15.",
    ),
    Function(
        "sign",
        ("x",),
        "1 if x > 0 else (-1 if x < 0 else 0)",
        "0",
        "-1, 0 or 1.",
    ),
    Function(
        "log1p",
        ("x",),
        "x if 1 + x == 1 else log(1 + x) * x / (1 + x - 1)",
        "1 / (1 + x)",
        "log(1 + x), exact near 0.",
    ),
    Function(
        "expm1",
        ("x",),
        "x if exp(x) == 1 else "
        "(-1 if exp(x) - 1 == -1 else (exp(x) - 1) * x / log(exp(x)))",
        "exp(x)",
        "exp(x) - 1, exact near 0.",
    ),
    Function(
        "tanh",
        ("x",),
        "(1 if x > 0 else -1) if abs(x) > 20 else expm1(2 * x) / (expm1(2 * x) + 2)",
        "1 - y * y",
        "The hyperbolic tangent.",
        local="t",
    ),
    Function(
        "sigmoid",
        ("x",),
        "1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))",
        "y * (1 - y)",
        "The logistic function 1 / (1 + exp(-x)), without overflow.",
        local="s",
    ),
    Function(
        "relu",
        ("x",),
        "0 if x <= 0 else x",
        "0 if x <= 0 else 1",
        "x where it is positive, else 0.",
        local="r",
    ),
    Function(
        "smaller", ("x", "y"), "y if y < x else x", doc="The smaller of two numbers."
    ),
    Function(
        "larger", ("x", "y"), "y if y > x else x", doc="The larger of two numbers."
    ),
    Function(
        "minimum",
        ("x", "y"),
        "x if x < y else (y if y < x else 0.5 * x + 0.5 * y)",
        doc="The smaller of two numbers; if they are equal, each counts half.",
    ),
    Function(
        "maximum",
        ("x", "y"),
        "x if x > y else (y if y > x else 0.5 * x + 0.5 * y)",
        doc="The larger of two numbers; if they are equal, each counts half.",
    ),
    Function(
        "softplus",
        ("x",),
        "relu(x) + log1p(exp(-abs(x)))",
        "sigmoid(x)",
        "log(1 + exp(x)), without overflow.",
        local="p",
    ),
    # What the losses are made of.
    Function(
        "huber",
        ("x", "delta"),
        "0.5 * x * x if abs(x) <= delta else delta * (abs(x) - 0.5 * delta)",
        doc="Half the square up to delta, then a line of slope delta.",
    ),
    Function(
        "smooth_l1",
        ("x", "beta"),
        "0.5 * x * x / beta if abs(x) < beta else abs(x) - 0.5 * beta",
        doc="The absolute value, rounded off below beta.",
    ),
    Function(
        "log_cosh",
        ("x",),
        "abs(x) + log1p(exp(-2 * abs(x))) - 0.6931471805599453",
        "tanh(x)",
        "The logarithm of the hyperbolic cosine, without overflow.",
    ),
    Function(
        "clamped_log",
        ("x",),
        "-100 if x <= 3.720075976020836e-44 else log(x)",
        "1e12 if x <= 1e-12 else 1 / x",
        "The logarithm, but at least -100, so that it is finite at 0.",
    ),
    Function(
        "binary_cross_entropy",
        ("o", "t"),
        "-(t * clamped_log(o)) - (1 - t) * clamped_log(1 - o)",
        "(o - t) / (o * (1 - o)) if o * (1 - o) > 1e-12 else (o - t) * 1e12",
        "The surprise of target t when the output says o.",
    ),
    Function(
        "bounded_exp",
        ("x",),
        "1.0142320547350045e304 if x >= 700 else exp(x)",
        "y",
        "exp(x), but finite for every x.",
        local="e",
        single="5.540622384393501e34 if x >= 80 else exp(x)",
    ),
    Function(
        "divergence",
        ("o", "t"),
        "0 if t <= 0 else t * (log(t) - o)",
        "-t",
        "t * (log(t) - o), and 0 at t = 0.",
    ),
)

# What the formulas of a net.yaml may call, by the names that they use.
FORMULA_FUNCTIONS: Mapping[str, Function] = {
    name: FUNCTIONS[name]
    for name in (
        *("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "abs"),
        *("relu", "softplus", "erf", "expm1", "log1p", "sign"),
    )
} | {"max": FUNCTIONS["maximum"], "min": FUNCTIONS["minimum"]}

"""The derivative of one expression: what is derived, and what comes out."""

from __future__ import annotations

import pytest

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.deriving.partials import derivative_words, partial
from bpgen.program.functions import FUNCTIONS, read_formula
from bpgen.program.nodes import Argument, Call, Number, Stated, Stop
from bpgen.program.show import expression_text

X = Argument("x")
SLOPES = {  # by x
    "y": "0",
    "x + y": "1",
    "y - x": "-1",
    "w * x": "w",
    "x * x": "2 * x",
    "x * x * x": "3 * (x * x)",
    "x / y": "1 / y",
    "y / x": "-(y / x / x)",
    "x if x > 0 else 0.1 * x": "1 if x > 0 else 0.1",
    # Stated beside the function, in terms of its value.
    "sigmoid(x)": "sigmoid(x) * (1 - sigmoid(x))",
    "exp(x)": "exp(x)",
    "log(3 * x)": "3 / (3 * x)",
    # The chain rule, and the sum over both arguments.
    "tanh(w * x)": "(1 - tanh(w * x) * tanh(w * x)) * w",
    "larger(x, x * x)": "larger_derivative(x, x * x) "
    "+ 2 * (larger_derivative_by_y(x, x * x) * x)",
    # What is long becomes a function.
    "softplus(x)": "sigmoid(x)",
}


@pytest.mark.parametrize("text", SLOPES)
def test_the_slope_by_x(text: str) -> None:
    assert expression_text(partial(read_formula(text), X)) == SLOPES[text]


def test_a_value_that_is_at_hand_is_used_in_its_own_slope() -> None:
    value = Call(FUNCTIONS["sigmoid"], (X,))
    found = partial(value, X, output=Argument("a"))
    assert expression_text(found) == "a * (1 - a)"


def test_what_is_stopped_has_no_slope_and_what_is_stated_has_that() -> None:
    square = read_formula("x * x")
    assert partial(Stop(square), X) == Number(0.0)
    stated = Stated(square, X, Argument("p"), "somebody knows better")  # type: ignore[arg-type]  # as in a function
    assert partial(stated, X) == Argument("p")


def test_a_derivative_is_told_in_terms_of_z_and_a() -> None:
    told = {
        name: derivative_words(ACTIVATIONS[name].function) for name in ("tanh", "relu")
    }
    assert told == {
        "tanh": "tanh'(z) = 1 - a * a",
        "relu": "relu'(z) = 0 if z <= 0 else 1",
    }

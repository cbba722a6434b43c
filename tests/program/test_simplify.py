"""Arithmetic on expressions: what is built, and what it becomes."""

from __future__ import annotations

import pytest

from bpgen.program import simplify
from bpgen.program.functions import read_formula
from bpgen.program.nodes import (
    Add,
    Divide,
    Expression,
    Multiply,
    Negate,
    Select,
    Subtract,
)
from bpgen.program.show import expression_text


def built(node: Expression) -> Expression:
    """The expression with every node made by `simplify`."""
    match node:
        case Add(left, right):
            return simplify.add(built(left), built(right))
        case Subtract(left, right):
            return simplify.subtract(built(left), built(right))
        case Multiply(left, right):
            return simplify.multiply(built(left), built(right))
        case Divide(left, right):
            return simplify.divide(built(left), built(right))
        case Negate(value):
            return simplify.negate(built(value))
        case Select(condition, then, otherwise):
            return simplify.select(condition, built(then), built(otherwise))
        case _:
            return node


BECOMES = {
    # Zeros and ones are not written.
    "x + 0": "x",
    "0 - x": "-x",
    "1 * x": "x",
    "0 * x": "0",
    "x / 1": "x",
    "0 / x": "0",
    # Two signs are none, and a sum with one is a difference.
    "--x": "x",
    "x - -y": "x + y",
    "x + -y": "x - y",
    "-x + y": "y - x",
    "-(x - y)": "y - x",
    "-x * y": "-(x * y)",
    "x + -2": "x - 2",
    # One coefficient, in front.
    "x * 2": "2 * x",
    "2 * (3 * x)": "6 * x",
    "x * (2 * y)": "2 * (x * y)",
    "x + x": "2 * x",
    "3 * x - x": "2 * x",
    "x - x": "0",
    # Constants fold only where nothing is rounded.
    "6 / 3": "2",
    "1 / 3": "1 / 3",
    "6 * x / 3": "2 * x",
    "2 * x / 6": "x / 3",
    # A quotient keeps its one division.
    "x * (1 / y)": "x / y",
    "2 * (x / y)": "2 * x / y",
    "1 / 3 * x": "x / 3",
    # What a textbook would see.
    "1 - (1 - x * x)": "x * x",
    # A factor goes into a choice of numbers, and a choice of nothing is none.
    "x * (1 if y > 0 else 0)": "x if y > 0 else 0",
    "-(1 if y > 0 else 2)": "-1 if y > 0 else -2",
}


@pytest.mark.parametrize("text", BECOMES)
def test_arithmetic_stays_short(text: str) -> None:
    assert expression_text(built(read_formula(text))) == BECOMES[text]


@pytest.mark.parametrize(
    ("formula", "chosen"),
    [
        ("x if 0.75 > 0.25 else 2 * x", "x"),
        ("x if 1 == 2 else 2 * x", "2 * x"),
        ("x if -1 >= 0 else (2 if 3 < 4 else x)", "2"),
    ],
)
def test_a_formula_keeps_no_choice_between_numbers(formula: str, chosen: str) -> None:
    assert read_formula(formula) == read_formula(chosen)

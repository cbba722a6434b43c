"""Numbers are ASCII decimals, and formulas read the same in every view."""

from __future__ import annotations

import random

import pytest

from bpgen.explaining.digits import digits
from bpgen.explaining.tex import mathml, plain

SHOWN = {
    -0.019049118259278114: "-0.0190491183",
    0.00043856773441: "4.38567734e-04",
    1.1059059670597702: "1.10590597",
    0.375: "0.375000000",
    123456789.5: "123456790",
    1234567890.5: "1.23456789e+09",
    1e-300: "1.00000000e-300",
    999999999.7: "1.00000000e+09",
    2.0**-14: "6.10351563e-05",  # a tie: away from zero, as in the page
    0.0: "0",
}


@pytest.mark.parametrize(("value", "text"), SHOWN.items())
def test_numbers_have_nine_digits(value: float, text: str) -> None:
    assert digits(value, 9) == text


def test_digits_are_those_of_the_number() -> None:
    stream = random.Random(1)
    for _ in range(1000):
        value = stream.uniform(-1.0, 1.0) * 10.0 ** stream.randint(-12, 12)
        assert float(digits(value, 17)) == value
        assert float(digits(value, 9)) == pytest.approx(value, rel=5e-9)
        assert digits(value, 9).isascii()


RULES = {
    r"z = b \cdot 1 + \sum_{\text{inputs}} w \cdot \text{input}": (
        "z = b \u00b7 1 + \u2211_inputs w \u00b7 input"
    ),
    r"a = \sigma(z) = \frac{1}{1 + e^{-z}}": "a = \u03c3(z) = 1/(1 + e^(-z))",
    r"\frac{\partial a}{\partial z} = a(1 - a)": "\u2202a/\u2202z = a(1 - a)",
    r"L = \sum \frac{1}{2} \cdot (a - t)^2": ("L = \u2211 1/2 \u00b7 (a - t)^2"),
    r"\delta^l_j": "\u03b4_j^l",
    r"w^l_{jk}": "w_jk^l",
}


@pytest.mark.parametrize(("tex", "text"), RULES.items())
def test_a_rule_in_a_line(tex: str, text: str) -> None:
    assert plain(tex) == text


@pytest.mark.parametrize("tex", RULES)
def test_a_rule_as_mathml_is_well_formed(tex: str) -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(mathml(tex))
    assert root.tag == "math"
    for name in ("mfrac", "msub", "msup", "munder"):
        assert all(len(node) == 2 for node in root.iter(name))

"""Dual numbers find slopes without a backward pass: the same ones that it finds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from nets.table import NETS

from bpgen.lowering.constants import net_constants
from bpgen.lowering.evaluated import evaluated_net
from bpgen.runtime.net import Net
from bpgen.verifying.compare import assert_close
from bpgen.verifying.duals import Dual, DualBlocks, elementary, in_digits, one_by_one
from bpgen.verifying.expected import by_duals
from bpgen.verifying.question import ask
from bpgen.verifying.verdict import slopes_along

FUNCTIONS = elementary()
X, Y = 0.7, -1.3
STEP = 1e-5
EXPRESSIONS: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda x, y: x + y + 2.0 + (3.0 + x),
    "difference": lambda x, y: x - y - 2.0 - (3.0 - y),
    "product": lambda x, y: x * y * 2.0 * (3.0 * x),
    "quotient": lambda x, y: x / y / 2.0 / (3.0 / x),
    "negative": lambda x, y: -x,
    "choice": lambda x, y: x * x if x > y and y < x and x >= y and y <= x else y,
    **{name: lambda x, y, f=f: f(x * x) * y for name, f in FUNCTIONS.items()},
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_operation_hands_its_slopes_on(name: str) -> None:
    f = EXPRESSIONS[name]
    found = f(Dual(X, [1.0, 0.0, 2.0]), Dual(Y, [0.0, 1.0, -1.0]))
    assert found.value == f(X, Y)
    along_x = (f(X + STEP, Y) - f(X - STEP, Y)) / (2.0 * STEP)
    along_y = (f(X, Y + STEP) - f(X, Y - STEP)) / (2.0 * STEP)
    expected = [along_x, along_y, 2.0 * along_x - along_y]
    assert_close(found.slopes, expected, 1e-8)


def test_many_digits_agree_with_few() -> None:
    number, functions = in_digits(50)
    for name, function in functions.items():
        many = function(Dual(number(X), [number(1.0)]))
        few = FUNCTIONS[name](Dual(X, [1.0]))
        assert_close([float(many.value)], [few.value], 1e-15)
        assert_close([float(many.slopes[0])], few.slopes, 1e-15)
    assert len(str(functions["exp"](number(1.0)))) > 45


# Here something else is meant: the slopes of PyTorch where a loss is clamped, and
# numbers so large that the loss is infinite.
OTHERS = {"raw_binary_cross_entropy", "raw_cross_entropy", "explicit"}
SMALL = [
    name
    for name, net in NETS.items()
    if net.network.weights <= 500 and name not in OTHERS
]


@pytest.mark.parametrize("name", SMALL)
def test_backpropagation_finds_what_dual_numbers_find(name: str) -> None:
    """Of every net of the table: its samples, beside its own start."""
    net = NETS[name]
    question = replace(
        ask(net.network, net.program), inputs=net.inputs, targets=net.targets
    )
    expected = by_duals(question)
    found = evaluated_net(net.network, net.program)
    found.set_parameters(dict(question.parameters))
    assert_close(
        found.batch_gradients(question.inputs, question.targets), expected.loss, 1e-12
    )
    assert_close(slopes_along(question, found.gradients()), expected.slopes, 1e-9)


def test_directions_over_all_are_sums_over_each() -> None:
    net = NETS["mazur"]
    keys = [
        (variable, place)
        for variable in net.program.gradients
        for place in product(*map(range, variable.shape))
    ]
    both = {
        key: [*along, float(at)]
        for at, (key, along) in enumerate(one_by_one(keys).items())
    }
    blocks = DualBlocks(net.program, both, sets_gradients=False)
    seen = Net(net_constants(net.network, net.program), blocks, seed=1)
    seen.batch_gradients(net.inputs, net.targets)
    *each, over_all = blocks.slope_sums
    expected = math.fsum(at * slope for at, slope in enumerate(each))
    assert_close([over_all], [expected], 1e-14)

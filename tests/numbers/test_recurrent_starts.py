"""Recurrent layers: how their weights start, and when they are unrolled."""

from __future__ import annotations

import math

import pytest
from nets.net import Net, spec
from nets.recurrent import BOTH, STEPS, recurrent
from torch import eye, tensor
from torch.testing import assert_close

from bpgen.commands.style import automatic_style
from bpgen.languages import LANGUAGES
from bpgen.lowering.evaluated import evaluated_net

GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def started(kind: str, **more: object) -> dict[str, list[float]]:
    """The parameters that a net of one layer starts with, as flat lists."""
    net = Net(kind, spec(STEPS, [recurrent(kind, 5, **more)], "mse"))
    own = evaluated_net(net.network, net.program, 3)
    arrays = own.blocks.rows("parameters")
    pairs = zip(net.network.parameters, arrays, strict=True)
    return {parameter.last: numbers for parameter, numbers in pairs}


@pytest.mark.parametrize("kind", GATES)
def test_the_fans_are_those_of_one_gate(kind: str) -> None:
    for name, numbers in started(kind, **BOTH).items():
        if name.startswith("bias"):
            assert not any(numbers)
            continue
        inputs = 2 if "_ih" in name else 5
        limit = math.sqrt(6.0 / (inputs + 5))  # glorot_uniform
        assert len(numbers) == GATES[kind] * 5 * inputs
        assert 0.75 * limit < max(map(abs, numbers)) < limit


@pytest.mark.parametrize("kind", GATES)
def test_each_gate_is_orthogonal_by_itself(kind: str) -> None:
    found = started(kind, initializer="orthogonal")
    for weight in tensor(found["weight_hh"]).reshape(-1, 5, 5):
        assert_close(weight @ weight.T, eye(5))
    for weight in tensor(found["weight_ih"]).reshape(-1, 5, 2):
        assert_close(weight.T @ weight, eye(2))


def test_few_weights_over_many_steps_stay_loops() -> None:
    styles = []
    for steps in (2, 60):
        net = Net("rnn", spec([steps, 1], [recurrent("rnn", 4)], "mse"))
        styles.append(automatic_style(net.network, net.program, LANGUAGES["python"])[0])
    assert styles == ["unrolled", "loops"]

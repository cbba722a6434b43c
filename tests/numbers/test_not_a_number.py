"""What is not a number stays one: nothing that bounds a number hides it."""

from __future__ import annotations

import math

import pytest
from nets.net import Net as Given
from nets.table import NETS

from bpgen.lowering.evaluated import evaluated_net
from bpgen.runtime.net import Net

FUNCTIONS = [n for n in NETS if n.startswith(("activation_", "layer_"))]
# Of `raw_onehot`, every number is of a category: none can be NaN.
LOSSES = [n for n in NETS if n.startswith(("loss_", "raw_")) and n != "raw_onehot"]
CLIPPED = [n for n in NETS if n.startswith("optimizer_clip_")]


def made(name: str) -> tuple[Given, Net, list[float]]:
    """A net of the table, and inputs of which all are NaN that may be.

    The index of a category may not: forward refuses it.
    """
    given = NETS[name]
    net = evaluated_net(given.network, given.program)
    nothing = [math.nan] * len(given.inputs[0])
    for at, column in enumerate(given.network.preprocessing.inputs.columns):
        if column.categories:
            nothing[at] = given.inputs[0][at]
    return given, net, nothing


@pytest.mark.parametrize("name", FUNCTIONS)
def test_activations_hand_it_on(name: str) -> None:
    _, net, nothing = made(name)
    assert all(map(math.isnan, net.forward(nothing)))
    assert all(map(math.isnan, net.predict(nothing)))


@pytest.mark.parametrize("name", LOSSES)
def test_losses_hand_it_on(name: str) -> None:
    given, net, nothing = made(name)
    net.forward(nothing)
    for targets in given.targets:
        assert math.isnan(net.loss(targets))


@pytest.mark.parametrize("name", CLIPPED)
def test_clipping_hands_it_on(name: str) -> None:
    given, net, nothing = made(name)
    assert math.isnan(net.train_step([nothing], given.targets[:1]))
    assert all(map(math.isnan, net.parameters()["h.bias"]))

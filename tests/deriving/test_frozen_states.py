"""What is frozen stays on the way of the gradient: through time, too.

A frozen parameter gets no gradient, but what it multiplies still carries the
gradients of all that stands before it. Every way to freeze a recurrent layer is held
against central differences, which do not depend on what is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import combinations

import pytest
from nets.net import Net, dense, spec

from bpgen.lowering.evaluated import evaluated_net
from bpgen.runtime.arrays import set_rows
from bpgen.runtime.net import Net as Runtime
from bpgen.runtime.primitives import copied, joined_rows
from bpgen.verifying.compare import assert_close, leaves

STEP = 1e-5
TOLERANCE = 1e-8
OWN = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
SUBSETS = [names for size in range(5) for names in combinations(OWN, size)]


def net(kind: str, ways: int, below: bool, frozen: tuple[str, ...] = ()) -> Net:
    """A recurrent layer of two steps, if wanted above a dense layer."""
    layer = {"type": kind, "name": "h", "units": 1, "bidirectional": ways == 2}
    layers = [dense(2, "tanh", name="d"), layer] if below else [layer]
    names = [
        f"h.{name}{way}" for name in frozen for way in ("", "_reverse")[: int(ways)]
    ]
    more = {"frozen": names} if names else {}
    return Net("recurrent", spec([3, 1], layers, "mse", **more))


def evaluated(net: Net) -> Runtime:
    """The net with numbers of its name for all parameters."""
    found = evaluated_net(net.network, net.program)
    found.set_parameters(net.parameters)
    return found


@cache
def differences(kind: str, ways: int, below: bool) -> Mapping[str, list[float]]:
    """The central differences of the loss by every parameter and by the input."""
    whole = net(kind, ways, below)
    own, inputs, targets = evaluated(whole), whole.inputs[0], whole.targets[0]
    arrays = copied(own.blocks.rows("parameters"))

    def loss(at: list[float]) -> float:
        own.forward(at)
        return own.loss(targets)

    def with_numbers(place: int, numbers: list[float]) -> float:
        changed = [*arrays[:place], numbers, *arrays[place + 1 :]]
        set_rows(own.blocks.rows("parameters"), joined_rows(changed), 0)
        return loss(inputs)

    found = {}
    for place, parameter in enumerate(whole.network.parameters):
        found[parameter.name] = [
            (with_numbers(place, more) - with_numbers(place, less)) / (2.0 * STEP)
            for more, less in moves(arrays[place])
        ]
    set_rows(own.blocks.rows("parameters"), joined_rows(arrays), 0)
    found["input"] = [(loss(a) - loss(b)) / (2.0 * STEP) for a, b in moves(inputs)]
    return found


def moves(start: list[float]) -> list[tuple[list[float], list[float]]]:
    """The numbers with each one in turn a step larger, and a step smaller."""

    def moved(at: int, step: float) -> list[float]:
        return [number + step * (at == place) for place, number in enumerate(start)]

    return [(moved(at, STEP), moved(at, -STEP)) for at in range(len(start))]


@pytest.mark.parametrize("frozen", SUBSETS, ids="+".join)
@pytest.mark.parametrize("below", [False, True], ids=["alone", "above"])
@pytest.mark.parametrize("ways", [1, 2], ids=["one way", "both ways"])
@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_gradients_pass_through_what_is_frozen(
    kind: str, ways: int, below: bool, frozen: tuple[str, ...]
) -> None:
    whole = net(kind, ways, below, frozen)
    own = evaluated(whole)
    own.forward(whole.inputs[0])
    found = {"input": own.backward(whole.targets[0])}
    gradients = own.gradients()
    for parameter in whole.network.trained:
        numbers = [number for _, number in leaves(gradients[parameter.name])]
        found[parameter.name] = numbers
    expected = differences(kind, ways, below)
    assert_close(found, {name: expected[name] for name in found}, TOLERANCE)

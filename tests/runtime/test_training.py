"""Passes, training and saving as plain Python, over the blocks that are evaluated."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from nets.net import Net as Given
from nets.net import dense, spec
from nets.table import NETS

from bpgen.lowering.constants import net_constants
from bpgen.lowering.evaluated import evaluated_net
from bpgen.program.evaluated import EvaluatedBlocks
from bpgen.runtime.net import Net
from bpgen.runtime.primitives import Rows, UnfitError

SEED = 5
EPOCHS = 40  # more than it takes to stop early


def made(name: str, seed: int = SEED) -> tuple[Given, Net]:
    """A net of the table, and the same to be trained."""
    given = NETS[name]
    return given, evaluated_net(given.network, given.program, seed)


class Recorded(Net):
    """A net that notes with what it trains."""

    def _train_step(self, inputs: Rows, targets: Rows) -> float:
        self.seen = [*getattr(self, "seen", []), inputs]
        return super()._train_step(inputs, targets)


def recorded(name: str) -> tuple[Given, Recorded]:
    """The same, with notes; it trains the plain way."""
    given = NETS[name]
    program = given.program.with_blocks({"step": ()})
    facts = net_constants(given.network, program)
    return given, Recorded(facts, EvaluatedBlocks(program), seed=SEED)


# --- Batches and samples held out ---------------------------------------------------


def test_an_epoch_takes_each_sample_once_in_batches() -> None:
    given, net = recorded("one_unit")
    for _ in range(3):
        net.seen = []
        net.train(given.inputs, given.targets, epochs=1)
        assert [len(batch) for batch in net.seen] == [2, 2, 1]
        assert sorted(row for batch in net.seen for row in batch) == sorted(
            given.inputs
        )
    assert net.epoch == 3


def test_epochs_go_in_other_orders_unless_told_otherwise() -> None:
    for name, is_ordered in (("one_unit", False), ("in_order", True)):
        given, net = recorded(name)
        orders = []
        for _ in range(3):
            net.seen = []
            net.train(given.inputs, given.targets, epochs=1)
            orders.append([row for batch in net.seen for row in batch])
        assert (orders == [given.inputs] * 3) is is_ordered
        assert (orders[0] == orders[1]) is is_ordered


def test_samples_held_out_are_always_the_same_and_never_trained_with() -> None:
    given, net = recorded("stops_sgd_held")
    count = len(given.inputs)
    held, rest = net._split(count)
    assert sorted([*held, *rest]) == list(range(count))
    assert held == sorted(held)
    assert len(held) == 2  # 0.4 of five
    net.train(given.inputs, given.targets, epochs=3)
    trained = {tuple(row) for batch in net.seen for row in batch}
    assert trained == {tuple(given.inputs[i]) for i in rest}
    assert net._split(count)[0] == held
    for seed in (0, 1, 2):  # the net's own seed decides, not that of the start
        assert made("stops_sgd_held", seed)[1]._split(count)[0] == held


def test_the_share_held_out_is_cut_but_never_nothing() -> None:
    _, net = made("stops_sgd_held")
    assert [len(net._split(n)[0]) for n in (2, 3, 4, 5, 10, 11)] == [1, 1, 1, 2, 4, 4]
    with pytest.raises(ValueError, match="nothing to train: 1 of 1 samples held out"):
        net._split(1)


def test_the_validation_loss_is_the_mean_of_those_held_out() -> None:
    given, net = made("stops_sgd_held")
    net.train(given.inputs, given.targets, epochs=1)
    losses = []
    for i in net._split(len(given.inputs))[0]:
        net.forward(given.inputs[i])
        losses.append(net.loss(given.targets[i]))
    assert net.validation_loss == pytest.approx(sum(losses) / 2.0, rel=1e-15)


# --- The end ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stops_sgd", "stops_adam_held", "stops_plateau_held"])
def test_early_stopping_brings_the_best_parameters_back(name: str) -> None:
    given, net = made(name)
    facts, epochs = net.facts, []

    def on_epoch(epoch: int, loss: float) -> None:
        watched = net.validation_loss if facts.validation else loss
        epochs.append((watched, net.parameters()))

    net.train(given.inputs, given.targets, epochs=EPOCHS, on_epoch=on_epoch)
    assert facts.patience < len(epochs) < EPOCHS
    best = 0
    for at, (loss, _) in enumerate(epochs):
        if loss < epochs[best][0] - facts.min_delta:
            best = at
    assert len(epochs) == best + 1 + facts.patience
    assert net.parameters() == epochs[best][1]
    assert net.parameters() != epochs[-1][1]
    with pytest.raises(RuntimeError, match="call forward first"):
        net.loss(given.targets[0])
    # The next call begins anew.
    net.train(given.inputs, given.targets, epochs=1)
    assert net.epoch == len(epochs) + 1


STOPPING = ("stops_adam", "stops_adam_held", "batch_norm_stops")


@pytest.mark.parametrize("name", STOPPING)
@pytest.mark.parametrize("end", ["patience", "epochs", "caller"])
def test_however_training_ends_the_best_epoch_comes_back(name: str, end: str) -> None:
    given, net = made(name)
    facts, seen = net.facts, list[tuple[float, dict[str, Any]]]()

    def on_epoch(epoch: int, loss: float) -> bool:
        watched = net.validation_loss if facts.validation else loss
        seen.append((watched, json.loads(net.to_json())))
        is_worse = best_of(seen, facts.min_delta) < len(seen)
        return not (end == "caller" and is_worse)

    net.train(given.inputs, given.targets, epochs=EPOCHS, on_epoch=on_epoch)
    best = best_of(seen, facts.min_delta)
    if end == "epochs":  # the same again, but for fewer epochs
        seen, net = [], made(name)[1]
        net.train(given.inputs, given.targets, epochs=best + 1, on_epoch=on_epoch)
    more = {"patience": facts.patience, "epochs": 1, "caller": 1}[end]
    assert len(seen) == best + more
    assert net.best_epoch == best
    then, now = seen[best - 1][1], json.loads(net.to_json())
    for part in ("parameters", "buffers", "optimizer"):
        assert now[part] == then[part]
    assert now["parameters"] != seen[-1][1]["parameters"]
    assert now["epoch"] == len(seen)


def best_of(seen: list[tuple[float, Any]], min_delta: float) -> int:
    """The number of the best epoch so far."""
    best = 0
    for at, (loss, _) in enumerate(seen):
        if loss < seen[best][0] - min_delta:
            best = at
    return best + 1


def test_a_state_of_version_0_1_loads() -> None:
    given, net = made("stops_sgd")
    older = {"best_loss": 0.5, "worse_epochs": 2, "parameters": None}
    state = json.loads(net.to_json())
    net.load_json(json.dumps(state | {"early_stopping": older}))
    assert json.loads(net.to_json()) == state
    net.train(given.inputs, given.targets, epochs=1)


def test_a_caller_stops_training() -> None:
    given, net = made("one_unit")
    seen = []

    def on_epoch(epoch: int, loss: float) -> bool:
        seen.append((epoch, loss))
        return epoch < 3

    loss = net.train(given.inputs, given.targets, epochs=9, on_epoch=on_epoch)
    assert [epoch for epoch, _ in seen] == [1, 2, 3]
    assert loss == seen[-1][1]


# In turn: several epochs in one, a step of its own, batches in one, the plain way.
DIVERGING = {
    "plain": {"batch_size": 1},
    "batches": {"batch_size": 2},
    "early": {"batch_size": 1, "early_stopping": {"patience": 3}},
    "held": {"batch_size": 1, "validation": 0.4},
}


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("name", DIVERGING)
def test_training_ends_in_the_epoch_whose_loss_is_not_finite(
    name: str, fast: bool
) -> None:
    rate = {"type": "sgd", "learning_rate": 1e60}
    more = {"training": DIVERGING[name], "optimizer": rate}
    given = Given(f"diverges_{name}", spec(3, [dense(4), dense(2)], "mse", **more))
    program = given.program if fast else given.program.with_blocks({"step": ()})
    facts = net_constants(given.network, program)
    seen: list[tuple[int, float]] = []

    def on_epoch(epoch: int, loss: float) -> None:
        seen.append((epoch, loss))

    for hears in (None, on_epoch):
        net = Net(facts, EvaluatedBlocks(program), seed=SEED)
        loss = net.train(given.inputs, given.targets, epochs=EPOCHS, on_epoch=hears)
        assert not math.isfinite(loss)
        assert 1 <= net.epoch < 10
    assert [epoch for epoch, _ in seen] == list(range(1, net.epoch))
    assert all(math.isfinite(loss) for _, loss in seen)


# --- Wrong calls --------------------------------------------------------------------


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_is_a_word(seed: int) -> None:
    with pytest.raises(
        ValueError, match=f"^seed: expected 0 to 4294967295, got {seed}"
    ):
        made("one_unit", seed)


def test_training_takes_epochs_and_samples() -> None:
    given, net = made("one_unit")
    before = net.to_json()
    with pytest.raises(ValueError, match=r"^epochs: expected 1 or more, got 0$"):
        net.train(given.inputs, given.targets, epochs=0)
    with pytest.raises(ValueError, match="as many targets as inputs"):
        net.train(given.inputs, given.targets[1:], epochs=1)
    with pytest.raises(ValueError, match="as many targets as inputs"):
        net.train_step([], [])
    assert net.to_json() == before


def test_forward_comes_before_loss_and_backward() -> None:
    given, net = made("one_unit")
    inputs, targets = given.inputs[0], given.targets[0]

    def refuses() -> None:
        for call in (net.loss, net.backward):
            with pytest.raises(RuntimeError, match=r"^call forward first$"):
                call(targets)

    refuses()
    net.predict(inputs)
    refuses()
    for spoils in (net.update, lambda: net.set_parameters(net.parameters())):
        net.forward(inputs)
        net.loss(targets)
        net.backward(targets)
        spoils()
        refuses()


def test_a_class_becomes_a_target() -> None:
    given, net = made("two_classes")
    assert [net.one_hot(i) for i in (0, 1)] == [[1.0, 0.0], [0.0, 1.0]]
    net.train([given.inputs[0]], [net.one_hot(1)], epochs=1)
    for wrong in (-1, 2):
        message = rf"^class: expected 0 to 1, got {wrong}$"
        with pytest.raises(ValueError, match=message):
            net.one_hot(wrong)


def test_frozen_parameters_have_no_gradient() -> None:
    given, net = made("frozen_bias")
    before = net.parameters()["h.bias"]
    net.train(given.inputs, given.targets, epochs=2)
    net.batch_gradients(given.inputs, given.targets)
    assert net.parameters()["h.bias"] == before
    assert net.gradients()["h.bias"] == [0.0] * 4
    assert any(map(any, net.gradients()["h.weight"]))


def test_wrong_gradients_are_found() -> None:
    given, net = made("one_unit")
    assert net.check_gradients(given.inputs, given.targets) < 1e-6

    class Wrong(EvaluatedBlocks):
        def another(self) -> Wrong:
            return Wrong(self.program)

        def mean(self, count: float) -> None:
            super().mean(count + 0.001)

    wrong = Net(net.facts, Wrong(given.program), seed=SEED)
    assert wrong.check_gradients(given.inputs, given.targets) > 1e-5


# --- States -------------------------------------------------------------------------

DAMAGES: list[tuple[dict[str, Any], str]] = [
    ({"format": "bpgen 0"}, "expected an object of the format bpgen 1"),
    ({"net": "0"}, "it was saved by another net"),
    ({"parameters": None}, "parameters: expected arrays by name"),
    ({"buffers": []}, "buffers: it is missing, or no object"),
    ({"optimizer": {"type": "sgd"}}, "optimizer: expected the state of adam"),
    ({"optimizer": {"type": "adam"}}, "optimizer: expected arrays by name"),
    ({"schedule": {}}, "learning_rate: it is missing"),
    ({"epoch": -1}, "epoch: expected a whole number"),
    ({"generator": [1, 2]}, "generator: expected four whole numbers"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_a_damaged_state_changes_nothing(damage: dict[str, Any], message: str) -> None:
    given, net = made("stops_plateau_held")
    net.train(given.inputs, given.targets, epochs=2)
    before = net.to_json()
    for text in (json.dumps(json.loads(before) | damage), "[1]", "nothing"):
        with pytest.raises(UnfitError) as caught:
            net.load_json(text)
        assert net.to_json() == before
        if text.startswith("{"):
            assert str(caught.value) == message

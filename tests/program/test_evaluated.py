"""The evaluator trains as the emitted Python file does, to the last character.

Both run the routines of `runtime`: one as they stand, with a program's blocks run node
by node, the other as bpgen wrote them down.
"""

from __future__ import annotations

from typing import Any

import pytest
from nets.net import Net
from nets.table import NETS
from running.emitted import python_class

from bpgen.lowering.evaluated import evaluated_net
from bpgen.program.blocks import Program
from bpgen.runtime import net as runtime
from bpgen.runtime.primitives import copied
from bpgen.styles.loops import localize
from bpgen.styles.unrolled import unroll

SEED, EPOCHS = 5, 3
SEVERAL = pytest.mark.parametrize(
    "name",
    [
        *("epochs_cosine_held", "epochs_plateau", "stops_plateau_held", "stops_sgd"),
        *("optimizer_adam_by_warmup", "optimizer_l1_l2", "optimizer_rprop_by_layer"),
        *("dropout_first", "dropout_validated", "dropout_normalized"),
        *("batch_norm_frozen", "batch_norm_penalty", "batch_norm_validated"),
        *("frozen_all", "frozen_shared", "steps_smoothed", "own_steps_of_two"),
        *("conv2d_stride", "lstm_frozen", "embedding_classes", "in_order"),
    ],
)


def evaluated(net: Net, program: Program | None = None) -> runtime.Net:
    """The net, run node by node."""
    return evaluated_net(net.network, program or net.program, SEED)


def both(net: Net, style: str = "loops") -> tuple[Any, Any]:
    """The net, run node by node, and as bpgen emits it."""
    return evaluated(net), python_class(net.name, style)(seed=SEED)


@SEVERAL
def test_whole_trainings_agree_to_the_character(name: str) -> None:
    net = NETS[name]
    for style in net.styles:
        ours, theirs = both(net, style)
        assert ours.to_json() == theirs.to_json()
        for epochs in (1, EPOCHS, 20):
            found = [
                each.train(net.inputs, net.targets, epochs=epochs)
                for each in (ours, theirs)
            ]
            assert found[0] == found[1]
            assert ours.to_json() == theirs.to_json()
        assert ours.validation_loss == getattr(theirs, "validation_loss", 0.0)


@SEVERAL
def test_steps_by_hand_agree_to_the_bit(name: str) -> None:
    net = NETS[name]

    def done(by: Any) -> list[Any]:
        by.set_parameters(net.parameters)
        found = [by.train_step(net.inputs, net.targets), by.to_json()]
        found += [by.batch_gradients(net.inputs[:2], net.targets[:2]), by.gradients()]
        found += [by.forward(net.inputs[1]), by.predict(net.inputs[0])]
        found += [by.loss(net.targets[1]), by.backward(net.targets[1])]
        found += [by.backward(net.targets[1]), by.gradients()]
        by.zero_gradients()
        return [*found, by.gradients(), by.parameters(), by.buffers()]

    ours, theirs = map(done, both(net))
    assert ours == theirs


@SEVERAL
def test_states_go_from_one_to_the_other(name: str) -> None:
    net = NETS[name]
    ours, theirs = both(net)
    for first, second in ((ours, theirs), (theirs, ours)):
        first.train(net.inputs, net.targets, epochs=EPOCHS)
        second.load_json(first.to_json())
        for each in (first, second):
            each.train(net.inputs, net.targets, epochs=EPOCHS)
        assert first.to_json() == second.to_json()


@SEVERAL
def test_gradients_are_checked_alike(name: str) -> None:
    net = NETS[name]
    ours, theirs = both(net)
    before, samples = ours.to_json(), (net.inputs[:2], net.targets[:2])
    error = ours.check_gradients(*samples)
    assert error == theirs.check_gradients(*samples)
    assert error < 1e-6
    assert ours.to_json() == before


@pytest.mark.parametrize("name", ["epochs_cosine_held", "dropout", "frozen_bias"])
def test_every_style_is_evaluated_alike(name: str) -> None:
    net, found = NETS[name], set()
    for program in (net.program, unroll(net.program), localize(net.program)):
        own = evaluated(net, program)
        own.train(net.inputs, net.targets, epochs=EPOCHS)
        found.add(own.to_json())
    assert len(found) == 1


def test_a_net_starts_from_its_own_seed() -> None:
    net = NETS["one_unit"]
    own, other = evaluated_net(net.network, net.program), evaluated(net)
    assert own.parameters() == python_class("one_unit", "loops")().parameters()
    assert own.parameters() != other.parameters()


def test_numbers_of_the_evaluator_are_nobody_elses() -> None:
    net = NETS["stops_sgd"]
    own = evaluated(net)
    for group in ("parameters", "gradients", "states"):
        rows = own.blocks.rows(group)
        rows[0][0] += 1.0
        assert own.blocks.rows(group) == rows  # they are the net's
        copied(rows)[0][0] += 1.0
        assert own.blocks.rows(group) == rows
    with pytest.raises(KeyError, match="planets"):
        own.blocks.rows("planets")

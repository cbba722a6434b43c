"""The fast path trains to the same bits as forward, backward and update."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from nets.net import Net
from nets.online import ONLINE_NETS
from nets.table import NETS
from running.adapters import SAMPLE
from running.emitted import module

from bpgen.commands.emit import text_of
from bpgen.writing.options import Options


def trained(net: Net, style: str, fast: bool) -> Any:
    """A net of its own emitted class, after a few epochs."""
    options = Options("python", style, fast=fast)
    text = text_of(net.network, net.program, options, "net.yaml")
    assert fast or "_learn" not in text
    own = getattr(module(text), net.network.class_name)()
    losses: list[float] = []
    loss = own.train(net.inputs, net.targets, epochs=2)
    # Those of the last batch, though nobody listened; without sense once a loss is not
    # finite, where training stops after an epoch that was not to be the last one.
    slopes = repr(own.gradients()) if math.isfinite(loss) else ""
    own.train(net.inputs, net.targets, 3, lambda _, loss: losses.append(loss))
    # As texts, in which numbers that left their range are the same, too.
    arrays = (own.parameters(), own.gradients(), own.buffers())
    states = [value for name, value in vars(own).items() if isinstance(value, list)]
    return slopes, repr(arrays), repr(states), own._generator.words, repr(losses)


@pytest.mark.parametrize("name", NETS)
def test_both_ways_give_the_same_bits_in_loops(name: str) -> None:
    assert trained(NETS[name], "loops", True) == trained(NETS[name], "loops", False)


@pytest.mark.parametrize("name", ONLINE_NETS)
def test_both_ways_give_the_same_bits_unrolled(name: str) -> None:
    net = NETS[name]
    assert trained(net, "unrolled", True) == trained(net, "unrolled", False)


ALONE = {
    "optimizer": {"type": "sgd", "learning_rate": 0.05, "weight_decay": 0.125},
    "training": {"epochs": 2, "batch_size": 1},
}


@pytest.mark.parametrize("name", [n for n in NETS if "unrolled" in NETS[n].styles])
def test_weights_move_once_all_slopes_are_known(name: str) -> None:
    """Where each sample moves the weights at once, none moves before its old value
    has been read for the last time."""
    net = replace(NETS[name], spec=NETS[name].spec | ALONE)
    assert trained(net, "unrolled", True) == trained(net, "unrolled", False)


def test_there_are_steps_of_all_kinds() -> None:
    """For a sample with its update, for a sample's slopes, and for a whole batch."""
    sample = [NETS[name] for name in (*SAMPLE, "batch_norm", "online", "one_unit")]
    programs = [net.program for net in sample if net.program.step]
    kinds = {(program.adds_at_once, program.joins_batches) for program in programs}
    assert kinds == {(False, False), (True, False), (False, True)}


def test_samples_that_mix_have_no_fast_path() -> None:
    assert not NETS["batch_norm"].program.step

"""The fast path trains to the same bits as forward, backward and update."""

from __future__ import annotations

from typing import Any

import pytest
from nets.net import Net
from nets.online import ONLINE_NETS
from nets.table import NETS
from running.emitted import module

from bpgen.commands.emit import text_of
from bpgen.writing.options import Options

KEEPS = ("online_momentum",)  # whose optimizer keeps more than a gradient


def trained(net: Net, style: str, fast: bool) -> Any:
    """A net of its own emitted class, after a few epochs."""
    options = Options("python", style, fast=fast)
    text = text_of(net.network, net.program, options, "net.yaml")
    is_step = fast and (style == "loops" or net.name not in KEEPS)
    assert ("_learn" in text) is is_step
    own = getattr(module(text), net.network.class_name)()
    losses: list[float] = []
    own.train(net.inputs, net.targets, epochs=2)
    own.train(net.inputs, net.targets, 3, lambda _, loss: losses.append(loss))
    return own.to_json(), own.gradients(), losses


@pytest.mark.parametrize("style", ["unrolled", "loops"])
@pytest.mark.parametrize("name", ONLINE_NETS)
def test_both_ways_give_the_same_bits(name: str, style: str) -> None:
    assert trained(NETS[name], style, True) == trained(NETS[name], style, False)

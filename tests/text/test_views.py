"""The fast path of Go sees rows by themselves, whose lengths its compiler knows."""

from __future__ import annotations

import re

import pytest
from nets.net import Net

from bpgen.commands.emit import text_of
from bpgen.writing.options import Options

VIEW = re.compile(r"^\t+(row\d+) := (\w+)\[(.*):\]\[:(\d+)\]$", re.MULTILINE)


def step(inputs: int, fast: bool = True) -> str:
    """The step of a net with rows of so many numbers."""
    layer = {"type": "dense", "units": 4, "activation": "tanh"}
    spec = {
        "input": inputs,
        "layers": [{**layer, "name": "h"}, {**layer, "name": "o"}],
        "loss": "mse",
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
        "training": {"epochs": 3, "batch_size": 1},
    }
    net = Net("net", spec)
    options = Options("go", "loops", library=True, fast=fast)
    text = text_of(net.network, net.program, options, "net.yaml")
    return text[text.index(") step(") :] if fast else text


def test_rows_have_names_before_the_loop_along_them() -> None:
    views = VIEW.findall(step(16))
    assert views[:4] == [
        *(("row1", "wH", "0", "16"), ("row2", "wH", "16", "16")),
        *(("row3", "wH", "32", "16"), ("row4", "wH", "48", "16")),
    ]
    assert {array for _, array, _, _ in views} == {"wH"}  # the rows of o are short
    assert "z1 += float64(row1[j] * x1)" in step(16)


@pytest.mark.parametrize(("inputs", "fast"), [(15, True), (16, False)])
def test_short_rows_and_pages_have_none(inputs: int, fast: bool) -> None:
    assert VIEW.findall(step(inputs, fast)) == []

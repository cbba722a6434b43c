"""A net that tells what comes next makes up sequences, from any kind of outputs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from running.emitted import module

from bpgen.commands.emit import text_of
from bpgen.commands.nets import load_network
from bpgen.lowering.network import lower
from bpgen.writing.options import Options

# After 0 comes 1 or, a quarter as likely, 2; after those the end, 0.
CHAIN = """\
name: chain
input: 3
layers:
  - {type: embedding, name: row, vocabulary: 3, size: 3}
LAYERloss: LOSS
CLASSESparameters: {row.weight: [[-9, 1.3862943611198906, 0], [9, 0, 0], [9, 0, 0]]}
"""
LOSSES = {
    "softmax_cross_entropy": "",
    "cross_entropy": "  - softmax\n",
    "nll": "  - log_softmax\n",
}


def chain(tmp_path: Any, loss: str, classes: str = "") -> Any:
    """The emitted class of the chain."""
    text = CHAIN.replace("LAYER", LOSSES[loss]).replace("LOSS", loss)
    path = tmp_path / "chain.yaml"
    path.write_text(text.replace("CLASSES", classes))
    network = load_network(str(path))
    options = Options("python", "loops")
    emitted = module(text_of(network, lower(network), options, "chain.yaml"))
    return emitted.Chain(seed=3)


@pytest.mark.parametrize("loss", LOSSES)
def test_samples_come_as_often_as_the_net_says(loss: str, tmp_path: Any) -> None:
    net = chain(tmp_path, loss)
    first = Counter(net.sample([0], 1)[0] for _ in range(2000))
    assert first[1] / 2000 == pytest.approx(0.8, abs=0.03)
    cold = Counter(net.sample([0], 1, temperature=0.5)[0] for _ in range(2000))
    assert cold[1] / 2000 == pytest.approx(16 / 17, abs=0.02)
    assert net.sample([0], 4, temperature=0.0) == [1, 0, 1, 0]


def test_a_text_ends_with_the_class_that_is_a_point(tmp_path: Any) -> None:
    net = chain(tmp_path, "nll", 'classes: [".", a, b]\n')
    assert net.CLASSES == (".", "a", "b")
    assert net.sample([0], 9, temperature=0.0) == [1]


def test_only_the_last_steps_are_seen(tmp_path: Any) -> None:
    net = chain(tmp_path, "cross_entropy")
    assert net.sample([1, 1, 1, 1, 1, 2, 0], 1, temperature=0.0) == [1]


@pytest.mark.parametrize(
    ("start", "temperature", "message"),
    [
        ([], 1.0, "start: expected an index or more"),
        ([0], -1.0, "temperature: expected 0 or more, got -1.0"),
        ([3], 1.0, "inputs: expected an index below 3, got 3.0"),
    ],
)
def test_what_cannot_be_is_refused(
    start: list[int], temperature: float, message: str, tmp_path: Any
) -> None:
    net = chain(tmp_path, "nll")
    with pytest.raises(ValueError, match=message):
        net.sample(start, 2, temperature=temperature)

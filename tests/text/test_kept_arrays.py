"""The fast path makes its arrays once, where to make them takes long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nets.net import Net
from running.tools import on_path, program

from bpgen.commands.emit import text_of
from bpgen.writing.options import Options

NEW = re.compile(r"new (Float64|Int32)Array\(|(Float64|Int32)List\(")
BEGINS = re.compile(r"^  (?:private |double )*_step\(", re.MULTILINE)
NET = Net(
    "net",
    {
        "input": 3,
        "layers": [
            {"type": "dense", "name": "h", "units": 4, "activation": "tanh"},
            {"type": "dense", "name": "o", "units": 2},
        ],
        "loss": "mse",
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
        "training": {"epochs": 3, "batch_size": 1},
    },
)
# One net learns in the middle of the training of another one, which is of its class.
TURNS = """\
import { Net } from "./net.mjs";
const samples = [[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9]];
const targets = [[1, 2], [3, 4], [5, 6]];
const learned = (net, onEpoch) => {
  net.train(samples, targets, { epochs: 3, onEpoch });
  return JSON.stringify(net.parameters());
};
const alone = [learned(new Net({ seed: 1 })), learned(new Net({ seed: 2 }))];
const other = new Net({ seed: 2 });
const found = learned(new Net({ seed: 1 }), () => {
  other.train(samples, targets, { epochs: 1 });
});
console.log(JSON.stringify([found, JSON.stringify(other.parameters())]) ===
  JSON.stringify(alone));
"""


def text(language: str) -> str:
    """The file of the net, in loops."""
    options = Options(language, "loops", library=True)
    return text_of(NET.network, NET.program, options, "net.yaml")


@pytest.mark.parametrize("language", ["javascript", "typescript", "dart"])
def test_a_step_makes_no_array(language: str) -> None:
    whole = text(language)
    begins = BEGINS.search(whole)
    assert begins
    step = whole[begins.end() : whole.index("return loss;", begins.end())]
    assert "aH = " in step
    assert [line for line in step.split("\n") if NEW.search(line)] == []


def test_nets_of_one_class_learn_in_turns(tmp_path: Path) -> None:
    (tmp_path / "net.mjs").write_text(text("javascript"))
    (tmp_path / "turns.mjs").write_text(TURNS)
    done = program(on_path("node"), "turns.mjs", folder=tmp_path)
    assert (done.out, done.err) == ("true\n", "")

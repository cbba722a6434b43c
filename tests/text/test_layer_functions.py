"""Layers of a textbook page that compute alike are a pair of functions.

Each case trains as the whole file does, and is as formatter and type checker want it.
"""

from __future__ import annotations

import json
import random
import re
import sys
from math import prod
from pathlib import Path
from typing import Any

import pytest
from running.emitted import module
from running.tiers import wide_but
from running.tools import program

from bpgen import emit

DENSE = {"type": "dense", "units": 4, "activation": "tanh"}
CONV = {"type": "conv2d", "filters": 2, "kernel": 3, "padding": 1, "activation": "relu"}


def gpt(blocks: int) -> list[dict[str, Any]]:
    """The layers of a language model of so many blocks."""
    layers: list[dict[str, Any]] = [
        {"type": "embedding", "name": "start", "vocabulary": 5, "size": 4}
    ]
    last = "start"
    for k in range(blocks):
        layers += [
            {"type": "layer_norm", "name": f"norm{k}"},
            {"type": "attention", "name": f"mix{k}", "heads": 2, "causal": True},
            {"type": "add", "name": f"seen{k}", "inputs": [f"mix{k}", last]},
        ]
        last = f"seen{k}"
    return [*layers, {"type": "dense", "units": 5}]


# The layers of each net, and how many pairs of functions it has.
NETS: dict[str, tuple[Any, list[dict[str, Any]], int]] = {
    "alike": (4, [DENSE] * 3, 1),
    "of_other_sizes": (3, [DENSE | {"units": units} for units in (5, 2, 4)], 1),
    "once": (4, [DENSE], 0),
    "of_other_functions": (
        4,
        [DENSE | {"activation": own} for own in ("tanh", "sigmoid", "identity")],
        0,
    ),
    "that_draw": (4, [DENSE, {"type": "dropout", "rate": 0.5}] * 3, 1),
    "of_windows": ([2, 4, 4], [*[CONV] * 3, {"type": "flatten"}, DENSE], 1),
    "over_steps": ([3, 4], [*[DENSE] * 3, {"type": "flatten"}, DENSE], 1),
    "of_batches": (4, [DENSE, {"type": "batch_norm"}] * 2, 0),
    "of_one_block": (3, gpt(1), 0),
    "of_blocks": (3, gpt(3), 2),
}
LEARNING = {
    "by_samples": ({"type": "sgd", "learning_rate": 0.1}, 1),
    "by_batches": ({"type": "adam"}, 2),
}


def files(name: str, learning: str) -> tuple[str, str]:
    """The whole file of a net, and its textbook page."""
    inputs, layers, _ = NETS[name]
    optimizer, batch = LEARNING[learning]
    chance = random.Random(name)
    reads_indices = layers[0]["type"] == "embedding"
    size_in = prod(inputs) if isinstance(inputs, list) else inputs
    size_out = 5 * inputs if reads_indices else 4

    def number() -> float:
        return chance.randrange(5) if reads_indices else chance.uniform(-1.0, 1.0)

    spec = {
        "name": "net",
        "input": inputs,
        "layers": layers,
        "loss": "mse",
        "optimizer": optimizer,
        "training": {"epochs": 3, "batch_size": batch, "report_every": 1},
        "data": {
            "inputs": [[number() for _ in range(size_in)] for _ in range(3)],
            "targets": [[chance.random() for _ in range(size_out)] for _ in range(3)],
        },
    }
    whole = emit(json.dumps(spec), lang="python", style="loops")
    return whole, emit(json.dumps(spec), lang="python", style="loops", textbook=True)


def ways_back(page: str) -> list[str]:
    """The functions that lead back through layers."""
    return re.findall(r"^def (\w+)_backward\(", page, re.MULTILINE)


@pytest.mark.parametrize("learning", LEARNING)
@pytest.mark.parametrize("name", wide_but(NETS, "alike".__eq__))
def test_layers_share_what_they_compute_alike(
    name: str, learning: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, page = files(name, learning)
    _, layers, expected = NETS[name]
    found = ways_back(page)
    assert len(found) == expected
    for function in found:
        calls = len(re.findall(rf"^ .*\b{function}\(", page, re.MULTILINE))
        assert 2 <= calls <= len(layers)
        assert len(re.findall(rf"\b{function}_backward\(", page)) == calls + 1

    module(whole)._run([])
    trained = [line for line in capsys.readouterr().out.splitlines() if "loss" in line]
    module(page).main()
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if "loss" in line] == trained[:3]


def test_every_further_block_is_a_few_lines() -> None:
    pages = [emitted_lines(blocks) for blocks in (3, 4, 5)]
    assert pages[2] - pages[1] == pages[1] - pages[0]
    assert pages[1] - pages[0] < emitted_lines(1) / 4


def emitted_lines(blocks: int) -> int:
    """How long the page of a language model is."""
    spec = {"name": "net", "input": 3, "layers": gpt(blocks), "loss": "mse"}
    return emit(json.dumps(spec), lang="python", style="loops", textbook=True).count(
        "\n"
    )


@pytest.mark.wide
def test_formatter_and_type_checker_are_content(tmp_path: Path) -> None:
    for name in NETS:
        for learning in LEARNING:
            (tmp_path / f"{name}_{learning}.py").write_text(files(name, learning)[1])
    tools = ["black", "--check"], ["ruff", "check", "--isolated"], ["mypy", "--strict"]
    for tool in tools:
        found = program(sys.executable, "-m", *tool, str(tmp_path))
        assert found.code == 0, found.out + found.err

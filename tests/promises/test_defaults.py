"""A net that says nothing of training learns, from every start where it can."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.tools import missing_tool

from bench.building import NotInstalledError, node
from bench.defaults import TASKS, UNSAID, count, table

SEEDS = 5
# Four of these units can fall silent at the start, whatever follows (docs/training.md).
TOO_SMALL = "XOR, 4 relu, then sigmoid, mse"
QUICK = (
    "XOR, 4 tanh, then sigmoid, mse",
    "XOR, 4 leaky_relu, then sigmoid, mse",
    "XOR, 4 tanh, then identity, mse",
    "XOR, 4 tanh, then sigmoid, binary_cross_entropy",
)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(task.name, marks=[pytest.mark.slow] * (task.name not in QUICK))
        for task in TASKS
        if task.name != TOO_SMALL
    ],
)
def test_it_learns_with_every_seed(name: str, tmp_path: Path) -> None:
    try:
        node()
    except NotInstalledError as error:
        missing_tool(str(error))
    (task,) = (task for task in TASKS if task.name == name)
    assert count(task, UNSAID, SEEDS, tmp_path) == SEEDS


def test_the_table_has_a_column_for_each_task() -> None:
    found = {"one": {UNSAID.title: 5}, "two": {UNSAID.title: 4}}
    head, rule, row = table(found, 5, [UNSAID]).splitlines()
    assert head == "| seeds that learned it, of 5 | one | two |"
    assert rule == "|---|---:|---:|"
    assert row == "| nothing said | 5 | 4 |"

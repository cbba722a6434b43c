"""A move of a schedule, as statements."""

from __future__ import annotations

from typing import Any

from nets.blocks import shown
from nets.net import Net, dense, spec


def move(**schedule: Any) -> str:
    """What moves the learning rate of a net with that schedule."""
    optimizer = {"type": "sgd", "schedule": schedule}
    net = Net("moved", spec(1, [dense(1)], "mse", optimizer=optimizer))
    return shown(net.program.schedule)


def test_plateau_counts_what_is_no_better() -> None:
    assert move(type="plateau", factor=0.5, patience=2) == """\
[The learning rate: plateau]
  worse = 0 if loss < best * 0.9999 else worse + 1
  best = loss if loss < best * 0.9999 else best
  lower = learning_rate * 0.5 if worse > 2 else learning_rate
  learning_rate = lower if learning_rate - lower > 1e-08 else learning_rate
  worse = 0 if worse > 2 else worse"""


def test_plateau_without_patience_begins_anew_each_time() -> None:
    lines = move(type="plateau", factor=0.5, patience=0).splitlines()
    assert lines[3] == "  lower = learning_rate * 0.5 if worse > 0 else learning_rate"
    assert lines[-1] == "  worse = 0"

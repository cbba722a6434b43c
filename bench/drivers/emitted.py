"""Measures an emitted Python file: TASK FILE."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

from bench.drivers.measure import Learner, Task, measure


def class_of(path: str, name: str) -> Any:
    """The class of an emitted file."""
    spec = importlib.util.spec_from_file_location("emitted", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["emitted"] = module
    spec.loader.exec_module(module)
    return getattr(module, name)


def flat(value: Any) -> list[float]:
    """Numbers of nested lists and tables, in their order."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return [value]
    return [number for entry in value for number in flat(entry)]


class Emitted(Learner):
    """The emitted class, from its own start: the task has the same numbers."""

    def __init__(self, task: Task) -> None:
        self.net = class_of(sys.argv[2], task.work.upper())()

    def train(self, data: Any, epochs: int) -> None:
        inputs, targets = data
        self.net.train(inputs, targets, epochs=epochs)

    def numbers(self) -> list[float]:
        return flat(self.net.parameters())


if __name__ == "__main__":
    measure(Emitted)

"""Reads a task, trains as it says, and tells the numbers and the time, in Python.

A peer gives `measure` a class of learners. The time is that of the processor, of
training alone, once training has run for a while.
"""

from __future__ import annotations

import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Rows = list[list[float]]


@dataclass(frozen=True)
class Task:
    """What the text says: see `works`."""

    work: str
    shape: list[str]
    check_samples: int
    check_epochs: int
    timed_samples: int
    seconds: float
    parameters: list[float]
    inputs: Rows
    targets: Rows

    def parts(self, sizes: Sequence[int]) -> list[list[float]]:
        """The parameters in pieces of these sizes."""
        found, start = [], 0
        for size in sizes:
            found.append(self.parameters[start : start + size])
            start += size
        assert start == len(self.parameters)
        return found

    def matrices(self) -> tuple[Rows, list[float], Rows, list[float]]:
        """Weights and biases of two dense layers; weights have a row a neuron."""
        inputs, hidden, outputs = map(int, self.shape[:3])
        sizes = [inputs] * hidden + [hidden] + [hidden] * outputs + [outputs]
        parts = self.parts(sizes)
        return parts[:hidden], parts[hidden], parts[hidden + 1 : -1], parts[-1]


class Learner(ABC):
    """A net at its start."""

    def prepared(self, inputs: Rows, targets: Rows) -> Any:
        """The samples as training wants them; what this costs does not count."""
        return inputs, targets

    @abstractmethod
    def train(self, data: Any, epochs: int) -> None:
        """Trains on what was prepared, in its order."""

    @abstractmethod
    def numbers(self) -> list[float]:
        """The parameters, in the order in which they were given."""


def read(path: str) -> Task:
    """The task of a file."""
    head, counts, sizes, parameters, *rows = Path(path).read_text().splitlines()
    work, *shape = head.split()
    check_samples, check_epochs, timed_samples = map(int, counts.split()[:3])
    width = int(sizes.split()[1])
    samples = [list(map(float, row.split())) for row in rows]
    return Task(
        work,
        shape,
        check_samples,
        check_epochs,
        timed_samples,
        float(counts.split()[3]),
        list(map(float, parameters.split())),
        [row[:width] for row in samples],
        [row[width:] for row in samples],
    )


def checksum(numbers: Sequence[float]) -> float:
    """A sum that tells numbers in another order, too."""
    total = 0.0
    for place, number in enumerate(numbers):
        total += (place % 97 + 1) * number
    return total


def seconds_of(learner: Learner, data: Any, epochs: int) -> float:
    """What the processor needs for epochs of training."""
    start = time.process_time()
    learner.train(data, epochs)
    return time.process_time() - start


def measure(make: Callable[[Task], Learner]) -> None:
    """Prints the checksum, and microseconds for one sample."""
    task = read(sys.argv[1])
    learner = make(task)
    samples, epochs = task.check_samples, task.check_epochs
    data = learner.prepared(task.inputs[:samples], task.targets[:samples])
    taken = seconds_of(learner, data, epochs)
    found = checksum(learner.numbers())
    if taken < task.seconds:
        learner, samples, epochs = make(task), task.timed_samples, 1
        data = learner.prepared(task.inputs[:samples], task.targets[:samples])
        # more and more, until it takes long enough to tell how many epochs will do
        taken = seconds_of(learner, data, epochs)
        while taken < task.seconds / 2:
            epochs *= 2
            taken = seconds_of(learner, data, epochs)
        if taken < task.seconds:
            epochs = round(epochs * task.seconds / taken)
            taken = seconds_of(learner, data, epochs)
    told = {"checksum": found, "microseconds": taken * 1e6 / (epochs * samples)}
    print(json.dumps(told))

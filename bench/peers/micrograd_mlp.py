"""micrograd: a node for each number; exp, log, tanh, sigmoid are added: TASK."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value

from bench.drivers.measure import Learner, Task, measure


def node(x: Any, y: float, slope: float) -> Any:
    """A function's value as micrograd makes them, from its slope."""
    found = Value(y, (x,))

    def backward() -> None:
        x.grad += slope * found.grad

    found._backward = backward
    return found


def exp(x: Any) -> Any:
    y = math.exp(x.data)
    return node(x, y, y)


def log(x: Any) -> Any:
    return node(x, math.log(x.data), 1.0 / x.data)


def tanh(x: Any) -> Any:
    y = math.tanh(x.data)
    return node(x, y, 1.0 - y * y)


def sigmoid(x: Any) -> Any:
    y = 1.0 / (1.0 + math.exp(-x.data))
    return node(x, y, y * (1.0 - y))


def half_squared_error(zs: list[Any], targets: list[float]) -> Any:
    terms = [(sigmoid(z) - t) ** 2 * 0.5 for z, t in zip(zs, targets)]
    return sum(terms)


def softmax_cross_entropy(zs: list[Any], targets: list[float]) -> Any:
    largest = max(z.data for z in zs)
    es = [exp(z - largest) for z in zs]
    return -log(es[targets.index(1.0)] / sum(es))


def sigmoid_cross_entropy(zs: list[Any], targets: list[float]) -> Any:
    answers = [sigmoid(z) for z in zs]
    logs = [log(a) if t else log(1.0 - a) for a, t in zip(answers, targets)]
    return sum(logs) * (-1.0 / len(zs))


LOSSES: dict[str, Callable[[list[Any], list[float]], Any]] = {
    found.__name__: found
    for found in (half_squared_error, softmax_cross_entropy, sigmoid_cross_entropy)
}


class Micrograd(Learner):
    def __init__(self, task: Task) -> None:
        self.activation = tanh if task.shape[3] == "tanh" else sigmoid
        self.loss = LOSSES[task.shape[4]]
        self.batch, self.rate = int(task.shape[5]), float(task.shape[6])
        w1, b1, w2, b2 = task.matrices()
        self.w1 = [[Value(w) for w in row] for row in w1]
        self.b1 = [Value(b) for b in b1]
        self.w2 = [[Value(w) for w in row] for row in w2]
        self.b2 = [Value(b) for b in b2]
        self.parameters = [w for row in self.w1 for w in row] + self.b1
        self.parameters += [w for row in self.w2 for w in row] + self.b2

    def loss_of(self, inputs: list[float], targets: list[float]) -> Any:
        sums = [
            sum((w * x for w, x in zip(row, inputs)), bias)
            for row, bias in zip(self.w1, self.b1)
        ]
        hidden = [self.activation(z) for z in sums]
        outputs = [
            sum((w * h for w, h in zip(row, hidden)), bias)
            for row, bias in zip(self.w2, self.b2)
        ]
        return self.loss(outputs, targets)

    def train(self, data: Any, epochs: int) -> None:
        inputs, targets = data
        for _ in range(epochs):
            for start in range(0, len(inputs), self.batch):
                places = range(start, min(start + self.batch, len(inputs)))
                losses = [self.loss_of(inputs[i], targets[i]) for i in places]
                loss = sum(losses) * (1.0 / len(losses))
                for parameter in self.parameters:
                    parameter.grad = 0.0
                loss.backward()
                for parameter in self.parameters:
                    parameter.data -= self.rate * parameter.grad

    def numbers(self) -> list[float]:
        return [parameter.data for parameter in self.parameters]


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)  # it sorts its nodes by recursion
    measure(Micrograd)

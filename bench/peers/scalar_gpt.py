"""The GPT of the examples with a node for each number, as micrograd would: TASK.

Nodes keep what they were made of and the slope by each of it; backward walks them
from the loss to the leaves. Everything else is lists of nodes.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from bench.drivers.measure import Learner, Task, measure

STEPS, SIZE, HEADS, WIDE, LETTERS = 16, 16, 4, 64, 27
EACH = SIZE // HEADS


class Value:
    """A number that remembers: few operations, of which all others are made."""

    __slots__ = ("data", "grad", "parents", "slopes")

    def __init__(
        self,
        data: float,
        parents: tuple[Value, ...] = (),
        slopes: tuple[float, ...] = (),
    ) -> None:
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes

    def __add__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        slopes = (other.data, self.data)
        return Value(self.data * other.data, (self, other), slopes)

    def __pow__(self, other: float) -> Value:
        slope = other * self.data ** (other - 1)
        return Value(self.data**other, (self,), (slope,))

    def exp(self) -> Value:
        found = math.exp(self.data)
        return Value(found, (self,), (found,))

    def log(self) -> Value:
        return Value(math.log(self.data), (self,), (1.0 / self.data,))

    def relu(self) -> Value:
        return Value(max(0.0, self.data), (self,), (float(self.data > 0.0),))

    def __radd__(self, other: float) -> Value:
        return self + other

    def __sub__(self, other: Value | float) -> Value:
        return self + other * -1.0

    def __truediv__(self, other: Value | float) -> Value:
        return self * other**-1.0

    def backward(self) -> None:
        order: list[Value] = []
        seen: set[Value] = set()

        def visit(node: Value) -> None:
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node.parents, node.slopes):
                parent.grad += slope * node.grad


Vector = list[Value]


def dot(a: Vector, b: Vector) -> Any:
    return sum(x * y for x, y in zip(a, b))


def linear(x: Vector, weights: list[Vector]) -> Vector:
    return [dot(row, x) for row in weights]


def rms_norm(x: Vector, weight: Vector) -> Vector:
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [value * scale * w for value, w in zip(x, weight)]


def softmax(x: Vector) -> Vector:
    largest = max(value.data for value in x)
    es = [(value - largest).exp() for value in x]
    total: Any = sum(es)
    return [e / total for e in es]


class Gpt(Learner):
    def __init__(self, task: Task) -> None:
        self.all = [Value(number) for number in task.parameters]
        self.taken = 0
        self.letter, self.place = self.rows(LETTERS, SIZE), self.rows(STEPS, SIZE)
        (self.start,), (self.norm1,) = self.rows(1, SIZE), self.rows(1, SIZE)
        self.query, self.key = self.rows(SIZE, SIZE), self.rows(SIZE, SIZE)
        self.value, self.output = self.rows(SIZE, SIZE), self.rows(SIZE, SIZE)
        (self.norm2,) = self.rows(1, SIZE)
        self.wide, self.narrow = self.rows(WIDE, SIZE), self.rows(SIZE, WIDE)
        self.next = self.rows(LETTERS, SIZE)
        self.m = [0.0] * len(self.all)
        self.v = [0.0] * len(self.all)
        self.step = 0

    def rows(self, count: int, size: int) -> list[Vector]:
        """The next parameters."""
        start = self.taken
        self.taken += count * size
        return [self.all[i : i + size] for i in range(start, self.taken, size)]

    def answer(self, letter: int, place: int, keys: Any, values: Any) -> Vector:
        """The next letter's logits, by what was seen before."""
        x = [a + b for a, b in zip(self.letter[letter], self.place[place])]
        start = rms_norm(x, self.start)
        x = rms_norm(start, self.norm1)
        query = linear(x, self.query)
        keys.append(linear(x, self.key))
        values.append(linear(x, self.value))
        mixed: Vector = []
        for first in range(0, SIZE, EACH):
            head = slice(first, first + EACH)
            scores = [dot(query[head], key[head]) / EACH**0.5 for key in keys]
            shares = softmax(scores)
            for i in range(first, first + EACH):
                mixed.append(dot(shares, [value[i] for value in values]))
        seen = [a + b for a, b in zip(linear(mixed, self.output), start)]
        x = linear(rms_norm(seen, self.norm2), self.wide)
        x = linear([value.relu() for value in x], self.narrow)
        return linear([a + b for a, b in zip(x, seen)], self.next)

    def loss(self, letters: list[float], targets: list[float]) -> Value:
        keys: list[Vector] = []
        values: list[Vector] = []
        losses = []
        for place, letter in enumerate(letters):
            shares = softmax(self.answer(int(letter), place, keys, values))
            right = targets.index(1.0, place * LETTERS) - place * LETTERS
            losses.append(shares[right].log() * -1.0)
        return sum(losses[1:], losses[0]) / len(losses)

    def update(self) -> None:
        """Adam; its rate falls to 0 in 960 steps."""
        rate = 0.01 * (1.0 - min(self.step, 960) / 960)
        self.step += 1
        rate /= 1.0 - 0.85**self.step
        scale = math.sqrt(1.0 - 0.99**self.step)
        for i, parameter in enumerate(self.all):
            gradient, parameter.grad = parameter.grad, 0.0
            self.m[i] = 0.85 * self.m[i] + 0.15 * gradient
            self.v[i] = 0.99 * self.v[i] + 0.01 * gradient * gradient
            parameter.data -= rate * self.m[i] / (math.sqrt(self.v[i]) / scale + 1e-8)

    def train(self, data: Any, epochs: int) -> None:
        for _ in range(epochs):
            for letters, targets in zip(*data):
                self.loss(letters, targets).backward()
                self.update()

    def numbers(self) -> list[float]:
        return [parameter.data for parameter in self.all]


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)  # as long as the longest way to the loss
    measure(Gpt)

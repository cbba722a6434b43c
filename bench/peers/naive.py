"""Tutorial code: nested lists, loops over indices, a method for each way: TASK."""

from __future__ import annotations

from math import exp, tanh
from typing import Any

from bench.drivers.measure import Learner, Task, measure

Matrix = list[list[float]]


def zeros(matrix: Matrix) -> Matrix:
    return [[0.0] * len(row) for row in matrix]


class Naive(Learner):
    def __init__(self, task: Task) -> None:
        _, _, _, self.activation, self.loss, batch, rate = task.shape
        self.batch, self.rate = int(batch), float(rate)
        self.w1, self.b1, self.w2, self.b2 = task.matrices()
        self.clear()

    def clear(self) -> None:
        self.dw1, self.db1 = zeros(self.w1), [0.0] * len(self.b1)
        self.dw2, self.db2 = zeros(self.w2), [0.0] * len(self.b2)

    def forward(self, x: list[float]) -> None:
        self.h = []
        for j in range(len(self.w1)):
            z = self.b1[j]
            for i in range(len(x)):
                z += self.w1[j][i] * x[i]
            tanhs = self.activation == "tanh"
            self.h.append(tanh(z) if tanhs else 1.0 / (1.0 + exp(-z)))
        self.o = []
        for k in range(len(self.w2)):
            z = self.b2[k]
            for j in range(len(self.h)):
                z += self.w2[k][j] * self.h[j]
            self.o.append(z)
        if self.loss == "softmax_cross_entropy":
            largest = max(self.o)
            self.o = [exp(z - largest) for z in self.o]
            total = sum(self.o)
            self.o = [e / total for e in self.o]
        else:
            self.o = [1.0 / (1.0 + exp(-z)) for z in self.o]

    def backward(self, t: list[float]) -> None:
        self.d2 = []
        for k in range(len(self.o)):
            d = self.o[k] - t[k]
            if self.loss == "half_squared_error":
                d *= self.o[k] * (1.0 - self.o[k])
            if self.loss == "sigmoid_cross_entropy":
                d /= len(self.o)
            self.d2.append(d)
        self.d1 = []
        for j in range(len(self.h)):
            e = 0.0
            for k in range(len(self.d2)):
                e += self.w2[k][j] * self.d2[k]
            a = self.h[j]
            self.d1.append(
                e * (1.0 - a * a if self.activation == "tanh" else a * (1.0 - a))
            )

    def step(self, x: list[float]) -> None:
        """An update with one sample."""
        for k in range(len(self.w2)):
            for j in range(len(self.h)):
                self.w2[k][j] -= self.rate * self.d2[k] * self.h[j]
            self.b2[k] -= self.rate * self.d2[k]
        for j in range(len(self.w1)):
            for i in range(len(x)):
                self.w1[j][i] -= self.rate * self.d1[j] * x[i]
            self.b1[j] -= self.rate * self.d1[j]

    def add(self, x: list[float]) -> None:
        """The gradients of one sample, to those of the batch."""
        for k in range(len(self.w2)):
            for j in range(len(self.h)):
                self.dw2[k][j] += self.d2[k] * self.h[j]
            self.db2[k] += self.d2[k]
        for j in range(len(self.w1)):
            for i in range(len(x)):
                self.dw1[j][i] += self.d1[j] * x[i]
            self.db1[j] += self.d1[j]

    def update(self, rate: float) -> None:
        """An update with the gradients of a batch."""
        for k in range(len(self.w2)):
            for j in range(len(self.w2[k])):
                self.w2[k][j] -= rate * self.dw2[k][j]
            self.b2[k] -= rate * self.db2[k]
        for j in range(len(self.w1)):
            for i in range(len(self.w1[j])):
                self.w1[j][i] -= rate * self.dw1[j][i]
            self.b1[j] -= rate * self.db1[j]

    def train(self, data: Any, epochs: int) -> None:
        inputs, targets = data
        for _ in range(epochs):
            for s in range(len(inputs)):
                self.forward(inputs[s])
                self.backward(targets[s])
                if self.batch == 1:
                    self.step(inputs[s])
                    continue
                self.add(inputs[s])
                if (s + 1) % self.batch == 0:
                    self.update(self.rate / self.batch)
                    self.clear()

    def numbers(self) -> list[float]:
        first = [w for row in self.w1 for w in row] + self.b1
        return first + [w for row in self.w2 for w in row] + self.b2


if __name__ == "__main__":
    measure(Naive)

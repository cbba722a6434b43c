"""numpy by hand: a matrix product a layer, a batch at once: TASK."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.drivers.measure import Learner, Rows, Task, measure


class Numpy(Learner):
    def __init__(self, task: Task) -> None:
        _, _, _, self.activation, self.loss, batch, rate = task.shape
        self.batch, self.rate = int(batch), float(rate)
        self.w1, self.b1, self.w2, self.b2 = map(np.array, task.matrices())

    def prepared(self, inputs: Rows, targets: Rows) -> Any:
        return np.array(inputs), np.array(targets)

    def deltas(self, h: Any, z: Any, t: Any) -> tuple[Any, Any]:
        """dL/dz of the hidden layer and of the output, for a sample or for a batch."""
        if self.loss == "softmax_cross_entropy":
            e = np.exp(z - z.max())
            d2 = e / e.sum() - t
        else:
            o = 1.0 / (1.0 + np.exp(-z))
            if self.loss == "half_squared_error":
                d2 = (o - t) * o * (1.0 - o)
            else:
                d2 = (o - t) / t.shape[-1]
        slope = 1.0 - h * h if self.activation == "tanh" else h * (1.0 - h)
        return d2 @ self.w2 * slope, d2

    def hidden(self, z: Any) -> Any:
        return np.tanh(z) if self.activation == "tanh" else 1.0 / (1.0 + np.exp(-z))

    def train(self, data: Any, epochs: int) -> None:
        for _ in range(epochs):
            if self.batch == 1:
                for x, t in zip(*data):
                    self.step(x, t)
            else:
                inputs, targets = data
                for start in range(0, len(inputs), self.batch):
                    end = start + self.batch
                    self.step_of_batch(inputs[start:end], targets[start:end])

    def step(self, x: Any, t: Any) -> None:
        h = self.hidden(self.w1 @ x + self.b1)
        d1, d2 = self.deltas(h, self.w2 @ h + self.b2, t)
        self.w2 -= self.rate * d2[:, None] * h
        self.b2 -= self.rate * d2
        self.w1 -= self.rate * d1[:, None] * x
        self.b1 -= self.rate * d1

    def step_of_batch(self, x: Any, t: Any) -> None:
        h = self.hidden(x @ self.w1.T + self.b1)
        d1, d2 = self.deltas(h, h @ self.w2.T + self.b2, t)
        rate = self.rate / len(x)
        self.w2 -= rate * (d2.T @ h)
        self.b2 -= rate * d2.sum(0)
        self.w1 -= rate * (d1.T @ x)
        self.b1 -= rate * d1.sum(0)

    def numbers(self) -> list[float]:
        arrays = (self.w1, self.b1, self.w2, self.b2)
        return [number for array in arrays for number in array.ravel().tolist()]


if __name__ == "__main__":
    measure(Numpy)

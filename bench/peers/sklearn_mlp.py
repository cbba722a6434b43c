"""scikit-learn's MLPClassifier, an epoch a call of partial_fit: TASK.

Its loss is the cross-entropy of whatever its output is, of one sigmoid, too; where
several sigmoids answer, it is their sum, so that the rate is a share of the net's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier

from bench.drivers.measure import Learner, Rows, Task, measure


class Sklearn(Learner):
    def __init__(self, task: Task) -> None:
        hidden, outputs = map(int, task.shape[1:3])
        self.loss, self.outputs = task.shape[4], outputs
        several = self.loss == "sigmoid_cross_entropy"
        self.classes = np.arange(max(2, outputs))
        self.net = MLPClassifier(
            (hidden,),
            "tanh" if task.shape[3] == "tanh" else "logistic",
            solver="sgd",
            alpha=0.0,
            batch_size=int(task.shape[5]),
            learning_rate_init=float(task.shape[6]) / (outputs if several else 1),
            shuffle=False,
            momentum=0.0,
            nesterovs_momentum=False,
        )
        # it makes its arrays with the first samples that it sees
        size = max(2, int(task.shape[5]))
        self.train(self.prepared(task.inputs[:size], task.targets[:size]), 1)
        w1, b1, w2, b2 = map(np.array, task.matrices())
        self.net.coefs_[0][:], self.net.coefs_[1][:] = w1.T, w2.T
        self.net.intercepts_[0][:], self.net.intercepts_[1][:] = b1, b2

    def prepared(self, inputs: Rows, targets: Rows) -> Any:
        found = np.array(targets)
        if self.outputs == 1:
            found = found[:, 0]
        elif self.loss == "softmax_cross_entropy":
            found = found.argmax(1)
        return np.array(inputs), found.astype(int)

    def train(self, data: Any, epochs: int) -> None:
        inputs, targets = data
        for _ in range(epochs):
            self.net.partial_fit(inputs, targets, classes=self.classes)

    def numbers(self) -> list[float]:
        arrays = []
        for weights, biases in zip(self.net.coefs_, self.net.intercepts_):
            arrays += [weights.T, biases]
        return [number for array in arrays for number in array.ravel().tolist()]


if __name__ == "__main__":
    measure(Sklearn)

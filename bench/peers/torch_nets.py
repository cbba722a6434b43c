"""PyTorch, eager, on one thread, in 64 bits, as its tutorials train: TASK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from bench.drivers.measure import Learner, Rows, Task, measure

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class Bits(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.memory = nn.LSTM(1, 6, batch_first=True)
        self.odd = nn.Linear(6, 1)

    def forward(self, x: Any) -> Any:
        found = self.odd(self.memory(x.unsqueeze(-1))[0])
        return torch.sigmoid(found).squeeze(-1)


class Mix(nn.Module):
    """Causal attention with four heads."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(16, 16, bias=False)
        self.key = nn.Linear(16, 16, bias=False)
        self.value = nn.Linear(16, 16, bias=False)
        self.output = nn.Linear(16, 16, bias=False)

    def forward(self, x: Any) -> Any:
        def heads(values: Any) -> Any:
            return values.view(*values.shape[:-1], 4, 4).transpose(-2, -3)

        found = functional.scaled_dot_product_attention(
            heads(self.query(x)),
            heads(self.key(x)),
            heads(self.value(x)),
            is_causal=True,
        )
        return self.output(found.transpose(-2, -3).reshape(x.shape))


class Letters(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.letter = nn.Embedding(27, 16)
        self.place = nn.Parameter(torch.zeros(16, 16))
        self.start = nn.RMSNorm(16, eps=1e-5)
        self.norm1 = nn.RMSNorm(16, eps=1e-5)
        self.mix = Mix()
        self.norm2 = nn.RMSNorm(16, eps=1e-5)
        self.wide = nn.Linear(16, 64, bias=False)
        self.narrow = nn.Linear(64, 16, bias=False)
        self.next = nn.Linear(16, 27, bias=False)

    def forward(self, x: Any) -> Any:
        start = self.start(self.letter(x) + self.place)
        seen = self.mix(self.norm1(start)) + start
        found = self.narrow(functional.relu(self.wide(self.norm2(seen))))
        return self.next(found + seen).flatten(0, 1)

    def parameters(self, recurse: bool = True) -> Any:
        """In the order of the task: a parameter of its own would come first."""
        found = dict(self.named_parameters(recurse=recurse))
        place = found.pop("place")
        return [found.pop("letter.weight"), place, *found.values()]


def dense(task: Task) -> nn.Module:
    inputs, hidden, outputs = map(int, task.shape[:3])
    layers = [
        nn.Linear(inputs, hidden),
        nn.Tanh() if task.shape[3] == "tanh" else nn.Sigmoid(),
        nn.Linear(hidden, outputs),
    ]
    if task.shape[4] == "half_squared_error":
        layers.append(nn.Sigmoid())
    return nn.Sequential(*layers)


def images(task: Task) -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, 8, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


MODELS: dict[str, Callable[[Task], nn.Module]] = {
    "w5": images,
    "w6": lambda task: Bits(),
    "w7": lambda task: Letters(),
}


def half_squared_error(outputs: Any, targets: Any) -> Any:
    return 0.5 * functional.mse_loss(outputs, targets, reduction="sum") / len(outputs)


class Torch(Learner):
    def __init__(self, task: Task) -> None:
        self.work = task.work
        self.model = MODELS.get(task.work, dense)(task)
        self.batch = {"w5": 10, "w6": 8}.get(task.work, 1)
        if task.shape != ["-"]:
            self.batch = int(task.shape[5])
        values = torch.tensor(task.parameters)
        with torch.no_grad():
            nn.utils.vector_to_parameters(values, self.model.parameters())
        self.loss: Callable[[Any, Any], Any] = functional.cross_entropy
        if task.work == "w1":
            self.loss = half_squared_error
        elif task.work == "w4":
            self.loss = functional.binary_cross_entropy_with_logits
        elif task.work == "w6":
            self.loss = functional.binary_cross_entropy
        self.rules(task)

    def rules(self, task: Task) -> None:
        """The optimizer, and what moves its rate: after a step, or after an epoch."""
        optim, parameters = torch.optim, list(self.model.parameters())
        self.after_step: Any = None
        self.after_epoch: Any = None
        if task.work == "w5":
            self.optimizer: Any = optim.Adam(parameters, 0.01)
            schedule = optim.lr_scheduler.CosineAnnealingLR
            self.after_epoch = schedule(self.optimizer, 6, 0.0001)
        elif task.work == "w6":
            self.optimizer = optim.Adam(parameters, 0.05)
        elif task.work == "w7":
            self.optimizer = optim.Adam(parameters, 0.01, (0.85, 0.99))
            linear = optim.lr_scheduler.LinearLR
            self.after_step = linear(self.optimizer, 1.0, 0.0, 960)
        else:
            self.optimizer = optim.SGD(parameters, float(task.shape[6]))

    def prepared(self, inputs: Rows, targets: Rows) -> Any:
        x, t = torch.tensor(inputs), torch.tensor(targets)
        if self.work == "w7":
            return x.long(), t.view(len(x), 16, 27).argmax(2)
        return x, t.argmax(1) if self.work in ("w2", "w3", "w5") else t

    def train(self, data: Any, epochs: int) -> None:
        inputs, targets = data
        for _ in range(epochs):
            for start in range(0, len(inputs), self.batch):
                end = start + self.batch
                t = targets[start:end]
                self.optimizer.zero_grad()
                outputs = self.model(inputs[start:end])
                self.loss(outputs, t.flatten() if self.work == "w7" else t).backward()
                self.optimizer.step()
                if self.after_step is not None:
                    self.after_step.step()
            if self.after_epoch is not None:
                self.after_epoch.step()

    def numbers(self) -> list[float]:
        found: list[float] = nn.utils.parameters_to_vector(
            self.model.parameters()
        ).tolist()
        return found


if __name__ == "__main__":
    measure(Torch)

"""Of a file of `bpgen export --to torch` what it draws with, and what PyTorch lacks.

A file has those parts that it reaches.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class Generator:
    """sfc32: the numbers that every file of bpgen draws, in every language."""

    def __init__(self, seed: int) -> None:
        self.words = [0, seed, 0, 1]
        for _ in range(12):
            self.next()

    def next(self) -> int:
        """A whole number from 0 to 4294967295."""
        a, b, c, counter = self.words
        result = (a + b + counter) & 0xFFFFFFFF
        rotated = ((c << 21) | (c >> 11)) & 0xFFFFFFFF
        self.words = [
            b ^ (b >> 9),
            (c + (c << 3)) & 0xFFFFFFFF,
            (rotated + result) & 0xFFFFFFFF,
            (counter + 1) & 0xFFFFFFFF,
        ]
        return result

    def uniform(self, low: float, high: float) -> float:
        """A number from low up to, but not including, high."""
        return low + (high - low) * (self.next() / 4294967296.0)

    def normal(self, mean: float, std: float) -> float:
        """Nearly normal: the sum of twelve uniform numbers, less 6."""
        total = -6.0
        for _ in range(12):
            total += self.next() / 4294967296.0
        return mean + std * total

    def shuffle(self, items: list[int]) -> None:
        """Every order is as likely as any other (Fisher-Yates)."""
        for i in range(len(items) - 1, 0, -1):
            j = self.next() * (i + 1) >> 32
            items[i], items[j] = items[j], items[i]


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2."""

    def __init__(self, groups: Any, lr: float, betas: Any, weight_decay: float) -> None:
        defaults = {"lr": lr, "betas": betas, "weight_decay": weight_decay}
        super().__init__(groups, defaults)

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """One update."""
        for group in self.param_groups:
            first, second = group["betas"]
            for w in group["params"]:
                m = self.state[w].setdefault("exp_avg", torch.zeros_like(w))
                direction = torch.sign(first * m + (1.0 - first) * w.grad)
                w -= group["lr"] * (direction + group["weight_decay"] * w)
                m.mul_(second).add_(w.grad, alpha=1.0 - second)


def chosen(is_so: Any, one: Any, other: Any, *values: Tensor) -> Tensor:
    """For each element what one function gives or the other, and its slope alone."""
    found = torch.zeros_like(values[0])
    so = torch.as_tensor(is_so).expand_as(found)
    for where, branch in ((so, one), (~so, other)):
        part = torch.as_tensor(branch(*(value[where] for value in values)))
        part = part.to(found.dtype).expand(int(where.sum()))
        found = found.masked_scatter(where, part)
    return found


def largest(one: Any, other: Any) -> Tensor:
    """The larger of two, element by element."""
    both = [torch.as_tensor(value) for value in (one, other)]
    return torch.maximum(*torch.broadcast_tensors(*both))


def smallest(one: Any, other: Any) -> Tensor:
    """The smaller of two, element by element."""
    both = [torch.as_tensor(value) for value in (one, other)]
    return torch.minimum(*torch.broadcast_tensors(*both))

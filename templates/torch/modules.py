"""Of a file of `bpgen export --to torch` what stands before the model: modules and
functions that a net's own class calls.

A file has those parts that it reaches, and the imports that they need.
"""

from __future__ import annotations

import os
from typing import Any

import torch
import torch.nn.functional as F  # as in PyTorch's own documentation
from torch import Tensor, distributed, nn


class Processes:
    """This process among those that torchrun started; alone, it is the only one."""

    rank = int(os.environ.get("RANK", "0"))
    world = int(os.environ.get("WORLD_SIZE", "1"))
    real = -1  # samples of this process's share; a share of none runs one, for nothing


def all_sum(values: Tensor) -> Tensor:
    """The sum over all processes, with its slope."""
    if Processes.world == 1:
        return values
    found: Tensor = AllSum.apply(values)
    return found


class AllSum(torch.autograd.Function):
    """A sum over all processes; what flows back is summed, too."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        total = values.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, slopes: Tensor) -> Tensor:
        total = slopes.clone()
        distributed.all_reduce(total)
        return total


class BatchNorm(nn.Module):
    """Batch normalization over a batch of all processes together."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, size: int, axis: int, epsilon: float, momentum: float) -> None:
        super().__init__()
        self.axis, self.epsilon, self.momentum = axis, epsilon, momentum
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size))
        self.register_buffer("running_mean", torch.zeros(size))
        self.register_buffer("running_var", torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean, self.running_var
        x = x.movedim(self.axis, 1)
        if not self.training:
            own = (mean, var, self.weight, self.bias)
            y = F.batch_norm(x, *own, False, self.momentum, self.epsilon)
            return y.movedim(1, self.axis)
        mean, var = self.statistics(x)
        shape = (1, -1, *[1] * (x.dim() - 2))
        scale = self.weight / torch.sqrt(var + self.epsilon)
        y = (x - mean.view(shape)) * scale.view(shape) + self.bias.view(shape)
        return y.movedim(1, self.axis)

    def statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of a batch, which the running ones follow."""
        axes = [0, *range(2, x.dim())]
        own = x if Processes.real < 0 else x[: Processes.real]
        count = float(all_sum(x.new_tensor(float(own.numel() // x.shape[1]))))
        mean = all_sum(own.sum(axes) + 0.0 * x.sum()) / count
        gap = own - mean.view(1, -1, *[1] * (x.dim() - 2))
        var = all_sum((gap * gap).sum(axes)) / count
        with torch.no_grad():
            self.running_mean += self.momentum * (mean - self.running_mean)
            if count > 1.0:
                unbiased = var * (count / (count - 1.0))
                self.running_var += self.momentum * (unbiased - self.running_var)
        return mean, var


class Scaling(nn.Module):
    """(x - offset) / scale, by column."""

    offset: Tensor
    scale: Tensor

    def __init__(self, size: int, axis: int) -> None:
        super().__init__()
        self.axis = axis
        self.register_buffer("offset", torch.zeros(size))
        self.register_buffer("scale", torch.ones(size))

    def along(self, numbers: Tensor, x: Tensor) -> Tensor:
        """One number for each column, in the shape of samples."""
        shape = [1] * x.dim()
        shape[self.axis] = -1
        return numbers.view(shape)

    def forward(self, x: Tensor) -> Tensor:
        return (x - self.along(self.offset, x)) / self.along(self.scale, x)

    def back(self, y: Tensor) -> Tensor:
        """From outputs as the loss sees them to those of the data."""
        return y * self.along(self.scale, y) + self.along(self.offset, y)


def by_category(x: Tensor, widths: list[int]) -> Tensor:
    """A number for each category in the place of a column that has some."""
    found = [
        F.one_hot(x[:, i].long(), width).to(x.dtype) if width > 1 else x[:, i : i + 1]
        for i, width in enumerate(widths)
    ]
    return torch.cat(found, 1)


class Attention(nn.Module):
    """Multi-head self-attention: each step looks at others, or at those before it."""

    def __init__(
        self,
        features: int,
        heads: int,
        causal: bool,
        bias: bool,
        size: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.heads, self.causal, self.dropout = heads, causal, dropout
        size = size or features
        self.query = nn.Linear(features, size, bias=bias)
        self.key = nn.Linear(features, size, bias=bias)
        self.value = nn.Linear(features, size, bias=bias)
        self.output = nn.Linear(size, features, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (
            part(x).view(*x.shape[:-1], self.heads, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        query, key = self.turned(query), self.turned(key)
        rate = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(
            query, key, value, dropout_p=rate, is_causal=self.causal
        )
        found: Tensor = self.output(mixed.transpose(1, 2).flatten(2))
        return found

    def turned(self, x: Tensor) -> Tensor:
        """Queries or keys, [batch, heads, time, size], as they are compared."""
        return x


class RotaryAttention(Attention):
    """Attention whose queries and keys are turned by the place of their step."""

    def turned(self, x: Tensor) -> Tensor:
        """Pairs of both halves, turned by t / 10000 ^ (2i / size)."""
        steps, size = x.shape[-2], x.shape[-1]
        rates = 10000.0 ** (-torch.arange(0, size, 2, dtype=x.dtype) / size)
        angles = torch.outer(torch.arange(steps, dtype=x.dtype), rates).to(x.device)
        cosine, sine = torch.cos(angles), torch.sin(angles)
        one, other = x[..., : size // 2], x[..., size // 2 :]
        pairs = (one * cosine - other * sine, one * sine + other * cosine)
        return torch.cat(pairs, -1)


class ResetGRU(nn.GRU):
    """A GRU whose gate resets each state before it is weighed, not after."""

    # PyTorch's takes a first state, too, which nobody has here.
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        ways = [self.states(x, "l0")]
        last = [ways[0][:, -1]]
        if self.bidirectional:
            ways.append(self.states(x.flip(1), "l0_reverse").flip(1))
            last.append(ways[1][:, 0])
        return torch.cat(ways, 2), torch.stack(last)

    def states(self, x: Tensor, way: str) -> Tensor:
        """The states after all steps of one way through time."""
        own = dict(self.named_parameters())
        sums = F.linear(x, own[f"weight_ih_{way}"])
        if self.bias:
            sums = sums + own[f"bias_ih_{way}"] + own[f"bias_hh_{way}"]
        size = self.hidden_size
        weight = own[f"weight_hh_{way}"]
        gates, last = weight[: 2 * size], weight[2 * size :]
        state, found = torch.zeros_like(sums[:, 0, :size]), []
        for step in sums.unbind(1):
            both = torch.sigmoid(step[:, : 2 * size] + F.linear(state, gates))
            reset, update = both.chunk(2, 1)
            new = torch.tanh(step[:, 2 * size :] + F.linear(reset * state, last))
            state = (1.0 - update) * new + update * state
            found.append(state)
        return torch.stack(found, 1)


class Table(nn.Module):
    """One row of learned numbers for each step, added to it."""

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(steps, features))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.weight


def prelu(x: Tensor, slope: Tensor, axis: int) -> Tensor:
    """x above 0, and a learned slope of its channel below."""
    shape = [1] * x.dim()
    shape[axis] = -1
    return torch.where(x > 0.0, x, slope.view(shape) * x)

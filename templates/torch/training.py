"""Of a file of `bpgen export --to torch` how it draws, learns and keeps its state.

A file has those parts that it reaches. Constants that are annotated here get the
values of its net; `Model`, `sample_losses` and the like are written for each.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

NET: str  # the hash of the net: what saved states belong to
SEED: int
BATCH_SIZE: int  # of all processes together
SHUFFLE: bool
VALIDATION: float  # the share of the samples held out
OPTIMIZER: str
RATE: float
SCHEDULE_PER: str
STARTS: dict[str, tuple[Any, ...]]  # of each parameter, in the order of drawing
BUFFERS: dict[str, tuple[Any, ...]]  # and how they start
RENAMED: dict[str, str]  # where PyTorch has another name
FROZEN: set[str]
FACTORS: dict[str, float]  # of the learning rate
PENALTIES: dict[str, tuple[float, float]]  # l1 and l2
STATES: dict[str, float | str]  # what the optimizer keeps, and its start
SCALARS: dict[str, Any]  # what it counts
SCHEDULE: dict[str, float]


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


class Run:
    """A training: the model, what moves it, and how far it is."""

    def __init__(self, seed: int = SEED) -> None:
        self.generator = Generator(seed)
        self.model = Model()
        self.initialize()
        for name, tensor in self.parameters().items():
            tensor.requires_grad_(name not in FROZEN)
        self.schedule = dict(SCHEDULE)
        self.steps = self.epoch = 0
        groups = [
            {"params": [tensor], "lr": RATE * FACTORS.get(name, 1.0)}
            for name, tensor in self.trained().items()
        ]
        self.optimizer = make_optimizer(groups)
        self.set_rate()
        self.module: nn.Module = self.model
        if Processes.world > 1:
            self.module = DistributedDataParallel(self.model, broadcast_buffers=False)

    def tensors(self) -> dict[str, Tensor]:
        """All that the model holds, by the names of PyTorch."""
        return dict(self.model.state_dict(keep_vars=True))

    def parameters(self) -> dict[str, Tensor]:
        """The parameters by the names of net.yaml."""
        own = self.tensors()
        return {name: own[RENAMED.get(name, name)] for name in STARTS}

    def trained(self) -> dict[str, Tensor]:
        """Those that training moves."""
        return {n: t for n, t in self.parameters().items() if n not in FROZEN}

    def buffers(self) -> dict[str, Tensor]:
        """What layers remember, by the names of net.yaml."""
        own = self.tensors()
        return {name: own[RENAMED.get(name, name)] for name in BUFFERS}

    @torch.no_grad()
    def initialize(self) -> None:
        """Draw the parameters, in the order of net.yaml."""
        tensors = self.parameters()
        tensors |= self.buffers()
        for name, (kind, *given) in {**STARTS, **BUFFERS}.items():
            tensor = tensors[name]
            if kind == "given":
                start = torch.as_tensor(given[0], dtype=torch.float64)
            elif kind == "constant":
                start = torch.full(tensor.shape, given[0], dtype=torch.float64)
            else:
                is_flat = kind == "uniform"
                draw = self.generator.uniform if is_flat else self.generator.normal
                drawn = [draw(*given[:2]) for _ in range(tensor.numel())]
                start = torch.tensor(drawn, dtype=torch.float64).reshape(tensor.shape)
            if kind == "orthogonal":
                orthogonalize(start, given[2])
            tensor.copy_(start.reshape(tensor.shape))

    def set_rate(self) -> None:
        """The learning rate of the schedule, for each group by its factor."""
        rate = self.schedule.get("learning_rate", RATE)
        groups = self.optimizer.param_groups
        for name, group in zip(self.trained(), groups, strict=True):
            group["lr"] = rate * FACTORS.get(name, 1.0)

    def step(self, inputs: Tensor, targets: Tensor, batch: list[int]) -> float:
        """One update with a batch, of which each process takes its share; its mean
        loss before the update."""
        share = batch[Processes.rank :: Processes.world]
        Processes.real = len(share)
        rows = share or batch[:1]
        self.model.train()
        self.optimizer.zero_grad()
        outputs = self.module(inputs[rows])
        losses = sample_losses(outputs, aims(self.model, targets[rows]))
        own = losses.sum() if share else 0.0 * losses.sum()
        penalty = self.penalty()
        # Processes take the mean of their slopes: so each counts as all of them.
        (own * (Processes.world / len(batch)) + penalty).backward()  # type: ignore
        Processes.real = -1
        self.clip()
        self.optimizer.step()
        self.steps += 1
        if SCHEDULE_PER == "step":
            move(self.schedule, 0.0)
            self.set_rate()
        with torch.no_grad():
            return float(all_sum(own.detach()) / len(batch) + penalty)

    def penalty(self) -> Tensor:
        """What regularization adds to the loss."""
        total = torch.zeros(())
        for name, tensor in self.parameters().items():
            l1, l2 = PENALTIES.get(name, (0.0, 0.0))
            if l1:
                total = total + l1 * tensor.abs().sum()
            if l2:
                total = total + 0.5 * l2 * (tensor * tensor).sum()
        return total

    def clip(self) -> None:
        """Make long steps shorter, as net.yaml says."""
        clip_gradients(list(self.trained().values()))

    def train(self, inputs: Tensor, targets: Tensor) -> float:
        """One epoch; its mean loss."""
        held, order = split(len(inputs))
        if SHUFFLE:
            self.generator.shuffle(order)
        total = 0.0
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            total += len(batch) * self.step(inputs, targets, batch)
        self.epoch += 1
        loss = total / len(order)
        if SCHEDULE_PER == "epoch":
            move(self.schedule, self.mean_loss(inputs, targets, held) if held else loss)
            self.set_rate()
        return loss

    @torch.no_grad()
    def mean_loss(self, inputs: Tensor, targets: Tensor, rows: list[int]) -> float:
        """The mean loss of some samples, without learning from them."""
        self.model.eval()
        aimed = aims(self.model, targets[rows])
        return float(sample_losses(self.model(inputs[rows]), aimed).mean())

    # Saving: the state that every file of bpgen goes on from, in any language ------

    def to_state(self) -> dict[str, Any]:
        """What to_json() of an emitted file gives."""
        kept: dict[str, Any] = count_steps(self.steps)
        for key, start in STATES.items():
            for name, tensor in self.trained().items():
                number = RATE * FACTORS.get(name, 1.0) if start == "rate" else start
                found = self.optimizer.state[tensor].get(key)
                if found is None:
                    found = torch.full_like(tensor, float(number))
                kept[f"{name}.{key}"] = found.double().tolist()
        optimizer: dict[str, Any] = {"type": OPTIMIZER}
        if kept:
            optimizer["state"] = kept
        return {
            "format": "bpgen 1",
            "net": NET,
            "parameters": listed(self.parameters()),
            "buffers": listed(self.buffers()),
            "optimizer": optimizer,
            "schedule": self.schedule,
            "epoch": self.epoch,
            "generator": self.generator.words,
        }

    @torch.no_grad()
    def from_state(self, state: dict[str, Any]) -> None:
        """Go on from what to_json() of an emitted file gave."""
        if state.get("format") != "bpgen 1" or state.get("net") != NET:
            raise SystemExit("error: that was saved by another net")
        tensors = {**self.parameters(), **self.buffers()}
        for name, numbers in {**state["parameters"], **state["buffers"]}.items():
            tensors[name].copy_(torch.tensor(numbers, dtype=torch.float64))
        kept = state["optimizer"].get("state", {})
        self.steps = int(kept.get("step", 0))
        self.optimizer.state.clear()
        for name, tensor in self.trained().items() if self.steps else ():
            own = self.optimizer.state[tensor]
            for key in STATES:
                numbers = torch.tensor(kept[f"{name}.{key}"], dtype=torch.float64)
                own[key] = numbers.to(tensor.dtype).reshape(tensor.shape)
            own["step"] = torch.tensor(float(self.steps))
            if "mu_product" in kept:
                own["mu_product"] = torch.tensor(kept["mu_product"])
        self.schedule = {key: float(x) for key, x in state["schedule"].items()}
        self.set_rate()
        self.epoch = int(state["epoch"])
        self.generator.words = [int(word) for word in state["generator"]]


def listed(tensors: dict[str, Tensor]) -> dict[str, Any]:
    """Numbers by name, as nested lists."""
    return {name: tensor.detach().double().tolist() for name, tensor in tensors.items()}


def count_steps(steps: int) -> dict[str, Any]:
    """What the optimizer counts, after so many updates."""
    found = dict.fromkeys(SCALARS, 1.0)
    decay = 1.0
    for _ in range(steps):
        decay *= 0.9998367253526753
        for key, beta in SCALARS.items():
            if key == "mu_product":
                found[key] *= beta * (1.0 - 0.5 * decay)
            else:
                found[key] *= beta
    return {key: float(steps) if key == "step" else found[key] for key in SCALARS}


def orthogonalize(weight: Tensor, gates: int) -> None:
    """Each row of length 1 and at right angles to all others, gate by gate."""
    for part in weight.chunk(gates):
        rows = part.reshape(part.shape[0], -1)
        vectors = rows.T if rows.shape[0] > rows.shape[1] else rows
        for i in range(len(vectors)):
            vectors[i] /= vectors[i].norm()
            dots = vectors[i + 1 :] @ vectors[i]
            vectors[i + 1 :] -= torch.outer(dots, vectors[i])


def split(count: int) -> tuple[list[int], list[int]]:
    """The samples held out, always the same ones, and those to learn from."""
    order = list(range(count))
    if VALIDATION == 0.0:
        return [], order
    Generator(SEED).shuffle(order)
    held = max(1, int(VALIDATION * count))
    return sorted(order[:held]), sorted(order[held:])

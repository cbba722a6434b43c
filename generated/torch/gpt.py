"""Gpt in PyTorch: the net of gpt.yaml, and a script that trains it.

    python gpt.py
        trains it on its own data
    torchrun --nproc_per_node 2 gpt.py
        in two processes: the same numbers
    python gpt.py --help
        tells the rest

Saved states are those of the files that `bpgen emit` writes: training can go on in
any language. Made by bpgen export; it is yours to change.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import struct
import sys
import time
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch
import torch.nn.functional as F
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

NET = "990fb8b321140d42"
FORMAT = "bpgen 1"
CHECKPOINT = "bpgen 1, under way"
SEED = 1
INPUT_SHAPE = (16,)
OUTPUT_SHAPE = (16, 27)
INDICES = 27
EPOCHS = 3
EPOCHS_WIDTH = 1
BATCH_SIZE = 1
SHUFFLE = True
REPORT_EVERY = 1
AT_ONCE = 256
HAS_CLASSES = True
TELLS_CLASSES = True
HAS_DATA = True
TEST_COUNT = 0
OPTIMIZER = "adam"
RATE = 0.01
SCHEDULE_PER = "step"
BUFFERS: dict[str, tuple[Any, ...]] = {}
FACTORS: dict[str, float] = {}
PENALTIES: dict[str, tuple[float, float]] = {}
STATES: dict[str, Any] = {"exp_avg": 0.0, "exp_avg_sq": 0.0}
SCALARS: dict[str, Any] = {"step": 1.0, "beta1_power": 0.85, "beta2_power": 0.99}
SCHEDULE: dict[str, float] = {"learning_rate": 0.01, "moves": 0.0}
RENAMED: dict[str, str] = {}
FROZEN: set[str] = set()
STARTS: dict[str, tuple[Any, ...]] = {
    "letter.weight": ("normal", 0.0, 1.0),
    "place.weight": ("normal", 0.0, 1.0),
    "start.weight": ("constant", 1.0),
    "norm1.weight": ("constant", 1.0),
    "mix.query.weight": ("uniform", -0.4330127018922193, 0.4330127018922193),
    "mix.key.weight": ("uniform", -0.4330127018922193, 0.4330127018922193),
    "mix.value.weight": ("uniform", -0.4330127018922193, 0.4330127018922193),
    "mix.output.weight": ("uniform", -0.4330127018922193, 0.4330127018922193),
    "norm2.weight": ("constant", 1.0),
    "wide.weight": ("uniform", -0.2738612787525831, 0.2738612787525831),
    "narrow.weight": ("uniform", -0.2738612787525831, 0.2738612787525831),
    "next.weight": ("uniform", -0.3735436838188142, 0.3735436838188142),
}


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


class Table(nn.Module):
    """One row of learned numbers for each step, added to it."""

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(steps, features))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.weight


class Gpt(nn.Module):
    """A net of 4,240 parameters, called as in net.yaml."""

    def __init__(self) -> None:
        super().__init__()
        self.letter = nn.Embedding(27, 16)
        self.place = Table(16, 16)
        self.start = nn.RMSNorm(16, eps=1e-05)
        self.norm1 = nn.RMSNorm(16, eps=1e-05)
        self.mix = Attention(16, 4, True, False)
        self.norm2 = nn.RMSNorm(16, eps=1e-05)
        self.wide = nn.Linear(16, 64, bias=False)
        self.narrow = nn.Linear(64, 16, bias=False)
        self.next = nn.Linear(16, 27, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """The outputs of a batch."""
        letter = self.letter(x)
        place = self.place(letter)
        start = self.start(place)
        norm1 = self.norm1(start)
        mix = self.mix(norm1)
        seen = mix + start
        norm2 = self.norm2(seen)
        wide = F.relu(self.wide(norm2))
        narrow = self.narrow(wide)
        thought = narrow + seen
        next = self.next(thought)
        found: Tensor = next
        return found

    def predict(self, x: Tensor) -> Tensor:
        """What predict of an emitted file gives, for a batch."""
        found: Tensor = self(x)
        return found


def sample_losses(o: Tensor, t: Tensor) -> Tensor:
    """Softmax cross entropy of each sample."""
    each = -t * F.log_softmax(o, -1)
    return each.sum(-1).reshape(len(o), -1).mean(1)


def aims(model: Gpt, targets: Tensor) -> Tensor:
    """The targets as the loss sees them."""
    return targets


def hits(outputs: Tensor, targets: Tensor) -> Tensor:
    """Of each row of classes, whether the answer is the right one."""
    return outputs.argmax(-1) == targets.argmax(-1)


def make_optimizer(groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """adam, with the settings of net.yaml."""
    return torch.optim.Adam(
        groups,
        lr=0.01,
        eps=1e-08,
        weight_decay=0.0,
        betas=(0.85, 0.99),
    )


def move(kept: dict[str, float], loss: float) -> None:
    """Linear: It goes along a straight line, and stays at its end."""
    learning_rate = kept["learning_rate"]
    moves = kept["moves"]
    steps = 960.0
    start = 1.0
    end = 0.0
    base = 0.01
    moves = min(moves + 1, steps)
    learning_rate = base * (start + (end - start) * moves / steps)
    kept["learning_rate"] = float(learning_rate)
    kept["moves"] = float(moves)


def clip_gradients(tensors: list[Tensor]) -> None:
    """Nothing: no step is made shorter."""


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


def largest(one: Any, other: Any) -> Tensor:
    """The larger of two, element by element."""
    both = [torch.as_tensor(value) for value in (one, other)]
    return torch.maximum(*torch.broadcast_tensors(*both))


class Run:
    """A training: the model, what moves it, and how far it is."""

    def __init__(self, seed: int = SEED) -> None:
        self.generator = Generator(seed)
        self.model = Gpt()
        self.initialize()
        for name, tensor in self.parameters().items():
            tensor.requires_grad_(name not in FROZEN)
        self.schedule = dict(SCHEDULE)
        self.counts = {k: 0.0 if k == "step" else 1.0 for k in SCALARS}
        self.steps = self.epoch = 0
        self.done, self.total = 0, 0.0  # samples of this epoch, and their losses
        self.begun = list(self.generator.words)  # what drew the order of this epoch
        self.optimizer = self.fresh_optimizer()
        self.set_rate()
        self.module: nn.Module = self.model
        if Processes.world > 1:
            self.module = DistributedDataParallel(self.model)

    def fresh_optimizer(self) -> torch.optim.Optimizer:
        """One that has not begun."""
        groups = [
            {"params": [tensor], "lr": RATE * FACTORS.get(name, 1.0)}
            for name, tensor in self.trained().items()
        ]
        return make_optimizer(groups)

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

    def step(self, samples: Samples, batch: list[int]) -> float:
        """One update with a batch, of which each process takes its share; its mean
        loss before the update."""
        share = batch[Processes.rank :: Processes.world]
        Processes.real = len(share)
        inputs, targets = samples.rows(share or batch[:1])
        self.model.train()
        self.optimizer.zero_grad()
        losses = sample_losses(self.module(inputs), aims(self.model, targets))
        own = losses.sum() if share else 0.0 * losses.sum()
        penalty = self.penalty()
        # Processes take the mean of their slopes: so each counts as all of them.
        torch.autograd.backward(own * (Processes.world / len(batch)) + penalty)
        Processes.real = -1
        self.clip()
        self.optimizer.step()
        self.count()
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

    def count(self) -> None:
        """What the optimizer counts, after one more update."""
        self.steps += 1
        for key, beta in SCALARS.items():
            if key == "step":
                self.counts[key] += 1.0
            elif key != "mu_product":
                self.counts[key] *= beta

    def train(
        self, samples: Samples, after: Callable[[Run], None] | None = None
    ) -> float:
        """One epoch, or the rest of one that was begun; its mean loss. `after` is
        called after each update."""
        order = list(samples.learned)
        if self.done:
            self.generator.words = list(self.begun)
        self.begun = list(self.generator.words)
        if SHUFFLE:
            self.generator.shuffle(order)
        for start in range(self.done, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            self.total += len(batch) * self.step(samples, batch)
            self.done += len(batch)
            if after:
                after(self)
        loss = self.total / len(order)
        self.epoch, self.done, self.total = self.epoch + 1, 0, 0.0
        if math.isfinite(loss):
            self.end_epoch(samples, loss)
        return loss

    def end_epoch(self, samples: Samples, loss: float) -> None:
        """Look at the samples held out, then move what goes by epochs."""

    @torch.no_grad()
    def examined(self, samples: Samples, rows: Sequence[int]) -> tuple[float, float]:
        """The mean loss of some samples without learning from them; and, of classes,
        the share that is right."""
        self.model.eval()
        own = rows[Processes.rank :: Processes.world]
        total = torch.zeros(2, dtype=torch.float64)
        for start in range(0, len(own), AT_ONCE):
            inputs, targets = samples.rows(own[start : start + AT_ONCE])
            aimed = aims(self.model, targets)
            total[0] += sample_losses(self.model(inputs), aimed).sum()
            if TELLS_CLASSES:
                found = hits(self.model.predict(inputs), targets)
                total[1] += found.double().mean() * len(inputs)
        total = all_sum(total) / len(rows)
        return float(total[0]), float(total[1])

    def kept(self) -> dict[str, Tensor]:
        """What the optimizer keeps of each parameter."""
        found = {}
        for key, start in STATES.items():
            for name, tensor in self.trained().items():
                number = RATE * FACTORS.get(name, 1.0) if start == "rate" else start
                own = self.optimizer.state[tensor].get(key)
                fresh = torch.full_like(tensor, float(number)) if own is None else own
                found[f"{name}.{key}"] = fresh
        return found

    def numbers(self) -> dict[str, Tensor]:
        """All numbers that training moves, by the names of net.yaml."""
        found = {**self.parameters(), **self.buffers(), **self.kept()}
        return {name: tensor.detach() for name, tensor in found.items()}

    @torch.no_grad()
    def set_numbers(self, numbers: dict[str, Tensor], counts: dict[str, float]) -> None:
        """Take over what `numbers` gave, and what the optimizer had counted."""
        for name, tensor in {**self.parameters(), **self.buffers()}.items():
            if numbers[name].shape != tensor.shape:
                raise ValueError(f"{name} has another shape")
            tensor.copy_(numbers[name])
        self.counts = {key: float(counts[key]) for key in SCALARS}
        self.optimizer = self.fresh_optimizer()
        self.set_rate()
        has_begun = self.counts.get("step", 1.0) > 0.0
        for name, tensor in self.trained().items() if has_begun else ():
            own = self.optimizer.state[tensor]
            for key in STATES:
                own[key] = numbers[f"{name}.{key}"].to(tensor.dtype).clone()
            if STATES:
                own["step"] = torch.tensor(self.counts.get("step", float(self.steps)))

    def is_finite(self) -> bool:
        """Whether all numbers still are."""
        return all(bool(t.isfinite().all()) for t in self.numbers().values())

    def to_state(self) -> dict[str, Any]:
        """What to_json() of an emitted file gives."""
        kept = {**self.counts, **listed(self.kept())}
        optimizer = {"type": OPTIMIZER, **({"state": kept} if kept else {})}
        return {
            "format": FORMAT,
            "net": NET,
            "parameters": listed(self.parameters()),
            "buffers": listed(self.buffers()),
            "optimizer": optimizer,
            "schedule": dict(self.schedule),
            "epoch": self.epoch,
            "generator": list(self.generator.words),
        }

    def from_state(self, state: dict[str, Any]) -> None:
        """Go on from what to_json() of an emitted file gave, or from a checkpoint."""
        if state.get("format") not in (FORMAT, CHECKPOINT):
            raise ValueError("it is no saved state")
        if state.get("net") != NET:
            raise ValueError("it was saved by another net")
        kept = state["optimizer"].get("state", {})
        under_way = state.get("under_way", {})
        self.steps = int(under_way.get("steps", kept.get("step", 0)))
        numbers = {**state["parameters"], **state["buffers"], **kept}
        self.set_numbers(tensors_in(numbers), kept)
        self.schedule = {key: float(state["schedule"][key]) for key in SCHEDULE}
        self.set_rate()
        self.epoch = int(state["epoch"])
        first, second, third, fourth = map(int, state["generator"])
        self.generator.words = [first, second, third, fourth]
        self.done, self.total = 0, 0.0
        if under_way:
            self.done, self.total = int(under_way["done"]), float(under_way["total"])
            self.begun = [int(word) for word in under_way["begun"]]

    def to_checkpoint(self) -> dict[str, Any]:
        """A state between any two updates, for this file alone."""
        under_way: dict[str, Any] = {
            "steps": self.steps,
            "done": self.done,
            "total": self.total,
            "begun": self.begun,
        }
        return {**self.to_state(), "format": CHECKPOINT, "under_way": under_way}


class Best:
    """The best epoch so far, and how many were worse since."""

    def __init__(
        self,
        loss: float = 1.7976931348623157e308,
        epoch: int = 0,
        worse: int = 0,
        numbers: dict[str, Tensor] | None = None,
        counts: dict[str, float] | None = None,
    ) -> None:
        self.loss, self.epoch, self.worse = loss, epoch, worse
        self.numbers, self.counts = numbers or {}, counts or {}

    def to_saved(self) -> list[Any]:
        """What `from_saved` takes."""
        numbers = listed(self.numbers)
        return [self.loss, self.epoch, self.worse, numbers, self.counts]

    @classmethod
    def from_saved(cls, saved: list[Any]) -> Best:
        """What `to_saved` gave."""
        loss, epoch, worse, numbers, counts = saved
        return cls(loss, epoch, worse, tensors_in(numbers), counts)


def listed(tensors: dict[str, Tensor]) -> dict[str, Any]:
    """Numbers by name, as nested lists."""
    return {name: tensor.detach().double().tolist() for name, tensor in tensors.items()}


def tensors_in(lists: dict[str, Any]) -> dict[str, Tensor]:
    """What `listed` made lists of."""
    return {name: torch.tensor(x, dtype=torch.float64) for name, x in lists.items()}


def orthogonalize(weight: Tensor, gates: int) -> None:
    """Each row of length 1 and at right angles to all others, gate by gate."""
    for part in weight.chunk(gates):
        rows = part.reshape(part.shape[0], -1)
        vectors = rows.T if rows.shape[0] > rows.shape[1] else rows
        for i in range(len(vectors)):
            vectors[i] /= vectors[i].norm()
            dots = vectors[i + 1 :] @ vectors[i]
            vectors[i + 1 :] -= torch.outer(dots, vectors[i])


def fail(message: str) -> NoReturn:
    """End with a line on what is wrong."""
    print(f"error: {message}", file=sys.stderr)
    raise SystemExit(2)


def numbers(text: str) -> Tensor:
    """Numbers that stand in a text."""
    return torch.tensor(list(map(float, text.split())), dtype=torch.float64)


def tensors_of(inputs: Any, targets: Any) -> tuple[Tensor, Tensor]:
    """Samples in the shapes of the net."""
    x = torch.as_tensor(inputs)
    x = x.long() if INDICES else x.to(torch.get_default_dtype())
    t = torch.as_tensor(targets).to(torch.get_default_dtype())
    if HAS_CLASSES and t.numel() * OUTPUT_SHAPE[-1] == len(x) * math.prod(OUTPUT_SHAPE):
        t = F.one_hot(t.long(), OUTPUT_SHAPE[-1]).to(t.dtype)  # classes by number
    return x.reshape(-1, *INPUT_SHAPE), t.reshape(-1, *OUTPUT_SHAPE)


class Samples:
    """Inputs and targets in parts, which may stay in their files."""

    def __init__(self, *parts: tuple[Any, Any]) -> None:
        self.parts = parts
        self.starts = [0]
        for inputs, _ in parts:
            self.starts.append(self.starts[-1] + len(inputs))
        count = self.starts[-1]
        self.held: Sequence[int] = []  # the samples held out, always the same ones
        self.learned: Sequence[int] = range(count)

    def __len__(self) -> int:
        return self.starts[-1]

    def rows(self, wanted: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Some samples, in this order."""
        places: dict[int, list[int]] = {}  # by part
        for place, row in enumerate(wanted):
            places.setdefault(bisect_right(self.starts, row) - 1, []).append(place)
        found = []
        for part, own in places.items():
            rows = [wanted[place] - self.starts[part] for place in own]
            inputs, targets = self.parts[part]
            found.append(tensors_of(inputs[rows], targets[rows]))
        x, t = map(torch.cat, zip(*found, strict=True))
        if not (x.isfinite().all() and t.isfinite().all()):
            fail(f"a number is not finite in one of the samples {sorted(wanted)}")
        back = torch.tensor([place for own in places.values() for place in own])
        return x[back.argsort()], t[back.argsort()]


def read_files(path: Path) -> Samples:
    """Samples of an NPZ file with the arrays `inputs` and `targets` (or `labels`), or
    of all NPZ files of a folder, in the order of their names."""
    files = sorted(path.glob("*.npz")) if path.is_dir() else [path]
    if not files:
        fail(f"there are no NPZ files in {path}")
    found = Samples(*map(part_of, files))
    if not found.learned:
        fail(f"{path}: there are no samples to learn from")
    return found


def part_of(file: Path) -> tuple[Any, Any]:
    """The samples of one file."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            aims = "targets" if "targets.npy" in names else "labels"
            pair = array_of(archive, "inputs"), array_of(archive, aims)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        fail(f"{file}: {error}")
    inputs, targets = pair
    given, wanted = math.prod(inputs.shape[1:]), math.prod(INPUT_SHAPE)
    if given != wanted:
        fail(f"{file}: expected {wanted} inputs in a sample, got {given}")
    if len(inputs) != len(targets):
        fail(f"{file}: {len(inputs)} inputs, but {len(targets)} {aims}")
    given, wanted = math.prod(targets.shape[1:]), math.prod(OUTPUT_SHAPE)
    are_labels = HAS_CLASSES and given * OUTPUT_SHAPE[-1] == wanted
    if given != wanted and not are_labels:
        fail(f"{file}: expected {wanted} targets of a sample, got {given}")
    wholes = [("inputs", inputs, INDICES)] if INDICES else []
    wholes += [(aims, targets, OUTPUT_SHAPE[-1])] if are_labels else []
    for name, array, count in wholes:
        is_so = not array.size or 0 <= array.min() <= array.max() < count
        if not is_so or (array % 1).any():
            fail(f"{file}: {name}: expected whole numbers from 0 to {count - 1}")
    return inputs, targets


def array_of(archive: zipfile.ZipFile, name: str) -> Any:
    """An array of an NPZ file: it stays there, unless it is compressed."""
    import numpy
    from numpy.lib import format as npy

    member = archive.getinfo(f"{name}.npy")
    with archive.open(member) as stream:
        is_first = npy.read_magic(stream) == (1, 0)
        read = npy.read_array_header_1_0 if is_first else npy.read_array_header_2_0
        shape, by_column, dtype = read(stream)
        if dtype.kind not in "biuf" or not dtype.isnative or not shape:
            raise ValueError(f"{name}: expected rows of numbers, got {dtype}")
        start = stream.tell()
        if member.compress_type != zipfile.ZIP_STORED or not math.prod(shape):
            stream.seek(0)
            return npy.read_array(stream, allow_pickle=False)
    with Path(str(archive.filename)).open("rb") as raw:
        raw.seek(member.header_offset + 26)
        start += member.header_offset + 30 + sum(struct.unpack("<HH", raw.read(4)))
    order: Any = "CF"[by_column]
    return numpy.memmap(str(archive.filename), dtype, "r", start, shape, order)


def say(line: str) -> None:
    """A line, once for all processes; on a terminal in the place of the progress."""
    if Processes.rank == 0:
        print("\r\x1b[K" * sys.stdout.isatty() + line, flush=True)


class Progress:
    """How far training is and how long it takes, for who waits at a terminal."""

    def __init__(self, first: float, last: float) -> None:
        self.first, self.last = first, last
        self.started = self.told = time.perf_counter()

    def tell(self, at: float) -> None:
        """At most five times a second."""
        now = time.perf_counter()
        is_seen = Processes.rank == 0 and sys.stdout.isatty()
        if is_seen and now > self.told + 0.2 and at > self.first:
            self.told = now
            share = (at - self.first) / (self.last - self.first)
            left = (now - self.started) * (1.0 - share) / share
            print(f"\r{share:.1%} done, {left:.0f} s left\x1b[K", end="", flush=True)


def save(state: dict[str, Any], file: str) -> None:
    """Write a state whole or not at all: a kill leaves the one before."""
    if file and Processes.rank == 0:
        part = Path(f"{file}.part")
        try:
            part.write_text(json.dumps(state, allow_nan=False))
            part.replace(file)
        except OSError as error:
            fail(f"{file}: {error.strerror}")


def load(run: Run, file: str) -> tuple[int, int]:
    """Go on from a saved state, which the first process reads for all; how many epochs
    were asked for and where they end, if it was saved before that."""
    texts: list[Any] = [""]
    try:
        if Processes.rank == 0:
            texts = [Path(file).read_text()]
        if Processes.world > 1:
            distributed.broadcast_object_list(texts)
        state = json.loads(texts[0])
        run.from_state(state)
        epochs, last = state.get("asked", (0, 0))
        say(f"loaded: {file}, epoch {run.epoch}")
        return int(epochs), int(last)
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except KeyError as error:
        fail(f"{file}: {error} is missing")
    except ValueError as error:
        fail(f"{file}: {error}")
    except (TypeError, AttributeError, RecursionError, RuntimeError):
        fail(f"{file}: it is no saved state")


def check(run: Run, samples: Samples) -> int:
    """Compare gradients with differences of the loss, in float64; 1 if they differ."""
    worst = 0.0
    rows = range(min(3, len(samples)))
    x, t = samples.rows(rows)
    run.model.eval()
    run.model.zero_grad()
    losses = sample_losses(run.model(x), aims(run.model, t))
    torch.autograd.backward(losses.mean())
    for tensor in run.trained().values():
        slopes = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        flat, slope = tensor.detach().reshape(-1), slopes.reshape(-1)
        for i in range(0, len(flat), max(1, len(flat) // 50)):
            value, sides = float(flat[i]), []
            for moved in (value + 1e-6, value - 1e-6):
                flat[i] = moved
                sides.append(run.examined(samples, rows)[0])
            flat[i] = value
            found = (sides[0] - sides[1]) / 2e-6
            worst = max(worst, abs(found - float(slope[i])) / max(1.0, abs(found)))
    say(f"largest gradient error: {worst:.2e}")
    return 0 if worst < 1e-5 else 1


def positive(text: str) -> int:
    """A whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Train the net; see the top.")
    parser.add_argument("--epochs", type=positive, metavar="N", help="how many")
    parser.add_argument("--double", action="store_true", help="float64, not float32")
    parser.add_argument("--load", default="", metavar="FILE", help="go on from there")
    parser.add_argument(
        "--save",
        default="",
        metavar="FILE",
        help="keep what was learned; until training ends, a checkpoint at each report",
    )
    parser.add_argument(
        "--every",
        type=positive,
        default=0,
        metavar="N",
        help="a checkpoint every N updates: --load goes on from there if it is killed",
    )
    parser.add_argument("--data", metavar="FILE", help="NPZ, or a folder of them")
    parser.add_argument("--check", action="store_true", help="check the gradients")
    wanted = parser.parse_args()
    if wanted.every and not wanted.save:
        parser.error("--every needs --save FILE")
    return wanted


def main() -> int:
    """Train, alone or as one of several processes."""
    wanted = arguments()
    if wanted.double or wanted.check:
        torch.set_default_dtype(torch.float64)
    has_gpu = torch.cuda.is_available()
    if has_gpu:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        torch.set_default_device("cuda")
    if Processes.world > 1:
        distributed.init_process_group("nccl" if has_gpu else "gloo")
    try:
        code = done(wanted)
        if Processes.world > 1:
            distributed.barrier()  # none goes while another one may need it
        return code
    finally:
        if Processes.world > 1:
            distributed.destroy_process_group()


def done(wanted: argparse.Namespace) -> int:
    """What the command line asks for."""
    run = Run()
    epochs, last = load(run, wanted.load) if wanted.load else (0, 0)
    if not epochs or wanted.epochs:
        epochs = wanted.epochs or EPOCHS
        last = run.epoch + epochs
    samples = Samples()
    if HAS_DATA:
        inputs, targets = own_data()
        count = len(inputs) - TEST_COUNT
        samples = Samples((inputs[:count], targets[:count]))
    if wanted.data:
        samples = read_files(Path(wanted.data))
    if not len(samples):
        fail("the net has no data of its own: add --data FILE.npz")
    if wanted.check:
        return check(run, samples)
    if not trained(run, samples, wanted, epochs, last):
        return 1
    return 0


def trained(
    run: Run, samples: Samples, wanted: argparse.Namespace, epochs: int, last: int
) -> bool:
    """Train until the last epoch, tell how it goes, and keep what was learned; whether
    all numbers are finite."""
    asked = {"asked": (epochs, last)}
    progress = Progress(run.epoch + run.done / len(samples), last)

    def after(run: Run) -> None:
        progress.tell(run.epoch + run.done / len(samples))
        if wanted.every and run.steps % wanted.every == 0:
            save(run.to_checkpoint() | asked, wanted.save)

    state = run.to_checkpoint() if wanted.save else {}  # to go back to
    while run.epoch < last:
        loss = run.train(samples, after)
        if not math.isfinite(loss):
            return lost(run, state, wanted.save)
        if is_due(run.epoch, epochs):
            if not run.is_finite():
                return lost(run, state, wanted.save)
            state = run.to_checkpoint() if wanted.save else {}
            save(state | asked, wanted.save)
            say(report(run, samples, loss))
    if not run.is_finite():
        return lost(run, state, wanted.save)
    if wanted.save:
        save(run.to_state(), wanted.save)
        say(f"saved: {wanted.save}, epoch {run.epoch}")
    return True


def is_due(epoch: int, epochs: int) -> bool:
    """Whether an epoch is reported: the first one, and about ten more."""
    every = REPORT_EVERY if epochs == EPOCHS else max(1, epochs // 10)
    return epoch == 1 or epoch % every == 0


def report(run: Run, samples: Samples, loss: float) -> str:
    """What is said of an epoch."""
    told = [f"epoch {run.epoch:>{EPOCHS_WIDTH}}", f"loss {loss:.12f}"]
    return "  ".join(told)


def right(run: Run, samples: Samples) -> int:
    """How many samples are in the right class."""
    return round(run.examined(samples, range(len(samples)))[1] * len(samples))


def own_data() -> tuple[Any, Any]:
    """The inputs and the targets of the net's own data."""
    rows = numbers(DATA).reshape(-1, 32)
    return rows[:, :16], rows[:, 16:]


DATA = """
0 14 9 1 14 5 9 18 0 0 0 0 0 0 0 0 14 9 1 14 5 9 18 0 0 0 0 0 0 0 0 0 0 4 5 9 12 12 5 9
12 25 14 0 0 0 0 0 4 5 9 12 12 5 9 12 25 14 0 0 0 0 0 0 0 9 18 12 1 0 0 0 0 0 0 0 0 0 0
0 9 18 12 1 0 0 0 0 0 0 0 0 0 0 0 0 0 6 5 9 14 4 1 12 0 0 0 0 0 0 0 0 6 5 9 14 4 1 12 0
0 0 0 0 0 0 0 0 0 20 18 9 1 4 1 12 25 14 0 0 0 0 0 0 20 18 9 1 4 1 12 25 14 0 0 0 0 0 0
0 0 22 9 22 15 20 5 18 9 1 0 0 0 0 0 0 22 9 22 15 20 5 18 9 1 0 0 0 0 0 0 0 0 22 9 1 18
9 1 0 0 0 0 0 0 0 0 0 22 9 1 18 9 1 0 0 0 0 0 0 0 0 0 0 0 20 8 21 12 12 9 18 15 13 0 0 0
0 0 0 20 8 21 12 12 9 18 15 13 0 0 0 0 0 0 0 0 3 5 9 19 9 0 0 0 0 0 0 0 0 0 0 3 5 9 19 9
0 0 0 0 0 0 0 0 0 0 0 0 6 5 9 19 1 14 5 0 0 0 0 0 0 0 0 6 5 9 19 1 14 5 0 0 0 0 0 0 0 0
0 0 4 18 1 12 1 12 0 0 0 0 0 0 0 0 0 4 18 1 12 1 12 0 0 0 0 0 0 0 0 0 0 0 8 9 14 1 12 1
0 0 0 0 0 0 0 0 0 8 9 14 1 12 1 0 0 0 0 0 0 0 0 0 0 0 8 1 4 1 0 0 0 0 0 0 0 0 0 0 0 8 1
4 1 0 0 0 0 0 0 0 0 0 0 0 0 0 4 18 5 1 14 14 5 1 1 0 0 0 0 0 0 4 18 5 1 14 14 5 1 1 0 0
0 0 0 0 0 0 18 15 11 9 20 8 0 0 0 0 0 0 0 0 0 18 15 11 9 20 8 0 0 0 0 0 0 0 0 0 0 0 14 5
1 12 1 5 14 0 0 0 0 0 0 0 0 14 5 1 12 1 5 14 0 0 0 0 0 0 0 0 0 0 4 5 1 19 1 13 0 0 0 0 0
0 0 0 0 4 5 1 19 1 13 0 0 0 0 0 0 0 0 0 0 0 23 5 14 14 15 18 9 1 0 0 0 0 0 0 0 23 5 14
14 15 18 9 1 0 0 0 0 0 0 0 0 0 12 1 13 1 13 0 0 0 0 0 0 0 0 0 0 12 1 13 1 13 0 0 0 0 0 0
0 0 0 0 0 0 26 1 5 14 14 1 0 0 0 0 0 0 0 0 0 26 1 5 14 14 1 0 0 0 0 0 0 0 0 0 0 0 4 18 1
5 2 15 0 0 0 0 0 0 0 0 0 4 18 1 5 2 15 0 0 0 0 0 0 0 0 0 0 0 22 1 2 5 14 14 9 13 0 0 0 0
0 0 0 22 1 2 5 14 14 9 13 0 0 0 0 0 0 0 0 0 7 15 14 14 9 15 18 1 0 0 0 0 0 0 0 7 15 14
14 9 15 18 1 0 0 0 0 0 0 0 0 0 26 9 15 11 5 1 20 8 0 0 0 0 0 0 0 26 9 15 11 5 1 20 8 0 0
0 0 0 0 0 0 0 3 1 18 5 19 0 0 0 0 0 0 0 0 0 0 3 1 18 5 19 0 0 0 0 0 0 0 0 0 0 0 0 3 8 1
20 1 5 0 0 0 0 0 0 0 0 0 3 8 1 20 1 5 0 0 0 0 0 0 0 0 0 0 0 4 1 18 1 0 0 0 0 0 0 0 0 0 0
0 4 1 18 1 0 0 0 0 0 0 0 0 0 0 0 0 0 7 12 5 18 18 5 1 14 5 0 0 0 0 0 0 7 12 5 18 18 5 1
14 5 0 0 0 0 0 0 0 0 20 1 5 14 14 9 15 14 5 0 0 0 0 0 0 20 1 5 14 14 9 15 14 5 0 0 0 0 0
0 0 0 9 18 9 1 0 0 0 0 0 0 0 0 0 0 0 9 18 9 1 0 0 0 0 0 0 0 0 0 0 0 0 0 12 9 20 1 5 19 0
0 0 0 0 0 0 0 0 12 9 20 1 5 19 0 0 0 0 0 0 0 0 0 0 0 3 5 20 8 5 14 4 1 1 0 0 0 0 0 0 3 5
20 8 5 14 4 1 1 0 0 0 0 0 0 0 0 2 18 21 2 9 15 18 0 0 0 0 0 0 0 0 2 18 21 2 9 15 18 0 0
0 0 0 0 0 0 0 0 3 9 14 5 0 0 0 0 0 0 0 0 0 0 0 3 9 14 5 0 0 0 0 0 0 0 0 0 0 0 0 0 20 18
9 1 13 0 0 0 0 0 0 0 0 0 0 20 18 9 1 13 0 0 0 0 0 0 0 0 0 0 0 0 15 18 1 5 19 21 20 8 0 0
0 0 0 0 0 15 18 1 5 19 21 20 8 0 0 0 0 0 0 0 0 0 9 1 11 9 1 24 0 0 0 0 0 0 0 0 0 9 1 11
9 1 24 0 0 0 0 0 0 0 0 0 0 0 20 5 18 21 14 5 0 0 0 0 0 0 0 0 0 20 5 18 21 14 5 0 0 0 0 0
0 0 0 0 0 0 6 12 9 1 18 9 15 22 5 18 1 0 0 0 0 6 12 9 1 18 9 15 22 5 18 1 0 0 0 0 0 0 14
9 1 0 0 0 0 0 0 0 0 0 0 0 0 14 9 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 4 18 9 14 0 0 0 0 0 0 0 0
0 0 0 4 18 9 14 0 0 0 0 0 0 0 0 0 0 0 0 0 12 21 2 9 0 0 0 0 0 0 0 0 0 0 0 12 21 2 9 0 0
0 0 0 0 0 0 0 0 0 0 0 23 9 1 12 9 1 14 4 9 12 1 0 0 0 0 23 9 1 12 9 1 14 4 9 12 1 0 0 0
0 0 0 9 15 14 4 9 1 12 1 0 0 0 0 0 0 0 9 15 14 4 9 1 12 1 0 0 0 0 0 0 0 0 0 2 18 21 13 0
0 0 0 0 0 0 0 0 0 0 2 18 21 13 0 0 0 0 0 0 0 0 0 0 0 0 0 11 1 18 18 9 12 25 14 0 0 0 0 0
0 0 11 1 18 18 9 12 25 14 0 0 0 0 0 0 0 0 0 16 9 20 8 21 12 0 0 0 0 0 0 0 0 0 16 9 20 8
21 12 0 0 0 0 0 0 0 0 0 0 0 14 5 20 8 9 0 0 0 0 0 0 0 0 0 0 14 5 20 8 9 0 0 0 0 0 0 0 0
0 0 0 0 23 5 2 1 5 14 1 0 0 0 0 0 0 0 0 23 5 2 1 5 14 1 0 0 0 0 0 0 0 0 0 0 6 1 5 24 0 0
0 0 0 0 0 0 0 0 0 6 1 5 24 0 0 0 0 0 0 0 0 0 0 0 0 0 19 8 9 11 15 19 5 1 20 8 0 0 0 0 0
19 8 9 11 15 19 5 1 20 8 0 0 0 0 0 0 0 7 21 20 8 15 12 25 14 0 0 0 0 0 0 0 7 21 20 8 15
12 25 14 0 0 0 0 0 0 0 0 0 1 5 12 9 18 9 1 0 0 0 0 0 0 0 0 1 5 12 9 18 9 1 0 0 0 0 0 0 0
0 0 0 1 5 18 12 9 20 8 0 0 0 0 0 0 0 0 1 5 18 12 9 20 8 0 0 0 0 0 0 0 0 0 0 19 9 14 9 15
24 0 0 0 0 0 0 0 0 0 19 9 14 9 15 24 0 0 0 0 0 0 0 0 0 0 0 20 18 15 22 15 18 1 0 0 0 0 0
0 0 0 20 18 15 22 15 18 1 0 0 0 0 0 0 0 0 0 0 6 5 9 20 1 0 0 0 0 0 0 0 0 0 0 6 5 9 20 1
0 0 0 0 0 0 0 0 0 0 0 0 1 5 12 9 15 14 1 0 0 0 0 0 0 0 0 1 5 12 9 15 14 1 0 0 0 0 0 0 0
0 0 0 7 9 15 22 1 18 12 21 0 0 0 0 0 0 0 7 9 15 22 1 18 12 21 0 0 0 0 0 0 0 0 0 15 4 5
19 0 0 0 0 0 0 0 0 0 0 0 15 4 5 19 0 0 0 0 0 0 0 0 0 0 0 0 0 3 9 13 15 24 0 0 0 0 0 0 0
0 0 0 3 9 13 15 24 0 0 0 0 0 0 0 0 0 0 0 0 2 18 1 20 8 5 1 18 1 0 0 0 0 0 0 2 18 1 20 8
5 1 18 1 0 0 0 0 0 0 0 0 23 5 19 21 12 12 5 19 0 0 0 0 0 0 0 23 5 19 21 12 12 5 19 0 0 0
0 0 0 0 0 0 18 5 1 13 1 18 9 1 0 0 0 0 0 0 0 18 5 1 13 1 18 9 1 0 0 0 0 0 0 0 0 0 2 5 1
14 4 5 18 9 1 0 0 0 0 0 0 2 5 1 14 4 5 18 9 1 0 0 0 0 0 0 0 0 11 5 1 0 0 0 0 0 0 0 0 0 0
0 0 11 5 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 14 1 12 12 9 1 12 12 1 20 8 0 0 0 0 14 1 12 12 9
1 12 12 1 20 8 0 0 0 0 0 0 5 18 9 1 18 0 0 0 0 0 0 0 0 0 0 5 18 9 1 18 0 0 0 0 0 0 0 0 0
0 0 0 6 12 15 13 21 18 1 0 0 0 0 0 0 0 0 6 12 15 13 21 18 1 0 0 0 0 0 0 0 0 0 0 19 9 18
5 14 5 0 0 0 0 0 0 0 0 0 19 9 18 5 14 5 0 0 0 0 0 0 0 0 0 0 0 1 14 14 9 15 12 1 0 0 0 0
0 0 0 0 1 14 14 9 15 12 1 0 0 0 0 0 0 0 0 0 0 7 12 21 12 12 5 9 4 1 0 0 0 0 0 0 7 12 21
12 12 5 9 4 1 0 0 0 0 0 0 0 0 22 5 20 8 0 0 0 0 0 0 0 0 0 0 0 22 5 20 8 0 0 0 0 0 0 0 0
0 0 0 0 0 2 9 1 19 0 0 0 0 0 0 0 0 0 0 0 2 9 1 19 0 0 0 0 0 0 0 0 0 0 0 0 0 12 5 9 12 5
1 13 0 0 0 0 0 0 0 0 12 5 9 12 5 1 13 0 0 0 0 0 0 0 0 0 0 3 8 15 22 9 15 0 0 0 0 0 0 0 0
0 3 8 15 22 9 15 0 0 0 0 0 0 0 0 0 0 0 6 15 19 0 0 0 0 0 0 0 0 0 0 0 0 6 15 19 0 0 0 0 0
0 0 0 0 0 0 0 0 0 20 8 1 5 2 5 1 11 5 24 0 0 0 0 0 20 8 1 5 2 5 1 11 5 24 0 0 0 0 0 0 0
3 5 1 19 9 12 0 0 0 0 0 0 0 0 0 3 5 1 19 9 12 0 0 0 0 0 0 0 0 0 0 0 3 8 1 18 9 1 0 0 0 0
0 0 0 0 0 3 8 1 18 9 1 0 0 0 0 0 0 0 0 0 0 0 2 18 15 14 14 1 5 0 0 0 0 0 0 0 0 2 18 15
14 14 1 5 0 0 0 0 0 0 0 0 0 0 7 12 5 1 19 1 20 8 0 0 0 0 0 0 0 7 12 5 1 19 1 20 8 0 0 0
0 0 0 0 0 0 11 9 15 18 0 0 0 0 0 0 0 0 0 0 0 11 9 15 18 0 0 0 0 0 0 0 0 0 0 0 0 0 19 9
20 1 19 1 5 20 8 0 0 0 0 0 0 19 9 20 1 19 1 5 20 8 0 0 0 0 0 0 0 0 6 9 1 2 5 9 12 1 0 0
0 0 0 0 0 6 9 1 2 5 9 12 1 0 0 0 0 0 0 0 0 0 19 8 9 12 5 14 0 0 0 0 0 0 0 0 0 19 8 9 12
5 14 0 0 0 0 0 0 0 0 0 0 0 7 21 18 18 15 12 0 0 0 0 0 0 0 0 0 7 21 18 18 15 12 0 0 0 0 0
0 0 0 0 0 0 20 8 1 20 5 12 25 14 0 0 0 0 0 0 0 20 8 1 20 5 12 25 14 0 0 0 0 0 0 0 0 0 8
9 15 13 1 20 8 0 0 0 0 0 0 0 0 8 9 15 13 1 20 8 0 0 0 0 0 0 0 0 0 0 4 18 5 18 1 0 0 0 0
0 0 0 0 0 0 4 18 5 18 1 0 0 0 0 0 0 0 0 0 0 0 0 16 5 14 5 12 0 0 0 0 0 0 0 0 0 0 16 5 14
5 12 0 0 0 0 0 0 0 0 0 0 0 0 20 18 9 22 5 14 0 0 0 0 0 0 0 0 0 20 18 9 22 5 14 0 0 0 0 0
0 0 0 0 0 0 9 15 12 1 0 0 0 0 0 0 0 0 0 0 0 9 15 12 1 0 0 0 0 0 0 0 0 0 0 0 0 0 7 12 21
14 5 0 0 0 0 0 0 0 0 0 0 7 12 21 14 5 0 0 0 0 0 0 0 0 0 0 0 0 3 5 12 5 9 18 9 1 0 0 0 0
0 0 0 3 5 12 5 9 18 9 1 0 0 0 0 0 0 0 0 0 6 12 5 19 9 1 12 12 5 1 0 0 0 0 0 6 12 5 19 9
1 12 12 5 1 0 0 0 0 0 0 0 3 5 9 12 9 12 25 14 0 0 0 0 0 0 0 3 5 9 12 9 12 25 14 0 0 0 0
0 0 0 0 0 19 8 21 12 1 18 1 0 0 0 0 0 0 0 0 19 8 21 12 1 18 1 0 0 0 0 0 0 0 0 0 0 6 1 5
14 4 5 9 18 1 0 0 0 0 0 0 6 1 5 14 4 5 9 18 1 0 0 0 0 0 0 0 0 6 5 11 1 14 5 0 0 0 0 0 0
0 0 0 6 5 11 1 14 5 0 0 0 0 0 0 0 0 0 0 0 2 18 5 1 22 9 19 0 0 0 0 0 0 0 0 2 18 5 1 22 9
19 0 0 0 0 0 0 0 0 0 0 7 5 9 19 9 15 14 0 0 0 0 0 0 0 0 7 5 9 19 9 15 14 0 0 0 0 0 0 0 0
0 0 4 18 1 12 5 14 5 9 14 5 0 0 0 0 0 4 18 1 12 5 14 5 9 14 5 0 0 0 0 0 0 0 18 5 1 12 25
14 0 0 0 0 0 0 0 0 0 18 5 1 12 25 14 0 0 0 0 0 0 0 0 0 0 0 16 5 4 5 13 5 13 0 0 0 0 0 0
0 0 16 5 4 5 13 5 13 0 0 0 0 0 0 0 0 0 0 19 8 1 2 5 9 13 0 0 0 0 0 0 0 0 19 8 1 2 5 9 13
0 0 0 0 0 0 0 0 0 0 20 18 5 18 18 1 5 20 1 5 14 1 0 0 0 20 18 5 18 18 1 5 20 1 5 14 1 0
0 0 0 0 4 5 11 1 20 8 0 0 0 0 0 0 0 0 0 4 5 11 1 20 8 0 0 0 0 0 0 0 0 0 0 0 8 21 14 14 9
15 2 1 5 0 0 0 0 0 0 8 21 14 14 9 15 2 1 5 0 0 0 0 0 0 0 0 20 8 9 1 4 1 11 1 0 0 0 0 0 0
0 20 8 9 1 4 1 11 1 0 0 0 0 0 0 0 0 0 3 9 14 14 9 24 0 0 0 0 0 0 0 0 0 3 9 14 14 9 24 0
0 0 0 0 0 0 0 0 0 0 1 2 21 14 1 0 0 0 0 0 0 0 0 0 0 1 2 21 14 1 0 0 0 0 0 0 0 0 0 0 0 0
3 8 1 4 1 19 0 0 0 0 0 0 0 0 0 3 8 1 4 1 19 0 0 0 0 0 0 0 0 0 0 0 19 8 21 19 9 1 18 0 0
0 0 0 0 0 0 19 8 21 19 9 1 18 0 0 0 0 0 0 0 0 0 0 13 15 4 1 5 14 1 0 0 0 0 0 0 0 0 13 15
4 1 5 14 1 0 0 0 0 0 0 0 0 0 0 3 9 20 1 13 5 9 18 1 0 0 0 0 0 0 3 9 20 1 13 5 9 18 1 0 0
0 0 0 0 0 0 20 8 9 11 1 18 0 0 0 0 0 0 0 0 0 20 8 9 11 1 18 0 0 0 0 0 0 0 0 0 0 0 11 5
19 9 1 18 0 0 0 0 0 0 0 0 0 11 5 19 9 1 18 0 0 0 0 0 0 0 0 0 0 0 5 1 20 8 5 0 0 0 0 0 0
0 0 0 0 5 1 20 8 5 0 0 0 0 0 0 0 0 0 0 0 0 6 12 1 5 18 18 15 12 0 0 0 0 0 0 0 6 12 1 5
18 18 15 12 0 0 0 0 0 0 0 0 0 3 8 9 15 2 5 20 8 0 0 0 0 0 0 0 3 8 9 15 2 5 20 8 0 0 0 0
0 0 0 0 0 5 14 14 21 1 0 0 0 0 0 0 0 0 0 0 5 14 14 21 1 0 0 0 0 0 0 0 0 0 0 0 0 20 5 9 4
5 0 0 0 0 0 0 0 0 0 0 20 5 9 4 5 0 0 0 0 0 0 0 0 0 0 0 0 7 12 9 1 13 5 1 14 14 1 14 5 0
0 0 7 12 9 1 13 5 1 14 14 1 14 5 0 0 0 0 0 14 1 5 18 12 15 14 5 0 0 0 0 0 0 0 14 1 5 18
12 15 14 5 0 0 0 0 0 0 0 0 0 2 18 1 5 22 9 14 14 5 0 0 0 0 0 0 2 18 1 5 22 9 14 14 5 0 0
0 0 0 0 0 0 23 5 13 5 1 0 0 0 0 0 0 0 0 0 0 23 5 13 5 1 0 0 0 0 0 0 0 0 0 0 0 0 12 5 20
8 5 12 0 0 0 0 0 0 0 0 0 12 5 20 8 5 12 0 0 0 0 0 0 0 0 0 0 0 3 1 14 4 1 5 14 5 0 0 0 0
0 0 0 3 1 14 4 1 5 14 5 0 0 0 0 0 0 0 0 0 2 9 14 14 5 14 1 0 0 0 0 0 0 0 0 2 9 14 14 5
14 1 0 0 0 0 0 0 0 0 0 0 10 1 5 20 5 9 14 1 0 0 0 0 0 0 0 10 1 5 20 5 9 14 1 0 0 0 0 0 0
0 0 0 26 1 24 0 0 0 0 0 0 0 0 0 0 0 0 26 1 24 0 0 0 0 0 0 0 0 0 0 0 0 0 0 6 5 9 14 14 5
18 0 0 0 0 0 0 0 0 6 5 9 14 14 5 18 0 0 0 0 0 0 0 0 0 0 2 18 9 4 5 1 0 0 0 0 0 0 0 0 0 2
18 9 4 5 1 0 0 0 0 0 0 0 0 0 0 0 4 5 1 11 21 12 9 1 19 0 0 0 0 0 0 4 5 1 11 21 12 9 1 19
0 0 0 0 0 0 0 0 26 1 20 8 15 12 25 14 0 0 0 0 0 0 0 26 1 20 8 15 12 25 14 0 0 0 0 0 0 0
0 0 19 9 15 18 0 0 0 0 0 0 0 0 0 0 0 19 9 15 18 0 0 0 0 0 0 0 0 0 0 0 0 0 8 5 1 12 1 2 5
0 0 0 0 0 0 0 0 8 5 1 12 1 2 5 0 0 0 0 0 0 0 0 0 0 20 8 1 5 14 1 18 9 18 9 1 0 0 0 0 20
8 1 5 14 1 18 9 18 9 1 0 0 0 0 0 0 18 5 9 14 5 9 20 1 0 0 0 0 0 0 0 18 5 9 14 5 9 20 1 0
0 0 0 0 0 0 0 0 22 1 14 14 1 0 0 0 0 0 0 0 0 0 0 22 1 14 14 1 0 0 0 0 0 0 0 0 0 0 0 0 9
2 9 0 0 0 0 0 0 0 0 0 0 0 0 9 2 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 14 5 2 9 15 13 9 15 18 9 1
0 0 0 0 14 5 2 9 15 13 9 15 18 9 1 0 0 0 0 0 0 5 2 21 14 1 0 0 0 0 0 0 0 0 0 0 5 2 21 14
1 0 0 0 0 0 0 0 0 0 0 0 0 7 9 15 20 1 18 0 0 0 0 0 0 0 0 0 7 9 15 20 1 18 0 0 0 0 0 0 0
0 0 0 0 19 9 1 13 5 9 14 0 0 0 0 0 0 0 0 19 9 1 13 5 9 14 0 0 0 0 0 0 0 0 0 0 2 1 12 0 0
0 0 0 0 0 0 0 0 0 0 2 1 12 0 0 0 0 0 0 0 0 0 0 0 0 0 0 3 1 18 9 1 0 0 0 0 0 0 0 0 0 0 3
1 18 9 1 0 0 0 0 0 0 0 0 0 0 0 0 10 1 22 9 15 14 14 5 18 0 0 0 0 0 0 10 1 22 9 15 14 14
5 18 0 0 0 0 0 0 0 0 20 1 13 5 1 18 9 1 0 0 0 0 0 0 0 20 1 13 5 1 18 9 1 0 0 0 0 0 0 0 0
0 20 18 5 22 9 1 0 0 0 0 0 0 0 0 0 20 18 5 22 9 1 0 0 0 0 0 0 0 0 0 0 0 21 12 1 0 0 0 0
0 0 0 0 0 0 0 0 21 12 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 21 2 9 1 24 0 0 0 0 0 0 0 0 0 0 21 2
9 1 24 0 0 0 0 0 0 0 0 0 0 0 0 23 5 14 14 15 12 12 15 0 0 0 0 0 0 0 23 5 14 14 15 12 12
15 0 0 0 0 0 0 0 0 0 16 1 18 1 18 9 1 0 0 0 0 0 0 0 0 16 1 18 1 18 9 1 0 0 0 0 0 0 0 0 0
0 2 1 13 15 18 9 1 0 0 0 0 0 0 0 0 2 1 13 15 18 9 1 0 0 0 0 0 0 0 0 0 0 10 9 1 11 1 20 5
9 1 0 0 0 0 0 0 10 9 1 11 1 20 5 9 1 0 0 0 0 0 0 0 0 14 21 19 0 0 0 0 0 0 0 0 0 0 0 0 14
21 19 0 0 0 0 0 0 0 0 0 0 0 0 0 0 20 18 5 2 9 1 19 15 18 9 1 0 0 0 0 20 18 5 2 9 1 19 15
18 9 1 0 0 0 0 0 0 10 15 20 8 9 1 12 0 0 0 0 0 0 0 0 10 15 20 8 9 1 12 0 0 0 0 0 0 0 0 0
0 5 1 14 14 1 5 0 0 0 0 0 0 0 0 0 5 1 14 14 1 5 0 0 0 0 0 0 0 0 0 0 0 7 12 1 5 14 9 1 18
9 1 0 0 0 0 0 7 12 1 5 14 9 1 18 9 1 0 0 0 0 0 0 0 6 1 13 5 9 13 0 0 0 0 0 0 0 0 0 6 1
13 5 9 13 0 0 0 0 0 0 0 0 0 0 0 19 8 1 14 14 1 0 0 0 0 0 0 0 0 0 19 8 1 14 14 1 0 0 0 0
0 0 0 0 0 0 0 14 9 1 20 8 15 12 25 14 0 0 0 0 0 0 14 9 1 20 8 15 12 25 14 0 0 0 0 0 0 0
0 12 1 2 1 0 0 0 0 0 0 0 0 0 0 0 12 1 2 1 0 0 0 0 0 0 0 0 0 0 0 0 0 26 5 1 12 12 9 15 2
1 14 0 0 0 0 0 26 5 1 12 12 9 15 2 1 14 0 0 0 0 0 0 0 8 5 9 12 1 0 0 0 0 0 0 0 0 0 0 8 5
9 12 1 0 0 0 0 0 0 0 0 0 0 0 0 19 8 5 1 13 5 1 24 0 0 0 0 0 0 0 19 8 5 1 13 5 1 24 0 0 0
0 0 0 0 0 0 9 14 5 0 0 0 0 0 0 0 0 0 0 0 0 9 14 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 3 8 1 11 1
5 14 4 5 18 9 1 0 0 0 3 8 1 11 1 5 14 4 5 18 9 1 0 0 0 0 0 11 21 20 8 9 15 13 1 5 0 0 0
0 0 0 11 21 20 8 9 15 13 1 5 0 0 0 0 0 0 0 0 16 21 14 4 9 14 5 0 0 0 0 0 0 0 0 16 21 14
4 9 14 5 0 0 0 0 0 0 0 0 0 0 7 5 1 22 5 2 1 0 0 0 0 0 0 0 0 7 5 1 22 5 2 1 0 0 0 0 0 0 0
0 0 0 2 5 4 21 20 8 0 0 0 0 0 0 0 0 0 2 5 4 21 20 8 0 0 0 0 0 0 0 0 0 0 0 18 5 19 0 0 0
0 0 0 0 0 0 0 0 0 18 5 19 0 0 0 0 0 0 0 0 0 0 0 0 0 0 10 5 1 20 8 0 0 0 0 0 0 0 0 0 0 10
5 1 20 8 0 0 0 0 0 0 0 0 0 0 0 0 20 5 9 11 5 1 0 0 0 0 0 0 0 0 0 20 5 9 11 5 1 0 0 0 0 0
0 0 0 0 0 0 1 22 9 14 14 9 1 19 0 0 0 0 0 0 0 1 22 9 14 14 9 1 19 0 0 0 0 0 0 0 0 0 10 5
9 12 1 12 1 0 0 0 0 0 0 0 0 10 5 9 12 1 12 1 0 0 0 0 0 0 0 0 0 0 9 11 9 24 0 0 0 0 0 0 0
0 0 0 0 9 11 9 24 0 0 0 0 0 0 0 0 0 0 0 0 0 20 8 5 9 11 5 20 8 0 0 0 0 0 0 0 20 8 5 9 11
5 20 8 0 0 0 0 0 0 0 0 0 26 5 19 21 0 0 0 0 0 0 0 0 0 0 0 26 5 19 21 0 0 0 0 0 0 0 0 0 0
0 0 0 19 8 1 12 9 18 9 1 0 0 0 0 0 0 0 19 8 1 12 9 18 9 1 0 0 0 0 0 0 0 0 0 2 18 5 12 5
14 1 0 0 0 0 0 0 0 0 2 18 5 12 5 14 1 0 0 0 0 0 0 0 0 0 0 26 5 11 9 1 0 0 0 0 0 0 0 0 0
0 26 5 11 9 1 0 0 0 0 0 0 0 0 0 0 0 0 14 9 15 24 0 0 0 0 0 0 0 0 0 0 0 14 9 15 24 0 0 0
0 0 0 0 0 0 0 0 0 0 12 1 18 9 18 9 1 0 0 0 0 0 0 0 0 12 1 18 9 18 9 1 0 0 0 0 0 0 0 0 0
0 23 5 18 5 14 0 0 0 0 0 0 0 0 0 0 23 5 18 5 14 0 0 0 0 0 0 0 0 0 0 0 0 10 5 4 21 1 0 0
0 0 0 0 0 0 0 0 10 5 4 21 1 0 0 0 0 0 0 0 0 0 0 0 0 8 1 18 1 0 0 0 0 0 0 0 0 0 0 0 8 1
18 1 0 0 0 0 0 0 0 0 0 0 0 0 0 20 8 9 15 12 5 12 0 0 0 0 0 0 0 0 20 8 9 15 12 5 12 0 0 0
0 0 0 0 0 0 0 26 1 4 9 2 9 15 13 0 0 0 0 0 0 0 26 1 4 9 2 9 15 13 0 0 0 0 0 0 0 0 0 14
15 14 14 5 2 5 1 18 9 1 0 0 0 0 14 15 14 14 5 2 5 1 18 9 1 0 0 0 0 0 0 23 9 18 1 0 0 0 0
0 0 0 0 0 0 0 23 9 18 1 0 0 0 0 0 0 0 0 0 0 0 0 0 14 9 13 9 1 0 0 0 0 0 0 0 0 0 0 14 9
13 9 1 0 0 0 0 0 0 0 0 0 0 0 0 7 9 15 14 4 1 14 1 0 0 0 0 0 0 0 7 9 15 14 4 1 14 1 0 0 0
0 0 0 0 0 0 1 5 18 0 0 0 0 0 0 0 0 0 0 0 0 1 5 18 0 0 0 0 0 0 0 0 0 0 0 0 0 0 7 5 1 14 5
0 0 0 0 0 0 0 0 0 0 7 5 1 14 5 0 0 0 0 0 0 0 0 0 0 0 0 3 9 18 9 20 9 19 0 0 0 0 0 0 0 0
3 9 18 9 20 9 19 0 0 0 0 0 0 0 0 0 0 6 12 1 2 1 12 0 0 0 0 0 0 0 0 0 6 12 1 2 1 12 0 0 0
0 0 0 0 0 0 0 0 7 1 4 5 18 12 9 1 14 1 0 0 0 0 0 7 1 4 5 18 12 9 1 14 1 0 0 0 0 0 0 0 20
9 2 1 5 12 0 0 0 0 0 0 0 0 0 20 9 2 1 5 12 0 0 0 0 0 0 0 0 0 0 0 8 5 19 1 18 9 1 0 0 0 0
0 0 0 0 8 5 19 1 18 9 1 0 0 0 0 0 0 0 0 0 0 10 9 15 14 1 13 5 13 0 0 0 0 0 0 0 10 9 15
14 1 13 5 13 0 0 0 0 0 0 0 0 0 11 9 15 12 12 15 18 1 0 0 0 0 0 0 0 11 9 15 12 12 15 18 1
0 0 0 0 0 0 0 0 0 5 4 15 14 14 5 14 5 0 0 0 0 0 0 0 5 4 15 14 14 5 14 5 0 0 0 0 0 0 0 0
0 20 18 5 4 5 13 5 12 25 14 0 0 0 0 0 20 18 5 4 5 13 5 12 25 14 0 0 0 0 0 0 0 21 22 1 0
0 0 0 0 0 0 0 0 0 0 0 21 22 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 23 1 14 0 0 0 0 0 0 0 0 0 0 0
0 23 1 14 0 0 0 0 0 0 0 0 0 0 0 0 0 0 23 21 18 9 2 1 12 1 0 0 0 0 0 0 0 23 21 18 9 2 1
12 1 0 0 0 0 0 0 0 0 0 6 12 15 12 5 12 0 0 0 0 0 0 0 0 0 6 12 15 12 5 12 0 0 0 0 0 0 0 0
0 0 0 20 18 1 18 12 9 15 14 5 0 0 0 0 0 0 20 18 1 18 12 9 15 14 5 0 0 0 0 0 0 0 0 1 14 4
15 14 0 0 0 0 0 0 0 0 0 0 1 14 4 15 14 0 0 0 0 0 0 0 0 0 0 0 0 2 18 9 11 1 12 25 14 0 0
0 0 0 0 0 2 18 9 11 1 12 25 14 0 0 0 0 0 0 0 0 0 16 1 4 5 19 0 0 0 0 0 0 0 0 0 0 16 1 4
5 19 0 0 0 0 0 0 0 0 0 0 0 0 3 8 5 1 12 12 9 15 18 0 0 0 0 0 0 3 8 5 1 12 12 9 15 18 0 0
0 0 0 0 0 0 4 1 5 11 5 11 9 0 0 0 0 0 0 0 0 4 1 5 11 5 11 9 0 0 0 0 0 0 0 0 0 0 4 18 1
22 9 1 19 0 0 0 0 0 0 0 0 4 18 1 22 9 1 19 0 0 0 0 0 0 0 0 0 0 7 12 21 18 18 1 14 5 18 0
0 0 0 0 0 7 12 21 18 18 1 14 5 18 0 0 0 0 0 0 0 0 19 9 1 14 4 21 14 14 9 14 5 0 0 0 0 19
9 1 14 4 21 14 14 9 14 5 0 0 0 0 0 0 22 1 14 4 1 14 5 0 0 0 0 0 0 0 0 22 1 14 4 1 14 5 0
0 0 0 0 0 0 0 0 0 19 8 5 20 1 5 14 0 0 0 0 0 0 0 0 19 8 5 20 1 5 14 0 0 0 0 0 0 0 0 0 0
5 9 18 18 5 0 0 0 0 0 0 0 0 0 0 5 9 18 18 5 0 0 0 0 0 0 0 0 0 0 0 0 6 5 18 1 18 1 0 0 0
0 0 0 0 0 0 6 5 18 1 18 1 0 0 0 0 0 0 0 0 0 0 0 16 9 15 14 1 0 0 0 0 0 0 0 0 0 0 16 9 15
14 1 0 0 0 0 0 0 0 0 0 0 0 0 15 14 1 0 0 0 0 0 0 0 0 0 0 0 0 15 14 1 0 0 0 0 0 0 0 0 0 0
0 0 0 0 7 12 5 1 18 12 9 1 20 8 0 0 0 0 0 7 12 5 1 18 12 9 1 20 8 0 0 0 0 0 0 0 6 12 9 1
18 12 21 0 0 0 0 0 0 0 0 6 12 9 1 18 12 21 0 0 0 0 0 0 0 0 0 0 12 5 14 4 1 5 12 0 0 0 0
0 0 0 0 12 5 14 4 1 5 12 0 0 0 0 0 0 0 0 0 0 13 5 9 0 0 0 0 0 0 0 0 0 0 0 0 13 5 9 0 0 0
0 0 0 0 0 0 0 0 0 0 0 7 12 9 13 1 18 0 0 0 0 0 0 0 0 0 7 12 9 13 1 18 0 0 0 0 0 0 0 0 0
0 0 19 8 5 1 18 18 5 9 0 0 0 0 0 0 0 19 8 5 1 18 18 5 9 0 0 0 0 0 0 0 0 0 19 8 1 18 9 1
0 0 0 0 0 0 0 0 0 19 8 1 18 9 1 0 0 0 0 0 0 0 0 0 0 0 1 5 14 14 1 14 1 0 0 0 0 0 0 0 0 1
5 14 14 1 14 1 0 0 0 0 0 0 0 0 0 0 1 18 1 0 0 0 0 0 0 0 0 0 0 0 0 1 18 1 0 0 0 0 0 0 0 0
0 0 0 0 0 0 8 5 14 0 0 0 0 0 0 0 0 0 0 0 0 8 5 14 0 0 0 0 0 0 0 0 0 0 0 0 0 0 20 8 5 1
19 0 0 0 0 0 0 0 0 0 0 20 8 5 1 19 0 0 0 0 0 0 0 0 0 0 0 0 3 5 1 11 15 14 0 0 0 0 0 0 0
0 0 3 5 1 11 15 14 0 0 0 0 0 0 0 0 0 0 0 2 18 9 15 12 1 14 0 0 0 0 0 0 0 0 2 18 9 15 12
1 14 0 0 0 0 0 0 0 0 0 0 2 9 14 14 1 0 0 0 0 0 0 0 0 0 0 2 9 14 14 1 0 0 0 0 0 0 0 0 0 0
0 0 18 9 1 0 0 0 0 0 0 0 0 0 0 0 0 18 9 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 22 9 15 18 18 5 12
9 12 1 0 0 0 0 0 22 9 15 18 18 5 12 9 12 1 0 0 0 0 0 0 0 2 18 21 4 5 1 0 0 0 0 0 0 0 0 0
2 18 21 4 5 1 0 0 0 0 0 0 0 0 0 0 0 20 1 18 12 9 12 0 0 0 0 0 0 0 0 0 20 1 18 12 9 12 0
0 0 0 0 0 0 0 0 0 0 19 1 13 9 11 1 0 0 0 0 0 0 0 0 0 19 1 13 9 11 1 0 0 0 0 0 0 0 0 0 0
0 18 15 14 1 0 0 0 0 0 0 0 0 0 0 0 18 15 14 1 0 0 0 0 0 0 0 0 0 0 0 0 0 26 9 15 11 9 15
1 0 0 0 0 0 0 0 0 26 9 15 11 9 15 1 0 0 0 0 0 0 0 0 0 0 4 1 5 20 8 1 4 5 0 0 0 0 0 0 0 4
1 5 20 8 1 4 5 0 0 0 0 0 0 0 0 0 12 5 19 9 18 1 0 0 0 0 0 0 0 0 0 12 5 19 9 18 1 0 0 0 0
0 0 0 0 0 0 0 7 12 9 15 13 0 0 0 0 0 0 0 0 0 0 7 12 9 15 13 0 0 0 0 0 0 0 0 0 0 0 0 10 5
14 5 0 0 0 0 0 0 0 0 0 0 0 10 5 14 5 0 0 0 0 0 0 0 0 0 0 0 0 0 6 1 12 9 14 0 0 0 0 0 0 0
0 0 0 6 1 12 9 14 0 0 0 0 0 0 0 0 0 0 0 0 8 5 1 18 9 1 0 0 0 0 0 0 0 0 0 8 5 1 18 9 1 0
0 0 0 0 0 0 0 0 0 0 5 9 18 12 1 18 9 1 0 0 0 0 0 0 0 5 9 18 12 1 18 9 1 0 0 0 0 0 0 0 0
0 2 18 9 19 5 0 0 0 0 0 0 0 0 0 0 2 18 9 19 5 0 0 0 0 0 0 0 0 0 0 0 0 4 18 9 11 1 20 8 0
0 0 0 0 0 0 0 4 18 9 11 1 20 8 0 0 0 0 0 0 0 0 0 0 26 9 12 1 0 0 0 0 0 0 0 0 0 0 0 26 9
12 1 0 0 0 0 0 0 0 0 0 0 0 0 0 18 5 11 9 12 25 14 0 0 0 0 0 0 0 0 18 5 11 9 12 25 14 0 0
0 0 0 0 0 0 0 0 8 9 20 8 21 14 0 0 0 0 0 0 0 0 0 8 9 20 8 21 14 0 0 0 0 0 0 0 0 0 0 0 22
9 1 2 21 12 25 14 0 0 0 0 0 0 0 22 9 1 2 21 12 25 14 0 0 0 0 0 0 0 0 0 5 1 4 15 12 12 9
1 18 9 1 0 0 0 0 5 1 4 15 12 12 9 1 18 9 1 0 0 0 0 0 0 2 9 1 12 12 5 9 14 4 15 12 1 0 0
0 2 9 1 12 12 5 9 14 4 15 12 1 0 0 0 0 0 2 9 1 18 12 5 1 13 0 0 0 0 0 0 0 2 9 1 18 12 5
1 13 0 0 0 0 0 0 0 0 0 18 5 13 0 0 0 0 0 0 0 0 0 0 0 0 18 5 13 0 0 0 0 0 0 0 0 0 0 0 0 0
0 1 20 9 1 14 14 21 19 0 0 0 0 0 0 0 1 20 9 1 14 14 21 19 0 0 0 0 0 0 0 0 0 19 8 9 15 11
5 18 1 0 0 0 0 0 0 0 19 8 9 15 11 5 18 1 0 0 0 0 0 0 0 0 0 9 1 14 4 21 12 1 0 0 0 0 0 0
0 0 9 1 14 4 21 12 1 0 0 0 0 0 0 0 0 0 0 1 18 12 1 0 0 0 0 0 0 0 0 0 0 0 1 18 12 1 0 0 0
0 0 0 0 0 0 0 0 0 0 13 9 18 5 13 0 0 0 0 0 0 0 0 0 0 13 9 18 5 13 0 0 0 0 0 0 0 0 0 0 0
0 1 13 1 18 1 0 0 0 0 0 0 0 0 0 0 1 13 1 18 1 0 0 0 0 0 0 0 0 0 0 0 0 14 1 4 9 15 14 9 1
18 9 1 0 0 0 0 14 1 4 9 15 14 9 1 18 9 1 0 0 0 0 0 0 18 9 14 14 1 20 8 0 0 0 0 0 0 0 0
18 9 14 14 1 20 8 0 0 0 0 0 0 0 0 0 0 19 8 5 1 14 0 0 0 0 0 0 0 0 0 0 19 8 5 1 14 0 0 0
0 0 0 0 0 0 0 0 0 16 1 11 15 13 5 14 5 0 0 0 0 0 0 0 16 1 11 15 13 5 14 5 0 0 0 0 0 0 0
0 0 16 5 14 4 21 14 14 5 1 12 25 14 0 0 0 16 5 14 4 21 14 14 5 1 12 25 14 0 0 0 0 0 2 5
1 18 18 5 14 0 0 0 0 0 0 0 0 2 5 1 18 18 5 14 0 0 0 0 0 0 0 0 0 0 6 1 14 14 15 18 1 0 0
0 0 0 0 0 0 6 1 14 14 15 18 1 0 0 0 0 0 0 0 0 0 0 5 1 4 5 12 12 5 1 19 0 0 0 0 0 0 5 1 4
5 12 12 5 1 19 0 0 0 0 0 0 0 0 7 5 1 12 0 0 0 0 0 0 0 0 0 0 0 7 5 1 12 0 0 0 0 0 0 0 0 0
0 0 0 0 2 18 5 18 12 1 5 12 1 0 0 0 0 0 0 2 18 5 18 12 1 5 12 1 0 0 0 0 0 0 0 0 6 12 9
15 0 0 0 0 0 0 0 0 0 0 0 6 12 9 15 0 0 0 0 0 0 0 0 0 0 0 0 0 1 5 24 0 0 0 0 0 0 0 0 0 0
0 0 1 5 24 0 0 0 0 0 0 0 0 0 0 0 0 0 0 2 1 12 1 0 0 0 0 0 0 0 0 0 0 0 2 1 12 1 0 0 0 0 0
0 0 0 0 0 0 0 0 6 12 5 20 8 0 0 0 0 0 0 0 0 0 0 6 12 5 20 8 0 0 0 0 0 0 0 0 0 0 0 0 20 8
1 5 12 1 13 0 0 0 0 0 0 0 0 20 8 1 5 12 1 13 0 0 0 0 0 0 0 0 0 0 14 9 1 18 5 9 14 14 1
14 0 0 0 0 0 14 9 1 18 5 9 14 14 1 14 0 0 0 0 0 0 0 3 8 5 9 12 12 1 5 13 0 0 0 0 0 0 3 8
5 9 12 12 1 5 13 0 0 0 0 0 0 0 0 6 12 9 1 18 18 9 13 0 0 0 0 0 0 0 6 12 9 1 18 18 9 13 0
0 0 0 0 0 0 0 0 6 5 1 0 0 0 0 0 0 0 0 0 0 0 0 6 5 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 18 1 5 2
9 19 0 0 0 0 0 0 0 0 0 18 1 5 2 9 19 0 0 0 0 0 0 0 0 0 0 0 9 15 18 12 15 18 1 0 0 0 0 0
0 0 0 9 15 18 12 15 18 1 0 0 0 0 0 0 0 0 0 0 4 18 5 18 18 15 12 0 0 0 0 0 0 0 0 4 18 5
18 18 15 12 0 0 0 0 0 0 0 0 0 0 7 12 15 14 5 9 24 0 0 0 0 0 0 0 0 7 12 15 14 5 9 24 0 0
0 0 0 0 0 0 0 0 6 12 5 0 0 0 0 0 0 0 0 0 0 0 0 6 12 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 4 18 9
1 20 8 9 1 22 1 0 0 0 0 0 4 18 9 1 20 8 9 1 22 1 0 0 0 0 0 0 0 11 21 18 5 9 18 15 13 0 0
0 0 0 0 0 11 21 18 5 9 18 15 13 0 0 0 0 0 0 0 0 0 26 1 20 21 12 0 0 0 0 0 0 0 0 0 0 26 1
20 21 12 0 0 0 0 0 0 0 0 0 0 0 0 8 9 1 20 9 15 14 0 0 0 0 0 0 0 0 8 9 1 20 9 15 14 0 0 0
0 0 0 0 0 0 0 20 5 1 20 8 9 1 18 1 0 0 0 0 0 0 20 5 1 20 8 9 1 18 1 0 0 0 0 0 0 0 0 14 1
12 1 0 0 0 0 0 0 0 0 0 0 0 14 1 12 1 0 0 0 0 0 0 0 0 0 0 0 0 0 2 18 5 1 20 8 9 14 1 0 0
0 0 0 0 2 18 5 1 20 8 9 14 1 0 0 0 0 0 0 0 0 10 1 20 9 19 0 0 0 0 0 0 0 0 0 0 10 1 20 9
19 0 0 0 0 0 0 0 0 0 0 0 0 1 20 15 18 9 1 13 0 0 0 0 0 0 0 0 1 20 15 18 9 1 13 0 0 0 0 0
0 0 0 0 0 4 9 14 4 9 14 14 1 14 0 0 0 0 0 0 4 9 14 4 9 14 14 1 14 0 0 0 0 0 0 0 0 2 9 1
11 5 1 20 5 9 0 0 0 0 0 0 2 9 1 11 5 1 20 5 9 0 0 0 0 0 0 0 0 7 9 18 18 9 1 14 4 5 1 12
1 0 0 0 7 9 18 18 9 1 14 4 5 1 12 1 0 0 0 0 0 6 5 13 9 1 18 0 0 0 0 0 0 0 0 0 6 5 13 9 1
18 0 0 0 0 0 0 0 0 0 0 0 16 9 15 2 1 0 0 0 0 0 0 0 0 0 0 16 9 15 2 1 0 0 0 0 0 0 0 0 0 0
0 0 16 5 22 21 0 0 0 0 0 0 0 0 0 0 0 16 5 22 21 0 0 0 0 0 0 0 0 0 0 0 0 0 3 8 9 1 18 0 0
0 0 0 0 0 0 0 0 3 8 9 1 18 0 0 0 0 0 0 0 0 0 0 0 0 13 9 1 14 15 4 1 14 5 0 0 0 0 0 0 13
9 1 14 15 4 1 14 5 0 0 0 0 0 0 0 0 22 5 1 14 4 1 5 0 0 0 0 0 0 0 0 22 5 1 14 4 1 5 0 0 0
0 0 0 0 0 0 0 7 12 9 18 9 1 1 0 0 0 0 0 0 0 0 7 12 9 18 9 1 1 0 0 0 0 0 0 0 0 0 0 5 2 5
19 0 0 0 0 0 0 0 0 0 0 0 5 2 5 19 0 0 0 0 0 0 0 0 0 0 0 0 0 14 15 22 5 14 4 1 18 1 0 0 0
0 0 0 14 15 22 5 14 4 1 18 1 0 0 0 0 0 0 0 0 6 12 1 14 4 5 0 0 0 0 0 0 0 0 0 6 12 1 14 4
5 0 0 0 0 0 0 0 0 0 0 0 9 15 20 9 0 0 0 0 0 0 0 0 0 0 0 9 15 20 9 0 0 0 0 0 0 0 0 0 0 0
0 0 6 12 9 1 14 14 9 19 0 0 0 0 0 0 0 6 12 9 1 14 14 9 19 0 0 0 0 0 0 0 0 0 5 9 19 5 13
0 0 0 0 0 0 0 0 0 0 5 9 19 5 13 0 0 0 0 0 0 0 0 0 0 0
"""


def lost(run: Run, state: dict[str, Any], file: str) -> bool:
    """Go back to the last report, before a number that is not finite spoiled all."""
    epoch = run.epoch
    if file:
        run.from_state(state)
        save(run.to_state(), file)
        say(f"saved: {file}, epoch {run.epoch}")
    if Processes.rank == 0:
        print(f"the loss is no longer finite in epoch {epoch}", file=sys.stderr)
        print("try a smaller learning_rate, or scale the data", file=sys.stderr)
    return False


if __name__ == "__main__":
    raise SystemExit(main())

"""Mnist in PyTorch: the net of mnist.yaml, and a script that trains it.

    python mnist.py              trains it on its own data
    torchrun --nproc_per_node 2 mnist.py
                                   trains it in two processes: the same numbers
    python mnist.py --help       tells the rest

Saved states are those of the files that `bpgen emit` writes: training can go on in
any language. Made by bpgen export; it is yours to change.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import zipfile
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

NET = "9960c92a779224cc"
SEED = 1
INPUT_SHAPE = (784,)
OUTPUT_SHAPE = (10,)
READS_INDICES = False
EPOCHS = 30
BATCH_SIZE = 10
SHUFFLE = True
REPORT_EVERY = 1
VALIDATION = 0.0
HAS_CLASSES = False
HAS_DATA = False
OPTIMIZER = "sgd"
RATE = 3.0
SCHEDULE_PER = ""
BUFFERS: dict[str, tuple[Any, ...]] = {}
FACTORS: dict[str, float] = {}
PENALTIES: dict[str, tuple[float, float]] = {}
STATES: dict[str, Any] = {}
SCALARS: dict[str, Any] = {}
SCHEDULE: dict[str, float] = {}
RENAMED: dict[str, str] = {}
FROZEN: set[str] = set()
STARTS: dict[str, tuple[Any, ...]] = {
    "h.weight": ("normal", 0.0, 1.0),
    "h.bias": ("constant", 0.0),
    "o.weight": ("normal", 0.0, 1.0),
    "o.bias": ("constant", 0.0),
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


class Mnist(nn.Module):
    """A net of 23,860 parameters, called as in net.yaml."""

    def __init__(self) -> None:
        super().__init__()
        self.h = nn.Linear(784, 30)
        self.o = nn.Linear(30, 10)

    def forward(self, x: Tensor) -> Tensor:
        """The outputs of a batch."""
        h = torch.sigmoid(self.h(x))
        o = torch.sigmoid(self.o(h))
        found: Tensor = o
        return found

    def predict(self, x: Tensor) -> Tensor:
        """What predict of an emitted file gives, for a batch."""
        found: Tensor = self(x)
        return found


def sample_losses(o: Tensor, t: Tensor) -> Tensor:
    """Half squared error of each sample."""
    each = 0.5 * (o - t).square()
    return each.flatten(1).sum(1)


def aims(model: Mnist, targets: Tensor) -> Tensor:
    """The targets as the loss sees them."""
    return targets


def make_optimizer(groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """sgd, with the settings of net.yaml."""
    return torch.optim.SGD(
        groups,
        lr=3.0,
        momentum=0.0,
        dampening=0.0,
        nesterov=False,
        weight_decay=0.0,
    )


def move(kept: dict[str, float], loss: float) -> None:
    """Nothing: the learning rate stays as it is."""


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
        self.model = Mnist()
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


def numbers(text: str) -> Tensor:
    """Numbers that stand in a text."""
    return torch.tensor(list(map(float, text.split())), dtype=torch.float64)


def tensors_of(inputs: Any, targets: Any) -> tuple[Tensor, Tensor]:
    """Samples in the shapes of the net."""
    x = torch.as_tensor(inputs)
    x = x.long() if READS_INDICES else x.to(torch.get_default_dtype())
    t = torch.as_tensor(targets).to(torch.get_default_dtype())
    if HAS_CLASSES and t.numel() * OUTPUT_SHAPE[-1] == len(x) * math.prod(OUTPUT_SHAPE):
        t = F.one_hot(t.long(), OUTPUT_SHAPE[-1]).to(t.dtype)  # classes by number
    return x.reshape(-1, *INPUT_SHAPE), t.reshape(-1, *OUTPUT_SHAPE)


def read_files(path: Path) -> tuple[Tensor, Tensor]:
    """Samples of an NPZ file with the arrays `inputs` and `targets` (or `labels`), or
    of all NPZ files of a folder, in the order of their names."""
    import numpy

    files = sorted(path.glob("*.npz")) if path.is_dir() else [path]
    parts = []
    for file in files:
        try:
            with numpy.load(file, allow_pickle=False) as arrays:
                aims = arrays["targets" if "targets" in arrays else "labels"]
                parts.append(tensors_of(arrays["inputs"], aims))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise SystemExit(f"error: {file}: {error}") from None
    if not parts:
        raise SystemExit(f"error: there are no NPZ files in {path}")
    inputs, targets = zip(*parts, strict=True)
    return torch.cat(inputs), torch.cat(targets)


def save(run: Run, file: str) -> None:
    """Write the state whole or not at all: a kill leaves the one before."""
    if Processes.rank == 0:
        part = Path(f"{file}.part")
        part.write_text(json.dumps(run.to_state(), allow_nan=False))
        part.replace(file)


def check(run: Run, inputs: Tensor, targets: Tensor) -> int:
    """Compare gradients with differences of the loss, in float64; 1 if they differ."""
    worst = 0.0
    x, t = inputs[:3], targets[:3]
    run.model.eval()
    run.model.zero_grad()
    losses = sample_losses(run.model(x), aims(run.model, t))
    losses.mean().backward()  # type: ignore[no-untyped-call]
    for tensor in run.trained().values():
        slopes = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        flat, slope = tensor.detach().reshape(-1), slopes.reshape(-1)
        for i in range(0, len(flat), max(1, len(flat) // 50)):
            value, sides = float(flat[i]), []
            for moved in (value + 1e-6, value - 1e-6):
                flat[i] = moved
                sides.append(run.mean_loss(x, t, list(range(len(x)))))
            flat[i] = value
            found = (sides[0] - sides[1]) / 2e-6
            worst = max(worst, abs(found - float(slope[i])) / max(1.0, abs(found)))
    print(f"largest gradient error: {worst:.2e}")
    return 0 if worst < 1e-5 else 1


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Train the net; see the top.")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="how many")
    parser.add_argument("--double", action="store_true", help="float64, not float32")
    parser.add_argument("--load", metavar="FILE", help="go on from a saved state")
    parser.add_argument("--save", metavar="FILE", help="save the state each epoch")
    parser.add_argument("--data", metavar="FILE", help="NPZ, or a folder of them")
    parser.add_argument("--check", action="store_true", help="check the gradients")
    return parser.parse_args()


def main() -> int:
    """Train, alone or as one of several processes."""
    wanted = arguments()
    if wanted.double or wanted.check:
        torch.set_default_dtype(torch.float64)
    if torch.cuda.is_available():
        torch.set_default_device(f"cuda:{os.environ.get('LOCAL_RANK', '0')}")
    if Processes.world > 1:
        has_gpu = torch.cuda.is_available()
        distributed.init_process_group("nccl" if has_gpu else "gloo")
    try:
        return trained(wanted)
    finally:
        if Processes.world > 1:
            distributed.destroy_process_group()


def own_data() -> tuple[Any, Any]:
    """The inputs and the targets of the net's own data."""
    return [], []


def trained(wanted: argparse.Namespace) -> int:
    """Train as the command line asks, and tell how it goes."""
    run = Run()
    if wanted.load:
        run.from_state(json.loads(Path(wanted.load).read_text()))
    if wanted.data:
        inputs, targets = read_files(Path(wanted.data))
    elif HAS_DATA:
        inputs, targets = tensors_of(*own_data())
    else:
        raise SystemExit("error: the net has no data of its own: add --data FILE.npz")
    if wanted.check:
        return check(run, inputs, targets)
    is_first = Processes.rank == 0
    width = len(str(run.epoch + wanted.epochs))
    for turn in range(wanted.epochs):
        loss = run.train(inputs, targets)
        is_last = turn == wanted.epochs - 1
        if is_first and (turn == 0 or is_last or run.epoch % REPORT_EVERY == 0):
            print(f"epoch {run.epoch:>{width}}  loss {loss:.12f}", flush=True)
        if wanted.save:
            save(run, wanted.save)
    if is_first and HAS_CLASSES:
        run.model.eval()
        with torch.no_grad():
            found = run.model.predict(inputs).argmax(-1)
        right = int((found == targets.argmax(-1)).sum())
        print(f"right: {right} of {found.numel()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

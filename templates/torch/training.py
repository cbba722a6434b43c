"""Of a file of `bpgen export --to torch` how it learns and keeps its state.

A file has those parts that it reaches. Constants that are annotated here get the
values of its net; `Model`, `sample_losses` and the like are written for each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

NET: str  # the hash of the net: what saved states belong to
SEED: int
BATCH_SIZE: int  # of all processes together
SHUFFLE: bool
VALIDATION: float  # the share of the samples held out
PATIENCE: int  # epochs without a better one before training ends; 0: it never does
MIN_DELTA: float  # by how much a better loss must be better
DRAWS: bool  # whether the model draws masks while it learns
TELLS_CLASSES: bool  # whether outputs tell of classes
FORMAT: str  # of saved states
CHECKPOINT: str  # the same in the midst of training
AT_ONCE: int  # how many samples are looked at at once
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


class Run:
    """A training: the model, what moves it, and how far it is."""

    def __init__(self, seed: int = SEED) -> None:
        self.generator = Generator(seed)
        self.model = Model()
        self.initialize()
        for name, tensor in self.parameters().items():
            tensor.requires_grad_(name not in FROZEN)
        self.schedule = dict(SCHEDULE)
        self.counts = {k: 0.0 if k == "step" else 1.0 for k in SCALARS}
        self.steps = self.epoch = 0
        self.done, self.total = 0, 0.0  # samples of this epoch, and their losses
        self.begun = list(self.generator.words)  # what drew the order of this epoch
        if VALIDATION:
            self.validation = (0.0, 0.0)  # loss and accuracy of the samples held out
        if PATIENCE:
            self.best = Best()
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
        if DRAWS:  # masks of this place alone: they come again if training goes on here
            torch.manual_seed(hash((SEED, self.epoch, self.done, Processes.rank)))
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
        if "mu_product" in SCALARS:
            beta = SCALARS["mu_product"] * (1.0 - 0.5 * self.counts["decay"])
            self.counts["mu_product"] *= beta

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
        if VALIDATION:
            self.validation = self.examined(samples, samples.held)
            loss = self.validation[0]
        if SCHEDULE_PER == "epoch":
            move(self.schedule, loss)
            self.set_rate()
        if PATIENCE:
            self.watch(loss)

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

    def watch(self, loss: float) -> None:
        """Early stopping: all numbers of the best epoch are kept, to come back."""
        best = self.best
        best.worse += 1
        if loss < best.loss - MIN_DELTA:
            numbers = {name: t.clone() for name, t in self.numbers().items()}
            self.best = Best(loss, self.epoch, 0, numbers, dict(self.counts))

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
            if "mu_product" in SCALARS:
                own["mu_product"] = torch.tensor(self.counts["mu_product"])

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
        if PATIENCE:  # Each training watches for itself.
            self.best = Best.from_saved(under_way["best"]) if under_way else Best()

    def to_checkpoint(self) -> dict[str, Any]:
        """A state between any two updates, for this file alone."""
        under_way: dict[str, Any] = {
            "steps": self.steps,
            "done": self.done,
            "total": self.total,
            "begun": self.begun,
        }
        if PATIENCE:
            under_way["best"] = self.best.to_saved()
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

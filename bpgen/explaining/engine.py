"""A training step of a large net by the emitted class, which the evaluator would take
long for: the same numbers, to the bit.

In: an object of that class, and a batch. Out: the parameters before and after, the
gradients, the losses; and the loss with one weight a little aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bpgen.explaining.model import Losses, Quantity
from bpgen.explaining.run import WIDTH, keys_of
from bpgen.program.blocks import Program
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Variable


@dataclass(slots=True)
class Engine:
    """The emitted class at work on one batch.

    Attributes:
        parameters: the arrays of the program by the names of the parameters.
        old, new: every number of them before and after the step.
        gradients: those that the update goes by.
    """

    net: Any
    program: Program
    parameters: Mapping[str, Variable]
    inputs: list[list[float]]
    targets: list[list[float]]
    old: dict[Key, float] = field(init=False)
    new: dict[Key, float] = field(init=False)
    gradients: dict[Key, float] = field(init=False)
    losses: Losses = field(init=False)
    start: list[int] = field(init=False)  # where the generator was

    def __post_init__(self) -> None:
        """Take the step."""
        net = self.net
        self.start = self.words()

        def again() -> float:
            self.restore(self.start)
            return float(net.batch_gradients(self.inputs, self.targets))

        self.old = self.flat(net.parameters())
        before = again()
        self.gradients = {
            key: value
            for key, value in self.flat(net.gradients()).items()
            if key[0] in self.program.gradients
        }
        net.update()
        self.new = self.flat(net.parameters())
        after = again()
        predicted = before
        for key, gradient in self.gradients.items():
            predicted += gradient * (self.new[key] - self.old[key])
        self.losses = Losses(
            Quantity("loss_before", "L", before),
            Quantity("loss_after", "new L", after),
            Quantity("loss_predicted", "predicted L", predicted),
        )

    def each_sample(self, keys: list[Key]) -> list[tuple[float, list[float]]]:
        """The loss of each sample by itself, and its slopes by some weights; after
        `beside`, which puts the weights back."""
        found = []
        self.restore(self.start)
        for inputs, targets in zip(self.inputs, self.targets, strict=True):
            loss = float(self.net.batch_gradients([inputs], [targets]))
            slopes = self.flat(self.net.gradients())
            found.append((loss, [slopes[key] for key in keys]))
        return found

    def words(self) -> list[int]:
        """Where the generator is, if there is one."""
        has_one = hasattr(self.net, "_generator")
        return list(self.net._generator.words) if has_one else []

    def restore(self, words: list[int]) -> None:
        """Put the generator back, so that the next pass draws the same."""
        if words:
            self.net._generator.words = list(words)

    def flat(self, named: dict[str, Any]) -> dict[Key, float]:
        """Nested lists by name as numbers by key."""
        found: dict[Key, float] = {}
        for name, values in named.items():
            keys = keys_of(self.parameters[name])
            found |= dict(zip(keys, flattened(values), strict=True))
        return found

    def steepest(self) -> list[Key]:
        """The weights from the one with the largest gradient on."""
        return sorted(self.gradients, key=lambda key: -abs(self.gradients[key]))

    def beside(self, keys: list[Key]) -> tuple[float, dict[Key, tuple[float, float]]]:
        """The loss as it was, and with each weight a little higher, a little lower."""
        net, found, rows = self.net, {}, dict(self.rows())
        for key, value in self.old.items():
            row, at = rows[key]
            row[at] = value
        here = net._mean_loss(self.inputs, self.targets)
        for key in keys:
            row, at = rows[key]
            row[at] = self.old[key] + WIDTH
            up = net._mean_loss(self.inputs, self.targets)
            row[at] = self.old[key] - WIDTH
            down = net._mean_loss(self.inputs, self.targets)
            row[at] = self.old[key]
            found[key] = up, down
        return here, found

    def rows(self) -> Iterator[tuple[Key, tuple[list[float], int]]]:
        """Where the emitted class keeps each number: a row, and the place in it."""
        waiting = iter(self.net._weights)
        row: list[float] = []
        at = 0
        for variable in self.program.parameters:
            for key in keys_of(variable):
                if at == len(row):
                    row, at = next(waiting), 0
                yield key, (row, at)
                at += 1


def flattened(values: Any) -> Iterator[float]:
    """The numbers of nested lists."""
    if isinstance(values, (int, float)):
        yield float(values)
    else:
        for inner in values:
            yield from flattened(inner)

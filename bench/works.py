"""The works: each is a net of `nets`, with samples, as every program gets them.

What comes out: WORKS, and for each the text of its task, a file that every program
reads. It leaves to `programs` what is run, and to `timing` how long.

A task is numbers in a text: which net (the shape, for peers that build it
themselves); how many samples and epochs are trained to compare the numbers, how many
samples make an epoch that is timed, and for how many seconds at least; how many
numbers follow; the parameters; and the samples, inputs before targets.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parent.parent
NETS = ROOT / "bench" / "nets"
EXAMPLES = ROOT / "examples"

Row: TypeAlias = "list[float]"
Samples: TypeAlias = "list[tuple[Row, Row]]"


@dataclass(frozen=True)
class Shape:
    """A net of two dense layers, for peers that build it themselves."""

    inputs: int
    hidden: int
    outputs: int
    activation: str
    loss: str
    batch: int
    rate: float

    def words(self) -> str:
        """As a task tells it."""
        return (
            f"{self.inputs} {self.hidden} {self.outputs} {self.activation} {self.loss}"
            f" {self.batch} {self.rate}"
        )


@dataclass(frozen=True)
class Work:
    """A net and its samples.

    Attributes:
        name: w1 to w7, also the net's name.
        title: what it is.
        samples: gives so many samples.
        check: how many samples, and for how many epochs, end in the numbers that are
            compared: few, since scalar autograd has to do them, too.
        timed: how many samples make an epoch that is timed.
        both: whether both styles are sensible.
        shape: of dense nets.
    """

    name: str
    title: str
    samples: Callable[[int], Samples]
    check: tuple[int, int]
    timed: int
    both: bool = False
    shape: Shape | None = None

    @property
    def net(self) -> Path:
        """The net.yaml."""
        return NETS / f"{self.name}.yaml"

    @property
    def class_name(self) -> str:
        """The class of the emitted file."""
        return self.name.upper()

    def task(self, parameters: Row, seconds: float) -> str:
        """The text that tells a program all it needs."""
        samples = self.samples(max(self.check[0], self.timed))
        inputs, targets = samples[0]
        sizes = (len(parameters), len(inputs), len(targets), len(samples))
        lines = [
            f"{self.name} {self.shape.words() if self.shape else '-'}",
            f"{self.check[0]} {self.check[1]} {self.timed} {seconds}",
            " ".join(map(str, sizes)),
            " ".join(map(repr, parameters)),
            *(" ".join(map(repr, inputs + targets)) for inputs, targets in samples),
        ]
        return "\n".join(lines) + "\n"


def one_hot(label: int, classes: int) -> Row:
    """1 for the label, 0 for the others."""
    return [float(label == other) for other in range(classes)]


def rows(name: str, count: int) -> list[Row]:
    """The first rows of an example's data."""
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        found = [list(map(float, row)) for row in list(csv.reader(file))[1:]]
    return found[:count]


def xor(count: int) -> Samples:
    """All that there is to know."""
    pairs = [(x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    return [([x, y], [float(x != y)]) for x, y in pairs][:count]


def classes(name: str, of: int) -> Callable[[int], Samples]:
    """Rows with a class at their end."""
    return lambda count: [
        (inputs, one_hot(int(label), of)) for *inputs, label in rows(name, count)
    ]


def flowers(count: int) -> Samples:
    """Rows of the three kinds in turn: so are those of the first few."""
    found = classes("iris.csv", 3)(120)
    kinds = [[s for s in found if s[1][kind]] for kind in range(3)]
    return [sample for turn in zip(*kinds, strict=True) for sample in turn][:count]


def drawn(count: int) -> Samples:
    """Images of noise, dense: no program gains by leaving out zeros."""
    draw = random.Random(1).random
    return [
        ([draw() for _ in range(784)], one_hot(int(10 * draw()), 10))
        for _ in range(count)
    ]


def bits(count: int) -> Samples:
    """Six bits, and whether the number of ones so far is odd."""
    return [(row[:6], row[6:]) for row in rows("lstm.csv", count)]


def names(count: int) -> Samples:
    """Sixteen letters, and for each of them the next one."""
    return [
        (row[:16], [x for letter in row[1:] for x in one_hot(int(letter), 27)])
        for row in rows("names.csv", count)
    ]


WORKS = {
    work.name: work
    for work in (
        Work(
            "w1",
            "XOR 2-2-1, sigmoid, half squared error, a step a sample",
            xor,
            check=(4, 5),
            timed=4,
            both=True,
            shape=Shape(2, 2, 1, "sigmoid", "half_squared_error", 1, 0.5),
        ),
        Work(
            "w2",
            "Iris 4-10-3, tanh, softmax cross-entropy, a step a sample",
            flowers,
            check=(12, 2),
            timed=96,
            both=True,
            shape=Shape(4, 10, 3, "tanh", "softmax_cross_entropy", 1, 0.05),
        ),
        Work(
            "w3",
            "digits 64-32-10, sigmoid, softmax cross-entropy, a step a sample",
            classes("digits.csv", 10),
            check=(10, 1),
            timed=200,
            both=True,
            shape=Shape(64, 32, 10, "sigmoid", "softmax_cross_entropy", 1, 0.1),
        ),
        Work(
            "w4",
            "images 784-30-10, sigmoid, cross-entropy, batches of 10",
            drawn,
            check=(10, 1),
            timed=100,
            shape=Shape(784, 30, 10, "sigmoid", "sigmoid_cross_entropy", 10, 0.5),
        ),
        Work(
            "w5",
            "the convolutional net of the examples, adam, batches of 10",
            classes("digits.csv", 10),
            check=(20, 1),
            timed=50,
        ),
        Work(
            "w6",
            "the LSTM of the examples, adam, batches of 8",
            bits,
            check=(16, 2),
            timed=48,
            both=True,
        ),
        Work(
            "w7",
            "the GPT of the examples, adam, a step a sample",
            names,
            check=(3, 1),
            timed=16,
        ),
    )
}

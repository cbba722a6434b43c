"""How well nets learn that say nothing about training: a table for choosing defaults.

What goes in: small tasks as people first try them, each with only `input`, `layers`,
`loss` and `data`, and the ways to train that are candidates. What comes out: for each
pair, how many of five seeds learned the task, as a Markdown table on standard output.

    python -m bench.defaults            a few minutes
    python -m bench.defaults --seeds 20
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from bench.works import EXAMPLES, Row
from bpgen.commands.emit import text_of
from bpgen.commands.nets import load_network
from bpgen.lowering.network import lower
from bpgen.verifying.targets import output_of
from bpgen.writing.options import Options

Rows: TypeAlias = "list[Row]"
Judge: TypeAlias = Callable[[Rows, Rows], bool]  # of outputs, by the targets


@dataclass(frozen=True)
class Task:
    """A net without a word on training, and when it counts as learned.

    Attributes:
        layers: of net.yaml, with its loss.
        samples: inputs and targets to learn from.
        learned: whether the trained net has learned it.
    """

    name: str
    input: str
    layers: str
    loss: str
    samples: Callable[[], tuple[Rows, Rows]]
    learned: Judge


@dataclass(frozen=True)
class Way:
    """A way to train: its row of the table, and its lines of net.yaml."""

    title: str
    lines: str = ""


def way(optimizer: str, rate: float, epochs: int = 1000, batch: int = 1) -> Way:
    """One that says all of it."""
    return Way(
        f"{optimizer} {rate}, {epochs} epochs, batches of {batch}",
        f"optimizer: {{type: {optimizer}, learning_rate: {rate}}}\n"
        f"training: {{epochs: {epochs}, batch_size: {batch}}}\n",
    )


def within(bound: float) -> Judge:
    """Whether the mean squared error is below a bound; outputs that are no numbers
    come as None."""

    def learned(outputs: Rows, targets: Rows) -> bool:
        told, wanted = chain(*outputs), chain(*targets)
        pairs = list(zip(told, wanted, strict=True))
        if any(o is None for o, _ in pairs):
            return False
        return statistics.fmean((o - t) ** 2 for o, t in pairs) < bound

    return learned


def right(share: float) -> Judge:
    """Whether at least such a share of the samples gets its class."""

    def learned(outputs: Rows, targets: Rows) -> bool:
        pairs = zip(outputs, targets, strict=True)
        hits = [None not in o and o.index(max(o)) == t.index(1.0) for o, t in pairs]
        return sum(hits) >= share * len(hits)

    return learned


def xor() -> tuple[Rows, Rows]:
    """The four rows of XOR."""
    inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    return inputs, [[0.0], [1.0], [1.0], [0.0]]


def classes(file: str, count: int, rows: int) -> Callable[[], tuple[Rows, Rows]]:
    """The first rows of an example's CSV, the class in the last column."""

    def samples() -> tuple[Rows, Rows]:
        with (EXAMPLES / file).open(encoding="utf-8") as lines:
            found = list(csv.reader(lines))[1 : rows + 1]
        inputs, targets = [], []
        for cells in found:
            index = int(cells.pop())
            inputs.append([float(cell) for cell in cells])
            targets.append([float(k == index) for k in range(count)])
        return inputs, targets

    return samples


def curve(
    of: Callable[[float], float], low: float, high: float, count: int
) -> Callable[[], tuple[Rows, Rows]]:
    """Points of a function."""

    def samples() -> tuple[Rows, Rows]:
        xs = [low + (high - low) * k / (count - 1) for k in range(count)]
        return [[x] for x in xs], [[of(x)] for x in xs]

    return samples


def parity() -> tuple[Rows, Rows]:
    """The example's sequences of six bits; after each, whether the ones are odd."""
    with (EXAMPLES / "lstm.csv").open(encoding="utf-8") as lines:
        found = [
            [float(cell) for cell in cells] for cells in list(csv.reader(lines))[1:]
        ]
    return [row[:6] for row in found], [row[6:] for row in found]


def scaled(values: Rows) -> Rows:
    """A column with mean 0 and deviation 1, as `standardize` makes it."""
    column = [row[0] for row in values]
    mean, deviation = statistics.fmean(column), statistics.pstdev(column)
    return [[(x - mean) / deviation] for x in column]


def squares() -> tuple[Rows, Rows]:
    """x squared from 10 to 60, both columns standardized."""
    inputs, targets = curve(lambda x: x * x, 10.0, 60.0, 26)()
    return scaled(inputs), scaled(targets)


def two_layers(units: int, hidden: str, outputs: int, last: str) -> str:
    """The layers of a net with one hidden layer."""
    return (
        f"[{{type: dense, units: {units}, activation: {hidden}}}, "
        f"{{type: dense, units: {outputs}, activation: {last}}}]"
    )


LSTM = (
    "[{type: lstm, units: 8, return_sequences: true}, "
    "{type: dense, units: 1, activation: sigmoid}]"
)
TASKS = (
    *(
        Task(
            f"XOR, 4 {hidden}, then {last}, {loss}",
            "2",
            two_layers(4, hidden, 1, last),
            loss,
            xor,
            within(0.04),
        )
        for hidden, last, loss in (
            ("sigmoid", "sigmoid", "mse"),
            ("tanh", "sigmoid", "mse"),
            ("relu", "sigmoid", "mse"),
            ("leaky_relu", "sigmoid", "mse"),
            ("tanh", "sigmoid", "binary_cross_entropy"),
            ("tanh", "identity", "mse"),
        )
    ),
    Task(
        *("iris, 8 relu", "4", two_layers(8, "relu", 3, "softmax"), "cross_entropy"),
        *(classes("iris.csv", 3, 120), right(0.96)),
    ),
    Task(
        *("iris, 8 sigmoid", "4", two_layers(8, "sigmoid", 3, "softmax")),
        *("cross_entropy", classes("iris.csv", 3, 120), right(0.96)),
    ),
    Task(
        *("digits, 16 relu", "64", two_layers(16, "relu", 10, "softmax")),
        *("cross_entropy", classes("digits.csv", 10, 50), right(0.99)),
    ),
    Task(
        *("a sine, 8 tanh", "1", two_layers(8, "tanh", 1, "identity"), "mse"),
        *(curve(math.sin, -3.0, 3.0, 21), within(0.01)),
    ),
    Task(
        *("x squared, 8 tanh, scaled", "1", two_layers(8, "tanh", 1, "identity")),
        *("mse", squares, within(0.01)),
    ),
    Task(
        *("odd or even, 8 lstm", "[6, 1]", LSTM, "binary_cross_entropy"),
        *(parity, within(0.04)),
    ),
)
UNSAID = Way("nothing said")
WAYS = (
    UNSAID,
    *(way("sgd", rate) for rate in (0.01, 0.1, 0.5)),
    *(way("adam", rate) for rate in (0.001, 0.01)),
    *(way("adam", rate, epochs=500) for rate in (0.01, 0.02, 0.03)),
    way("adam", 0.01, batch=8),
)


DRIVER = """\
import { Net } from "./net.mjs";
import { readFileSync } from "node:fs";
const { seeds, inputs, targets } = JSON.parse(readFileSync("data.json", "utf8"));
for (let seed = 0; seed < seeds; seed++) {
  const net = new Net({ seed });
  net.train(inputs, targets);
  console.log(JSON.stringify(inputs.map((row) => [...net.predict(row)])));
}
"""


def outputs_of(task: Task, way: Way, seeds: int, folder: Path) -> list[Rows]:
    """What the emitted JavaScript says of all samples, once trained, by seed."""
    path = folder / "net.yaml"
    path.write_text(
        f"input: {task.input}\nlayers: {task.layers}\nloss: {task.loss}\n{way.lines}",
        encoding="ascii",
    )
    network = load_network(str(path))
    options = Options("javascript", library=True)
    text = text_of(network, lower(network), options, "net.yaml")
    (folder / "net.mjs").write_text(text, encoding="ascii")
    (folder / "driver.mjs").write_text(DRIVER, encoding="ascii")
    inputs, targets = task.samples()
    data = {"seeds": seeds, "inputs": inputs, "targets": targets}
    (folder / "data.json").write_text(json.dumps(data), encoding="ascii")
    lines = output_of("node", "driver.mjs", folder=folder).splitlines()
    return [json.loads(line) for line in lines]


def count(task: Task, way: Way, seeds: int, folder: Path) -> int:
    """How many seeds learn a task."""
    targets = task.samples()[1]
    found = outputs_of(task, way, seeds, folder)
    return sum(task.learned(outputs, targets) for outputs in found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5, help="of each pair; 5")
    asked = parser.parse_args(arguments)
    found: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for task in TASKS:
            found[task.name] = {}
            for way in WAYS:
                learned = count(task, way, asked.seeds, Path(folder))
                found[task.name][way.title] = learned
                print(f"{task.name}: {way.title}: {learned}", file=sys.stderr)
    print(table(found, asked.seeds))
    return 0


def table(
    found: dict[str, dict[str, int]], seeds: int, ways: Sequence[Way] = WAYS
) -> str:
    """The pairs as a Markdown table, ways below each other."""
    lines = [
        f"| seeds that learned it, of {seeds} | {' | '.join(found)} |",
        "|---|" + "---:|" * len(found),
    ]
    for way in ways:
        counts = " | ".join(str(learned[way.title]) for learned in found.values())
        lines.append(f"| {way.title} | {counts} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

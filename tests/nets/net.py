"""One net of the conformance tests: its net.yaml, its samples, its delicate places.

All numbers follow from the net's name, so they are the same everywhere, and a new
net changes no other.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from bpgen.catalog.losses import Targets
from bpgen.commands.nets import load_network
from bpgen.errors import Problems
from bpgen.lowering.network import lower
from bpgen.network.network import Network, resolve
from bpgen.network.spec import load
from bpgen.program.blocks import Program
from bpgen.program.functions import Function
from bpgen.program.nodes import Call, Expression
from bpgen.program.walks import statements, walk

Spec: TypeAlias = dict[str, Any]
Row: TypeAlias = list[float]
STYLES = ("unrolled", "loops")
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SAMPLES = 5  # of each net; the batches are of 2, so that the last one is smaller


class Stream:
    """Numbers of three decimals that depend on a name alone."""

    def __init__(self, name: str) -> None:
        self.state = zlib.crc32(name.encode())
        for _ in range(8):
            self.number(0.0, 1.0)

    def number(self, low: float, high: float) -> float:
        """A number from low to high."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return round(low + (high - low) * (self.state >> 32) / 2**32, 3)

    def row(self, size: int, low: float, high: float) -> Row:
        """A list of numbers."""
        return [self.number(low, high) for _ in range(size)]


@dataclass(frozen=True)
class Probe:
    """One sample with parameters of its own."""

    parameters: Mapping[str, Any]
    inputs: Row
    targets: Row


@dataclass(frozen=True)
class Net:
    """A net, its samples, and the places where it must be looked at closely.

    Attributes:
        edges: net inputs of the first layer at which functions have kinks, each
            with the targets to go with them, or None for those of the first sample.
        far: the same, so large that careless code overflows.
        of_probabilities: whether the net hands probabilities on to its loss.
    """

    name: str
    spec: Spec
    edges: tuple[tuple[Row, Row | None], ...] = ()
    far: tuple[tuple[Row, Row | None], ...] = ()
    of_probabilities: bool = False

    @cached_property
    def network(self) -> Network:
        """The net as bpgen understands it."""
        problems = Problems()
        content = json.dumps({"name": self.name} | self.spec).encode()
        return resolve(load(content, "net.yaml", problems), Path(), problems)

    @cached_property
    def program(self) -> Program:
        """What bpgen computes, in loops."""
        return lower(self.network)

    @cached_property
    def is_exact(self) -> bool:
        """Whether it computes with + - * / and square roots alone."""
        return not any(_is_rounded(function) for function in _called(self.program))

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles in which it can be emitted."""
        return STYLES[1:] if self.network.mixes_samples else STYLES

    @cached_property
    def is_random(self) -> bool:
        """Whether training draws numbers, as dropout does: by its text, since tests are
        collected by it, and to lower all nets takes long."""
        layers = [layer for layer in self.spec["layers"] if isinstance(layer, dict)]
        return any(x["type"] == "dropout" or x.get("dropout") for x in layers)

    @cached_property
    def output_shape(self) -> tuple[int, ...]:
        """The number of outputs along each axis."""
        return tuple(map(len, self.program.output.axes))

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """Values for all parameters, none of them the net's own."""
        return self._with_identity() if self.of_probabilities else self._drawn()

    def _drawn(self) -> dict[str, Any]:
        stream = Stream(f"{self.name} parameters")
        return {
            parameter.name: _nested(stream, parameter.variable.shape)
            for parameter in self.network.parameters
        }

    @cached_property
    def inputs(self) -> list[Row]:
        """The inputs of all samples."""
        stream = Stream(f"{self.name} inputs")
        size = [len(axis) for axis in self.network.input_axes]
        if self.network.index_count:
            end = self.network.index_count - 0.001
            rows = [stream.row(math.prod(size), 0.0, end) for _ in range(SAMPLES)]
            return [[float(int(number)) for number in row] for row in rows]
        low, high = (0.05, 0.95) if self.of_probabilities else (-2.0, 2.0)
        found = [stream.row(math.prod(size), low, high) for _ in range(SAMPLES)]
        for at, column in enumerate(self.network.preprocessing.inputs.columns):
            if column.categories:
                for row in found:
                    row[at] = float(int(stream.number(0.0, column.width - 0.001)))
        return found

    @cached_property
    def targets(self) -> list[Row]:
        """Targets that the loss can learn, for all samples."""
        stream, kind = Stream(f"{self.name} targets"), self.network.loss.targets
        *lead, last = self.output_shape
        if not kind.are_classes and self.network.loss.name != "kl_divergence":
            size = math.prod(self.output_shape)
            return [_targets(stream, kind, size) for _ in range(SAMPLES)]
        rows = math.prod(lead)
        return [
            [
                number
                for step in range(rows)
                for number in _classes(stream, kind, last, sample + step)
            ]
            for sample in range(SAMPLES)
        ]

    @property
    def probes(self) -> list[Probe]:
        """Samples whose net inputs are exactly where functions have kinks."""
        return [self._probe(*edge) for edge in self.edges]

    @property
    def extremes(self) -> list[Probe]:
        """Samples with net inputs so large that careless code overflows."""
        return [self._probe(*far) for far in self.far]

    def _probe(self, inputs: Row, targets: Row | None) -> Probe:
        return Probe(self._with_identity(), inputs, targets or self.targets[0])

    def _with_identity(self) -> dict[str, Any]:
        """Parameters under which the first layer hands its inputs on as they are."""
        first = self.network.layers[0]
        found = self._drawn()
        for parameter in first.parameters():
            shape = parameter.variable.shape
            if parameter.last == "weight" and len(shape) == 2:
                rows = [
                    [float(i == j) for j in range(shape[1])] for i in range(shape[0])
                ]
                found[parameter.name] = rows
            elif parameter.last == "bias":
                found[parameter.name] = [0.0] * shape[0]
        return found


@dataclass(frozen=True)
class Example(Net):
    """A net of the examples folder, with the samples that stand there."""

    @cached_property
    def network(self) -> Network:
        return load_network(str(EXAMPLES / f"{self.name}.yaml"))

    @cached_property
    def inputs(self) -> list[Row]:
        assert self.network.data
        return [list(row) for row in self.network.data.inputs]

    @cached_property
    def targets(self) -> list[Row]:
        assert self.network.data
        return [list(row) for row in self.network.data.targets]


def _nested(stream: Stream, shape: Sequence[int]) -> Any:
    if len(shape) == 1:
        return stream.row(shape[0], -1.0, 1.0)
    return [_nested(stream, shape[1:]) for _ in range(shape[0])]


def _called(program: Program) -> set[Function]:
    found: set[Function] = set()

    def visit(value: Expression) -> None:
        for node in walk(value):
            if isinstance(node, Call) and node.function not in found:
                found.add(node.function)
                if node.function.formula:
                    visit(node.function.body)

    for _, block in program.blocks():
        for statement in statements(block):
            visit(statement.value)
    return found


def _is_rounded(function: Function) -> bool:
    """Whether languages may round the function differently."""
    return not function.formula and function.name not in ("abs", "sqrt")


# --- Targets ----------------------------------------------------------------------


def _targets(stream: Stream, kind: Targets, size: int) -> Row:
    match kind:
        case Targets.SIGNS:
            return [1.0 if number > 0.0 else -1.0 for number in stream.row(size, -1, 1)]
        case Targets.UNIT:
            return [min(1.0, max(0.0, n)) for n in stream.row(size, -0.3, 1.3)]
        case Targets.NOT_NEGATIVE:
            return [max(0.0, number) for number in stream.row(size, -0.5, 2.0)]
        case _:
            return stream.row(size, -1.0, 1.0)


def _classes(stream: Stream, kind: Targets, classes: int, at: int) -> Row:
    """One-hot and, where the loss takes them, distributions in turn."""
    if kind is Targets.ONE_HOT or at % 2 == 0:
        right = int(stream.number(0.0, classes - 0.001))
        return [float(right == other) for other in range(classes)]
    shares = [0.0, *stream.row(classes - 1, 0.1, 1.0)]
    return [share / math.fsum(shares) for share in shares]


# --- Nets in short ------------------------------------------------------------


def dense(units: int, activation: Any = "identity", **more: Any) -> Spec:
    """A dense layer."""
    return {"type": "dense", "units": units, "activation": activation} | more


def spec(input_shape: Any, layers: list[Any], loss: Any = "huber", **more: Any) -> Spec:
    """A net that takes steps large enough to be seen."""
    return {
        "input": input_shape,
        "layers": layers,
        "loss": loss,
        "optimizer": {"type": "sgd", "learning_rate": 0.05},
        "training": {"epochs": 3, "batch_size": 2},
        "seed": 7,
    } | more

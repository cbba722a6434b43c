"""The nets of the conformance tests, as they stand in net.yaml, with samples.

Most come from bpgen's own tables: every activation in a dense layer and as a layer
of its own, every loss, every initializer, every option away from its default. So a
new entry is tested by being there. Below them stand the nets that somebody thought
up because something could go wrong in them.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from bpgen.activations import ACTIVATIONS, Option
from bpgen.emit import load_network
from bpgen.errors import Problems
from bpgen.functions import Function
from bpgen.initializers import INITIALIZERS
from bpgen.ir import Call, Expression, Program, statements, walk
from bpgen.losses import LOSSES, Targets
from bpgen.lower import lower
from bpgen.network import Network, resolve
from bpgen.spec import load

Spec: TypeAlias = dict[str, Any]
Row: TypeAlias = list[float]
EXAMPLES = Path(__file__).parent.parent / "examples"
SAMPLES = 5  # of each net; the batches are of 2, so that the last one is smaller
POINTS = (-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0)  # every default kink
FAR = (1e4, -1e4, 1e200, -1e200)

# What a loss wants the outputs to be, where that is not any number.
OUTPUTS = {
    "binary_cross_entropy": "sigmoid",
    "cross_entropy": "softmax",
    "kl_divergence": "log_softmax",
    "nll": "log_softmax",
}


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
    """

    name: str
    spec: Spec
    edges: tuple[tuple[Row, Row | None], ...] = ()
    far: tuple[tuple[Row, Row | None], ...] = ()

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

    @cached_property
    def output_shape(self) -> tuple[int, ...]:
        """The number of outputs along each axis."""
        return self.program.output.shape

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """Values for all parameters, none of them the net's own."""
        stream = Stream(f"{self.name} parameters")
        return {
            parameter.name: _nested(stream, parameter.variable.shape)
            for parameter in self.network.parameters
        }

    @cached_property
    def inputs(self) -> list[Row]:
        """The inputs of all samples."""
        stream, size = Stream(f"{self.name} inputs"), self.program.input.shape
        return [stream.row(math.prod(size), -2.0, 2.0) for _ in range(SAMPLES)]

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
        found = dict(self.parameters)
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


# --- From the tables ----------------------------------------------------------------


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


def _rows(numbers: Sequence[float], size: int) -> tuple[tuple[Row, None], ...]:
    """The numbers in rows, the last one filled up with zeros."""
    starts = range(0, len(numbers), size)
    rows = [[*numbers[start : start + size]] for start in starts]
    return tuple((row + [0.0] * (size - len(row)), None) for row in rows)


def _other(options: Mapping[str, Option]) -> dict[str, float]:
    """A value away from the default for each option."""
    return {name: round(1.5 * o.default + 0.1, 6) for name, o in options.items()}


def _activation_nets() -> Iterator[Net]:
    for name, activation in ACTIVATIONS.items():
        uses: dict[str, Any] = {name: name}
        if activation.options:
            uses[f"{name}_options"] = {"type": name} | _other(activation.options)
        for title, use in uses.items():
            edges = [] if use == name else list(_other(activation.options).values())
            points = [*POINTS, *edges, *(-edge for edge in edges)]
            inside = spec(3, [dense(4, use, name="h"), dense(2, name="o")])
            alone = spec(5, [use, dense(2, name="o")])
            yield Net(f"activation_{title}", inside, _rows(points, 3), _rows(FAR, 3))
            yield Net(f"layer_{title}", alone, _rows(points, 5), _rows(FAR, 5))


def _loss_nets() -> Iterator[Net]:
    for name, loss in LOSSES.items():
        outputs = OUTPUTS.get(name, "identity")
        edges = tuple(_loss_edges(loss.targets, outputs))
        far = _rows((1e4, -1e4, 0.0, 1.0, -1e4, 1e4, 1e4, -1e4), 4)
        plain = spec(4, [dense(4, outputs)], name)
        yield Net(f"loss_{name}", plain, edges if outputs == "identity" else (), far)
        if outputs != "identity":
            yield Net(f"raw_{name}", spec(4, [dense(4)], name), edges, far)
        if loss.options:
            other = {"type": name} | _other(loss.options)
            yield Net(f"loss_{name}_options", spec(4, [dense(4, outputs)], other))


def _loss_edges(kind: Targets, outputs: str) -> Iterator[tuple[Row, Row]]:
    """Outputs, with targets, at which losses have kinks or limits."""
    match kind, outputs:
        case (Targets.UNIT, "sigmoid"):
            yield [0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]
            yield [0.5, 1e-13, 0.25, 1e-50], [0.5, 1.0, 0.0, 0.75]
        case (Targets.UNIT, _):
            yield [0.0, 30.0, -3.0, 1e-9], [0.0, 1.0, 1.0, 0.5]
        case (Targets.SIGNS, _):
            yield [1.0, -1.0, 1.0, -1.0], [1.0, -1.0, -1.0, 1.0]
            yield [0.0, 0.5, 2.0, -3.0], [1.0, -1.0, 1.0, -1.0]
        case (_, "softmax"):
            yield [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 1.0, 0.0]
            yield [1.0, 1e-13, 1e-13, 1e-20], [0.0, 1.0, 0.0, 0.0]
        case (Targets.ONE_HOT, _):
            yield [1.0, 0.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.0]
            yield [0.5, 0.5, -0.5, 0.5], [0.0, 1.0, 0.0, 0.0]
        case (Targets.DISTRIBUTION | Targets.NOT_NEGATIVE, _):
            yield [-1.0, -2.0, -0.5, -1.0], [0.0, 1.0, 0.0, 0.0]
            yield [3.0, 3.0, -3.0, 3.0], [0.25, 0.25, 0.0, 0.5]
        case _:
            yield [0.0, 1.0, -1.0, 2.6], [0.0, 0.0, 0.0, 1.0]
            yield [0.5, 3.0, -6.0, 1e-9], [0.5, 2.0, 6.0, 0.0]


def _initializer_nets() -> Iterator[Net]:
    values = {"low": -0.3, "high": 0.9, "mean": 0.2, "std": 1.5, "value": -2.5}
    for name, initializer in INITIALIZERS.items():
        own = {"type": name} | {option: values[option] for option in initializer.options}
        layers = [dense(4, "relu", initializer=own), dense(3, initializer=own)]
        yield Net(f"initializer_{name}", spec(6, layers))

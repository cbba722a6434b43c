"""Layers that go through time: rnn, lstm and gru.

What they have in common is here: the way through the steps, forwards and, if asked
for, backwards; the parameters of the gates; the output. A layer adds what one unit
does at one step.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.layers.activated import Activated, activated
from bpgen.catalog.layers.base import (
    LayerError,
    Parameter,
    Source,
    Unary,
    numbered,
    sequence_fault,
    unit_axes,
)
from bpgen.catalog.layers.keys import INITIALIZER, initial
from bpgen.errors import how_many
from bpgen.program.builder import Axes, Builder
from bpgen.program.nodes import Element, Expression, Index, Number, Order, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.kinds import Flag, Whole
from bpgen.reading.records import Choice, Values

SIGMOID = Activated(ACTIVATIONS["sigmoid"])
TANH = Activated(ACTIVATIONS["tanh"])


@dataclass
class Pass:
    """One way through the steps, while its statements are added.

    The states of all steps are kept, since the backward pass reads them. Forwards,
    step t goes from state t to state t + 1; backwards, from state t + 1 to state t.
    The state where the way begins is zero.

    Attributes:
        who: the layer's name, with `_reverse` on the way backwards.
        own: the parameters of this way by their last names.
        values: what each unit computes at each step, by prefix.
        at: the step and the unit that statements are added for.
    """

    build: Builder
    x: Variable
    who: str
    units: int
    own: Mapping[str, Variable]
    is_reverse: bool
    values: dict[str, Variable] = field(default_factory=dict)
    at: tuple[Index, Index] = (Index(0), Index(0))

    @property
    def steps(self) -> int:
        """The number of steps."""
        return len(self.x.axes[0])

    @property
    def order(self) -> Order:
        """In which order the steps come."""
        return Order.DOWNWARDS if self.is_reverse else Order.UPWARDS

    def value(self, prefix: str) -> Element:
        """A number of the unit at the step."""
        if prefix not in self.values:
            axes = self._axes(1, self.steps)
            self.values[prefix] = self.build.value(prefix, self.who, axes, "ti")
        return self.values[prefix][self.at]

    def state(self, prefix: str) -> Element:
        """A state of the unit after the step."""
        step, unit = self.at
        return self._states(prefix)[step + (not self.is_reverse), unit]

    def last_state(self, prefix: str, unit: Index | None = None) -> Element:
        """The state before the step: of the unit, or of another one."""
        step, own = self.at
        return self._states(prefix)[step + self.is_reverse, unit or own]

    def start(self, prefix: str) -> None:
        """Add: the state before the first step is zero."""
        first = self.steps if self.is_reverse else 0
        with self.build.loop(self.units) as unit:
            self.build.assign(self._states(prefix)[first, unit], Number(0.0))

    def result(self, unit: Index) -> Element:
        """The state h of a unit after all steps."""
        last = 0 if self.is_reverse else self.steps
        return self._states("h")[last, unit]

    def add_net_inputs(
        self,
        by_input: Sequence[str],
        by_state: Sequence[str],
        first: int = 0,
        seen: str = "",
    ) -> None:
        """Add the weighted sums of some gates, in the order of their rows.

        Each gate has a value for what the input adds and one for what the last
        state adds, which may be the same. The gates are those from `first` on; they
        see the last states, or what `seen` made of each of them.
        """
        build, (step, unit) = self.build, self.at
        rows = [unit + (first + gate) * self.units for gate in range(len(by_input))]
        for prefix in dict.fromkeys((*by_input, *by_state)):
            bias = self._bias(prefix, (by_input, by_state), rows)
            build.assign(self.value(prefix), bias)
        with build.loop(len(self.x.axes[1]), "j") as j:
            for prefix, row in zip(by_input, rows, strict=True):
                term = self.own["weight_ih"][row, j] * self.x[step, j]
                build.accumulate(self.value(prefix), term)
        with build.loop(self.units, "j") as j:
            for prefix, row in zip(by_state, rows, strict=True):
                state = self.values[seen][step, j] if seen else self.last_state("h", j)
                term = self.own["weight_hh"][row, j] * state
                build.accumulate(self.value(prefix), term)

    def _bias(
        self, prefix: str, sums: tuple[Sequence[str], Sequence[str]], rows: list[Index]
    ) -> Expression:
        """What a weighted sum begins with: the biases of its row."""
        found: Expression | None = None
        for last, prefixes in zip(("bias_ih", "bias_hh"), sums, strict=True):
            if last in self.own and prefix in prefixes:
                bias = self.own[last][rows[prefixes.index(prefix)]]
                found = found + bias if found else bias
        return found or Number(0.0)

    def activate(self, to: Element, z: Element, use: Activated) -> None:
        """Add: to = f(z), with the unit's own slope where f has one."""
        slope = self.own["slope"][self.at[1]] if "slope" in self.own else None
        self.build.assign(to, use.expression(z, slope), use.note)

    def _states(self, prefix: str) -> Variable:
        if prefix not in self.values:
            axes = self._axes(int(self.is_reverse), self.steps + 1)
            self.values[prefix] = self.build.value(prefix, self.who, axes, "ti")
        return self.values[prefix]

    def _axes(self, first: int, count: int) -> Axes:
        """The labels of some steps, and those of the units."""
        steps = tuple(f"{self.who}_t{t}" for t in range(first, first + count))
        return steps, *numbered((self.units,))


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a step: the first value of each unit, its words, what adds it."""

    value: str
    words: str
    add: Callable[[Pass], None]


@dataclass(frozen=True)
class Recurrent(Unary):
    """States that go from step to step: h_t = f(x_t, h_(t-1)), h_0 = 0.

    Shapes: [time, features] to [units], the last state, or to [time, units], the
    states of all steps; both ways through time give 2 * units features, those of
    the way forwards first. weight_ih [gates*units][features], weight_hh
    [gates*units][units], biases [gates*units].
    """

    keys: ClassVar = {
        "units": Whole(1, 1_000_000),
        "bias": Flag(),
        "return_sequences": Flag(),
        "bidirectional": Flag(),
        "initializer": INITIALIZER,
    }
    required: ClassVar = ("units",)
    gates: ClassVar[tuple[str, ...]]  # in the order of the rows
    sums: ClassVar[tuple[str, ...]]  # the weighted sums of the inputs, by gate
    states: ClassVar[tuple[str, ...]] = ("h",)
    why: ClassVar = (
        "A state goes two ways: out of the layer, and into all units at the step after "
        "it. So its slope is a sum over both, and the way back starts at the last step."
    )

    units: int
    has_bias: bool
    returns_sequences: bool
    is_bidirectional: bool
    initializer: Choice | None
    activation: Activated = TANH

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Recurrent:
        if len(source.axes) != 2:
            raise LayerError(sequence_fault(cls.type, source))
        choice = options.get("activation")
        return cls(
            name,
            source,
            options["units"],
            options.get("bias", True),
            options.get("return_sequences", False),
            options.get("bidirectional", False),
            options.get("initializer"),
            activated(choice) if choice else TANH,
        )

    @property
    def words(self) -> str:
        units = how_many(self.units, "unit")
        ways = " each way" if self.is_bidirectional else ""
        return f"{self.type}, {units}{ways}"

    @property
    def shape(self) -> tuple[int, ...]:
        features = self.units * (2 if self.is_bidirectional else 1)
        if self.returns_sequences:
            return self.source.shape[0], features
        return (features,)

    @property
    def neurons(self) -> int:
        steps = self.source.shape[0]
        return steps * len(self.ways) * len(self.gates) * self.units

    @property
    def channels_first(self) -> bool:
        return False

    @property
    def output(self) -> Source:
        if self.returns_sequences:
            return super().output
        remedy = f"set return_sequences: true on '{self.name}'"
        return Source(self.axes, self.channels_first, remedy)

    @property
    def ways(self) -> tuple[str, ...]:
        """What the names end in on each way through time."""
        return ("", "_reverse") if self.is_bidirectional else ("",)

    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(p for ending in self.ways for p in self._parameters(ending))

    def _parameters(self, ending: str) -> Iterator[Parameter]:
        rows = self._rows(f"{self.name}{ending}")
        features = self.source.axes[1]
        states = tuple(f"h{number}" for number in range(1, self.units + 1))
        yield self._parameter("weight_ih", ending, (rows, features))
        yield self._parameter("weight_hh", ending, (rows, states))
        if self.has_bias:
            yield self._parameter("bias_ih", ending, (rows,))
            yield self._parameter("bias_hh", ending, (rows,))
        if self.activation.activation.has_slope:
            yield self._parameter("slope", ending, (rows,))

    def _parameter(self, last: str, ending: str, axes: Axes) -> Parameter:
        """A parameter: weight_ih is called w_ih_lstm1 in the emitted file.

        The dots keep its variable apart from that of a layer named ih_lstm1.
        """
        kind, _, place = last.partition("_")
        prefix = f"{kind[0]}_{place}" if place else last
        name = (
            f"{prefix}.{self.name}.{ending[1:]}" if ending else f"{prefix}.{self.name}"
        )
        start: Expression = Number(0.25 if kind == "slope" else 0.0)
        if kind == "weight":  # its fans are those of one gate
            start = initial(self.initializer, len(axes[1]), self.units)
        return Parameter.of(
            self.name,
            f"{last}{ending}",
            axes,
            start,
            prefix=prefix,
            variable=name,
            gates=len(self.gates),
        )

    def _rows(self, who: str) -> tuple[str, ...]:
        """The labels of the rows of all gates: lstm1_i1 ... lstm1_o4."""
        rows = [
            row
            for gate in self.gates
            for row in unit_axes(f"{who}_{gate}" if gate else who, (self.units,))[0]
        ]
        return tuple(rows)

    @property
    @abstractmethod
    def unit_words(self) -> str:
        """What a unit does at each step, for comments."""

    @abstractmethod
    def step(self, way: Pass) -> None:
        """Add what one unit does at one step."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What all units do at a step before any of them does the next one."""
        return (Phase(self.sums[0], self.unit_words, self.step),)

    def forward(self, build: Builder, x: Variable) -> Variable:
        output = build.value("a", self.name, self.axes, self.letters)
        for number, ending in enumerate(self.ways):
            own = {
                p.last.removesuffix("_reverse"): p.variable
                for p in self.used_parameters()
                if p.last.endswith("_reverse") == bool(ending)
            }
            who = f"{self.name}{ending}"
            way = Pass(build, x, who, self.units, own, bool(ending))
            text = f"{self.words}, from the last step back" if ending else self.words
            with build.section(replace(self.note, name=f"Layer {who}", words=text)):
                self._go(way, output, number * self.units)
        return output

    def _go(self, way: Pass, output: Variable, first: int) -> None:
        """Add all steps of one way; its features stand from `first` on."""
        build = way.build
        for prefix in self.states:
            way.start(prefix)
        steps = build.loop(way.steps, "t", order=way.order)
        *_, last = self.phases
        with steps as t:
            for phase in self.phases:
                with build.loop(self.units) as i:
                    way.at = t, i
                    head = way.value(phase.value)
                    build.head(UnitNote(head, phase.words, kind="unit"))
                    phase.add(way)
                    if phase == last and self.returns_sequences:
                        build.assign(output[t, i + first], way.state("h"))
        if not self.returns_sequences:
            with build.loop(self.units) as i:
                build.assign(output[i + first], way.result(i))

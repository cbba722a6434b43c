"""The recurrent layers: what one unit of rnn, lstm and gru does at one step.

Source: the formulas of torch.nn.RNN, LSTM and GRU, whose parameters have the same
layouts; Elman 1990, Hochreiter and Schmidhuber 1997 (with the forget gate of Gers
et al. 2000), Cho et al. 2014. Here h' is the state before the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.base import LayerError, Source
from bpgen.catalog.layers.keys import ACTIVATION
from bpgen.catalog.layers.recurrent import SIGMOID, TANH, Pass, Phase, Recurrent
from bpgen.program.nodes import Number
from bpgen.reading.kinds import Word
from bpgen.reading.records import Values

AFTER, BEFORE = "after", "before"  # the last states are weighed, a gru resets them


@dataclass(frozen=True)
class Rnn(Recurrent):
    """h = f(W_ih x + b_ih + W_hh h' + b_hh)"""

    type: ClassVar = "rnn"
    keys: ClassVar = {**Recurrent.keys, "activation": ACTIVATION}
    gates: ClassVar = ("",)
    sums: ClassVar = ("z",)

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Recurrent:
        layer = super().resolve(name, source, options)
        if layer.activation.activation.rows:
            title = layer.activation.activation.name
            message = f"{title} needs all units at once, those of rnn go one by one"
            raise LayerError(message, "activation")
        return layer

    @property
    def words(self) -> str:
        return f"{super().words}, {self.activation.activation.name}"

    @property
    def unit_words(self) -> str:
        sums = "the weighted sum of its inputs and of the last states"
        if self.activation.is_identity:
            return sums
        return f"{sums}, then {self.activation.activation.name}"

    def step(self, way: Pass) -> None:
        way.add_net_inputs(self.sums, self.sums)
        way.activate(way.state("h"), way.value("z"), self.activation)


@dataclass(frozen=True)
class Lstm(Recurrent):
    """i, f, o = sigmoid(...), g = tanh(...), c = f * c' + i * g, h = o * tanh(c)

    Each ... is W_ih x + b_ih + W_hh h' + b_hh with the gate's own rows. The cell c
    is the memory: f says what stays in it, i what of g comes in, o what is shown.
    """

    type: ClassVar = "lstm"
    gates: ClassVar = ("i", "f", "g", "o")
    sums: ClassVar = ("z_i", "z_f", "z_g", "z_o")
    states: ClassVar = ("h", "c")
    why: ClassVar = (
        f"{Recurrent.why} "
        "A cell's slope goes to the cell before it times the forget gate alone: where "
        "that is near 1, it does not fade."
    )

    @property
    def unit_words(self) -> str:
        return "input, forget and output gate, candidate, then cell and state"

    def step(self, way: Pass) -> None:
        way.add_net_inputs(self.sums, self.sums)
        for gate, z in zip(self.gates, self.sums, strict=True):
            use = TANH if gate == "g" else SIGMOID
            way.activate(way.value(f"a_{gate}"), way.value(z), use)
        i, f, g, o = (way.value(f"a_{gate}") for gate in self.gates)
        cell, shown = way.state("c"), way.value("a_c")
        way.build.assign(cell, f * way.last_state("c") + i * g)
        way.activate(shown, cell, TANH)
        way.build.assign(way.state("h"), o * shown)


@dataclass(frozen=True)
class Gru(Recurrent):
    """r, z = sigmoid(W_ih x + b_ih + W_hh h' + b_hh), with each gate's own rows,
    n = tanh(W_in x + b_in + r * (W_hn h' + b_hn)), h = (1 - z) * n + z * h'

    The gate r says how much of the last states goes into the candidate n, z how
    much of its own last state the unit keeps. With `reset: before`, as Cho et al. have
    it, each state is reset before it is weighed: n = tanh(W_in x + b_in + W_hn (r * h')
    + b_hn).
    """

    type: ClassVar = "gru"
    keys: ClassVar = {**Recurrent.keys, "reset": Word((AFTER, BEFORE), "reset")}
    gates: ClassVar = ("r", "z", "n")
    sums: ClassVar = ("z_r", "z_z", "p_n")
    why: ClassVar = (
        f"{Recurrent.why} "
        "Where the update gate keeps a state, it lets its slope through, too."
    )

    resets_before: bool = False

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Recurrent:
        own = vars(super().resolve(name, source, options))
        return cls(**own | {"resets_before": options.get("reset") == BEFORE})

    @property
    def words(self) -> str:
        return f"{super().words}{', reset before' * self.resets_before}"

    @property
    def unit_words(self) -> str:
        return "reset and update gate, candidate, then state"

    @property
    def phases(self) -> tuple[Phase, ...]:
        if not self.resets_before:
            return super().phases
        gates = "reset and update gate, then its last state, reset"
        return (
            Phase("z_r", gates, self._gates),
            Phase("z_n", "candidate, then state", self._candidate),
        )

    def _gates(self, way: Pass) -> None:
        way.add_net_inputs(("z_r", "z_z"), ("z_r", "z_z"))
        way.activate(way.value("a_r"), way.value("z_r"), SIGMOID)
        way.activate(way.value("a_z"), way.value("z_z"), SIGMOID)
        way.build.assign(way.value("reset"), way.value("a_r") * way.last_state("h"))

    def _candidate(self, way: Pass) -> None:
        way.add_net_inputs(("z_n",), ("z_n",), first=2, seen="reset")
        way.activate(way.value("a_n"), way.value("z_n"), TANH)
        self._state(way)

    def _state(self, way: Pass) -> None:
        z, n = way.value("a_z"), way.value("a_n")
        kept = z * way.last_state("h")
        way.build.assign(way.state("h"), (Number(1.0) - z) * n + kept)

    def step(self, way: Pass) -> None:
        way.add_net_inputs(self.sums, ("z_r", "z_z", "q_n"))
        r, z, n = (way.value(f"a_{gate}") for gate in self.gates)
        way.activate(r, way.value("z_r"), SIGMOID)
        way.activate(z, way.value("z_z"), SIGMOID)
        way.build.assign(way.value("z_n"), way.value("p_n") + r * way.value("q_n"))
        way.activate(n, way.value("z_n"), TANH)
        self._state(way)

"""Who can be asked for a net's numbers: bpgen's own programs, and one under audit.

Both give tables, numbers by name, that are compared with each other: a wrong program
of bpgen's own is asked the very same as the program under audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol, TypeAlias

from bpgen.auditing.mutants import GRADIENTS, LOSS, OUTPUTS, STEPS
from bpgen.auditing.protocol import Peer, UnsupportedError, flat, problem
from bpgen.errors import shown, suggestion
from bpgen.lowering.evaluated import evaluated_net
from bpgen.network.network import Network
from bpgen.program.blocks import Program

Rows: TypeAlias = Sequence[Sequence[float]]
Table: TypeAlias = Mapping[str, list[float]]
STEP_COUNT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """What everybody is asked.

    Attributes:
        parameters: what to start from, as nested lists; `start`: the same, row by row.
        shapes: of all parameters; `trained`: the names of those that have a gradient.
        by_step: whether gradients are found by what a step moves.
    """

    network: Network
    program: Program
    inputs: Rows
    targets: Rows
    parameters: Mapping[str, Any]
    by_step: bool = False

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all parameters, by name."""
        return {p.name: p.variable.shape for p in self.network.parameters}

    @property
    def trained(self) -> list[str]:
        """The names of the parameters that have a gradient."""
        return [parameter.name for parameter in self.network.trained]

    @property
    def start(self) -> Table:
        """The parameters to start from."""
        found = self.shapes.items()
        return {name: flat(self.parameters[name], of, name) for name, of in found}

    def batches(self, count: int) -> list[tuple[Rows, Rows]]:
        """So many batches of the net's size, again from the first after the last."""
        size = min(self.network.training.batch_size, len(self.inputs))
        found: list[tuple[Rows, Rows]] = []
        for k in range(count):
            places = [(k * size + at) % len(self.inputs) for at in range(size)]
            inputs, targets = self.inputs, self.targets
            found.append(([inputs[i] for i in places], [targets[i] for i in places]))
        return found

    @property
    def rate(self) -> float:
        """The learning rate."""
        return self.network.settings["learning_rate"]


class Learner(Protocol):
    """Somebody who has a net, and learns."""

    def set(self, parameters: Mapping[str, Any]) -> None:
        """Begin anew from there."""

    def forward(self, inputs: Sequence[float]) -> list[float]:
        """The outputs for one sample."""

    def gradients(self, inputs: Rows, targets: Rows) -> tuple[float, Table]:
        """The mean loss of some samples, and its gradients."""

    def step(self, inputs: Rows, targets: Rows) -> tuple[float, Table]:
        """The mean loss before an update, and the parameters after it."""


class Own:
    """A program of bpgen's, right or wrong, run by the evaluator."""

    def __init__(self, exam: Exam, program: Program) -> None:
        self.exam, self.program = exam, program

    def set(self, parameters: Mapping[str, Any]) -> None:
        """Begin anew from there."""
        self.net = evaluated_net(self.exam.network, self.program)
        self.net.set_parameters(dict(parameters))

    def forward(self, inputs: Sequence[float]) -> list[float]:
        """The outputs for one sample."""
        return self.net.predict(list(inputs))

    def gradients(self, inputs: Rows, targets: Rows) -> tuple[float, Table]:
        """The mean loss of some samples, and its gradients."""
        loss = self.net.batch_gradients([*map(list, inputs)], [*map(list, targets)])
        return loss, self._table(self.net.gradients(), self.exam.trained)

    def step(self, inputs: Rows, targets: Rows) -> tuple[float, Table]:
        """The mean loss before an update, and the parameters after it."""
        loss = self.net.train_step([*map(list, inputs)], [*map(list, targets)])
        return loss, self._table(self.net.parameters(), list(self.exam.shapes))

    def _table(self, named: Mapping[str, Any], names: Sequence[str]) -> Table:
        shapes = self.exam.shapes
        return {name: flat(named[name], shapes[name], name) for name in names}


class Audited:
    """The program under audit; what it answers has to fit the net."""

    def __init__(self, exam: Exam, peer: Peer) -> None:
        self.exam, self.peer = exam, peer

    def set(self, parameters: Mapping[str, Any]) -> None:
        """Begin anew from there."""
        self.peer.ask("set", parameters=parameters)

    def forward(self, inputs: Sequence[float]) -> list[float]:
        """The outputs for one sample."""
        answer = self.peer.ask("forward", inputs=list(inputs))
        size = prod(self.exam.program.predicted.shape)
        return flat(_part(answer, "forward", "outputs"), (size,), "outputs")

    def gradients(self, inputs: Rows, targets: Rows) -> tuple[float, Table]:
        """The mean loss of some samples, and its gradients; a missing one is nan."""
        answer = self.peer.ask("gradients", inputs=inputs, targets=targets)
        loss = flat(_part(answer, "gradients", "loss"), (), "loss")[0]
        given = _part(answer, "gradients", "gradients")
        return loss, self._table(given, "gradients", self.exam.trained)

    def step(self, inputs: Rows, targets: Rows) -> tuple[float, Table]:
        """The mean loss before an update, and the parameters after it."""
        answer = self.peer.ask("step", inputs=inputs, targets=targets)
        loss = flat(_part(answer, "step", "loss"), (), "loss")[0]
        given = _part(answer, "step", "parameters")
        return loss, self._table(given, "parameters", list(self.exam.shapes))

    def _table(self, given: Any, what: str, names: Sequence[str]) -> Table:
        shapes = self.exam.shapes
        if not isinstance(given, dict):
            raise problem(f"'{what}' of the program is no object of names")
        for name in given:
            if name not in shapes:
                hint = suggestion(name, shapes)
                raise problem(f"'{what}': no parameter {shown(name)}{hint}")
        found = {}
        for name in names:
            if name in given:
                found[name] = flat(given[name], shapes[name], f"{what}: {name}")
            else:
                found[name] = [float("nan")] * prod(shapes[name])
        return found


def _part(answer: Mapping[str, Any], call: str, key: str) -> Any:
    if key not in answer:
        raise problem(f"the program's answer to '{call}' has no {shown(key)}")
    return answer[key]


# --- Tables ---------------------------------------------------------------------------


def tables(exam: Exam, learner: Learner) -> dict[str, Table]:
    """All quantities that somebody offers."""
    found: dict[str, Table] = {}
    for quantity in (OUTPUTS, GRADIENTS, STEPS):
        try:
            found |= table(exam, learner, quantity)
        except UnsupportedError:
            continue
    return found


def table(exam: Exam, learner: Learner, quantity: str) -> dict[str, Table]:
    """One quantity; that of gradients brings the loss with it."""
    if quantity == OUTPUTS:
        learner.set(exam.parameters)
        outputs = [x for inputs in exam.inputs for x in learner.forward(inputs)]
        return {OUTPUTS: {"outputs": outputs}}
    if quantity in (GRADIENTS, LOSS):
        return _by_step(exam, learner) if exam.by_step else _gradients(exam, learner)
    learner.set(exam.parameters)
    before = exam.start
    losses: list[float] = []
    moved: dict[str, list[float]] = {"loss": losses}
    for batch in exam.batches(STEP_COUNT):
        loss, after = learner.step(*batch)
        losses.append(loss)
        for name, numbers in after.items():
            pairs = zip(numbers, before[name], strict=True)
            moved.setdefault(name, []).extend(x - y for x, y in pairs)
        before = after
    return {STEPS: moved}


def _gradients(exam: Exam, learner: Learner) -> dict[str, Table]:
    """Of the first sample alone, and of all together."""
    losses: list[float] = []
    found: dict[str, list[float]] = {}
    for count in dict.fromkeys((1, len(exam.inputs))):
        learner.set(exam.parameters)
        batch = exam.inputs[:count], exam.targets[:count]
        loss, gradients = learner.gradients(*batch)
        losses.append(loss)
        for name, numbers in gradients.items():
            found.setdefault(name, []).extend(numbers)
    return {LOSS: {"loss": losses}, GRADIENTS: found}


def _by_step(exam: Exam, learner: Learner) -> dict[str, Table]:
    """What single steps move, by the learning rate."""
    losses: list[float] = []
    found: dict[str, list[float]] = {}
    for batch in exam.batches(STEP_COUNT):
        learner.set(exam.parameters)
        loss, after = learner.step(*batch)
        losses.append(loss)
        for name in exam.trained:
            pairs = zip(exam.start[name], after[name], strict=True)
            moved = [(old - new) / exam.rate for old, new in pairs]
            found.setdefault(name, []).extend(moved)
    return {LOSS: {"loss": losses}, GRADIENTS: found}

"""One step of the optimizer, and what goes with it, as neutral statements.

In: a network. Out: the blocks `update`, `schedule`, `penalty` and
`penalty_gradient`, and the state that lives between steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bpgen.catalog.layers.base import Parameter
from bpgen.catalog.optimizers import Update
from bpgen.deriving.differentiate import differentiate, over_elements
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.functions import FUNCTIONS, read_formula
from bpgen.program.gradients import gradient_of
from bpgen.program.labels import heading
from bpgen.program.notes import TitleNote
from bpgen.program.simplify import multiply
from bpgen.program.walks import substituted, walk

LEARNING_RATE = "learning_rate"
PENALTY = ir.Variable("penalty", ir.Role.LOCAL, "penalty")
EPOCH_LOSS = ir.Variable("loss", ir.Role.LOSS, "loss")
VALIDATION_LOSS = ir.Variable("validation_loss", ir.Role.STATE, "validation_loss")


@dataclass(frozen=True, slots=True)
class State:
    """What lives between steps: its name in JSON, its variable, where it starts."""

    name: str
    variable: ir.Variable
    start: ir.Expression


class UpdateLowering:
    """Lowers the optimizer of one network, its schedule and its clipping."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.update: Update = network.optimizer.update(network.settings)
        formulas = [formula for _, formula in self.update.once + self.update.each]
        starts = [start for _, start in self.update.state.values()]
        used = {name for formula in formulas for name in _names(formula)} | set(starts)
        self.settings = {
            ir.Variable(name, ir.Role.SETTING, name): value
            for name, value in network.settings.items()
            if name in used and not (name == LEARNING_RATE and network.schedule)
        }
        self.scalars = {name: _scalar(name) for name in self.update.scalars}
        if network.schedule:
            self.scalars[LEARNING_RATE] = _scalar(LEARNING_RATE)
        self.known: dict[str, ir.Expression] = {
            v.name: v.scalar() for v in (*self.settings, *self.scalars.values())
        }

    def states(self) -> tuple[State, ...]:
        """Scalars first, then the state of every trained parameter."""
        starts = self.update.scalars.items()
        found = [State(name, _scalar(name), ir.Number(start)) for name, start in starts]
        for parameter in self.network.trained:
            for name, (torch_name, start) in self.update.state.items():
                first = (
                    self.rate_of(parameter)
                    if isinstance(start, str)
                    else ir.Number(start)
                )
                variable = _state_of(parameter.variable, name)
                found.append(State(f"{parameter.name}.{torch_name}", variable, first))
        return tuple(found)

    def rate_of(self, parameter: Parameter) -> ir.Expression:
        """The learning rate of one parameter."""
        factor = self.network.rate_factors.get(parameter.name, 1.0)
        return multiply(ir.Number(factor), self.known[LEARNING_RATE])

    def block(self) -> ir.Block:
        """The statements of one update."""
        if not self.network.trained:
            return ()
        clip = self.network.clip
        clipping: list[tuple[str, str]] = []
        block: list[ir.Statement] = []
        if clip and clip[0] == "norm":
            block += self.norm(clip[1])
            clipping = [("g", "clip * g")]
        elif clip:
            clipping = [("g", f"larger({-clip[1]!r}, smaller({clip[1]!r}, g))")]
        known = self.known | {"clip": _local("clip")}
        block += _statements(self.update.once, known)
        for parameter in self.network.trained:
            steps = (*clipping, *self.update.each)
            body = self.of_parameter(parameter, steps, known)
            block.append(ir.Section(TitleNote(heading(parameter.name)), body))
        return tuple(block)

    def of_parameter(
        self,
        parameter: Parameter,
        steps: tuple[tuple[str, str], ...],
        known: Mapping[str, ir.Expression],
    ) -> ir.Block:
        """The statements for every element of one parameter."""
        variable = parameter.variable
        factor = ir.Number(self.network.rate_factors.get(parameter.name, 1.0))
        scaled = {
            name: multiply(factor, value) if name.endswith("rate") else value
            for name, value in known.items()
        }

        def step(element: ir.Element) -> ir.Block:
            own = scaled | {"w": element}
            own["g"] = gradient_of(variable)[element.indices]
            for name in self.update.state:
                own[name] = _state_of(variable, name)[element.indices]
            return tuple(_statements(steps, own))

        return over_elements(variable, step)

    def norm(self, most: float) -> Iterator[ir.Statement]:
        """clip = min(1, most / (norm of all gradients + 1e-6)), as torch has it."""
        square, norm = _local("square"), _local("norm")
        yield ir.Assign(square, ir.Number(0.0))
        for parameter in self.network.trained:

            def add(element: ir.Element, parameter: Parameter = parameter) -> ir.Block:
                g = gradient_of(parameter.variable)[element.indices]
                return (ir.Accumulate(square, g * g),)

            yield from over_elements(parameter.variable, add)
        yield ir.Assign(norm, ir.Call(FUNCTIONS["sqrt"], (square,)))
        share = ir.Number(most) / (norm + ir.Number(1e-6))
        yield ir.Assign(
            _local("clip"), ir.Call(FUNCTIONS["smaller"], (ir.Number(1.0), share))
        )

    # The schedule ---------------------------------------------------------------

    def schedule_states(self) -> tuple[State, ...]:
        """The learning rate, and what the schedule counts."""
        use = self.network.schedule
        if use is None:
            return ()
        base = self.network.settings[LEARNING_RATE]
        first = ir.Number(base * use.schedule.first(use.options))
        found = [State(LEARNING_RATE, _scalar(LEARNING_RATE), first)]
        for name, start in use.schedule.scalars.items():
            number = float(use.options[start]) if isinstance(start, str) else start
            found.append(State(name, _scalar(name), ir.Number(number)))
        return tuple(found)

    @property
    def watched(self) -> ir.Variable:
        """The loss that a schedule may go by."""
        return VALIDATION_LOSS if self.network.training.validation else EPOCH_LOSS

    def schedule(self) -> ir.Block:
        """One move of the schedule."""
        use = self.network.schedule
        if use is None:
            return ()
        known: dict[str, ir.Expression] = {
            name: ir.Number(float(value))
            for name, value in use.options.items()
            if isinstance(value, (int, float))
        }
        known |= {s.variable.name: s.variable.scalar() for s in self.schedule_states()}
        known["base"] = ir.Number(self.network.settings[LEARNING_RATE])
        known["loss"] = self.watched.scalar()
        moves = tuple(_statements(use.schedule.move(use.options), known))
        return (
            ir.Section(TitleNote(f"The learning rate: {use.schedule.name}"), moves),
        )


def penalty_blocks(network: Network) -> tuple[ir.Block, ir.Block]:
    """The sum of l1 * |w| + l2 / 2 * w * w, and its gradient, derived from it."""
    block: list[ir.Statement] = []
    for parameter in network.parameters:
        l1, l2 = network.penalties.get(parameter.name, (0.0, 0.0))
        if l1 or l2:
            block += over_elements(parameter.variable, _penalty_step(l1, l2))
    if not block:
        return (), ()
    whole = (ir.Assign(PENALTY.scalar(), ir.Number(0.0)), *block)
    trained = [parameter.variable for parameter in network.trained]
    gradient, _ = differentiate(whole, PENALTY, PENALTY, trained)
    return whole, gradient


def _penalty_step(l1: float, l2: float) -> Callable[[ir.Element], ir.Block]:
    def step(w: ir.Element) -> ir.Block:
        terms: list[ir.Expression] = []
        if l1:
            terms.append(ir.Number(l1) * ir.Call(FUNCTIONS["abs"], (w,)))
        if l2:
            terms.append(ir.Number(0.5 * l2) * (w * w))
        return tuple(ir.Accumulate(PENALTY.scalar(), term) for term in terms)

    return step


def _scalar(name: str) -> ir.Variable:
    return ir.Variable(name, ir.Role.STATE, name)


def _local(name: str) -> ir.Element:
    return ir.Variable(name, ir.Role.LOCAL, name).scalar()


def _state_of(variable: ir.Variable, name: str) -> ir.Variable:
    """The variable that keeps one number for each element of a parameter."""
    prefix = f"{name}_{variable.prefix}"
    return ir.Variable(
        f"{name}_{variable.name}", ir.Role.STATE, prefix, variable.labels
    )


def _statements(
    steps: tuple[tuple[str, str], ...], known: dict[str, ir.Expression]
) -> Iterator[ir.Statement]:
    """Assignments for steps; a name that is not known, and `g`, become locals."""
    for name, formula in steps:
        value = substituted(read_formula(formula), known)
        if name == "g" or name not in known:
            known[name] = _local(name)
        target = known[name]
        assert isinstance(target, ir.Element)
        yield ir.Assign(target, value)


def _names(formula: str) -> set[str]:
    """The names that a formula reads."""
    nodes = walk(read_formula(formula))
    return {node.name for node in nodes if isinstance(node, ir.Argument)}

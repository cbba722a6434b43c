"""One step of the optimizer, and what goes with it, as neutral statements.

In: a network. Out: the blocks `update`, `schedule`, `penalty` and
`penalty_gradient`, and the state that lives between steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpgen.catalog.optimizers import UNSIGNED, Update
from bpgen.deriving.differentiate import differentiate
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.functions import FUNCTIONS, read_formula
from bpgen.program.gradients import gradient_of
from bpgen.program.notes import TitleNote
from bpgen.program.simplify import multiply, simplified
from bpgen.program.walks import read_in, statements, substituted, walk

LEARNING_RATE = "learning_rate"
AGAINST = (
    "Every weight moves against its slope, so that L falls. All slopes are known "
    "before the first weight moves."
)
CLIPPING = TitleNote("Clipping: a long step is made shorter, in the same direction.")
# What every parameter's own number, and its gradient, are called at their turn.
WEIGHT = ir.Variable("w", ir.Role.PARAMETER, "w", (ir.NUMBERS,))
SLOPE = gradient_of(WEIGHT)
FACTOR = ir.Variable("factor", ir.Role.SETTING, "factor")  # of its learning rate
PENALTY = ir.Variable("penalty", ir.Role.LOCAL, "penalty")
EPOCH_LOSS = ir.Variable("loss", ir.Role.LOSS, "loss")


@dataclass(frozen=True, slots=True)
class State:
    """What lives between steps: its name in JSON, its variable, where it starts."""

    name: str
    variable: ir.Variable
    start: ir.Expression

    @property
    def is_unsigned(self) -> bool:
        """Whether no training brings an optimizer's state below 0."""
        is_own = not self.variable.labels  # and belongs to no parameter
        return is_own or self.name.rpartition(".")[2] in UNSIGNED


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
        """Scalars first, then each kind of state, for all trained parameters."""
        starts = self.update.scalars.items()
        found = [State(name, _scalar(name), ir.Number(start)) for name, start in starts]
        for name, (torch_name, start) in self.update.state.items():
            first = self.rate if isinstance(start, str) else ir.Number(start)
            for parameter in self.network.trained:
                variable = _state_of(parameter.variable, name)
                found.append(State(f"{parameter.name}.{torch_name}", variable, first))
        return tuple(found)

    @property
    def rate(self) -> ir.Expression:
        """The learning rate of the parameter at hand."""
        return self.scaled(self.known[LEARNING_RATE])

    def scaled(self, rate: ir.Expression) -> ir.Expression:
        """A rate, by how much faster the parameter at hand learns than others."""
        return multiply(FACTOR.scalar(), rate) if self.factors else rate

    @property
    def factors(self) -> tuple[float, ...]:
        """By how much each parameter learns faster than others; () if all are alike."""
        factors = self.network.rate_factors
        found = tuple(factors.get(p.name, 1.0) for p in self.network.trained)
        return found if set(found) - {1.0} else ()

    def over_parameters(self, body: ir.Block) -> ir.Each:
        """The statements for each number of each trained parameter; they speak of its
        weights, its gradient, its state, as far as they use them."""
        trained = tuple(parameter.variable for parameter in self.network.trained)
        meant = {WEIGHT: trained, SLOPE: tuple(map(gradient_of, trained))}
        for name in self.update.state:
            meant[_each_state(name)] = tuple(_state_of(v, name) for v in trained)
        used = {element.variable for element in read_in(body)}
        used |= {statement.target.variable for statement in statements(body)}
        arrays = tuple((own, of) for own, of in meant.items() if own in used)
        numbers = ((FACTOR, self.factors),) if FACTOR in used else ()
        return ir.Each(arrays, body, numbers)

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
            clipping = [("g", f"larger(smaller(g, {clip[1]!r}), {-clip[1]!r})")]
        known = self.known | {"clip": _local("clip")}
        block += _statements(self.update.once, known)
        own = known | {
            name: self.scaled(known[name]) for name in known if is_rate(name)
        }
        own |= {"w": WEIGHT[ir.NUMBER], "g": SLOPE[ir.NUMBER]}
        own |= {name: _each_state(name)[ir.NUMBER] for name in self.update.state}
        steps = (*clipping, *self.update.each)
        block.append(self.over_parameters(tuple(_statements(steps, own))))
        story = f"{AGAINST} {self.update.story}".rstrip()
        if clip and clip[0] != "norm":
            story += f" No slope counts for more than {clip[1]:g}, up or down."
        return (ir.Section(TitleNote(story), tuple(block)),)

    def reset(self) -> ir.Block:
        """The state of the optimizer and of the schedule at its start."""
        states = (*self.schedule_states(), *self.states())
        scalars = [state for state in states if not state.variable.labels]
        block = [ir.Assign(s.variable.scalar(), s.start) for s in scalars]
        body = []
        for name, (_, start) in self.update.state.items():
            first = self.rate if isinstance(start, str) else ir.Number(start)
            body.append(ir.Assign(_each_state(name)[ir.NUMBER], first))
        if not body or not self.network.trained:
            return tuple(block)
        return *block, self.over_parameters(tuple(body))

    def norm(self, most: float) -> Iterator[ir.Statement]:
        """clip = min(1, most / (norm of all gradients + 1e-6)), as torch has it."""
        square, norm = _local("square"), _local("norm")
        slope = SLOPE[ir.NUMBER]
        yield ir.Assign(square, ir.Number(0.0), CLIPPING)
        yield self.over_parameters((ir.Accumulate(square, slope * slope),))
        yield ir.Assign(norm, ir.Call(FUNCTIONS["sqrt"], (square,)))
        share = ir.Number(most) / (norm + ir.Number(1e-6))
        yield ir.Assign(
            _local("clip"), ir.Call(FUNCTIONS["smaller"], (share, ir.Number(1.0)))
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
        """The loss that a schedule may go by: of the samples held out, if any are."""
        return EPOCH_LOSS

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
        moves = tuple(
            ir.Assign(step.target, simplified(step.value))
            for step in _statements(use.schedule.move(use.options), known)
        )
        return (
            ir.Section(
                TitleNote(
                    f"The learning rate: {use.schedule.name}", use.schedule.story
                ),
                moves,
            ),
        )


def is_rate(name: str) -> bool:
    """Whether a number of the update is a rate, which some parameters scale."""
    return name.endswith("rate")


def penalty_blocks(network: Network) -> tuple[ir.Block, ir.Block]:
    """The sum of l1 * |w| + l2 / 2 * w * w, and its gradient, derived from it."""
    penalized: dict[tuple[float, float], list[ir.Variable]] = {}
    for parameter in network.parameters:
        rates = network.penalties.get(parameter.name, (0.0, 0.0))
        if any(rates):
            penalized.setdefault(rates, []).append(parameter.variable)
    trained = {parameter.variable for parameter in network.trained}
    whole: list[ir.Statement] = [ir.Assign(PENALTY.scalar(), ir.Number(0.0))]
    gradient: list[ir.Statement] = []
    for rates, variables in penalized.items():
        step = _penalty_step(*rates)
        whole.append(ir.Each(((WEIGHT, tuple(variables)),), step))
        learned = tuple(v for v in variables if v in trained)
        if learned:
            slopes = tuple(map(gradient_of, learned))
            arrays = ((WEIGHT, learned), (SLOPE, slopes))
            gradient.append(ir.Each(arrays, _derived(step)))
    return (tuple(whole), tuple(gradient)) if penalized else ((), ())


def _penalty_step(l1: float, l2: float) -> ir.Block:
    """What one weight adds to the penalty."""
    w = WEIGHT[ir.NUMBER]
    terms: list[ir.Expression] = []
    if l1:
        terms.append(ir.Number(l1) * ir.Call(FUNCTIONS["abs"], (w,)))
    if l2:
        terms.append(ir.Number(0.5 * l2) * (w * w))
    return tuple(ir.Accumulate(PENALTY.scalar(), term) for term in terms)


def _derived(step: ir.Block) -> ir.Block:
    """What the penalty of one weight adds to its gradient."""
    ((index, _),) = ir.NUMBER.terms
    whole = (ir.Assign(PENALTY.scalar(), ir.Number(0.0)), ir.For(index, 1, step))
    (loop,), _ = differentiate(whole, PENALTY, PENALTY, [WEIGHT])
    assert isinstance(loop, ir.For)
    return loop.body


def _scalar(name: str) -> ir.Variable:
    return ir.Variable(name, ir.Role.STATE, name)


def _each_state(name: str) -> ir.Variable:
    """What the state of the parameter at hand is called at its turn."""
    return ir.Variable(name, ir.Role.STATE, name, (ir.NUMBERS,))


def _local(name: str) -> ir.Element:
    return ir.Variable(name, ir.Role.LOCAL, name).scalar()


def _state_of(variable: ir.Variable, name: str) -> ir.Variable:
    """The variable that keeps one number for each element of a parameter."""
    prefix = f"{name}_{variable.prefix}"
    own = f"{name}_{variable.name}"
    letters = variable.letters
    return ir.Variable(own, ir.Role.STATE, prefix, variable.labels, letters)


def _statements(
    steps: tuple[tuple[str, str], ...], known: dict[str, ir.Expression]
) -> Iterator[ir.Assign]:
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

"""One step of the optimizer as statements over all trained parameters.

In: a network. Out: the block `update`, and the state that it keeps between steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpgen.differentiate import gradient_of, over_elements, substituted
from bpgen.functions import read_formula
from bpgen.ir import (
    Argument,
    Assign,
    Block,
    Element,
    Expression,
    Number,
    Role,
    Statement,
    Variable,
)
from bpgen.network import Network
from bpgen.optimizers import Update
from bpgen.traverse import walk


@dataclass(frozen=True, slots=True)
class State:
    """What the optimizer keeps: its name in JSON, its variable, where it starts."""

    name: str
    variable: Variable
    start: Expression


class UpdateLowering:
    """Lowers the optimizer of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.update: Update = network.optimizer.update(network.settings)
        formulas = [formula for _, formula in self.update.once + self.update.each]
        starts = [start for _, start in self.update.state.values()]
        used = {name for formula in formulas for name in _names(formula)} | set(starts)
        self.settings = {
            Variable(name, Role.SETTING, name): value
            for name, value in network.settings.items()
            if name in used
        }
        self.scalars = {
            name: State(name, Variable(name, Role.STATE, name), Number(start))
            for name, start in self.update.scalars.items()
        }

    def states(self) -> tuple[State, ...]:
        """Scalars first, then the state of every trained parameter."""
        found = [*self.scalars.values()]
        for parameter in self.network.trained:
            for name, (torch_name, start) in self.update.state.items():
                first = (
                    Variable(start, Role.SETTING, start).scalar()
                    if isinstance(start, str)
                    else Number(start)
                )
                variable = _state_of(parameter.variable, name)
                found.append(State(f"{parameter.name}.{torch_name}", variable, first))
        return tuple(found)

    def block(self) -> Block:
        """The statements of one update."""
        known: dict[str, Expression] = {
            variable.name: variable.scalar() for variable in self.settings
        }
        known |= {name: s.variable.scalar() for name, s in self.scalars.items()}
        block = list(_statements(self.update.once, known))
        for parameter in self.network.trained:
            block += self.of_parameter(parameter.variable, known)
        return tuple(block)

    def of_parameter(
        self, variable: Variable, known: Mapping[str, Expression]
    ) -> tuple[Statement, ...]:
        """The statements for every element of one parameter."""

        def step(element: Element) -> Block:
            own = dict(known) | {"w": element}
            own["g"] = gradient_of(variable)[element.indices]
            for name in self.update.state:
                own[name] = _state_of(variable, name)[element.indices]
            return tuple(_statements(self.update.each, own))

        return over_elements(variable, step)


def _state_of(variable: Variable, name: str) -> Variable:
    """The variable that keeps one number for each element of a parameter."""
    prefix = f"{name}_{variable.prefix}"
    return Variable(f"{name}_{variable.name}", Role.STATE, prefix, variable.labels)


def _statements(
    steps: tuple[tuple[str, str], ...], known: dict[str, Expression]
) -> Iterator[Statement]:
    """Assignments for steps; a name that is not known, and `g`, become locals."""
    for name, formula in steps:
        value = substituted(read_formula(formula), known)
        if name == "g" or name not in known:
            known[name] = Variable(name, Role.LOCAL, name).scalar()
        target = known[name]
        assert isinstance(target, Element)
        yield Assign(target, value)


def _names(formula: str) -> set[str]:
    """The names that a formula reads."""
    nodes = walk(read_formula(formula))
    return {node.name for node in nodes if isinstance(node, Argument)}

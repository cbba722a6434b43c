"""All that one network computes, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import Block, Element, Role, Variable
from bpgen.program.walks import read_in, statements

if TYPE_CHECKING:
    from bpgen.lowering.optimizer import State

BLOCKS = (
    *("initialize", "reset", "predict", "forward", "examine", "loss", "backward"),
    *("input_gradient", "zero", "mean", "penalty", "penalty_gradient"),
    *("update", "schedule", "step"),
)


# Those that compute something from a sample, and so have a form for each style.
PASSES = (
    *("predict", "forward", "examine", "loss", "backward", "input_gradient"),
    "step",
)
ALONE = ("predict", "step")  # those that leave nothing to other passes


@dataclass(frozen=True, slots=True)
class Program:
    """All that one network computes; each block becomes a method or a part of one.

    `predict` is the network at work, `forward` the network in training, `examine`
    the network at work with all that the loss needs, if forward is not just that;
    `backward` mirrors forward and loss, and `input_gradient` goes on from it to
    dL/dinput. The blocks from `zero` on run over all trained parameters.
    """

    input: Variable
    input_slope: Variable  # dL/dinput
    output: Variable
    predicted: Variable  # the output of `predict`
    target: Variable
    parameters: tuple[Variable, ...]
    buffers: tuple[Variable, ...]
    gradients: dict[Variable, Variable]  # of each trained parameter
    settings: dict[Variable, float]  # of the optimizer
    states: tuple[State, ...]  # of the optimizer
    schedule_states: tuple[State, ...]
    loss_value: Element
    penalty_value: Variable
    watched: Variable  # the loss that the schedule may go by
    initialize: Block
    reset: Block  # the optimizer's state
    predict: Block
    forward: Block
    examine: Block
    loss: Block
    backward: Block
    input_gradient: Block
    zero: Block
    mean: Block
    penalty: Block  # the loss that regularization adds to a batch's
    penalty_gradient: Block
    update: Block
    schedule: Block  # one move of the learning-rate schedule
    step: Block = ()  # forward to update in one, where that comes to the same

    def blocks(self) -> Iterator[tuple[str, Block]]:
        """The blocks by name, in the order in which a step runs them."""
        for name in BLOCKS:
            yield name, getattr(self, name)

    @property
    def adds_at_once(self) -> bool:
        """Whether a step adds to the gradients held, rather than to move weights."""
        written = (s.target.variable.role for s in statements(self.step))
        return Role.GRADIENT in written

    @property
    def joins_batches(self) -> bool:
        """Whether a step takes a whole batch."""
        given = (e for e in read_in(self.step) if e.variable.role is Role.TARGET)
        return any(len(e.indices) > len(self.target.labels) for e in given)

    def with_blocks(self, blocks: dict[str, Block]) -> Program:
        """The same program with other blocks."""
        return replace(self, **blocks)  # type: ignore[arg-type]  # checked by name


def group_of(program: Program, name: str) -> list[Variable]:
    """The variables of a group of numbers that the routines speak of, in order."""
    states = [state.variable for state in program.states]
    match name:
        case "parameters":
            return list(program.parameters)
        case "gradients":
            return list(map(gradient_of, program.parameters))
        case "trained":
            return list(program.gradients)
        case "slopes":
            return list(program.gradients.values())
        case "buffers":
            return list(program.buffers)
        case "states":
            return states
        case "kept_rows":
            return [variable for variable in states if variable.labels]
        case "schedule":
            return [state.variable for state in program.schedule_states]
    raise KeyError(name)

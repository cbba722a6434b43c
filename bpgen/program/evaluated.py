"""The blocks of a program as the routines of `runtime` call them: by the evaluator.

In: a program, in any style. Out: `Blocks`, so that `runtime.net.Net` trains with the
very routines that an emitted file has.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import replace
from math import prod

from bpgen.program.evaluate import Machine
from bpgen.program.nodes import COUNT, Block, Variable
from bpgen.runtime.generator import Generator
from bpgen.runtime.primitives import Row, Rows


class EvaluatedBlocks(Machine):
    """What one net computes; its numbers are all 0 until `initialize` runs."""

    def another(self) -> EvaluatedBlocks:
        """The same blocks over numbers of their own."""
        return EvaluatedBlocks(self.program)

    # The start ----------------------------------------------------------------------

    def draw_from(self, generator: Generator) -> None:
        """Draw from this generator, which others may use, too."""
        self.generator = generator

    def initialize(self) -> None:
        """The parameters at the start, and gradients that are 0."""
        self.run(self.program.initialize)
        self.run(self.program.zero)

    def reset(self) -> None:
        """The state of the optimizer and of the schedule at the start."""
        self.run(self.program.reset)

    # Passes -------------------------------------------------------------------------

    def predict(self, inputs: Row) -> None:
        """The net at work; nothing is left of it but what `predicted` gives."""
        kept, sample = self.values, self.program.input
        self.values = ChainMap({}, kept)
        self.set(replace(sample, labels=sample.axes), inputs)
        self.run(self.program.predict)
        self.found = self.get(self.program.predicted)
        self.values = kept

    def predicted(self) -> list[float]:
        """The outputs of predict."""
        return list(self.found)

    def forward(self, inputs: Row) -> None:
        """The net in training, for one sample."""
        self.forward_rows([inputs])

    def forward_rows(self, rows: Rows) -> None:
        """The net in training, for a whole batch."""
        self.pass_on(self.program.forward, self.program.input, rows)

    def examine(self, inputs: Row) -> None:
        """The net at work, with all that the loss needs."""
        self.pass_on(self.program.examine, self.program.input, [inputs])

    def outputs(self) -> list[float]:
        """The outputs of forward or examine; of the first sample, if of several."""
        return self.get(self.program.output)

    def loss(self, targets: Row) -> float:
        """The loss of the sample at hand."""
        return self.loss_rows([targets])

    def loss_rows(self, rows: Rows) -> float:
        """The sum of the losses of the samples at hand."""
        self.pass_on(self.program.loss, self.program.target, rows)
        return self.value(self.program.loss_value, {})

    def backward(self, targets: Row) -> None:
        """Add to the gradients those of the sample at hand."""
        self.backward_rows([targets])

    def backward_rows(self, rows: Rows) -> None:
        """Add to the gradients those of the samples at hand."""
        self.pass_on(self.program.backward, self.program.target, rows)

    def input_gradient(self, targets: Row) -> None:
        """Go on from backward to the gradient of the inputs."""
        self.input_gradient_rows([targets])

    def input_gradient_rows(self, rows: Rows) -> None:
        """Go on from backward to the gradient of the inputs."""
        self.pass_on(self.program.input_gradient, self.program.target, rows)

    def input_slopes(self) -> list[float]:
        """The gradient of the inputs; of the first sample, if of several."""
        return self.get(self.program.input_slope)

    def pass_on(self, block: Block, given: Variable, rows: Rows) -> None:
        """Run a block with what is given of each sample."""
        for number, row in enumerate(rows):
            self.set(given, row, number)
        self.values[COUNT, ()] = float(len(rows))
        self.run(block, {"batch": len(rows)})

    def reserve(self, batch: int) -> None:
        """Room for a longer batch: there is always enough."""

    # Steps --------------------------------------------------------------------------

    def zero(self) -> None:
        """Gradients that are 0."""
        self.run(self.program.zero)

    def mean(self, count: float) -> None:
        """The mean of the gradients of so many samples, from their sum."""
        self.values[COUNT, ()] = count
        self.run(self.program.mean)

    def penalty(self) -> float:
        """What regularization adds to the loss."""
        self.run(self.program.penalty)
        return self.values[self.program.penalty_value, ()]

    def penalty_gradient(self) -> None:
        """Add what regularization adds to the gradients."""
        self.run(self.program.penalty_gradient)

    def update(self) -> None:
        """One step of the optimizer."""
        self.run(self.program.update)

    def schedule(self, loss: float) -> None:
        """One move of the schedule, which may go by a loss."""
        self.values[self.program.watched, ()] = loss
        self.run(self.program.schedule)

    # Arrays -------------------------------------------------------------------------

    def arrays(self, group: str) -> list[list[float]]:
        """The arrays of a group in order, flat; parameters without gradient have 0."""
        if group != "gradients":
            return [self.get(variable) for variable in self.group(group)]
        gradients = self.program.gradients
        return [
            self.get(gradients[p]) if p in gradients else [0.0] * prod(p.shape)
            for p in self.program.parameters
        ]

    def set_arrays(self, group: str, arrays: list[list[float]]) -> None:
        """Set the arrays of a group."""
        for variable, numbers in zip(self.group(group), arrays, strict=True):
            self.set(variable, numbers)

    def group(self, name: str) -> list[Variable]:
        """The variables of a group in order."""
        match name:
            case "parameters":
                return list(self.program.parameters)
            case "buffers":
                return list(self.program.buffers)
            case "states":
                return [state.variable for state in self.program.states]
            case "schedule":
                return [state.variable for state in self.program.schedule_states]
        raise KeyError(name)

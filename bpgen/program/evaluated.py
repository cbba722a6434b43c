"""The blocks of a program as the routines of `runtime` call them: by the evaluator.

In: a program, in any style. Out: `Blocks`, so that `runtime.net.Net` trains with the
very routines that an emitted file has.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from itertools import product
from typing import Any, TypeAlias

from bpgen.program.blocks import group_of
from bpgen.program.evaluate import Machine, Place
from bpgen.program.nodes import COUNT, Block, Role, Variable
from bpgen.runtime.generator import Generator
from bpgen.runtime.primitives import Row, Rows

# What lives longer than a sample.
LASTING = (Role.PARAMETER, Role.GRADIENT, Role.BUFFER, Role.STATE, Role.SETTING)
Key: TypeAlias = tuple[Variable, Place]
Values: TypeAlias = Mapping[Key, float]


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
        self.zero()

    def reset(self) -> None:
        """The state of the optimizer and of the schedule at the start."""
        self.run(self.program.reset)

    # Passes -------------------------------------------------------------------------

    def predict(self, inputs: Row) -> list[float]:
        """The outputs of the net at work."""
        sample = replace(self.program.input, labels=self.program.input.axes)
        kept = self.passed(self.program.predict, {}, sample, [inputs])
        return self.of_sample(kept, self.program.predicted)

    def forward(self, inputs: Row) -> Values:
        """What the net in training computes from one sample."""
        return self.forward_rows([inputs])

    def forward_rows(self, rows: Rows) -> Values:
        """What the net in training computes from a whole batch."""
        found = self.passed(self.program.forward, {}, self.program.input, rows)
        self.last_kept = found
        return found

    def examine(self, inputs: Row) -> Values:
        """What the net at work computes, with all that the loss needs."""
        return self.examine_rows([inputs])

    def examine_rows(self, rows: Rows) -> Values:
        """The same for a whole batch."""
        return self.passed(self.program.examine, {}, self.program.input, rows)

    def outputs(self, kept: Values) -> list[float]:
        """The outputs among what was computed; of the first sample, if of several."""
        return self.of_sample(kept, self.program.output)

    def last_outputs(self) -> list[float]:
        """The outputs of what went forward last."""
        return self.outputs(self.last_kept)

    def loss(self, kept: Values, targets: Row) -> float:
        """The loss of one sample."""
        return self.loss_rows(kept, [targets])

    def loss_rows(self, kept: Values, rows: Rows) -> float:
        """The sum of the losses of a batch."""
        found = self.passed(self.program.loss, kept, self.program.target, rows)
        return found[self.program.loss_value.variable, ()]

    def backward(self, kept: Values, targets: Row) -> None:
        """Add to the gradients those of one sample."""
        self.backward_rows(kept, [targets])

    def backward_rows(self, kept: Values, rows: Rows) -> None:
        """Add to the gradients those of a batch."""
        self.slopes = self.passed(
            self.program.backward, kept, self.program.target, rows
        )

    def input_gradient(self, kept: Values, targets: Row) -> list[float]:
        """Go on from backward to the gradient of the inputs."""
        return self.input_gradient_rows(kept, [targets])

    def input_gradient_rows(self, kept: Values, rows: Rows) -> list[float]:
        """Go on from backward to the gradient of the inputs; the first sample's."""
        block, target = self.program.input_gradient, self.program.target
        found = self.passed(block, self.slopes, target, rows)
        return self.of_sample(found, self.program.input_slope)

    def passed(self, block: Block, kept: Values, given: Variable, rows: Rows) -> Values:
        """All values of the samples after a block, with those known before it; what
        lives longer than a sample stays here."""
        lasting = self.values
        found: dict[Key, float] = dict(kept)
        self.values = ChainMap(found, lasting)
        for number, row in enumerate(rows):
            self.set(given, row, number)
        self.values[COUNT, ()] = float(len(rows))
        self.run(block, {"batch": len(rows)})
        self.values = lasting
        for key in [key for key in found if key[0].role in LASTING]:
            lasting[key] = found.pop(key)
        return found

    def of_sample(self, kept: Values, variable: Variable) -> list[float]:
        """All elements of a variable, row-major; of the first sample's."""
        first = (0,) if variable.is_batched else ()
        places = product(*(range(len(axis)) for axis in variable.axes))
        return [kept[variable, (*first, *place)] for place in places]

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

    def take_weights(self) -> None:
        """Steps follow: they take the weights where they are."""

    def step(self, inputs: Row, targets: Row) -> float:
        """Forward, loss, backward and update in one, for one sample; its loss."""
        before = self.passed((), {}, self.program.target, [targets])
        found = self.passed(self.program.step, before, self.program.input, [inputs])
        self.found_loss = found[self.program.loss_value.variable, ()]
        return self.found_loss

    def step_rows(self, inputs: Rows, targets: Rows) -> float:
        """The same of a whole batch; its mean loss."""
        given: dict[Key, float] = {}
        for variable, rows in (
            (self.program.input, inputs),
            (self.program.target, targets),
        ):
            places = list(product(*map(range, variable.shape)))
            for number, row in enumerate(rows):
                pairs = zip(places, row, strict=True)
                given |= {(variable, (number, *at)): x for at, x in pairs}
        found = self.passed(self.program.step, given, self.program.input, [])
        return found[self.program.loss_value.variable, ()]

    def step_loss(self) -> float:
        """The loss of the sample of the last step, before it."""
        return self.found_loss

    def give_weights(self) -> None:
        """No step follows."""

    def schedule(self, loss: float) -> None:
        """One move of the schedule, which may go by a loss."""
        self.values[self.program.watched, ()] = loss
        self.run(self.program.schedule)

    # Rows ---------------------------------------------------------------------------

    def rows(self, group: str) -> list[list[float]]:
        """The numbers of a group in order; setting one sets that of the net."""
        return [self.row(variable) for variable in self.group(group)]

    def row(self, variable: Variable) -> list[float]:
        """The numbers of a variable; zeros for a gradient that is always 0."""
        keys = [(variable, place) for place in product(*map(range, variable.shape))]
        return Linked([self.values.get(key, 0.0) for key in keys], self.values, keys)

    def set_numbers(self, group: str, values: list[float]) -> None:
        """Set those of a group that belong to no parameter: its first ones."""
        scalars = [variable for variable in self.group(group) if not variable.labels]
        for variable, number in zip(scalars, values, strict=False):
            self.values[variable, ()] = number

    def group(self, name: str) -> list[Variable]:
        """The variables of a group in order."""
        return group_of(self.program, name)


class Linked(list[float]):
    """Numbers of a net: setting one of them sets the net's."""

    def __init__(
        self, found: list[float], values: MutableMapping[Key, float], keys: list[Key]
    ) -> None:
        super().__init__(found)
        self.values, self.keys = values, keys

    def __setitem__(self, place: Any, number: Any) -> None:
        super().__setitem__(place, number)
        self.values[self.keys[place]] = number

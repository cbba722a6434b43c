"""The whole class of every emitted file: a net that also examines its own gradients."""

from __future__ import annotations

from bpgen.runtime.arrays import weighed
from bpgen.runtime.checks import check_samples
from bpgen.runtime.given import input_rows, target_rows
from bpgen.runtime.primitives import (
    InputRows,
    OwnRow,
    Row,
    Rows,
    TargetRows,
    append,
    copied,
    extend,
    joined_rows,
    larger,
    number,
    part,
)
from bpgen.runtime.sampling import Sampling
from bpgen.runtime.saving import Saving


class Net(Saving, Sampling):
    """A net that learns."""

    def check_gradients(self, inputs: InputRows, targets: TargetRows) -> float:
        """The largest error of a gradient against central differences.

        Relative to the gradient where that is above 1. A weight is left out where
        the loss has a kink so near that differences say nothing. Changes nothing.
        """
        xs = input_rows(self.facts, inputs) if self.facts.nests_inputs else inputs
        ts = target_rows(self.facts, targets) if self.facts.nests_targets else targets
        check_samples(self.facts, xs, ts)
        net = Net(self.facts, self.blocks.another(), seed=self.facts.seed)
        net._load_all(self.to_json())
        return net._largest_error(xs, ts)

    def _largest_error(self, inputs: Rows, targets: Rows) -> float:
        here = self._mean_loss(inputs, targets)
        slopes = self._slopes_of(inputs, targets)
        rows = self.blocks.rows("trained")
        worst = 0.0
        for k in range(len(rows)):
            for i in range(len(rows[k])):
                slope = slopes[k][i]
                wide = self._differences(
                    rows[k], i, self.facts.probe, here, inputs, targets
                )
                central = (wide[0] + wide[1]) / 2.0
                error = abs(central - slope) / larger(1.0, abs(slope))
                if error > self.facts.doubtful:
                    near = self._differences(
                        rows[k], i, self.facts.near_probe, here, inputs, targets
                    )
                    moved = abs(central - (near[0] + near[1]) / 2.0)
                    bent = abs(wide[0] - wide[1] - 2.0 * (near[0] - near[1]))
                    if larger(moved, bent) > self.facts.bend * larger(1.0, abs(here)):
                        continue
                worst = larger(worst, error)
        return worst

    def _differences(
        self,
        row: OwnRow,
        i: int,
        step: float,
        here: float,
        inputs: Rows,
        targets: Rows,
    ) -> list[float]:
        # How steep the loss is to the right and to the left of one number.
        value = row[i]
        row[i] = value + step
        up = self._mean_loss(inputs, targets)
        row[i] = value - step
        down = self._mean_loss(inputs, targets)
        row[i] = value
        return [(up - here) / step, (here - down) / step]

    def _traces(self, inputs: Row, targets: Row) -> float:
        # What tells of training and of a sample's passes, for main's check.
        found = [number(self.epoch)]
        extend(found, self.forward(inputs))
        append(found, self.loss(targets))
        extend(found, self.backward(targets))
        extend(found, self.predict(inputs))
        extend(found, joined_rows(self.blocks.rows("slopes")))
        if self.facts.state_numbers > 0:
            states = self.blocks.rows("states")
            extend(found, part(joined_rows(states), 0, self.facts.state_numbers))
        return weighed(found)

    def _slopes_of(self, inputs: Rows, targets: Rows) -> list[list[float]]:
        if self.facts.is_random:
            words = part(self._generator.words, 0, 4)
        self._batch_gradients(inputs, targets)
        if self.facts.is_random:
            self._generator.words = words
        return copied(self.blocks.rows("slopes"))

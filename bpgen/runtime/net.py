"""The whole class of every emitted file: a net that also examines its own gradients."""

from __future__ import annotations

from bpgen.runtime.primitives import (
    Rows,
    copied,
    is_among,
    larger,
    names_of,
    number,
    part,
)
from bpgen.runtime.saving import Saving


class Net(Saving):
    """A net that learns."""

    def check_gradients(self, inputs: Rows, targets: Rows) -> float:
        """The largest error of a gradient against central differences.

        Relative to the gradient where that is above 1. A weight is left out where
        the loss has a kink so near that differences say nothing. Changes nothing.
        """
        net = Net(self.facts, self.blocks.another(), seed=self.facts.seed)
        net.load_json(self.to_json())
        here = net._mean_loss(inputs, targets)
        gradients = net._gradients_of(inputs, targets)
        arrays = copied(net._arrays())
        if self.facts.has_frozen:
            names = names_of(self.facts.shapes)
            trained: list[str] = self.facts.trained
        worst = 0.0
        for k in range(len(arrays)):
            if self.facts.has_frozen and not is_among(names[k], trained):
                continue
            for i in range(len(arrays[k])):
                gradient = gradients[k][i]
                wide = net._slopes(arrays, k, i, 1e-6, here, inputs, targets)
                central = (wide[0] + wide[1]) / 2.0
                error = abs(central - gradient) / larger(1.0, abs(gradient))
                if error > 1e-7:
                    near = net._slopes(arrays, k, i, 5e-7, here, inputs, targets)
                    moved = abs(central - (near[0] + near[1]) / 2.0)
                    bent = abs(wide[0] - wide[1] - 2.0 * (near[0] - near[1]))
                    if larger(moved, bent) > 1e-6 * larger(1.0, abs(here)):
                        continue
                worst = larger(worst, error)
        return worst

    def _slopes(
        self,
        arrays: list[list[float]],
        k: int,
        i: int,
        step: float,
        here: float,
        inputs: Rows,
        targets: Rows,
    ) -> list[float]:
        """How steep the loss is to the right and to the left of one number."""
        value = arrays[k][i]
        arrays[k][i] = value + step
        self._set_arrays(arrays)
        up = self._mean_loss(inputs, targets)
        arrays[k][i] = value - step
        self._set_arrays(arrays)
        down = self._mean_loss(inputs, targets)
        arrays[k][i] = value
        return [(up - here) / step, (here - down) / step]

    def _mean_loss(self, inputs: Rows, targets: Rows) -> float:
        if self.facts.is_random:  # every pass is to draw the same
            words = part(self.generator.words, 0, 4)
        if self.facts.is_batched:
            self._forward(inputs)
            total = self._loss(targets)
        else:
            total = 0.0
            for s in range(len(inputs)):
                self.forward(inputs[s])
                total += self.loss(targets[s])
        if self.facts.is_random:
            self.generator.words = words
        if self.facts.has_penalty:
            return total / number(len(inputs)) + self._penalty()
        return total / number(len(inputs))

    def _gradients_of(self, inputs: Rows, targets: Rows) -> list[list[float]]:
        if self.facts.is_random:
            words = part(self.generator.words, 0, 4)
        self.batch_gradients(inputs, targets)
        if self.facts.is_random:
            self.generator.words = words
        return copied(self._gradients())

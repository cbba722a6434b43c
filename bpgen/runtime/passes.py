"""The passes of every emitted file: what stands around the mathematics of a net.

Here they are plain Python over the blocks of a program, which the evaluator computes.
In an emitted file the blocks' statements stand where they are called, and what this
net does not need is not there.
"""

from __future__ import annotations

from bpgen.runtime.checks import check_inputs, check_samples, check_targets
from bpgen.runtime.constants import Blocks, Constants
from bpgen.runtime.generator import Generator
from bpgen.runtime.primitives import (
    Row,
    Rows,
    misuse,
    number,
    too_early,
)


class Passes:
    """A net that computes its outputs, its loss and its gradients."""

    generator: Generator  # draws the start and the order of samples
    epoch: int = 0  # epochs trained so far
    _ready: bool = False  # whether forward has run with these parameters
    _room: int = 1  # for so many samples of a batch

    def __init__(self, facts: Constants, blocks: Blocks, *, seed: int) -> None:
        """Start with the net's own parameters; the seed draws the others."""
        self.facts = facts
        self.blocks = blocks
        if not (seed >= 0 and seed <= 4294967295):
            misuse(f"seed: expected 0 to 4294967295, got {seed}")
        if self.facts.draws:
            self.generator = Generator(seed)
            self.blocks.draw_from(self.generator)
        self.blocks.initialize()
        if not self.facts.inference:
            self.blocks.reset()
        if self.facts.clears_gradients:
            self.zero_gradients()

    def predict(self, inputs: Row) -> list[float]:
        """The outputs for one sample; leaves no trace."""
        check_inputs(self.facts, inputs)
        self.blocks.predict(inputs)
        return self.blocks.predicted()

    def forward(self, inputs: Row) -> list[float]:
        """The outputs for one sample, with all that backward needs kept."""
        check_inputs(self.facts, inputs)
        if self.facts.is_batched:
            self._forward([inputs])
        else:
            self.blocks.forward(inputs)
            self._ready = True
        return self.blocks.outputs()

    def _examine(self, inputs: Row) -> None:
        """As forward, but as the net at work: for samples held out."""
        check_inputs(self.facts, inputs)
        self.blocks.examine(inputs)
        self._ready = True

    def loss(self, targets: Row) -> float:
        """The loss of the sample that went forward last."""
        self._check_order(targets)
        if self.facts.is_batched:
            return self._loss([targets])
        return self.blocks.loss(targets)

    def backward(self, targets: Row, *, input_gradient: bool = True) -> list[float]:
        """Add the sample's gradients to those held.

        Returns the gradient of the inputs, unless it is not wanted.
        """
        self._check_order(targets)
        if self.facts.is_batched:
            self._backward([targets])
        else:
            self.blocks.backward(targets)
        if not input_gradient:
            return []
        if self.facts.is_batched:
            self._input_gradient([targets])
        else:
            self.blocks.input_gradient(targets)
        return self.blocks.input_slopes()

    def _check_order(self, targets: Row) -> None:
        if not self._ready:
            too_early("call forward first")
        check_targets(self.facts, targets)

    def _forward(self, inputs: Rows) -> None:
        self._reserve(len(inputs))
        self.blocks.forward_rows(inputs)
        self._ready = True

    def _loss(self, targets: Rows) -> float:
        return self.blocks.loss_rows(targets)

    def _backward(self, targets: Rows) -> None:
        self.blocks.backward_rows(targets)

    def _input_gradient(self, targets: Rows) -> None:
        self.blocks.input_gradient_rows(targets)

    def _reserve(self, batch: int) -> None:
        if batch > self._room:
            self._room = batch
            self.blocks.reserve(batch)

    def zero_gradients(self) -> None:
        """Forget the gradients held."""
        self.blocks.zero()

    def update(self) -> None:
        """One step of the optimizer with the gradients held."""
        self._ready = False
        self.blocks.update()
        if self.facts.schedule_per == "step":
            self.blocks.schedule(0.0)

    def batch_gradients(self, inputs: Rows, targets: Rows) -> float:
        """Hold the gradients of the batch's mean loss; returns that loss."""
        check_samples(inputs, targets)
        if self.facts.is_batched:
            for sample in inputs:
                check_inputs(self.facts, sample)
        if self.facts.is_batched or self.facts.is_random:
            for target in targets:  # before anything is drawn
                check_targets(self.facts, target)
        self.zero_gradients()
        count = number(len(inputs))
        if self.facts.is_batched:
            self._forward(inputs)
            total = self._loss(targets)
            self._backward(targets)
            self._ready = False  # for single samples
        else:
            total = 0.0
            for i in range(len(inputs)):
                self.forward(inputs[i])
                total += self.loss(targets[i])
                self.backward(targets[i], input_gradient=False)
        if self.facts.is_trained and count > 1.0:
            self.blocks.mean(count)
        if self.facts.has_penalty:
            self._add_penalty_gradients()
            return total / count + self._penalty()
        return total / count

    def _penalty(self) -> float:
        # Regularization: l1 * |w| and l2 / 2 * w * w of each weight.
        return self.blocks.penalty()

    def _add_penalty_gradients(self) -> None:
        self.blocks.penalty_gradient()

    def train_step(self, inputs: Rows, targets: Rows) -> float:
        """One update with a batch; returns its mean loss before the update."""
        loss = self.batch_gradients(inputs, targets)
        self.update()
        return loss

"""The passes of every emitted file: what stands around the mathematics of a net.

Here they are plain Python over the blocks of a program, which the evaluator computes.
In an emitted file the blocks' statements stand where they are called, and what this
net does not need is not there.
"""

from __future__ import annotations

from bpgen.runtime.checks import check_inputs, check_samples, check_targets
from bpgen.runtime.constants import Blocks, Constants
from bpgen.runtime.generator import Generator
from bpgen.runtime.given import input_row, input_rows, target_row, target_rows
from bpgen.runtime.mathematics import Mathematics
from bpgen.runtime.primitives import (
    InputRows,
    Inputs,
    Kept,
    Rows,
    Seed,
    TargetRows,
    Targets,
    is_missing,
    largest_word,
    number,
    out_of_range,
    too_early,
)


class Passes(Mathematics):
    """A net that computes its outputs, its loss and its gradients."""

    epoch: int = 0  # epochs trained so far
    _kept: Kept | None = None  # what forward found, for loss and backward

    def __init__(self, facts: Constants, blocks: Blocks, *, seed: Seed) -> None:
        """Start with the net's own parameters; the seed draws the others."""
        self.facts = facts
        self.blocks = blocks
        if not (seed >= 0 and seed <= largest_word()):
            out_of_range(f"seed: expected 0 to 4294967295, got {seed}")
        if self.facts.draws:
            self._generator = Generator(seed)
            self.blocks.draw_from(self._generator)
        self.blocks.initialize()
        if not self.facts.inference:
            self.blocks.reset()

    # For one sample -------------------------------------------------------------------

    def predict(self, inputs: Inputs) -> list[float]:
        """The outputs for one sample; leaves no trace."""
        row = (
            input_row(self.facts, "inputs", inputs)
            if self.facts.nests_inputs
            else inputs
        )
        if self.facts.checks_inputs:
            check_inputs(self.facts, row)
        if self.facts.computes_outputs_alone:
            return self._predict(row)
        kept = self._examine(row) if self.facts.predicts_apart else self._forward(row)
        return self.blocks.outputs(kept)

    def forward(self, inputs: Inputs) -> list[float]:
        """The outputs for one sample, with all that backward needs kept."""
        row = (
            input_row(self.facts, "inputs", inputs)
            if self.facts.nests_inputs
            else inputs
        )
        if self.facts.checks_inputs:
            check_inputs(self.facts, row)
        if self.facts.is_batched:
            kept = self._forward_rows([row])
        else:
            kept = self._forward(row)
        self._kept = kept
        return self.blocks.outputs(kept)

    def loss(self, targets: Targets) -> float:
        """The loss of the sample that went forward last."""
        kept = self._remembered()
        row = (
            target_row(self.facts, "targets", targets)
            if self.facts.nests_targets
            else targets
        )
        if self.facts.checks_targets:
            check_targets(self.facts, row)
        if self.facts.is_batched:
            return self._loss_rows(kept, [row])
        return self._loss(kept, row)

    def backward(self, targets: Targets) -> list[float]:
        """Add the sample's gradients to those held; returns that of its inputs."""
        kept = self._remembered()
        row = (
            target_row(self.facts, "targets", targets)
            if self.facts.nests_targets
            else targets
        )
        if self.facts.checks_targets:
            check_targets(self.facts, row)
        if self.facts.is_batched:
            return self._backward_rows(kept, [row], True)
        return self._backward(kept, row, True)

    def _remembered(self) -> Kept:
        kept = self._kept
        if is_missing(kept):
            too_early("call forward first")
        return kept

    # For a batch ----------------------------------------------------------------------

    def zero_gradients(self) -> None:
        """Forget the gradients held."""
        self.blocks.zero()

    def batch_gradients(self, inputs: InputRows, targets: TargetRows) -> float:
        """Hold the gradients of the batch's mean loss; returns that loss."""
        xs = input_rows(self.facts, inputs) if self.facts.nests_inputs else inputs
        ts = target_rows(self.facts, targets) if self.facts.nests_targets else targets
        check_samples(self.facts, xs, ts)
        return self._batch_gradients(xs, ts)

    def _batch_gradients(self, inputs: Rows, targets: Rows) -> float:
        self.zero_gradients()
        count = number(len(inputs))
        if self.facts.is_batched:
            kept = self._forward_rows(inputs)
            total = self._loss_rows(kept, targets)
            self._backward_rows(kept, targets, False)
        else:
            total = 0.0
            for s in range(len(inputs)):
                kept = self._forward(inputs[s])
                total += self._loss(kept, targets[s])
                self._backward(kept, targets[s], False)
        if self.facts.is_trained and count > 1.0:
            self.blocks.mean(count)
        if self.facts.has_penalty:
            self._add_penalty_gradients()
            return total / count + self._penalty()
        return total / count

    def update(self) -> None:
        """One step of the optimizer with the gradients held."""
        self._kept = None  # What forward kept was of older parameters.
        self.blocks.update()
        if self.facts.schedule_per == "step":
            self.blocks.schedule(0.0)

    def train_step(self, inputs: InputRows, targets: TargetRows) -> float:
        """One update with a batch; returns its mean loss before the update."""
        xs = input_rows(self.facts, inputs) if self.facts.nests_inputs else inputs
        ts = target_rows(self.facts, targets) if self.facts.nests_targets else targets
        check_samples(self.facts, xs, ts)
        return self._train_step(xs, ts)

    def _train_step(self, inputs: Rows, targets: Rows) -> float:
        loss = self._batch_gradients(inputs, targets)
        self.update()
        return loss

"""Held-out samples and early stopping: what training watches beside its own loss."""

from __future__ import annotations

from bpgen.runtime.arrays import set_rows
from bpgen.runtime.generator import Generator
from bpgen.runtime.mathematics import Mathematics
from bpgen.runtime.primitives import (
    Rows,
    counted,
    is_empty,
    joined_rows,
    larger_whole,
    misuse,
    number,
    part,
    sorted_wholes,
    whole,
)


class HeldOut(Mathematics):
    """A net that knows how it does on samples that it does not learn from."""

    validation_loss: float = 0.0  # of the samples held out, after the last epoch
    _best_loss: float = 1.7976931348623157e308
    _worse_epochs: int = 0  # since the best one
    _best_weights: list[float] = []  # the parameters then
    _stalled: bool = False  # whether early stopping has ended the training

    def _split(self, count: int) -> list[list[int]]:
        """The samples held out, always the same ones, and those to train with."""
        held = larger_whole(1, whole(self.facts.validation * number(count)))
        if held >= count:
            misuse(f"nothing to train: {held} of {count} samples held out")
        order = counted(count)
        generator = Generator(self.facts.seed)
        generator.shuffle(order)
        first = sorted_wholes(part(order, 0, held))
        return [first, sorted_wholes(part(order, held, count))]

    def _validate(
        self,
        inputs: Rows,
        targets: Rows,
        held: list[int],
    ) -> None:
        self.validation_loss = 0.0
        for i in held:
            if self.facts.examines and self.facts.is_batched:
                kept = self._examine_rows([inputs[i]])
            elif self.facts.examines:
                kept = self._examine(inputs[i])
            elif self.facts.is_batched:
                kept = self._forward_rows([inputs[i]])
            else:
                kept = self._forward(inputs[i])
            if self.facts.is_batched:
                loss = self._loss_rows(kept, [targets[i]])
            else:
                loss = self._loss(kept, targets[i])
            self.validation_loss += loss / number(len(held))

    def _watch(self, loss: float) -> None:
        """Early stopping: the best parameters are kept, and in the end come back."""
        if loss < self._best_loss - self.facts.min_delta:
            self._best_loss = loss
            self._best_weights = joined_rows(self.blocks.rows("parameters"))
            self._worse_epochs = 0
            return
        self._worse_epochs += 1
        if self._worse_epochs >= self.facts.patience and not is_empty(
            self._best_weights
        ):
            set_rows(self.blocks.rows("parameters"), self._best_weights, 0)
            self._best_loss = 1.7976931348623157e308
            self._best_weights = []
            self._worse_epochs = 0
            self._stalled = True

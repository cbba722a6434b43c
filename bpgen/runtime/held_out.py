"""Held-out samples and early stopping: what training watches beside its own loss."""

from __future__ import annotations

from bpgen.runtime.arrays import largest_at, set_rows
from bpgen.runtime.checks import check_samples
from bpgen.runtime.classes import hits
from bpgen.runtime.generator import Generator
from bpgen.runtime.given import input_rows, target_rows
from bpgen.runtime.mathematics import Mathematics
from bpgen.runtime.primitives import (
    InputRows,
    Rows,
    TargetRows,
    chosen,
    counted,
    extend,
    is_empty,
    is_finite,
    joined_rows,
    larger_whole,
    misuse,
    number,
    part,
    rest_of,
    sorted_wholes,
    whole,
)


class HeldOut(Mathematics):
    """A net that knows how it does on samples that it does not learn from."""

    validation_loss: float = 0.0  # of the samples held out, after the last epoch
    validation_accuracy: float = 0.0  # of the same
    best_epoch: int = 0  # the one whose parameters the last call of train left
    _held: list[int] = []  # the samples held out
    _rest: list[int] = []  # those to train with
    _best_loss: float = 1.7976931348623157e308  # the least one so far
    _best_numbers: list[float] = []  # all that the best epoch left
    _worse_epochs: int = 0  # since the best one
    _stalled: bool = False  # whether early stopping has ended the training

    def _hold_out(self, count: int) -> None:
        split = self._split(count)
        self._held = split[0]
        self._rest = split[1]

    def _begin(self) -> None:
        # Each training watches for itself.
        self._best_loss = 1.7976931348623157e308
        self._best_numbers = []
        self._worse_epochs = 0
        self._stalled = False

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

    def _validate(self, inputs: Rows, targets: Rows) -> None:
        found = self._examined(chosen(inputs, self._held), chosen(targets, self._held))
        self.validation_loss = found[0]
        if self.facts.tells_classes:
            self.validation_accuracy = found[1]

    def evaluate(self, inputs: InputRows, targets: TargetRows) -> list[float]:
        """The mean loss of the net at work.

        Where tells_classes: Then the share of samples, or of steps, in the right class.
        """
        xs = input_rows(self.facts, inputs) if self.facts.nests_inputs else inputs
        ts = target_rows(self.facts, targets) if self.facts.nests_targets else targets
        check_samples(self.facts, xs, ts)
        return self._examined(xs, ts)

    def _examined(self, inputs: Rows, targets: Rows) -> list[float]:
        if self.facts.trains_as_it_works:
            return [self._mean_loss(inputs, targets)]
        total = 0.0
        if self.facts.tells_classes:
            right = 0
        for i in range(len(inputs)):
            if self.facts.predicts_apart and self.facts.is_batched:
                kept = self._examine_rows([inputs[i]])
            elif self.facts.predicts_apart:
                kept = self._examine(inputs[i])
            elif self.facts.is_batched:
                kept = self._forward_rows([inputs[i]])
            else:
                kept = self._forward(inputs[i])
            if self.facts.is_batched:
                total += self._loss_rows(kept, [targets[i]])
            else:
                total += self._loss(kept, targets[i])
            if self.facts.tells_classes:
                outputs = self.blocks.outputs(kept)
                if not self.facts.is_classifier:
                    right += hits(self.facts, outputs, targets[i])
                elif largest_at(outputs) == largest_at(targets[i]):
                    right += 1
        count = number(len(inputs))
        if not self.facts.tells_classes:
            return [total / count]
        if self.facts.steps > 1.0:
            return [total / count, number(right) / (count * self.facts.steps)]
        return [total / count, number(right) / count]

    def _mean_loss(self, inputs: Rows, targets: Rows) -> float:
        if self.facts.is_random:  # every pass is to draw the same
            words = part(self._generator.words, 0, 4)
        if self.facts.is_batched:
            total = self._loss_rows(self._forward_rows(inputs), targets)
        else:
            total = 0.0
            for s in range(len(inputs)):
                total += self._loss(self._forward(inputs[s]), targets[s])
        if self.facts.is_random:
            self._generator.words = words
        if self.facts.has_penalty:
            return total / number(len(inputs)) + self._penalty()
        return total / number(len(inputs))

    def _watch(self, epoch: int, loss: float) -> None:
        # Early stopping: all numbers of the best epoch are kept, to come back.
        if loss < self._best_loss - self.facts.min_delta:
            self._best_loss = loss
            if not self.facts.textbook:
                self.best_epoch = epoch
            self._best_numbers = self._all_numbers()
            self._worse_epochs = 0
            return
        self._worse_epochs += 1
        if self._worse_epochs >= self.facts.patience:
            self._stalled = True

    def _all_numbers(self) -> list[float]:
        numbers = joined_rows(self.blocks.rows("parameters"))
        if self.facts.has_buffers:
            remembered = self.blocks.rows("buffers")
            extend(numbers, joined_rows(remembered))
        if self.facts.has_state and not self.facts.textbook:
            states = self.blocks.rows("states")
            extend(numbers, joined_rows(states))
        if not self.facts.textbook:
            extend(numbers, joined_rows(self.blocks.rows("slopes")))
        return numbers

    def _is_finite(self) -> bool:
        found = True
        for x in self._all_numbers():
            if not is_finite(x):
                found = False
        return found

    def _end(self) -> None:
        # However training ends, the best epoch's numbers come back.
        if is_empty(self._best_numbers):
            return
        set_rows(self.blocks.rows("parameters"), self._best_numbers, 0)
        if self.facts.has_buffers:
            first = self.facts.parameter_numbers
            set_rows(self.blocks.rows("buffers"), rest_of(self._best_numbers, first), 0)
        if self.facts.has_state and not self.facts.textbook:
            states = rest_of(self._best_numbers, self.facts.lasting_numbers)
            self.blocks.set_numbers("states", states)
            set_rows(self.blocks.rows("kept_rows"), states, self.facts.state_numbers)
        self._best_numbers = []

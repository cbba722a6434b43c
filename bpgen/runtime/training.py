"""Training: batches and epochs."""

from __future__ import annotations

from bpgen.runtime.checks import check_samples
from bpgen.runtime.given import input_rows, target_rows
from bpgen.runtime.held_out import HeldOut
from bpgen.runtime.parameters import Parameters
from bpgen.runtime.primitives import (
    InputRows,
    OnEpoch,
    Row,
    Rows,
    TargetRows,
    chosen,
    counted,
    is_finite,
    is_silent,
    larger_whole,
    number,
    out_of_range,
    part,
    smaller_whole,
    stops,
)


class Training(Parameters, HeldOut):
    """A net that learns in batches and epochs."""

    def train(
        self,
        inputs: InputRows,
        targets: TargetRows,
        *,
        epochs: int,
        on_epoch: OnEpoch | None = None,
    ) -> float:
        """Train in batches; returns the last epoch's mean loss.

        on_epoch(epoch, loss) is called after each epoch; False from it stops. So does
        a loss that is no longer finite.
        """
        xs = input_rows(self.facts, inputs) if self.facts.nests_inputs else inputs
        ts = target_rows(self.facts, targets) if self.facts.nests_targets else targets
        check_samples(self.facts, xs, ts)
        if epochs < 1:
            out_of_range(f"epochs: expected 1 or more, got {epochs}")
        if self.facts.validation > 0.0:
            self._hold_out(len(xs))
        if self.facts.patience > 0:
            self._begin()
        if self.facts.is_fused and self.facts.is_plain and not self.facts.in_parts:
            return self._train_plainly(xs, ts, epochs, on_epoch)
        loss = 0.0
        if self.facts.is_fused and self.facts.in_parts:
            last = self.epoch + epochs
        for _ in range(epochs):
            if self.facts.is_fused and self.facts.in_parts:
                # Whether nobody can ask for its gradients.
                is_unseen = self.epoch + 1 < last and is_silent(on_epoch)
                loss = self._learn_epoch(xs, ts, is_unseen)
            else:
                loss = self._train_epoch(xs, ts)
            if not is_finite(loss):
                break
            if self.facts.validation > 0.0:
                self._validate(xs, ts)
            if self.facts.ends_epochs and self.facts.validation > 0.0:
                self._end_epoch(self.validation_loss)
            elif self.facts.ends_epochs:
                self._end_epoch(loss)
            if stops(on_epoch, self.epoch, loss):
                break
            if self.facts.patience > 0 and self._stalled:
                break
        if self.facts.patience > 0:
            self._kept = None  # What forward kept was of other parameters.
            self._end()
        return loss

    def _train_plainly(
        self,
        inputs: Rows,
        targets: Rows,
        epochs: int,
        on_epoch: OnEpoch | None,
    ) -> float:
        # With nothing between epochs, unless the caller wants to hear of them.
        places = counted(len(inputs))
        together = 1
        if self.facts.joins_epochs and is_silent(on_epoch):
            together = larger_whole(1, 1000 // len(inputs))
        loss = 0.0
        for start in range(0, epochs, together):
            some = smaller_whole(together, epochs - start)
            if self.facts.joins_batches:
                loss = self._learn_batches(inputs, targets, places, some)
            else:
                loss = self._learn(inputs, targets, places, some)
            if not is_finite(loss):
                break
            if stops(on_epoch, self.epoch, loss):
                break
        return loss

    def _train_epoch(self, inputs: Rows, targets: Rows) -> float:
        places = self._rest if self.facts.validation > 0.0 else counted(len(inputs))
        if not self.facts.is_fused:
            order = self._order(places)
            total = self._train_part(inputs, targets, order, 0.0)
            self.epoch += 1
            return total / number(len(order))
        if self.facts.joins_batches:
            return self._learn_batches(inputs, targets, places, 1)
        return self._learn(inputs, targets, places, 1)

    def _learn_epoch(self, inputs: Rows, targets: Rows, is_unseen: bool) -> float:
        places = self._rest if self.facts.validation > 0.0 else counted(len(inputs))
        order = self._order(places)
        total = self._learn_part(inputs, targets, order, 0.0, is_unseen)
        self.epoch += 1
        return total / number(len(order))

    def _end_epoch(self, loss: float) -> None:
        if self.facts.schedule_per == "epoch":
            self.blocks.schedule(loss)
        if self.facts.patience > 0:
            self._watch(self.epoch, loss)

    def _order(self, places: list[int]) -> list[int]:
        # Of the samples in one epoch.
        order = part(places, 0, len(places))
        if self.facts.shuffles:
            self._generator.shuffle(order)
        return order

    def _train_part(
        self,
        inputs: Rows,
        targets: Rows,
        some: list[int],
        total: float,
    ) -> float:
        # Some samples of an epoch, in batches; adds to the sum of their losses.
        losses = total
        for start in range(0, len(some), self.facts.batch_size):
            batch = part(some, start, start + self.facts.batch_size)
            if self.facts.adds_at_once:
                loss = self._learn_batch(inputs, targets, batch)
            else:
                loss = self._train_step(chosen(inputs, batch), chosen(targets, batch))
            losses += number(len(batch)) * loss
        return losses

    def _learn_part(
        self,
        inputs: Rows,
        targets: Rows,
        some: list[int],
        total: float,
        is_unseen: bool,
    ) -> float:
        # For speed; a last batch whose gradients are seen goes the plain way.
        losses = total
        if self.facts.joins_batches:
            for start in range(0, len(some), self.facts.batch_size):
                batch = part(some, start, start + self.facts.batch_size)
                xs = chosen(inputs, batch)
                ts = chosen(targets, batch)
                many = number(len(batch))
                is_seen = not is_unseen and start + len(batch) == len(some)
                if is_seen or len(batch) < self.facts.batch_size:
                    losses += many * self._train_step(xs, ts)
                else:
                    losses += many * self._learn_rows(xs, ts)
            return losses
        fast = len(some)
        if not is_unseen:
            fast = len(some) - 1
        self.blocks.take_weights()
        for s in part(some, 0, fast):
            if self.facts.inlines_step:
                self.blocks.step(inputs[s], targets[s])
                losses += self.blocks.step_loss()
            else:
                losses += self._step(inputs[s], targets[s])
        self.blocks.give_weights()
        for s in part(some, fast, len(some)):
            losses += self._train_step([inputs[s]], [targets[s]])
        return losses

    def _learn_batch(self, inputs: Rows, targets: Rows, batch: list[int]) -> float:
        # As _train_step, all passes of a sample in one: the same numbers.
        self.zero_gradients()
        losses = 0.0
        self.blocks.take_weights()
        for s in batch:
            self.blocks.step(inputs[s], targets[s])
            losses += self.blocks.step_loss()
        count = number(len(batch))
        if count > 1.0:
            self.blocks.mean(count)
        losses = losses / count
        if self.facts.has_penalty:
            self._add_penalty_gradients()
            losses += self._penalty()
        self._kept = None  # What forward kept was of older parameters.
        self.blocks.update()
        if self.facts.schedule_per == "step":
            self.blocks.schedule(0.0)
        return losses

    def _learn(
        self,
        inputs: Rows,
        targets: Rows,
        places: list[int],
        epochs: int,
    ) -> float:
        # Forward, loss, backward and update in one, for speed: the same numbers.
        losses = 0.0
        count = len(places)
        rest: list[int] = []
        self.blocks.take_weights()
        for turn in range(epochs):
            if self.facts.shuffles:
                order = part(places, 0, count)
                self._generator.shuffle(order)
            else:
                order = places
            losses = 0.0
            if turn == epochs - 1:
                # It goes the plain way, for its gradients.
                rest = part(order, count - 1, count)
                order = part(order, 0, count - 1)
            for s in order:
                if self.facts.inlines_step:
                    self.blocks.step(inputs[s], targets[s])
                    losses += self.blocks.step_loss()
                else:
                    losses += self._step(inputs[s], targets[s])
            self.epoch += 1
            if not is_finite(losses):
                break
        self.blocks.give_weights()
        for s in rest:
            losses += self._train_step([inputs[s]], [targets[s]])
        return losses / number(count)

    def _learn_batches(
        self,
        inputs: Rows,
        targets: Rows,
        places: list[int],
        epochs: int,
    ) -> float:
        # As _train_epoch, but a whole batch at once, for speed: the same numbers.
        losses = 0.0
        count = len(places)
        for turn in range(epochs):
            if self.facts.shuffles:
                order = part(places, 0, count)
                self._generator.shuffle(order)
            else:
                order = places
            losses = 0.0
            for start in range(0, count, self.facts.batch_size):
                batch = part(order, start, start + self.facts.batch_size)
                xs = chosen(inputs, batch)
                ts = chosen(targets, batch)
                is_last = turn == epochs - 1 and start + len(batch) == count
                many = number(len(batch))
                if is_last or len(batch) < self.facts.batch_size:
                    # It keeps its gradients.
                    losses += many * self._train_step(xs, ts)
                else:
                    losses += many * self._learn_rows(xs, ts)
            self.epoch += 1
            if not is_finite(losses):
                break
        return losses / number(count)

    def _learn_rows(self, inputs: Rows, targets: Rows) -> float:
        return self.blocks.step_rows(inputs, targets)

    def _step(self, inputs: Row, targets: Row) -> float:
        return self.blocks.step(inputs, targets)

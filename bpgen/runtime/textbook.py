"""The textbook page: a net that learns, and nothing around it.

For readers and for those who port it by hand: no saving, no checks, no general
interface, no samples held out. It makes the numbers that the whole class makes, in
the same order.
"""

from __future__ import annotations

from bpgen.runtime.arrays import largest_at
from bpgen.runtime.constants import Blocks, Constants
from bpgen.runtime.generator import Generator
from bpgen.runtime.held_out import HeldOut
from bpgen.runtime.own_data import data
from bpgen.runtime.primitives import (
    Row,
    Rows,
    append,
    chosen,
    counted,
    fixed,
    inputs_in,
    is_empty,
    joined,
    larger,
    number,
    padded,
    part,
    smaller_whole,
    spelled,
    targets_in,
)
from bpgen.runtime.sampling import Sampling
from bpgen.runtime.showing import said, shown, word
from bpgen.runtime.world import say


class Textbook(HeldOut, Sampling):
    """A net that learns."""

    outputs: list[float] = []  # of the last sample

    def __init__(self, facts: Constants, blocks: Blocks) -> None:
        """Start with the net's own parameters, or such that are drawn."""
        self.facts = facts
        self.blocks = blocks
        if self.facts.draws:
            self._generator = Generator(self.facts.seed)
            self.blocks.draw_from(self._generator)
        self.blocks.initialize()
        self.blocks.reset()

    def run(self, inputs: Row, targets: Row) -> float:
        """Forward; with targets the loss, which it returns, and back again."""
        self.blocks.forward(inputs)
        if not self.facts.predicts_apart:
            self.outputs = self.blocks.last_outputs()
        if is_empty(targets):
            return 0.0
        self.blocks.backward(inputs, targets)
        return self.blocks.step_loss()

    def run_rows(self, inputs: Rows, targets: Rows) -> float:
        """Forward with a whole batch, its loss, which it returns, and back again."""
        self.blocks.forward_rows(inputs)
        self.blocks.backward_rows(inputs, targets)
        return self.blocks.step_loss()

    def learn(self, inputs: Rows, targets: Rows) -> float:
        """One step of training with a batch; returns its mean loss before it."""
        self.blocks.zero()
        count = number(len(inputs))
        if self.facts.is_batched:
            total = self.run_rows(inputs, targets)
        else:
            total = 0.0
            for s in range(len(inputs)):
                total += self.run(inputs[s], targets[s])
        if self.facts.is_trained and self.facts.averages:
            self.blocks.mean(count)
        loss = total / count
        if self.facts.has_penalty:
            loss += self._penalty()
            self._add_penalty_gradients()
        self.blocks.update()
        if self.facts.schedule_per == "step":
            self.blocks.schedule(0.0)
        return loss

    def end_epoch(self) -> None:
        """The learning rate of the next epoch."""
        self.blocks.schedule(0.0)

    def end_epoch_with(self, loss: float) -> None:
        """The learning rate of the epoch after one with this loss."""
        self.blocks.schedule(loss)

    def predict(self, inputs: Row) -> list[float]:
        """The outputs for one sample."""
        if self.facts.predicts_apart:
            return self.blocks.predict(inputs)
        self.run(inputs, [])
        return self.outputs


def textbook(facts: Constants, blocks: Blocks) -> None:
    """Train on the net's data, then show what it learned."""
    net = Textbook(facts, blocks)
    if facts.has_text:
        found = data(facts)
        inputs = inputs_in(found)
        targets = targets_in(found)
    else:
        inputs = facts.inputs
        targets = facts.answers
    for epoch in range(1, facts.epochs + 1):
        order = counted(len(inputs))
        if facts.shuffles:
            net._generator.shuffle(order)
        total = 0.0
        if facts.is_fused:
            for s in order:
                total += net.run(inputs[s], targets[s])
        else:
            for start in range(0, len(order), facts.batch_size):
                batch = part(order, start, start + facts.batch_size)
                loss = net.learn(chosen(inputs, batch), chosen(targets, batch))
                total += number(len(batch)) * loss
        mean = total / number(len(order))
        if facts.schedule_per == "epoch" and facts.watches:
            net.end_epoch_with(mean)
        elif facts.schedule_per == "epoch":
            net.end_epoch()
        if facts.patience > 0:
            net._watch(epoch, mean)
        if epoch == 1 or epoch % facts.report_every == 0:
            shown_epoch = padded(epoch, facts.epochs_width)
            if facts.is_classifier:
                line = f"epoch {shown_epoch}  loss {fixed(mean, 12)}"
                count = known(net, inputs, targets)
                say(f"{line}  right {count} of {len(inputs)}")
            else:
                say(f"epoch {shown_epoch}  loss {fixed(mean, 12)}")
        if facts.patience > 0 and net._stalled:
            break
    if facts.patience > 0:
        net._end()
    tell(facts, net, inputs, targets)


def known(net: Textbook, inputs: Rows, targets: Rows) -> int:
    """How many samples are in the right class."""
    count = 0
    for k in range(len(inputs)):
        if largest_at(net.predict(inputs[k])) == largest_at(targets[k]):
            count += 1
    return count


def tell(facts: Constants, net: Textbook, inputs: Rows, targets: Rows) -> None:
    """What the net makes of some samples, and, if it can, of nothing."""
    if facts.image_width > 0:
        draw(facts, inputs[0])
    for k in range(smaller_whole(len(inputs), facts.samples_shown)):
        outputs = net.predict(inputs[k])
        if facts.has_classes:
            say(said(facts, outputs, targets[k]))
        elif facts.output_size == 1:
            wanted = fixed(targets[k][0], 6)
            say(f"predicted {fixed(outputs[0], 6)}  target {wanted}")
        else:
            say(f"predicted {shown(outputs)}  target {shown(targets[k])}")
    if facts.tells and facts.ends and facts.spells:
        words: list[str] = []
        for _ in range(10):
            indices = net.sample([0], facts.input_size, temperature=0.5)
            append(words, word(facts, indices))
        made_up = joined(words)
        say(f"made up: {made_up}")


def draw(facts: Constants, image: Row) -> None:
    """An image in characters, the darker the larger its numbers."""
    largest = 0.0
    for x in image:
        largest = larger(largest, x)
    for start in range(0, len(image), facts.image_width):
        marks: list[str] = []
        for x in part(image, start, start + facts.image_width):
            if x > 0.75 * largest:
                append(marks, "##")
            elif x > 0.5 * largest:
                append(marks, "++")
            elif x > 0.25 * largest:
                append(marks, "..")
            else:
                append(marks, "  ")
        say(spelled(marks))

"""One training step, run by the evaluator: what was computed, and by which statement.

In: a network, its program, the samples of a batch. Out: a `Run`. The step is the one
that an emitted file takes, by the same routines; only the passes of one sample are run
once more, to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from bpgen.explaining.model import Check
from bpgen.explaining.trace import Record, TracedBlocks
from bpgen.lowering.constants import net_constants
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.compiled_blocks import CompiledBlocks
from bpgen.program.evaluated import Key
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import Variable
from bpgen.runtime.constants import Constants
from bpgen.runtime.net import Net
from bpgen.runtime.primitives import Rows

WIDTH = 1e-6  # of a central difference, on each side
NOISE = 1e-9  # of a central difference, by the loss
BEND = 1e-4  # how much the slopes on the two sides of a kink differ, at least
CLOSE = 5e-7  # of two derivatives, relative where they are above 1
NEAR = 1e-9  # the same, for dual numbers
# The slopes of a batch's loss by some parameters, found without a backward pass, for
# the numbers that a net has.
Slopes: TypeAlias = Callable[
    [Net, Program, Sequence[Key], Rows, Rows], Mapping[Key, float]
]


@dataclass(frozen=True, slots=True)
class Run:
    """What one training step computed.

    Attributes:
        forward, loss, backward: of the sample that is looked at.
        of_samples: the gradients of each sample of the batch, and
        gradients: those that the update goes by: their mean.
        after: forward once more, with the new weights.
    """

    forward: list[Record]
    loss: list[Record]
    backward: list[Record]
    update: list[Record]
    after: list[Record]
    loss_after_step: list[Record]
    sample_losses: list[float]
    of_samples: list[dict[Key, float]]
    gradients: dict[Key, float]
    old: dict[Key, float]
    new: dict[Key, float]
    loss_before: float
    loss_after: float
    outputs: list[float]


class Runner:
    """Runs steps of one net."""

    def __init__(
        self,
        network: Network,
        program: Program,
        batch: Rows,
        targets: Rows,
        only: Collection[Key] | None = None,
    ) -> None:
        self.network, self.program = network, program
        self.batch, self.targets = batch, targets
        self.blocks = TracedBlocks(program)
        self.blocks.only = only
        self.facts: Constants = net_constants(network, program)
        self.net = Net(self.facts, self.blocks, seed=network.seed)

    def step(self, sample: int) -> Run:
        """One step with the batch; `sample` is where the one to look at stands."""
        blocks, net = self.blocks, self.net
        forward, loss, backward = self.looked_at(sample)
        outputs = blocks.outputs(self.kept)
        losses, of_samples = self.each_sample()
        old = self.numbers()
        before = self.mean_loss()
        words = self.words()
        net._batch_gradients(self.batch, self.targets)
        gradients = {key: blocks.values.get(key, 0.0) for key in self.slopes()}
        update = blocks.start()
        net.update()
        blocks.stop()
        new = self.numbers()
        self.restore(words)
        after, loss_again, _ = self.looked_at(sample)
        return Run(
            forward,
            loss,
            backward,
            update,
            after,
            loss_again,
            losses,
            of_samples,
            gradients,
            old,
            new,
            before,
            self.mean_loss(),
            outputs,
        )

    def looked_at(self, sample: int) -> tuple[list[Record], list[Record], list[Record]]:
        """The passes of one sample; of all, where a layer mixes them."""
        blocks, words = self.blocks, self.words()
        one = self.facts.is_batched
        inputs = self.batch if one else [self.batch[sample]]
        targets = self.targets if one else [self.targets[sample]]
        blocks.zero()
        forward = blocks.start()
        self.kept = blocks.forward_rows(inputs)
        loss = blocks.start()
        blocks.loss_rows(self.kept, targets)
        backward = blocks.start()
        blocks.backward_rows(self.kept, targets)
        blocks.stop()
        self.restore(words)
        return forward, loss, backward

    def each_sample(self) -> tuple[list[float], list[dict[Key, float]]]:
        """The loss and the gradients of each sample by itself."""
        if self.facts.is_batched:
            return [], []
        blocks, words = self.blocks, self.words()
        losses, found = list[float](), list[dict[Key, float]]()
        for inputs, targets in zip(self.batch, self.targets, strict=True):
            blocks.zero()
            kept = blocks.forward(inputs)
            losses.append(blocks.loss(kept, targets))
            blocks.backward(kept, targets)
            found.append({key: blocks.values.get(key, 0.0) for key in self.slopes()})
        self.restore(words)
        return losses, found

    def mean_loss(self) -> float:
        """The loss of the batch as it is now."""
        return self.net._mean_loss(self.batch, self.targets)

    # Numbers --------------------------------------------------------------------------

    def slopes(self) -> list[Key]:
        """Every number of the gradients."""
        return [key for v in self.program.gradients.values() for key in keys_of(v)]

    def numbers(self) -> dict[Key, float]:
        """Every parameter, and what the optimizer keeps."""
        states = [state.variable for state in self.program.states]
        scheduled = [state.variable for state in self.program.schedule_states]
        variables = [*self.program.parameters, *states, *scheduled]
        values = self.blocks.values
        found = {key: values[key] for v in variables for key in keys_of(v)}
        return found | {(v, ()): values[v, ()] for v in self.program.settings}

    def words(self) -> list[int]:
        """Where the generator is, if there is one: each pass is to draw the same."""
        return list(self.net._generator.words) if self.facts.draws else []

    def restore(self, words: Sequence[int]) -> None:
        """Put the generator back."""
        if words:
            self.net._generator.words = list(words)

    # Checks ---------------------------------------------------------------------------

    def checks(self, run: Run, keys: Sequence[Key], slopes: Slopes) -> dict[Key, Check]:
        """What gradients are without the backward pass, for the weights before."""
        current = dict(self.blocks.values)
        self.blocks.values.update(run.old)
        words = self.words()
        duals = slopes(self.net, self.program, keys, self.batch, self.targets)
        self.restore(words)
        self.blocks.values.update(current)
        blocks = CompiledBlocks(self.program)  # many passes: the same bits, sooner
        net = Net(self.facts, blocks, seed=self.network.seed)
        for key, value in run.old.items():
            blocks.values[key] = value
        here = net._mean_loss(self.batch, self.targets)
        found = {}
        for key in keys:
            losses = []
            for aside in (WIDTH, -WIDTH):
                blocks.values[key] = run.old[key] + aside
                losses.append(net._mean_loss(self.batch, self.targets))
            blocks.values[key] = run.old[key]
            up, down = losses
            found[key] = check_of(
                run.gradients[slope_key(key)], duals[key], up, here, down
            )
        return found


def check_of(
    gradient: float, dual: float | None, up: float, here: float, down: float
) -> Check:
    """What a gradient is by dual numbers and by the losses around it."""
    central, size = (up - down) / (2.0 * WIDTH), max(1.0, abs(gradient))
    agrees = dual is None or abs(dual - gradient) <= NEAR * size
    is_kink = agrees and abs(up - 2.0 * here + down) / WIDTH > BEND * size
    noise = NOISE * abs(here)  # of a loss that is large itself
    agrees &= is_kink or abs(central - gradient) <= CLOSE * size + noise
    return Check(dual, central, agrees, is_kink)


def keys_of(variable: Variable) -> list[Key]:
    """Every number of a variable."""
    return [(variable, place) for place in product(*map(range, variable.shape))]


def slope_key(key: Key) -> Key:
    """The gradient of a parameter."""
    return gradient_of(key[0]), key[1]

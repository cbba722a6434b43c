"""The mathematics of every emitted file: the blocks of a program, each in a method.

Here they are computed by the evaluator. In an emitted file the statements of a block
stand where it is called.
"""

from __future__ import annotations

from bpgen.runtime.constants import Blocks, Constants
from bpgen.runtime.generator import Generator
from bpgen.runtime.primitives import Kept, Row, Rows


class Mathematics:
    """What a net computes of one sample, or of a batch that goes through together."""

    facts: Constants
    blocks: Blocks
    _generator: Generator  # draws the start and the order of samples

    def _forward(self, inputs: Row) -> Kept:
        return self.blocks.forward(inputs)

    def _forward_rows(self, inputs: Rows) -> Kept:
        return self.blocks.forward_rows(inputs)

    def _examine(self, inputs: Row) -> Kept:
        # As forward, but as the net at work: for samples held out.
        return self.blocks.examine(inputs)

    def _examine_rows(self, inputs: Rows) -> Kept:
        # As forward, but as the net at work: for samples held out.
        return self.blocks.examine_rows(inputs)

    def _predict(self, inputs: Row) -> list[float]:
        # As forward, but as the net at work.
        return self.blocks.predict(inputs)

    def _loss(self, kept: Kept, targets: Row) -> float:
        return self.blocks.loss(kept, targets)

    def _loss_rows(self, kept: Kept, targets: Rows) -> float:
        return self.blocks.loss_rows(kept, targets)

    def _backward(self, kept: Kept, targets: Row, to_inputs: bool) -> list[float]:
        self.blocks.backward(kept, targets)
        if not to_inputs:
            return []
        return self.blocks.input_gradient(kept, targets)

    def _backward_rows(self, kept: Kept, targets: Rows, to_inputs: bool) -> list[float]:
        self.blocks.backward_rows(kept, targets)
        if not to_inputs:
            return []
        return self.blocks.input_gradient_rows(kept, targets)

    def _penalty(self) -> float:
        # Regularization: l1 * |w| and l2 / 2 * w * w of each weight.
        return self.blocks.penalty()

    def _add_penalty_gradients(self) -> None:
        self.blocks.penalty_gradient()

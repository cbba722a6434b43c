"""The statements that compute the loss of a sample."""

from __future__ import annotations

from math import prod

from bpgen.catalog.layers.activated import is_inline
from bpgen.catalog.losses import Fusion, Reduction
from bpgen.catalog.rows import softmax
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.builder import Builder, Softmax
from bpgen.program.functions import FUNCTIONS
from bpgen.program.notes import LayerNote
from bpgen.program.simplify import divide
from bpgen.program.walks import read_in, substituted

LOSS = ir.Variable("loss", ir.Role.VALUE, "loss")
TOTAL = ir.Variable("total", ir.Role.VALUE, "total")


class LossLowering:
    """Lowers the loss of one network."""

    def __init__(
        self, network: Network, output: ir.Variable, target: ir.Variable
    ) -> None:
        self.loss = network.loss
        self.options = dict(zip(self.loss.options, network.loss_options, strict=True))
        self.output, self.target = output, target
        self.name = network.layers[-1].name
        # to the forward pass, for the gradient alone
        self.added: set[ir.Variable] = set()

    def lower(self, forward: Builder) -> ir.Block:
        """The statements that compute the loss of one sample.

        What the loss needs of the outputs alone is added to the forward pass.
        """
        fused = self.softmax_of(forward)
        build = Builder(names=forward.names, batched=forward.batched)
        total = LOSS if self.divisor == 1 and not build.batched else TOTAL
        with build.section(LayerNote("Loss", self.loss.words), mixes=True):
            if build.batched:
                build.assign(LOSS.scalar(), ir.Number(0.0))
            with build.samples():
                self.of_sample(build, total, fused)
        return build.block

    def of_sample(
        self,
        build: Builder,
        total: ir.Variable,
        fused: tuple[Softmax, ir.Variable] | None,
    ) -> None:
        """The loss of one sample, added to those of the batch if there is one."""
        build.assign(total.scalar(), ir.Number(0.0))
        if fused:
            self.add_fused(build, total, *fused)
        elif self.loss.rows:
            own = self.output, self.target, self.name
            self.loss.rows(build, total.scalar(), *own)
        else:
            with build.loops(self.output.axes) as at:
                build.accumulate(total.scalar(), self.term(at))
        mean = divide(total.scalar(), ir.Number(float(self.divisor)))
        if build.batched:
            build.accumulate(LOSS.scalar(), mean)
        elif total is TOTAL:
            build.assign(LOSS.scalar(), mean)

    def softmax_of(self, forward: Builder) -> tuple[Softmax, ir.Variable] | None:
        """The softmax that the loss fuses with, and its probabilities, if any."""
        if self.loss.fusion is Fusion.OWN:
            with forward.section(LayerNote("Softmax", "probabilities for the loss")):
                output = softmax(forward, self.output, self.name, prefix="p")
            self.added.add(output)
            return forward.softmaxes[output], output
        if self.loss.fusion is Fusion.BEFORE and self.output in forward.softmaxes:
            return forward.softmaxes[self.output], self.output
        return None

    def unread(self, *later: ir.Block) -> set[ir.Variable]:
        """What the forward pass got for a backward pass that does not read it."""
        return self.added - {e.variable for block in later for e in read_in(block)}

    @property
    def divisor(self) -> int:
        """By how much the sum of the terms is divided."""
        shape = tuple(map(len, self.output.axes))
        match self.loss.reduction:
            case Reduction.MEAN:
                return prod(shape)
            case Reduction.STEPS:
                return prod(shape[:-1])
            case _:
                return 1

    def term(self, at: tuple[ir.Index, ...]) -> ir.Expression:
        """What one output adds."""
        function = self.loss.function
        values = (self.output[at], self.aim(at), *map(ir.Number, self.options.values()))
        if self.loss.is_own and not is_inline(function.body):
            return ir.Call(function, values)
        return substituted(
            function.body, dict(zip(function.parameters, values, strict=True))
        )

    def aim(self, at: tuple[ir.Index, ...]) -> ir.Expression:
        """The target of one output; smoothed, if asked for: (1 - e) * t + e / C."""
        smoothing = self.options.get("label_smoothing", 0.0)
        if not smoothing:
            return self.target[at]
        share = smoothing / len(self.output.axes[-1])
        return ir.Number(1.0 - smoothing) * self.target[at] + ir.Number(share)

    def add_fused(
        self, build: Builder, total: ir.Variable, fused: Softmax, outputs: ir.Variable
    ) -> None:
        """-t * log(softmax(z)), whose gradient is p - t for each net input.

        With m the largest z and s the sum of exp(z - m), log(softmax(z)) is
        z - m - log(s), which is finite for all z.
        """
        *lead, last = self.output.axes
        logarithm = build.value("l", self.name, tuple(lead))
        with build.loops(tuple(lead)) as at:
            log = ir.Call(FUNCTIONS["log"], (fused.total[at],))
            build.assign(logarithm[at], ir.Stop(log))
            with build.loop(len(last)) as i:
                here = (*at, i)
                z = fused.net_inputs[here]
                surprise = logarithm[at] - (z - fused.largest[at])
                slope = ir.Subtract(outputs[here], self.aim(here))
                because = "softmax and cross-entropy together give p - t"
                term = ir.Stated(self.aim(here) * surprise, z, slope, because)
                build.accumulate(total.scalar(), term)

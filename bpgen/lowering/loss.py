"""The statements that compute the loss of a sample."""

from __future__ import annotations

from math import prod

from bpgen.catalog.layers.activated import is_inline
from bpgen.catalog.losses import (
    LONGEST_FORMULA_IN_WORDS,
    Fusion,
    Reduction,
    told,
)
from bpgen.catalog.rows import softmax
from bpgen.deriving.partials import partial
from bpgen.lowering.preprocessing import ready_targets
from bpgen.network.network import Network
from bpgen.program import nodes as ir
from bpgen.program.builder import Builder, Softmax
from bpgen.program.expressions import formula_text
from bpgen.program.functions import FUNCTIONS
from bpgen.program.notes import LayerNote, SlopeNote
from bpgen.program.simplify import divide
from bpgen.program.walks import read_in, substituted

LOSS = ir.Variable("loss", ir.Role.VALUE, "loss")
TOTAL = ir.Variable("total", ir.Role.VALUE, "total")


class LossLowering:
    """Lowers the loss of one network."""

    def __init__(
        self, network: Network, output: ir.Variable, target: ir.Variable
    ) -> None:
        self.network, self.loss = network, network.loss
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
        what, _ = self.told(fused[1] if fused else None)
        name = self.loss.name.replace("_", " ")
        heading = LayerNote("Loss", f"{name}, {what.rstrip('.')}")
        self.target = ready_targets(self.network, build, self.output, self.target)
        with build.section(heading, mixes=True):
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
        note = SlopeNote(self.told()[1])
        if fused:
            self.add_fused(build, total, *fused)
        elif self.loss.rows:
            own = self.output, self.target, self.name
            self.loss.rows(build, total.scalar(), *own, note)
        else:
            with build.loops(self.output.axes, self.letters) as at:
                build.accumulate(total.scalar(), self.term(at), note)
        mean = divide(total.scalar(), ir.Number(float(self.divisor)))
        if build.batched:
            build.accumulate(LOSS.scalar(), mean)
        elif total is TOTAL:
            build.assign(LOSS.scalar(), mean)

    def softmax_of(self, forward: Builder) -> tuple[Softmax, ir.Variable] | None:
        """The softmax that the loss fuses with, and its probabilities, if any."""
        if self.loss.fusion is Fusion.OWN:
            with forward.section(LayerNote("Softmax", "probabilities p for the loss")):
                output = softmax(forward, self.output, self.name, prefix="p")
            self.added.add(output)
            return forward.softmaxes[output], output
        if self.loss.fusion is Fusion.BEFORE and self.output in forward.softmaxes:
            return forward.softmaxes[self.output], self.output
        return None

    @property
    def letters(self) -> str:
        """The letters of the loops over the outputs."""
        return self.output.loop_letters

    def told(self, probabilities: ir.Variable | None = None) -> tuple[str, str]:
        """What the loss and what its slope is; with a softmax, of that and the loss."""
        *lead, last = map(len, self.output.axes)
        outputs, steps = prod((*lead, last)), prod(lead)
        if self.loss.is_own:
            return told(self.loss.reduction, *self.formulas, outputs, steps)
        if probabilities is None:
            return self.loss.sentences(self.output.prefix, outputs, steps)
        p = probabilities.prefix
        term, slope = f"-t * log({p})", f"{p} - t, through log and softmax together"
        return told(self.loss.reduction, term, slope, "z", outputs, steps)

    @property
    def formulas(self) -> tuple[str, str, str]:
        """What an output adds to the net's own loss, and its slope by what: as short
        formulas, or else the slope is left out."""
        by, body = self.output.prefix, self.loss.function.body
        slope = partial(body, ir.Argument("o"))
        found = [formula_text(value, {"o": by}) for value in (body, slope)]
        is_long = max(map(len, found)) > LONGEST_FORMULA_IN_WORDS
        if is_long or "_derivative" in found[1]:
            return f"the net's own {self.loss.name}", "", by
        return found[0], found[1], by

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
        ahead, letter = self.letters[:-1], self.letters[-1]
        logarithm = build.value("log_total", self.name, tuple(lead), ahead)
        with build.loops(tuple(lead), ahead) as at:
            log = ir.Call(FUNCTIONS["log"], (fused.total[at],))
            build.assign(logarithm[at], ir.Stop(log))
            with build.loop(len(last), letter) as i:
                here = (*at, i)
                z = fused.net_inputs[here]
                surprise = logarithm[at] - (z - fused.largest[at])
                slope = ir.Subtract(outputs[here], self.aim(here))
                because = "softmax and cross-entropy together give p - t"
                term = ir.Stated(self.aim(here) * surprise, z, slope, because)
                build.accumulate(total.scalar(), term, SlopeNote(self.told(outputs)[1]))

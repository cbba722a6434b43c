"""Batch normalization: each channel by its mean and variance in the batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import ClassVar, TypeAlias

from bpgen.catalog.layers.base import Parameter, Source, Unary
from bpgen.program import nodes as ir
from bpgen.program.builder import Axes, Builder
from bpgen.program.functions import FUNCTIONS
from bpgen.program.notes import TitleNote, UnitNote
from bpgen.program.simplify import multiply
from bpgen.reading.kinds import Real
from bpgen.reading.records import Values

_REMEMBERED = (
    "They go a part of the way towards those of the batch, for which they stand in "
    "when the net is at work. The variance is taken times n/(n-1): around a mean of "
    "its own, a batch looks narrower than all samples are."
)
Term: TypeAlias = Callable[[tuple[ir.Index, ...]], ir.Expression]


@dataclass(frozen=True)
class BatchNorm(Unary):
    """a = weight * (x - mean) / sqrt(variance + epsilon) + bias, for each channel.

    In training, mean and variance are those of the batch, and the running ones
    follow them; at work the running ones stand in. Any shape stays; weight, bias
    and the running values have one number per channel.

    Source: Ioffe and Szegedy 2015, algorithm 1; momentum and the unbiased running
    variance as PyTorch has them.
    """

    type: ClassVar = "batch_norm"
    regularized: ClassVar = False
    why: ClassVar = (
        "Every sample moves the mean and the variance of its channel, and these move "
        "all samples. So a slope goes back three ways: straight, through the variance "
        "and through the mean."
    )
    keys: ClassVar = {
        "epsilon": Real(0.0, open_low=True),
        "momentum": Real(0.0, 1.0),
    }

    epsilon: float
    momentum: float

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> BatchNorm:
        epsilon, momentum = options.get("epsilon", 1e-5), options.get("momentum", 0.1)
        return cls(name, source, epsilon, momentum)

    @property
    def words(self) -> str:
        return f"batch_norm, {self.channels} channels"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    @property
    def channels(self) -> int:
        """How many means and variances there are."""
        return self.shape[self.source.channel_axis]

    @property
    def letter(self) -> str:
        """What loops over the channels count with."""
        return self.letters[self.source.channel_axis]

    @property
    def channel_axes(self) -> Axes:
        """The axes of what each channel has."""
        return (self.axes[self.source.channel_axis],)

    @property
    def mixes_samples(self) -> bool:
        return True

    def parameters(self) -> tuple[Parameter, ...]:
        return (
            Parameter.of(self.name, "weight", self.channel_axes, ir.Number(1.0)),
            Parameter.of(self.name, "bias", self.channel_axes, ir.Number(0.0)),
        )

    def buffers(self) -> tuple[Parameter, ...]:
        axes = self.channel_axes
        return (
            Parameter.buffer(self.name, "running_mean", axes, ir.Number(0.0)),
            Parameter.buffer(self.name, "running_var", axes, ir.Number(1.0)),
        )

    def forward(self, build: Builder, x: ir.Variable) -> ir.Variable:
        with build.section(self.note, mixes=True):
            if not build.training:
                mean, variance = (buffer.variable for buffer in self.buffers())
                centered = self.centered(build, x, mean)
                return self.normalized(build, centered, variance)
            mean = self.mean(build, "mean", lambda at: x[at])
            centered = self.centered(build, x, mean)
            variance = self.mean(
                build, "variance", lambda at: centered[at] * centered[at]
            )
            if self.momentum:
                self.remember(build, mean, variance)
            return self.normalized(build, centered, variance)

    @property
    def count(self) -> ir.Expression:
        """How many numbers of a batch go into each mean."""
        positions = prod(self.shape) // self.channels
        return multiply(ir.Number(float(positions)), ir.COUNT.scalar())

    def mean(self, build: Builder, prefix: str, term: Term) -> ir.Variable:
        """The mean of a term over the batch, for each channel."""
        total = build.statistic(f"sum_of_{prefix}", self.name, self.channel_axes)
        mean = build.statistic(prefix, self.name, self.channel_axes)
        with build.loops(self.channel_axes, self.letter) as c:
            build.head(TitleNote(f"The {prefix} of each channel in the batch."))
            build.assign(total[c], ir.Number(0.0))
        with build.samples(), build.loops(self.axes, self.letters) as at:
            build.accumulate(total[self.channel(at)], term(at))
        with build.loops(self.channel_axes, self.letter) as c:
            build.assign(mean[c], ir.Divide(total[c], self.count))
        return mean

    def channel(self, at: tuple[ir.Index, ...]) -> ir.Index:
        """The channel of an element."""
        return at[self.source.channel_axis]

    def centered(
        self, build: Builder, x: ir.Variable, mean: ir.Variable
    ) -> ir.Variable:
        """x - mean"""
        centered = build.value("centered", self.name, self.axes, self.letters)
        with build.samples(), build.loops(self.axes, self.letters) as at:
            build.assign(centered[at], x[at] - mean[self.channel(at)])
        return centered

    def remember(
        self, build: Builder, mean: ir.Variable, variance: ir.Variable
    ) -> None:
        """The running values go a little way towards those of the batch.

        The variance is unbiased: the sum of squares divided by the count less one.
        A single number has none, and leaves the running one as it is.
        """
        running_mean, running_variance = (buffer.variable for buffer in self.buffers())
        one, momentum = ir.Number(1.0), ir.Number(self.momentum)
        rest, share = (
            ir.Variable(name, ir.Role.LOCAL, name).scalar()
            for name in ("rest", "share")
        )
        with build.loops(self.channel_axes, self.letter) as c:
            build.head(TitleNote("The running values.", _REMEMBERED))
            build.accumulate(running_mean[c], momentum * (mean[c] - running_mean[c]))
            build.assign(rest, ir.Call(FUNCTIONS["larger"], (self.count - one, one)))
            is_one = ir.Compare("<=", self.count, one)
            build.assign(share, ir.Select(is_one, ir.Number(0.0), momentum))
            gap = variance[c] * (self.count / rest) - running_variance[c]
            build.accumulate(running_variance[c], share * gap)

    def normalized(
        self, build: Builder, centered: ir.Variable, variance: ir.Variable
    ) -> ir.Variable:
        """weight * centered / sqrt(variance + epsilon) + bias"""
        weight, bias = (p.variable for p in self.used_parameters())
        deviation = build.statistic("deviation", self.name, self.channel_axes)
        scaled = build.value("scaled", self.name, self.axes, self.letters)
        a = build.value("a", self.name, self.axes, self.letters)
        with build.loops(self.channel_axes, self.letter) as c:
            spread = variance[c] + ir.Number(self.epsilon)
            build.assign(deviation[c], ir.Call(FUNCTIONS["sqrt"], (spread,)))
        with build.samples(), build.loops(self.axes, self.letters) as at:
            channel = self.channel(at)
            build.head(UnitNote(a[at], "normalized, scaled and shifted"))
            build.assign(scaled[at], centered[at] / deviation[channel])
            build.assign(a[at], weight[channel] * scaled[at] + bias[channel])
        return a

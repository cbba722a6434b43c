"""What is computed of a whole row at once: softmax and its kin.

The tables of activations and losses refer to the functions here; each adds its
forward statements, from which the backward pass is derived like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bpgen.program.builder import Builder, Softmax
from bpgen.program.functions import FUNCTIONS
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import Backward, Call, Element, Index, Number, Stop, Variable
from bpgen.program.notes import SlopeNote, TitleNote

# Adds the statements for the layer of that name; returns what holds the result.
RowActivation: TypeAlias = Callable[[Builder, Variable, str], Variable]
# Adds the loss of outputs with their targets to a total, for the layer of that name;
# the note says what its slope is.
RowLoss: TypeAlias = Callable[
    [Builder, Element, Variable, Variable, str, SlopeNote], None
]


SOFTMAX = (
    "It makes shares that sum to 1, larger ones of larger net inputs. The largest one "
    "is taken off all of them first, so that exp cannot overflow."
)


MEAN = TitleNote("The mean slope of the shares, each by its share.")
EXCHANGE = "What one share gains, all lose by their share: {0} * (d{0} - mean)."


@dataclass(frozen=True, slots=True)
class SoftmaxRows:
    """The variables of a softmax over the last axis of z."""

    z: Variable
    powers: Variable
    total: Variable  # of the powers of each row
    outputs: Variable
    largest: Variable  # net input of each row
    mean: Variable  # slope of the outputs of each row, each by its share

    @classmethod
    def of(cls, build: Builder, z: Variable, name: str, prefix: str) -> SoftmaxRows:
        """New variables for the layer of that name; `prefix` is the outputs'."""
        lead = z.axes[:-1]
        letters, ahead = z.loop_letters, z.loop_letters[:-1]
        powers = build.value("e", name, z.axes, letters)
        total = build.value("total", name, lead, ahead)
        outputs = build.value(prefix, name, z.axes, letters)
        largest = build.value("largest", name, lead, ahead)
        mean = build.value("mean", name, lead, ahead)
        return cls(z, powers, total, outputs, largest, mean)

    def add(self, build: Builder, at: tuple[Index, ...], stop: Index | int) -> None:
        """The statements for the first `stop` numbers of one row."""
        letter = self.z.loop_letters[-1]
        with build.stated(self._backward(build, at, stop)):
            _find_largest(build, self.z, self.largest, at, stop)
            exp, largest = FUNCTIONS["exp"], self.largest[at]
            build.assign(self.total[at], Number(0.0))
            with build.loop(stop, letter) as i:
                here = (*at, i)
                build.assign(self.powers[here], Call(exp, (self.z[here] - largest,)))
                build.accumulate(self.total[at], self.powers[here])
            with build.loop(stop, letter) as i:
                here = (*at, i)
                build.assign(self.outputs[here], self.powers[here] / self.total[at])

    def _backward(
        self, build: Builder, at: tuple[Index, ...], stop: Index | int
    ) -> Backward:
        """dz = p * (dp - mean), where mean is the sum of p * dp over the row."""
        p, dp, dz = self.outputs, gradient_of(self.outputs), gradient_of(self.z)
        letter, exchange = self.z.loop_letters[-1], EXCHANGE.format(p.prefix)
        with build.apart() as found:
            with build.loop(stop, letter) as i:
                here = (*at, i)
                build.accumulate(self.mean[at], p[here] * dp[here], MEAN)
            with build.loop(stop, letter) as i:
                here = (*at, i)
                slope = p[here] * (dp[here] - self.mean[at])
                build.accumulate(dz[here], slope, TitleNote(exchange))
        return Backward(self.z, p, tuple(found))


def softmax(build: Builder, z: Variable, name: str, prefix: str = "a") -> Variable:
    """Softmax over the last axis: exp(z - max) / the sum of exp(z - max).

    The largest net input is subtracted first, so that no power overflows; as a
    constant, since the result does not depend on it.
    """
    rows = SoftmaxRows.of(build, z, name, prefix)
    with build.loops(z.axes[:-1], z.loop_letters[:-1]) as at:
        rows.add(build, at, len(z.axes[-1]))
    build.softmaxes[rows.outputs] = Softmax(z, rows.largest, rows.total)
    return rows.outputs


def log_softmax(build: Builder, z: Variable, name: str) -> Variable:
    """The logarithm of softmax, in the form that cannot overflow."""
    *lead, last = z.axes
    letters, ahead, letter = z.loop_letters, z.loop_letters[:-1], z.loop_letters[-1]
    powers = build.value("e", name, z.axes, letters)
    total = build.value("total", name, tuple(lead), ahead)
    logarithm = build.value("log_total", name, tuple(lead), ahead)
    outputs = build.value("a", name, z.axes, letters)
    largest = build.value("largest", name, tuple(lead), ahead)
    log, exp = FUNCTIONS["log"], FUNCTIONS["exp"]
    with build.loops(tuple(lead), ahead) as at:
        _find_largest(build, z, largest, at, len(last))
        build.assign(total[at], Number(0.0))
        with build.loop(len(last), letter) as i:
            here = (*at, i)
            build.assign(powers[here], Call(exp, (z[here] - largest[at],)))
            build.accumulate(total[at], powers[here])
        build.assign(logarithm[at], Call(log, (total[at],)))
        with build.loop(len(last), letter) as i:
            here = (*at, i)
            build.assign(outputs[here], z[here] - largest[at] - logarithm[at])
    return outputs


def _find_largest(
    build: Builder,
    z: Variable,
    largest: Variable,
    at: tuple[Index, ...],
    stop: Index | int,
) -> None:
    first = (*at, Index(0))
    build.assign(largest[at], Stop(z[first]), TitleNote("Softmax.", SOFTMAX))
    with build.loop(stop, z.loop_letters[-1], start=1) as i:
        here = (*at, i)
        larger = Call(FUNCTIONS["larger"], (largest[at], z[here]))
        build.assign(largest[at], Stop(larger))


def margins(
    build: Builder,
    total: Element,
    output: Variable,
    target: Variable,
    name: str,
    note: SlopeNote,
) -> None:
    """Add max(0, 1 - (the right class's output - o)) for every other class."""
    *lead, last = output.axes
    letters, letter = output.loop_letters[:-1], output.loop_letters[-1]
    right = build.value("right", name, tuple(lead), letters)
    with build.loops(tuple(lead), letters) as at:
        build.assign(right[at], Number(0.0))
        with build.loop(len(last), letter) as i:
            here = (*at, i)
            build.accumulate(right[at], target[here] * output[here])
        with build.loop(len(last), letter) as i:
            here = (*at, i)
            gap = Number(1.0) - right[at] + output[here]
            excess = Call(FUNCTIONS["relu"], (gap,))
            other = Number(1.0) - target[here]
            build.accumulate(total, other * excess, note)

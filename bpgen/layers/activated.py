"""Activations as layers use them: on each element, or on a whole last axis."""

from __future__ import annotations

from dataclasses import dataclass

from bpgen.activations import ACTIVATIONS, Activation
from bpgen.functions import FUNCTIONS
from bpgen.ir import (
    Call,
    Expression,
    Index,
    Number,
    Stop,
    Variable,
)
from bpgen.layers.base import Axes, Builder, Softmax
from bpgen.notes import FunctionNote
from bpgen.records import (
    Choice,
    Values,
)
from bpgen.traverse import (
    substituted,
    walk,
)

# A formula of more nodes than this, or with calls inside, becomes a function.
LARGEST_INLINE_FORMULA = 9


@dataclass(frozen=True, slots=True)
class Activated:
    """An activation with its options, as one layer uses it."""

    activation: Activation
    options: tuple[float, ...] = ()

    @classmethod
    def of(cls, activation: Activation, options: Values) -> Activated:
        """The activation with the options that were written, else the defaults."""
        chosen = activation.options.items()
        numbers = (options.get(name, option.default) for name, option in chosen)
        return cls(activation, tuple(numbers))

    @property
    def is_identity(self) -> bool:
        """Whether it leaves its input alone."""
        return self.activation.name == "identity"

    def expression(self, z: Expression, slope: Expression | None) -> Expression:
        """f(z) for one element; `slope` is the learned one of its channel."""
        function = self.activation.function
        values: list[Expression] = [z, *map(Number, self.options)]
        if slope is not None:
            values.append(slope)
        body = function.body
        if is_inline(body):
            return substituted(
                body, dict(zip(function.parameters, values, strict=True))
            )
        return Call(function, tuple(values))

    @property
    def note(self) -> FunctionNote:
        """What a statement that applies it carries."""
        return FunctionNote(self.activation.function)


def activated(choice: Choice | None) -> Activated:
    """The activation that a layer's key `activation` asks for."""
    if choice is None:
        return Activated(ACTIVATIONS["identity"])
    return Activated.of(choice.own or ACTIVATIONS[choice.type], choice.options)


def channel_axis(axes: Axes) -> int:
    """Images have their channels first, all else has its features last."""
    return 0 if len(axes) == 3 else len(axes) - 1


def is_inline(body: Expression) -> bool:
    """Whether a formula reads well in the statement that applies it."""
    nodes = list(walk(body))
    calls = [node for node in nodes if isinstance(node, Call)]
    if len(calls) == 1 and isinstance(body, Call):
        return True
    return not calls and len(nodes) <= LARGEST_INLINE_FORMULA


def softmax(build: Builder, z: Variable, name: str, prefix: str = "a") -> Variable:
    """Softmax over the last axis: exp(z - max) / the sum of exp(z - max).

    The largest net input is subtracted first, so that no power overflows; as a
    constant, since the result does not depend on it.
    """
    *lead, last = z.labels
    powers = build.value("e", name, z.labels)
    total = build.value("s", name, tuple(lead))
    outputs = build.value(prefix, name, z.labels)
    largest = build.value("m", name, tuple(lead))
    exp = FUNCTIONS["exp"]
    with build.loops(tuple(lead)) as at:
        _find_largest(build, z, largest, at)
        build.assign(total[at], Number(0.0))
        with build.loop(len(last)) as i:
            here = (*at, i)
            build.assign(powers[here], Call(exp, (z[here] - largest[at],)))
            build.accumulate(total[at], powers[here])
        with build.loop(len(last)) as i:
            here = (*at, i)
            build.assign(outputs[here], powers[here] / total[at])
    build.softmaxes[outputs] = Softmax(z, largest, total)
    return outputs


def log_softmax(build: Builder, z: Variable, name: str) -> Variable:
    """The logarithm of softmax, in the form that cannot overflow."""
    *lead, last = z.labels
    powers = build.value("e", name, z.labels)
    total = build.value("s", name, tuple(lead))
    logarithm = build.value("l", name, tuple(lead))
    outputs = build.value("a", name, z.labels)
    largest = build.value("m", name, tuple(lead))
    log, exp = FUNCTIONS["log"], FUNCTIONS["exp"]
    with build.loops(tuple(lead)) as at:
        _find_largest(build, z, largest, at)
        build.assign(total[at], Number(0.0))
        with build.loop(len(last)) as i:
            here = (*at, i)
            build.assign(powers[here], Call(exp, (z[here] - largest[at],)))
            build.accumulate(total[at], powers[here])
        build.assign(logarithm[at], Call(log, (total[at],)))
        with build.loop(len(last)) as i:
            here = (*at, i)
            build.assign(outputs[here], z[here] - largest[at] - logarithm[at])
    return outputs


def _find_largest(
    build: Builder, z: Variable, largest: Variable, at: tuple[Index, ...]
) -> None:
    first = (*at, Index(0))
    build.assign(largest[at], Stop(z[first]))
    with build.loop(len(z.labels[-1]), start=1) as i:
        here = (*at, i)
        larger = Call(FUNCTIONS["larger"], (largest[at], z[here]))
        build.assign(largest[at], Stop(larger))

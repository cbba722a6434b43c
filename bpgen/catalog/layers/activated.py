"""Activations as layers use them: on each element, or on a whole last axis."""

from __future__ import annotations

from dataclasses import dataclass

from bpgen.catalog.activations import ACTIVATIONS, Activation
from bpgen.program.builder import Builder, Softmax
from bpgen.program.functions import FUNCTIONS
from bpgen.program.nodes import (
    Call,
    Expression,
    Index,
    Number,
    Stop,
    Variable,
)
from bpgen.program.notes import FunctionNote
from bpgen.program.walks import (
    substituted,
    walk,
)
from bpgen.reading.records import (
    Choice,
    Values,
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


def is_inline(body: Expression) -> bool:
    """Whether a formula reads well in the statement that applies it."""
    nodes = list(walk(body))
    calls = [node for node in nodes if isinstance(node, Call)]
    if len(calls) == 1 and isinstance(body, Call):
        return True
    return not calls and len(nodes) <= LARGEST_INLINE_FORMULA


@dataclass(frozen=True, slots=True)
class SoftmaxRows:
    """The variables of a softmax over the last axis of z."""

    z: Variable
    powers: Variable
    total: Variable  # of the powers of each row
    outputs: Variable
    largest: Variable  # net input of each row

    @classmethod
    def of(cls, build: Builder, z: Variable, name: str, prefix: str) -> SoftmaxRows:
        """New variables for the layer of that name; `prefix` is the outputs'."""
        lead = z.axes[:-1]
        powers = build.value("e", name, z.axes)
        total = build.value("s", name, lead)
        outputs = build.value(prefix, name, z.axes)
        return cls(z, powers, total, outputs, build.value("m", name, lead))

    def add(self, build: Builder, at: tuple[Index, ...], stop: Index | int) -> None:
        """The statements for the first `stop` numbers of one row."""
        _find_largest(build, self.z, self.largest, at, stop)
        exp, largest = FUNCTIONS["exp"], self.largest[at]
        build.assign(self.total[at], Number(0.0))
        with build.loop(stop) as i:
            here = (*at, i)
            build.assign(self.powers[here], Call(exp, (self.z[here] - largest,)))
            build.accumulate(self.total[at], self.powers[here])
        with build.loop(stop) as i:
            here = (*at, i)
            build.assign(self.outputs[here], self.powers[here] / self.total[at])


def activate(
    build: Builder,
    use: Activated,
    z: Variable,
    at: tuple[Index, ...],
    name: str,
    slope: Expression | None,
) -> Variable:
    """a = f(z) for the unit of layer `name` at that place; returns what holds it.

    That is z itself for the identity, and where f needs a whole row: see
    `activate_rows`.
    """
    if use.is_identity or use.activation.rows:
        return z
    a = build.value("a", name, z.axes)
    build.assign(a[at], use.expression(z[at], slope), use.note)
    return a


def activate_rows(
    build: Builder, activation: Activation, z: Variable, name: str
) -> Variable:
    """Softmax or log_softmax of z, if the activation is one of these, else z."""
    if not activation.rows:
        return z
    of_rows = softmax if activation.name == "softmax" else log_softmax
    return of_rows(build, z, name)


def softmax(build: Builder, z: Variable, name: str, prefix: str = "a") -> Variable:
    """Softmax over the last axis: exp(z - max) / the sum of exp(z - max).

    The largest net input is subtracted first, so that no power overflows; as a
    constant, since the result does not depend on it.
    """
    rows = SoftmaxRows.of(build, z, name, prefix)
    with build.loops(z.axes[:-1]) as at:
        rows.add(build, at, len(z.axes[-1]))
    build.softmaxes[rows.outputs] = Softmax(z, rows.largest, rows.total)
    return rows.outputs


def log_softmax(build: Builder, z: Variable, name: str) -> Variable:
    """The logarithm of softmax, in the form that cannot overflow."""
    *lead, last = z.axes
    powers = build.value("e", name, z.axes)
    total = build.value("s", name, tuple(lead))
    logarithm = build.value("l", name, tuple(lead))
    outputs = build.value("a", name, z.axes)
    largest = build.value("m", name, tuple(lead))
    log, exp = FUNCTIONS["log"], FUNCTIONS["exp"]
    with build.loops(tuple(lead)) as at:
        _find_largest(build, z, largest, at, len(last))
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
    build: Builder,
    z: Variable,
    largest: Variable,
    at: tuple[Index, ...],
    stop: Index | int,
) -> None:
    first = (*at, Index(0))
    build.assign(largest[at], Stop(z[first]))
    with build.loop(stop, start=1) as i:
        here = (*at, i)
        larger = Call(FUNCTIONS["larger"], (largest[at], z[here]))
        build.assign(largest[at], Stop(larger))

"""Activations as layers use them: on each element, or on a whole last axis."""

from __future__ import annotations

from dataclasses import dataclass

from bpgen.catalog.activations import ACTIVATIONS, Activation
from bpgen.program.builder import Builder
from bpgen.program.nodes import Call, Expression, Index, Number, Variable
from bpgen.program.notes import FunctionNote
from bpgen.program.walks import substituted, walk
from bpgen.reading.records import Choice, Values

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
        return self.activation.formula == "x"

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
    a = build.value("a", name, z.axes, z.loop_letters)
    build.assign(a[at], use.expression(z[at], slope), use.note)
    return a


def activate_rows(
    build: Builder, activation: Activation, z: Variable, name: str
) -> Variable:
    """The activation of z, if it works on whole rows, else z."""
    return activation.rows(build, z, name) if activation.rows else z

"""The keys that several layers have in common."""

from __future__ import annotations

from collections.abc import Mapping

from bpgen.catalog.activations import ACTIVATIONS, Activation, Option
from bpgen.catalog.initializers import DEFAULT_INITIALIZER, INITIALIZERS
from bpgen.catalog.losses import Loss
from bpgen.catalog.meanings import INITIALIZER_EXAMPLES, teller
from bpgen.program.nodes import Expression
from bpgen.reading.kinds import Kind, Real
from bpgen.reading.records import Choice, Typed


def option_kind(option: Option) -> Kind:
    """The kind of value that an option takes."""
    if option.positive:
        return Real(0.0, open_low=True)
    return Real(option.minimum, option.maximum)


def option_kinds(options: Mapping[str, Option]) -> dict[str, Kind]:
    """The keys of an activation's or a loss's options."""
    return {name: option_kind(option) for name, option in options.items()}


def option_defaults(
    table: Mapping[str, Activation] | Mapping[str, Loss],
) -> dict[str, dict[str, float]]:
    """The defaults of all options of a table, by entry."""
    return {
        entry.name: {name: option.default for name, option in entry.options.items()}
        for entry in table.values()
    }


ACTIVATION = Typed(
    {a.name: option_kinds(a.options) for a in ACTIVATIONS.values()},
    "activation",
    examples={"": "{type: leaky_relu, slope: 0.2}"},
    tell=teller("activation", option_defaults(ACTIVATIONS)),
)
INITIALIZER = Typed(
    {i.name: i.options for i in INITIALIZERS.values()},
    "initializer",
    required={i.name: tuple(i.options) for i in INITIALIZERS.values()},
    examples=INITIALIZER_EXAMPLES,
    tell=teller("initializer", {}),
)


def initial(
    choice: Choice | None,
    fan_in: int,
    fan_out: int,
    default: Expression | None = None,
) -> Expression:
    """What each weight starts as, by the key `initializer`; where it was not written,
    as the layer's default, else as that of most layers."""
    if choice is None:
        return default or DEFAULT_INITIALIZER(fan_in, fan_out, {})
    initializer = INITIALIZERS[choice.type]
    return initializer.value(fan_in, fan_out, choice.options.values)

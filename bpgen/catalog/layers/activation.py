"""Activation layers: anything with the name of an activation is a layer, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.activations import Activation
from bpgen.catalog.layers.activated import Activated, activate_rows
from bpgen.catalog.layers.base import Parameter, Source, Unary
from bpgen.catalog.layers.keys import option_kinds
from bpgen.program.builder import Builder
from bpgen.program.nodes import Number, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.records import Values


@dataclass(frozen=True)
class ActivationLayer(Unary):
    """a = f(x), element by element or over the last axis; shapes stay."""

    activation: ClassVar[Activation]

    use: Activated

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> ActivationLayer:
        return cls(name, source, Activated.of(cls.activation, options))

    @property
    def words(self) -> str:
        return self.activation.name

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    def parameters(self) -> tuple[Parameter, ...]:
        if not self.activation.has_slope:
            return ()
        channels = self.axes[self.source.channel_axis]
        return (Parameter.of(self.name, "weight", (channels,), Number(0.25)),)

    def forward(self, build: Builder, x: Variable) -> Variable:
        with build.section(self.note):
            if self.activation.rows:
                return activate_rows(build, self.activation, x, self.name)
            a = build.value("a", self.name, self.axes, self.letters)
            with build.loops(self.axes, self.letters) as at:
                build.head(UnitNote(a[at], f"{self.words} of its input"))
                channel = at[self.source.channel_axis]
                slopes = [p.variable[channel] for p in self.used_parameters()]
                value = self.use.expression(x[at], slopes[0] if slopes else None)
                build.assign(a[at], value, self.use.note)
            return a


def activation_layer(activation: Activation) -> type[ActivationLayer]:
    """The layer class of one activation."""
    name = activation.name.title().replace("_", "") + "Layer"
    members = {
        "type": activation.name,
        "keys": option_kinds(activation.options),
        "activation": activation,
    }
    return type(name, (ActivationLayer,), members)

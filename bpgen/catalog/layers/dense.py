"""The dense layer: every unit sees every input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.activated import Activated, activate, activate_rows, activated
from bpgen.catalog.layers.base import (
    LayerError,
    Parameter,
    Source,
    Unary,
    unit_axes,
    weights_of_units,
)
from bpgen.catalog.layers.keys import ACTIVATION, INITIALIZER, initial
from bpgen.errors import how_many
from bpgen.program.builder import Builder
from bpgen.program.nodes import Expression, Number, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.kinds import Flag, Whole
from bpgen.reading.records import Values


@dataclass(frozen=True)
class Dense(Unary):
    """z_i = b_i + the sum of w_ij * x_j, then a_i = f(z_i).

    Shapes: [inputs] to [units]; [time, inputs] to [time, units], the same
    weights at every step. weight [units][inputs], bias [units].
    """

    type: ClassVar = "dense"
    keys: ClassVar = {
        "units": Whole(1, 1_000_000),
        "activation": ACTIVATION,
        "bias": Flag(),
        "initializer": INITIALIZER,
    }
    required: ClassVar = ("units",)

    units: int
    has_bias: bool
    activation: Activated
    initial: Expression

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Dense:
        if len(source.axes) > 2:
            raise LayerError(
                f"dense needs a flat input, got {source}: "
                "add a flatten layer before it"
            )
        units = options["units"]
        return cls(
            name,
            source,
            units,
            options.get("bias", True),
            activated(options.get("activation")),
            initial(options.get("initializer"), source.shape[-1], units),
        )

    @property
    def words(self) -> str:
        units = how_many(self.units, "unit")
        return f"dense, {units}, {self.activation.activation.name}"

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self.source.shape[:-1], self.units)

    def parameters(self) -> tuple[Parameter, ...]:
        units = unit_axes(self.name, (self.units,))
        return weights_of_units(
            self.name,
            (*units, self.source.axes[-1]),
            units,
            self.initial,
            has_bias=self.has_bias,
            has_slope=self.activation.activation.has_slope,
        )

    def forward(self, build: Builder, x: Variable) -> Variable:
        z = build.value("z", self.name, self.axes, self.letters)
        own = {p.last: p.variable for p in self.used_parameters()}
        weight, bias = own["weight"], own.get("bias")
        with build.section(self.note):
            steps = self.source.axes[:-1]
            with (
                build.loops(steps, "t"[: len(steps)]) as at,
                build.loop(self.units) as i,
            ):
                here = (*at, i)
                build.head(UnitNote(z[here], self._unit_words, kind="neuron"))
                build.assign(z[here], bias[i] if bias else Number(0.0))
                with build.loop(len(self.source.axes[-1]), "j") as j:
                    there = (*at, j)
                    build.accumulate(z[here], weight[i, j] * x[there])
                slope = own["slope"][i] if "slope" in own else None
                a = activate(build, self.activation, z, here, self.name, slope)
            return activate_rows(build, self.activation.activation, a, self.name)

    @property
    def _unit_words(self) -> str:
        activation = self.activation.activation
        if self.activation.is_identity or activation.rows:
            return "the weighted sum of its inputs"
        return f"the weighted sum of its inputs, then {activation.name}"

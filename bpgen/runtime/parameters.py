"""Parameters, gradients and buffers by name."""

from __future__ import annotations

from bpgen.runtime.arrays import named, numbers_in, set_rows
from bpgen.runtime.classes import Classes
from bpgen.runtime.json_values import no_table
from bpgen.runtime.passes import Passes
from bpgen.runtime.primitives import Named, as_argument


class Parameters(Passes, Classes):
    """A net that shows its numbers and takes others."""

    def parameters(self) -> Named:
        """The parameters by name, laid out as in PyTorch."""
        return named(self.facts.shapes, self.blocks.rows("parameters"))

    def gradients(self) -> Named:
        """The gradients held, laid out as the parameters."""
        return named(self.facts.shapes, self.blocks.rows("gradients"))

    def buffers(self) -> Named:
        """What layers remember beside their parameters."""
        if self.facts.has_buffers:
            return named(self.facts.buffer_shapes, self.blocks.rows("buffers"))
        return no_table()

    def set_parameters(self, values: Named) -> None:
        """Set all parameters; if one is missing or misshapen, none is changed."""
        self._set(
            as_argument(numbers_in(self.facts, "parameters", values, self.facts.shapes))
        )

    def _set(self, values: list[float]) -> None:
        if not self.facts.inference:
            self._kept = None
        set_rows(self.blocks.rows("parameters"), values, 0)

"""Parameters, gradients and buffers by name."""

from __future__ import annotations

from bpgen.runtime.arrays import (
    by_name,
    named,
    numbers_by_name,
    numbers_in,
    set_rows,
)
from bpgen.runtime.classes import Classes
from bpgen.runtime.json_values import no_table
from bpgen.runtime.passes import Passes
from bpgen.runtime.primitives import Arrays, as_argument, no_arrays


class Parameters(Passes, Classes):
    """A net that shows its numbers and takes others."""

    def parameters(self) -> Arrays:
        """The parameters by name, laid out as in PyTorch."""
        if not self.facts.nests:
            return by_name(self.facts.shapes, self.blocks.rows("parameters"))
        return named(self.facts.shapes, self.blocks.rows("parameters"))

    def gradients(self) -> Arrays:
        """The gradients held, laid out as the parameters."""
        if not self.facts.nests:
            return by_name(self.facts.shapes, self.blocks.rows("gradients"))
        return named(self.facts.shapes, self.blocks.rows("gradients"))

    def buffers(self) -> Arrays:
        """What layers remember beside their parameters."""
        if not self.facts.nests:
            if self.facts.has_buffers:
                rows = self.blocks.rows("buffers")
                return by_name(self.facts.buffer_shapes, rows)
            return no_arrays()
        if self.facts.has_buffers:
            return named(self.facts.buffer_shapes, self.blocks.rows("buffers"))
        return no_table()

    def set_parameters(self, values: Arrays) -> None:
        """Set all parameters; if one is missing or misshapen, none is changed."""
        if not self.facts.nests:
            self._set(as_argument(numbers_by_name(values, self.facts.shapes)))
            return
        self._set(
            as_argument(numbers_in(self.facts, "parameters", values, self.facts.shapes))
        )

    def _set(self, values: list[float]) -> None:
        if not self.facts.inference:
            self._kept = None
        set_rows(self.blocks.rows("parameters"), values, 0)

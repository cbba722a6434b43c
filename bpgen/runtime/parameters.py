"""Parameters, gradients and buffers by name."""

from __future__ import annotations

from bpgen.runtime.arrays import flat_arrays, named
from bpgen.runtime.json_values import no_table
from bpgen.runtime.passes import Passes
from bpgen.runtime.primitives import Named, is_empty, misuse


class Parameters(Passes):
    """A net that shows its numbers and takes others."""

    def parameters(self) -> Named:
        """The parameters by name, laid out as in PyTorch."""
        return named(self.facts.shapes, self._arrays())

    def gradients(self) -> Named:
        """The gradients held, laid out as the parameters."""
        return named(self.facts.shapes, self._gradients())

    def buffers(self) -> Named:
        """What layers remember beside their parameters."""
        if self.facts.has_buffers:
            arrays = self.blocks.arrays("buffers")
            return named(self.facts.buffer_shapes, arrays)
        return no_table()

    def set_parameters(self, values: Named) -> None:
        """Set all parameters; if one is missing or misshapen, none is changed."""
        self._set_arrays(flat_arrays("parameters", values, self.facts.shapes))

    def _arrays(self) -> list[list[float]]:
        return self.blocks.arrays("parameters")

    def _set_arrays(self, arrays: list[list[float]]) -> None:
        if not self.facts.inference:
            self._ready = False
        if self.facts.has_parameters:
            self.blocks.set_arrays("parameters", arrays)
        elif not is_empty(arrays):
            misuse("the net has no parameters")

    def _gradients(self) -> list[list[float]]:
        return self.blocks.arrays("gradients")

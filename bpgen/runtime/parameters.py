"""Parameters, gradients and buffers by name."""

from __future__ import annotations

from bpgen.runtime.arrays import named, numbers_in, set_rows
from bpgen.runtime.classes import Classes
from bpgen.runtime.constants import Constants
from bpgen.runtime.json_values import (
    has,
    is_table,
    item,
    keys,
    no_table,
    put,
    table_of,
)
from bpgen.runtime.passes import Passes
from bpgen.runtime.primitives import (
    Json,
    Named,
    Table,
    as_argument,
    is_among,
    is_empty,
    names_of,
    unfit,
)


class Parameters(Passes, Classes):
    """A net that shows its numbers and takes others."""

    def parameters(self) -> Named:
        """The parameters by name, laid out as in PyTorch; of nn.LSTM without _l0."""
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
        """Set all parameters; if one is missing or misshapen, none is changed.

        What PyTorch calls a state_dict will do: its names, and buffers with them.
        """
        numbers = as_argument(parameters_in(self.facts, values))
        if self.facts.sorts_buffers:
            buffers = as_argument(buffers_in(self.facts, values))
        self._set(numbers)
        if self.facts.sorts_buffers and not is_empty(buffers):
            set_rows(self.blocks.rows("buffers"), buffers, 0)

    def set_buffers(self, values: Named) -> None:
        """Set what layers remember; if one is missing or misshapen, none is changed."""
        shapes = self.facts.buffer_shapes
        numbers = as_argument(numbers_in(self.facts, "buffers", values, shapes))
        self._kept = None
        set_rows(self.blocks.rows("buffers"), numbers, 0)

    def _set(self, values: list[float]) -> None:
        if not self.facts.inference:
            self._kept = None
        set_rows(self.blocks.rows("parameters"), values, 0)


def parameters_in(facts: Constants, values: Json) -> list[float]:
    """The numbers of all parameters, by this net's names or by PyTorch's."""
    if not (facts.sorts_buffers or facts.is_recurrent):
        return numbers_in(facts, "parameters", values, facts.shapes)
    if not is_table(values):
        unfit("parameters: expected arrays by name")
    table = table_of(values)
    if facts.sorts_buffers:
        found: Table = {}
        for name in keys(table):
            is_buffer = is_among(name, names_of(facts.buffer_shapes))
            if not (is_buffer or is_among(name, facts.counters)):
                put(found, name, item(table, name))
        table = found
    if facts.is_recurrent and has(table, facts.torch_name):
        return numbers_in(facts, "parameters", table, facts.torch_shapes)
    return numbers_in(facts, "parameters", table, facts.shapes)


def buffers_in(facts: Constants, values: Json) -> list[float]:
    """The numbers of what layers remember, where it is among other arrays."""
    found: Table = {}
    if is_table(values):
        table = table_of(values)
        for name in names_of(facts.buffer_shapes):
            if has(table, name):
                put(found, name, item(table, name))
    if is_empty(found):
        return []
    return numbers_in(facts, "buffers", found, facts.buffer_shapes)

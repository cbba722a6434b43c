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
    Arrays,
    Json,
    Table,
    array_names,
    array_of,
    as_argument,
    has_array,
    is_among,
    is_empty,
    names_of,
    no_arrays,
    put_array,
    unfit,
)


class Parameters(Passes, Classes):
    """A net that shows its numbers and takes others."""

    def parameters(self) -> Arrays:
        """The parameters by name, laid out as in PyTorch.

        Where is_recurrent: The names are those of nn.LSTM and its kin without _l0.
        """
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
        """Set all parameters; if one is missing or misshapen, none is changed.

        What PyTorch calls a state_dict will do: its names, and buffers with them.
        """
        if self.facts.nests:
            numbers = as_argument(parameters_in(self.facts, values))
            if self.facts.has_buffers:
                buffers = as_argument(buffers_in(self.facts, values))
        else:
            numbers = as_argument(flat_parameters_in(self.facts, values))
            if self.facts.has_buffers:
                buffers = as_argument(flat_buffers_in(self.facts, values))
        self._set(numbers)
        if self.facts.has_buffers and not is_empty(buffers):
            set_rows(self.blocks.rows("buffers"), buffers, 0)

    def set_buffers(self, values: Arrays) -> None:
        """Set what layers remember; if one is missing or misshapen, none is changed."""
        shapes = self.facts.buffer_shapes
        if self.facts.nests:
            numbers = as_argument(numbers_in(self.facts, "buffers", values, shapes))
        else:
            numbers = as_argument(numbers_by_name(self.facts, values, shapes))
        self._kept = None
        set_rows(self.blocks.rows("buffers"), numbers, 0)

    def _set(self, values: list[float]) -> None:
        if not self.facts.inference:
            self._kept = None
        set_rows(self.blocks.rows("parameters"), values, 0)


def parameters_in(facts: Constants, values: Json) -> list[float]:
    """The numbers of all parameters, by this net's names or by PyTorch's."""
    if not (facts.has_buffers or facts.is_recurrent):
        return numbers_in(facts, "parameters", values, facts.shapes)
    if not is_table(values):
        unfit("parameters: expected arrays by name")
    table = table_of(values)
    if facts.has_buffers:
        found: Table = {}
        for name in keys(table):
            is_buffer = is_among(name, names_of(facts.buffer_shapes))
            if not (is_buffer or is_among(name, names_of(facts.counter_shapes))):
                put(found, name, item(table, name))
        table = found
    if facts.is_recurrent:
        first = facts.torch_name
        if has(table, first):
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
    if is_empty(keys(found)):
        return []
    return numbers_in(facts, "buffers", found, facts.buffer_shapes)


def flat_parameters_in(facts: Constants, values: Arrays) -> list[float]:
    """The same as `parameters_in` of flat arrays."""
    found: Arrays = without_buffers(facts, values) if facts.has_buffers else values
    if facts.is_recurrent and has_array(found, facts.torch_name):
        return numbers_by_name(facts, found, facts.torch_shapes)
    return numbers_by_name(facts, found, facts.shapes)


def without_buffers(facts: Constants, values: Arrays) -> Arrays:
    """The arrays that are parameters."""
    found: Arrays = no_arrays()
    for name in array_names(values):
        is_buffer = is_among(name, names_of(facts.buffer_shapes))
        if not (is_buffer or is_among(name, names_of(facts.counter_shapes))):
            put_array(found, name, array_of(values, name))
    return found


def flat_buffers_in(facts: Constants, values: Arrays) -> list[float]:
    """The same as `buffers_in` of flat arrays."""
    found: Arrays = no_arrays()
    for name in names_of(facts.buffer_shapes):
        if has_array(values, name):
            put_array(found, name, array_of(values, name))
    if is_empty(array_names(found)):
        return []
    return numbers_by_name(facts, found, facts.buffer_shapes)

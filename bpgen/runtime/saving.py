"""Saving: all that training goes on from, the same in every language."""

from __future__ import annotations

from bpgen.runtime.arrays import (
    agrees,
    check_signs,
    flat,
    named,
    numbers_in,
    set_rows,
    size_of,
    table_in,
    whole_in,
    words_in,
)
from bpgen.runtime.constants import Constants
from bpgen.runtime.json_values import (
    has,
    is_table,
    is_text,
    item,
    json_table,
    json_text,
    json_whole,
    json_words,
    keys,
    no_table,
    put,
    read_saved,
    saved_as,
    table_of,
)
from bpgen.runtime.primitives import (
    Json,
    OwnRows,
    Saved,
    Shapes,
    Table,
    append,
    is_among,
    joined_rows,
    names_of,
    part,
    shape_of,
    spelled,
    unfit,
)
from bpgen.runtime.training import Training


class Saving(Training):
    """A net whose training can be saved and gone on with, in any language."""

    def to_json(self) -> Saved:
        """All that training goes on from, in any language."""
        optimizer: Table = {}
        put(optimizer, "type", json_text(self.facts.optimizer))
        if self.facts.has_state:
            rows = self.blocks.rows("states")
            put(optimizer, "state", json_table(named(self.facts.state_shapes, rows)))
        state: Table = {}
        put(state, "format", json_text(self.facts.format))
        put(state, "net", json_text(self.facts.net_hash))
        if self.facts.nests:
            put(state, "parameters", json_table(self.parameters()))
            put(state, "buffers", json_table(self.buffers()))
        else:
            shapes = self.facts.shapes
            nets = named(shapes, self.blocks.rows("parameters"))
            put(state, "parameters", json_table(nets))
            if self.facts.has_buffers:
                rows = self.blocks.rows("buffers")
                remembered = named(self.facts.buffer_shapes, rows)
                put(state, "buffers", json_table(remembered))
            else:
                put(state, "buffers", json_table(no_table()))
        put(state, "optimizer", json_table(optimizer))
        if self.facts.has_schedule:
            moved = self.blocks.rows("schedule")
            schedule = named(self.facts.schedule_shapes, moved)
            put(state, "schedule", json_table(schedule))
        else:
            put(state, "schedule", json_table(no_table()))
        put(state, "epoch", json_whole(self.epoch))
        put(state, "generator", json_words(self._generator.words))
        return saved_as(state)

    def load_json(self, saved: Saved, *, parameters_only: bool = False) -> list[str]:
        """Take over what to_json gave; what does not fit changes nothing.

        With parameters_only it takes the parameters of any net that agree in name and
        shape, and what layers remember; nothing else. Returns the names left out.
        """
        if parameters_only:
            return self._load_parameters(saved)
        self._load_all(saved)
        return []

    def _load_parameters(self, saved: Saved) -> list[str]:
        """Take over the parameters of any net that agree in name and shape.

        What layers remember, too; nothing else. Returns the names left out.
        """
        state = state_in(self.facts, saved)
        own = self.blocks.rows("parameters")
        table = table_in(state, "parameters")
        values = numbers_that_fit(self.facts, table, self.facts.shapes, own)
        left = differing(self.facts.shapes, table)
        if self.facts.has_buffers:
            remembered = table_in(state, "buffers")
            rows = self.blocks.rows("buffers")
            shapes = self.facts.buffer_shapes
            buffers = numbers_that_fit(self.facts, remembered, shapes, rows)
            for name in differing(shapes, remembered):
                append(left, name)
            set_rows(rows, buffers, 0)
        self._set(values)
        return left

    def _load_all(self, saved: Saved) -> None:
        """Take over what to_json gave; what does not fit changes nothing."""
        state = state_in(self.facts, saved)
        if not is_text(item(state, "net"), self.facts.net_hash):
            what = what_differs(self.facts.shapes, item(state, "parameters"))
            unfit(f"it was saved by another net{what}")
        parameters = item(state, "parameters")
        values = numbers_in(self.facts, "parameters", parameters, self.facts.shapes)
        if self.facts.has_buffers:
            remembered = item(state, "buffers")
            buffers = numbers_in(
                self.facts, "buffers", remembered, self.facts.buffer_shapes
            )
        else:
            table_in(state, "buffers")
        if not self.facts.inference:
            self._load_training(state)
        self._set(values)
        if self.facts.has_buffers:
            set_rows(self.blocks.rows("buffers"), buffers, 0)

    def _load_training(self, state: Table) -> None:
        optimizer = table_in(state, "optimizer")
        if not is_text(item(optimizer, "type"), self.facts.optimizer):
            unfit(f"optimizer: expected the state of {self.facts.optimizer}")
        if self.facts.has_state:
            kept = item(optimizer, "state")
            states = numbers_in(self.facts, "optimizer", kept, self.facts.state_shapes)
            if self.facts.state_numbers > 1:
                for power in part(states, 1, self.facts.state_numbers):
                    if power > 1.0:
                        unfit(f"optimizer: expected powers of 1 or less, got {power}")
        if self.facts.has_schedule:
            moved = item(state, "schedule")
            schedule = numbers_in(
                self.facts, "schedule", moved, self.facts.schedule_shapes
            )
        else:
            table_in(state, "schedule")
        epoch = whole_in(self.facts, "epoch", item(state, "epoch"))
        words = words_in(self.facts, "generator", item(state, "generator"))
        self.epoch = epoch
        self._generator.words = words
        if self.facts.has_state:
            self.blocks.set_numbers("states", states)
            set_rows(self.blocks.rows("kept_rows"), states, self.facts.state_numbers)
        if self.facts.has_schedule:
            self.blocks.set_numbers("schedule", schedule)


def state_in(facts: Constants, saved: Saved) -> Table:
    """What was saved, in the format of to_json."""
    state = read_saved(saved)
    if not is_text(item(state, "format"), facts.format):
        unfit(f"expected an object of the format {facts.format}")
    return state


def what_differs(shapes: Shapes, saved: Json) -> str:
    """What is another in the arrays of a saved net."""
    words: list[str] = []
    if is_table(saved):
        table = table_of(saved)
        for name in differing(shapes, table):
            if not is_among(name, names_of(shapes)):
                append(words, f"; {name} is not of this one")
            elif not has(table, name):
                append(words, f"; {name} is missing")
            else:
                append(words, f"; {name} has another shape")
    return spelled(words)


def differing(shapes: Shapes, saved: Table) -> list[str]:
    """The names of arrays that only one of two nets has, or in another shape."""
    found: list[str] = []
    names = names_of(shapes)
    for name in names:
        if not (has(saved, name) and agrees(item(saved, name), shape_of(shapes, name))):
            append(found, name)
    for name in keys(saved):
        if not is_among(name, names):
            append(found, name)
    return found


def numbers_that_fit(
    facts: Constants, saved: Table, shapes: Shapes, own: OwnRows
) -> list[float]:
    """The saved numbers of arrays that agree in name and shape, and a net's own."""
    values = joined_rows(own)
    found: list[list[float]] = []
    start = 0
    for name in names_of(shapes):
        shape = shape_of(shapes, name)
        size = size_of(shape)
        if has(saved, name) and agrees(item(saved, name), shape):
            append(found, flat(facts, name, item(saved, name), shape))
            if facts.has_unsigned and facts.has_buffers:
                check_signs(facts, name, found[len(found) - 1])
        else:
            append(found, part(values, start, start + size))
        start += size
    return joined_rows(found)

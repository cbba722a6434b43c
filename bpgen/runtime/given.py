"""Samples as callers have them, as rows of numbers.

In: flat or nested lists, arrays of other libraries, classes by their index. Out: a flat
list of numbers for each sample, or an error that says what was expected. Only languages
whose lists hold anything have this.
"""

from __future__ import annotations

from bpgen.runtime.arrays import flat, size_of
from bpgen.runtime.checks import is_count
from bpgen.runtime.constants import Constants
from bpgen.runtime.json_values import is_list, is_number, items_of, number_of, row_of
from bpgen.runtime.primitives import (
    GivenRows,
    Json,
    Row,
    Rows,
    append,
    filled,
    is_empty,
    is_row,
    listed,
    misuse,
    whole,
)


def flat_row(
    facts: Constants, what: str, given: Json, words: str, shape: list[int]
) -> Row:
    """The numbers of one sample, row by row."""
    values = listed(given)
    if is_list(values):
        items = items_of(values)
        if is_empty(items) or is_number(items[0]):
            if len(items) != size_of(shape):
                misuse(f"{what}: expected {words}, got {len(items)}")
            return row_of(items)
    return flat(facts, f"expected {words}: {what}", values, shape)


def input_row(facts: Constants, what: str, given: Json) -> Row:
    """The inputs of one sample, row by row."""
    if facts.tells_flat_inputs and is_row(given, facts.input_size):
        return given
    return flat_row(facts, what, given, facts.input_words, facts.input_shape)


def input_rows(facts: Constants, given: GivenRows) -> Rows:
    """The inputs of each sample, row by row."""
    found: list[Row] = []
    for k in range(len(given)):
        append(found, input_row(facts, f"inputs[{k}]", given[k]))
    return found


def target_row(facts: Constants, what: str, given: Json) -> Row:
    """The targets of one sample, row by row.

    Where takes_indices: Of a class, 1 for it and 0 for the others.
    """
    if facts.tells_flat_targets and is_row(given, facts.output_size):
        return given
    if facts.takes_indices:
        values = listed(given)
        if is_number(values):
            return hot(facts, what, [number_of(values)])
        if facts.steps > 1.0 and is_list(values):
            items = items_of(values)
            if len(items) == facts.class_count and is_number(items[0]):
                return hot(facts, what, row_of(items))
    return flat_row(facts, what, given, facts.target_words, facts.output_shape)


def target_rows(facts: Constants, given: GivenRows) -> Rows:
    """The targets of each sample, row by row."""
    found: list[Row] = []
    for k in range(len(given)):
        append(found, target_row(facts, f"targets[{k}]", given[k]))
    return found


def hot(facts: Constants, what: str, classes: Row) -> Row:
    """1 for the class, or for that of each step; 0 for all others."""
    if facts.is_binary:
        if not (classes[0] >= 0.0 and classes[0] <= 1.0):
            misuse(f"{what}: expected 0 to 1, got {classes[0]}")
        return classes
    row = filled(facts.output_size, 0.0)
    for step in range(len(classes)):
        index = classes[step]
        if not is_count(index, facts.classes - 1):
            last = facts.classes - 1
            misuse(f"{what}: expected a class from 0 to {last}, got {index}")
        row[step * facts.classes + whole(index)] = 1.0
    return row

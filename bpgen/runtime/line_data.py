"""Samples in JSON lines, an object on each line, which main reads when it is run."""

from __future__ import annotations

from bpgen.runtime.constants import Constants
from bpgen.runtime.files import answer, check_file, check_read, path_in
from bpgen.runtime.json_values import (
    has,
    is_list,
    is_number,
    is_text,
    item,
    items_of,
    number_of,
    object_in,
)
from bpgen.runtime.primitives import (
    Json,
    Samples,
    Table,
    append,
    cells,
    is_empty,
    number,
    samples,
    unfit,
    words_of,
)
from bpgen.runtime.world import read_text


def line_samples(facts: Constants, folder: str, file: str) -> Samples:
    """The samples of a file: what stands on each line under the keys of the net."""
    path = path_in(folder, file)
    check_file(path)
    text = read_text(path)
    lines = cells(text, "\n")
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    for k in range(len(lines)):
        if is_text(lines[k], ""):
            continue
        where = f"{file}:{k + 1}"
        table = object_in(lines[k], where)
        row = numbers_under(facts, table, facts.input_array, where, False)
        if len(row) != facts.input_size:
            unfit(f"{where}: expected {facts.input_size} inputs, got {len(row)}")
        check_read(facts, row, where)
        append(inputs, row)
        given = numbers_under(facts, table, facts.answer_array, where, facts.are_labels)
        if len(given) != facts.answer_size:
            unfit(f"{where}: expected {facts.answer_size} answers, got {len(given)}")
        append(targets, answer(facts, given, where))
    if is_empty(inputs):
        unfit(f"{file}: there are no samples in it")
    return samples(inputs, targets)


def numbers_under(
    facts: Constants, table: Table, keys: str, where: str, are_classes: bool
) -> list[float]:
    """The numbers under some keys, or in the lists that are there."""
    found: list[float] = []
    for key in words_of(keys):
        if not has(table, key):
            unfit(f"{where}: there is no {key}")
        value = item(table, key)
        if is_list(value):
            for each in items_of(value):
                append(found, number_under(facts, each, where, are_classes))
        else:
            append(found, number_under(facts, value, where, are_classes))
    return found


def number_under(facts: Constants, value: Json, where: str, are_classes: bool) -> float:
    """The number that a value is, or that of the class of this name."""
    if facts.has_names and are_classes:
        for k in range(facts.labels):
            if is_text(value, facts.class_names[k]):
                return number(k)
    if not is_number(value):
        if are_classes:
            unfit(
                f"{where}: expected a class from 0 to {facts.labels - 1}, or its name"
            )
        unfit(f"{where}: expected numbers")
    return number_of(value) + 0.0

"""The data that an emitted file trains on when it is run: the net's own, or a table."""

from __future__ import annotations

from bpgen.runtime.checks import is_count
from bpgen.runtime.constants import Constants
from bpgen.runtime.generator import Generator
from bpgen.runtime.json_values import is_text
from bpgen.runtime.primitives import (
    Samples,
    append,
    cells,
    counted,
    extend,
    filled,
    inputs_in,
    is_among,
    is_empty,
    is_finite,
    letters_at,
    modulo32,
    number,
    numbers,
    parsed,
    part,
    rest_of,
    samples,
    targets_in,
    unfit,
    whole,
    words_of,
)
from bpgen.runtime.world import read_text


def data(facts: Constants) -> Samples:
    """The inputs and the targets of the net's own data."""
    if not facts.has_text:
        return samples(facts.inputs, facts.answers)
    if facts.words_each == 1:
        return words_to_tell(facts)
    if facts.words_each > 1:
        return pairs_of_words(facts)
    values = numbers(facts.data)
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    for start in range(0, len(values), facts.row_size):
        middle = start + facts.input_size
        append(inputs, part(values, start, middle))
        rest = part(values, middle, start + facts.row_size)
        if facts.has_labels:
            append(targets, one_hot_row(facts, rest))
        else:
            append(targets, rest)
    return samples(inputs, targets)


def training_data(facts: Constants) -> Samples:
    """The net's own data without the samples to test with."""
    found = data(facts)
    count = len(inputs_in(found)) - facts.test_count
    return samples(part(inputs_in(found), 0, count), part(targets_in(found), 0, count))


def test_data(facts: Constants) -> Samples:
    """The samples to test with, which no training sees."""
    found = data(facts)
    inputs = inputs_in(found)
    first = len(inputs) - facts.test_count
    rest = part(targets_in(found), first, len(inputs))
    return samples(part(inputs, first, len(inputs)), rest)


def words_to_tell(facts: Constants) -> Samples:
    """The same of words: each letter is to be told from those before it."""
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    for word in words_of(facts.data):
        letters = spelled_row(facts, word, facts.input_size)
        before = [0.0]
        extend(before, part(letters, 0, facts.input_size - 1))
        append(inputs, before)
        append(targets, one_hot_row(facts, letters))
    return samples(inputs, targets)


def pairs_of_words(facts: Constants) -> Samples:
    """The same where each sample is two words."""
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    words = words_of(facts.data)
    for k in range(0, len(words), 2):
        append(inputs, spelled_row(facts, words[k], facts.input_size))
        rest = spelled_row(facts, words[k + 1], facts.row_size - facts.input_size)
        append(targets, one_hot_row(facts, rest))
    return samples(inputs, targets)


def spelled_row(facts: Constants, word: str, size: int) -> list[float]:
    """The indices of a word's letters, and the first one after its end."""
    row = filled(size, 0.0)
    letters = facts.class_names
    places = letters_at(word, letters)
    for i in range(len(places)):
        row[i] = number(places[i])
    return row


def one_hot_row(facts: Constants, labels: list[float]) -> list[float]:
    """1 for the class, or for that of each step; 0 for all others."""
    row = filled(facts.output_size, 0.0)
    for step in range(len(labels)):
        row[step * facts.classes + whole(labels[step])] = 1.0
    return row


def table_or_own(facts: Constants, file: str) -> Samples:
    """The samples of a CSV file, or, where none is named, the net's own."""
    if not is_text(file, ""):
        return rows_of(facts, file)
    if facts.test_count > 0:
        return training_data(facts)
    return data(facts)


def rows_of(facts: Constants, file: str) -> Samples:
    """The samples in the rows of a CSV file, below a line that names its columns."""
    if not facts.has_data and is_text(file, ""):
        unfit("the net has no data: add --data FILE.csv, or call train in your code")
    text = read_text(file)
    lines = cells(text, "\n")
    separator = ","
    for other in [";", "\t", "|"]:
        if columns_in(lines[0], other) > columns_in(lines[0], separator):
            separator = other
    header = cells(lines[0], separator)
    places = places_of(facts, file, header)
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    for k in range(1, len(lines)):
        if is_text(lines[k], ""):
            continue
        row = cells(lines[k], separator)
        if len(row) != len(header):
            wanted = f"expected {len(header)} columns"
            unfit(f"{file}:{k + 1}: {wanted}, got {len(row)}")
        values: list[float] = []
        for n in range(facts.columns):
            cell = row[places[n]]
            append(values, value_of(facts, cell, n))
            if not is_finite(values[n]):
                unfit(f"{file}:{k + 1}: expected {facts.cell_words}, got {cell}")
        append(inputs, part(values, 0, facts.input_size))
        rest = rest_of(values, facts.input_size)
        if facts.has_classes:
            for label in rest:
                if not is_count(label, facts.classes - 1):
                    unfit(f"{file}:{k + 1}: no such class: {label}")
            append(targets, one_hot_row(facts, rest))
        else:
            append(targets, rest)
    if is_empty(inputs):
        unfit(f"{file}: there are no rows below the names of the columns")
    return samples(inputs, targets)


def places_of(facts: Constants, file: str, header: list[str]) -> list[int]:
    """Where the columns of the net stand in a file: by name, if they have names."""
    if facts.has_columns:
        found: list[int] = []
        names: list[str] = facts.column_names
        for name in names:
            if not is_among(name, header):
                unfit(f"{file}:1: there is no column {name}")
            for k in range(len(header)):
                if is_text(header[k], name):
                    append(found, k)
                    break
        return found
    if len(header) != facts.columns:
        wanted = f"expected {facts.columns} columns"
        unfit(f"{file}:1: {wanted}, got {len(header)}")
    return counted(len(header))


def columns_in(line: str, separator: str) -> int:
    """How many columns a line has by that separator."""
    found = cells(line, separator)
    return len(found)


def value_of(facts: Constants, cell: str, column: int) -> float:
    """The number that a cell says, or the index of what has that name."""
    if facts.has_categories:
        names: list[str] = facts.category_names
        first = 0
        for pair in facts.one_hot:
            for index in range(whole(pair[1])):
                is_this = pair[0] == number(column)
                if is_this and is_text(names[first + index], cell):
                    return number(index)
            first += whole(pair[1])
    if facts.has_names and (facts.names_inputs or column >= facts.input_size):
        for index in range(facts.labels):
            if is_text(facts.class_names[index], cell):
                return number(index)
    if is_text(cell, ""):
        return parsed("?")
    return parsed(cell)


def few(facts: Constants, count: int) -> Samples:
    """Samples of the net's own for a check."""
    found = data(facts)
    return samples(part(inputs_in(found), 0, count), part(targets_in(found), 0, count))


def any_samples(facts: Constants, count: int) -> Samples:
    """Samples for a check without data."""
    generator = Generator(1)
    inputs: list[list[float]] = []
    targets: list[list[float]] = []
    for _ in range(count):
        append(inputs, drawn(facts, generator))
        append(targets, any_target(facts))
    return samples(inputs, targets)


def any_target(facts: Constants) -> list[float]:
    """A target that the loss can learn, for a check without data."""
    if facts.one_every == 1:
        return filled(facts.output_size, 1.0)
    target = filled(facts.output_size, 0.0)
    if facts.one_every == facts.output_size:
        target[0] = 1.0
    else:
        for k in range(0, facts.output_size, facts.one_every):
            target[k] = 1.0
    return target


def drawn(facts: Constants, generator: Generator) -> list[float]:
    """Inputs for a check without data."""
    inputs: list[float] = []
    for _ in range(facts.input_size):
        if facts.index_count > 0:
            append(inputs, number(modulo32(generator.next(), facts.index_count)))
        else:
            append(inputs, generator.uniform(-1.0, 1.0))
    if facts.has_categories:
        for pair in facts.one_hot:
            inputs[whole(pair[0])] = 0.0
    return inputs

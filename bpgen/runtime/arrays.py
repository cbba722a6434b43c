"""Arrays by name: nested as in PyTorch outside, flat lists of numbers inside."""

from __future__ import annotations

from bpgen.runtime.checks import is_count
from bpgen.runtime.constants import Constants
from bpgen.runtime.json_values import (
    exact_whole,
    exact_word,
    has,
    is_list,
    is_number,
    is_table,
    item,
    items_of,
    json_list,
    json_number,
    json_numbers,
    keys,
    number_of,
    put,
    table_of,
)
from bpgen.runtime.primitives import (
    Arrays,
    Json,
    Named,
    Nested,
    OwnRows,
    Row,
    Shapes,
    Table,
    Word,
    append,
    array_names,
    array_of,
    extend,
    has_array,
    is_among,
    is_empty,
    is_finite,
    joined_rows,
    largest_word,
    listed,
    names_of,
    no_arrays,
    number,
    part,
    put_array,
    rest_of,
    shape_of,
    unfit,
    whole,
    word_of,
)


def named(shapes: Shapes, rows: OwnRows) -> Named:
    """Rows of numbers by name, nested by the shapes of the same order."""
    values = joined_rows(rows)
    found: Named = {}
    start = 0
    for name in names_of(shapes):
        shape = shape_of(shapes, name)
        size = size_of(shape)
        put(found, name, nested(part(values, start, start + size), shape))
        start += size
    return found


def by_name(shapes: Shapes, rows: OwnRows) -> Arrays:
    """Rows of numbers by name, each array flat, row by row."""
    values = joined_rows(rows)
    found: Arrays = no_arrays()
    start = 0
    for name in names_of(shapes):
        size = size_of(shape_of(shapes, name))
        put_array(found, name, part(values, start, start + size))
        start += size
    return found


def size_of(shape: list[int]) -> int:
    """How many numbers an array has."""
    size = 1
    for extent in shape:
        size = size * extent
    return size


def set_rows(rows: OwnRows, values: Row, first: int) -> None:
    """Set the numbers of all rows to values, from the first one on."""
    start = first
    for row in rows:
        for i in range(len(row)):
            row[i] = values[start + i]
        start += len(row)


def nested(values: Row, shape: list[int]) -> Nested:
    """A flat list as nested lists, row by row; a number if there is no axis."""
    if is_empty(shape):
        return json_number(values[0])
    if len(shape) == 1:
        return json_numbers(values)
    rows: list[Nested] = []
    step = len(values) // shape[0]
    rest = rest_of(shape, 1)
    for k in range(shape[0]):
        append(rows, nested(part(values, k * step, (k + 1) * step), rest))
    return json_list(rows)


def flat(facts: Constants, name: str, value: Json, shape: list[int]) -> list[float]:
    """Nested lists as a flat one, or an error that says which number is wrong."""
    if is_empty(shape):
        alone = number_in(name, value)
        return [alone]
    if facts.has_arrays:
        value = listed(value)
    if not is_list(value) or len(items_of(value)) != shape[0]:
        unfit(f"{name}: expected a list of {shape[0]}")
    items = items_of(value)
    values: list[float] = []
    rest = rest_of(shape, 1)
    for i in range(len(items)):
        extend(values, flat(facts, f"{name}[{i}]", items[i], rest))
    return values


def agrees(value: Json, shape: list[int]) -> bool:
    """Whether nested lists have a shape."""
    if is_empty(shape):
        return is_number(value)
    if not is_list(value) or len(items_of(value)) != shape[0]:
        return False
    rest = rest_of(shape, 1)
    is_alike = True
    for entry in items_of(value):
        is_alike = is_alike and agrees(entry, rest)
    return is_alike


def numbers_in(facts: Constants, what: str, value: Json, shapes: Shapes) -> list[float]:
    """The numbers of all named arrays, or an error that says which one is wrong."""
    if not is_table(value):
        unfit(f"{what}: expected arrays by name")
    table = table_of(value)
    names = names_of(shapes)
    for name in keys(table):
        if not is_among(name, names):
            unfit(f"{name}: the net has no such array")
    found: list[list[float]] = []
    for name in names:
        if not has(table, name):
            unfit(f"{name}: it is missing")
        append(found, flat(facts, name, item(table, name), shape_of(shapes, name)))
        if facts.has_unsigned:
            check_signs(facts, name, found[len(found) - 1])
    return joined_rows(found)


def check_signs(facts: Constants, name: str, values: list[float]) -> None:
    """An error if a number is below 0 in an array where none can be."""
    if is_among(name, names_of(facts.unsigned_shapes)):
        for x in values:
            if x < 0.0:
                unfit(f"{name}: expected numbers of 0 or more, got {x}")


def numbers_by_name(facts: Constants, values: Arrays, shapes: Shapes) -> list[float]:
    """The same of flat arrays."""
    names = names_of(shapes)
    for name in array_names(values):
        if not is_among(name, names):
            unfit(f"{name}: the net has no such array")
    found: list[list[float]] = []
    for name in names:
        if not has_array(values, name):
            unfit(f"{name}: it is missing")
        given = array_of(values, name)
        size = size_of(shape_of(shapes, name))
        if len(given) != size:
            unfit(f"{name}: expected {size} numbers, got {len(given)}")
        for x in given:
            if not is_finite(x):
                unfit(f"{name}: expected finite numbers")
        if facts.has_buffers and facts.has_unsigned:
            check_signs(facts, name, given)
        append(found, given)
    return joined_rows(found)


def table_in(table: Table, name: str) -> Table:
    """An object inside of an object, or an error that says which one is missing."""
    value = item(table, name)
    if not is_table(value):
        unfit(f"{name}: it is missing, or no object")
    return table_of(value)


def number_in(name: str, value: Json) -> float:
    """A finite number, or an error that says which one is wrong; -0.0 becomes 0.0."""
    if not is_number(value):
        unfit(f"{name}: expected a finite number")
    return number_of(value) + 0.0


def whole_in(facts: Constants, name: str, value: Json) -> int:
    """A whole number from 0 on, or an error that says which one is wrong."""
    found = number_in(name, value)
    if not is_count(found, 9007199254740991):
        unfit(f"{name}: expected a whole number")
    if facts.bits == 32:
        return exact_whole(value)
    return whole(found)


def words_in(facts: Constants, name: str, value: Json) -> list[Word]:
    """The state of a generator, or an error."""
    if not is_list(value) or len(items_of(value)) != 4:
        unfit(f"{name}: expected four whole numbers")
    items = items_of(value)
    words: list[Word] = []
    for entry in items:
        found = number_in(name, entry)
        if not is_count(found, largest_word()):
            unfit(f"{name}: expected whole numbers from 0 to 4294967295")
        if facts.bits == 32:
            append(words, exact_word(entry))
        else:
            append(words, word_of(found))
    return words


def largest_at(values: Row) -> int:
    """Where the largest number stands; the first one if there are several."""
    best = 0
    for i in range(1, len(values)):
        if values[i] > values[best]:
            best = i
    return best


def weighed(values: Row) -> float:
    """A sum that tells one order of the numbers from another."""
    total = 0.0
    for k in range(len(values)):
        place = k % 97
        total += number(place + 1) * values[k]
    return total

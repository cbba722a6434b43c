"""Arrays by name: nested as in PyTorch outside, flat lists of numbers inside."""

from __future__ import annotations

from bpgen.runtime.checks import is_count
from bpgen.runtime.json_values import (
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
    Json,
    Named,
    Nested,
    Row,
    Shapes,
    Table,
    Word,
    append,
    extend,
    filled,
    is_among,
    is_empty,
    names_of,
    part,
    rest_of,
    shape_of,
    unfit,
    whole,
    word_of,
)


def named(shapes: Shapes, arrays: list[list[float]]) -> Named:
    """Flat arrays by name, nested by the shapes of the same order."""
    found: Named = {}
    names = names_of(shapes)
    for k in range(len(names)):
        put(found, names[k], nested(arrays[k], shape_of(shapes, names[k])))
    return found


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


def flat(name: str, value: Json, shape: list[int]) -> list[float]:
    """Nested lists as a flat one, or an error that says which number is wrong."""
    if is_empty(shape):
        return filled(1, number_in(name, value))
    if not is_list(value) or len(items_of(value)) != shape[0]:
        unfit(f"{name}: expected a list of {shape[0]}")
    items = items_of(value)
    values: list[float] = []
    rest = rest_of(shape, 1)
    for i in range(len(items)):
        extend(values, flat(f"{name}[{i}]", items[i], rest))
    return values


def flat_arrays(what: str, value: Json, shapes: Shapes) -> list[list[float]]:
    """All named arrays, flat, or an error that says which one is wrong."""
    if not is_table(value):
        unfit(f"{what}: expected arrays by name")
    table = table_of(value)
    names = names_of(shapes)
    for name in keys(table):
        if not is_among(name, names):
            unfit(f"{name}: the net has no such array")
    arrays: list[list[float]] = []
    for name in names:
        if not has(table, name):
            unfit(f"{name}: it is missing")
        append(arrays, flat(name, item(table, name), shape_of(shapes, name)))
    return arrays


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


def whole_in(name: str, value: Json) -> int:
    """A whole number from 0 on, or an error that says which one is wrong."""
    found = number_in(name, value)
    if not is_count(found, 9007199254740991):
        unfit(f"{name}: expected a whole number")
    return whole(found)


def words_in(name: str, value: Json) -> list[Word]:
    """The state of a generator, or an error."""
    if not is_list(value) or len(items_of(value)) != 4:
        unfit(f"{name}: expected four whole numbers")
    items = items_of(value)
    words: list[Word] = []
    for entry in items:
        found = number_in(name, entry)
        if not is_count(found, 4294967295):
            unfit(f"{name}: expected whole numbers from 0 to 4294967295")
        append(words, word_of(found))
    return words

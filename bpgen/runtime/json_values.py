"""The primitives of JSON: values that a text holds, or that are to become one.

As those of `primitives` they are no part of an emitted file, but for what the
language's record says of each.
"""

from __future__ import annotations

import json
from typing import Any

from bpgen.runtime.primitives import Json, Nested, Row, Saved, Table, UnfitError, Word


def is_table(value: Json) -> bool:
    """Whether a value is an object with names."""
    return isinstance(value, dict)


def table_of(value: Json) -> Table:
    """The object that a value is."""
    assert isinstance(value, dict)
    return value


def is_list(value: Json) -> bool:
    """Whether a value is a list."""
    return isinstance(value, (list, tuple))


def items_of(value: Json) -> list[Any]:
    """The list that a value is."""
    assert isinstance(value, (list, tuple))
    return list(value)


def is_number(value: Json) -> bool:
    """Whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= 1.7976931348623157e308


def row_of(items: list[Any]) -> Row:
    """Numbers that a caller gives as those of a row, where whole ones are others."""
    return items


def number_of(value: Json) -> float:
    """The number that a value is."""
    assert isinstance(value, (int, float))
    return float(value)


def exact_whole(value: Json) -> int:
    """The whole number that a value is, where numbers have no room for all its bits."""
    return int(number_of(value))


def exact_word(value: Json) -> Word:
    """The same of a word."""
    return int(number_of(value))


def object_in(text: str, where: str) -> Table:
    """The object that a text of JSON says, or an error that begins with where it is.

    Raises:
        UnfitError: it is no JSON, or no object.
    """
    try:
        return read_saved(text)
    except UnfitError:
        raise UnfitError(f"{where}: expected an object of JSON") from None


def is_text(value: Json, text: str) -> bool:
    """Whether a value is this text."""
    return value == text


def json_number(x: float) -> Nested:
    """A finite number as a value."""
    return x


def json_whole(n: int) -> Json:
    """A whole number as a value."""
    return n


def json_text(text: str) -> Json:
    """A text as a value."""
    return text


def json_numbers(values: list[float]) -> Nested:
    """A list of numbers as a value of its own."""
    return list(values)


def json_words(words: list[Word]) -> Json:
    """A list of words as a value of its own."""
    return list(words)


def json_list(items: list[Json]) -> Json:
    """A list as a value."""
    return items


def json_table(table: Table) -> Json:
    """An object as a value."""
    return table


def has(table: Table, name: str) -> bool:
    """Whether an object has a name."""
    return name in table


def item(table: Table, name: str) -> Json:
    """The value of a name; null where there is none."""
    return table.get(name)


def put(table: Table, name: str, value: Json) -> None:
    """The value of a name of a local object."""
    table[name] = value


def no_table() -> Table:
    """An object without names."""
    return {}


def keys(table: Table) -> list[str]:
    """The names of an object."""
    return list(table)


def saved_as(table: Table) -> Saved:
    """What to_json gives."""
    return json.dumps(table, allow_nan=False)


def read_saved(saved: Saved) -> Table:
    """What load_json takes.

    Raises:
        UnfitError: it is a text, but not of JSON, or of no object.
    """
    try:
        found: Json = json.loads(saved)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    raise UnfitError("the text has not the format of a JSON object")

"""The data of a net in JSON lines: an object on each line, its keys are the columns.

In: what the file holds. Out: a `Table`, as a CSV gives one; a list of numbers stands
for as many columns, `x.0`, `x.1` and so on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from bpgen.errors import InputError, Place, shown, suggestion
from bpgen.network.arrays import MOST_NUMBERS
from bpgen.network.csv_data import LARGEST_CSV, CsvReader
from bpgen.network.csv_table import SAVE, Row, Table
from bpgen.network.explicit import no_twins
from bpgen.reading.yaml_reader import Node, Scalar


@dataclass(frozen=True, slots=True)
class JsonTable(Table):
    """A table of which each row is a line."""

    def place(self, row: Row, column: int) -> Place:
        """The line of a cell."""
        return Place(self.file, row.first, 1)


class JsonlReader(CsvReader):
    """Columns of a file of JSON lines."""

    file_key = "jsonl"

    @cached_property
    def table(self) -> Table:
        """All that the file holds."""
        file, place = self.values["jsonl"], self.values.at("jsonl")
        return read_jsonl(self.folders.content(file, place, LARGEST_CSV), file)

    def columns(self, key: str) -> list[int]:
        """The numbers of the columns that a key names; one name may be that of all."""
        written: str | Node = self.values[key]
        name = written.text if isinstance(written, Scalar) else written
        found = self.named(name) if isinstance(name, str) else []
        return found or super().columns(key)

    def named(self, name: str) -> list[int]:
        """The column of that name, or all those of a list."""
        header, found = self.table.header, list[int]()
        while name not in header and f"{name}.{len(found)}" in header:
            found.append(header.index(f"{name}.{len(found)}"))
        return found or super().named(name)

    def header_remedy(self, name: str) -> str:
        """What may be meant where no object has such a key."""
        return suggestion(name, self.table.header)


def read_jsonl(content: bytes, file: str) -> Table:
    """The rows of a file of JSON lines.

    Raises:
        InputError: some line is no object of numbers and texts.
    """
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        message = f"the file is not UTF-8 text: {SAVE.replace('CSV ', '')}"
        raise InputError.at(Place(file, 1, 1), message) from None
    objects = []
    numbers = 0
    for line, text in enumerate(lines, start=1):
        if text.strip():
            found = dict(_cells(_object(text, file, line), Place(file, line, 1)))
            objects.append((line, found))
            numbers += len(found)
            if numbers > MOST_NUMBERS:
                message = f"it holds more than {MOST_NUMBERS:,} numbers"
                raise InputError.at(Place(file, line, 1), message)
    if not objects:
        raise InputError.at(Place(file, 1, 1), "expected an object on each line")
    header = list(dict.fromkeys(key for _, found in objects for key in found))
    if len(header) * len(objects) > MOST_NUMBERS:
        message = f"it has {len(header):,} keys in {len(objects):,} objects, too many"
        raise InputError.at(Place(file, 1, 1), message)
    rows = [
        Row(line, line, [found.get(key, "") for key in header])
        for line, found in objects
    ]
    return JsonTable(file, ",", [], header, rows)


def _object(text: str, file: str, line: int) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=no_twins, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = Place(file, line, error.colno)
        raise InputError.at(place, f"not JSON: {error.msg}") from None
    except RecursionError:
        raise InputError.at(Place(file, line, 1), "not JSON: too deep") from None
    except ValueError as error:
        reason = "a number is too long" if "digits" in str(error) else error
        raise InputError.at(Place(file, line, 1), f"not JSON: {reason}") from None
    if not isinstance(found, dict):
        message = 'expected an object such as {"x": [1, 2], "y": 0}'
        raise InputError.at(Place(file, line, 1), message)
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _cells(found: dict[str, Any], place: Place) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if isinstance(value, list):
            for at, item in enumerate(value):
                yield f"{key}.{at}", _cell(key, item, place)
        else:
            yield key, _cell(key, value, place)


def _cell(key: str, value: Any, place: Place) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case str():
            return value.strip()
        case _:
            message = f"{shown(key)}: expected a number, a text or a list of numbers"
            raise InputError.at(place, message)

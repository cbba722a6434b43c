"""A CSV file as a table of texts.

In: what the file holds, and its separator, if net.yaml says which. Out: a `Table`:
header, rows, and the place where any cell stands, which nobody but an error asks for.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpgen.errors import InputError, Place

# As net.yaml writes them; of two that cut a header alike, the first is meant.
SEPARATORS = {";": ";", "tab": "\t", "|": "|", ",": ","}
QUOTED = r'"[^"]*(?:""[^"]*)*"(?!")'
SAVE = "save it as CSV UTF-8"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells without the spaces around them, and the lines that they stand on."""

    first: int
    last: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and at least one row, all of one length.

    Attributes:
        separator: what stands between two cells.
        lines: those of the file, with their ends.
    """

    file: str
    separator: str
    lines: list[str]
    header: list[str]
    rows: list[Row]

    def place(self, row: Row, column: int) -> Place:
        """Where a cell begins; behind the row's end, if it has no such cell."""
        return _place(self.file, self.lines, self.separator, row, column)


def read_table(content: bytes, file: str, separator: str | None) -> Table:
    """The rows of a file that are not empty.

    Raises:
        InputError: it is no text, no CSV, or not all rows have one length.
    """
    lines = list(io.StringIO(_text(content, file), newline=""))
    first = next(filter(str.strip, lines), "")
    separator = separator or found_separator(first)
    rows = [row for row in _rows(lines, file, separator) if any(row.cells)]
    if len(rows) < 2:
        message = "expected a header and at least one row"
        raise InputError.at(Place(file, 1, 1), message)
    width = len(rows[0].cells)
    for row in rows:
        got = len(row.cells)
        if got != width:
            message = f"expected {width} columns, as in the header, got {got}"
            message += _width_remedy(separator, got > width)
            place = _place(file, lines, separator, row, min(width, got))
            raise InputError.at(place, message)
    return Table(file, separator, lines, rows[0].cells, rows[1:])


def found_separator(header: str) -> str:
    """What a header is cut by: what gives the most columns."""
    widths = {
        separator: len(list(_spans(header, separator)))
        for separator in SEPARATORS.values()
    }
    most = max(widths.values())
    found = next(separator for separator in widths if widths[separator] == most)
    return found if most > 1 else ","


def separator_name(separator: str) -> str:
    """How net.yaml writes a separator."""
    return next(name for name, own in SEPARATORS.items() if own == separator)


def _width_remedy(separator: str, is_long: bool) -> str:
    name = separator_name(separator)
    if is_long:
        return f": put a cell that has '{name}' in it between double quotes"
    return f": a cell without a value is nothing between two '{name}'"


def _text(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        line, start = before.count("\n") + 1, before.rfind("\n") + 1
        place = Place(file, line, len(before) - start + 1)
        raise InputError.at(place, f"the file is not UTF-8 text: {SAVE}") from None


def _rows(lines: list[str], file: str, separator: str) -> Iterator[Row]:
    """The rows as they stand, empty ones, too."""
    numbered = enumerate(lines, start=1)
    for first, text in numbered:
        last = first
        try:
            while (cells := cells_of(text, separator)) is None:
                for number, line in numbered:
                    last, text = number, text + line
                    if '"' in line:
                        break
                else:
                    raise ValueError('a cell that begins with " does not end with one')
        except ValueError as error:
            raise InputError.at(Place(file, first, 1), f"no CSV: {error}") from None
        yield Row(first, last, cells)


def cells_of(text: str, separator: str) -> list[str] | None:
    """The cells of a line; None if the last one goes on in the next.

    Raises:
        ValueError: there is more behind the end of a quoted cell.
    """
    if '"' not in text:
        return [cell.strip() for cell in text.split(separator)]
    cells = []
    for at, end in _spans(text, separator):
        cell = text[at:end].strip()
        if cell[:1] == '"':
            if not re.fullmatch(QUOTED, cell):
                if not re.match(QUOTED, cell):
                    return None
                raise ValueError('a cell has a " inside: write it twice')
            cell = cell[1:-1].replace('""', '"').strip()
        cells.append(cell)
    return cells


def _spans(text: str, separator: str) -> Iterator[tuple[int, int]]:
    """Where each cell begins, and where it ends."""
    plain = rf"[^{re.escape(separator)}\r\n]*"
    cell = re.compile(f' *{QUOTED}{plain}| *"(?s:.*)|{plain}')
    at, end = 0, len(text.rstrip("\r\n"))
    while True:
        found = cell.match(text, at)
        assert found
        yield at, found.end()
        at = found.end() + 1
        if at > end:
            return


def _place(file: str, lines: list[str], separator: str, row: Row, column: int) -> Place:
    text = "".join(lines[row.first - 1 : row.last])
    starts = [at for at, _ in _spans(text, separator)]
    end = len(text.rstrip("\r\n"))
    at = starts[column] if column < len(starts) else end
    while at < end and text[at] in " \t" and text[at] != separator:
        at += 1
    start = text.rfind("\n", 0, at) + 1
    return Place(file, row.first + text.count("\n", 0, at), at - start + 1)

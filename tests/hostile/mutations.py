"""Structured accidents and attacks: of nested values, of texts, of tables.

Every mutant follows from a `random.Random`. Canaries are texts that would end a
comment, a text or a line of some language, each with a word that nothing else has.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

MARK = "c4nary"
CANARIES = (
    *(f'"; {MARK}(); "', f"'); {MARK}(); ('", f"*/ {MARK}(); /*", f"'''\n{MARK}\n'''"),
    *(f"${{{MARK}}}", f"\\\n{MARK}", f"`{MARK}`", f"{{{{ {MARK} }}}}", f"{MARK}\x00"),
    *(f"\u202e{MARK}", f"{MARK}\u2028x", f"//{MARK}\r\nx", f"#{MARK}\nimport os"),
    *(f"%s{MARK}%n", f"<script>{MARK}</script>", f"??/{MARK}", f"../../{MARK}"),
)
JUNK: tuple[Any, ...] = (
    *(0, -1, 1, 2, 1.5, 1e308, -1e308, 5e-324, 3_000, 4_294_967_295, 10**30),
    *("", "x", "input", "dense", "relu", "softmax", "nan", "inf", "1e999", "0x10"),
    *(True, False, None, [], {}, [[]], [1], [2, 3], [2, 2, 2], [[1, 2]], ["x"]),
    *({"type": "relu"}, {"a": 1}, {"type": "dense", "units": 2}, {"csv": "d.csv"}),
)
# What stands in texts where something else was.
BITS = (
    *('"', "'", "\\", "\n", "\r", "\t", "\x00", "\x1b[31m", "\ufeff", "\u202e", "é"),
    *("{", "}", "[", "]", ":", "- ", "&a ", "*a", "!!python/object:x ", "<<: ", "|"),
    *("---\n", "%YAML 1.1\n", "# ", ",", ";", "1e999", "-", "NaN", "Infinity", "0x1"),
    *("9" * 400, "[" * 50, "{a: " * 30, " " * 300, "\U0001f600", "\ud7ff", "~", "@"),
)


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all that stands in a value, the first few items of each list."""
    yield path
    if isinstance(node, dict):
        for key in node:
            yield from paths(node[key], (*path, key))
    elif isinstance(node, list):
        for index in range(min(len(node), 6)):
            yield from paths(node[index], (*path, index))


def changed(chance: random.Random, value: Any) -> Any:
    """A nested value with one or two accidents."""
    found = copy.deepcopy(value)
    for _ in range(chance.choice((1, 1, 2))):
        ways = [path for path in paths(found) if path]
        if not ways:
            return found
        *way, last = chance.choice(ways)
        place: Any = found
        for key in way:
            place = place[key]
        match chance.randrange(7):
            case 0:
                del place[last]
            case 1 if isinstance(place, list):
                place.insert(last, copy.deepcopy(place[last]))
            case 2 if isinstance(place, dict):
                place[chance.choice(CANARIES)] = place.pop(last)
            case 3 | 4:
                place[last] = chance.choice(CANARIES)
            case _:
                place[last] = copy.deepcopy(chance.choice(JUNK))
    return found


def scratched(chance: random.Random, text: str) -> str:
    """A text with a few of its characters gone, doubled, or others in their place."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.choice((0, 0, 1, 1, 3, 20)))
        match chance.randrange(5):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:to] + text[at:]
            case 2:
                text = text[:at] + chance.choice(CANARIES) + text[to:]
            case _:
                text = text[:at] + chance.choice(BITS) + text[to:]
    return text


def ragged(chance: random.Random, rows: list[list[str]]) -> list[list[str]]:
    """A table with a cell, a row or a column that is not as it should be."""
    rows = copy.deepcopy(rows)
    row = chance.choice(rows)
    at = chance.randrange(len(row))
    match chance.randrange(6):
        case 0:
            del row[at]
        case 1:
            row.insert(at, row[at])
        case 2:
            rows.insert(0, list(row))
        case 3:
            for other in rows:
                del other[min(at, len(other) - 1)]
        case 4:
            row[at] = chance.choice(CANARIES)
        case _:
            row[at] = str(chance.choice((*JUNK, *BITS)))
    return rows

"""Wrong versions of an emitted JavaScript or Dart file: each differs in one place.

As `wrong_text` for Python, but read by lines: an operator, an index or a constant of
the methods that a net computes and learns with. The heads of loops stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

METHOD = re.compile(r"^  (?:[\w<>?,\[\] ]+ )?[#_]?(\w+)\([^;]*$")
COMPUTES = re.compile(
    r"(predict|forward|loss|backward|zero|update|train|step|learn|batch|next|uniform"
    r"|shuffle)\w*"
)
ASIDE = re.compile(
    r"^\s*(//|/?\*|for |while |throw |\} |if \(!|if \(epochs)|check|Error\("
)
PLACE = re.compile(
    r"(?<= )[-+*/<>](?= )|(?<= )[-+](?== )|(?<![\w.])\d+\.\d+|(?<=\[)\d(?=\])"
)
OTHER = {"+": "-", "-": "+", "*": "/", "/": "*", "<": "<=", ">": ">="}


def wrong_files(text: str) -> Iterator[tuple[str, str]]:
    """What was done to which line, and the file with that line."""
    lines, inside = text.split("\n"), False
    for at, line in enumerate(lines):
        head = METHOD.match(line)
        if head and line.startswith("  ") and not line.startswith("   "):
            inside = bool(COMPUTES.fullmatch(head[1]))
        elif inside and not ASIDE.search(line):
            for place in PLACE.finditer(line):
                wrong = line[: place.start()] + _other(place[0]) + line[place.end() :]
                changed = [*lines[:at], wrong, *lines[at + 1 :]]
                yield f"{line.strip()} -> {wrong.strip()}", "\n".join(changed)
        if line == "  }":
            inside = False


def _other(found: str) -> str:
    if found in OTHER:
        return OTHER[found]
    if "." in found:
        number = float(found)
        return repr(number * 2.0 if number else 1.0)
    return str(int(found) + 1)

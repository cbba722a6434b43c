"""Wrong versions of an emitted file that is not Python: each differs in one place.

As `wrong_text` for Python, but read by lines: an operator, an index or a constant of
the methods that a net computes and learns with. The heads of loops stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# How the head of a method begins, with its name.
METHOD = re.compile(r"^  (?! )(?:[\w<>?,\[\] ]+ )?[#_]?(\w+)\([^;]*$")
METHODS = {
    "c": re.compile(r"^static [\w *]+_net_(\w+?)_?\([^;]*$"),
    "go": re.compile(r"^func \(nn \*\w+\) (\w+)\("),
    "rust": re.compile(r"^    (?:pub )?fn (\w+)\("),
    "cpp": re.compile(r"^  (?! )(?:[\w<>:, ]+ )?(\w+?)_?\([^;]*$"),
}
ENDS = {"c": "}", "go": "}", "rust": "    }"}
COMPUTES = re.compile(
    r"(predict|forward|loss|backward|zero|update|train|step|learn|batch|next|uniform"
    r"|shuffle)\w*",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"^\s*(//|/?\*|for |while |throw |\} |if \(!|if \(?epochs)|check|Error\("
)
PLACE = re.compile(
    r"(?<= )[-+*/<>](?= )|(?<= )[-+](?== )|(?<![\w.])\d+\.\d+|(?<=\[)\d(?=\])"
)
OTHER = {"+": "-", "-": "+", "*": "/", "/": "*", "<": "<=", ">": ">="}


def wrong_files(text: str, language: str = "dart") -> Iterator[tuple[str, str]]:
    """What was done to which line, and the file with that line."""
    lines, inside = text.split("\n"), False
    for at, line in enumerate(lines):
        head = METHODS.get(language, METHOD).match(line)
        if head:
            inside = bool(COMPUTES.fullmatch(head[1]))
        elif inside and not ASIDE.search(line):
            for place in PLACE.finditer(line):
                wrong = line[: place.start()] + _other(place[0]) + line[place.end() :]
                changed = [*lines[:at], wrong, *lines[at + 1 :]]
                yield f"{line.strip()} -> {wrong.strip()}", "\n".join(changed)
        if line == ENDS.get(language, "  }"):
            inside = False


def _other(found: str) -> str:
    if found in OTHER:
        return OTHER[found]
    if "." in found:
        number = float(found)
        return repr(number * 2.0 if number else 1.0)
    return str(int(found) + 1)

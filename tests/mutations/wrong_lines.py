"""Wrong versions of an emitted file that is not Python: each differs in one place.

As `wrong_text` for Python, but read by lines: an operator, an index or a constant of
what a net starts, computes and learns with. The heads of loops stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# How the head of a function begins, with its indentation and its name.
HEAD = re.compile(
    r"^((?:  )?)(?! )(?:export |static |function |explicit |[\w<>?,\[\] ]+ )*"
    r"[#_]?(\w+)\([^;]*$"
)
HEADS = {
    "c": re.compile(r"^()(?:static )?[\w *]+\bnet_(?:net_|generator_)?(\w+)\([^;]*$"),
    "go": re.compile(r"^()func (?:\(nn \*\w+\) )?(\w+)\("),
    "rust": re.compile(r"^((?:    )?)(?:pub )?fn (\w+)\("),
    "cpp": re.compile(r"^(  (?:  )?)(?! |char |switch )(?:[\w<>:,]+ )*(\w+)\([^;]*$"),
    "java": re.compile(
        r"^(  |    (?=public))(?:public |private )[\w\[\] ]*?(\w+)\([^;]*$"
    ),
    "kotlin": re.compile(
        r"^((?:    )?)(?:(?:private |internal )*fun (\w+)\(|(init) \{)"
    ),
    "ruby": re.compile(r"^( +)(?:private )?def _?(\w+)"),
}
ENDS = {"ruby": "end"}  # of a function; a brace elsewhere
COMPUTES = re.compile(
    r"_?(predict|forward|loss|backward|zero|update|train(?!ed)|step|learn|batch|add|next"
    r"|uniform|shuffle|scaled|sigmoid|softplus|relu|larger(?!whole)|clamped|binary"
    r"|new|net|constructor|generator|init(?:ialize)?$)\w*",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"^\s*(//|#|/?\*|for |while |throw |raise |\} |if \(!|if \(?epochs)|check|Error\("
    r"|^\s*[a-z] \+= 1$"  # the end of a loop
)
PLACE = re.compile(
    r"(?<= )[-+*/<>](?= )|(?<= )[-+](?== )|(?<![\w.])\d+\.\d+"
    r"|(?<=\[)(?<!double\[)\d(?=\])"
)
# Its formatter takes the spaces away.
TIGHT = re.compile(PLACE.pattern + r"|(?<=[\w\])])(?<!\de)[-+*/](?=[\w(])")
OTHER = {"+": "-", "-": "+", "*": "/", "/": "*", "<": "<=", ">": ">="}


def wrong_files(text: str, language: str = "dart") -> Iterator[tuple[str, str]]:
    """What was done to which line, and the file with that line."""
    lines, end = text.split("\n"), ""
    places = TIGHT if language == "go" else PLACE
    for at, line in enumerate(lines):
        head = HEADS.get(language, HEAD).match(line)
        if line == end:
            end = ""
        elif head and not end:
            computes = COMPUTES.fullmatch(head[head.lastindex or 0])
            end = f"{head[1]}{ENDS.get(language, '}')}" if computes else ""
        elif end and not ASIDE.search(line):
            for place in places.finditer(line):
                wrong = line[: place.start()] + _other(place[0]) + line[place.end() :]
                changed = [*lines[:at], wrong, *lines[at + 1 :]]
                yield f"{line.strip()} -> {wrong.strip()}", "\n".join(changed)


def _other(found: str) -> str:
    if found in OTHER:
        return OTHER[found]
    if "." in found:
        number = float(found)
        return repr(number * 2.0 if number else 1.0)
    return str(int(found) + 1)

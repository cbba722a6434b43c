"""Texts in Go: `fmt` puts them together, and writes them where they are said."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEAD = "fmt.Sprintf("
# A number with a format of its own, which a text around it takes over.
FORMATTED = re.compile(r'fmt\.Sprintf\("(%[^"% ]*)", ([^"]*)\)')


def text(between: Sequence[str], inside: Sequence[str]) -> str:
    """A text with places."""
    found = [FORMATTED.fullmatch(value) for value in inside]
    verbs = [own[1] if own else "%v" for own in found]
    values = [own[2] if own else v for own, v in zip(found, inside, strict=True)]
    escaped = (part.replace("%", "%%") for part in between)
    form = "".join(map(str.__add__, escaped, [*verbs, ""]))
    return f'{HEAD}"{form}", {", ".join(values)})'


def said(text: str, write: str = "fmt.Print", where: str = "") -> str:
    """A line of output."""
    if not text.startswith(HEAD):
        return f"{write}ln({where}{text})"
    return f"{write}f({where}" + text.removeprefix(HEAD).replace('",', '\\n",', 1)


def refused(nothing: str, message: str) -> str:
    """A return with an error of that message."""
    if message.startswith(HEAD):
        return f"return {nothing}fmt.Errorf({message.removeprefix(HEAD)}"
    return f"return {nothing}errors.New({message})"

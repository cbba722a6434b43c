"""Nested lists of texts to lines, as the language's formatter has them."""

from __future__ import annotations

import re

from bpgen.languages.record import Items
from bpgen.writing.lines import Layout, Lines, indented

# Where a comprehension goes on with a loop: not inside of another one.
COMPREHENSION = re.compile(r" (?=for [^\]]*$)")


class Nested:
    """Lays out nested lists and mappings of texts."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.language = layout, layout.language

    def listed(self, head: str, items: Items, tail: str, marks: str = "[]") -> Lines:
        """`head[...]tail`, nested lists of texts; one item a line if it must be."""
        line = f"{head}{flat_text(items, marks)}{tail}"
        if self.layout.fits(line) and not self.language.splits(items):
            return [line]
        step = self.language.indent
        lines = [f"{head}{marks[0]}"]
        self.layout.indent += step
        for item in items:
            inner = (
                [item + ","] if isinstance(item, str) else self.listed("", item, ",")
            )
            lines += indented(inner, step)
        self.layout.indent -= step
        return [*lines, f"{marks[1]}{tail}"]

    def wrapped(self, head: str, value: str, tail: str) -> Lines:
        """`head value tail` of a comprehension, with a line for each loop if it must be."""
        pad = " " * self.language.indent
        inside = [value[1:-1]]
        if not self.layout.fits(pad + inside[0]):
            inside = COMPREHENSION.split(inside[0])
        return [f"{head}[", *(pad + line for line in inside), f"]{tail}"]


def flat_text(items: Items, marks: str = "[]") -> str:
    """Nested lists on one line."""
    inside = (item if isinstance(item, str) else flat_text(item) for item in items)
    return f"{marks[0]}{', '.join(inside)}{marks[1]}"

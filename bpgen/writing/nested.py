"""Nested lists of texts to lines, as the language's formatter has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpgen.languages.record import Items
from bpgen.writing.lines import Layout, Lines, indented

# Where a comprehension goes on with a loop: not inside of another one.
COMPREHENSION = re.compile(r" (?=for [^\]]*$)")
FACTOR = re.compile(r" (?=\* )")  # where a product goes on
OF_EACH = re.compile(r"(.*?) \{ (.*) \}")  # a list of what a block in braces makes
NUMBER = re.compile(r"-?[0-9.]+(e-?[0-9]+)?")


class Nested:
    """Lays out nested lists and mappings of texts."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.language = layout, layout.language

    def listed(self, head: str, items: Items, tail: str, marks: str = "") -> Lines:
        """`head[...]tail`, nested lists of texts; one item a line if it must be."""
        marks = marks or self.language.ways.marks
        before = self.language.ways.inner
        line = f"{head}{flat_text(items, marks, before)}{tail}"
        if self.language.ways.owning or self.language.ways.enclosing:
            return [line]  # its formatter breaks lines once they are finished
        if self.layout.fits(line) and not self.language.splits(items):
            return [line]
        step = self.language.indent
        lines = [f"{head}{marks[0]}"]
        self.layout.indent += step
        if self.language.fills_numbers and all(map(is_number, items)):
            lines += indented(self.filled(items), step)
            items = []
        for item in items:
            if not isinstance(item, str):
                inner = self.listed(before, item, ",")
            elif self.layout.fits(item + ",") or not item.startswith("["):
                inner = [item + ","]
            else:
                inner = self.wrapped("", item, ",")
            lines += indented(inner, step)
        self.layout.indent -= step
        return [*lines, f"{marks[1]}{tail}"]

    def filled(self, numbers: Items) -> Lines:
        """Numbers in lines as full as they can be."""
        lines = [""]
        for number in numbers:
            longer = f"{lines[-1]} {number},".lstrip()
            if lines[-1] and not self.layout.fits(longer):
                lines.append(f"{number},")
            else:
                lines[-1] = longer
        return lines

    def packed(self, head: str, items: Sequence[str], tail: str) -> Lines:
        """Items with commas between them, in lines as full as they can be."""
        pad = " " * self.language.indent
        *others, last = items
        lines = [head]
        for item in [*(f"{one}," for one in others), f"{last}{tail}"]:
            is_first = lines[-1].strip() in ("", head)
            longer = f"{lines[-1]}{'' if is_first else ' '}{item}"
            if is_first or self.layout.fits(longer):
                lines[-1] = longer
            else:
                lines.append(pad + item)
        return lines

    def wrapped(self, head: str, value: str, tail: str) -> Lines:
        """`head value tail` of a comprehension, a line for each loop if it must be; or
        of a block, whose braces become words then."""
        pad = " " * self.language.indent
        if block := OF_EACH.fullmatch(value):
            outer, item = block.groups()
            self.layout.indent += len(pad)
            made = [item] if self.layout.fits(item) else self.wrapped("", item, "")
            self.layout.indent -= len(pad)
            *inside, last = self.layout.body(f"{head}{outer} do", made)
            return [*inside, f"{last}{tail}"]
        if not value.startswith("["):  # a call
            name, _, given = value.partition("(")
            return [f"{head}{name}(", f"{pad}{given[:-1]}", f"){tail}"]
        inside = [value[1:-1]]
        if not self.layout.fits(pad + inside[0]):
            inside = COMPREHENSION.split(inside[0])
        if not self.layout.fits(pad + inside[0]):
            self.layout.indent += len(pad)
            inside[:1] = self.parts_of(inside[0])
            self.layout.indent -= len(pad)
        return [f"{head}[", *(pad + line for line in inside), f"]{tail}"]

    def called(self, line: str) -> Lines:
        """A line with a call of one argument, which has its own if it must be."""
        if self.layout.fits(line) or "(" not in line:
            return [line]
        head, _, rest = line.partition("(")
        inside, _, tail = rest.rpartition(")")
        return self.listed(head, [inside], tail, "()")

    def parts_of(self, value: str) -> Lines:
        """A list, of which one stands in a comprehension or many times, in lines."""
        is_comprehension = value.startswith("[") and value.endswith("]")
        return self.wrapped("", value, "") if is_comprehension else FACTOR.split(value)


def is_number(item: str | Items) -> bool:
    """Whether a piece of code is a number."""
    return isinstance(item, str) and NUMBER.fullmatch(item) is not None


def flat_text(items: Items, marks: str = "[]", before: str = "") -> str:
    """Nested lists on one line, with what stands before those inside of others."""
    own = "[]" if marks == "()" and not before else marks
    inside = (
        item if isinstance(item, str) else f"{before}{flat_text(item, own, before)}"
        for item in items
    )
    return f"{marks[0]}{', '.join(inside)}{marks[1]}"

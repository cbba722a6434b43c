"""The constants of an emitted file: shapes by name, data, numbers as text.

In: the facts that the routines name. Out: text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from bpgen.languages.record import Items
from bpgen.runtime.named import NAMED
from bpgen.writing.lines import Layout, Lines
from bpgen.writing.nested import Nested, flat_text

if TYPE_CHECKING:
    from bpgen.writing.page import Page

STATIC = ("class_names",)  # a constant of the class itself
DATA = ("data", "inputs", "answers")
KINDS = {
    "format": "str",
    "net_hash": "str",
    "batch_size": "int",
    "data": "text",
    "inputs": "list[list[float]]",
    "one_hot": "list[list[float]]",
    "answers": "list[list[float]]",
}


class ConstantWriter:
    """Writes the constants of one page."""

    def __init__(self, page: Page) -> None:
        self.page, self.language = page, page.language
        self.layout: Layout = page.writer.new_layout()
        self.nested = Nested(self.layout)

    def text(self, without: Collection[str] = (), with_rows: bool = True) -> str:
        """All constants but the net's data and some, those of several lines last; with
        numbers as text, if they are wanted."""
        others = {*DATA, *STATIC, *without}
        names = [name for name in self.page.routines.constants if name not in others]
        found = [self.finished(name) for name in names]
        for name, rows in self.page.dialect.constants.items() if with_rows else ():
            found.append(self.rows(name, rows, "Numbers that parameters start from."))
        return self.joined(found)

    def own_data(self, with_: str = "") -> str:
        """The net's own data, and another constant, which only main needs."""
        wanted = (*DATA, with_)
        names = [name for name in self.page.routines.constants if name in wanted]
        return self.joined([self.finished(name) for name in names])

    def joined(self, found: list[Lines]) -> str:
        """Constants with what stands between them."""
        between = "\n" * self.language.constant_gap
        return between.join("\n".join(lines) for lines in found)

    def finished(self, name: str) -> Lines:
        """One constant; a text is what it is."""
        lines = self.lines(name)
        return lines if KINDS.get(name) == "text" else self.page.finished(lines)

    def lines(self, name: str) -> Lines:
        """One constant."""
        value = getattr(self.page.facts, name)
        kind, own = KINDS.get(name, "Shapes"), self.page.constant_name(name)
        says = NAMED[name][2]
        if kind == "text":
            says = f"The net's own data: {self.page.data.words}."
            return self.rows(own, value.split("\n"), says)
        says = self.page.writer.words(says)
        before, start, end = self.language.constant(
            own, kind, self.language.type(kind), says
        )
        if kind == "Shapes":
            return [*before, *self.shapes(start, value, end)]
        plain = self.language.plain
        if kind == "list[list[float]]" and plain:
            sizes = f"[{len(value) * len(value[0])}] = "
            rows = [list(map(self.language.number, row)) for row in value]
            return [*before, *plain.numbers(f"{start}{sizes}", rows, end)]
        apart = self.language.ways.owning or self.language.ways.enclosing
        if kind == "list[list[float]]" and apart:
            rows = [list(map(self.language.number, row)) for row in value]
            return [*before, *apart.table(start, rows, end)]
        if kind == "list[list[float]]":
            items = [[self.language.number(x) for x in row] for row in value]
            start += self.language.list_head(kind)
            return [*before, *self.nested.listed(start, items, end)]
        text = f"{self.language.quotes[0]}{value}{self.language.quotes[1]}"
        return [*before, f"{start}{text if kind == 'str' else value}{end}"]

    def rows(self, name: str, rows: Lines, says: str) -> Lines:
        """Numbers as rows of text."""
        before, start, end = self.language.constant(
            name, "text", self.language.type("str"), says
        )
        begin, finish = self.language.text_constant
        own = self.language.plain or self.language.ways.enclosing
        if own:
            room = self.language.width - len('    "",')
            rows = [f'    "{part}",' for row in rows for part in wrap(row, room)]
            off, on = own.as_it_is
            return [*before, off, f"{start}{begin}", *rows, f"{finish}{end}", on]
        return [*before, f"{start}{begin}", *rows, f"{finish}{end}"]

    def listed_shapes(
        self, start: str, shapes: Mapping[str, Sequence[object]], end: str
    ) -> Lines:
        """Shapes as a list, one a line, where mappings have no order."""
        assert self.language.ways.shape
        begin, finish = tuple(self.language.ways.marks)
        pairs = shapes.items()
        lines = [self.language.ways.shape(self.language.key(n), s) for n, s in pairs]
        if self.language.ways.owning:  # whose formatter breaks lines
            return [f"{start}{begin}{', '.join(lines)}{finish}{end}"]
        if not lines:
            return [f"{start}{begin}{finish}{end}"]
        step = " " * self.language.indent
        inside = [f"{step}{line}," for line in lines]
        return [f"{start}{begin}", *inside, f"{finish}{end}"]

    def shapes(self, start: str, shapes: Mapping[str, list[int]], end: str) -> Lines:
        """Shapes by name, one a line."""
        own = self.language.plain or self.language.ways.enclosing
        if own:
            return own.shapes(start, shapes, end)
        if self.language.ways.shape:
            return self.listed_shapes(start, shapes, end)
        texts: dict[str, Items] = {n: [*map(str, s)] for n, s in shapes.items()}
        return self.mapping(start, texts, end)

    def mapping(self, start: str, lists: Mapping[str, Items], end: str) -> Lines:
        """Lists by name, one a line."""
        if self.language.ways.companion:
            return self.listed_shapes(start, lists, end)
        heads = {n: self.language.ways.pair.format(self.language.key(n)) for n in lists}
        flat = [f"{heads[name]}{flat_text(items)}" for name, items in lists.items()]
        line = f"{start}{{{', '.join(flat)}}}{end}"
        # what splits around lists inside does not around empty ones
        is_split = self.language.splits([["0"]]) and not any(lists.values())
        if not lists or (is_split and self.layout.fits(line)):
            return [line]
        lines, step = [f"{start}{{"], self.language.indent
        self.layout.indent += step
        for name, items in lists.items():
            inside = self.nested.listed(heads[name], items, ",")
            lines += [" " * step + x for x in inside]
        self.layout.indent -= step
        return [*lines, f"}}{end}"]

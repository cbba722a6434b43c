"""The fields of a class: declared, or begun in its constructor.

In: a class of the routines, and the arrays and numbers of a program. Out: lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bpgen.languages.members import own_field
from bpgen.lowering.optimizer import FACTOR
from bpgen.program import host
from bpgen.program.nodes import Literal, Role, Variable
from bpgen.program.walks import read_in, statements
from bpgen.routines.assemble import CLASSES
from bpgen.writing.fields import PUBLIC, RowList, is_number
from bpgen.writing.kept import elements_of
from bpgen.writing.lines import Lines
from bpgen.writing.words import is_named, set_in

if TYPE_CHECKING:
    from bpgen.writing.page import Page


class ClassFields:
    """The fields of one class."""

    def __init__(self, page: Page, node: host.Class) -> None:
        self.page, self.node = page, node
        self.language, self.writer = page.language, page.writer
        self.is_net = node.name in CLASSES
        self.fields = page.fields

    def value(self, field: host.Field) -> str:
        """What a field begins as; "" if the constructor says so."""
        return self.writer.text(field.value) if field.value is not None else ""

    def settings(self) -> list[tuple[str, str, bool]]:
        """The numbers of the optimizer, each with its value, and whether callers may
        set it."""
        found = self.fields.settings if self.is_net else []
        return [
            (self.fields.number(v), self.language.number(value), v.name in PUBLIC)
            for v, value in found
            if v != FACTOR
        ]

    def weights(self, arrays: Iterable[Variable]) -> list[str]:
        """The numbers of some arrays, where each is a number of the object."""
        if not self.fields.has_scalars:
            return []
        begun = {s.target for s in statements(self.page.program.initialize)}
        return [
            self.fields.weight(e)
            for variable in arrays
            for e in elements_of(variable)
            if variable.role is not Role.BUFFER or e in begun
        ]

    def group_lines(self, text: str) -> list[Lines]:
        """The types of groups of arrays, where arrays stand in groups."""
        return []

    # Declared -------------------------------------------------------------------------

    def declared(self, methods: str) -> Lines:
        """The lines that declare all fields, for languages that do so; of what stands
        over all parameters only what the methods use."""
        declare = self.language.declared
        if declare is None:
            return []
        lines: Lines = []
        for field in self.node.fields:
            name = self.language.member_name(field.name)
            kind = self.writer.names.get(field.type, field.type)
            lines += declare(name, kind, self.value(field), field.words)
        for name, value, is_public in self.settings():
            if not is_named(name, methods):
                continue
            says = "How far an update goes against the slope" if is_public else ""
            lines += declare(name, "float" if is_public else "setting", value, says)
        lines = lines[lines[:1] == [""] :]
        if not self.is_net:
            return lines
        for words, arrays in self.fields.arrays:
            lines += ["", f"{self.language.comment} {words}"]
            for variable in arrays if not self.fields.has_scalars else ():
                zeros = self.language.zeros(self.page.dialect.shape(variable))
                made = declare(self.fields.name(variable), "array", zeros, "")
                lines += (
                    part for line in made for part in self.writer.nested.called(line)
                )
            for name in self.weights(arrays):
                is_set = name in set_in(methods)
                kind = "float" if is_set else "setting"  # that is frozen
                lines += declare(name, kind, self.language.number(0.0), "")
        for variable, start in self.fields.numbers:
            name, value = self.fields.number(variable), self.language.number(start)
            lines += declare(name, "float", value, "a number that training moves")
        for rows in self.used(methods):
            lines += declare(rows.name, "rows", "\0", rows.words)
            if self.language.constructs:
                continue
            lines = self.placed(lines, rows)
        return lines[lines[:1] == [""] :]

    def used(self, methods: str) -> list[RowList]:
        """The lists of rows that the methods use, and those that these are made of."""
        lists = {r.name: own_field(self.language, r.name) for r in self.fields.lists}
        found = [r for r in self.fields.lists if is_named(lists[r.name], methods)]
        text = " ".join([methods, *(rows.like for rows in found)])
        return [r for r in self.fields.lists if is_named(lists[r.name], text)]

    def placed(self, lines: Lines, rows: RowList) -> Lines:
        """The lines with the value of a list in the last one, over several if it must
        be."""
        before, after = lines[-1].split("\0")
        layout = self.writer.new_layout()
        layout.indent = self.language.indent
        if rows.like:
            like = self.zeros_like(rows)
            line = f"{before}{like}{after}"
            if not like.startswith("["):
                if layout.fits(line):
                    return [*lines[:-1], line]
                call, _, inside = like.partition("(")
                inner = " " * layout.indent + f"{inside[:-1]},"
                return [*lines[:-1], f"{before}{call}(", inner, f"){after}"]
            items = [like[1:-1]]
        else:
            items = list(rows.items)
        nested, language = self.writer.nested_in(layout), self.language
        before += language.list_head("OwnRows") if language.ways.inner else ""
        return [*lines[:-1], *nested.listed(before, items, after)]

    def zeros_like(self, rows: RowList) -> str:
        """As many zeros as another list has numbers."""
        return self.language.zeros_like.format(rows.like)

    # In the constructor ---------------------------------------------------------------

    def in_constructor(self, methods: str) -> Lines:
        """The lines that begin them in the constructor, for other languages."""
        if not self.language.constructs:
            return []
        lines: Lines = []
        for field in self.node.fields:
            value = self.value(field)
            if value and value not in self.language.ways.empty:
                name = self.writer.member(field.name)
                is_typed = value in ("[]", self.writer.text(host.Primitive("none", ())))
                own = self.language.type(field.type)
                _, begun = self.language.typed(name, field.type, own, True)
                start = begun if is_typed and not self.language.declared else None
                line = f"{start or f'{name} = '}{value}{self.language.end}"
                is_told = self.language.ways.accessor and field.name[0] != "_"
                lines.append(self.said(line, "" if is_told else field.words))
        read = read_in(self.page.program.reset)
        begins = {self.fields.number(e.variable) for e in read if is_number(e)}
        for name, value, _ in self.settings():
            is_used = name in begins or is_named(name, methods)
            if not self.language.declared or is_used:
                own = own_field(self.language, name)
                lines.append(f"{own} = {value}{self.language.end}")
        if self.is_net and not self.fields.has_scalars:
            for _, arrays in self.fields.arrays:
                lines += (line for v in arrays for line in self.zeros(v))
        return lines

    def said(self, line: str, words: str) -> str:
        """A line with what it is for."""
        is_said = words and self.language.declared is None
        return f"{line}{self.language.ways.behind}{words}" if is_said else line

    def zeros(self, variable: Variable) -> Lines:
        """The lines that begin an array, unless its numbers are given."""
        if variable in self.literals and not self.language.flat:
            return []
        writer = self.page.blocks.block_writer()
        writer.layout.indent = 2 * self.language.indent
        return writer.set_zeros(
            self.fields.member(variable), self.page.dialect.shape(variable)
        )

    @property
    def literals(self) -> set[Variable]:
        """The arrays that begin as numbers of net.yaml."""
        block = self.page.program.initialize
        return {s.variable for s in block if isinstance(s, Literal)}

    def lists(self, methods: str) -> Lines:
        """The lines that make the lists of rows, once the arrays are there."""
        if not self.language.constructs or not self.is_net:
            return []
        lines: Lines = []
        layout = self.writer.new_layout()
        layout.indent = 2 * self.language.indent
        for rows in self.used(methods):
            is_known = rows.items or rows.like  # else the list does not tell its type
            kind, name = "list[list[float]]", own_field(self.language, rows.name)
            _, begun = self.language.typed(name, kind, self.language.type(kind), True)
            is_stated = not (is_known or self.language.declared)
            head = begun if is_stated else f"{name} = "
            end = self.language.end
            if rows.like:
                lines.append(head + self.zeros_like(rows) + end)
            else:
                nested = self.writer.nested_in(layout)
                head += self.language.list_head("OwnRows")
                lines += nested.listed(head, list(rows.items), end)
        return lines

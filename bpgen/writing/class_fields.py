"""The fields of a class: declared, or begun in its constructor.

In: a class of the routines, and the arrays and scalars of a program. Out: lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpgen.program import host
from bpgen.writing.lines import Lines

if TYPE_CHECKING:
    from bpgen.writing.page import Page


class ClassFields:
    """The fields of one class."""

    def __init__(self, page: Page, node: host.Class) -> None:
        self.page, self.node = page, node
        self.language, self.writer = page.language, page.writer
        self.is_net = node.name == "Net"

    def settings(self) -> list[tuple[str, str]]:
        """The numbers of the optimizer, each with its value."""
        if not self.is_net or self.page.options.inference:
            return []
        names = self.page.names
        settings = self.page.program.settings.items()
        return [(names.fixed(v), self.language.number(value)) for v, value in settings]

    def value(self, field: host.Field) -> str:
        """What a field begins as; "" if the constructor says so."""
        return self.writer.text(field.value) if field.value is not None else ""

    def declared(self) -> Lines:
        """The lines that declare all fields, for languages that do so."""
        declare = self.language.declared
        if declare is None:
            return []
        lines: Lines = []
        for field in self.node.fields:
            name = self.language.identifier(field.name)
            lines += declare(name, field.type, self.value(field), field.words)
        for name, value in self.settings():
            lines += declare(name, "float", value, "a setting of the optimizer")
        if self.is_net:
            for group in self.page.fields.groups:
                lines += ["", f"{self.language.comment} {group.words}"]
                for array in group.arrays:
                    kind = "batched array" if array.batched else "array"
                    zeros = self.language.new_zeros(array.shape, array.is_whole)
                    own = declare(array.name, kind, zeros, "")
                    if array.is_whole:
                        own = [line.replace(*self.language.wholes) for line in own]
                    lines += own
                for scalar in group.scalars:
                    is_whole = scalar in group.wholes
                    start = ("int", "0") if is_whole else ("float", "0.0")
                    lines += declare(scalar, *start, "")
        return lines[lines[:1] == [""] :]

    def in_constructor(self) -> Lines:
        """The lines that begin them in the constructor, for other languages."""
        if self.language.declared is not None:
            return []
        lines: Lines = []
        comment = self.language.comment
        for field in self.node.fields:
            value = self.value(field)
            if value:
                name = self.writer.member(field.name)
                typed = self.language.type(field.type) if value == "[]" else ""
                head = f"{name}: {typed} = {value}" if typed else f"{name} = {value}"
                words = f"  {comment} {field.words}" if field.words else ""
                lines.append(head + words)
        for name, value in self.settings():
            lines.append(f"{self.writer.member(name)} = {value}")
        if self.is_net:
            for array in self.page.fields.arrays:
                shape = (1, *array.shape) if array.batched else array.shape
                member = self.language.member.format(array.name)
                writer = self.page.blocks.block_writer()
                writer.layout.indent = 2 * self.language.indent
                lines += writer.set_zeros(member, shape, array.is_whole)
        return lines

"""The fields of a class as those of a type, in a language without objects.

In: a class of the routines, and the arrays and numbers of a program. Out: lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpgen.languages.family import sentence
from bpgen.languages.plain import WORK
from bpgen.program import host
from bpgen.writing.class_fields import ClassFields
from bpgen.writing.lines import Lines

if TYPE_CHECKING:
    from bpgen.writing.plain_page import PlainPage


class PlainFields(ClassFields):
    """The fields of one class as those of a type."""

    def __init__(self, page: PlainPage, node: host.Class) -> None:
        super().__init__(page, node)
        self.plain = page.plain

    def declared_fields(self, methods: str) -> Lines:
        """The lines that declare the fields."""
        plain, own = self.plain, self.writer.type
        lines: Lines = []

        def add(name: str, kind: str, words: str = "") -> None:
            if words:
                lines.extend(self.language.doc(sentence(words), None, 2))
            lines.append(f"{plain.given(own(kind), name)}{self.language.end}")

        if self.node.name in plain.needs_work:
            lines.append(f"{plain.worker_field}{self.language.end}")
        for field in self.node.fields:
            add(self.language.identifier(field.name), field.type, field.words)
        for name, _, _ in self.settings():
            add(name, "float")
        for _, arrays in self.fields.arrays if self.is_net else ():
            for variable in arrays:
                add(self.fields.name(variable), "list[float]")
        for variable, _ in self.fields.numbers if self.is_net else ():
            add(self.fields.number(variable), "float")
        for rows in self.used(methods) if self.is_net else ():
            add(rows.name, "list[list[float]]", rows.words)
        return lines

    def started(self, methods: str) -> Lines:
        """The lines of a constructor that give fields their first values."""
        plain, end = self.plain, self.language.end
        member = self.language.member.format
        lines: Lines = []
        for field in self.node.fields:
            value = self.value(field)
            if value:
                name = self.language.identifier(field.name)
                lines += plain.started(member(name), field.type, value)
        for name, value, _ in self.settings():
            lines.append(f"{member(name)} = {value}{end}")
        if not self.is_net:
            return lines
        lines += self.array_starts()
        for variable, start in self.fields.numbers:
            value = self.language.number(start)
            lines.append(f"{self.fields.member(variable)} = {value}{end}")
        for rows in self.used(methods):
            value = (
                self.zeros_like(rows)
                if rows.like
                else self.language.list_text(list(rows.items), "list[float]")
            )
            lines.append(f"{member(rows.name)} = {value}{end}")
        return [line.replace(WORK, plain.works[1]) for line in lines]

    def array_starts(self) -> Lines:
        """The lines that make the arrays."""
        shape, zeros = self.page.dialect.shape, self.language.zeros
        return [
            f"{self.fields.member(own)} = {zeros(shape(own))}{self.language.end}"
            for _, arrays in self.fields.arrays
            for own in arrays
        ]

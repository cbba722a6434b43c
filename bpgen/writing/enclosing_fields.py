"""The fields of a file that is one class: arrays, and methods that give their rows.

In and out as in `fields` and `class_fields`. A list of rows is made when it is asked
for, so that a copy of an object has rows of its own.
"""

from __future__ import annotations

from bpgen.languages.record import Items
from bpgen.languages.ways import Enclosing
from bpgen.program.blocks import group_of
from bpgen.program.nodes import Variable
from bpgen.writing.class_fields import ClassFields
from bpgen.writing.fields import Fields, RowList
from bpgen.writing.lines import Lines
from bpgen.writing.words import is_named

PUBLIC = frozenset(
    ("epoch", "learning_rate", "validation_loss", "validation_accuracy", "best_epoch")
)


class EnclosingFields(Fields):
    """The fields of a class, whose rows are what methods give."""

    @property
    def enclosing(self) -> Enclosing:
        """How the language writes a file that is one class."""
        enclosing = self.language.ways.enclosing
        assert enclosing is not None
        return enclosing

    def rows_of(self, variables: tuple[Variable, ...]) -> str:
        """The rows of some variables, as code."""
        found = super().rows_of(variables)
        if not variables:
            return self.enclosing.no_rows
        if found.startswith("["):
            return self.enclosing.rows.format(found[1:-1])
        is_state = found in {self.list_name(own.name) for own in self.states}
        return found if is_state else f"{found}()"

    def group(self, name: str) -> Items | str:
        """The rows of a group of the routines, as code."""
        variables = group_of(self.program, name)
        if name not in ("schedule", "states", "kept_rows"):
            return self.rows_of(tuple(variables))
        items = [self.member(v) for v in variables if not v.labels]
        if name != "schedule":
            items += map(self.rows_of, self.states.values())
        return self.enclosing.rows.format(", ".join(items))


class EnclosingClassFields(ClassFields):
    """The fields of one class, and the methods that give its rows."""

    def grouped(self, methods: str) -> tuple[Lines, Lines]:
        """The lines that declare the fields that callers see, and those of others."""
        groups: tuple[Lines, Lines] = ([], [])
        declare = self.language.declared
        assert declare is not None

        def add(name: str, kind: str, value: str, words: str = "") -> None:
            lines = declare(name, kind, value, words)
            groups[name not in PUBLIC].extend(lines)

        for field in self.node.fields:
            kind = self.writer.names.get(field.type, field.type)
            name = self.language.member_name(field.name)
            add(name, kind, self.value(field), field.words)
        for name, value, is_public in self.settings():
            says = "how far an update goes against the slope" if is_public else ""
            if is_named(name, methods):
                add(name, "float" if is_public else "setting", value, says)
        if not self.is_net:
            return groups
        for words, arrays in self.fields.arrays:
            groups[1].extend(["", *self.language.doc(words, None, 0)])
            for variable in arrays if not self.fields.has_scalars else ():
                zeros = self.language.zeros(self.page.dialect.shape(variable))
                add(self.fields.name(variable), "array", zeros)
            for name in self.weights(arrays):
                add(name, "float", self.language.number(0.0))
        for variable, start in self.fields.numbers:
            words = "a number that training moves"
            number = self.language.number(start)
            add(self.fields.number(variable), "float", number, words)
        for rows in self.used(methods):
            if rows.like:
                add(rows.name, "rows", self.zeros_like(rows), rows.words)
        return groups

    def used(self, methods: str) -> list[RowList]:
        """The lists of rows that the methods use, and those that these are made of."""
        return super().used(methods) if self.is_net else []

    def row_methods(self, methods: str) -> list[Lines]:
        """The methods that give the rows of arrays."""
        enclosing = self.language.ways.enclosing
        assert enclosing is not None
        return [
            enclosing.methods(rows.name, rows.words, rows.items)
            for rows in self.used(methods)
            if not rows.like
        ]

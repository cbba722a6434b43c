"""One emitted file in a language without objects, lists and exceptions.

In and out as in `page`, but classes are types and functions beside each other, each
name is declared before it is used, and callers use functions of their own.
"""

from __future__ import annotations

import re

from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of
from bpgen.languages.of_net import of_net
from bpgen.languages.plain import WORK, Plain
from bpgen.languages.record import Language
from bpgen.program import host
from bpgen.routines.assemble import CLASSES
from bpgen.runtime.constants import NAMED
from bpgen.writing.class_fields import ClassFields
from bpgen.writing.constants import ConstantWriter
from bpgen.writing.lines import Lines, indented
from bpgen.writing.page import Page
from bpgen.writing.plain_routines import PlainWriter

IMPORTS = """#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>"""


class PlainPage(Page):
    """One emitted file, piece by piece."""

    routine_writer = PlainWriter
    writer: PlainWriter

    def found_language(self) -> Language:
        """The record by which the file is written."""
        return of_net(LANGUAGES[self.options.language], self.network.name)

    @property
    def plain(self) -> Plain:
        """What the language says of objects, lists and exceptions."""
        plain = self.language.plain
        assert plain is not None
        return plain

    @property
    def loud_name(self) -> str:
        """How the names begin that are known before the code is."""
        return file_of(self.language, self.network.name).split(".")[0].upper()

    def constant_name(self, name: str) -> str:
        """A constant of the file, by its name among the facts."""
        return self.language.constant_name(NAMED[name][0])

    def lay_out(self) -> None:
        """Write the parts of the file."""
        writer = self.writer
        writer.begin(self.routines)
        *others, net = self.routines.classes
        nodes = [net, *others]
        written = {node.name: self.methods(node) for node in nodes}
        functions = [(f, writer.function(f)) for f in self.routines.functions]
        heads = writer.heads
        writer.heads = []
        main = [writer.function(node) for node in self.routines.main]
        self.main_prototypes = "\n".join(line for head in writer.heads for line in head)
        own = [self.function_lines(f) for f in self.functions]
        self.class_of_net = written[net.name]
        text = "\n".join(line for lines in written.values() for line in lines)
        used, unused = self.parted(functions, text)
        parts = [*written.values(), *own, *used]
        constants = ConstantWriter(self)
        self.constants = constants.text()
        self.own_data = constants.own_data() if self.has_main else ""
        self.structs = self.joined([self.struct(node) for node in nodes])
        public = [m for name, m in self.plain.members.items() if self.has(name)]
        self.public_heads = self.joined([text_lines(head) for head, _ in public])
        bodies = [text_lines(body) for _, body in public]
        self.prototypes = "\n".join(line for head in heads for line in head)
        if own:
            first = (next(l for l in f if l.startswith("static")) for f in own)
            self.prototypes += "\n" + "\n".join(
                line.removesuffix(" {") + ";" for line in first
            )
        self.parts = self.joined([*parts, *bodies])
        self.main_parts = self.joined([*unused, *main])
        inside = "\n".join([self.parts, self.constants])
        self.helpers = self.helper_text(inside, "")
        more = "\n".join([self.main_parts, self.own_data, self.plain.main])
        self.main_helpers = self.helper_text(more, self.helpers)
        self.types = "\n".join(self.kept_type())
        self.public_types = self.plain.public.strip("\n")
        self.main_body = self.plain.main.strip("\n")
        if self.facts.class_names and self.constant_name("class_names") in more:
            names = "\n".join(self.plain.names(self.facts.class_names))
            self.own_data = "\n\n".join(filter(None, [self.own_data, names]))
        self.imports = IMPORTS

    def parted(
        self, functions: list[tuple[host.Function, Lines]], text: str
    ) -> tuple[list[Lines], list[Lines]]:
        """The functions that the class uses, directly or not, and those that only main
        does."""
        used: dict[str, Lines] = {}
        before = -1
        while len(used) > before:
            before = len(used)
            seen = "\n".join([text, *(l for lines in used.values() for l in lines)])
            for node, lines in functions:
                name = self.writer.function_name("", node.name)
                if re.search(rf"\b{name}\(", seen):
                    used[node.name] = lines
        others = [lines for node, lines in functions if node.name not in used]
        return [lines for node, lines in functions if node.name in used], others

    def has(self, name: str) -> bool:
        """Whether the class has a member of that name; each has no name."""
        methods = {m.name for node in self.routines.classes for m in node.methods}
        return not name or name.split()[0] in methods

    def helper_text(self, text: str, known: str) -> str:
        """The helpers of the language that a text calls, and those that they call,
        but for those that are known."""
        found: set[str] = set()
        before = -1
        helpers = self.language.helpers
        while len(found) > before:
            before = len(found)
            seen = "\n".join([text, *(helpers[name] for name in found)])
            called = (n for n in helpers if re.search(rf"\b{n}\b", seen))
            found |= {n for n in called if helpers[n].strip() not in known}
        return self.joined([text_lines(helpers[n]) for n in helpers if n in found])

    def kept_type(self) -> Lines:
        """The lines that give the type of what forward hands on."""
        methods = {method.name for method in self.routines.classes[-1].methods}
        if methods.isdisjoint(("_forward", "_forward_rows")):
            return []
        return self.blocks.kept.declared(self.options.style == "unrolled")

    def methods(self, node: host.Class) -> Lines:
        """The methods of a class."""
        writer, fields = self.writer, PlainFields(self, node)
        constructor, *methods = node.methods
        others = [writer.function(method, node.name) for method in methods]
        text = "\n".join(line for lines in others for line in lines)
        writer.opening_lines = fields.started(text)
        start = writer.function(constructor, node.name)
        return self.joined([start, *others]).split("\n")

    def struct(self, node: host.Class) -> Lines:
        """The type of a class."""
        fields = PlainFields(self, node)
        text = "\n".join(self.class_of_net)
        begin, end = self.plain.struct
        name = self.writer.class_text(node.name)
        is_net = node.name in CLASSES
        doc = self.language.doc(self.summary if is_net else node.doc, None, 0)
        inside = indented(fields.declared_fields(text), self.language.indent)
        return [*doc, begin.format(name), *inside, end.format(name)]


class PlainFields(ClassFields):
    """The fields of one class as those of a type."""

    def declared_fields(self, methods: str) -> Lines:
        """The lines that declare the fields."""
        plain, own = self.page.plain, self.writer.type
        lines: Lines = []

        def add(name: str, kind: str, words: str = "") -> None:
            said = f" {self.language.comment} {words}" if words else ""
            lines.append(f"{plain.given(own(kind), name)}{self.language.end}{said}")

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
        plain, end = self.page.plain, self.language.end
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
        for _, arrays in self.fields.arrays:
            for variable in arrays:
                value = self.language.zeros(variable.shape)
                lines.append(f"{self.fields.member(variable)} = {value}{end}")
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


def text_lines(text: str) -> Lines:
    """The lines of a text of the record."""
    return text.strip("\n").split("\n")

"""One emitted file that is one class, with all that it needs inside of it.

In and out as in `page`, but functions, types and constants are members of the class, so
that nothing of one file meets anything of another; what the file does when it is run is
another type, which sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bpgen.languages.names import file_of
from bpgen.languages.ways import Enclosing
from bpgen.program import host
from bpgen.routines.assemble import LOADS, Routines
from bpgen.routines.owned import with_seed_as_word
from bpgen.runtime.named import NAMED
from bpgen.writing.constants import DATA, STATIC, ConstantWriter
from bpgen.writing.enclosing_fields import EnclosingClassFields, EnclosingFields
from bpgen.writing.enclosing_routines import OneClassWriter
from bpgen.writing.filled import filled
from bpgen.writing.imports import imports_in
from bpgen.writing.lines import Line, Lines, indented
from bpgen.writing.page import SHAPES, Page

TWO_MARKS = r"?\?"
NO_CODE = re.compile(r'"(?:[^"\\]|\\.)*"|//.*')


class EnclosingPage(Page):
    """One emitted file, piece by piece."""

    routine_writer = OneClassWriter
    fields_type = EnclosingFields
    class_fields_type = EnclosingClassFields
    writer: OneClassWriter

    @property
    def enclosing(self) -> Enclosing:
        """How the language writes a file that is one class."""
        enclosing = self.language.ways.enclosing
        assert enclosing is not None
        return enclosing

    @property
    def loud_name(self) -> str:
        """How the names of the file begin that are no members of the class."""
        return file_of(self.language, self.network.name).split(".")[0].upper()

    def constant_name(self, name: str) -> str:
        """A constant of the file, by its name among the facts."""
        return name if name in STATIC else super().constant_name(name)

    def prepared(self, found: Routines) -> Routines:
        """The routines, with whole numbers of 0 or more."""
        return found.changed(with_seed_as_word)

    def lay_out(self) -> None:
        """Write the parts of the file."""
        writer, found = self.writer, self.routines
        writer.names["textbook"] = self.language.main_name
        writer.begin(found.classes, (*found.functions, *found.main), self.program)
        writer.layout.indent = self.language.indent
        functions = [writer.function(node) for node in found.functions]
        main = [writer.function(node) for node in found.main]
        *helpers, net = found.classes
        self.own_data = ConstantWriter(self).own_data() if self.has_main else ""
        self.methods = self.methods_of(net)
        inside = [self.function_lines(f) for f in self.functions] + functions
        others = [self.helper_class(node) for node in helpers]
        kept = [self.kept_type(net)]
        texts = [[self.own_data, self.tail], *main, *inside, *others, *kept]
        self.class_part = "\n".join(self.whole(net, inside, others + kept, texts))
        self.main_parts = self.told([self.own_data.split("\n"), *main])
        text = "\n".join([self.class_part, self.main_parts, self.tail])
        self.imports = imports_in(text, self.language)

    def whole(
        self,
        net: host.Class,
        inside: list[Lines],
        types: list[Lines],
        texts: list[Lines],
    ) -> Lines:
        """The class: what callers see first, what it is made of last."""
        shapes, constants = self.constants_of()
        texts = [*texts, *(lines for _, lines in self.methods), *shapes, *constants]
        fields = EnclosingClassFields(self, net)
        rows = fields.row_methods(self.code_of(texts))
        seen, hidden = fields.grouped(self.code_of(texts))
        wanted = self.needed(self.code_of([*texts, *rows, seen, hidden]))
        helpers, own = self.language.helpers, self.language.aliases
        public = self.enclosing.public_types
        callers = [lines_of(own[n]) for n in own if n in wanted & public]
        types += [lines_of(own[n]) for n in own if n in wanted - public]
        inside = [*rows, *inside, *types]
        inside += [lines_of(helpers[n]) for n in helpers if n in wanted]
        begin = [*callers, *shapes, self.class_names(0), self.categories(0)]
        label, hides = self.enclosing.labels
        self.class_of_net = members = self.sections(self.methods)
        sizes = self.named_sizes.lines(self.language, [members, hidden, *inside])
        lines = [
            *self.language.doc(self.summary, None, 0),
            self.language.class_head(self.class_name, True),
            *self.declarations(wanted - public),
            *(line for line in ["", self.told([sizes])] if sizes),
            "",
            label,
            *([f"  {self.enclosing.main}", ""] * self.has_main),
            *(line for line in [*self.told(begin).split("\n"), ""] if any(begin)),
            *members,
        ]
        if seen:
            lines += ["", label, self.told([seen])]
        parts = self.told([*inside, *constants, hidden])
        return [*lines, "", hides, parts, "};"]

    def constants_of(self) -> tuple[list[Lines], list[Lines]]:
        """The constants that callers see, and the others; not the net's own data."""
        writer = ConstantWriter(self)
        names = [n for n in self.routines.constants if n not in (*DATA, *STATIC)]
        seen = [writer.finished(name) for name in names if name in SHAPES]
        hidden = [writer.finished(name) for name in names if name not in SHAPES]
        for name, rows in self.dialect.constants.items():
            says = "Numbers that parameters start from."
            hidden.append(writer.rows(name, rows, says))
        return seen, hidden

    # Parts of the class ---------------------------------------------------------------

    def methods_of(self, node: host.Class) -> list[tuple[bool, Lines]]:
        """The constructor and the methods of the net, each with whether callers see
        it."""
        own = self.writer.names[node.name]
        found = []
        for method in node.methods:
            is_seen = not method.name.startswith("_") or method.name == "__init__"
            lines = self.writer.function(method, own)
            found.append((is_seen or method.name in LOADS, lines))
        return found

    def sections(self, methods: Sequence[tuple[bool, Lines]]) -> Lines:
        """The methods behind the labels that say who sees them."""
        found, before, step = Lines(), True, self.language.indent
        for number, (is_seen, lines) in enumerate(methods):
            label = [] if is_seen == before else [self.enclosing.labels[not is_seen]]
            gap = [""] if number else []
            found += [*gap, *label, *indented(self.finished(lines), step)]
            before = is_seen
        return found

    def helper_class(self, node: host.Class) -> Lines:
        """Another class, inside of that of the net."""
        writer, step = self.writer, self.language.indent
        name = writer.names[node.name]
        writer.layout.indent = 2 * step
        methods = [writer.function(method, name) for method in node.methods]
        writer.layout.indent = step
        fields = EnclosingClassFields(self, node)
        _, hidden = fields.grouped(self.code_of(methods))
        room = self.language.width - 2 * step
        inside = [filled(lines, room) for lines in [*methods, hidden]]
        body: Lines = []
        for lines in inside:
            body += [*([""] if body else []), *indented(lines, step)]
        head = self.language.class_head(name, False)
        return [*self.language.doc(node.doc, None, step), head, *body, "};"]

    def kept_type(self, net: host.Class) -> Lines:
        """The type of what forward hands on."""
        names = {method.name for method in net.methods}
        if names.isdisjoint(("_forward", "_forward_rows")):
            return []
        return self.blocks.kept.declared(self.options.style == "unrolled")

    def declarations(self, wanted: set[str]) -> Lines:
        """The names of types that are told further down."""
        types, found = self.language.aliases, self.routines.classes[:-1]
        names = [self.writer.names[node.name] for node in found]
        lines = [self.enclosing.declares.format("struct", name) for name in names]
        own = ["Kept"] * bool(self.kept_type(self.routines.classes[-1]))
        for name in [*own, *(n for n in types if n in wanted)]:
            text = self.enclosing.declared_types.get(name)
            lines += lines_of(text or self.enclosing.declares.format("struct", name))
        return indented(lines, self.language.indent)

    def needed(self, text: str) -> set[str]:
        """The helpers and the types that code calls, and those that they need."""
        texts = {**self.language.helpers, **self.language.aliases}
        found: set[str] = set()
        called = {n for n in texts if is_called(n, text)}
        while called - found:
            found |= called
            inner = self.code_of(lines_of(texts[n]) for n in called)
            called = {n for n in texts if is_called(n, inner)}
        return found

    def class_names(self, step: int) -> Lines:
        """The constant that says what the classes are called."""
        names = self.network.class_names
        if not names:
            return []
        head, tail, _ = self.language.static_names
        own = self.constant_name("class_names")
        doc = self.language.doc(NAMED["class_names"][2], None, self.language.indent)
        items = [self.quoted(name) for name in names]
        return [*doc, *self.as_it_is(f"{head.replace('NAME', own)}{{", items, tail)]

    def categories(self, step: int) -> Lines:
        """The constant that says which texts stand for which numbers."""
        found = self.network.preprocessing.categories
        if not found:
            return []
        head, tail = self.language.static_categories
        words = "Which number a text stands for: its place, from 0."
        rows = [
            f"{{{self.quoted(name)}, {{{', '.join(map(self.quoted, texts))}}}}}"
            for name, texts in found.items()
        ]
        doc = self.language.doc(words, None, self.language.indent)
        head = head.replace("NAME", "categories")
        return [*doc, *self.as_it_is(f"{head}{{", rows, tail)]

    def quoted(self, text: str) -> str:
        """A text in which nothing is read as a trigraph."""
        begin, end = self.language.quotes
        return f"{begin}{text.replace('??', TWO_MARKS).replace('??', TWO_MARKS)}{end}"

    def as_it_is(self, head: str, items: Lines, tail: str) -> Lines:
        """A list with an item a line, which the formatter leaves alone."""
        off, on = self.enclosing.as_it_is
        return [off, head, *(f"    {item}," for item in items), f"}}{tail}", on]

    # Lines ----------------------------------------------------------------------------

    def told(self, parts: Iterable[Lines]) -> str:
        """Parts of the class, as far in as it wants them."""
        step = self.language.indent
        found = [indented(self.finished(lines), step) for lines in parts if any(lines)]
        return "\n\n".join("\n".join(lines) for lines in found)

    def code_of(self, parts: Iterable[Lines]) -> str:
        """The code of some parts, without texts and what is only said."""
        found: Lines = []
        for lines in parts:
            for line in lines:
                is_long = len(line) > self.room
                own = self.enclosing.shortened(line) if is_long else [line]
                found += (NO_CODE.sub("", part) for part in own)
        return "\n".join(found)

    @property
    def room(self) -> int:
        """How many columns a line inside of the class has."""
        return self.language.width - self.language.indent

    def finished(self, lines: Lines) -> Lines:
        """Lines as the language's formatter has them."""
        room, wide = self.room, Lines()
        if self.enclosing.as_it_is[0] in lines:
            return lines
        for line in lines:
            if len(line) <= room:
                wide.append(line)
                continue
            parts = self.enclosing.shortened(line)
            of = line.statement if isinstance(line, Line) else None
            wide += [Line.of(part, of) for part in parts] if of else parts
        return filled(wide, room)


def lines_of(text: str) -> Lines:
    """The lines of a text of the record."""
    return text.strip("\n").split("\n")


def is_called(name: str, text: str) -> bool:
    """Whether a text calls a function, or names a type."""
    end = r"\b" if name[0].isupper() else r"(?:<[^()]*>)?\("
    return re.search(rf"(?<![.\w]){name}{end}", text) is not None

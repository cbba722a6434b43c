"""One emitted file in a language where a class may be opened again.

In and out as in `page`, but what stands below the net's class stands in that class,
too, opened once more: functions in a module, which methods include, other classes,
constants. So nothing of a file meets anything of another one. Fields are nobody else's,
unless the class lets others read them.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpgen.languages.members import field_name
from bpgen.program import host
from bpgen.program.functions import Function
from bpgen.routines.plain import inside
from bpgen.writing.class_fields import ClassFields
from bpgen.writing.companion_page import name_of, with_members_opened
from bpgen.writing.constants import ConstantWriter
from bpgen.writing.fields import PUBLIC
from bpgen.writing.functions import FunctionWriter
from bpgen.writing.lines import Lines, indented
from bpgen.writing.page import Page


class ReopenedFields(ClassFields):
    """The fields of one class, some of which others read, or set."""

    page: ReopenedPage

    def declared(self, methods: str) -> Lines:
        """The lines that let others at fields."""
        accessor, lines = self.language.ways.accessor, list[str]()
        assert accessor
        for name, words, is_set in self.seen():
            lines += accessor(field_name(self.language, name), words, is_set)
        return lines

    def seen(self) -> Iterator[tuple[str, str, bool]]:
        """The fields that others read, what they are, and whether others set them."""
        for field in self.node.fields:
            is_public = not field.name.startswith("_")
            if is_public or field.name in self.page.called:
                yield field.name, field.words, is_public
        for name, _, is_public in self.settings():
            if is_public:
                yield name, "How far an update goes against the slope", True
        for variable, _ in self.fields.numbers if self.is_net else ():
            if variable.name in PUBLIC:
                yield variable.name, "a number that training moves", True


class ReopenedConstants(ConstantWriter):
    """Writes the constants, one step in."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.layout.indent = 0 if page.options.textbook else page.language.indent

    def rows(self, name: str, rows: Lines, says: str) -> Lines:
        """Numbers as rows of text, further in than what begins and ends them."""
        inside = indented(rows, self.language.indent)
        return super().rows(name, inside, says)


class ReopenedPage(Page):
    """One emitted file, piece by piece."""

    class_fields_type = ReopenedFields
    constant_writer = ReopenedConstants

    def lay_out(self) -> None:
        """Write the parts of the file."""
        routines = self.routines
        every = (*routines.functions, *routines.main, *routines.classes)
        # members that an object is asked for by its name
        self.called = set(map(name_of, inside(every))) - {""}
        if self.options.textbook:
            super().lay_out()
            return
        step = self.language.indent
        *helpers, net = (self.finished(self.class_lines(n)) for n in routines.classes)
        own = [self.function_lines(f) for f in self.functions]
        functions, main = map(self.deep, (routines.functions, routines.main))
        parts = [net, *own, *functions, *helpers]
        shared = self.helper_lines(parts)
        for_main = self.helper_lines([*parts, *main])
        main += [lines for lines in for_main if lines not in shared]
        self.functions_inside = self.within([*own, *functions, *shared], 2 * step)
        self.main_parts = self.within(main, 2 * step)
        self.classes_inside = self.within(helpers, step)
        self.class_of_net = self.with_sizes(net, parts)
        self.parts = self.joined([self.class_of_net])
        writer = self.constant_writer(self)
        self.constants = self.inner(writer.text())
        self.own_data = self.inner(writer.own_data()) if self.has_main else ""
        self.imports = self.import_lines(self.functions_inside, self.classes_inside)

    def with_sizes(self, net: Lines, parts: list[Lines]) -> Lines:
        """The class of the net, with the sizes that some parts name at its top."""
        sizes = self.named_sizes.lines(self.language, parts)
        first = net.index(self.language.class_head(self.class_name, True)) + 1
        gap = [""] * bool(sizes)
        return [
            *net[:first],
            *indented(sizes, self.language.indent),
            *gap,
            *net[first:],
        ]

    def deep(self, nodes: tuple[host.Function, ...]) -> list[Lines]:
        """Functions of a class inside of the class."""
        self.writer.layout.indent = 2 * self.language.indent
        found = [self.writer.function(node) for node in nodes]
        self.writer.layout.indent = 0
        return found

    def within(self, parts: list[Lines], columns: int) -> str:
        """Parts of the file so far in."""
        return self.joined([self.finished(indented(part, columns)) for part in parts])

    def inner(self, text: str) -> str:
        """A text one step in."""
        return "\n".join(indented(text.split("\n"), self.language.indent))

    def function_lines(self, function: Function) -> Lines:
        """A scalar function that the mathematics calls."""
        deeper = 0 if self.options.textbook else 2 * self.language.indent
        return FunctionWriter(self.names, deeper).lines(function)

    def class_lines(self, node: host.Class) -> Lines:
        """A class, whose members others may call if they do."""
        opens = {self.language.member_name(name) for name in self.called}
        return with_members_opened(
            super().class_lines(node), opens, self.language.ways.shared
        )

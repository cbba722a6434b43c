"""One emitted file in a language where all of it stands in its class.

In and out as in `page`, but functions, constants and other classes are members of the
net's class, and options that callers leave out make methods of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bpgen.program import host
from bpgen.writing.constants import KINDS, ConstantWriter
from bpgen.writing.lines import Line, Lines, indented
from bpgen.writing.page import Page
from bpgen.writing.routines import RoutineWriter

MOST_TEXT = 60_000  # letters of one constant; class files have room for 65,535


class OneClassWriter(RoutineWriter):
    """Writes routines, and a shorter form of each that has options."""

    def function(self, node: host.Function, class_name: str = "") -> Lines:
        """The lines of a routine, and those of its shorter forms."""
        lines = super().function(node, class_name)
        is_public = not node.name.startswith("_") or node.name == "__init__"
        if class_name and is_public:
            for form in self.shorter(node):
                lines += ["", *super().function(form, class_name)]
        return lines

    def shorter(self, node: host.Function) -> Iterator[host.Function]:
        """The same routine without its last options: it calls that with all of them."""
        options = [own for own in node.parameters if own.default is not None]
        others = [own for own in node.parameters if own.default is None]
        for count in range(len(options)):
            given, left = options[:count], options[count:]
            pairs = (f"{own.name} = {self.text(own.default)}" for own in left)
            told = f"The same with {' and '.join(pairs)}."
            names = tuple(host.Name(own.name) for own in others)
            own_options = tuple((own.name, host.Name(own.name)) for own in given)
            call = host.Invoke(host.This(), node.name, names, own_options)
            if node.name == "__init__":
                values = tuple(own.default for own in left if own.default)
                call = host.Invoke(None, self.language.this, (*names, *values))
            is_open = node.result == "None"
            body = (host.Do(call) if is_open else host.Return(call),)
            plain = (replace(own, default=None) for own in given)
            yield replace(node, parameters=(*others, *plain), doc=told, body=body)


class OneClassConstants(ConstantWriter):
    """Writes the constants, one step in."""

    page: OneClassPage

    def finished(self, name: str) -> Lines:
        """One constant; a text is what it is."""
        lines, kind = self.lines(name), KINDS.get(name, "")
        if kind == "text":
            return lines
        head = self.language.list_head(kind)  # which a declaration need not say
        return self.page.inner([line.replace(f"= {head}", "= ") for line in lines])

    def listed_shapes(
        self, start: str, shapes: Mapping[str, Sequence[object]], end: str
    ) -> Lines:
        """Shapes as a list."""
        shape = self.language.ways.shape
        assert shape
        inside = (shape(self.language.key(n), s) for n, s in shapes.items())
        return [f"{start}{', '.join(inside)}{end}"]

    def rows(self, name: str, rows: Lines, says: str) -> Lines:
        """Numbers as rows of text, in as many texts as there must be."""
        before, start, end = self.language.constant(
            name, "text", self.language.type("str"), says
        )
        step, quotes = self.language.indent, self.language.text_constant[0]
        blocks: list[Lines] = [[]]
        for row in rows:
            if sum(map(len, blocks[-1])) + len(blocks[-1]) + len(row) > MOST_TEXT:
                blocks.append([])
            blocks[-1].append(row)
        head = self.page.inner([*before, start.rstrip()])
        if len(blocks) == 1:
            lines = [quotes, *blocks[0], f"{quotes}{end}"]
            return [*head, *indented(lines, 3 * step)]
        lines = ["String.join(", '    "",']
        for block in blocks:
            lines += indented([quotes, *block, f"{quotes},"], 2 * step)
        lines[-1] = f"{lines[-1][:-1]}){end}"
        return [*head, *indented(lines, 3 * step)]


class OneClassPage(Page):
    """One emitted file, all of it inside of its class."""

    routine_writer = OneClassWriter

    def lay_out(self) -> None:
        """Write the parts of the file."""
        inner, write = self.inner, self.writer.function
        *helpers, net = map(self.class_lines, self.routines.classes)
        place = net.index(self.language.class_head(self.class_name, True)) + 1
        self.class_head = "\n".join(self.finished(net[:place]))
        self.class_of_net = self.finished(net[place:-1])
        own = [inner(self.function_lines(f)) for f in self.functions]
        functions = [inner(write(node)) for node in self.routines.functions]
        main = [inner(write(node)) for node in self.routines.main]
        classes = list(map(inner, helpers))
        self.main_parts = self.joined(main)
        parts = [self.class_of_net, *own, *functions, *classes]
        parts += self.helper_lines(parts + main)
        self.parts = self.joined([*parts, inner(self.aliases(parts + main))])
        writer = OneClassConstants(self)
        sizes = inner(self.named_sizes.lines(self.language, parts))
        self.constants = self.joined([sizes, writer.text().split("\n")])
        self.own_data = writer.own_data() if self.has_main else ""
        self.imports = self.import_lines()

    def handed_type(self) -> Lines:
        """The type of what forward hands on, not yet broken: it stands inside."""
        return self.blocks.kept.declared(self.dialect.unrolled)

    def inner(self, lines: Lines) -> Lines:
        """Lines one step in, as the language's formatter has them."""
        return self.finished(indented(lines, self.language.indent))

    def finished(self, lines: Lines) -> Lines:
        """Lines as the language's formatter has them, each of its own statement."""
        found: Lines = []
        for line in lines:
            parts = self.language.ways.finish([line])
            of = line.statement if isinstance(line, Line) else None
            found += [Line.of(part, of) for part in parts] if of else parts
        return found

    def helper_lines(self, parts: list[Lines]) -> list[Lines]:
        """The helpers that the parts call, one step in."""
        return list(map(self.inner, super().helper_lines(parts)))

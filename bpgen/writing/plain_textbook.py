"""A textbook page in a language without objects, lists and exceptions.

In and out as in `page`. Nothing is handed around but what is computed: no memory of a
call, no status. What callers of a whole file use is not there; main stands at the end.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod

from bpgen.languages.family import sentence
from bpgen.languages.of_net import of_net
from bpgen.languages.plain import without_work
from bpgen.languages.record import Language, Signature
from bpgen.languages.textbook import plain_textbook_language
from bpgen.program import host
from bpgen.program.expressions import CHOICE
from bpgen.program.nodes import Expression, Role
from bpgen.program.walks import statements
from bpgen.routines.inlined import with_texts_inside
from bpgen.routines.types import item_type
from bpgen.writing.constants import ConstantWriter
from bpgen.writing.filled import filled
from bpgen.writing.imports import imports_in
from bpgen.writing.lines import Line, Lines, indented
from bpgen.writing.page_blocks import RoutineBlocks
from bpgen.writing.plain_fields import PlainFields
from bpgen.writing.plain_page import PlainPage, all_of, parted, text_lines
from bpgen.writing.plain_routines import PlainWriter
from bpgen.writing.words import called_in, is_named

MOST = 32_768  # numbers of a sample that the stack takes: a quarter of a megabyte
BREAK = re.compile(r"\s*\n\s*")
OUTPUTS = "outputs"  # the field that holds those of the last sample
MAIN = "textbook"
SIZE = "batch_size"  # a constant that main alone may need


class TextbookWriter(PlainWriter):
    """Writes the routines of one page."""

    def function(self, node: host.Function, class_name: str = "") -> Lines:
        """The lines of a function, or of a method of a class."""
        node = with_texts_inside(node, self.language.places)
        lines = super().function(node, class_name)
        if node.name == MAIN:
            *lines, last = lines
            ending = indented(list(self.plain.ending), self.language.indent)
            lines = [*lines, *ending, last]
        return list(map(alone, lines))

    def signature(self, node: host.Function, class_name: str) -> Signature:
        """The head of a routine, which is given no memory."""
        found = super().signature(node, class_name)
        parameters = tuple(p for p in found.parameters if p[0] != self.plain.works[1])
        return replace(found, parameters=parameters)

    def cast(self, value: Expression, wanted: str, level: int = CHOICE) -> str:
        """An expression as one of a type; a whole number is one of any."""
        if isinstance(value, host.Count):
            return self.text(value, level)
        return super().cast(value, wanted, level)

    def statement(self, node: host.HostStatement) -> Lines:
        match node:
            case host.Set(host.Member(None, name), host.ListOf(items)) if self.is_new:
                field = self.plain.field.format(self.language.this, name)
                texts = enumerate(map(self.text, items))
                return [
                    f"{field}[{k}] = {text}{self.language.end}" for k, text in texts
                ]
            case host.Set(
                host.Member(None, name), host.Primitive("block_last_outputs")
            ):
                return self.outputs(self.plain.field.format(self.language.this, name))
            case host.Do(host.Primitive("say", (host.Text(parts),))):
                format_, *given = self.format_of((*parts, r"\n"))
                text = self.plain.prints.format(", ".join([format_, *given]))
                return [f"{text}{self.language.end}"]
            case _:
                return super().statement(node)

    def outputs(self, field: str) -> Lines:
        """The lines that set the outputs to those of the sample at hand."""
        found, end = self.given.value("last_outputs", []), self.language.end
        if not isinstance(found, str):
            return [f"{field}[{k}] = {text}{end}" for k, text in enumerate(found)]
        assert isinstance(self.given, RoutineBlocks)
        output = self.given.program.output
        array = self.given.writer.array(output)
        return [self.plain.copied.format(field, array, prod(output.shape)) + end]


class TextbookFields(PlainFields):
    """The fields of one class."""

    def value(self, field: host.Field) -> str:
        """What a field begins as: the outputs have their place."""
        if self.is_net and field.name == OUTPUTS:
            return self.language.zeros((self.page.facts.output_size,))
        return super().value(field)

    def declared_fields(self, methods: str) -> Lines:
        """The lines that declare the fields, those of a kind after what they are."""
        number, lines = self.language.type("float"), list[str]()

        def add(declared: list[str], words: str = "") -> None:
            if declared and words:
                lines.extend(self.language.doc(sentence(words), None, 2))
            lines.extend(line + self.language.end for line in declared)

        def given(kind: str, name: str) -> str:
            return self.plain.given(self.writer.type(kind), name)

        for field in self.node.fields:
            add([self.field_text(field)], field.words)
        if not self.is_net:
            return lines
        add([f"{number} {name}" for name, _, _ in self.settings()])
        for words, arrays in self.fields.arrays:
            weights = [f"{number} {name}" for name in self.weights(arrays)]
            names = map(self.fields.name, () if weights else arrays)
            listed = [given("list[float]", name) for name in names]
            add(weights + listed, words.rstrip("."))
        numbers = [self.fields.number(variable) for variable, _ in self.fields.numbers]
        add([f"{number} {name}" for name in numbers])
        for rows in self.used(methods):
            add([given("list[list[float]]", rows.name)], rows.words)
        return lines

    def field_text(self, field: host.Field) -> str:
        """A field after its type: one that begins as some numbers is an array."""
        name = self.language.identifier(field.name)
        for statement in self.node.methods[0].body:
            match statement:
                case host.Set(host.Member(None, own), host.ListOf(items)):
                    if own == field.name:
                        kind = self.writer.type(item_type(field.type))
                        return f"{kind} {name}[{len(items)}]"
        return self.plain.given(self.writer.type(field.type), name)

    def array_starts(self) -> Lines:
        """The lines that make the arrays, unless each weight is a field."""
        return [] if self.fields.has_scalars else super().array_starts()


class TextbookPage(PlainPage):
    """One page, piece by piece."""

    routine_writer = TextbookWriter
    plain_fields = TextbookFields
    writer: TextbookWriter

    def found_language(self) -> Language:
        """The record by which the page is written."""
        blocks = (self.program.forward, self.program.backward, self.program.predict)
        written = {s.target.variable for block in blocks for s in statements(block)}
        roles = (Role.VALUE, Role.INPUT_GRADIENT)
        numbers = sum(prod(v.shape) for v in written if v.role in roles)
        is_large = self.options.style == "loops" and numbers > MOST
        own = plain_textbook_language(self.options.language, is_large)
        return of_net(own, self.network.name)

    @property
    def public_bodies(self) -> str:
        """None: a page has no functions beside the methods of its story."""
        return ""

    def lay_out(self) -> None:
        """Write the parts of the page: first what callers use, main last, and with it
        what only main calls."""
        self.begin()
        *others, net = self.routines.classes
        methods = [lines for _, lines in self.methods(net)]
        spaced = [line for lines in methods for line in (*lines, "")][:-1]
        self.class_of_net = filled(spaced, self.language.width)
        written = [*methods, *self.scalars()]
        written += [lines for node in others for _, lines in self.methods(node)]
        written += [self.writer.function(node) for node in self.routines.functions]
        public = [x for x in methods if not head_of(x).startswith(self.plain.hidden)]
        rest = {name_of(lines): lines for lines in written if lines not in public}
        used, mains = parted(rest, "\n".join(all_of(public)))
        parts = [x for x in written if x in public or name_of(x) in used]
        main = [self.writer.function(node) for node in self.routines.main]
        main += mains.values() if self.has_main else ()
        self.structs = self.structs_of([*others, net], [*parts, *main])
        self.with_page_constants(parts)
        self.with_page_helpers(parts, main)
        self.prototypes, self.parts = self.early(parts), self.joined(parts)
        self.main_prototypes, self.main_parts = self.early(main), self.joined(main)
        code = [self.types, self.structs, self.constants, self.parts]
        code += [self.own_data, self.main_parts]
        self.imports = imports_in("\n".join(code), self.language)

    def with_page_constants(self, parts: list[Lines]) -> None:
        """Write the constants, those that only main needs before it."""
        constants, text = ConstantWriter(self), "\n".join(all_of(parts))
        alone = SIZE * (not is_named(self.constant_name(SIZE), text))
        sizes = self.named_sizes.lines(self.language, parts)
        named = filled(sizes, self.language.width)
        texts = ["\n".join(named), constants.text({alone})]
        self.constants = "\n\n".join(filter(None, texts))
        self.own_data = constants.own_data(alone) if self.has_main else ""
        if self.facts.class_names:
            (doc, *_), defined = self.plain.names(self.facts.class_names)
            own = "\n".join([doc, *defined])
            self.constants = "\n\n".join(filter(None, [self.constants, own]))

    def with_page_helpers(self, parts: list[Lines], main: list[Lines]) -> None:
        """Add the helpers of the language to the functions that call them."""
        used = self.helper_names("\n".join([*all_of(parts), self.constants]))
        mains = self.helper_names("\n".join([*all_of(main), self.own_data])) - used
        types, helpers = self.helper_parts(used | mains)
        self.types = self.joined(types)
        parts += [lines for name, lines in helpers.items() if name in used]
        main += [lines for name, lines in helpers.items() if name in mains]

    def helper_parts(self, names: set[str]) -> tuple[list[Lines], dict[str, Lines]]:
        """Some helpers of the language: types, and what is called by its name."""
        helpers = self.language.helpers.items()
        found = {n: text_lines(text) for n, text in helpers if n in names}
        types = [lines for lines in found.values() if not head_of(lines)]
        return types, {n: lines for n, lines in found.items() if head_of(lines)}

    def early(self, parts: list[Lines]) -> str:
        """The declarations of functions that others call before they stand there."""
        found, called = list[str](), {*called_in(self.types)}  # by macros
        for lines in parts:
            head = head_of(lines)
            if called & called_in(head):
                found.append(f"{head};")
            called |= called_in("\n".join(code_of(lines)).removeprefix(head))
        return "\n".join(filled(found, self.language.width))


def alone(line: str) -> str:
    """A line that hands no memory on; it is from the same statement as before."""
    found = without_work(line)
    return Line.of(found, line.statement) if isinstance(line, Line) else found


def code_of(lines: Lines) -> Lines:
    """The lines without those that are a remark."""
    return [line for line in lines if not line.lstrip().startswith("//")]


def name_of(lines: Lines) -> str:
    """What a function is called."""
    return max(called_in(head_of(lines)), default="")


def head_of(lines: Lines) -> str:
    """How a function begins, in one line; "" of anything else."""
    head, begun, _ = "\n".join(code_of(lines)).partition(" {\n")
    is_type = head.startswith(("typedef", "enum", "struct", "#"))
    return "" if is_type or not begun else BREAK.sub(" ", head)

"""One emitted file, piece by piece, for the template that puts it together.

In: a program and its network. Out: checked identifiers, finite numbers and finished
lines; nothing else of the user's can reach the emitted code.
"""

from __future__ import annotations

from bpgen.languages import LANGUAGES
from bpgen.languages.names import Names, class_of
from bpgen.languages.of_net import for_methods
from bpgen.languages.record import Items, Language
from bpgen.languages.textbook import textbook_language
from bpgen.lowering.loss import LOSS, TOTAL
from bpgen.lowering.optimizer import PENALTY
from bpgen.network.network import Network
from bpgen.program import host
from bpgen.program.blocks import Program
from bpgen.program.functions import FUNCTIONS, Function
from bpgen.program.nodes import COUNT, Accumulate, Assign, Block
from bpgen.program.walks import distributions, loop_names
from bpgen.routines.assemble import CLASSES, Routines, routines
from bpgen.routines.source import identifiers
from bpgen.runtime.named import NAMED
from bpgen.writing.class_fields import ClassFields
from bpgen.writing.constants import STATIC, ConstantWriter
from bpgen.writing.context import Dialect
from bpgen.writing.data_view import DataView
from bpgen.writing.facts import constants_of
from bpgen.writing.fields import LISTS, PRIVATE, Fields, states_of
from bpgen.writing.functions import FunctionWriter, called_functions, defined, lacking
from bpgen.writing.header import header_lines, text_width
from bpgen.writing.imports import imports_in
from bpgen.writing.legend import Legend
from bpgen.writing.lines import Line, Lines, indented
from bpgen.writing.options import Comments, Options
from bpgen.writing.page_blocks import PageBlocks
from bpgen.writing.routines import RoutineWriter
from bpgen.writing.sizes import FileSizes
from bpgen.writing.step_blocks import blocks_of
from bpgen.writing.words import called_in, is_named

SHAPES = ("shapes", "buffer_shapes")  # of arrays that callers see
TOLD = ("seed", "epochs")  # options that every net has a number for


class Page:
    """One emitted file, piece by piece."""

    def __init__(
        self, network: Network, program: Program, options: Options, source: str
    ) -> None:
        self.network, self.program, self.options = network, program, options
        self.language = self.found_language()
        self.class_name = class_of(self.language, network.name)
        self.has_data = network.data is not None
        self.has_main = options.has_main and (self.has_data or not options.textbook)
        self.data = DataView(network)
        unrolled = options.style == "unrolled"
        self.facts = facts = constants_of(network, program, options)
        needed = {name for block in self.used for name in distributions(block)}
        called = called_functions(self.used, self.language)
        needed |= lacking(called, self.language)
        self.functions = defined(called, self.language)
        plain, ways = self.language.plain, self.language.ways
        omits = plain.omits if plain else frozenset[str]()
        found = self.prepared(routines(facts, self.has_main, needed, omits))
        if ways.states_types:
            found = found.with_types(self.language.types)
        self.routines: Routines = self.refusing(found) if ways.refusals else found
        self.names = self._names()
        self.named_sizes = FileSizes(program, self.names, unrolled)
        self.program = self.named_sizes.program
        sizes, record = self.named_sizes.of_axes, for_methods(self.language)
        how = unrolled, options.comments, self.names, options.textbook, sizes
        self.dialect = Dialect(record, *how)
        self.fields = self.fields_type(self.program, self.names, options)
        blocks = self.program, program, self.dialect, self.fields, network
        self.blocks = PageBlocks(*blocks)
        self.writer = self.routine_writer(
            self.language,
            {c.name: self.language.of_file(c.name) for c in self.routines.classes}
            | dict.fromkeys(CLASSES, self.class_name)
            | {"main": self.language.main_name, "textbook": "main"},
            self.constant_name,
            lambda routine, layout: blocks_of(self.blocks, routine),
            self.routines.waiting,
            self.defaults(),
        )
        self.lay_out()
        self.header = "\n".join(self.header_lines(source))

    constant_writer: type[ConstantWriter] = ConstantWriter
    routine_writer: type[RoutineWriter] = RoutineWriter
    fields_type: type[Fields] = Fields
    class_fields_type: type[ClassFields] = ClassFields

    def prepared(self, found: Routines) -> Routines:
        """The routines as the language needs them."""
        return found

    def refusing(self, found: Routines) -> Routines:
        """The routines, of which those that refuse something say so."""
        return found.with_refusals()

    def found_language(self) -> Language:
        """The record by which the file is written."""
        if self.options.textbook:
            return textbook_language(self.options.language)
        return LANGUAGES[self.options.language]

    def lay_out(self) -> None:
        """Write the parts of the file."""
        finished, write = self.finished, self.writer.function
        classes = [finished(self.class_lines(node)) for node in self.routines.classes]
        functions = [finished(write(node)) for node in self.routines.functions]
        main = [finished(write(node)) for node in self.routines.main]
        own = [finished(self.function_lines(f)) for f in self.functions]
        *helpers, net = classes
        self.class_of_net = net
        self.main_parts = self.joined(main)
        parts = [net, *self.blocks.layers.functions, *own, *functions, *helpers]
        parts += self.helper_lines(parts + main)
        parts = [self.aliases(parts + main), *parts, self.blocks.arrays_kept()]
        sizes = finished(self.named_sizes.lines(self.language, parts))
        self.parts = self.joined([sizes, *parts])
        writer = self.constant_writer(self)
        self.constants = writer.text()
        self.own_data = writer.own_data() if self.has_main else ""
        self.imports = self.import_lines()

    def finished(self, lines: Lines) -> Lines:
        """Lines as the language's formatter has them, each of its own statement."""
        pairs = ((x, lines[at]) for x, at in self.language.ways.finished(lines))
        return [
            Line.of(text, line.statement) if isinstance(line, Line) else text
            for text, line in pairs
        ]

    def defaults(self) -> dict[str, list[host.Parameter]]:
        """The options of each routine, of a constructor by its class."""
        found = self.routines
        pairs = [(f.name, f) for f in (*found.functions, *found.main)]
        for each in found.classes:
            methods = each.methods
            pairs += [(m.name, m) for m in methods if m.name != "__init__"]
            pairs += [(each.name, m) for m in methods if m.name == "__init__"]
        return {n: [p for p in f.parameters if p.default] for n, f in pairs}

    def _names(self) -> Names:
        others = [*map(self.constant_name, NAMED), *self.language.helpers]
        taken = {*identifiers(), *(name.lstrip("_") for name in others)}
        taken = taken - FUNCTIONS.keys()
        spelled = {self.language.identifier(name) for name in taken} | taken
        letters = {name for block in self.used for name in loop_names(block)}
        names = Names(self.language, [*spelled, self.class_name, *letters])
        names.lists = LISTS | {own.name for own in states_of(self.program)}
        fixed = (LOSS, TOTAL, COUNT, PENALTY)
        for variable in (*fixed, *self.program.settings):
            names.fixed(variable)
        for state in (*self.program.states, *self.program.schedule_states):
            if not state.variable.labels:
                names.fixed(state.variable)
        for function in sorted(self.functions, key=lambda f: f.name not in FUNCTIONS):
            names.function(function.name)  # bpgen's own first: they keep their names
        return names

    @property
    def used(self) -> list[Block]:
        """The blocks that the file computes."""
        if self.options.inference:
            return [self.program.initialize, self.program.predict]
        return [block for _, block in self.program.blocks()]

    def constant_name(self, name: str) -> str:
        """A constant of the file, by its name among the facts."""
        quiet, loud, _ = NAMED[name]
        if name in SHAPES and not self.language.ways.nests:
            is_loud = self.language.loud_constants
            own = loud if is_loud else self.language.identifier(quiet)
            return self.language.ways.static(self.class_name, own)
        if name in STATIC:
            is_loud = self.language.static_names[0].startswith(loud)
            own = loud if is_loud else quiet
            return self.language.ways.static(self.class_name, own)
        return self.language.constant_name(quiet, loud)

    # Parts ----------------------------------------------------------------------------

    def joined(self, parts: list[Lines]) -> str:
        """Parts of the file with empty lines between them."""
        between = "\n" * (self.language.blank + 1)
        return between.join("\n".join(lines) for lines in parts if lines)

    def statements(self, text: str) -> dict[int, Assign | Accumulate]:
        """The statement of the program that a line of the whole file is from, by the
        number of the line, from 1."""
        before, _, _ = text.partition("\n".join(self.class_of_net))
        first = before.count("\n") + 1
        lines = enumerate(self.class_of_net, first)
        return {n: line.statement for n, line in lines if isinstance(line, Line)}

    def aliases(self, parts: list[Lines]) -> Lines:
        """The lines that give types names: those of the language that the parts use,
        and that of the tuple that forward hands on."""
        text = "\n".join(line for lines in parts for line in lines)
        own = self.language.aliases.items()
        found = [line for name, line in own if is_named(name, text)]
        methods = {method.name for method in self.routines.classes[-1].methods}
        if not methods.isdisjoint(("_forward", "_forward_rows")):
            found += self.handed_type()
        return "\n".join(found).rstrip("\n").split("\n") if found else []

    def handed_type(self) -> Lines:
        """The type of what forward hands on, as the formatter has it."""
        return self.finished(self.blocks.kept.declared(self.dialect.unrolled))

    def class_lines(self, node: host.Class) -> Lines:
        """A class with its fields and methods."""
        language, writer = self.language, self.writer
        is_net = node.name in CLASSES
        name = writer.names[node.name]
        doc = self.summary if is_net else node.doc
        fields = self.class_fields_type(self, node)
        is_apart = language.ways.methods_apart
        step = 0 if is_apart and not language.ways.owning else language.indent
        writer.layout.indent = step
        constructor, *methods = node.methods
        others = [writer.function(method, name) for method in methods]
        text = "\n".join(line for lines in others for line in lines)
        writer.opening_lines = fields.in_constructor(text)
        self.blocks.list_lines = fields.lists(text)
        start = writer.function(constructor, name)
        said = {line.strip() for line in start if line.startswith("  ")}
        is_empty = said <= {language.empty}
        start = [] if is_empty and self.options.textbook else start
        declared = fields.declared("\n".join([*start, text]))
        writer.layout.indent = 0
        head = self.class_opening(constructor, name)
        words = language.doc(doc, None, step if language.doc_inside else 0)
        parts = [
            self.class_names(step) if is_net else [],
            self.categories(step) if is_net else [],
            declared,
            start,
            *(self.own_members if is_net and not self.options.textbook else ()),
            *others,
        ]
        if is_apart:
            step = 0
            parts[0] = [*(self.own_options() if is_net else []), *parts[0]]
            return self.apart([*words, *head], parts)
        inside: Lines = []
        for part in parts:
            inside += [*([""] if inside and part else []), *part]
        inside = indented(inside, step)
        ending = [language.block[1]] if language.block[1] else []
        if language.doc_inside:
            return [*head, *indented(words, step), "", *inside, *ending]
        return [*words, *head, *inside, *ending]

    def class_opening(self, constructor: host.Function, name: str) -> Lines:
        """The lines that begin a class, of its constructor and its name."""
        return [self.language.class_head(name, name == self.class_name)]

    def apart(self, head: Lines, parts: list[Lines]) -> Lines:
        """A class whose methods stand behind its fields, and its constants before."""
        names, categories, declared, *others = parts
        fields = indented(declared, self.language.indent)
        own = [*head, *fields, self.language.block[1]]
        found: Lines = []
        for part in filter(None, (names, categories, own, *others)):
            found += [*([""] * self.language.blank if found else []), *part]
        return found

    def own_options(self) -> Lines:
        """What callers find the net's own values of options by, where they say all."""
        tell, lines = self.language.ways.own_option, list[str]()
        if not tell or self.options.textbook:
            return lines
        for method in self.routines.classes[-1].methods:
            for own in method.parameters:
                if own.name in TOLD and own.default:
                    value = self.writer.text(own.default)
                    lines += tell(self.class_name, own.name, value, method.name)
        return lines if self.network.class_names else lines[:-1]

    def below(self, part: str, lines: int = 0) -> str:
        """A part of the file, if there is any, after empty lines: as many as the
        language has between parts, or so many."""
        return "\n" * ((lines or self.language.blank) + 1) + part if part else ""

    def class_names(self, step: int) -> Lines:
        """The line that says in the class what its classes are called."""
        names, language = self.network.class_names, self.language
        if not names:
            return []
        layout = self.writer.new_layout()
        layout.indent = step
        begin, end = language.quotes
        own = self.constant_name("class_names")
        says, (head, tail, letters) = NAMED["class_names"][2], language.static_names
        doc = language.doc(says, None, step) if not language.doc_inside else []
        if self.facts.spells:
            line = letters.format(f"{begin}{''.join(names)}{end}")
            return [*doc, line.replace("NAME", own)]
        items = [f"{begin}{name}{end}" for name in names]
        nested, marks = self.writer.nested_in(layout), "()" * (head[-1:] == "(")
        head = head.rstrip("(").replace("NAME", own)
        return [*doc, *nested.listed(head, items, tail, marks)]

    def categories(self, step: int) -> Lines:
        """The lines that say in the class which texts stand for which numbers."""
        found, language = self.network.preprocessing.categories, self.language
        head, tail = language.static_categories
        if not (found and head):
            return []
        begin, end = language.quotes
        own = language.ways.static(self.class_name, "categories")
        head = head.replace("NAME", own)
        writer = ConstantWriter(self)
        writer.layout.indent = step
        says = "Which number a text stands for: its place, from 0."
        doc = language.doc(says, None, step) if not language.doc_inside else []
        quoted: dict[str, Items] = {
            name: [f"{begin}{text}{end}" for text in texts]
            for name, texts in found.items()
        }
        return [*doc, *writer.mapping(head, quoted, tail)]

    def function_lines(self, function: Function) -> Lines:
        """A scalar function that the mathematics calls."""
        return FunctionWriter(self.names).lines(function)

    def helper_lines(self, parts: list[Lines]) -> list[Lines]:
        """The helpers of the language that the parts call, and that these call."""
        text = "\n".join(line for lines in parts for line in lines)
        found = list[Lines]()
        while True:
            called = called_in(text)
            more = [
                helper.strip("\n").split("\n")
                for name, helper in self.language.helpers.items()
                if name in called
            ]
            if len(more) == len(found):
                return more
            found = more
            text += "\n".join(line for lines in found for line in lines)

    def import_lines(self, *more: str) -> str:
        """The imports that the code asks for, and more of it."""
        parts = self.parts, self.main_parts, self.constants, self.own_data, self.tail
        return imports_in("\n".join([*more, *parts]), self.language)

    def header_lines(self, source: str) -> Lines:
        """The text at the top; last, since the names are those of the code."""
        network, options, story = self.network, self.options, list[Lines]()
        if options.comments is not Comments.NONE:
            legend = Legend(network, self.program, self.used, self.dialect)
            width = text_width(self.language)
            story = list(legend.paragraphs(self.class_name, width))
        return header_lines(network, options, source, self.language, story)

    @property
    def own_members(self) -> list[Lines]:
        """What only this language's class has."""
        gives_data = self.has_data and self.has_main
        texts = self.language.own_members(not self.options.inference, gives_data)
        count = self.network.weights
        own = "training_data" if self.facts.test_count else "data"
        data = self.language.identifier(PRIVATE + own)
        found = (text.format(count=count, data=data).strip("\n") for text in texts)
        return [text.split("\n") for text in found]

    # Words ----------------------------------------------------------------------------

    @property
    def package(self) -> str:
        """What the file is a package of, where files are."""
        if self.has_main or self.options.textbook:
            return "main"
        name = self.network.name.replace("_", "")
        return f"{name}net" if name in self.language.reserved else name

    @property
    def summary(self) -> str:
        """The documentation of the class."""
        inputs, outputs = self.facts.input_size, self.facts.output_size
        given = "1 input" if inputs == 1 else f"{inputs} inputs"
        found = "1 output" if outputs == 1 else f"{outputs} outputs"
        return f"A network of {given} and {found}; its layers stand at the top."

    @property
    def tail(self) -> str:
        """What the template itself needs of the imports."""
        if self.options.textbook or not self.has_main:
            return ""
        words = "fmt. io. os. signal. sys. time. std::signal std::exception std::cerr"
        return f"{words} CountDownLatch UncheckedIOException exitProcess"

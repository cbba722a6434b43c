"""One emitted file in a language without objects, lists and exceptions.

In and out as in `page`, but classes are types and functions beside each other, each
name is declared before it is used, and callers use functions of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod

from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of
from bpgen.languages.of_net import of_net
from bpgen.languages.plain import Plain
from bpgen.languages.record import Language
from bpgen.languages.single import single_language
from bpgen.program import host
from bpgen.program.walks import statements
from bpgen.routines.assemble import CLASSES
from bpgen.runtime.named import NAMED
from bpgen.styles.rounds_apart import bound_names
from bpgen.writing.constants import ConstantWriter
from bpgen.writing.filled import filled
from bpgen.writing.functions import FunctionWriter
from bpgen.writing.lines import Lines, indented
from bpgen.writing.page import Page
from bpgen.writing.plain_fields import PlainFields
from bpgen.writing.plain_routines import TABLES, PlainWriter
from bpgen.writing.words import called_in, is_named, words_in

# Constants whose names are those of functions elsewhere.
# What a chip has a place for: samples, lists beside those of the net, and how often
# what forward computes. Measured: a fifth more than nets of most kinds need.
SAMPLES, LISTS, KEPT = 16, 14, 6
ALWAYS = ("all", "told", "begun")  # members of every class
OWN = {"class_names": "class_names", "one_hot": "category_places"}


class PlainPage(Page):
    """One emitted file, piece by piece."""

    routine_writer = PlainWriter
    plain_fields = PlainFields
    writer: PlainWriter

    def found_language(self) -> Language:
        """The record by which the file is written."""
        name = self.options.language
        own = single_language(name) if self.options.single else LANGUAGES[name]
        return of_net(own, self.network.name)

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

    @property
    def sizes(self) -> str:
        """The numbers that callers know before anything runs."""
        name, facts = self.loud_name, self.facts
        numbers = {"INPUTS": facts.input_size, "OUTPUTS": facts.output_size}
        numbers |= {"CLASSES": facts.classes} if facts.has_classes else {}
        numbers["EPOCHS"] = facts.epochs
        return self.listed([f"{name}_{own} = {n}" for own, n in numbers.items()])

    @property
    def statuses(self) -> str:
        """What the functions for callers give."""
        return self.listed([f"{self.loud_name}_{own}" for own in self.plain.statuses])

    def listed(self, items: Lines) -> str:
        """Names for whole numbers."""
        begin, end = self.plain.sizes
        line = f"{begin} {', '.join(items)} {end}"
        if len(line) <= self.language.width:
            return line
        inside = ",\n".join(f"  {item}" for item in items)
        return f"{begin}\n{inside}\n{end}"

    def constant_name(self, name: str) -> str:
        """A constant of the file, by its name among the facts."""
        own = OWN.get(name, NAMED[name][0])
        return self.language.constant_name(own)

    def lay_out(self) -> None:
        """Write the parts of the file."""
        self.begin()
        writer = self.writer
        *others, net = self.routines.classes
        nodes = [net, *others]
        written = [method for node in nodes for method in self.methods(node)]
        functions = [
            (writer.function_name("", node.name), writer.function(node))
            for node in self.routines.functions
        ]
        main = [writer.function(node) for node in self.routines.main]
        own = self.scalars()
        used, rest = parted(dict([*written, *functions]), self.bodies(False))
        hosted, unused = parted(rest, self.bodies(True))
        library = {**used, **hosted}
        parts = [*used.values(), *own]
        self.structs = self.structs_of(nodes, [*parts, *rest.values()])
        methods = (name for name, _ in self.methods_of(net))
        net_methods = [library[name] for name in methods if name in library]
        spaced = [line for lines in net_methods for line in (*lines, "")][:-1]
        self.class_of_net = filled(spaced, self.language.width)
        self.prototypes = self.declarations(parts)
        self.hosted_prototypes = self.declarations(hosted.values())
        self.main_prototypes = self.declarations([*unused.values(), *main])
        self.parts = self.joined([*parts, text_lines(self.bodies(False))])
        self.hosted_parts = self.joined(
            [*hosted.values(), text_lines(self.bodies(True))]
        )
        self.main_parts = self.joined([*unused.values(), *main])
        self.with_constants()
        self.with_helpers()
        self.types = "\n".join(self.kept_type())
        public = self.plain.parts["public"]
        self.public_types = self.joined([text_lines(public)])
        self.public_heads = self.heads(False)
        self.hosted_heads = self.heads(True)
        self.main_body = self.joined([text_lines(self.plain.parts["main"])])
        self.with_class_names()

    def begin(self) -> None:
        """Tell the writer what all routines need."""
        writer = self.writer
        writer.begin(self.routines)
        writer.plainer.letters = {*bound_names(self.program.step)}
        tables = {name: getattr(self.facts, name) for name in TABLES}
        writer.sizes = {n: (len(t), len(t[0])) for n, t in tables.items() if t}

    def scalars(self) -> list[Lines]:
        """The functions that the mathematics calls."""
        scalar = FunctionWriter(self.names)
        own = [scalar.lines(function) for function in self.functions]
        self.writer.heads += scalar.heads
        return own

    def structs_of(self, nodes: list[host.Class], parts: list[Lines]) -> str:
        """The types of the classes, with the fields that some functions name."""
        text = "\n".join([*all_of(parts), self.public_bodies])
        return self.joined([self.struct(node, text) for node in nodes])

    def with_constants(self) -> None:
        """Write the constants, each before what is the first to name it."""
        names = {n: self.constant_name(n) for n in self.routines.constants}

        def unnamed(names: Mapping[str, str], text: str) -> dict[str, str]:
            return {n: own for n, own in names.items() if not is_named(own, text)}

        hosted = unnamed(names, self.parts)
        mains = unnamed(hosted, self.hosted_parts)
        constants, size = ConstantWriter(self), "batch_size"
        alone = size * (size in mains)  # which main alone may need
        self.hosted_constants = ""
        if self.plain.hosted:
            last = {*names.keys() - hosted.keys(), alone}
            self.hosted_constants = constants.text(last, with_rows=False)
        else:
            hosted = {}
        sizes = self.named_sizes.lines(self.language, [text_lines(self.parts)])
        others = text_lines(constants.text({*hosted, alone}))
        self.constants = self.joined([sizes, others])
        self.own_data = constants.own_data(alone) if self.has_main else ""

    def with_helpers(self) -> None:
        """Write the helpers of the language, before the first to call it."""
        library = self.helper_names("\n".join([self.parts, self.constants]))
        hosted = self.helper_names(self.hosted_parts) - library
        main = [self.main_parts, self.own_data, self.plain.parts["main"]]
        mains = self.helper_names("\n".join(main)) - library - hosted
        self.helpers = self.helper_text(library)
        self.hosted_helpers = self.helper_text(hosted)
        self.main_helpers = self.helper_text(mains)

    @property
    def chip(self) -> str:
        """What decides whether the file is for a chip, and how much memory it has."""
        arrays = [v for _, found in self.fields.arrays for v in found]
        kept = {s.target.variable for s in statements(self.program.forward)}
        samples = min(len(self.facts.inputs) or self.facts.batch_size, SAMPLES)
        times = KEPT * (samples if self.facts.is_batched else 1)
        numbers = sum(prod(v.shape) for v in arrays)
        numbers += times * sum(prod(v.shape) for v in kept)
        numbers += samples * (self.facts.input_size + self.facts.output_size)
        lists = len(arrays) + 2 * len(kept) + 2 * samples + LISTS
        text = self.plain.parts["bare"].replace("NUMBERS", str(numbers))
        return self.joined([text_lines(text.replace("LISTS", str(lists)))])

    def hosted(self, *parts: str) -> str:
        """Parts of the file that are left out on a chip."""
        inside = "\n\n".join(filter(None, parts))
        macro = f"{self.loud_name}_BARE"
        lines = f"#ifndef {macro}\n\n{inside}\n\n#endif // {macro}"
        return self.below(lines, 1) if inside else ""

    def with_class_names(self) -> None:
        """Declare what the classes are called, and say it, where they have names."""
        if not self.facts.class_names:
            return
        declared, defined = map("\n".join, self.plain.names(self.facts.class_names))
        self.public_types = "\n\n".join(filter(None, [self.public_types, declared]))
        self.constants = "\n\n".join(filter(None, [self.constants, defined]))

    def joined(self, parts: list[Lines]) -> str:
        """Parts of the file with empty lines between them."""
        found = (filled(lines, self.language.width) for lines in parts if lines)
        return "\n\n".join("\n".join(lines).rstrip() for lines in found)

    def has(self, name: str) -> bool:
        """Whether the class has a member, or a list of rows, of that name; after the
        name of a member may stand what it gives."""
        methods = [m for node in self.routines.classes for m in node.methods]
        names = {
            *ALWAYS,
            *(m.name for m in methods),
            *(r.name for r in self.fields.lists),
        }
        return name in names | {f"{m.name} {m.result}" for m in methods}

    def heads(self, hosted: bool) -> str:
        """The declarations of what callers use, or of what needs more than a chip."""
        heads = self.chosen(self.plain.heads, hosted)
        return self.joined([text_lines(text) for text in heads])

    def bodies(self, hosted: bool) -> str:
        """The same of its definitions."""
        return "\n\n".join(self.chosen(self.plain.members, hosted))

    def chosen(self, members: Mapping[str, str], hosted: bool) -> list[str]:
        """The texts of this net's members that need more than a chip, or do not."""
        own = [name for name in members if self.has(name)]
        return [members[n] for n in own if (n in self.plain.hosted) is hosted]

    @property
    def public_bodies(self) -> str:
        """The functions that callers use."""
        return "\n\n".join([self.bodies(False), self.bodies(True)])

    def declarations(self, parts: Iterable[Lines]) -> str:
        """The declarations of the functions among some parts."""
        text = "\n".join(all_of(parts))
        heads = self.writer.heads
        found = [h for h in heads if h[0].removesuffix(";") + " {" in text]
        return "\n".join(filled([*all_of(found)], self.language.width))

    def helper_names(self, text: str) -> set[str]:
        """The helpers of the language that a text calls, and those that they call."""
        helpers = self.language.helpers
        found: set[str] = set()
        called = helpers.keys() & words_in(text)
        while called:
            found |= called
            inside = (words_in(helpers[name]) for name in called)
            called = (helpers.keys() & set().union(*inside)) - found
        return found

    def helper_text(self, names: set[str]) -> str:
        """Some helpers, in order."""
        helpers = self.language.helpers.items()
        return self.joined([text_lines(text) for n, text in helpers if n in names])

    def kept_type(self) -> Lines:
        """The lines that give the type of what forward hands on."""
        methods = {method.name for method in self.routines.classes[-1].methods}
        if methods.isdisjoint(("_forward", "_forward_rows")):
            return []
        return self.blocks.kept.declared(self.options.style == "unrolled")

    def methods(self, node: host.Class) -> list[tuple[str, Lines]]:
        """The methods of a class, each with the name of the function that it is."""
        writer, fields = self.writer, self.plain_fields(self, node)
        constructor, *methods = node.methods
        others = [writer.function(method, node.name) for method in methods]
        text = "\n".join([*all_of(others), self.public_bodies])
        writer.opening_lines = fields.started(text)
        start = writer.function(constructor, node.name)
        names = (name for name, _ in self.methods_of(node))
        return list(zip(names, [start, *others], strict=True))

    def methods_of(self, node: host.Class) -> list[tuple[str, host.Function]]:
        """The methods of a class, each with the name of the function that it is."""
        name = self.writer.function_name
        return [(name(node.name, method.name), method) for method in node.methods]

    def struct(self, node: host.Class, text: str) -> Lines:
        """The type of a class."""
        fields = self.plain_fields(self, node)
        begin, end = self.plain.struct
        name = self.writer.class_text(node.name)
        is_net = node.name in CLASSES
        doc = self.language.doc(self.summary if is_net else node.doc, None, 0)
        inside = indented(fields.declared_fields(text), self.language.indent)
        return [*doc, begin.format(name), *inside, end.format(name)]


def parted(
    functions: Mapping[str, Lines], text: str
) -> tuple[dict[str, Lines], dict[str, Lines]]:
    """The functions that a text calls, directly or not, and the others."""
    used: dict[str, Lines] = {}
    before = -1
    while len(used) > before:
        before = len(used)
        seen = "\n".join([text, *all_of(used.values())])
        called = called_in(seen)
        used |= {name: lines for name, lines in functions.items() if name in called}
    in_order = {name: lines for name, lines in functions.items() if name in used}
    return in_order, {n: lines for n, lines in functions.items() if n not in used}


def all_of(parts: Iterable[Lines]) -> Iterator[str]:
    """The lines of all parts."""
    for lines in parts:
        yield from lines


def text_lines(text: str) -> Lines:
    """The lines of a text of the record."""
    return text.strip("\n").split("\n")

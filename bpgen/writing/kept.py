"""What the forward pass hands on to loss and backward, as a tuple of one language.

In: a program in the style of its page. Out: what is kept, one entry for each variable,
and the lines that make the tuple and take it apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from bpgen.languages.names import Names
from bpgen.languages.record import Breaking, Declaration, Items, Language
from bpgen.program.blocks import Program
from bpgen.program.nodes import Element, Role, Variable
from bpgen.program.views import held
from bpgen.program.walks import read_in, statements
from bpgen.writing.lines import Head, Layout, Lines
from bpgen.writing.nested import Nested, flat_text

LATER_BLOCKS = ("loss", "backward", "input_gradient")


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable of which forward keeps something: in the unrolled style a list of
    the `elements` that are read later; in loops the whole array, or a number."""

    variable: Variable
    elements: tuple[Element, ...]

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single number."""
        return not self.variable.labels


def elements_of(variable: Variable) -> list[Element]:
    """All elements of a variable, row-major."""
    return [variable[place] for place in product(*map(range, variable.shape))]


def kept_of(program: Program, unrolled: bool) -> tuple[Entry, ...]:
    """What is kept: the inputs first, if they are, and the outputs last."""
    later = set().union(*(read_in(getattr(program, name)) for name in LATER_BLOCKS))
    later_variables = {element.variable for element in later}
    # In loops nobody asks which elements: a layer may be a million units wide.
    elements = elements_of if unrolled else lambda variable: []
    found: dict[Variable, list[Element]] = {}
    if program.input in later_variables:
        found[program.input] = [e for e in elements(program.input) if e in later]
    for element in dict.fromkeys(s.target for s in statements(program.forward)):
        variable = element.variable
        is_value = variable.role is Role.VALUE and variable != program.output
        is_read = element in later if unrolled else variable in later_variables
        if is_value and is_read:
            found.setdefault(variable, []).append(element)
    found[program.output] = elements(program.output)
    return tuple(Entry(v, tuple(own if unrolled else ())) for v, own in found.items())


def rank(variable: Variable) -> int:
    """How deep the lists of an array are nested: inputs are one for each sample."""
    if variable.role in (Role.INPUT, Role.INPUT_GRADIENT):
        return 2 if variable.is_batched else 1
    return len(held(variable).labels)


class TupleWriter:
    """Writes the tuple in one language."""

    def __init__(
        self, language: Language, entries: Sequence[Entry], names: Names
    ) -> None:
        self.language, self.entries, self.names = language, entries, names
        self.form = language.kept

    def declared(self, unrolled: bool) -> Lines:
        """The lines that give the tuple's type a name."""
        if self.language.plain:
            places = range(len(self.entries))
            given, own = self.language.plain.given, self.language.type
            return self.form.alias(
                [given(own(self.kind(p)), self.name(p)) for p in places]
            )
        types = [self.type(entry, unrolled) for entry in self.entries]
        if self.form.fields:
            names = map(self.name, range(len(types)))
            return self.form.fields(list(zip(names, types, strict=True)))
        return self.form.alias(types)

    def type(self, entry: Entry, unrolled: bool) -> str:
        """The type of one entry."""
        is_whole = entry.variable.is_whole
        of = "int" if is_whole else "float"
        if entry.is_scalar:
            return self.language.type(of)
        if unrolled:
            return self.language.type(f"list[{of}]")
        if self.language.flat:
            if self.language.ways.owning:
                return self.language.type(f"list[{of}]")
            array = self.form.array
            return array.replace(*self.language.wholes) if is_whole else array
        depth = rank(entry.variable)
        return self.language.type("list[" * depth + of + "]" * depth)

    def kind(self, place: int) -> str:
        """The type of one entry, in the words of the routines."""
        entry = self.entries[place]
        if entry.is_scalar:
            return "index" if entry.variable.is_whole else "float"
        return "indices" if entry.variable.is_whole else "list[float]"

    def name(self, place: int) -> str:
        """The name of one entry, where entries have names."""
        variable = self.entries[place].variable
        if not variable.labels:
            return self.names.scalar(variable.scalar())
        return self.names.array(variable)

    def item(self, kept: str, place: int) -> str:
        """One entry of a tuple."""
        if self.language.plain or self.form.fields:
            return self.form.item.format(kept, self.name(place))
        return self.form.item.format(kept, place, place + 1)

    def returned(self, items: Items, layout: Layout) -> Lines:
        """The lines that end a routine with the tuple."""
        plain = self.language.plain
        if plain:
            pairs = []
            for place, item in enumerate(items):
                kind = "index" if self.entries[place].variable.is_whole else "float"
                text = item if isinstance(item, str) else plain.listed(item, kind)
                pairs.append((self.name(place), text))
            return plain.kept(pairs)
        ways = self.language.ways
        own = ways.owning or ways.enclosing
        if own:
            kinds = [
                "index" if entry.variable.is_whole else "float"
                for entry in self.entries
            ]
            texts = [
                item if isinstance(item, str) else self.language.list_text(item, kind)
                for item, kind in zip(items, kinds, strict=True)
            ]
            names = [self.name(place) for place in range(len(texts))]
            return own.kept(list(zip(names, texts, strict=True)))
        head = f"return {self.form.begin}"
        return self.lines(head, items, self.language.end, layout)

    def taken(self, names: Sequence[str], layout: Layout) -> Lines:
        """The lines that name the entries; "" is one that is not needed."""
        if self.language.plain:
            items = ((own, place) for place, own in enumerate(names) if own)
            heads = (
                (Head(n, declares=Declaration.FIXED, kind=self.kind(p)), p)
                for n, p in items
            )
            return [
                f"{head.text(self.language)} {self.item('kept', at)}{self.language.end}"
                for head, at in heads
            ]
        head = f"{self.form.declares} " if self.form.declares else ""
        marks, end = self.form.pattern or self.form.marks, self.language.end
        if not self.language.ways.unpacks:
            pairs = ((own, at) for at, own in enumerate(names) if own)
            enclosing = self.language.ways.enclosing
            if enclosing:
                return [self.fixed(own, at) for own, at in pairs]
            owning = self.language.ways.owning
            lent = owning.lent if owning else "{}"
            heads = (
                (Head(n, declares=Declaration.FIXED, kind=self.kind(p)), p)
                for n, p in pairs
            )
            return [
                f"{head.text(self.language)} {self.lent(lent, at)}{end}"
                for head, at in heads
            ]
        last = max(place for place, name in enumerate(names) if name)
        if not self.form.blank:  # a pattern that ends early
            names = names[: last + 1]
        shown = [name or self.form.blank for name in names]
        line = f"{head}{marks[0]}{', '.join(shown)}{marks[1]} ="
        is_between = layout.fits(line) and not layout.fits(f"{line} kept{end}")
        if is_between and self.language.breaking is Breaking.STATEMENTS:
            items = ((own, place) for place, own in enumerate(names) if own)
            return [f"{head}{own} = {self.item('kept', at)}{end}" for own, at in items]
        if is_between and self.language.breaking is Breaking.OPERATORS_LAST:
            return [line, f"{' ' * self.language.hanging}kept{end}"]
        if self.form.pattern:
            return Nested(layout).packed("", shown, " = kept")
        return self.lines(head, shown, f" = kept{self.language.end}", layout)

    def fixed(self, name: str, place: int) -> str:
        """The line that names one entry of the tuple at hand."""
        enclosing, item = self.language.ways.enclosing, self.item("kept", place)
        if enclosing and not self.entries[place].is_scalar:
            return enclosing.array(name, item) + self.language.end
        kind = self.kind(place)
        head = Head(name, declares=Declaration.FIXED, kind=kind).text(self.language)
        return f"{head} {item}{self.language.end}"

    def lent(self, lent: str, place: int) -> str:
        """One entry of the tuple at hand, lent unless it is a number."""
        item = self.item("kept", place)
        return item if self.entries[place].is_scalar else lent.format(item)

    def in_braces(self, head: str, items: Items, tail: str, layout: Layout) -> Lines:
        """`head{items}tail`, or in other marks, each list with its type."""
        begin, finish = self.form.marks
        of = ["int" if e.variable.is_whole else "float" for e in self.entries]
        kinds = [self.language.list_head(f"list[{kind}]") for kind in of]
        pairs = list(zip(kinds, items, strict=True))
        texts = [
            (
                item
                if isinstance(item, str)
                else f"{kind}{flat_text(item, self.language.ways.marks)}"
            )
            for kind, item in pairs
        ]
        line = f"{head}{begin}{', '.join(texts)}{finish}{tail}"
        if layout.fits(line):
            return [line]
        step, lines = self.language.indent, list[str]()
        layout.indent += step
        for kind, item in pairs:
            is_text, nested = isinstance(item, str), Nested(layout)
            lines += [f"{item},"] if is_text else nested.listed(kind, item, ",")
        layout.indent -= step
        return [
            f"{head}{begin}",
            *(" " * step + line for line in lines),
            f"{finish}{tail}",
        ]

    def lines(self, head: str, items: Items, tail: str, layout: Layout) -> Lines:
        """`head(items)tail`; an entry a line if it must be."""
        marks, nested = self.form.marks, Nested(layout)
        if marks == ("[", "]"):
            return nested.listed(head, items, tail)
        if self.form.fields:
            return self.in_braces(head, items, tail, layout)
        texts = [item if isinstance(item, str) else flat_text(item) for item in items]
        inside = ", ".join(texts) + ("," if len(texts) == 1 else "")
        is_bare = not marks[0] and len(texts) > 1
        line = f"{head}{inside}{tail}" if is_bare else f"{head}({inside}){tail}"
        if layout.fits(line):
            return [line]
        step = self.language.indent
        lines: Lines = []
        layout.indent += step
        for item in items:
            lines += (
                [item + ","] if isinstance(item, str) else nested.listed("", item, ",")
            )
        layout.indent -= step
        return [f"{head}(", *(" " * step + line for line in lines), f"){tail}"]

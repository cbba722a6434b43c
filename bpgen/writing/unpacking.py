"""Names for the numbers of lists, and lists of named numbers: the unrolled style.

In: elements, and code of the list that holds them. Out: lines.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from bpgen.languages.record import Breaking, Declaration, Items
from bpgen.program.nodes import Element, Variable
from bpgen.writing.kept import elements_of
from bpgen.writing.lines import Lines, indented
from bpgen.writing.nested import flat_text
from bpgen.writing.statements import BlockWriter

FIXED = Declaration.FIXED
# How many statements write an element.
Writes: TypeAlias = Mapping[Element, int]


Names: TypeAlias = Collection[Element]


class Unpacking:
    """Gives elements their names inside of one method."""

    def __init__(self, writer: BlockWriter) -> None:
        self.writer, self.language = writer, writer.language

    def scalar(self, element: Element, source: str) -> Lines:
        """A name for one number."""
        if element in self.writer.declared:
            return []
        return [self.writer.given(element, source)]

    def scalars(
        self, elements: Sequence[Element], source: str, used: Collection[Element]
    ) -> Lines:
        """Names for those numbers of a list that are used and have none yet."""
        shown = [e in used and e not in self.writer.declared for e in elements]
        if not any(shown):
            return []
        if len(elements) == 1 or sum(shown) == 1:
            place = shown.index(True)
            return self.scalar(elements[place], f"{source}[{place}]")
        if self.language.plain:
            return self.one_by_one(elements, source, used)
        pairs = zip(elements, shown, strict=True)
        unpacks = self.language.ways.unpacks
        blank = self.language.kept.blank if unpacks else ""
        names = [self.named(e) if s else blank for e, s in pairs]
        while not names[-1]:  # a hole, after which there is nothing
            names.pop()
        return self.pattern(names, source, _kind(elements))

    def named(self, element: Element) -> str:
        """The name of an element that begins here."""
        self.writer.declaration(element)
        return self.writer.element(element)

    def pattern(self, names: Lines, source: str, kind: str) -> Lines:
        """The lines that name the items of a list."""
        language, layout = self.language, self.writer.layout
        if not language.ways.unpacks:
            pairs = [(own, f"{source}[{at}]") for at, own in enumerate(names) if own]
            return self.several(pairs, kind)
        before, after = language.unpacking.split("{}")
        tail = f" = {source}{language.end}"
        line = f"{before}{', '.join(names)}{after}"
        if layout.fits(line + tail):
            return [line + tail]
        if language.kept.pattern:
            return self.writer.nested.packed("", names, tail)
        if language.breaking is Breaking.PARENTHESES:
            has_odd_form = source.count("[") > 2  # black breaks the middle subscript
        else:
            has_odd_form = layout.fits(f"{line} =")
        if has_odd_form:  # formatters have minds of their own here
            head = language.kept.declares
            shown = ((own, at) for at, own in enumerate(names))
            items = ((own, at) for own, at in shown if own != language.kept.blank)
            lines = (
                f"{head} {own} = {source}[{at}]{language.end}" for own, at in items
            )
            return [line.lstrip() for line in lines]
        head = before.removesuffix("[")
        marks = "" if after else "()"
        return self.writer.nested.listed(head, names, tail, marks)

    # Rows of parameters ---------------------------------------------------------------

    def rows(self, variable: Variable, member: str, used: Collection[Element]) -> Lines:
        """Names for the used elements of an array of the object, a line a row."""
        lines: Lines = []
        for place, row in rows_of(variable):
            source = self.language.row(member, *place) if self.language.row else ""
            names = ", ".join(map(self.writer.element, row))
            line = self.language.unpacking.format(names) + f" = {source};"
            is_plain = len(row) > 1 and self.writer.layout.fits(line)
            if source and (is_plain or not self.language.flat):
                lines += self.scalars(row, source, used)
            else:
                lines += self.one_by_one(row, member, used, place[1])
        return lines

    def placed(self, variable: Variable, member: str, used: Names) -> Lines:
        """The same, each with its place in a flat array: no list is made for a row."""
        lines: Lines = []
        for place, row in rows_of(variable):
            lines += self.one_by_one(row, member, used, place[1])
        return lines

    def items(self, elements: Sequence[Element], source: str, used: Names) -> Lines:
        """Names for the used numbers of a list, in the way that is fastest."""
        if self.language.speed.inlines:
            return self.scalars(elements, source, used)
        return self.one_by_one(elements, source, used)

    def one_by_one(
        self, row: Sequence[Element], member: str, used: Names, start: int = 0
    ) -> Lines:
        """As many names a line as fit, each with its number of a flat array."""
        head = self.language.kept.declares
        lines: Lines = []
        if not self.language.ways.unpacks:
            needed = [(e, at) for at, e in enumerate(row, start) if e in used]
            shown = [(e, at) for e, at in needed if e not in self.writer.declared]
            pairs = [(self.named(e), f"{member}[{at}]") for e, at in shown]
            return self.several(pairs, _kind(row))
        for place, element in enumerate(row, start):
            if element not in used or element in self.writer.declared:
                continue
            part = f"{self.named(element)} = {member}[{place}]"
            if self.language.plain and element.variable.is_whole:
                lines.append(self.language.begun(FIXED, part, "index")[:-2])
                continue
            longer = f"{lines[-1]}, {part}" if lines else ""
            fits = self.writer.layout.fits(longer + self.language.end)
            if lines and fits and self.language.joins_declarations:
                lines[-1] = longer
            else:
                lines.append(f"{head} {part}")
        return [line + self.language.end for line in lines]

    def several(self, pairs: Sequence[tuple[str, str]], kind: str) -> Lines:
        """Names for several values, as many on a line as fit, if a line may."""
        lines: Lines = []
        names, values = list[str](), list[str]()
        for name, value in [*pairs, ("", "")]:
            both = [*names, name], [*values, value]
            line = self.parallel(*both, kind) if name else ""
            joins = self.language.joins_declarations
            joins = joins and self.writer.layout.is_short(line)
            if names and not (name and joins):
                lines.append(self.parallel(names, values, kind))
                names, values = [], []
            names.append(name)
            values.append(value)
        return lines

    def parallel(self, names: Lines, values: Lines, kind: str) -> str:
        """The line that gives names to values."""
        if not self.language.ways.parallel:
            pairs = zip(names[1:], values[1:], strict=True)
            others = (f"{name} = {value}" for name, value in pairs)
            return self.writer.fixed(names[0], ", ".join([values[0], *others]), kind)
        return self.writer.fixed(", ".join(names), ", ".join(values), kind)

    def held(self, variable: Variable, member: str, writes: Writes) -> Lines:
        """Names for gradients that are held, where a pass adds to one several times:
        the order in which numbers are added is the same in every style."""
        lines: Lines = []
        for _, row in rows_of(variable):
            if any(writes.get(element, 0) > 1 for element in row):
                varied = filter(writes.get, row)
                self.writer.writes |= dict.fromkeys(varied, 2)  # also what begins once
                for element in row:
                    source = self.writer.placed(member, element)
                    lines.append(self.writer.given(element, source))
        return lines

    def added(self, variable: Variable, member: str, writes: Writes) -> Lines:
        """The lines that add named gradients to the rows of those held, or set them."""
        lines: Lines = []
        for place, row in rows_of(variable):
            if writes.keys().isdisjoint(row):
                continue
            items = [self.writer.given_or_zero(element) for element in row]
            sets = any(writes.get(element, 0) > 1 for element in row)
            if self.language.names_once:
                sign, known = "=" if sets else "+=", self.writer.declared
                for element in row if sets else filter(known.__contains__, row):
                    item = self.writer.placed(member, element)
                    value = self.writer.given_or_zero(element)
                    lines.append(f"{item} {sign} {value}{self.language.end}")
                continue
            set_or_add = self.language.set_row if sets else self.language.add_row
            form = set_or_add(member, *place)
            head, tail = form.split("{}")
            name, _, first = head.partition("(")
            given: Items = items
            marks = ""
            if first and self.language.joins_arguments:  # no list at its last line
                head, given, tail, marks = name, [first[:-2], items], "", "()"
            tail += self.language.end
            if self.language.ways.owning:
                lines.append(f"{form.format(flat_text(items))}{self.language.end}")
                continue
            if tail.startswith(", "):
                lines += self.followed(head, items, tail)
            else:
                lines += self.writer.nested.listed(head, given, tail, marks)
        return lines

    def followed(self, head: str, items: Lines, tail: str) -> Lines:
        """A call with a list and a place behind it: `head[items], 4);`"""
        layout, nested = self.writer.layout, self.writer.nested
        line = f"{head}{flat_text(items)}{tail}"
        if layout.fits(line):
            return [line]
        step, (behind, end) = self.language.indent, tail[2:].split(")")
        layout.indent += step
        inside = [*nested.listed("", items, ","), f"{behind},"]
        layout.indent -= step
        return [head, *indented(inside, step), f"){end}"]


Place = tuple[tuple[int, ...], int, int]


def rows_of(variable: Variable) -> list[tuple[Place, list[Element]]]:
    """The innermost rows of a variable, each with its place: its indices, and where
    it starts and ends among all elements."""
    found: list[tuple[Place, list[Element]]] = []
    start = 0
    grouped = groupby(elements_of(variable), lambda e: e.indices[:-1])
    for indices, row in ((key, list(group)) for key, group in grouped):
        place = tuple(index.constant for index in indices)
        found.append(((place, start, start + len(row)), row))
        start += len(row)
    return found


def _kind(elements: Sequence[Element]) -> str:
    """What the numbers of one list are: places, or floating-point numbers."""
    return "index" if elements[0].variable.is_whole else "float"

"""Loops of the fast path that go along the items of rows of nested lists.

In: a loop. Out: the line that begins it, and the names of its items; rows and columns
that get a name before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bpgen.languages.record import Breaking
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Element,
    For,
    Index,
    Order,
    Role,
    Variable,
)
from bpgen.program.walks import (
    readings,
    statements,
)
from bpgen.styles.rounds_apart import accesses, bound_names
from bpgen.writing.context import Dialect
from bpgen.writing.fast_rows import (
    FEWEST,
    FLAT,
    head_of,
    in_doubt,
    is_row_of,
    loads,
    names_of,
    row_from,
)
from bpgen.writing.fields import Fields
from bpgen.writing.lines import Lines
from bpgen.writing.nested import Nested
from bpgen.writing.options import Comments
from bpgen.writing.packed import PackedLayout
from bpgen.writing.places import flat_place
from bpgen.writing.statements import BlockWriter


class ItemWriter(BlockWriter):
    """Gives rows, their items and their columns names."""

    def __init__(self, dialect: Dialect, fields: Fields) -> None:
        super().__init__(replace(dialect, comments=Comments.NONE), fields)
        self.rows: dict[tuple[Variable, tuple[Index, ...]], str] = {}
        self.outermost = 0  # the columns that a block stands in
        self.before: Lines = []  # what stands before the outermost loop at hand
        self.changed: set[Variable] = set()  # in that loop
        self.columns: dict[tuple[Variable, tuple[int, ...]], str] = {}
        self.joins_batches = False  # whether inputs and targets are those of a batch
        self.depth = 0  # of the block that is written
        self.counts: Counter[str] = Counter()  # of names for items
        packs = self.language.breaking is Breaking.PARENTHESES
        if packs and not dialect.unrolled:
            self.layout = PackedLayout(self.language, self.notation())
            self.nested = Nested(self.layout)

    def rows_before(self, loop: For, reads: bool = False) -> Lines:
        """Names for the rows that an innermost loop sets numbers of, or reads, too."""
        if any(bound_names(loop.body)):
            return []
        lines: Lines = []
        doubted = in_doubt(loop.body)
        for target in targets_of(loop.body, reads):
            if target in doubted:
                continue
            key = target.variable, target.indices[:-1]
            is_row = len(target.indices) > 1 and self.is_item(target, loop)
            if is_row and target.variable.role not in FLAT and key not in self.rows:
                text = self.element(target)
                name = f"row{len(self.rows) + 1}"
                lines.append(self.fixed(name, text[: text.rindex("[")]))
                self.rows[key] = name
        return lines

    def placed(self, name: str, element: Element) -> str:
        """An element of an array of that name."""
        row = self.rows.get((element.variable, element.indices[:-1]))
        if row is None or not element.indices:
            return super().placed(name, element)
        return f"{row}[{self.index(element.indices[-1])}]"

    def subscripts(self, element: Element) -> str:
        """The subscripts of what is one flat list for each sample."""
        if not self.joins_batches:
            return super().subscripts(element)
        return f"[{self.index(element.indices[0])}][{self.flat_inside(element)}]"

    def flat_inside(self, element: Element) -> str:
        """The place of an element in the flat list of its sample."""
        first = int(self.joins_batches)
        shape = element.variable.shape[first:]
        return flat_place(element.indices[first:], shape, self.index)

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """How long an array is along each axis: a fast path is of these numbers."""
        return variable.shape

    def is_nested(self, variable: Variable) -> bool:
        """Whether the last axis of a variable is one of lists inside of others."""
        is_one = len(variable.labels) == 1 + self.joins_batches
        return variable.role not in FLAT or is_one

    # Items ----------------------------------------------------------------------------

    def items_of(self, loop: For) -> dict[Element, Element]:
        """The items of rows that a loop goes along, with their names; around other
        loops those that have one at once."""
        if loop.start != 0 or loop.order is Order.DOWNWARDS:
            return {}
        is_around = any(bound_names(loop.body))
        head = head_of(loop.body)
        named = dict(loads(head if is_around else loop.body))
        items: dict[Element, Element] = {}
        written = in_doubt(loop.body)  # no row of theirs may be there
        for statement, read in readings(head if is_around else loop.body):
            for element in read:
                if self.is_item(element, loop) and element not in written:
                    own = named.get(element) or self.item(element, loop)
                    items.setdefault(element, own)
            target = statement.target
            is_sum = isinstance(statement, Accumulate) and target not in written
            if is_sum and self.is_item(target, loop):
                items.setdefault(target, self.item(target, loop))
            written.add(target)
        again = Counter(s.target for s in statements(loop.body))
        return {e: own for e, own in items.items() if again[e] < 2}

    def rows_of(self, loop: For) -> list[list[Assign]]:
        """The rows that a loop goes along, whose numbers get names at once."""
        found: list[list[Assign]] = []
        if loop.start != 0 or loop.order is Order.DOWNWARDS:
            return found
        head = head_of(loop.body)
        at = 0
        while at < len(head):
            run = row_from(head, at)
            if len(run) > 1 and is_row_of(run, loop):
                found.append(run)
            at += max(1, len(run))
        return found

    def is_item(self, element: Element, loop: For) -> bool:
        """Whether a loop goes along the row that an element stands in."""
        variable, own = element.variable, Index(0, ((loop.index, 1),))
        if not element.indices or element.indices[-1] != own or variable.is_whole:
            return False
        is_row = self.is_nested(variable)
        places = element.indices[:-1]
        if not is_row or any(loop.index in names_of(index) for index in places):
            return False
        if isinstance(loop.stop, int):
            return len(variable.labels[-1]) == loop.stop
        ours = accesses(loop.body)
        others = (e for e, _ in ours if e.variable == variable and e != element)
        is_still = not any(written and e.variable == variable for e, written in ours)
        return variable.role not in FLAT and (is_still or not any(others))

    def item(self, element: Element, loop: For) -> Element:
        """A new name for an item."""
        prefix = element.variable.prefix or element.variable.name
        self.counts[prefix] += 1
        return Variable(
            f"{prefix}_{loop.index}{self.counts[prefix]}", Role.LOCAL, ""
        ).scalar()

    def opening_over(
        self,
        loop: For,
        items: dict[Element, Element],
        is_counted: bool,
        runs: Sequence[Sequence[Assign]] = (),
    ) -> str:
        """The line that begins a loop over items, and over rows."""
        pairs = [*self.over_items(loop, items), *self.over_rows(runs)]
        given = ", ".join(name for name, _ in pairs)
        over = ", ".join(row for _, row in pairs)
        if len(pairs) > 1:
            over = f"zip({over})"
        if is_counted:
            given = f"({given})" if len(pairs) > 1 else given
            given, over = f"{loop.index}, {given}", f"enumerate({over})"
        line = f"for {given} in {over}:"
        if self.layout.fits(line):
            return line
        assert isinstance(self.layout, PackedLayout)
        line = f"for ({given}) in {over}:"
        *parts, last = line.split(", ")
        return "\n".join(self.layout.packed("", [*(f"{p}," for p in parts), last], ""))

    def over_items(
        self, loop: For, items: dict[Element, Element]
    ) -> Iterator[tuple[str, str]]:
        """The names of items, or of several at once, each with what they are of."""
        for own in items.values():
            self.declaration(own)
        for group in self.groups(list(items)):
            names = [self.element(items[element]) for element in group]
            if len(group) > 1:
                yield f"({', '.join(names)})", self.columns_of(group)
                continue
            text = self.element(group[0])
            text = text[: text.rindex("[")]
            if loop.stop not in (0, len(group[0].variable.labels[-1])):
                text += f"[: {self.index(Index.of(loop.stop))}]"
            yield names[0], text

    def over_rows(self, runs: Sequence[Sequence[Assign]]) -> Iterator[tuple[str, str]]:
        """The names of the numbers of rows, each with what has those rows."""
        for run in runs:
            first = run[0].value
            assert isinstance(first, Element)
            for statement in run:
                self.declaration(statement.target, statement.value)
            names = ", ".join(self.element(s.target) for s in run)
            text = self.row_text(first, len(run))
            yield f"({names})", text[: text.rindex("[")]

    def groups(self, elements: list[Element]) -> Iterator[list[Element]]:
        """The items of rows of one array together, if many loops go along them."""
        for _, group in groupby(elements, self.rows_named):
            found = list(group)
            if self.depth > 1 and len(found) > FEWEST and self.rows_named(found[0]):
                yield found
            else:
                yield from ([element] for element in found)

    def rows_named(self, element: Element) -> Variable | None:
        """The array of rows by number, which do not change while a loop runs."""
        is_numbered = len(element.indices) == 2 and not element.indices[0].terms
        is_still = element.variable not in self.changed
        return element.variable if is_numbered and is_still else None

    def columns_of(self, group: Sequence[Element]) -> str:
        """A list of the columns of some rows, made before the outermost loop."""
        variable = group[0].variable
        places = tuple(element.indices[0].constant for element in group)
        key = variable, places
        if key not in self.columns:
            texts = [self.element(element) for element in group]
            array = texts[0][: texts[0].index("[")]
            taken = set(self.columns.values())
            name = f"{array}_columns"
            if name in taken:
                name += str(len(taken))
            rows = [text[: text.rindex("[")] for text in texts]
            is_all = places == tuple(range(len(variable.labels[0])))
            given = [f"*{array}"] if is_all else rows
            line = f"{name} = list(zip({', '.join(given)}))"
            indent, self.layout.indent = self.layout.indent, self.outermost
            fits = self.layout.fits(line)
            self.before += (
                [line] if fits else self.listed(f"{name} = list(zip(", rows, "))")
            )
            self.layout.indent = indent
            self.columns[key] = name
        return self.columns[key]

    # Rows -----------------------------------------------------------------------------

    def row(self, statements: Sequence[Assign]) -> Lines:
        """The line that names the items of a row, or sets them."""
        first = statements[0]
        if first.target.indices:
            source = self.row_text(first.target, len(statements))
            is_whole = len(statements) == len(first.target.variable.labels[-1])
            values = [self.layout.text(s.value) for s in statements]
            before, after = self.language.ways.row_set[is_whole]
            return self.listed(before.format(source), values, after)
        assert isinstance(first.value, Element)
        source = self.row_text(first.value, len(statements))
        for statement in statements:
            self.declaration(statement.target, statement.value)
        names = [self.element(s.target) for s in statements]
        line = f"{', '.join(names)} = {source}"
        return [line] if self.layout.fits(line) else self.named_of(names, source)

    def named_of(self, names: Lines, source: str) -> Lines:
        """Names for the items of a row, over several lines."""
        if self.language.kept.pattern:
            return self.listed("", names, f" = {source}")
        return self.listed("(", names, f") = {source}")

    def listed(self, head: str, items: Lines, tail: str) -> Lines:
        """Items with commas between them, in full lines."""
        if not isinstance(self.layout, PackedLayout):
            return self.nested.packed(head, items, tail)
        *others, last = items
        parts = [*(f"{item}," for item in others), last]
        return self.layout.packed(head, parts, tail)

    def row_text(self, first: Element, count: int) -> str:
        """Some items of a row, as code."""
        variable, last = first.variable, first.indices[-1]
        own = self.element(first)
        if count == len(variable.labels[-1]) and self.is_nested(variable):
            return own[: own.rindex("[")]
        start = self.flat_inside(first) if variable.role in FLAT else self.index(last)
        name = own[: own.rindex("[")]
        stop = f"{start} + {count}"
        if start.isdigit():
            stop = str(int(start) + count)
        return self.language.ways.slice.format(name, start, stop, count)


def targets_of(block: Block, reads: bool) -> Iterator[Element]:
    """What the statements of a block set, and what they read before, if that counts."""
    for statement, read in readings(block):
        yield from read if reads else ()
        yield statement.target

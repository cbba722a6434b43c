"""Statements of the fast path to lines, in the forms that are fastest in a language.

In: a block without a word. Out: lines. Where arrays are nested lists, the numbers of a
row are taken at once, and a loop goes over the items of rows rather than over places;
where they are flat, what does not move of a place is summed before an innermost loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from bpgen.lowering.optimizer import FACTOR
from bpgen.program.expressions import index_text
from bpgen.program.nodes import (
    NUMBER,
    Accumulate,
    Assign,
    Block,
    Compare,
    Each,
    Element,
    Expression,
    For,
    Index,
    Order,
    Role,
    Statement,
    Variable,
)
from bpgen.program.walks import (
    children,
    elements,
    readings,
    statements,
    transform,
)
from bpgen.styles.gathered import gathered
from bpgen.styles.held import Holder
from bpgen.styles.jammed import Fresh, rounds_of
from bpgen.styles.rounds_apart import bound_names
from bpgen.writing.fast_items import ItemWriter, targets_of
from bpgen.writing.fast_rows import (
    FEWEST,
    in_doubt,
    loads,
    names_index,
    over_items,
    row_from,
)
from bpgen.writing.fields import is_number
from bpgen.writing.lines import Head, Lines
from bpgen.writing.packed import AS_IT_IS, AS_USUAL, PackedLayout, narrowed

FEWEST_VIEWED = 16  # numbers of a row that are worth a name for it
COUNTS = "up by itself"  # the head of a loop without a list of places


class FastWriter(ItemWriter):
    """Writes a block without a word.

    Attributes:
        kept: the arrays of the file that a routine takes again, and how they are made;
        routine: which one it is; cleared: the local names of those whose zeros it
            relies on, as it writes all others before it reads them. None: of any.
    """

    kept: dict[str, str]
    routine: str
    cleared: set[str] | None = None
    viewed = 0  # rows of flat arrays that have names

    def write(self, block: Block, indent: int = 0) -> Lines:
        """The lines of a block that stands `indent` columns in."""
        if isinstance(self.layout, PackedLayout):
            self.layout.is_packed = False
        self.outermost = indent
        lines = [str(line) for line in super().write(block, indent)]  # of no statement
        if isinstance(self.layout, PackedLayout):
            room, step = self.language.width - indent, self.language.indent
            narrow = [part for line in lines for part in narrowed(line, room, step)]
            self.layout.is_packed |= len(narrow) > len(lines)
            lines = narrow
        if isinstance(self.layout, PackedLayout) and self.layout.is_packed:
            return [AS_IT_IS, *lines, AS_USUAL]
        return lines

    def lines(self, block: Block) -> Lines:
        """The lines of all statements."""
        if self.language.flat or self.dialect.unrolled:
            viewed = self.viewed
            flat = super().lines(block)
            self.viewed = viewed  # beyond the block their names may come again
            return flat
        found: Lines = []
        at = 0
        self.depth += 1
        while at < len(block):
            row = row_from(block, at)
            many = max(1, len(row))
            if self.depth == 1:
                self.counts.clear()  # one loop after the other: names may come again
                self.changed = {
                    s.target.variable for s in statements(block[at:][:many])
                }
                self.forget_columns()
            is_row = len(row) >= FEWEST
            lines = self.row(row) if is_row else self.line(block[at], first=not found)
            found += [*self.before, *lines] if self.depth == 1 else lines
            self.before = [] if self.depth == 1 else self.before
            at += many
        self.depth -= 1
        return found

    def allocated(
        self, name: str, shape: tuple[int | str, ...], is_whole: bool = False
    ) -> Lines:
        """A local array of zeros; if to make one takes long, the one of last time."""
        again = self.language.ways.again
        sizes = [size for size in shape if isinstance(size, int)]
        if again and len(sizes) == len(shape):
            own = self.dialect.names.kept(self.routine, name)
            kind, zero = ("indices", "0") if is_whole else ("list[float]", "0.0")
            is_cleared = self.cleared is None or name in self.cleared
            taken = again(own, prod(sizes), zero) if is_cleared else own
            line = self.fixed(name, taken, kind)
            if self.layout.fits(line):
                self.kept[own] = self.language.new_zeros(shape, is_whole)
                return [line]
        return super().allocated(name, shape, is_whole)

    def forget_columns(self) -> None:
        """Columns of what changes are no more those of the array."""
        for key in [key for key in self.columns if key[0] in self.changed]:
            del self.columns[key]

    def line(self, statement: Statement, first: bool) -> Lines:
        """The lines of one statement."""
        if isinstance(statement, For) and COUNTS in self.language.heads:
            return self.counting(statement)
        if isinstance(statement, For) and self.language.ways.view:
            before = self.views_before(statement)
            lines = super().line(statement, first)
            if before:
                self.rows.clear()
            return [*before, *lines]
        if not isinstance(statement, For) or "zip" not in self.language.heads:
            return super().line(statement, first)
        rows = self.rows_of(statement)
        taken = {id(s) for row in rows for s in row}
        items = self.items_of(statement)
        before = self.rows_before(statement)
        if items or rows:
            body = tuple(s for s in statement.body if id(s) not in taken)
            body = over_items(body, items)
            is_counted = names_index(body, statement.index)
            opening = self.opening_over(statement, items, is_counted, rows)
            lines = self.layout.body(opening, self.inside(body, is_round=True))
        else:
            lines = super().line(statement, first)
        if before:
            self.rows.clear()
        return [*before, *lines]

    def views_before(self, loop: For) -> Lines:
        """Names for the rows that an innermost loop goes along in flat arrays: of a row
        by itself the compiler knows how long it is, and need not ask at each number."""
        is_known = loop.start == 0 and isinstance(loop.stop, int)
        if any(bound_names(loop.body)) or not is_known or self.dialect.unrolled:
            return []
        lines: Lines = []
        doubted = in_doubt(loop.body)
        for element in targets_of(loop.body, reads=True):
            key = element.variable, element.indices[:-1]
            if (
                element in doubted
                or key in self.rows
                or not self.is_item(element, loop)
            ):
                continue
            if len(element.indices) > 1 and rounds_of(loop) >= FEWEST_VIEWED:
                first = replace(element, indices=(*key[1], Index(0)))
                array, place = self.element(first)[:-1].split("[")
                self.viewed += 1
                name = f"row{self.viewed}"
                view = self.language.ways.view.format(array, place, rounds_of(loop))
                lines.append(self.fixed(name, view))
                self.rows[key] = name
        return lines

    def counting(self, loop: For) -> Lines:
        """A loop that counts by itself, where that is faster than lists of places."""
        before = self.rows_before(loop, reads=True)
        ends = map(index_text, (Index.of(loop.start), Index.of(loop.stop)))
        way = "down" if loop.order is Order.DOWNWARDS else "up"
        inside = self.inside(loop.body, is_round=True)
        lines = self.counted(way, [loop.index, *ends], inside)
        if before:
            self.rows.clear()
        return [*before, *lines]

    def counted(self, way: str, places: list[str], inside: Lines) -> Lines:
        """The lines of such a loop: up or down, of its variable and its ends."""
        heads = self.language.heads
        opening = self.layout.opening(f"{way} by itself", *places)
        last = heads[f"then {way}"].format(*places) + self.language.end
        return self.layout.body(opening, [*inside, last])

    # Each number ----------------------------------------------------------------------

    def each(self, statement: Each) -> Lines:
        """The loops over the rows of some parameters, and over their numbers; what is
        the same for all numbers is named before."""
        if not all(isinstance(s, (Assign, Accumulate)) for s in statement.body):
            return super().each(statement)
        fresh = Fresh(statement.body)
        body = tuple(Holder(fresh, 0, rows=False).run(statement.body))
        names = dict(self.same_for_all(body))
        before: Lines = []
        for value, own in names.items():
            before += self.layout.statement(
                Head(self.element(own), declares=self.declaration(own)), value
            )

        def change(node: Expression) -> Expression | None:
            return names.get(node)

        body = tuple(
            type(s)(s.target, transform(s.value, change)) for s in statements(body)
        )
        body = gathered(body, stores_sums=True)
        return [*before, *super().each(replace(statement, body=body))]

    def same_for_all(self, body: Block) -> Iterator[tuple[Expression, Element]]:
        """What does not depend on the number at hand, each with a name."""
        written = {s.target.variable for s in statements(body)}
        count = 0

        def is_same(node: Expression) -> bool:
            read = list(elements(node))
            still = (
                e.variable not in written and e.variable != FACTOR and not e.indices
                for e in read
            )
            return bool(read) and all(still)

        waiting: list[Expression | Compare] = []
        waiting += [s.value for s in statements(body)][::-1]
        found: dict[Expression, Element] = {}
        while waiting:
            node = waiting.pop()
            if isinstance(node, Compare) or not is_same(node):
                waiting += [*children(node)][::-1]
            elif isinstance(node, Element):
                if is_number(node) and node.variable != FACTOR:
                    name = f"{node.variable.name}_here"
                    found[node] = Variable(name, Role.LOCAL, name).scalar()
            elif node not in found:
                count += 1
                name = f"rest{count}"
                found[node] = Variable(name, Role.LOCAL, name).scalar()
        yield from found.items()

    def numbers_loop(self, statement: Each, names: Lines) -> Lines:
        """The loop over the numbers of rows that have names."""
        ((index, _),) = NUMBER.terms
        if COUNTS in self.language.heads:
            stop = self.language.written("len", names[0])
            inside = self.inside(statement.body, is_round=True)
            return self.counted("up", [index, "0", stop], inside)
        if "zip" not in self.language.heads:
            return super().numbers_loop(statement, names)
        loop = For(index, 0, statement.body)
        items: dict[Element, Element] = {}
        written: set[Element] = set()
        named = dict(loads(statement.body))
        for inner, read in readings(statement.body):
            for element in read:
                if element.indices and element not in written:
                    own = named.get(element) or self.item(element, loop)
                    items.setdefault(element, own)
            written.add(inner.target)
        body = over_items(statement.body, items)
        opening = self.opening_over(loop, items, names_index(body, index))
        return self.layout.body(opening, self.inside(body, is_round=True))

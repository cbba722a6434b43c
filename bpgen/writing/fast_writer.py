"""Statements of the fast path to lines, in the forms that are fastest in a language.

In: a block without a word. Out: lines. Where arrays are nested lists, the numbers of a
row are taken at once, and a loop goes over the items of rows rather than over places;
where they are flat, what does not move of a place is summed before an innermost loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bpgen.languages.record import Breaking
from bpgen.lowering.optimizer import FACTOR
from bpgen.program.nodes import (
    NUMBER,
    Accumulate,
    Add,
    Assign,
    Block,
    Compare,
    Divide,
    Each,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Multiply,
    Order,
    Position,
    Role,
    Statement,
    Subtract,
    Variable,
)
from bpgen.program.walks import (
    children,
    computed_in,
    elements,
    readings,
    statements,
    transform,
    transform_sides,
    walk,
)
from bpgen.styles.gathered import gathered
from bpgen.styles.held import Holder
from bpgen.styles.jammed import Fresh
from bpgen.styles.rounds_apart import accesses, bound_names
from bpgen.writing.context import Dialect
from bpgen.writing.fields import Fields, is_number
from bpgen.writing.lines import Head, Layout, Lines
from bpgen.writing.nested import Nested
from bpgen.writing.options import Comments
from bpgen.writing.places import flat_place
from bpgen.writing.statements import BlockWriter

FLAT = (Role.INPUT, Role.INPUT_GRADIENT, Role.TARGET)  # flat in every language
FEWEST = 2  # items that are worth a pattern
# Around lines that are as full as they can be, for the formatter.
AS_IT_IS, AS_USUAL = "# fmt: off", "# fmt: on"


class PackedLayout(Layout):
    """Lays out long sums in full lines rather than an operand a line."""

    is_packed = False

    def parenthesized(self, head: Head, value: Expression) -> Lines:
        """head (as many operands a line as fit)"""
        if not isinstance(value, (Add, Subtract, Multiply, Divide)):
            return super().parenthesized(head, value)
        return self.packed(f"{head.text(self.language)} (", self.operands(value), ")")

    def packed(self, head: str, items: Sequence[str], tail: str) -> Lines:
        """Items behind a head, in lines as full as they can be."""
        self.is_packed = True
        lines = [head + items[0]]
        for place, item in enumerate(items[1:], 2):
            longer = f"{lines[-1]} {item}"
            if self.fits(longer + tail * (place == len(items))):
                lines[-1] = longer
            else:
                lines.append(" " * self.language.indent + item)
        lines[-1] += tail
        return lines


class FastWriter(BlockWriter):
    """Writes a block without a word."""

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
        self.packs = self.language.breaking is Breaking.PARENTHESES
        if self.packs:
            self.layout = PackedLayout(self.language, self.notation())
            self.nested = Nested(self.layout)

    def write(self, block: Block, indent: int = 0) -> Lines:
        """The lines of a block that stands `indent` columns in."""
        if isinstance(self.layout, PackedLayout):
            self.layout.is_packed = False
        self.outermost = indent
        lines = [str(line) for line in super().write(block, indent)]  # of no statement
        if isinstance(self.layout, PackedLayout) and self.layout.is_packed:
            return [AS_IT_IS, *lines, AS_USUAL]
        return lines

    def lines(self, block: Block) -> Lines:
        """The lines of all statements."""
        if self.language.flat or self.dialect.unrolled:
            return super().lines(block)
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

    def forget_columns(self) -> None:
        """Columns of what changes are no more those of the array."""
        for key in [key for key in self.columns if key[0] in self.changed]:
            del self.columns[key]

    def line(self, statement: Statement, first: bool) -> Lines:
        """The lines of one statement."""
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

    def rows_before(self, loop: For) -> Lines:
        """Names for the rows that an innermost loop sets numbers of."""
        if any(bound_names(loop.body)):
            return []
        lines: Lines = []
        for statement in statements(loop.body):
            target = statement.target
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
        variable, (sample, *places) = element.variable, element.indices
        one = replace(variable, labels=variable.labels[1:], of=None)
        inside = flat_place(Element(one, tuple(places)), self.index)
        return f"[{self.index(sample)}][{inside}]"

    def is_nested(self, variable: Variable) -> bool:
        """Whether the last axis of a variable is one of lists inside of others."""
        is_one = len(variable.labels) == 1 + self.joins_batches
        return variable.role not in FLAT or is_one

    # Each number ----------------------------------------------------------------------

    def each(self, statement: Each) -> Lines:
        """The loops over the rows of some parameters, and over their numbers; what is
        the same for all numbers is named before."""
        fresh = Fresh()
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
        fresh = Counter[str]()

        def is_same(node: Expression) -> bool:
            read = list(elements(node))
            still = (
                is_number(e) or (not e.indices and e.variable not in written)
                for e in read
            )
            return bool(read) and all(still)

        waiting: list[Expression | Compare] = [s.value for s in statements(body)][::-1]
        found: dict[Expression, Element] = {}
        while waiting:
            node = waiting.pop()
            if isinstance(node, Compare) or not is_same(node):
                waiting += [*children(node)][::-1]
            elif not (isinstance(node, Element) and not is_number(node)):
                if (
                    node in found
                    or isinstance(node, Element)
                    and node.variable == FACTOR
                ):
                    continue
                name = node.variable.name if isinstance(node, Element) else "rest"
                fresh[name] += 1
                name = (
                    f"{name}_here"
                    if isinstance(node, Element)
                    else f"{name}{fresh[name]}"
                )
                found[node] = Variable(name, Role.LOCAL, name).scalar()
        yield from found.items()

    def numbers_loop(self, statement: Each, names: Lines) -> Lines:
        """The loop over the numbers of rows that have names."""
        if "zip" not in self.language.heads:
            return super().numbers_loop(statement, names)
        ((index, _),) = NUMBER.terms
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
        written: set[Element] = set()
        for statement, read in readings(head if is_around else loop.body):
            for element in read:
                if self.is_item(element, loop) and element not in written:
                    own = named.get(element) or self.item(element, loop)
                    items.setdefault(element, own)
            target = statement.target
            if isinstance(statement, Accumulate) and self.is_item(target, loop):
                items.setdefault(target, self.item(target, loop))
            written.add(target)
        again = Counter(s.target for s in statements(loop.body))
        return {e: own for e, own in items.items() if again[e] < 2}

    def rows_of(self, loop: For) -> list[list[Assign]]:
        """The rows of arrays that a loop goes along, whose numbers get names at once."""
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
        names, rows = [], []
        for element, own in items.items():
            self.declaration(own)
        for group in self.groups(list(items)):
            given = [self.element(items[element]) for element in group]
            if len(group) > 1:
                names.append(f"({', '.join(given)})")
                rows.append(self.columns_of(group))
                continue
            names += given
            (element,) = group
            text = self.element(element)
            text = text[: text.rindex("[")]
            if loop.stop not in (0, len(element.variable.labels[-1])):
                text += f"[: {self.index(Index.of(loop.stop))}]"
            rows.append(text)
        for run in runs:
            first = run[0].value
            assert isinstance(first, Element)
            for statement in run:
                self.declaration(statement.target, statement.value)
            names.append(f"({', '.join(self.element(s.target) for s in run)})")
            text = self.row_text(first, len(run))
            rows.append(text[: text.rindex("[")])
        over, given = ", ".join(rows), ", ".join(names)
        if len(rows) > 1:
            over = f"zip({over})"
        if is_counted:
            given = f"({given})" if len(rows) > 1 else given
            given, over = f"{loop.index}, {given}", f"enumerate({over})"
        line = f"for {given} in {over}:"
        if self.layout.fits(line):
            return line
        assert isinstance(self.layout, PackedLayout)
        if not is_counted:
            line = f"for ({given}) in {over}:"
        first, *others = line.split(", ")
        parts = [f"{part}," for part in (first, *others[:-1])]
        return "\n".join(self.layout.packed("", [*parts, others[-1]], ""))

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
            source += "[:]" * is_whole
            values = [self.layout.text(s.value) for s in statements]
            return self.listed(f"{source} = (", values, ")")
        assert isinstance(first.value, Element)
        source = self.row_text(first.value, len(statements))
        for statement in statements:
            self.declaration(statement.target, statement.value)
        names = [self.element(s.target) for s in statements]
        line = f"{', '.join(names)} = {source}"
        return (
            [line]
            if self.layout.fits(line)
            else self.listed("(", names, f") = {source}")
        )

    def listed(self, head: str, items: Lines, tail: str) -> Lines:
        """Items with commas between them, in full lines."""
        assert isinstance(self.layout, PackedLayout)
        *others, last = items
        parts = [*(f"{item}," for item in others), last]
        return self.layout.packed(head, parts, tail)

    def row_text(self, first: Element, count: int) -> str:
        """Some items of a row, as code."""
        variable, last = first.variable, first.indices[-1]
        own = self.element(first)
        if count == len(variable.labels[-1]) and self.is_nested(variable):
            return own[: own.rindex("[")]
        start = self.flat(first) if variable.role in FLAT else self.index(last)
        name = own[: own.rindex("[")]
        stop = f"{start} + {count}"
        if start.isdigit():
            stop = str(int(start) + count)
        return f"{name}[{start} : {stop}]"


def row_from(block: Block, at: int) -> list[Assign]:
    """The statements from there on that name, or set, items of a row one by one."""
    found: list[Assign] = []
    for statement in block[at:]:
        place = place_of(statement)
        if place is None:
            break
        if found:
            before = place_of(found[-1])
            assert before is not None
            names_one = bool(before[0]) == bool(place[0])
            if not (names_one and follows(before[1], place[1])):
                break
        assert isinstance(statement, Assign)
        found.append(statement)
    if found and found[0].target.indices:
        element = found[0].target
        is_whole = len(found) == len(element.variable.labels[-1])
        is_row = is_whole or len(found) > FEWEST
        return found if is_row and element.variable.role not in FLAT else []
    return found


def place_of(statement: Statement) -> tuple[bool, Element] | None:
    """The element of an array that a statement sets, or gives a name."""
    match statement:
        case Assign(Element(Variable(is_whole=False), (_, *_)) as target):
            return True, target
        case Assign(
            Element(Variable(role=Role.LOCAL), ()),
            Element(Variable(is_whole=False), (_, *_)) as value,
        ):
            return False, value
        case _:
            return None


def head_of(block: Block) -> Block:
    """The statements at the top of a block that give names to numbers of arrays."""
    count = 0
    while count < len(block) and (place_of(block[count]) or (True, 0))[0] is False:
        count += 1
    return block[:count]


def is_row_of(run: Sequence[Assign], loop: For) -> bool:
    """Whether statements name the numbers of a whole row, one for each round."""
    element = run[0].value
    assert isinstance(element, Element)
    variable, own = element.variable, Index(0, ((loop.index, 1),))
    if variable.role in FLAT or len(element.indices) < 2:
        return False
    *others, place, _ = element.indices
    is_whole = len(run) == len(variable.labels[-1])
    is_along = place == own and len(variable.labels[-2]) == loop.stop
    is_still = not any(loop.index in names_of(index) for index in others)
    return is_whole and is_along and is_still


def follows(one: Element, other: Element) -> bool:
    """Whether an element is the next one of a row."""
    *row, last = one.indices
    *same, place = other.indices
    is_same = one.variable == other.variable and row == same
    return is_same and last.divisor == 1 and not last.modulus and last + 1 == place


def names_of(index: Index) -> set[str]:
    """The names that an index depends on."""
    return {name for name, _ in index.terms}


def names_index(block: Block, name: str) -> bool:
    """Whether a block depends on an index."""
    indices = [
        index
        for statement, read in readings(block)
        for element in (statement.target, *read)
        for index in element.indices
    ]
    for value in computed_in(block):
        indices += [node.index for node in walk(value) if isinstance(node, Position)]
    guards = (s.condition for s in block if isinstance(s, If))
    indices += [guard.index for guard in guards if isinstance(guard, Inside)]
    return any(name in names_of(index) for index in indices)


def loads(block: Block) -> Iterator[tuple[Element, Element]]:
    """The elements to which statements of a block give a name, with that."""
    for statement in block:
        match statement:
            case Assign(
                Element(Variable(role=Role.LOCAL), ()) as own, Element(_, (_, *_)) as e
            ):
                yield e, own


def over_items(block: Block, items: dict[Element, Element]) -> Block:
    """The block that reads names rather than items."""

    def change(node: Expression) -> Expression | None:
        return items.get(node) if isinstance(node, Element) else None

    found: list[Statement] = []
    for statement in block:
        match statement:
            case Assign(target, Element() as value) if items.get(value) == target:
                pass  # it has that name already
            case Assign(target, value):
                found.append(Assign(target, transform(value, change)))
            case Accumulate(target, value) if target in items:
                total = Add(items[target], transform(value, change))
                found.append(Assign(target, total))
            case Accumulate(target, value):
                found.append(Accumulate(target, transform(value, change)))
            case If(condition, body):
                if isinstance(condition, Compare):
                    condition = transform_sides(condition, change)
                found.append(If(condition, over_items(body, items)))
            case _:
                found.append(statement)
    return tuple(found)

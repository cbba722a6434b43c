"""The statements of a program to lines of one language.

In: a block of the program. Out: lines, indented from 0; what is called how is said in
`elements`.
"""

from __future__ import annotations

from bpgen.languages.record import Declaration
from bpgen.program.expressions import index_text, text
from bpgen.program.nodes import (
    NUMBER,
    NUMBERS,
    Accumulate,
    Argument,
    Assign,
    Block,
    Compare,
    Each,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Literal,
    Negate,
    Order,
    Position,
    Role,
    Section,
    Statement,
    Variable,
    Whole,
)
from bpgen.program.notes import Note
from bpgen.program.walks import (
    elements,
    is_constant,
    reads,
    statements,
)
from bpgen.writing.begun import counts_of, own_locals
from bpgen.writing.elements import ElementWriter
from bpgen.writing.fields import is_number
from bpgen.writing.heads import change_of
from bpgen.writing.lent import guarded, lent_rows, wrapped
from bpgen.writing.lines import Head, Line, Lines, Verb
from bpgen.writing.nested import flat_text
from bpgen.writing.nested import is_number as is_literal


class BlockWriter(ElementWriter):
    """Writes one method's statements."""

    def write(self, block: Block, indent: int = 0) -> Lines:
        """The lines of a block that stands `indent` columns in."""
        self.layout.indent = indent
        for element, count in counts_of(block).items():
            self.writes[element] = max(count, self.writes.get(element, 0))
        direct = tuple(s for s in block if not isinstance(s, Section))
        hoists = self.hoists(direct) if self.names_arrays else []
        return [*hoists, *self.lines(block)]

    def lines(self, block: Block) -> Lines:
        """The lines of all statements."""
        found: Lines = []
        for statement in block:
            found += self.line(statement, first=not found)
        return found

    def conditional(self, condition: Inside | Compare, body: Block) -> Lines:
        """if the condition holds: the body; a guard and a comparison right inside
        are one `if`, if both fit"""
        if isinstance(condition, Compare):
            return self.compared(condition, body)
        guard, both = guarded(condition, self.language), []
        match body:
            case (If(Compare() as own, inner),):
                both = self.compared(own, inner, guard)
        return both or self.under(guard, body)

    def compared(self, own: Compare, body: Block, guard: str = "") -> Lines:
        """if the guard, if any, and the comparison hold: the body; nothing if there is
        a guard and both do not fit, or a place has to be a number before it is one"""
        parts, before = self.layout.parts, []
        condition = self.condition(own, guard)
        if not condition and not (guard and self.language.ways.owning):
            before = self.places(elements(own), alone=True)
            condition = self.condition(own, guard)
            self.shortened.clear()
        if not condition:
            self.layout.parts = parts
            if guard:
                return []
            before = self.places(elements(own))
            more, condition = self.layout.short_condition(own)
            before += more
            self.shortened.clear()
        return [*before, *self.under(condition, body)]

    def condition(self, own: Compare, guard: str) -> str:
        """The guard, if any, and the condition; nothing if they do not fit."""
        written = text(own, self.layout.notation)
        operands = [guard, f"{self.language.both}{written}"] if guard else [written]
        return self.layout.condition(operands)

    def under(self, condition: str, body: Block) -> Lines:
        """if the condition holds: the body"""
        opening = self.layout.opening("if", condition)
        return self.layout.body(opening, self.inside(body))

    def line(self, statement: Statement, first: bool) -> Lines:
        match statement:
            case Section(note, body):
                return self.section(note, body, first)
            case For(body=body, note=note):
                heading = self.comments.lines(note)
                ends = map(Index.of, (statement.start, statement.stop))
                is_down = statement.order is Order.DOWNWARDS
                places = [statement.index, *map(index_text, ends)]
                opening = self.layout.opening("down" if is_down else "up", *places)
                inside = self.inside(body, is_round=True)
                return [*heading, *self.layout.body(opening, inside)]
            case Each():
                return self.each(statement)
            case If(condition, body):
                return self.conditional(condition, body)
            case Assign(target, Whole(value)):
                return self.whole(target.variable.name, value)
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                return [self.fixed(name, wrapped(place, self.language), "index")]
            case Literal(variable, values):
                return self.literal(variable, values)
            case Assign(target, value, note) | Accumulate(target, value, note):
                named = self.places((target, *reads(statement)))
                if isinstance(value, Position) and target.variable.is_whole:
                    value = Argument(self.index(value.index))
                if isinstance(statement, Assign):
                    lines = self.assign(target, value)
                else:
                    lines = self.accumulate(target, value)
                self.shortened.clear()
                self.layout.forget()
                made = [Line.of(line, statement) for line in (*named, *lines)]
                return [*self.comments.lines(note), *made]

    def each(self, statement: Each) -> Lines:
        """The loops over the rows of some parameters, and over their numbers."""
        if self.is_single(statement):
            return self.each_of_one(statement)
        names = [self.array(own) for own, _ in statement.arrays]
        lists = [self.list_of(of) for _, of in statement.arrays]
        if self.language.ways.owning:
            written = {s.target.variable for s in statements(statement.body)}
            owns = [own for own, _ in statement.arrays]
            lent = zip(owns, lists, strict=True)
            lists = [lent_rows(of, own in written) for own, of in lent]
        for own, numbers in statement.numbers:
            names.append(self.dialect.names.scalar(own.scalar()))
            pairs = zip(statement.arrays[0][1], numbers, strict=True)
            rows = ", ".join(self.fields.repeated(v, number) for v, number in pairs)
            lists.append(f"[{rows}]")
        before, opening, first = self.rows_loop(names, lists)
        step = self.language.indent
        self.layout.indent += step
        inside = self.numbers_loop(statement, names)
        self.items.clear()
        self.layout.indent -= step
        return [*before, *self.layout.body(opening, [*first, *inside])]

    def numbers_loop(self, statement: Each, names: Lines) -> Lines:
        """The loop over the numbers of rows that have names."""
        written = {s.target.variable for s in statements(statement.body)}
        own, _ = statement.arrays[0]
        has_items = "each" in self.language.heads
        if len(names) == 1 and own not in written and has_items:
            self.items[own[NUMBER]] = "value"
            inner = self.layout.opening("each", "value", names[0], "float")
        else:
            ((index, _),) = NUMBER.terms
            stop = self.language.written("len", names[0])
            inner = self.layout.opening("up", index, "0", stop)
        return self.layout.body(inner, self.inside(statement.body, is_round=True))

    def list_of(self, variables: tuple[Variable, ...]) -> str:
        """The rows of some variables; their list, once it is there."""
        if self.begins and not self.language.ways.lists_late:
            return f"[{', '.join(self.fields.items(variables))}]"
        return self.fields.rows_of(variables)

    def is_single(self, statement: Each) -> bool:
        """Whether it is about a single row of numbers."""
        variables = [variable for _, of in statement.arrays for variable in of]
        is_one = len(variables) == 1 and not statement.numbers
        if not is_one or variables[0].role is Role.STATE:  # no field of its own
            return False
        return self.language.flat or len(variables[0].labels) == 1

    def each_of_one(self, statement: Each) -> Lines:
        """The loop over the numbers of a single row."""
        ((own, (variable,)),) = statement.arrays
        member = self.fields.member(variable)
        written = {s.target.variable for s in statements(statement.body)}
        if own not in written and "each" in self.language.heads:
            self.items[own[NUMBER]] = "value"
            opening = self.layout.opening("each", "value", member, "float")
        else:
            ((index, _),) = NUMBER.terms
            self.items[own[NUMBER]] = f"{member}[{index}]"
            stop = self.language.written("len", member)
            opening = self.layout.opening("up", index, "0", stop)
        inside = self.inside(statement.body, is_round=True)
        self.items.clear()
        return self.layout.body(opening, inside)

    def rows_loop(self, names: Lines, lists: Lines) -> tuple[Lines, str, Lines]:
        """Lines before a loop over several lists at once, the line that begins it, and
        those that name its items."""
        before: Lines = []
        ways = self.language.ways
        apart = ways.owning or (ways.enclosing if len(names) > 1 else None)
        if apart:
            return self.renewed(*apart.zipped(names, lists))
        kinds = ["list[float]"] * len(lists)
        if len(names) == 1 and "each" in self.language.heads:
            lists = [self.only(lists[0])]
            given = lists[0]
            if given.startswith("["):
                rows = flat_text(given[1:-1].split(", "), self.language.ways.marks)
                given = f"{self.language.list_head('list[list[float]]')}{rows}"
            opening = self.layout.opening("each", names[0], given, "list[float]")
            if self.layout.is_short(opening):
                return before, opening, []
        for place, found in enumerate(lists):
            if found.startswith("["):
                lists[place] = self.layout.new_part()
                items = found[1:-1].split(", ")
                kinds[place] = "float" if is_literal(items[0]) else kinds[place]
                kind = f"list[{kinds[place]}]"
                if self.language.plain:
                    made = self.language.list_text(items, kinds[place])
                    before.append(self.fixed(lists[place], made, kind))
                    continue
                begun = Head(lists[place], declares=Declaration.FIXED, kind=kind)
                head = self.language.list_head(kind)
                start, end = f"{begun.text(self.language)} {head}", self.language.end
                before += self.nested.listed(start, items, end)
        if len(names) == 1 and "each" in self.language.heads:
            opening = self.layout.opening("each", names[0], lists[0], kinds[0])
            return before, opening, []
        if "zip" not in self.language.heads:
            count = self.language.written("len", lists[0])
            opening = self.layout.opening("up", "k", "0", count)
            each = zip(names, lists, kinds, strict=True)
            first = [self.fixed(n, f"{of}[k]", kind) for n, of, kind in each]
            return before, opening, first
        opening = self.layout.opening("zip", ", ".join(names), ", ".join(lists))
        if not self.layout.fits(opening):
            step = " " * self.language.indent
            head, tail = self.layout.opening("zip", ", ".join(names), "\0").split("\0")
            inside = [step + ", ".join(lists)]
            if not self.layout.fits(inside[0]):
                inside = [f"{step}{of}," for of in lists]
            opening = "\n".join([head, *inside, tail])
        return before, opening, []

    def only(self, rows: str) -> str:
        """A list of rows; the one in it, where it has no other items."""
        begin, end = f"[{self.language.spread}]".split("{}")
        is_one = rows.startswith(begin) and ", " not in rows
        return rows.removeprefix(begin).removesuffix(end) if is_one else rows

    def whole(self, name: str, value: Element) -> Lines:
        """A name for the whole number that an element holds; none for a local."""
        found, is_whole = self.element(value), value.variable.is_whole
        is_named = is_whole and self.dialect.is_scalar(value)
        self.spelled[name] = found if is_named else name
        if is_named:
            return []
        before = self.places([value], self.fixed(name, "", "index"))
        found = self.element(value)
        self.shortened.clear()
        kept = found if is_whole else self.language.to_whole.format(found)
        return [*before, self.fixed(name, kept, "index")]

    def accumulate(self, target: Element, value: Expression) -> Lines:
        is_new = target not in self.declared and self.dialect.is_scalar(target)
        is_one = target.variable.labels != (NUMBERS,)
        if target.variable.role is Role.GRADIENT and is_new and is_one:
            return self.assign(target, value)  # that of this sample alone
        verb = Verb.ADD
        if isinstance(value, Negate):
            verb, value = Verb.SUBTRACT, value.value
        return self.layout.statement(Head(self.element(target), verb), value)

    def inside(self, body: Block, is_round: bool = False) -> Lines:
        """The lines of a body, laid out for one step further in."""
        step, outer = self.language.indent, self.writes
        declared, renamed = set(self.declared), self.renamed
        if is_round:
            own = own_locals(body) & self.declared
            self.declared -= own
            if self.language.names_once or not self.language.ways.shadows:
                self.renamed = renamed | {e: self.inner_name(e) for e in own}
        self.layout.indent += step
        self.writes = outer | counts_of(body)
        lines = self.lines(body)
        self.writes, self.declared, self.renamed = outer, declared, renamed
        self.layout.indent -= step
        return lines

    def inner_name(self, element: Element) -> str:
        """The name of a local that begins anew inside of a loop, while one of the same
        name lives around it."""
        return self.dialect.names.inner(element, self.element(element))

    def section(self, note: Note | None, body: Block, first: bool) -> Lines:
        """A heading, the arrays that the section uses, its statements."""
        note, body = self.comments.merged(note, body)
        heading = self.comments.lines(note)
        direct = tuple(s for s in body if not isinstance(s, Section))
        hoists = self.hoists(direct) if self.names_arrays else []
        lines = [*hoists, *self.lines(body)]
        space = [""] if heading and not first else []
        is_layers = heading and body and isinstance(body[0], Section)
        if is_layers and not self.dialect.is_dense:
            heading.append("")  # between a layer's heading and its first neuron's
        return [*space, *heading, *lines]

    def assign(self, target: Element, value: Expression) -> Lines:
        name = self.element(target)
        if self.stores and target.variable.role is Role.PARAMETER:
            name = self.placed(self.fields.member(target.variable), target)
        verb, operand = change_of(target, value, self.language)
        if verb is not Verb.SET:
            return self.layout.statement(Head(name, verb), operand)
        kind = "index" if target.variable.is_whole else "float"
        head = Head(name, declares=self.declaration(target, value), kind=kind)
        return self.layout.statement(head, value)

    def declaration(
        self, target: Element, value: Expression | None = None
    ) -> Declaration | None:
        """How a local begins; None for a field, or where it has begun already."""
        is_array = bool(target.variable.labels)
        is_placed = is_array and (self.names_arrays or self.owns_arrays)
        if is_placed or target in self.declared or is_number(target):
            return None
        if target.variable.labels == (NUMBERS,):
            return None
        is_held = target.variable.role in (Role.PARAMETER, Role.BUFFER)
        if self.fields.has_scalars and is_held:
            return None
        self.declared.add(target)
        if self.writes.get(target, 1) > 1:
            return Declaration.VARIED
        if value is not None and is_constant(value, self.constants):
            self.constants.add(target)
            return Declaration.CONSTANT
        self.constants.discard(target)
        return Declaration.FIXED

    def given(self, element: Element, value: str) -> str:
        """The line that takes one number in from outside."""
        kind = "index" if element.variable.is_whole else "float"
        name, declares = self.element(element), self.declaration(element)
        head = Head(name, declares=declares, kind=kind)
        return f"{head.text(self.language)} {value}{self.language.end}"

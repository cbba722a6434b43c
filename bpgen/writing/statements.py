"""The statements of a program to lines of one language.

In: a block of the program. Out: lines, indented from 0. Here it is decided where
a value lives: parameters, gradients and what a later method reads are fields of
the object; the rest is local. In the loops style every array is a field, and a
section takes the ones that it uses into locals first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpgen.languages.record import Breaking, Declaration
from bpgen.program.expressions import Notation, index_text, text
from bpgen.program.nodes import (
    Accumulate,
    Add,
    Argument,
    Assign,
    Block,
    Compare,
    Divide,
    Draw,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Literal,
    Multiply,
    Negate,
    Order,
    Position,
    Role,
    Section,
    Statement,
    Subtract,
    Variable,
    Whole,
)
from bpgen.program.notes import Note
from bpgen.program.views import held
from bpgen.program.walks import arrays_in, elements, is_constant, reads, write_counts
from bpgen.writing.comments import CommentWriter
from bpgen.writing.context import Dialect, call_in, notation_of
from bpgen.writing.lines import Head, Layout, Line, Lines, Verb
from bpgen.writing.literals import rows, text_rows
from bpgen.writing.nested import Nested, flat_text
from bpgen.writing.places import as_number, flat_place


class BlockWriter:
    """Writes one method's statements.

    `alone` is for predict: nothing is a field but parameters, and nothing is kept.
    """

    def __init__(self, dialect: Dialect, alone: bool = False) -> None:
        self.dialect = dialect
        self.language = dialect.language
        self.alone = alone
        self.layout = Layout(dialect.language, self.notation())
        self.hoisted: set[Variable] = set()
        self.declared: set[Element] = set()
        self.constants: set[Element] = set()  # of the declared ones
        self.nested = Nested(self.layout)
        self.comments = CommentWriter(dialect, self.layout)
        self.writes: dict[Element, int] = {}
        self.shortened: dict[Element, str] = {}  # with a row or an index named
        self.spelled: dict[str, str] = {}  # indices that are locals already

    def notation(self) -> Notation:
        """How expressions are written inside this method."""
        language = self.language

        def draw(node: Draw, arguments: list[str]) -> str:
            generator = language.member.format("generator")
            return f"{generator}.{node.distribution}({', '.join(arguments)})"

        return notation_of(
            language,
            self.element,
            call_in(self.dialect.names),
            draw=draw,
            position=self.position,
        )

    def position(self, index: Index) -> str:
        """An index as a number."""
        return as_number(index, self.language)

    # Elements -------------------------------------------------------------------

    def element(self, element: Element) -> str:
        """An element as code."""
        if element in self.shortened:
            return self.shortened[element]
        dialect, names, variable = self.dialect, self.dialect.names, element.variable
        if dialect.is_scalar(element):
            name = names.scalar(element)
            kept = dialect.is_field(element) and not self.is_local(element)
            return self.language.member.format(name) if kept else name
        if variable.role is Role.TARGET:
            return f"targets{self.subscripts(element)}"
        if variable.role is Role.INPUT and self.alone:
            return f"inputs[{self.flat(element)}]"
        name = names.array(variable)
        if self.language.flat:
            return f"{name}[{self.flat(element)}]"
        if variable.role in (Role.INPUT, Role.INPUT_GRADIENT):
            return f"{name}{self.subscripts(element)}"
        return name + "".join(f"[{self.index(index)}]" for index in element.indices)

    def index(self, index: Index) -> str:
        """An index as code."""
        terms = ((self.spelled.get(name, name), f) for name, f in index.terms)
        return index_text(replace(index, terms=tuple(terms)))

    def is_local(self, element: Element) -> bool:
        return self.alone and element.variable.role in (Role.VALUE, Role.INPUT)

    def subscripts(self, element: Element) -> str:
        """The subscripts of what is one flat list for each sample."""
        variable, indices = element.variable, element.indices
        if not variable.is_batched:
            return f"[{self.flat(element)}]"
        one = Element(replace(variable, labels=variable.axes), indices[1:])
        return f"[{self.index(indices[0])}][{self.flat(one)}]"

    def flat(self, element: Element) -> str:
        """The row-major position of an element."""
        return flat_place(element, self.index)

    # Statements -----------------------------------------------------------------

    def write(self, block: Block, indent: int = 0) -> Lines:
        """The lines of a block that stands `indent` columns in."""
        self.layout.indent = indent
        self.writes |= write_counts(block)
        direct = tuple(s for s in block if not isinstance(s, Section))
        hoists = [] if self.dialect.unrolled else self.hoists(direct)
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
        place = index_text(condition.index)
        guard, both = self.language.inside.format(place, condition.extent), []
        match body:
            case (If(Compare() as own, inner),):
                both = self.compared(own, inner, guard)
        return both or self.under(guard, body)

    def compared(self, own: Compare, body: Block, guard: str = "") -> Lines:
        """if the guard, if any, and the comparison hold: the body; nothing if there
        is a guard and both do not fit"""
        parts, before = self.layout.parts, []
        condition = self.condition(own, guard)
        if not condition:
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
                return [*heading, *self.layout.body(opening, self.inside(body))]
            case If(condition, body):
                return self.conditional(condition, body)
            case Assign(target, Whole(value)):
                return self.whole(target.variable.name, value)
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                return [self.fixed(name, index_text(place))]
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
                made = [Line.of(line, statement) for line in (*named, *lines)]
                return [*self.comments.lines(note), *made]

    def whole(self, name: str, value: Element) -> Lines:
        """A name for the whole number that an element holds; none for a local."""
        found, is_whole = self.element(value), value.variable.is_whole
        is_named = is_whole and self.dialect.is_scalar(value)
        self.spelled[name] = found if is_named else name
        kept = found if is_whole else self.language.to_whole.format(found)
        return [] if is_named else [self.fixed(name, kept)]

    def accumulate(self, target: Element, value: Expression) -> Lines:
        verb = Verb.ADD
        if isinstance(value, Negate):
            verb, value = Verb.SUBTRACT, value.value
        return self.layout.statement(Head(self.element(target), verb), value)

    def fixed(self, name: str, value: str) -> str:
        """A local name for a value in code."""
        head = Head(name, declares=Declaration.FIXED).text(self.language)
        return f"{head} {value}{self.language.end}"

    def places(self, used: Iterable[Element], alone: bool = False) -> Lines:
        """Names for arrays, rows or indices that would make a line too long.

        `alone`: for all, but no row is looked up, since a guard is still to come.
        """
        found: Lines = []
        for element in dict.fromkeys(used):
            array, *indices = self.element(element).split("[")
            fits = self.layout.fits(f"{self.element(element)} += (", 4)
            if not indices or (fits and not alone):
                continue
            part = self.layout.new_part()
            if len(indices) == 1:  # a flat array
                found.append(self.fixed(part, indices[0][:-1]))
                self.shortened[element] = f"{array}[{part}]"
                continue
            while not alone and len(indices) > 1:
                if not self.layout.fits(self.fixed(part, f"{array}[{indices[0]}")):
                    break
                array += f"[{indices.pop(0)}"
            found.append(self.fixed(part, array))
            self.shortened[element] = "[".join((part, *indices))
        return found

    def inside(self, body: Block) -> Lines:
        """The lines of a body, laid out for one step further in."""
        step, outer = self.language.indent, self.writes
        declared = set(self.declared)
        self.layout.indent += step
        self.writes = outer | write_counts(body)
        lines = self.lines(body)
        self.writes, self.declared = outer, declared
        self.layout.indent -= step
        return lines

    def section(self, note: Note | None, body: Block, first: bool) -> Lines:
        """A heading, the arrays that the section uses, its statements."""
        self.comments.said.clear()
        heading = self.comments.lines(note)
        hoists = [] if self.dialect.unrolled else self.hoists(body)
        lines = [*hoists, *self.lines(body)]
        space = [""] if heading and not first else []
        if heading and body and isinstance(body[0], Section):
            heading.append("")  # between a layer's heading and its first neuron's
        return [*space, *heading, *lines]

    def assign(self, target: Element, value: Expression) -> Lines:
        name = self.element(target)
        match value:
            case Add(left, right) | Subtract(left, right) if left == target:
                verb = Verb.ADD if isinstance(value, Add) else Verb.SUBTRACT
                return self.layout.statement(Head(name, verb), right)
            case Multiply(left, right) | Divide(left, right) if left == target:
                verb = Verb.MULTIPLY if isinstance(value, Multiply) else Verb.DIVIDE
                return self.layout.statement(Head(name, verb), right)
        head = Head(name, declares=self.declaration(target, value))
        return self.layout.statement(head, value)

    def declaration(
        self, target: Element, value: Expression | None = None
    ) -> Declaration | None:
        """How a local begins; None for a field, or where it has begun already."""
        dialect = self.dialect
        if not dialect.is_scalar(target) or target in self.declared:
            return None
        if dialect.is_field(target) and not self.is_local(target):
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
        head = Head(self.element(element), declares=self.declaration(element))
        return f"{head.text(self.language)} {value}{self.language.end}"

    def literal(self, variable: Variable, values: tuple[float, ...]) -> Lines:
        """The lines that set a whole array: a list in code, or a long one as text."""
        name, shape = self.dialect.names.array(variable), variable.shape
        array = self.language.member.format(name)
        if self.language.flat:
            listed = flat_text(list(map(self.language.number, values)))
            line = self.language.fill(array, listed, shape)
        else:
            line = f"{array} = {flat_text(rows(values, shape))}"
        if self.layout.fits(line + self.language.end):
            return [line + self.language.end]
        constant = self.dialect.text_constant(text_rows(values))
        numbers = self.language.written("numbers", constant)
        line = self.language.fill(array, numbers, shape) + self.language.end
        if self.layout.fits(line):
            return [line]
        part = self.layout.new_part()
        filled = self.language.fill(array, part, shape) + self.language.end
        return [self.fixed(part, numbers), filled]

    # For routines -----------------------------------------------------------------

    def unpacked(self, elements: Lines, source: str) -> Lines:
        """The lines that set scalars to the items of a list."""
        end = self.language.end
        if not self.language.unpacking or len(elements) == 1:
            pairs = enumerate(elements)
            return [f"{name} = {source}[{place}]{end}" for place, name in pairs]
        before, after = self.language.unpacking.split("{}")
        line = f"{before}{', '.join(elements)}{after} = {source}{end}"
        if self.layout.fits(line):
            return [line]
        start = f"{before}{', '.join(elements)}{after} ="
        if self.language.breaking is Breaking.OPERATORS_LAST and self.layout.fits(
            start
        ):
            return [start, f"{' ' * self.language.hanging}{source}{end}"]
        marks = (before or "(") + (after or ")")
        return self.nested.listed("", elements, f" = {source}{end}", marks)

    def set_zeros(
        self, field: str, shape: tuple[int | str, ...], is_whole: bool = False
    ) -> Lines:
        """The lines that make an array of zeros of a field."""
        zeros, end = self.language.new_zeros(shape, is_whole), self.language.end
        if self.layout.fits(f"{field} = {zeros}{end}"):
            return [f"{field} = {zeros}{end}"]
        return self.nested.wrapped(f"{field} = ", zeros, end)

    # Arrays ---------------------------------------------------------------------

    def hoists(self, body: Block) -> Lines:
        """Locals for the arrays that the statements use for the first time."""
        found: Lines = []
        for variable in arrays_in(body):
            skips = variable.role is Role.TARGET or variable in self.hoisted
            if skips or (variable.role is Role.INPUT and self.alone):
                continue
            self.hoisted.add(variable)
            name = self.dialect.names.array(variable)
            if self.alone and variable.role is Role.VALUE:
                found += self.allocated(name, variable)
            else:
                field = self.language.field_of_this.format(name)
                found.append(self.fixed(name, field))
        return found

    def allocated(self, name: str, variable: Variable) -> Lines:
        """A local array of zeros."""
        zeros = self.language.new_zeros(held(variable).shape, variable.is_whole)
        line = self.fixed(name, zeros)
        if self.layout.fits(line):
            return [line]
        head = Head(name, declares=Declaration.FIXED).text(self.language)
        return self.nested.wrapped(f"{head} ", zeros, self.language.end)

"""The statements of a program to lines of one language.

In: a block of the program. Out: lines, indented from 0. Here it is decided where
a value lives: arrays of the object get local names in a section that uses them, what
a sample has is local to the method. Unrolled, every number has a local name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpgen.languages.record import Declaration
from bpgen.lowering.optimizer import FACTOR
from bpgen.program.expressions import Notation, index_text, text
from bpgen.program.nodes import (
    NUMBER,
    NUMBERS,
    Accumulate,
    Add,
    Argument,
    Assign,
    Block,
    Compare,
    Divide,
    Draw,
    Each,
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
from bpgen.program.walks import arrays_in, elements, is_constant, reads, write_counts
from bpgen.writing.comments import CommentWriter
from bpgen.writing.context import Dialect, call_in, notation_of
from bpgen.writing.fields import Fields, field_shape, is_number
from bpgen.writing.lines import Head, Layout, Line, Lines, Verb
from bpgen.writing.literals import rows, text_rows
from bpgen.writing.nested import Nested, flat_text
from bpgen.writing.places import as_number, flat_place


class BlockWriter:
    """Writes one method's statements.

    Attributes:
        inputs: what the method calls its one sample, if it reads it as it is given.
        targets: what it calls its targets.
        stores: whether weights are set where they are, not under a local name.
        numbers: those of the object that have a local name.
        owns_arrays: whether arrays are spelled as fields: where they begin.
        arrays: those that have a local name.
        named: locals that are no variables of the program.
    """

    def __init__(self, dialect: Dialect, fields: Fields) -> None:
        self.dialect, self.fields = dialect, fields
        self.language = dialect.language
        self.inputs, self.targets = "", "targets"
        self.stores = False
        self.numbers: dict[Variable, str] = {}
        self.owns_arrays = False
        self.arrays: set[Variable] = set()
        self.named: set[str] = set()
        self.layout = Layout(dialect.language, self.notation())
        self.declared: set[Element] = set()
        self.constants: set[Element] = set()  # of the declared ones
        self.nested = Nested(self.layout)
        self.comments = CommentWriter(dialect, self.layout, self.element)
        self.writes: dict[Element, int] = {}
        self.shortened: dict[Element, str] = {}  # with a row or an index named
        self.spelled: dict[str, str] = {}  # indices that are locals already

    def notation(self) -> Notation:
        """How expressions are written inside this method."""
        language = self.language

        def draw(node: Draw, arguments: list[str]) -> str:
            generator = language.member.format("_generator")
            return f"{generator}.{node.distribution}({', '.join(arguments)})"

        return notation_of(
            language,
            self.element,
            call_in(self.dialect.names),
            draw=draw,
            position=self.position,
            known={} if self.dialect.unrolled else None,
        )

    def position(self, index: Index) -> str:
        """An index as a number."""
        return as_number(index, self.language)

    # Elements -------------------------------------------------------------------

    def element(self, element: Element) -> str:
        """An element as code."""
        if self.shortened and element in self.shortened:
            return self.shortened[element]
        variable = element.variable
        if variable.labels == (NUMBERS,):  # of one parameter after the other
            return f"{self.array(variable)}[{index_text(element.indices[0])}]"
        if self.owns_arrays and variable.labels:
            return self.placed(self.fields.member(variable), element)
        if self.dialect.is_scalar(element):
            if is_number(element) and variable != FACTOR:
                return self.numbers.get(variable) or self.fields.member(variable)
            return self.dialect.names.scalar(element)
        if variable.role is Role.TARGET:
            return f"{self.targets}{self.subscripts(element)}"
        return self.placed(self.array(variable), element)

    def placed(self, name: str, element: Element) -> str:
        """An element of an array of that name."""
        if self.language.flat:
            return f"{name}[{self.flat(element)}]"
        if element.variable.role in (Role.INPUT, Role.INPUT_GRADIENT):
            return f"{name}{self.subscripts(element)}"
        return name + "".join(f"[{self.index(index)}]" for index in element.indices)

    def index(self, index: Index) -> str:
        """An index as code."""
        terms = ((self.spelled.get(name, name), f) for name, f in index.terms)
        return index_text(replace(index, terms=tuple(terms)))

    def array(self, variable: Variable) -> str:
        """The local name of an array."""
        if variable.role is Role.INPUT and self.inputs:
            return self.inputs
        if variable.labels == (NUMBERS,):
            return self.language.identifier(variable.name)
        return self.dialect.names.array(variable)

    def take(self, variable: Variable) -> str:
        """The local name of an array or a number, which begins here if it has not."""
        if not variable.labels:
            self.declared.add(variable.scalar())
            return self.element(variable.scalar())
        self.arrays.add(variable)
        return self.array(variable)

    def knows(self, variable: Variable) -> bool:
        """Whether an array, or a number, has its local name already."""
        if not variable.labels:
            return variable.scalar() in self.declared
        return variable in self.arrays

    def given_or_zero(self, element: Element) -> str:
        """A named number; 0.0 if nothing has given it a name."""
        return self.element(element) if element in self.declared else "0.0"

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
        hoists = self.hoists(direct) if self.names_arrays else []
        return [*hoists, *self.lines(block)]

    @property
    def names_arrays(self) -> bool:
        """Whether arrays have local names."""
        return not (self.dialect.unrolled or self.owns_arrays)

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
            case Each():
                return self.each(statement)
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
                self.layout.forget()
                made = [Line.of(line, statement) for line in (*named, *lines)]
                return [*self.comments.lines(note), *made]

    def each(self, statement: Each) -> Lines:
        """The loops over the rows of some parameters, and over their numbers."""
        names = [self.array(own) for own, _ in statement.arrays]
        lists = [self.fields.rows_of(of) for _, of in statement.arrays]
        for own, numbers in statement.numbers:
            names.append(self.dialect.names.scalar(own.scalar()))
            pairs = zip(statement.arrays[0][1], numbers, strict=True)
            rows = ", ".join(self.fields.repeated(v, number) for v, number in pairs)
            lists.append(f"[{rows}]")
        before, opening, first = self.rows_loop(names, lists)
        step = self.language.indent
        self.layout.indent += step
        ((index, _),) = NUMBER.terms
        stop = self.language.written("len", names[0])
        inner = self.layout.opening("up", index, "0", stop)
        inside = self.layout.body(inner, self.inside(statement.body))
        self.layout.indent -= step
        return [*before, *self.layout.body(opening, [*first, *inside])]

    def rows_loop(self, names: Lines, lists: Lines) -> tuple[Lines, str, Lines]:
        """Lines before a loop over several lists at once, the line that begins it, and
        those that name its items."""
        before: Lines = []
        for place, found in enumerate(lists):
            if found.startswith("["):
                lists[place] = self.layout.new_part()
                before.append(self.fixed(lists[place], found))
        if "zip" not in self.language.heads:
            count = self.language.written("len", lists[0])
            opening = self.layout.opening("up", "k", "0", count)
            pairs = zip(names, lists, strict=True)
            return before, opening, [self.fixed(n, f"{rows}[k]") for n, rows in pairs]
        if len(names) == 1:
            return before, self.layout.opening("each", names[0], lists[0]), []
        joined = ", ".join(names), ", ".join(lists)
        return before, self.layout.opening("zip", *joined), []

    def whole(self, name: str, value: Element) -> Lines:
        """A name for the whole number that an element holds; none for a local."""
        found, is_whole = self.element(value), value.variable.is_whole
        is_named = is_whole and self.dialect.is_scalar(value)
        self.spelled[name] = found if is_named else name
        kept = found if is_whole else self.language.to_whole.format(found)
        return [] if is_named else [self.fixed(name, kept)]

    def accumulate(self, target: Element, value: Expression) -> Lines:
        is_new = target not in self.declared and self.dialect.is_scalar(target)
        is_one = target.variable.labels != (NUMBERS,)
        if target.variable.role is Role.GRADIENT and is_new and is_one:
            return self.assign(target, value)  # that of this sample alone
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
        for element in () if self.dialect.unrolled else dict.fromkeys(used):
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
        note, body = self.comments.merged(note, body)
        heading = self.comments.lines(note)
        direct = tuple(s for s in body if not isinstance(s, Section))
        hoists = self.hoists(direct) if self.names_arrays else []
        lines = [*hoists, *self.lines(body)]
        space = [""] if heading and not first else []
        if heading and body and isinstance(body[0], Section):
            heading.append("")  # between a layer's heading and its first neuron's
        return [*space, *heading, *lines]

    def assign(self, target: Element, value: Expression) -> Lines:
        name = self.element(target)
        if self.stores and target.variable.role is Role.PARAMETER:
            name = self.placed(self.fields.member(target.variable), target)
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
        is_array = bool(target.variable.labels)
        is_placed = is_array and (self.names_arrays or self.owns_arrays)
        if is_placed or target in self.declared or is_number(target):
            return None
        if target.variable.labels == (NUMBERS,):
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
        array, shape = self.fields.member(variable), variable.shape
        if self.language.flat:
            listed = flat_text(list(map(self.language.number, values)))
            line = self.language.fill(array, listed, shape)
        else:
            line = f"{array} = {flat_text(rows(values, shape))}"
        if self.layout.fits(line + self.language.end):
            return [line + self.language.end]
        constant = self.dialect.text_constant(text_rows(values))
        numbers = self.language.written("numbers", constant)
        line = self.set_whole(array, numbers, shape)
        if self.layout.fits(line):
            return [line]
        part = self.layout.new_part()
        return [self.fixed(part, numbers), self.set_whole(array, part, shape)]

    def set_whole(self, array: str, values: str, shape: tuple[int, ...]) -> str:
        """The line that sets an array of the object to a flat list."""
        is_new = not self.language.flat and len(shape) == 1
        line = (
            f"{array} = {values}"
            if is_new
            else self.language.fill(array, values, shape)
        )
        return line + self.language.end

    # For routines -----------------------------------------------------------------

    def set_zeros(self, field: str, shape: tuple[int | str, ...]) -> Lines:
        """The lines that make an array of zeros of a field."""
        zeros, end = self.language.zeros(shape), self.language.end
        if self.layout.fits(f"{field} = {zeros}{end}"):
            return [f"{field} = {zeros}{end}"]
        return self.nested.wrapped(f"{field} = ", zeros, end)

    # Arrays ---------------------------------------------------------------------

    def hoists(self, body: Block) -> Lines:
        """Local names for the arrays that the statements use for the first time."""
        found: Lines = []
        for variable in arrays_in(body):
            is_given = variable.role is Role.TARGET or variable.labels == (NUMBERS,)
            is_given |= variable.role is Role.INPUT and bool(self.inputs)
            if is_given or variable in self.arrays:
                continue
            found += self.hoisted(variable)
        return found

    def hoisted(self, variable: Variable) -> Lines:
        """A local name for an array: for a field, or for new zeros."""
        name = self.take(variable)
        if variable.role in (Role.VALUE, Role.INPUT_GRADIENT):
            first = ("batch",) if variable.is_batched else ()
            shape = (*first, *field_shape(variable))
            return self.allocated(name, shape, variable.is_whole)
        return [self.fixed(name, self.fields.member(variable))]

    def allocated(
        self, name: str, shape: tuple[int | str, ...], is_whole: bool = False
    ) -> Lines:
        """A local array of zeros."""
        zeros = self.language.new_zeros(shape, is_whole)
        line = self.fixed(name, zeros)
        if self.layout.fits(line):
            return [line]
        head = Head(name, declares=Declaration.FIXED).text(self.language)
        return self.nested.wrapped(f"{head} ", zeros, self.language.end)

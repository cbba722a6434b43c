"""The statements of a program to lines of one language.

In: a block of the program. Out: lines, indented from 0. Here it is decided where
a value lives: parameters, gradients and what a later method reads are fields of
the object; the rest is local. In the loops style every array is a field, and a
section takes the ones that it uses into locals first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpgen.program.expressions import OPERATORS, Notation, index_text, number_text, text
from bpgen.program.nodes import (
    Accumulate,
    Add,
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
from bpgen.program.walks import (
    arrays_in,
    chosen,
    elements,
    is_constant,
    reads,
    same_choice,
    write_counts,
)
from bpgen.writing.comments import CommentWriter
from bpgen.writing.context import Dialect
from bpgen.writing.lines import Layout, Lines, flat_text
from bpgen.writing.literals import rows, text_rows


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
        self.comments = CommentWriter(dialect, self.layout)
        self.writes: dict[Element, int] = {}
        self.shortened: dict[Element, str] = {}  # with a row or an index named

    def notation(self) -> Notation:
        """How expressions are written inside this method."""
        language = self.language

        def call(name: str, arguments: list[str]) -> str:
            own = language.functions.get(name)
            if own:
                return own.format(*arguments)
            return f"{self.dialect.names.function(name)}({', '.join(arguments)})"

        def draw(node: Draw, arguments: list[str]) -> str:
            generator = language.member.format("generator")
            return f"{generator}.{node.distribution}({', '.join(arguments)})"

        return Notation(
            number_text,
            self.element,
            call,
            language.select,
            methods=language.methods,
            draw=draw,
            position=self.position,
        )

    def position(self, index: Index) -> str:
        """An index as a number."""
        found = index_text(index)
        if not index.terms:
            return number_text(float(index.constant))
        written = self.language.to_number.format(found)
        return (
            written.replace(f"({found}).", f"{found}.") if found.isalpha() else written
        )

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
        return name + "".join(f"[{index_text(index)}]" for index in element.indices)

    def is_local(self, element: Element) -> bool:
        return self.alone and element.variable.role in (Role.VALUE, Role.INPUT)

    def subscripts(self, element: Element) -> str:
        """The subscripts of what is one flat list for each sample."""
        variable, indices = element.variable, element.indices
        if not variable.is_batched:
            return f"[{self.flat(element)}]"
        one = Element(replace(variable, labels=variable.axes), indices[1:])
        return f"[{index_text(indices[0])}][{self.flat(one)}]"

    def flat(self, element: Element) -> str:
        """The row-major position of an element."""
        constant, stride = 0, 1
        terms: list[tuple[str, int]] = []
        shape = element.variable.shape
        for index, extent in reversed(list(zip(element.indices, shape, strict=True))):
            if stride > 1 and len(index.terms) > 1:  # (j + m - 1) * 4: as it is meant
                terms = [(f"({index_text(index)})", stride), *terms]
            else:
                constant += index.constant * stride
                terms = [(name, f * stride) for name, f in index.terms] + terms
            stride *= extent
        return index_text(Index(constant, tuple(terms)))

    # Statements -----------------------------------------------------------------

    def write(self, block: Block, indent: int = 0) -> Lines:
        """The lines of a block that stands `indent` columns in."""
        self.layout.indent = indent
        self.writes |= write_counts(block)
        direct = tuple(s for s in block if not isinstance(s, Section))
        hoists = [] if self.dialect.unrolled else self.hoists(direct)
        return [*hoists, *self.lines(block)]

    def lines(self, block: Block, plainly: bool = False) -> Lines:
        """The lines of all statements; `plainly`: without any `if` for a choice."""
        found: Lines = []
        left = list(block)
        while left:
            choices = [] if plainly else list(same_choice(left))
            lines = self.choice(choices)
            found += lines or self.line(left[0], first=not found)
            del left[: len(choices) if lines else 1]
        return found

    def choice(self, choices: list[Assign], guard: str = "") -> Lines:
        """if the condition and the guard hold: what all of them assign then; nothing
        if that does not fit a line"""
        if not choices:
            return []
        own = chosen(choices[0]).condition
        condition, before = self.condition(own, guard), []
        if not condition:
            before = self.places(elements(own), alone=True)
            condition = self.condition(own, guard)
            self.shortened.clear()
        if not condition:
            return []
        body = (Assign(c.target, chosen(c).then, c.note) for c in choices)
        return [*before, *self.under(condition, tuple(body))]

    def condition(self, own: Compare, guard: str) -> str:
        """The guard, if any, and the condition; nothing if they do not fit."""
        written = text(own, self.layout.notation)
        operands = [guard, f"{self.language.both}{written}"] if guard else [written]
        return self.layout.condition(operands)

    def under(self, condition: str, body: Block, plainly: bool = False) -> Lines:
        """if the condition holds: the body"""
        opening, closing = self.language.condition
        ending = [closing] if closing else []
        head = opening.format(condition).splitlines()
        return [*head, *self.indented(body, plainly), *ending]

    def line(self, statement: Statement, first: bool) -> Lines:
        match statement:
            case Section(note, body):
                return self.section(note, body, first)
            case For(body=body, note=note):
                heading = self.comments.lines(note)
                inside = self.indented(body)
                ends = [
                    index_text(Index.of(end))
                    for end in (statement.start, statement.stop)
                ]
                macro = "ForDown" if statement.order is Order.DOWNWARDS else "For"
                lines = self.dialect.macro(macro, statement.index, *ends, inside)
                return [*heading, *lines]
            case If(Inside(index, extent), body):
                condition = self.language.inside.format(index_text(index), extent)
                choices = list(same_choice(body))
                alone = len(choices) == len(body)  # one `if` for both conditions
                both = self.choice(choices, condition) if alone else []
                return both or self.under(condition, body, plainly=alone)
            case Assign(target, Whole(value)):
                whole = self.language.to_whole.format(self.element(value))
                name, start = target.variable.name, self.language.declare
                return [f"{start}{name} = {whole}{self.language.end}"]
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)):
                start, end = self.language.declare, self.language.end
                return [f"{start}{name} = {index_text(place)}{end}"]
            case Literal(variable, values):
                return self.literal(variable, values)
            case Assign(target, value, note) | Accumulate(target, value, note):
                places = self.places((target, *reads(statement)))
                if isinstance(statement, Assign):
                    lines = self.assign(target, value)
                else:
                    lines = self.accumulate(target, value)
                self.shortened.clear()
                return [*self.comments.lines(note), *places, *lines]

    def accumulate(self, target: Element, value: Expression) -> Lines:
        sign = "+="
        if isinstance(value, Negate):
            sign, value = "-=", value.value
        return self.layout.statement(f"{self.element(target)} {sign}", value)

    def places(self, used: Iterable[Element], alone: bool = False) -> Lines:
        """Names for arrays, rows or indices that would make a line too long.

        `alone`: for all, but no row is looked up, since a guard is still to come.
        """
        found: Lines = []
        start, end = self.language.declare, self.language.end
        for element in dict.fromkeys(used):
            array, *indices = self.element(element).split("[")
            fits = self.layout.fits(f"{self.element(element)} += (", 4)
            if not indices or (fits and not alone):
                continue
            self.layout.parts += 1
            head = f"{start}part{self.layout.parts} = "
            if len(indices) == 1:  # a flat array
                found.append(f"{head}{indices[0][:-1]}{end}")
                self.shortened[element] = f"{array}[part{self.layout.parts}]"
                continue
            while not alone and len(indices) > 1:
                if not self.layout.fits(f"{head}{array}[{indices[0]}"):
                    break
                array += f"[{indices.pop(0)}"
            found.append(f"{head}{array}")
            self.shortened[element] = "[".join((f"part{self.layout.parts}", *indices))
        return found

    def indented(self, body: Block, plainly: bool = False) -> Lines:
        step, outer = self.language.indent, self.writes
        declared = set(self.declared)
        self.layout.indent += step
        self.writes = outer | write_counts(body)
        lines = self.lines(body, plainly)
        self.writes, self.declared = outer, declared
        self.layout.indent -= step
        return [" " * step + line if line else line for line in lines]

    def section(self, note: Note | None, body: Block, first: bool) -> Lines:
        """A heading, the arrays that the section uses, its statements."""
        self.comments.said.clear()
        heading = self.comments.lines(note)
        hoists = [] if self.dialect.unrolled else self.hoists(body)
        lines = [*hoists, *self.lines(body)]
        space = [] if first or not (lines and heading) else [""]
        if heading and body and isinstance(body[0], Section):
            heading.append("")  # between a layer's heading and its first neuron's
        return [*space, *heading, *lines]

    def assign(self, target: Element, value: Expression) -> Lines:
        name = self.element(target)
        match value:
            case Add(left, right) | Subtract(left, right) if left == target:
                sign = OPERATORS[type(value)][0]
                return self.layout.statement(f"{name} {sign}=", right)
            case Multiply(left, right) | Divide(left, right) if left == target:
                sign = OPERATORS[type(value)][0]
                return self.layout.statement(f"{name} {sign}=", right)
        head = f"{self.declaration(target, value)}{name} ="
        return self.layout.statement(head, value, name)

    def declaration(self, target: Element, value: Expression | None = None) -> str:
        """What comes before the name where a local begins."""
        dialect = self.dialect
        if not dialect.is_scalar(target) or target in self.declared:
            return ""
        if dialect.is_field(target) and not self.is_local(target):
            return ""
        self.declared.add(target)
        if self.writes.get(target, 1) > 1:
            return self.language.vary
        if value is not None and is_constant(value, self.constants):
            self.constants.add(target)
            return self.language.constant_start
        self.constants.discard(target)
        return self.language.declare

    def literal(self, variable: Variable, values: tuple[float, ...]) -> Lines:
        """The lines that set a whole array: a list in code, or a long one as text."""
        name = self.dialect.names.array(variable)
        flat = self.language.flat
        items = list(map(number_text, values)) if flat else rows(values, variable.shape)
        lines = self.dialect.macro("Literal", name, flat_text(items))
        if len(lines) == 1 and self.layout.fits(lines[0]):
            return lines
        constant = self.language.constant(f"numbers_{len(self.dialect.constants) + 1}")
        self.dialect.constants[constant] = text_rows(values)
        return self.dialect.macro("LongLiteral", name, constant, variable.shape)

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
            is_new = self.alone and variable.role is Role.VALUE
            macro = "allocate" if is_new else "hoist"
            (line,) = self.dialect.macro(macro, name, variable.shape)
            head, equals, value = line.partition(" = ")
            found += self.layout.collection(head + equals, value, "")
        return found

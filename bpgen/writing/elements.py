"""Where a value lives inside of one method: what elements and arrays are called.

In: elements of a program. Out: code. Arrays of the object get local names where they
are used first, what a sample has is local to the method. Unrolled, every number has a
local name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from math import prod

from bpgen.languages.members import own_field
from bpgen.languages.record import Declaration
from bpgen.lowering.optimizer import FACTOR
from bpgen.program.expressions import Notation, index_text
from bpgen.program.nodes import (
    NUMBERS,
    Block,
    Draw,
    Element,
    Index,
    Role,
    Variable,
)
from bpgen.program.size import Size, joined, product
from bpgen.program.views import held
from bpgen.program.walks import arrays_in
from bpgen.styles.counted import whole_of
from bpgen.writing.comments import CommentWriter
from bpgen.writing.context import Dialect, call_in, notation_of
from bpgen.writing.fields import Fields, is_number
from bpgen.writing.lines import Head, Layout, Lines
from bpgen.writing.literals import rows, text_rows
from bpgen.writing.nested import Nested, flat_text
from bpgen.writing.places import as_number, flat_place, opened

INPUTS = (Role.INPUT, Role.INPUT_GRADIENT)
LISTS = ("list[float]", "indices")
PLACE = re.compile(r"[\w.]+(\[[^()]*\])?")  # where an array is, not a new one


class ElementWriter:
    """Names what one method reads and writes.

    Attributes:
        inputs: what the method calls its one sample, if it reads it as it is given.
        targets: what it calls its targets.
        stores: whether weights are set where they are, not under a local name.
        numbers: those of the object that have a local name.
        owns_arrays: whether arrays are spelled as fields: where they begin.
        begins: whether there are no lists of their rows yet.
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
        self.begins = False
        self.arrays: set[Variable] = set()
        self.named: set[str] = set()
        self.layout = Layout(dialect.language, self.notation())
        self.declared: set[Element] = set()
        self.constants: set[Element] = set()  # of the declared ones
        self.nested = Nested(self.layout)
        self.comments = CommentWriter(dialect, self.layout, self.element)
        self.writes: dict[Element, int] = {}
        self.items: dict[Element, str] = {}  # of a list that a loop goes over
        self.renamed: dict[Element, str] = {}  # inside of a loop
        self.shortened: dict[Element, str] = {}  # with a row or an index named
        self.spelled: dict[str, str] = {}  # indices that are locals already

    def notation(self) -> Notation:
        """How expressions are written inside this method."""
        language = self.language

        def draw(node: Draw, arguments: list[str]) -> str:
            generator = own_field(language, language.member_name("_generator"))
            if language.plain:
                draw = language.plain.method("Generator", node.distribution)
                return f"{draw}({', '.join([generator, *arguments])})"
            method = language.member_name(node.distribution)
            return f"{generator}.{method}({', '.join(arguments)})"

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
        if self.renamed and element in self.renamed:
            return self.renamed[element]
        variable = element.variable
        if self.items and element in self.items:
            return self.items[element]
        if variable.labels == (NUMBERS,):  # of one parameter after the other
            return f"{self.array(variable)}[{index_text(element.indices[0])}]"
        if self.owns_arrays and variable.labels and not self.fields.has_scalars:
            return self.placed(self.fields.member(variable), element)
        if self.dialect.is_scalar(element):
            is_held = variable.role in (Role.PARAMETER, Role.BUFFER)
            if is_held and self.fields.has_scalars:
                return own_field(self.language, self.fields.weight(element))
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
        found = index_text(replace(index, terms=tuple(terms)))
        return found.replace(" // ", f" {self.language.ways.quotient} ")

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
        if not element.variable.is_batched:
            return f"[{self.flat(element)}]"
        return f"[{self.index(element.indices[0])}][{self.flat(element, 1)}]"

    def flat(self, element: Element, first: int = 0) -> str:
        """The row-major position of an element along its axes from one of them on."""
        indices, shape = element.indices[first:], self.shape(element.variable)[first:]
        can_subtract = self.language.ways.owning is None
        return flat_place(indices, shape, self.index, can_subtract)

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """How long an array is along each axis, as code has it."""
        return self.dialect.shape(variable)

    def own_shape(self, variable: Variable) -> tuple[int, ...]:
        """The shape of one sample's array: inputs are flat everywhere."""
        shape = self.shape(held(variable))[variable.is_batched :]
        return (self.count(shape, variable),) if variable.role in INPUTS else shape

    def count(self, shape: tuple[int, ...], variable: Variable) -> int:
        """How many numbers an array of a shape has."""
        known = self.dialect.sizes.get(whole_of(variable))
        return known if known and isinstance(joined(shape), Size) else joined(shape)

    def fixed(self, name: str, value: str, kind: str = "list[float]") -> str:
        """A local name for a value in code, which is of that type of the routines, or
        an "index"."""
        enclosing = self.language.ways.enclosing
        if enclosing and kind in LISTS:
            return enclosing.array(name, value) + self.language.end
        head = Head(name, declares=Declaration.FIXED, kind=kind).text(self.language)
        if self.language.ways.owning and kind in LISTS and PLACE.fullmatch(value):
            value = self.language.ways.owning.lent.format(value)
        return f"{head} {value}{self.language.end}"

    @property
    def names_arrays(self) -> bool:
        """Whether arrays have local names."""
        return not (self.dialect.unrolled or self.owns_arrays)

    def renewed(
        self, before: Lines, opening: str, first: Lines
    ) -> tuple[Lines, str, Lines]:
        """A loop over lists, which are called otherwise where the method had such."""
        for name in re.findall(r"\ball_\w+(?= = )", "\n".join(before)):
            own, number = name, 1
            while own in self.named:
                number += 1
                own = f"{name}{number}"
            self.named.add(own)
            is_name = re.compile(rf"\b{name}\b")
            before, first = (
                [is_name.sub(own, x) for x in ls] for ls in (before, first)
            )
            opening = is_name.sub(own, opening)
        return before, opening, first

    # Long places -----------------------------------------------------------------

    def places(
        self, used: Iterable[Element], around: str = " += (", alone: bool = False
    ) -> Lines:
        """Names for arrays, rows or indices that would make a line too long.

        `around`: what at least stands beside one of them. `alone`: for all, but no row
        is looked up, since a guard is still to come.
        """
        found: Lines = []
        for element in () if self.dialect.unrolled else dict.fromkeys(used):
            array, *indices = self.element(element).split("[")
            fits = self.layout.fits(f"{self.element(element)}{around}", 4)
            if not indices or (fits and not alone):
                continue
            part = self.layout.new_part()
            if len(indices) == 1:  # a flat array
                found += self.place(part, indices[0][:-1])
                self.shortened[element] = f"{array}[{part}]"
                continue
            while not alone and len(indices) > 1:
                if not self.layout.fits(self.fixed(part, f"{array}[{indices[0]}")):
                    break
                array += f"[{indices.pop(0)}"
            found.append(self.fixed(part, array))
            if not self.layout.fits(f"{part}[{indices[0]}{around}", 4):
                place = self.layout.new_part()
                found += self.place(place, indices.pop(0)[:-1])
                indices.insert(0, f"{place}]")
            self.shortened[element] = "[".join((part, *indices))
        return found

    def place(self, name: str, place: str) -> Lines:
        """A name for a place, and before it for the parentheses that it begins with,
        if the line is too long."""
        line = self.fixed(name, place, "index")
        if not place.startswith("(") or self.layout.fits(line):
            return self.layout.behind_name(line)
        inner, rest = opened(place)
        outer = self.layout.new_part()
        return [*self.place(outer, inner), *self.place(name, f"{outer}{rest}")]

    # Arrays ---------------------------------------------------------------------

    def literal(self, variable: Variable, values: tuple[float, ...]) -> Lines:
        """The lines that set a whole array: a list in code, or a long one as text."""
        array, shape = self.fields.member(variable), variable.shape
        if self.language.flat:
            items = list(map(self.language.number, values))
            listed = self.language.list_text(items, "float")
            line = self.language.fill(array, listed, shape)
        else:
            line = f"{array} = {flat_text(rows(values, shape))}"
        if self.layout.is_short(line + self.language.end):
            return [line + self.language.end]
        constant = self.dialect.text_constant(text_rows(values))
        given = self.language.written("numbers", constant)
        line = self.set_whole(array, given, shape)
        if self.layout.fits(line):
            return [line]
        part = self.layout.new_part()
        return [self.fixed(part, given), self.set_whole(array, part, shape)]

    def set_whole(self, array: str, values: str, shape: tuple[int, ...]) -> str:
        """The line that sets an array of the object to a flat list."""
        is_new = not self.language.flat and len(shape) == 1
        line = (
            f"{array} = {values}"
            if is_new
            else self.language.fill(array, values, shape)
        )
        return line + self.language.end

    def set_zeros(self, field: str, shape: tuple[int | str, ...]) -> Lines:
        """The lines that make an array of zeros of a field."""
        zeros, end = self.language.zeros(shape), self.language.end
        if self.layout.fits(f"{field} = {zeros}{end}"):
            return [f"{field} = {zeros}{end}"]
        return self.nested.wrapped(f"{field} = ", zeros, end)

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
            shape = (*first, *self.own_shape(variable))
            return self.allocated(name, shape, variable.is_whole)
        kind = "indices" if variable.is_whole else "list[float]"
        return [self.fixed(name, self.fields.member(variable), kind)]

    def allocated(
        self, name: str, shape: tuple[int | str, ...], is_whole: bool = False
    ) -> Lines:
        """A local array of zeros."""
        plain, sizes = self.language.plain, [n for n in shape if isinstance(n, int)]
        if plain and plain.array and len(sizes) == len(shape):
            return plain.array(name, is_whole, prod(sizes))
        zeros = self.language.new_zeros(shape, is_whole)
        kind = "indices" if is_whole else "list[float]"
        line = self.fixed(name, zeros, kind)
        if self.layout.fits(line) or self.language.names_once:
            return [line]
        if self.language.flat:
            part, count = self.layout.new_part(), product(shape)
            line = self.fixed(name, self.language.new_zeros((part,), is_whole), kind)
            return [*self.layout.behind_name(self.fixed(part, count, "index")), line]
        head = Head(name, declares=Declaration.FIXED, kind=kind).text(self.language)
        return self.nested.wrapped(f"{head} ", zeros, self.language.end)

"""One direction of one layer, written as a function of the arrays that it works on.

In: the sections of a layer, forward and back. Out: lines on the names of its kind: `x`
is what goes in, `dx` its slope, and what the layer has is called as in its formula. A
size that an array tells is called by what it counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Draw,
    Element,
    For,
    If,
    Index,
    Role,
    Section,
    Statement,
    Variable,
)
from bpgen.program.notes import LayerNote
from bpgen.program.walks import arrays_in, loop_names, readings, statements
from bpgen.writing.context import Dialect
from bpgen.writing.fields import Fields
from bpgen.writing.lines import Lines
from bpgen.writing.statements import BlockWriter

# What the number of rounds is called that a letter counts.
SIZES = {
    "i": "units",
    "j": "inputs",
    "t": "steps",
    "f": "filters",
    "c": "channels",
    "y": "height",
    "x": "width",
}
WINDOW = {"i": "rows", "j": "columns"}  # what these count where there are filters
INPUT = "x"  # what goes into a layer
HELD = (Role.PARAMETER, Role.GRADIENT)  # what the object has
Names = dict[Variable, str]


@dataclass(frozen=True, slots=True)
class Passed:
    """One direction of one layer as a function.

    Attributes:
        body: its lines.
        given: the arrays that it is given, and what it calls them.
        results: those that it gives back.
        written: those that it writes.
    """

    note: LayerNote
    body: Lines
    given: Names
    results: Names
    written: frozenset[Variable]

    @property
    def likeness(self) -> object:
        """What those have in common that are alike."""
        given = tuple((name, len(own.labels)) for own, name in self.given.items())
        return tuple(self.body), given, tuple(self.results.values())

    def adds_to(self, variable: Variable) -> bool:
        """Whether the function changes an array that it is given."""
        return variable in self.written


class Passes:
    """Writes layers as functions; `uses` counts the sections that name an array."""

    def __init__(
        self, dialect: Dialect, fields: Fields, uses: Counter[Variable]
    ) -> None:
        self.dialect, self.fields, self.uses = dialect, fields, uses

    def of(self, forward: Section, backward: Section) -> tuple[Passed, Passed] | None:
        """Both directions of a layer; None where it needs more than arrays."""
        if not (_is_of_arrays(forward) and _is_of_arrays(backward)):
            return None
        written, used = _written(forward), list(arrays_in((forward,)))
        read = [own for own in used if own not in written]
        names = self.names(forward, read)
        names |= self.names(forward, written, names.values())
        # What the layer passes on is written last, and named first.
        kept = [own for own in reversed(written) if self.uses[own] > 1]
        if not kept:
            return None
        given = sorted(read, key=lambda own: own.role is Role.PARAMETER)
        one = self.passed(forward, names, given, kept)
        summed = list(map(gradient_of, read))
        back = replace(backward, body=tuple(_adding(backward.body, summed)))
        names |= self.slopes(back, names, names[kept[0]])
        found = [own for own in _written(back) if own not in summed]
        gives = [own for own in found if self.uses[own] > 1 and own.role not in HELD]
        takes = self.given(back, names, found)
        return one, self.passed(back, names, takes, gives)

    def slopes(self, back: Section, names: Names, output: str) -> Names:
        """What the function of the way back calls slopes, and what it has besides."""
        found = {gradient_of(own): f"d{name}" for own, name in names.items()}
        known = names.keys() | found.keys()
        others = [own for own in arrays_in((back,)) if own not in known]
        if len(others) == 1 and others[0] not in _written(back):
            return found | {others[0]: f"d{output}"}  # another layer's, passed on
        had = [*names.values(), *found.values()]
        return found | self.names(back, others, had)

    def given(
        self, back: Section, names: Names, found: Sequence[Variable]
    ) -> list[Variable]:
        """What the function of the way back is given: the slopes of what the layer
        gave, what it was given itself, and where slopes are added up; not what is
        found there."""
        written, order = _written(back), list(names)

        def place(own: Variable) -> tuple[int, int]:
            if own in written:
                rank = 3 if own.role is Role.GRADIENT else 4
            elif own.role is Role.PARAMETER:
                rank = 2
            else:
                rank = 0 if names[own].startswith("d") else 1
            return rank, order.index(own)

        used = arrays_in((back,))
        return sorted((u for u in used if u.role in HELD or u not in found), key=place)

    def names(
        self, section: Section, arrays: Iterable[Variable], had: Iterable[str] = ()
    ) -> Names:
        """What a function calls arrays: those that go in by a name of their own, others
        as in the formula, or, where a number has that name, as what stands at a place.
        """
        scalars = {own for own in _elements(section) if not own.variable.labels}
        taken = {self.dialect.names.scalar(own) for own in scalars}
        taken |= {*loop_names((section,)), *SIZES.values(), *WINDOW.values(), *had}
        found: Names = {}
        for own in arrays:
            is_value = own.role in (Role.VALUE, Role.INPUT) and not had
            name = INPUT if is_value else own.prefix
            wanted, number = (f"{name}_at" if name in taken else name), 1
            while wanted in taken:
                number += 1
                wanted = f"{name}{number}"
            found[own] = wanted
            taken.add(wanted)
        return found

    def passed(
        self,
        section: Section,
        names: Names,
        takes: Sequence[Variable],
        gives: Sequence[Variable],
    ) -> Passed:
        """A section as a function of some arrays that gives others."""
        language = self.dialect.language
        given = {own: names[own] for own in takes}
        results = {own: names[own] for own in gives}
        sizes = sizes_of(section, given)
        writer = LayerWriter(self.dialect, self.fields, names, sizes)
        writer.arrays |= given.keys()
        body = writer.write(tuple(_sized(section.body, sizes)), language.indent)
        told = [
            writer.fixed(size.name, language.written("len", size.array), "int")
            for size in sizes.values()
        ]
        ending = [f"return {', '.join(results.values())}{language.end}"]
        lines = [*told, *body, *(ending if results else ())]
        assert isinstance(section.note, LayerNote)
        written = frozenset(_written(section))
        return Passed(section.note, lines, given, results, written)


@dataclass(frozen=True, slots=True)
class Size:
    """How many rounds a loop has: a name, the number, the array as long as that."""

    name: str
    number: int
    array: str


class LayerWriter(BlockWriter):
    """Writes statements on other names, and arrays of sizes that have a name."""

    def __init__(
        self,
        dialect: Dialect,
        fields: Fields,
        names: Names,
        sizes: Mapping[str, Size],
    ) -> None:
        super().__init__(dialect, fields)
        self.own, self.sizes = names, sizes
        self.extents: dict[Variable, tuple[int | str, ...]] = {}

    def write(self, block: Block, indent: int = 0) -> Lines:
        """The lines of a block."""
        for target in (statement.target for statement in statements(block)):
            if target.variable not in self.extents:
                pairs = zip(target.indices, target.variable.shape, strict=True)
                self.extents[target.variable] = tuple(
                    self.extent(*pair) for pair in pairs
                )
        return super().write(block, indent)

    def extent(self, index: Index, number: int) -> int | str:
        """The size of an axis, by its name if the letter that counts it has one."""
        size = self.sizes.get(_letter(index))
        return size.name if size and size.number == number else number

    def array(self, variable: Variable) -> str:
        """The name of an array."""
        return self.own.get(variable) or super().array(variable)

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """How long an array is along each axis; what arrays tell has a name of its
        own, and no other name is the same for all layers that share the function."""
        return variable.shape

    def hoisted(self, variable: Variable) -> Lines:
        """A local array of zeros."""
        extents = self.extents[variable]
        return self.allocated(self.take(variable), extents, variable.is_whole)


def sizes_of(section: Section, given: Names) -> dict[str, Size]:
    """The sizes that the arrays tell which a function is given, by the letters."""
    found: dict[str, Size] = {}
    used, rounds = _elements(section), list(_rounds(section.body))
    names = SIZES | (WINDOW if "f" in dict(rounds) else {})
    for letter, stop in rounds:
        if letter in found or letter not in names:
            continue
        for own, name in given.items():
            axes = [
                axis
                for element in used
                for axis, index in enumerate(element.indices)
                if element.variable == own and _letter(index) == letter
                if own.role is not Role.INPUT or len(own.shape) == 1
            ]
            if axes and own.shape[axes[0]] == stop:
                found[letter] = Size(names[letter], stop, name + "[0]" * axes[0])
                break
    return found


def _rounds(block: Block) -> Iterable[tuple[str, int]]:
    """The letter of each loop that ends at a number, and that number."""
    for statement in block:
        match statement:
            case For(index, stop, body):
                if isinstance(stop, int):
                    yield index, stop
                yield from _rounds(body)
            case If(body=body) | Section(body=body):
                yield from _rounds(body)


def _sized(block: Block, sizes: Mapping[str, Size]) -> Iterable[Statement]:
    """The statements with loops that end at a size by its name."""
    for statement in block:
        match statement:
            case For(index, stop, body):
                size, body = sizes.get(index), tuple(_sized(body, sizes))
                if size and stop == size.number:
                    stop = Index(0, ((size.name, 1),))
                yield replace(statement, stop=stop, body=body)
            case If(body=body) | Section(body=body):
                yield replace(statement, body=tuple(_sized(body, sizes)))
            case _:
                yield statement


def _letter(index: Index) -> str:
    """What counts an axis from its beginning to its end; "" for any other place."""
    match index:
        case Index(0, ((letter, 1),), 1, 0):
            return letter
        case _:
            return ""


def _adding(
    block: Block, arrays: Iterable[Variable], letters: tuple[str, ...] = ()
) -> Iterable[Statement]:
    """The statements with sums where a slope is given its value at once, each place
    once: who is given an array of zeros, or one that others have added to."""
    for statement in block:
        match statement:
            case For(index, body=body):
                inner = tuple(_adding(body, arrays, (*letters, index)))
                yield replace(statement, body=inner)
            case If(body=body) | Section(body=body):
                yield replace(statement, body=tuple(_adding(body, arrays, letters)))
            case Assign(Element(variable, indices) as target, value, note) if (
                variable in arrays
                and variable.role is Role.VALUE
                and sorted(map(_letter, indices)) == sorted(letters)
            ):
                yield Accumulate(target, value, note)
            case _:
                yield statement


def _is_of_arrays(section: Section) -> bool:
    """Whether a layer works on arrays of one sample alone, and draws nothing."""
    used = {element.variable for element in _elements(section)}
    is_own = all(not own.is_batched and own.role in ARRAYS for own in used)
    return is_own and not any(isinstance(s.value, Draw) for s in statements((section,)))


ARRAYS = (*HELD, Role.VALUE, Role.LOCAL, Role.INDEX, Role.INPUT)


def _written(section: Section) -> dict[Variable, None]:
    """The arrays that are written, in order."""
    targets = (statement.target.variable for statement in statements((section,)))
    return dict.fromkeys(own for own in targets if own.labels)


def _elements(section: Section) -> list[Element]:
    """Every element that a section names."""
    return [
        element
        for statement, read in readings((section,))
        for element in (statement.target, *read)
    ]

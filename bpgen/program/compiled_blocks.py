"""The blocks of a program as functions of Python over flat lists of numbers.

In: a program. Out: what `EvaluatedBlocks` does, with the same bits, many times faster;
but what forward found for one sample is gone with the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from itertools import product
from math import prod

from bpgen.program.blocks import Program
from bpgen.program.compiled import Compiler
from bpgen.program.evaluated import EvaluatedBlocks, Key, Values
from bpgen.program.nodes import (
    COUNT,
    Accumulate,
    Assign,
    Block,
    Each,
    Element,
    Expression,
    Literal,
    Variable,
)
from bpgen.program.views import held
from bpgen.runtime.primitives import Rows


class Flat(MutableMapping[Key, float]):
    """Numbers by variable and place, which lie in one list for each variable."""

    def __init__(self) -> None:
        self.lists: dict[Variable, list[float]] = {}

    def of(self, variable: Variable) -> list[float]:
        """The numbers of a variable, row by row; those of a batch as they come."""
        if variable not in self.lists:
            own = held(variable)
            self.lists[own] = [0.0] * (0 if own.is_batched else prod(own.shape))
        return self.lists[variable]

    def widen(self, count: int) -> None:
        """Make room for so many samples."""
        for variable, numbers in self.lists.items():
            if variable.is_batched:
                size = count * prod(map(len, variable.axes))
                numbers.extend([0.0] * (size - len(numbers)))

    def __getitem__(self, key: Key) -> float:
        return self.of(key[0])[_offset(*key)]

    def __setitem__(self, key: Key, number: float) -> None:
        numbers, at = self.of(key[0]), _offset(*key)
        numbers.extend([0.0] * (at + 1 - len(numbers)))
        numbers[at] = number

    def __delitem__(self, key: Key) -> None:
        raise TypeError(f"what has a number keeps one: {key!r}")

    def __iter__(self) -> Iterator[Key]:
        for variable in self.lists:
            for place in product(*map(range, variable.shape)):
                yield variable, place

    def __len__(self) -> int:
        return sum(map(len, self.lists.values()))


class CompiledBlocks(EvaluatedBlocks):
    """What one net computes."""

    values: Flat

    def __init__(self, program: Program) -> None:
        self.program, self.values = program, Flat()
        self.functions: dict[int, Callable[..., None]] = {}
        for setting, value in program.settings.items():
            self.values[setting, ()] = value

    def another(self) -> CompiledBlocks:
        """The same blocks over numbers of their own."""
        return CompiledBlocks(self.program)

    def set(
        self, variable: Variable, numbers: Sequence[float], sample: int = 0
    ) -> None:
        """Set all elements of a variable, row-major; those of one sample."""
        own, size = self.values.of(variable), len(numbers)
        own[sample * size : (sample + 1) * size] = numbers

    def passed(self, block: Block, kept: Values, given: Variable, rows: Rows) -> Values:
        """All values after a block."""
        for number, row in enumerate(rows):
            self.set(given, row, number)
        self.values[COUNT, ()] = float(len(rows))
        self.run(block, {"batch": len(rows)})
        return self.values

    def row(self, variable: Variable) -> list[float]:
        """The numbers of a variable; setting one sets that of the net."""
        return self.values.of(variable)

    def run(self, block: Block, at: dict[str, int] | None = None) -> None:
        """Run a block; `at` holds the loop variables around it."""
        known = id(block)  # the program keeps it
        if known not in self.functions:
            own = FlatCompiler(self.values).compiled(block, tuple(at or {}))
            self.functions[known] = own.function
        self.values.widen((at or {}).get("batch", 0))
        draws = getattr(self, "generator", None)  # of a net that draws
        self.functions[known](at or {}, None, draws)


class FlatCompiler(Compiler):
    """Writes a function over the lists that some numbers lie in."""

    def __init__(self, values: Flat) -> None:
        super().__init__(set(), {})  # nothing is watched
        self.values = values
        self.alone: dict[str, str] = {}  # numbers with local names, by their lists
        self.strides: dict[str, set[int]] = {}  # of the loops around, those in use

    def name(self, variable: Variable) -> str:
        """What the list of a variable is called: an argument that is always given."""
        if variable not in self.names:
            own = self.constant(self.values.of(variable))
            self.names[variable] = f"{own}={own}"
        return self.names[variable].partition("=")[0]

    def whole(self, block: Block, given: tuple[str, ...]) -> Iterator[str]:
        """The lines of the function; numbers that are alone have local names there."""
        lines = list(self.lines(block, "    ", given))
        yield from (f"    {own} = {name}[0]" for name, own in self.alone.items())
        yield from lines
        yield from (f"    {name}[0] = {own}" for name, own in self.alone.items())

    def single(self, variable: Variable) -> str:
        """The local name of a number that is alone."""
        name = self.name(variable)
        return self.alone.setdefault(name, f"s_{name}")

    def value(self, node: Expression) -> str:
        """The code of an expression."""
        if isinstance(node, Element) and not node.indices:
            return self.single(node.variable)
        return super().value(node)

    def body(self, body: Block, tab: str, around: tuple[str, ...]) -> Iterator[str]:
        """The lines of a loop; the multiples of its round that places count with come
        first."""
        index = around[-1]
        outer = self.strides.pop(index, None)
        self.strides[index] = set()
        lines = list(super().body(body, tab, around))
        for stride in sorted(self.strides.pop(index)):
            yield f"{tab}i_{index}_{stride} = {stride} * i_{index}"
        if outer is not None:
            self.strides[index] = outer
        yield from lines

    def term(self, name: str, factor: int) -> str:
        """The code of a multiple of a round."""
        if factor == 1:
            return f"i_{name}"
        if name not in self.strides or factor < 0:
            return f"{factor} * i_{name}"
        self.strides[name].add(factor)
        return f"i_{name}_{factor}"

    def lines(self, block: Block, tab: str, around: tuple[str, ...]) -> Iterator[str]:
        """The lines of a block."""
        for statement in block:
            match statement:
                case Each():
                    yield from self.each(statement, tab, around)
                case Literal(variable, values) if variable.shape:
                    name = self.name(variable)
                    yield f"{tab}{name}[:] = {self.constant(list(values))}"
                case Literal(variable, (value,)):
                    yield f"{tab}{self.single(variable)} = {value!r}"
                case _:
                    yield from super().lines((statement,), tab, around)

    def each(self, each: Each, tab: str, around: tuple[str, ...]) -> Iterator[str]:
        """The lines of what is done to each number of some parameters."""
        arrays, numbers = each.arrays, each.numbers
        rounds = [
            (
                *(self.values.of(own[k]) for _, own in arrays),
                *(n[k] for _, n in numbers),
            )
            for k in range(len(arrays[0][1]))
        ]
        names = [f"e{k}" for k in range(len(arrays))]
        for name, (variable, _) in zip(names, arrays, strict=True):
            self.names[variable] = name
        singles = [self.single(variable) for variable, _ in numbers]
        heads = ", ".join([*names, *singles])
        yield f"{tab}for {heads}, in {self.constant(rounds)}:"
        yield f"{tab}    for i_i in range(len(e0)):"
        yield from self.body(each.body, f"{tab}        ", (*around, "i"))
        for variable, _ in arrays:
            del self.names[variable]

    def store(
        self, statement: Assign | Accumulate, tab: str, around: tuple[str, ...]
    ) -> Iterator[str]:
        """The line that gives a target its value."""
        sign = "+=" if isinstance(statement, Accumulate) else "="
        target, value = self.value(statement.target), self.value(statement.value)
        yield f"{tab}{target} {sign} {value}"

    def place(self, element: Element) -> str:
        """The code of a place: where the number stands in the list."""
        constant, stride, terms = 0, 1, list[str]()
        shape = element.variable.shape
        for index, extent in zip(
            reversed(element.indices), reversed(shape), strict=True
        ):
            if index.divisor != 1 or index.modulus:
                terms.append(f"({self.index(index)}) * {stride}")
            else:
                constant += index.constant * stride
                terms += [
                    self.term(name, factor * stride) for name, factor in index.terms
                ]
            stride *= extent
        if constant or not terms:
            terms.append(str(constant))
        return " + ".join(terms)


def _offset(variable: Variable, place: tuple[int, ...]) -> int:
    """Where the element at that place stands in the list of its variable."""
    number = 0
    for at, extent in zip(place, variable.shape, strict=True):
        number = number * extent + at
    return number

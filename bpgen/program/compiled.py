"""A block as a function of Python: what the evaluator does, some ten times faster.

In: a block of passes, which does nothing to each number of the parameters. Out: a
function that runs it over dictionaries, one a variable, from places to numbers. The
order of every operation is that of the evaluator, so all bits are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

from bpgen.program.evaluate import ELEMENTARY, Place
from bpgen.program.functions import Function
from bpgen.program.nodes import (
    Accumulate,
    Add,
    Argument,
    Assign,
    Block,
    Call,
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
    Number,
    Order,
    Position,
    Role,
    Section,
    Select,
    Stated,
    Stop,
    Subtract,
    Variable,
    Whole,
)
from bpgen.program.views import place_in
from bpgen.program.walks import elements

Numbers: TypeAlias = Mapping[Variable, MutableMapping[Place, float]]
# Called before a statement that is watched, with its number, its place and the rounds
# around it; what it returns is called after it, with the value.
After: TypeAlias = Callable[[float], None]
Watch: TypeAlias = Callable[[int, Place, dict[str, int]], After | None]
SIGNS = {Add: "+", Subtract: "-", Multiply: "*", Divide: "/"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A block that can be run.

    Attributes:
        variables: whose numbers it reads or sets.
        watched: the statements that `watch` is told of, by number.
    """

    variables: tuple[Variable, ...]
    watched: tuple[Assign | Accumulate, ...]
    function: Callable[..., None]

    def run(
        self, numbers: Numbers, at: Mapping[str, int], watch: Watch, generator: Any
    ) -> None:
        """Run it over numbers, in rounds that are given."""
        own = (numbers[variable] for variable in self.variables)
        self.function(at, watch, generator, *own)


def compiled(
    block: Block,
    given: tuple[str, ...],
    only: set[Variable],
    rounds: Mapping[int, Mapping[str, int]] | None = None,
) -> Compiled:
    """A block as a function; `given` are the loop variables around it, and `only` those
    whose statements are watched; `rounds` has more statements by their identity, each
    watched in some rounds of the loops around it."""
    return Compiler(only, rounds or {}).compiled(block, given)


class Compiler:
    """Writes one function."""

    def __init__(
        self, only: set[Variable], rounds: Mapping[int, Mapping[str, int]]
    ) -> None:
        self.only, self.rounds = only, rounds
        self.names: dict[Variable, str] = {}
        self.watched: list[Assign | Accumulate] = []
        self.space: dict[str, Any] = {"place_in": place_in}
        self.functions: dict[Function, str] = {}

    def compiled(self, block: Block, given: tuple[str, ...]) -> Compiled:
        """The whole function, ready to be called."""
        lines = [f"    i_{name} = at['{name}']" for name in given]
        lines += self.whole(block, given)
        lines += ["    return None"]
        head = ", ".join(["at", "watch", "generator", *self.names.values()])
        code = "\n".join([f"def run({head}):", *lines])
        exec(compile(code, "block", "exec"), self.space)
        run: Callable[..., None] = self.space["run"]
        return Compiled(tuple(self.names), tuple(self.watched), run)

    def whole(self, block: Block, given: tuple[str, ...]) -> Iterator[str]:
        """The lines of the function, but for its head and its end."""
        return self.lines(block, "    ", given)

    def name(self, variable: Variable) -> str:
        """What the dictionary of a variable is called."""
        return self.names.setdefault(variable, f"v{len(self.names)}")

    def constant(self, value: Any) -> str:
        """A name for an object that the code refers to."""
        name = f"c{len(self.space)}"
        self.space[name] = value
        return name

    # Statements -----------------------------------------------------------------------

    def lines(self, block: Block, tab: str, around: tuple[str, ...]) -> Iterator[str]:
        """The lines of a block."""
        for statement in block:
            match statement:
                case For(index, stop, body, start=start, order=order):
                    ends = (
                        f"{self.index(Index.of(start))}, {self.index(Index.of(stop))}"
                    )
                    mirrored = "[::-1]" if order is Order.DOWNWARDS else ""
                    rounds = f"range({ends}){mirrored}"
                    yield f"{tab}for i_{index} in {rounds}:"
                    yield from self.body(body, f"{tab}    ", (*around, index))
                case If(condition, body):
                    yield f"{tab}if {self.condition(condition)}:"
                    yield f"{tab}    pass"
                    yield from self.lines(body, f"{tab}    ", around)
                case Section(_, body):
                    yield from self.lines(body, tab, around)
                case Assign(Element(Variable(name, Role.INDEX)), Position(index)):
                    yield f"{tab}i_{name} = {self.index(index)}"
                    around = (*around, name)
                case Assign(Element(Variable(name)), Whole(element)):
                    yield f"{tab}i_{name} = int({self.value(element)})"
                    around = (*around, name)
                case Literal(variable, values):
                    shape = map(range, variable.shape)
                    own = dict(zip(product(*shape), values, strict=True))
                    yield f"{tab}{self.name(variable)}.update({self.constant(own)})"
                case Assign() | Accumulate():
                    yield from self.store(statement, tab, around)
                case _:
                    raise TypeError(f"no code: {statement!r}")

    def body(self, body: Block, tab: str, around: tuple[str, ...]) -> Iterator[str]:
        """The lines of a loop, the last one around; Python wants one at least."""
        yield f"{tab}pass"
        yield from self.lines(body, tab, around)

    def store(
        self, statement: Assign | Accumulate, tab: str, around: tuple[str, ...]
    ) -> Iterator[str]:
        """The line that gives a target its value; if watched, between two others."""
        sign = "+=" if isinstance(statement, Accumulate) else "="
        line = f"{self.value(statement.target)} {sign} {self.value(statement.value)}"
        own = self.rounds.get(id(statement))
        if statement.target.variable not in self.only and own is None:
            yield tab + line
            return
        for element in elements(statement.value):
            self.name(element.variable)
        number = len(self.watched)
        self.watched.append(statement)
        inside = ", ".join(f"'{name}': i_{name}" for name in dict.fromkeys(around))
        place = self.place(statement.target)
        tests = [f"i_{name} == {at}" for name, at in (own or {}).items()]
        call = f"watch({number}, {place}, {{{inside}}})"
        yield f"{tab}after = {' and '.join([*tests, call])}"
        yield tab + line
        yield f"{tab}if after: after({self.value(statement.target)})"

    # Expressions ----------------------------------------------------------------------

    def value(self, node: Expression) -> str:
        """The code of an expression."""
        match node:
            case Element(variable):
                return f"{self.name(variable)}[{self.place(node)}]"
            case Number(number):
                return f"({number!r})"
            case Argument(name):
                return f"a_{name}"
            case Add() | Subtract() | Multiply() | Divide():
                left, right = self.value(node.left), self.value(node.right)
                return f"({left} {SIGNS[type(node)]} {right})"
            case Negate(inner):
                return f"(-{self.value(inner)})"
            case Stop(inner) | Stated(value=inner):
                return self.value(inner)
            case Call(function, arguments):
                given = ", ".join(map(self.value, arguments))
                return f"{self.function(function)}({given})"
            case Select(condition, then, otherwise):
                ways = self.value(then), self.value(otherwise)
                return f"({ways[0]} if {self.condition(condition)} else {ways[1]})"
            case Draw(distribution, first, second):
                given = f"{self.value(first)}, {self.value(second)}"
                return f"float(generator.{distribution}({given}))"
            case Position(index):
                return f"float({self.index(index)})"
        raise TypeError(f"no code: {node!r}")

    def condition(self, condition: Inside | Compare) -> str:
        """The code of a condition."""
        match condition:
            case Inside(index, extent):
                return f"0 <= {self.index(index)} < {extent}"
            case Compare(sign, left, right):
                return f"{self.value(left)} {sign} {self.value(right)}"

    def function(self, function: Function) -> str:
        """The name of a function: the standard library's, else its formula's."""
        if function not in self.functions:
            if function.name in ELEMENTARY:
                self.functions[function] = self.constant(ELEMENTARY[function.name])
            else:
                given = ", ".join(f"a_{name}" for name in function.parameters)
                code = f"lambda {given}: {self.value(function.body)}"
                self.functions[function] = self.constant(eval(code, self.space))
        return self.functions[function]

    def place(self, element: Element) -> str:
        """The code of a place: a tuple."""
        inner = "".join(f"{self.index(index)}, " for index in element.indices)
        if element.variable.of is None:
            return f"({inner})"
        return f"place_in({self.constant(element.variable)}, ({inner}))"

    def index(self, index: Index) -> str:
        """The code of a whole number."""
        terms = [f"i_{n}" if f == 1 else f"{f} * i_{n}" for n, f in index.terms]
        if index.constant or not terms:
            terms.append(str(index.constant))
        code = " + ".join(terms)
        if index.divisor != 1:
            code = f"({code}) // {index.divisor}"
        return f"({code}) % {index.modulus}" if index.modulus else code

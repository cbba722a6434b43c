"""Runs a program in Python, node by node: slow, and free of any template.

The tests hold its numbers against PyTorch, so the mathematics is checked before
any language prints it; `explain` shows them.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from bpgen.program.blocks import Program
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
    Number,
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
from bpgen.runtime.generator import Generator

ELEMENTARY: Mapping[str, Callable[[float], float]] = {
    name: getattr(math, name)
    for name in ("exp", "log", "sqrt", "sin", "cos", "erf", "log1p", "expm1", "tanh")
} | {"abs": abs}

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
Place = tuple[int, ...]


class Machine:
    """Holds the variables of one program and runs statements, node by node."""

    generator: Generator  # whoever runs what draws gives it
    elementary: Mapping[str, Callable[[Any], Any]] = ELEMENTARY  # of its numbers

    def __init__(self, program: Program) -> None:
        self.program = program
        self.values: MutableMapping[tuple[Variable, Place], float] = {}
        self.meant: dict[Variable, tuple[Variable, Place]] = {}  # inside of an Each
        for setting, value in program.settings.items():
            self.values[setting, ()] = value

    def get(self, variable: Variable) -> list[float]:
        """All elements of a variable, row-major."""
        places = product(*map(range, variable.shape))
        return [self.values[variable, place] for place in places]

    def set(
        self, variable: Variable, numbers: Sequence[float], sample: int = 0
    ) -> None:
        """Set all elements of a variable, row-major; those of one sample."""
        first = (sample,) if variable.is_batched else ()
        places = product(*(range(len(axis)) for axis in variable.axes))
        for place, number in zip(places, numbers, strict=True):
            self.values[variable, (*first, *place)] = number

    def run(self, block: Block, at: dict[str, int] | None = None) -> None:
        """Run a block; `at` holds the loop variables around it."""
        at = at or {}
        for statement in block:
            match statement:
                case For(index, stop, body, start=start, order=order):
                    rounds = range(*_place((Index.of(start), Index.of(stop)), at))
                    for value in order.of(rounds):
                        self.run(body, at | {index: value})
                case If(condition, body):
                    if self.holds(condition, at):
                        self.run(body, at)
                case Section(_, body):
                    self.run(body, at)
                case Assign(Element(Variable(name, Role.INDEX)), Position(index)):
                    at = at | {name: _place((index,), at)[0]}
                case Assign(target, Whole(element)):
                    at = at | {target.variable.name: int(self.value(element, at))}
                case Literal(variable, values):
                    self.set(variable, values)
                case Assign() | Accumulate():
                    self.store(statement, at)
                case Each():
                    self.run_each(statement)

    def store(self, statement: Assign | Accumulate, at: Mapping[str, int]) -> None:
        """Give the target of a statement its value."""
        key, value = self.key(statement.target, at), self.value(statement.value, at)
        if isinstance(statement, Accumulate):
            self.values[key] += value
        else:
            self.values[key] = value

    def run_each(self, statement: Each) -> None:
        """Run the body for each number of each parameter."""
        for k, first in enumerate(statement.arrays[0][1]):
            for own, numbers in statement.numbers:
                self.values[own, ()] = numbers[k]
            for place in product(*map(range, first.shape)):
                for own, variables in statement.arrays:
                    self.meant[own] = variables[k], place
                self.run(statement.body)
        self.meant.clear()

    def key(self, element: Element, at: Mapping[str, int]) -> tuple[Variable, Place]:
        """Which number an element is."""
        variable = element.variable
        if variable in self.meant:
            return self.meant[variable]
        return variable, _place_of(element, at)

    def holds(self, condition: Inside | Compare, at: Mapping[str, int]) -> bool:
        """Whether a condition holds."""
        match condition:
            case Inside(index, extent):
                return 0 <= _place((index,), at)[0] < extent
            case Compare(sign, left, right):
                return COMPARISONS[sign](self.value(left, at), self.value(right, at))

    def value(self, node: Expression, at: Mapping[str, int]) -> float:
        """The value of an expression."""
        match node:
            case Element():
                return self.values[self.key(node, at)]
            case Draw(distribution, first, second):
                draw = getattr(self.generator, distribution)
                return float(draw(self.value(first, at), self.value(second, at)))
            case Position(index):
                return float(_place((index,), at)[0])
            case _:
                within = partial(self.value, at=at)
                return compute(node, within, self.elementary)


def apply(
    function: Function,
    arguments: Sequence[float],
    elementary: Mapping[str, Callable[[Any], Any]] = ELEMENTARY,
) -> float:
    """The value of a function: the standard library's, else its formula's."""
    if function.name in elementary:
        found: float = elementary[function.name](*arguments)
        return found
    own = dict(zip(function.parameters, arguments, strict=True))

    def value(node: Expression) -> float:
        if isinstance(node, Argument):
            return own[node.name]
        return compute(node, value, elementary)

    return value(function.body)


def compute(
    node: Expression,
    value: Callable[[Expression], float],
    elementary: Mapping[str, Callable[[Any], Any]] = ELEMENTARY,
) -> float:
    """The value of a node, from those of the nodes inside of it."""
    match node:
        case Number(number):
            return number
        case Add(left, right):
            return value(left) + value(right)
        case Subtract(left, right):
            return value(left) - value(right)
        case Multiply(left, right):
            return value(left) * value(right)
        case Divide(left, right):
            return value(left) / value(right)
        case Negate(inner):
            return -value(inner)
        case Stop(inner) | Stated(value=inner):
            return value(inner)
        case Call(function, arguments):
            given = [value(argument) for argument in arguments]
            return apply(function, given, elementary)
        case Select(Compare(sign, left, right), then, otherwise):
            holds = COMPARISONS[sign](value(left), value(right))
            return value(then if holds else otherwise)
    raise TypeError(f"no value: {node!r}")


def _place_of(element: Element, at: Mapping[str, int]) -> Place:
    """The place of an element in what holds its numbers."""
    return place_in(element.variable, _place(element.indices, at))


def _place(indices: tuple[Index, ...], at: Mapping[str, int]) -> Place:
    return tuple(
        index.divided(
            index.constant + sum(factor * at[name] for name, factor in index.terms)
        )
        for index in indices
    )

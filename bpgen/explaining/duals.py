"""Derivatives by dual numbers: each number carries its slope by one parameter.

They know nothing of the backward pass: a sum, a product, a quotient and the elementary
functions carry their slopes along while the net runs forward, so their answer is exact
but for rounding, and independent of what it checks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bpgen.program.evaluate import ELEMENTARY, compute
from bpgen.program.evaluated import EvaluatedBlocks
from bpgen.program.functions import Function
from bpgen.program.nodes import Argument, Call, Expression


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """A number and its slope; compared by the number alone."""

    value: float
    slope: float

    def __add__(self, other: Mixed) -> Dual:
        return Dual(self.value + number(other), self.slope + slope(other))

    def __sub__(self, other: Mixed) -> Dual:
        return Dual(self.value - number(other), self.slope - slope(other))

    def __rsub__(self, other: Mixed) -> Dual:
        return Dual(number(other) - self.value, slope(other) - self.slope)

    def __mul__(self, other: Mixed) -> Dual:
        a, b = self.value, number(other)
        return Dual(a * b, self.slope * b + a * slope(other))

    def __truediv__(self, other: Mixed) -> Dual:
        b = number(other)
        found = self.value / b
        return Dual(found, (self.slope - found * slope(other)) / b)

    def __rtruediv__(self, other: Mixed) -> Dual:
        return Dual(number(other), slope(other)) / self

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __lt__(self, other: Mixed) -> bool:
        return self.value < number(other)

    def __le__(self, other: Mixed) -> bool:
        return self.value <= number(other)

    def __gt__(self, other: Mixed) -> bool:
        return self.value > number(other)

    def __ge__(self, other: Mixed) -> bool:
        return self.value >= number(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Dual, float, int)) and self.value == number(other)

    __radd__, __rmul__, __hash__ = __add__, __mul__, None  # type: ignore[assignment]


Mixed: TypeAlias = Dual | float

# The slopes of the elementary functions, from the argument and the value.
SLOPES: Mapping[str, Callable[[float, float], float]] = {
    "exp": lambda x, y: y,
    "log": lambda x, y: 1.0 / x,
    "sqrt": lambda x, y: 0.5 / y if y else 0.0,
    "sin": lambda x, y: math.cos(x),
    "cos": lambda x, y: -math.sin(x),
    "erf": lambda x, y: 2.0 / math.sqrt(math.pi) * math.exp(-x * x),
    "log1p": lambda x, y: 1.0 / (1.0 + x),
    "expm1": lambda x, y: 1.0 + y,
    "tanh": lambda x, y: 1.0 - y * y,
    "abs": lambda x, y: float((x > 0) - (x < 0)),
}


def number(mixed: Mixed) -> float:
    """The number itself."""
    return mixed.value if isinstance(mixed, Dual) else mixed


def slope(mixed: Mixed) -> float:
    """Its slope; that of a plain number is 0."""
    return mixed.slope if isinstance(mixed, Dual) else 0.0


class DualBlocks(EvaluatedBlocks):
    """The blocks of a program over dual numbers: they pass where a float does."""

    def value(self, node: Expression, at: Mapping[str, int]) -> float:
        """The value of an expression, with its slope."""
        if isinstance(node, Call):
            found = [self.value(argument, at) for argument in node.arguments]
            return applied(node.function, found)
        return super().value(node, at)


def applied(function: Function, arguments: list[float]) -> float:
    """The value of a function of numbers, some of which are duals."""
    if function.name not in ELEMENTARY:
        own = dict(zip(function.parameters, arguments, strict=True))

        def value(node: Expression) -> float:
            match node:
                case Argument(name):
                    return own[name]
                case Call(inner, values):
                    return applied(inner, [value(argument) for argument in values])
            return compute(node, value)

        return value(function.body)
    x: Mixed = arguments[0]
    found = ELEMENTARY[function.name](number(x))
    if not isinstance(x, Dual):
        return found
    return Dual(found, SLOPES[function.name](x.value, found) * x.slope)  # type: ignore[return-value]

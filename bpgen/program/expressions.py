"""Expressions to text, with no more parentheses than the tree needs.

The order of evaluation is the tree's: `a * (b * c)` keeps its parentheses, so
that every language rounds alike. What differs between languages is a `Notation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bpgen.program.nodes import (
    Add,
    Argument,
    Call,
    Compare,
    Divide,
    Draw,
    Element,
    Expression,
    Host,
    Index,
    Multiply,
    Negate,
    Number,
    Position,
    Select,
    Stated,
    Stop,
    Subtract,
)
from bpgen.program.size import Size, as_factor

# How tightly an operator binds, the loosest first; a call or a name is an ATOM.
CHOICE, EITHER, BOTH, OPPOSITE, COMPARISON = range(5)
BITS, DIFFERING_BITS, COMMON_BITS, SHIFT, SUM, PRODUCT, UNARY, ATOM = range(5, 13)
OPERATORS: dict[type, tuple[str, int]] = {
    Add: ("+", SUM),
    Subtract: ("-", SUM),
    Multiply: ("*", PRODUCT),
    Divide: ("/", PRODUCT),
}


def _no_host(node: Host) -> tuple[str, int]:
    raise TypeError("no routine here")


def _no_draw(node: Draw, arguments: list[str]) -> str:
    raise TypeError("no generator here")


@dataclass(frozen=True)
class Notation:
    """How one language writes expressions.

    `select` holds {then}, {condition} and {otherwise}; `call` writes a call of a
    function by name, `draw` the next number of the generator. `methods` are the
    functions that are called on their argument, as in x.abs(). `host` writes what only
    routines have, and says how tightly that binds. `parts_products`: whether `*` and
    `/` side by side want parentheses; `signs`: comparisons that are written otherwise;
    `then`, `otherwise`: how tightly the branches of a choice must bind. `known` are the
    texts of nodes by their `id`, where a caller prints parts of a tree again and again;
    it must be emptied before an element is written in another way. `rounded` is what
    stands around a product that is no factor, where a compiler might else add to it
    without rounding it.
    """

    number: Callable[[float], str]
    element: Callable[[Element], str]
    call: Callable[[str, list[str]], str]
    select: str
    methods: frozenset[str] = frozenset()
    argument: Callable[[str], str] = str
    draw: Callable[[Draw, list[str]], str] = _no_draw
    position: Callable[[Index], str] = str
    host: Callable[[Host], tuple[str, int]] = _no_host
    parts_products: bool = False
    then: int = COMPARISON
    otherwise: int = COMPARISON
    signs: Mapping[str, str] = field(default_factory=dict)
    known: dict[int, Known] | None = None
    rounded: str = ""


# A node, which lives as long as its `id` is a key; its text, how tightly that binds.
Known: TypeAlias = tuple[Expression | Compare, str, int]


def number_text(number: float) -> str:
    """A literal that every language reads as this very number: the shortest one,
    always with a point or an exponent, the exponent without a plus."""
    return repr(number).replace("e+", "e")


def text(value: Expression | Compare, notation: Notation, level: int = CHOICE) -> str:
    """The expression as it stands where operators below `level` need parentheses."""
    if type(value) is Element:  # half of all nodes
        return notation.element(value)
    if notation.rounded and _is_joined(value):
        return notation.rounded.format(_written(value, notation))
    return _written(value, notation, level)


def bound(value: Expression, notation: Notation) -> tuple[str, int]:
    """The expression as it stands by itself, and how tightly that binds."""
    return _text(value, notation)


def _is_joined(value: Expression | Compare) -> bool:
    """Whether a compiler may join a value with what it is added to: a product, or a
    quotient, which it may make one."""
    match value:
        case Stop(inner) | Stated(value=inner):
            return _is_joined(inner)
        case Multiply() | Divide(_, Number()):
            return True
        case _:
            return False


def _written(
    value: Expression | Compare, notation: Notation, level: int = CHOICE
) -> str:
    """As `text`, where a product is a factor, which nothing is added to."""
    if type(value) is Element:
        return notation.element(value)
    if notation.known is None:
        found, own = _text(value, notation)
    elif id(value) in notation.known:
        _, found, own = notation.known[id(value)]
    else:
        found, own = _text(value, notation)
        notation.known[id(value)] = value, found, own
    return f"({found})" if own < level else found


def _text(value: Expression | Compare, notation: Notation) -> tuple[str, int]:
    match value:
        case Number(number):
            return notation.number(number), UNARY if number < 0 else ATOM
        case Element():
            return notation.element(value), ATOM
        case Argument(name):
            return notation.argument(name), ATOM
        case Add(left, right) | Subtract(left, right):
            sign, level = OPERATORS[type(value)]
            return _infix(left, sign, right, level, notation), level
        case Multiply(left, right) | Divide(left, right):
            sign, level = OPERATORS[type(value)]
            other = Divide if isinstance(value, Multiply) else Multiply
            twice = isinstance(right, Number) and right.value == 2.0
            first = (text if twice else _written)(left, notation, level)
            if notation.parts_products and isinstance(left, other):
                first = f"({first})"
            return f"{first} {sign} {_written(right, notation, level + 1)}", level
        case Compare(sign, left, right):
            sign = notation.signs.get(sign, sign)
            return _infix(left, sign, right, COMPARISON, notation), COMPARISON
        case Negate(inner):
            return f"-{text(inner, notation, UNARY + 1)}", UNARY
        case Call(function, arguments):
            level = ATOM if function.name in notation.methods else CHOICE
            inside = [text(argument, notation, level) for argument in arguments]
            return notation.call(function.name, inside), ATOM
        case Select(condition, then, otherwise):
            parts = {
                "condition": text(condition, notation, COMPARISON),
                "then": text(then, notation, notation.then),
                "otherwise": text(otherwise, notation, notation.otherwise),
            }
            return notation.select.format(**parts), CHOICE
        case Stop(inner) | Stated(value=inner):
            return _text(inner, notation)
        case Draw():
            ends = [text(end, notation) for end in (value.first, value.second)]
            return notation.draw(value, ends), ATOM
        case Position(index):
            return notation.position(index), ATOM
        case Host():
            return notation.host(value)
    raise TypeError(f"no expression: {value!r}")


def _infix(
    left: Expression, sign: str, right: Expression, level: int, notation: Notation
) -> str:
    return f"{text(left, notation, level)} {sign} {text(right, notation, level + 1)}"


def short_number(number: float) -> str:
    """A number as a formula has it: 2, not 2.0."""
    is_short = number == int(number) and abs(number) < 1e15
    return f"{number:.0f}" if is_short else repr(number)


def index_text(index: Index) -> str:
    """An index as code: 3, i, i * 2 + k - 1, 7 - i; or winner // 8, winner % 8."""
    if index.divisor > 1 or index.modulus:
        inner = index_text(Index(index.constant, index.terms))
        inner = inner if inner.isidentifier() else f"({inner})"
        by, modulus = _whole(index.divisor), _whole(index.modulus)
        divided = f"{inner} // {by}" if index.divisor > 1 else inner
        return f"{divided} % {modulus}" if index.modulus else divided
    terms = _terms(index)
    if index.constant or not terms:
        terms.append((index.constant, str(_absolute(index.constant))))
    first, *others = sorted(terms, key=lambda term: term[0] < 0)
    signed = [f" {'-' if factor < 0 else '+'} {text}" for factor, text in others]
    return ("-" if first[0] < 0 else "") + first[1] + "".join(signed)


def _terms(index: Index) -> list[tuple[int, str]]:
    """The terms of an index, each with its factor. Of f * HEIGHT * WIDTH + y * WIDTH
    each counts the steps of the next one: (f * HEIGHT + y) * WIDTH."""
    found: list[tuple[int, str]] = []
    for name, factor in index.terms:
        by = as_factor(_absolute(factor))
        own = name if abs(factor) == 1 else f"{name} * {by}"
        if found and _is_in_steps(found[-1][0], factor):
            _, outer = found.pop()
            own = f"{outer.removesuffix(f' * {by}')} + {name}"
            own = own if factor == 1 else f"({own}) * {by}"
        found.append((factor, own))
    return found


def _is_in_steps(outer: int, inner: int) -> bool:
    """Whether a factor is a size, counted in so many steps of another one."""
    is_size = isinstance(outer, Size) and inner > 0
    return is_size and (inner == 1 or str(outer).endswith(f" * {as_factor(inner)}"))


def _whole(number: int) -> str:
    """A number or a size as what something is divided by."""
    return f"({number})" if " " in str(number) else str(number)


def _absolute(number: int) -> int:
    """A number without its sign; a size stays what it is called."""
    return number if number >= 0 else -number


def formula_text(value: Expression, names: Mapping[str, str]) -> str:
    """An expression of arguments as a formula, for comments."""
    notation = Notation(
        number=short_number,
        element=lambda element: element.variable.name,
        call=lambda name, arguments: f"{name}({', '.join(arguments)})",
        select="{then} if {condition} else {otherwise}",
        argument=lambda name: names.get(name, name),
    )
    return text(value, notation)

"""The operands of an expression: which can get names of their own, and put in."""

from __future__ import annotations

from collections.abc import Callable

from bpgen.program.nodes import (
    Add,
    Argument,
    Call,
    Compare,
    Divide,
    Element,
    Expression,
    Multiply,
    Negate,
    Number,
    Select,
    Subtract,
)
from bpgen.program.walks import walk

# Functions that have a value for every number.
TOTAL = {"larger", "smaller", "maximum", "minimum"} | {
    *("abs", "sign", "relu", "sigmoid", "tanh")
}


def is_safe(value: Expression) -> bool:
    """Whether computing the value can never fail."""
    for node in walk(value):
        match node:
            case Call(function, _) if function.name not in TOTAL:
                return False
            case Divide(_, below) if not isinstance(below, Number):
                return False
    return True


def is_whole(value: Expression) -> bool:
    """Whether a value is broken nowhere inside: a number, or a function of one that
    has a short name."""
    match value:
        case Element() | Negate(Element()):
            return True
        case Call(_, (Element(_, ()),)):
            return True
        case _:
            return False


def with_operand(value: Expression, old: Expression, new: Expression) -> Expression:
    """The value with one of its operands replaced."""

    def other(operand: Expression) -> Expression:
        return new if operand is old else operand

    match value:
        case Add(left, right) | Subtract(left, right):
            return type(value)(other(left), other(right))
        case Multiply(left, right) | Divide(left, right):
            return type(value)(other(left), other(right))
        case Negate(inner):
            return Negate(other(inner))
        case Call(function, arguments):
            return Call(function, tuple(map(other, arguments)))
        case Select(Compare(sign, left, right), then, otherwise):
            condition = Compare(sign, other(left), other(right))
            return Select(condition, other(then), other(otherwise))
        case _:
            return value


def operands_of(value: Expression) -> list[Expression]:
    """The operands that can get a name of their own. A branch of a choice only if
    nothing can go wrong in it, since the other one may be what is computed."""
    match value:
        case Add(left, right) | Subtract(left, right):
            operands: list[Expression] = [left, right]
        case Multiply(left, right) | Divide(left, right):
            operands = [left, right]
        case Negate(inner):
            operands = [inner]
        case Call(_, arguments):
            operands = list(arguments)
        case Select(Compare(_, left, right), then, otherwise):
            operands = [left, right]
            operands += (branch for branch in (then, otherwise) if is_safe(branch))
        case _:
            operands = []
    return [o for o in operands if not isinstance(o, (Number, Argument))]


def has_choice(value: Expression) -> bool:
    """Whether there is a choice in an expression."""
    return any(isinstance(node, Select) for node in walk(value))


def large_inside(
    value: Expression,
    written: str,
    text: Callable[[Expression], str],
    most: tuple[int, int] | None,
) -> Expression | None:
    """A choice, or a call before the end, that is too large to stand inside of an
    expression, for a formatter that would break it there; nothing if there is none."""
    if not most or ("if " not in written and ", " not in written):
        return None
    for node in walk(value):
        match node:
            case Select(_, then, otherwise) if node is not value:
                is_nest = has_choice(then) or has_choice(otherwise)
                if is_nest or len(text(node)) > most[0]:
                    return node
            case Call(_, (_, _, *_)) if node is not value:
                own = text(node)
                inside = own.partition("(")[2].removesuffix(")")
                if len(inside) > most[1] and not written.endswith(own):
                    return node
    return None

"""The derivative of one expression: symbolic, and as short as a textbook's.

Source of the rules: any calculus book; those of functions are in `functions`, or
follow from their formulas.
"""

from __future__ import annotations

from functools import cache

from bpgen import simplify
from bpgen.functions import Function, read_formula
from bpgen.ir import (
    Add,
    Argument,
    Call,
    Divide,
    Element,
    Expression,
    Multiply,
    Negate,
    Number,
    Select,
    Stated,
    Subtract,
)
from bpgen.printing import formula_text
from bpgen.traverse import (
    substituted,
    walk,
)

# A partial of more nodes than this becomes a call of the derivative function.
LARGEST_INLINE_PARTIAL = 8


def partial(
    value: Expression, of: Element | Argument, output: Expression | None = None
) -> Expression:
    """d`value`/d`of`; `output` is where the value already stands, if anywhere."""
    match value:
        case Element() | Argument():
            return simplify.ONE if value == of else simplify.ZERO
        case Add(left, right):
            return simplify.add(partial(left, of), partial(right, of))
        case Subtract(left, right):
            return simplify.subtract(partial(left, of), partial(right, of))
        case Multiply(left, right):
            return simplify.add(
                simplify.multiply(partial(left, of), right),
                simplify.multiply(left, partial(right, of)),
            )
        case Divide(left, right):
            quotient = output or value
            above = simplify.subtract(
                partial(left, of), simplify.multiply(quotient, partial(right, of))
            )
            return simplify.divide(above, right)
        case Negate(inner):
            return simplify.negate(partial(inner, of))
        case Select(condition, then, otherwise):
            return simplify.select(condition, partial(then, of), partial(otherwise, of))
        case Call(_, (argument, *_)):
            inner = partial(argument, of)
            if inner == simplify.ZERO:
                return inner
            return simplify.multiply(_slope(value, output), inner)
        case Stated(_, stated_of, stated, _):
            return stated if stated_of == of else simplify.ZERO
        case _:
            return simplify.ZERO


def _slope(call: Call, output: Expression | None) -> Expression:
    """The derivative of the called function by its first argument, there."""
    function = call.function
    if function.derivative:
        stated = slope_formula(function)
        if _is_small(stated):
            values = dict(zip(function.parameters, call.arguments, strict=True))
            return _settled(stated, values | {"y": output or call})
    return Call(derivative_function(function), call.arguments)


def slope_formula(function: Function) -> Expression:
    """f'(x) in terms of the parameters and of y = f(x)."""
    if function.derivative:
        return read_formula(function.derivative)
    return partial(function.body, Argument(function.parameters[0]))


def derivative_words(function: Function) -> str:
    """f'(z) as a formula, in terms of a = f(z) where that is shorter."""
    body = function.body
    if isinstance(body, Call) and all(isinstance(a, Argument) for a in body.arguments):
        called = body.function  # sigmoid(x): its derivative is stated there
    else:
        called = function
    names = {called.parameters[0]: "z", "y": "a"}
    formula = formula_text(slope_formula(called), names)
    return f"{function.name}'(z) = {formula}" if len(formula) <= 40 else ""


def _is_small(value: Expression) -> bool:
    """Whether a partial reads well inside a larger expression."""
    if isinstance(value, Select):
        return isinstance(value.then, Number) and isinstance(value.otherwise, Number)
    nodes = list(walk(value))
    has_choice = any(isinstance(node, Select) for node in nodes)
    return len(nodes) <= LARGEST_INLINE_PARTIAL and not has_choice


def _settled(value: Expression, values: dict[str, Expression]) -> Expression:
    """As `substituted`, simplified again where constants came in."""
    match value:
        case Argument(name):
            return values[name]
        case Multiply(left, right):
            return simplify.multiply(_settled(left, values), _settled(right, values))
        case Negate(inner):
            return simplify.negate(_settled(inner, values))
        case _:
            return substituted(value, values)


@cache
def derivative_function(function: Function) -> Function:
    """The function that computes f'(x) from the arguments of f."""
    names = function.parameters
    own: dict[str, Expression] = {name: Argument(name) for name in names}
    slope = slope_formula(function)
    call = Call(function, tuple(own.values()))
    return Function(
        f"{function.name}_derivative",
        names,
        _settled(slope, own | {"y": call}) if function.derivative else slope,
        doc=f"The derivative of {function.name} by {names[0]}.",
    )

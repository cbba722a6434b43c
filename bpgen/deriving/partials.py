"""The derivative of one expression: symbolic, simplified while it is built.

A function's slope is what is stated beside its formula, else derived from the
formula; where it is long, it becomes a function of its own.
"""

from __future__ import annotations

from bpgen.program import simplify
from bpgen.program.expressions import formula_text
from bpgen.program.functions import Function, read_formula
from bpgen.program.nodes import (
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
from bpgen.program.walks import substituted, walk

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
        case Call():
            return _partial_of_call(value, of, output)
        case Stated(_, stated_of, stated, _):
            return stated if stated_of == of else simplify.ZERO
        case _:
            return simplify.ZERO


def _partial_of_call(
    call: Call, of: Element | Argument, output: Expression | None
) -> Expression:
    """The sum over the arguments of slope times inner derivative."""
    total: Expression = simplify.ZERO
    for parameter, argument in zip(
        call.function.parameters, call.arguments, strict=True
    ):
        inner = partial(argument, of)
        if inner != simplify.ZERO:
            slope = _slope(call, parameter, output)
            total = simplify.add(total, simplify.multiply(slope, inner))
    return total


def _slope(call: Call, by: str, output: Expression | None) -> Expression:
    """The derivative of the called function by a parameter, there."""
    function = call.function
    if function.derivative and by == function.parameters[0]:
        stated = slope_formula(function)
        if _is_small(stated):
            values = dict(zip(function.parameters, call.arguments, strict=True))
            return _settled(stated, values | {"y": output or call})
    derivative = derivative_function(function, by)
    if isinstance(derivative.body, Number):  # the same everywhere
        return derivative.body
    return Call(derivative, call.arguments)


def slope_formula(function: Function, by: str = "") -> Expression:
    """df/dx in terms of the parameters and of y = f(x), by the first parameter
    unless another one is named."""
    first = function.parameters[0]
    if function.derivative and by in ("", first):
        return read_formula(function.derivative)
    return partial(function.body, Argument(by or first))


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


def derivative_function(function: Function, by: str) -> Function:
    """The function that computes the derivative by a parameter from the arguments."""
    names = function.parameters
    own: dict[str, Expression] = {name: Argument(name) for name in names}
    slope = slope_formula(function, by)
    if function.derivative and by == names[0]:
        slope = _settled(slope, own | {"y": Call(function, tuple(own.values()))})
    ending = "derivative" if by == names[0] else f"derivative_by_{by}"
    return Function(
        f"{function.name}_{ending}",
        names,
        slope,
        doc=f"The derivative of {function.name} by {by}.",
    )

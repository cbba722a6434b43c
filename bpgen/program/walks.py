"""Ways through a program: the nodes of an expression, the statements of a block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

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
    Literal,
    Multiply,
    Negate,
    Number,
    Position,
    Section,
    Select,
    Stated,
    Statement,
    Stop,
    Subtract,
    Variable,
    Whole,
)


def children(node: Expression | Compare) -> Iterator[Expression | Compare]:
    """The nodes directly inside a node, left to right."""
    match node:
        case Call(_, arguments):
            yield from arguments
        case Stated(value, of, partial, _):
            yield from (value, of, partial)
        case Select(condition, then, otherwise):
            yield from (condition, then, otherwise)
        case Compare(_, left, right) | Add(left, right) | Subtract(left, right):
            yield from (left, right)
        case Multiply(left, right) | Divide(left, right):
            yield from (left, right)
        case Negate(value) | Stop(value):
            yield value
        case Draw(_, first, second):
            yield from (first, second)
        case Whole(value, _):
            yield value


def walk(node: Expression | Compare) -> Iterator[Expression | Compare]:
    """The node and all nodes inside it, outermost first, left to right."""
    waiting = [node]  # rather than recursion: long sums are deep
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [*children(node)][::-1]


def is_constant(value: Expression, known: Collection[Element] = ()) -> bool:
    """Whether every language can compute the value before the program runs; known
    are the elements that are constants themselves."""
    return not any(
        isinstance(node, (Argument, Call, Draw, Position))
        or (isinstance(node, Element) and node not in known)
        for node in walk(value)
    )


def elements(node: Expression | Compare) -> Iterator[Element]:
    """Every element that the expression reads to have its value."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case Element() as element:
                yield element
            # most of what there is; `children` would find the same
            case Add(left, right) | Multiply(left, right) | Subtract(left, right):
                waiting += (right, left)
            case Number():
                pass
            case Stated(value=value):
                waiting.append(value)
            case other:
                waiting += [*children(other)][::-1]


def statements(block: Block) -> Iterator[Assign | Accumulate]:
    """Every assignment and accumulation of a block, in order, loops once."""
    for statement in block:
        match statement:
            case For(body=body) | If(body=body) | Section(body=body):
                yield from statements(body)
            case Assign() | Accumulate():
                yield statement
            case Literal():
                pass


def reads(statement: Assign | Accumulate) -> Iterator[Element]:
    """The elements that a statement reads; its own target not among them."""
    yield from elements(statement.value)


def read_in(block: Block) -> set[Element]:
    """Every element that a block reads."""
    return {element for s in statements(block) for element in reads(s)}


def distributions(block: Block) -> set[str]:
    """The distributions that a block draws from."""
    values = [statement.value for statement in statements(block)]
    return {value.distribution for value in values if isinstance(value, Draw)}


def transform(
    node: Expression, change: Callable[[Expression], Expression | None]
) -> Expression:
    """The expression with every node for which `change` has another replaced."""
    changed = change(node)
    if changed is not None:
        return changed

    def inside(child: Expression) -> Expression:
        return transform(child, change)

    match node:
        case Add(left, right) | Subtract(left, right):
            return type(node)(inside(left), inside(right))
        case Multiply(left, right) | Divide(left, right):
            return type(node)(inside(left), inside(right))
        case Negate(value) | Stop(value):
            return type(node)(inside(value))
        case Call(function, arguments):
            return Call(function, tuple(map(inside, arguments)))
        case Select(Compare(operator, left, right), then, otherwise):
            condition = Compare(operator, inside(left), inside(right))
            return Select(condition, inside(then), inside(otherwise))
        case Draw(distribution, first, second):
            return Draw(distribution, inside(first), inside(second))
        case Whole(value, count):
            changed = inside(value)
            assert isinstance(changed, Element)
            return Whole(changed, count)
        case Stated(value, of, partial, because):
            place = inside(of)
            assert isinstance(place, Element)
            return Stated(inside(value), place, inside(partial), because)
        case _:
            return node


def substituted(value: Expression, values: dict[str, Expression]) -> Expression:
    """The expression with its arguments replaced."""

    def change(node: Expression) -> Expression | None:
        return values[node.name] if isinstance(node, Argument) else None

    return transform(value, change)


def arrays_in(block: Block) -> Iterable[Variable]:
    """The variables with axes of a block, in the order of their first use."""
    used: dict[Variable, None] = {}
    for statement in statements(block):
        for element in (*reads(statement), statement.target):
            if element.variable.labels:
                used[element.variable] = None
    return used


def same_choice(block: Sequence[Statement]) -> Iterator[Assign]:
    """The first statements, as far as they are `x = ... if condition else x`, all
    with one condition, which only the last of them may change."""
    condition: Compare | None = None
    for statement in block:
        match statement:
            case Assign(target, Stop(Select(own, _, otherwise))) if otherwise == target:
                if condition not in (None, own):
                    return
                condition = own
                yield statement
                if target in elements(own):
                    return
            case _:
                return


def chosen(choice: Assign) -> Select:
    """What a statement of `same_choice` chooses."""
    assert isinstance(choice.value, Stop) and isinstance(choice.value.value, Select)
    return choice.value.value


def write_counts(block: Block) -> dict[Element, int]:
    """How many statements write each element; one inside a loop counts as many."""
    found: dict[Element, int] = {}

    def count(body: Block, weight: int) -> None:
        for statement in body:
            match statement:
                case For(body=inner):
                    count(inner, 2)
                case Section(_, inner) | If(_, inner):
                    count(inner, weight)
                case Assign(target) | Accumulate(target):
                    found[target] = found.get(target, 0) + weight

    count(block, 1)
    return found

"""Ways through a program: the nodes of an expression, the statements of a block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

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
    Literal,
    Multiply,
    Negate,
    Number,
    Position,
    Section,
    Select,
    Stated,
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
            case For(body=body) | If(body=body) | Section(body=body) | Each(body=body):
                yield from statements(body)
            case Assign() | Accumulate():
                yield statement
            case Literal():
                pass


def reads(statement: Assign | Accumulate) -> Iterator[Element]:
    """The elements that a statement reads; its own target not among them."""
    yield from elements(statement.value)


def readings(
    block: Block, compared: tuple[Element, ...] = ()
) -> Iterator[tuple[Assign | Accumulate, list[Element]]]:
    """Every statement with all that its result depends on: what it reads; under
    comparisons also what these read, and its own target, which may stay."""
    for statement in block:
        match statement:
            case If(Compare() as condition, body):
                yield from readings(body, (*compared, *elements(condition)))
            case For(body=body) | If(body=body) | Section(body=body) | Each(body=body):
                yield from readings(body, compared)
            case Assign(target) | Accumulate(target):
                kept = [target] if compared else []
                yield statement, [*compared, *reads(statement), *kept]


def read_in(block: Block) -> set[Element]:
    """Every element that a block reads."""
    return {element for _, read in readings(block) for element in read}


def computed_in(block: Block) -> Iterator[Expression | Compare]:
    """Every value and every comparison of a block."""
    for statement in block:
        match statement:
            case If(Compare() as condition, body):
                yield condition
                yield from computed_in(body)
            case For(body=body) | If(body=body) | Section(body=body) | Each(body=body):
                yield from computed_in(body)
            case Assign(value=value) | Accumulate(value=value):
                yield value


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
        case Select(condition, then, otherwise):
            condition = transform_sides(condition, change)
            return Select(condition, inside(then), inside(otherwise))
        case Draw(distribution, first, second, because):
            return Draw(distribution, inside(first), inside(second), because)
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


def transform_sides(
    condition: Compare, change: Callable[[Expression], Expression | None]
) -> Compare:
    """As `transform`, for a condition."""
    left = transform(condition.left, change)
    return Compare(condition.operator, left, transform(condition.right, change))


def substituted(value: Expression, values: dict[str, Expression]) -> Expression:
    """The expression with its arguments replaced."""

    def change(node: Expression) -> Expression | None:
        return values[node.name] if isinstance(node, Argument) else None

    return transform(value, change)


def arrays_in(block: Block) -> Iterable[Variable]:
    """The variables with axes of a block, in the order of their first use."""
    used: dict[Variable, None] = {}
    for statement, read in readings(block):
        for element in (*read, statement.target):
            if element.variable.labels:
                used[element.variable] = None
    return used


def write_counts(block: Block) -> dict[Element, int]:
    """How many statements write each element; one inside a loop counts as many."""
    found: dict[Element, int] = {}

    def count(body: Block, weight: int) -> None:
        for statement in body:
            match statement:
                case For(body=inner) | Each(body=inner):
                    count(inner, 2)
                case Section(_, inner) | If(_, inner):
                    count(inner, weight)
                case Assign(target) | Accumulate(target):
                    found[target] = found.get(target, 0) + weight

    count(block, 1)
    return found

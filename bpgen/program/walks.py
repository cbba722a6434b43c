"""Ways through a program: the nodes of an expression, the statements of a block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeAlias

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
    Host,
    If,
    Multiply,
    Negate,
    Number,
    Position,
    Role,
    Section,
    Select,
    Stated,
    Statement,
    Stop,
    Subtract,
    Variable,
    Whole,
)

Reading: TypeAlias = tuple[Assign | Accumulate, tuple[Element, ...]]


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
        match node:
            # most of what there is; `children` would find the same
            case Element() | Number():
                pass
            case Add(left, right) | Multiply(left, right) | Subtract(left, right):
                waiting += (right, left)
            case other:
                waiting += [*children(other)][::-1]


def is_constant(value: Expression, known: Collection[Element] = ()) -> bool:
    """Whether every language can compute the value before the program runs; known
    are the elements that are constants themselves."""
    return not any(
        isinstance(node, (Argument, Call, Draw, Host, Position))
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


def loop_names(block: Block) -> Iterator[str]:
    """What the loops of a block count with, and the indices that it names."""
    for statement in block:
        match statement:
            case For(index=index, body=body):
                yield index
                yield from loop_names(body)
            case If(body=body) | Section(body=body):
                yield from loop_names(body)
            case Assign(value=Whole(value)) if value.variable.is_whole:
                pass  # its name is that of the number
            case Assign(target) if target.variable.role is Role.INDEX:
                yield target.variable.name


def statements(block: Block) -> list[Assign | Accumulate]:
    """Every assignment and accumulation of a block, in order, loops once."""
    found: list[Assign | Accumulate] = []
    _add_statements(block, found)
    return found


# Lists, which inner blocks add to, rather than generators inside of generators; and
# no functions inside of functions, which would keep the lists alive.
def _add_statements(block: Block, found: list[Assign | Accumulate]) -> None:
    for statement in block:
        match statement:
            case Assign() | Accumulate():
                found.append(statement)
            case For(body=body) | If(body=body) | Section(body=body) | Each(body=body):
                _add_statements(body, found)


def without_headings(block: Block) -> Iterator[Statement]:
    """What runs one after the other: whole loops and choices, and what is in none."""
    for statement in block:
        if isinstance(statement, Section):
            yield from without_headings(statement.body)
        else:
            yield statement


def reads(statement: Assign | Accumulate) -> tuple[Element, ...]:
    """The elements that a statement reads; its own target not among them."""
    found = statement.reads
    if found is None:  # once: every stage asks
        found = tuple(elements(statement.value))
        object.__setattr__(statement, "reads", found)
    return found


def readings(block: Block) -> list[Reading]:
    """Every statement with all that its result depends on: what it reads; under
    comparisons also what these read, and its own target, which may stay."""
    found: list[Reading] = []
    _add_readings(block, (), found)
    return found


def _add_readings(
    block: Block, compared: tuple[Element, ...], found: list[Reading]
) -> None:
    for statement in block:
        match statement:
            case Assign(target) | Accumulate(target):
                read = reads(statement)
                found.append(
                    (statement, (*compared, *read, target) if compared else read)
                )
            case If(Compare() as condition, body):
                _add_readings(body, (*compared, *elements(condition)), found)
            case For(body=body) | If(body=body) | Section(body=body) | Each(body=body):
                _add_readings(body, compared, found)


def read_in(block: Block) -> set[Element]:
    """Every element that a block reads."""
    found: set[Element] = set()
    for _, read in readings(block):
        found.update(read)
    return found


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

    match node:
        case Add(left, right) | Subtract(left, right):
            return type(node)(transform(left, change), transform(right, change))
        case Multiply(left, right) | Divide(left, right):
            return type(node)(transform(left, change), transform(right, change))
        case Negate(value) | Stop(value):
            return type(node)(transform(value, change))
        case Call(function, arguments):
            changes = tuple(transform(argument, change) for argument in arguments)
            return Call(function, changes)
        case Select(condition, then, otherwise):
            condition = transform_sides(condition, change)
            then = transform(then, change)
            return Select(condition, then, transform(otherwise, change))
        case Draw(distribution, first, second, because):
            first, second = transform(first, change), transform(second, change)
            return Draw(distribution, first, second, because)
        case Whole(value, count):
            changed = transform(value, change)
            assert isinstance(changed, Element)
            return Whole(changed, count)
        case Stated(value, of, partial, because):
            place = transform(of, change)
            assert isinstance(place, Element)
            value = transform(value, change)
            return Stated(value, place, transform(partial, change), because)
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

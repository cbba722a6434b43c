"""Which statements take or set the numbers of rows, and which rows a loop goes along.

In: statements of the fast path. Out: what they have to do with rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpgen.program.nodes import (
    Accumulate,
    Add,
    Assign,
    Block,
    Compare,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Position,
    Role,
    Statement,
    Variable,
)
from bpgen.program.walks import (
    computed_in,
    readings,
    reads,
    transform,
    transform_sides,
    walk,
)

FLAT = (Role.INPUT, Role.INPUT_GRADIENT, Role.TARGET)  # flat in every language
FEWEST = 2  # items that are worth a pattern


def row_from(block: Block, at: int) -> list[Assign]:
    """The statements from there on that name, or set, items of a row one by one."""
    found: list[Assign] = []
    for statement in block[at:]:
        place = place_of(statement)
        if place is None:
            break
        if found:
            before = place_of(found[-1])
            assert before is not None
            names_one = bool(before[0]) == bool(place[0])
            if not (names_one and follows(before[1], place[1])):
                break
        assert isinstance(statement, Assign)
        found.append(statement)
    if found and found[0].target.indices:
        element = found[0].target
        is_whole = len(found) == len(element.variable.labels[-1])
        is_row = is_whole or len(found) > FEWEST
        return found if is_row and element.variable.role not in FLAT else []
    return found


def place_of(statement: Statement) -> tuple[bool, Element] | None:
    """The element of an array that a statement sets, or gives a name."""
    match statement:
        case Assign(Element(Variable(is_whole=False), (_, *_)) as target):
            return True, target
        case Assign(
            Element(Variable(role=Role.LOCAL), ()),
            Element(Variable(is_whole=False), (_, *_)) as value,
        ):
            return False, value
        case _:
            return None


def head_of(block: Block) -> Block:
    """The statements at the top of a block that give names to numbers of arrays."""
    count = 0
    while count < len(block) and (place_of(block[count]) or (True, 0))[0] is False:
        count += 1
    return block[:count]


def is_row_of(run: Sequence[Assign], loop: For) -> bool:
    """Whether statements name the numbers of a whole row, one for each round."""
    element = run[0].value
    assert isinstance(element, Element)
    variable, own = element.variable, Index(0, ((loop.index, 1),))
    if variable.role in FLAT or len(element.indices) < 2:
        return False
    *others, place, _ = element.indices
    is_whole = len(run) == len(variable.labels[-1])
    is_along = place == own and len(variable.labels[-2]) == loop.stop
    is_still = not any(loop.index in names_of(index) for index in others)
    return is_whole and is_along and is_still


def follows(one: Element, other: Element) -> bool:
    """Whether an element is the next one of a row."""
    *row, last = one.indices
    *same, place = other.indices
    is_same = one.variable == other.variable and row == same
    return is_same and last.divisor == 1 and not last.modulus and last + 1 == place


def names_of(index: Index) -> set[str]:
    """The names that an index depends on."""
    return {name for name, _ in index.terms}


def names_index(block: Block, name: str) -> bool:
    """Whether a block depends on an index."""
    indices = [
        index
        for statement, read in readings(block)
        for element in (statement.target, *read)
        for index in element.indices
    ]
    for value in computed_in(block):
        indices += [node.index for node in walk(value) if isinstance(node, Position)]
    guards = (s.condition for s in block if isinstance(s, If))
    indices += [guard.index for guard in guards if isinstance(guard, Inside)]
    return any(name in names_of(index) for index in indices)


def in_doubt(block: Block) -> set[Element]:
    """The elements of rows that may not be there: only below a guard that asks for
    their places does a block read or set them."""
    doubted: set[Element] = set()
    sure: set[Element] = set()
    waiting: list[tuple[Block, tuple[Index, ...]]] = [(block, ())]
    while waiting:
        inside, guards = waiting.pop()
        for statement in inside:
            match statement:
                case Assign(target) | Accumulate(target):
                    for element in (target, *reads(statement)):
                        is_doubted = any(is_asked(element, guard) for guard in guards)
                        (doubted if is_doubted else sure).add(element)
                case If(Inside(index), body):
                    waiting.append((body, (*guards, index)))
                case For(body=body) | If(body=body):
                    waiting.append((body, guards))
    return doubted - sure


def is_asked(element: Element, guard: Index) -> bool:
    """Whether a guard asks for the row that an element stands in."""
    asked, places = names_of(guard), element.indices[:-1]
    moved = (place for place in places if not is_loops_own(place))
    return guard in places or any(asked & names_of(place) for place in moved)


def is_loops_own(place: Index) -> bool:
    """Whether a place is the variable of a loop, as it is."""
    return [place] == [Index(0, ((name, 1),)) for name, _ in place.terms]


def loads(block: Block) -> Iterator[tuple[Element, Element]]:
    """The elements to which statements of a block give a name, with that."""
    for statement in block:
        match statement:
            case Assign(
                Element(Variable(role=Role.LOCAL), ()) as own, Element(_, (_, *_)) as e
            ):
                yield e, own


def over_items(block: Block, items: dict[Element, Element]) -> Block:
    """The block that reads names rather than items."""

    def change(node: Expression) -> Expression | None:
        return items.get(node) if isinstance(node, Element) else None

    found: list[Statement] = []
    for statement in block:
        match statement:
            case Assign(target, Element() as value) if items.get(value) == target:
                pass  # it has that name already
            case Assign(target, value):
                found.append(Assign(target, transform(value, change)))
            case Accumulate(target, value) if target in items:
                total = Add(items[target], transform(value, change))
                found.append(Assign(target, total))
            case Accumulate(target, value):
                found.append(Accumulate(target, transform(value, change)))
            case If(condition, body):
                if isinstance(condition, Compare):
                    condition = transform_sides(condition, change)
                found.append(If(condition, over_items(body, items)))
            case _:
                found.append(statement)
    return tuple(found)

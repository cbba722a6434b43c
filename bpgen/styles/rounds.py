"""A loop of one round is no loop: its body stands there, with the index put in.

In and out: a block in loops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.program.nodes import (
    Accumulate,
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
    Section,
    Statement,
    Variable,
    Whole,
)
from bpgen.program.notes import ChainNote, Note, Path, UnitNote
from bpgen.program.views import settled
from bpgen.program.walks import transform, transform_sides


def without_single_rounds(block: Block) -> Block:
    """The block with the body alone where a loop has one round."""
    return tuple(_plain(block, {}))


def with_indices(block: Block, known: dict[str, Index]) -> Block:
    """The block with other indices in the place of some."""
    return tuple(_plain(block, known))


def without_positions(block: Block) -> Block:
    """The block without names for sums of indices: the sums stand in their places."""
    known: dict[str, Index] = {}
    found: list[Statement] = []
    for statement in block:
        match statement:
            case Assign(Element(Variable(name, Role.INDEX)), Position(place)) if (
                place.divisor == 1 and not place.modulus
            ):
                known[name] = put_in(place, known)
                continue
        for made in with_indices((statement,), known):
            match made:
                case For(body=body) | If(body=body) | Section(body=body):
                    found.append(replace(made, body=without_positions(body)))
                case _:
                    found.append(made)
    return tuple(found)


def _plain(block: Block, known: dict[str, Index]) -> Iterator[Statement]:
    """`known` holds what stands for the indices that are gone."""
    known = dict(known)
    for statement in block:
        match statement:
            case For():
                yield from _loop(statement, known)
            case If(Inside(index, extent), body):
                yield from _guarded(Inside(put_in(index, known), extent), body, known)
            case If(Compare() as condition, body):
                condition = transform_sides(condition, lambda node: _at(node, known))
                yield If(condition, tuple(_plain(body, known)))
            case Section(note, body):
                yield Section(_note_at(note, known), tuple(_plain(body, known)))
            case Assign(Element(Variable(name, Role.INDEX)) as target, Position(place)):
                place = put_in(place, known)
                if not place.terms or place == Index(0, ((place.terms[0][0], 1),)):
                    known[name] = place
                else:
                    yield Assign(target, Position(place))
            case Assign(target, value, note) | Accumulate(target, value, note):
                value = transform(value, lambda node: _at(node, known))
                made = _element_at(target, known)
                yield type(statement)(made, value, _note_at(note, known))
            case _:
                yield statement


def _loop(loop: For, known: dict[str, Index]) -> Iterator[Statement]:
    start, stop = (put_in(Index.of(end), known) for end in (loop.start, loop.stop))
    if stop == start + 1:
        body = tuple(_plain(loop.body, known | {loop.index: start}))
        if not any(map(_sets_index, body)):  # its names are those of a round
            note = _note_at(loop.note, known | {loop.index: start})
            yield from [Section(note, body)] if note else body
            return
    body = tuple(_plain(loop.body, known))
    if not body:
        return
    note, begin, end = _note_at(loop.note, known), _plainly(start), _plainly(stop)
    yield replace(loop, body=body, note=note, start=begin, stop=end)


def _guarded(
    condition: Inside, body: Block, known: dict[str, Index]
) -> Iterator[Statement]:
    inner = tuple(_plain(body, known))
    if condition.index.terms and inner:  # inside, a guard may hold nowhere
        yield If(condition, inner)
    elif not condition.index.terms and 0 <= condition.index.constant < condition.extent:
        yield from inner


def _sets_index(statement: Statement) -> bool:
    match statement:
        case Assign(target):
            return target.variable.role is Role.INDEX
        case _:
            return False


def _plainly(index: Index) -> Index | int:
    return index if index.terms else index.constant


def put_in(index: Index, known: dict[str, Index]) -> Index:
    """The index with what stands for some names put in."""
    found = Index(index.constant)
    for name, factor in index.terms:
        found += known.get(name, Index(0, ((name, 1),))) * factor
    if index.divisor == 1 and not index.modulus:
        return found
    return replace(found, divisor=index.divisor, modulus=index.modulus).at({})


def _element_at(element: Element, known: dict[str, Index]) -> Element:
    places = tuple(put_in(index, known) for index in element.indices)
    return settled(Element(element.variable, places))


def _at(node: Expression, known: dict[str, Index]) -> Expression | None:
    match node:
        case Element():
            return _element_at(node, known)
        case Position(index):
            return Position(put_in(index, known))
        case Whole(value, count):
            return Whole(_element_at(value, known), count)
        case _:
            return None


def _note_at(note: Note | None, known: dict[str, Index]) -> Note | None:
    match note:
        case UnitNote(unit):
            return replace(note, unit=_element_at(unit, known))
        case ChainNote(of, paths):
            paths = tuple(_path_at(path, known) for path in paths)
            return replace(note, of=_element_at(of, known), paths=paths)
        case _:
            return note


def _path_at(path: Path, known: dict[str, Index]) -> Path:
    forward = path.forward
    value, slope = (
        transform(part, lambda node: _at(node, known))
        for part in (forward.value, path.slope)
    )
    made = type(forward)(_element_at(forward.target, known), value)
    return replace(path, forward=made, slope=slope)

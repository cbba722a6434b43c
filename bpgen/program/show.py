"""A program in a plain notation, to look at it between any two stages.

In: a block. Out: its lines. A loop says its range, both ends included, and its
order; a heading stands in brackets; behind a statement stands what its note says. A
note never changes what is computed, so it comes after `#`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpgen.program.blocks import Program
from bpgen.program.expressions import Notation, index_text, short_number, text
from bpgen.program.functions import Function
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Call,
    Compare,
    Draw,
    Each,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Literal,
    Order,
    Role,
    Section,
    Stated,
    Statement,
    Stop,
    Whole,
)
from bpgen.program.notes import (
    FORWARD,
    ChainNote,
    FunctionNote,
    LayerNote,
    Note,
    SlopeNote,
    TitleNote,
    UnitNote,
)
from bpgen.program.size import Size
from bpgen.program.walks import transform, transform_sides

STEP = "  "  # of indentation
MOST_VALUES = 4  # of a literal; more are counted


def program_lines(program: Program, names: tuple[str, ...]) -> Iterator[str]:
    """The named blocks of a program, each under its name; empty ones left out."""
    for name in names:
        lines = list(block_lines(getattr(program, name)))
        if lines:
            yield f"{name}:"
            yield from (f"{STEP}{line}" for line in lines)


def block_lines(block: Block) -> Iterator[str]:
    """The statements of a block, a line each."""
    for statement in block:
        yield from _lines(statement)


def _lines(statement: Statement) -> Iterator[str]:
    match statement:
        case Assign(target, value, note):
            yield _noted(f"{_assigned(target)} = {expression_text(value)}", note, value)
        case Accumulate(target, value, note):
            yield _noted(f"{element_text(target)} += {_text(value)}", note, value)
        case Literal(variable, values):
            more = f" ... ({len(values)} values)" if len(values) > MOST_VALUES else ""
            shown = ", ".join(map(short_number, values[:MOST_VALUES]))
            yield f"{variable.name} = {shown}{more}"
        case For(body=body, note=note):
            yield _noted(f"for {_range(statement)}:", note)
            yield from _inside(body)
        case Each(arrays, body):
            names = ", ".join(own.name for own, _ in arrays)
            firsts = ", ".join(variables[0].name for _, variables in arrays)
            yield f"for each number of {names} in {firsts} ...:"
            yield from _inside(body)
        case If(condition, body):
            yield f"if {_condition(condition)}:"
            yield from _inside(body)
        case Section(note, body):
            yield f"[{note_text(note) if note else ''}]"
            yield from _inside(body)


def _inside(body: Block) -> Iterator[str]:
    yield from (f"{STEP}{line}" for line in block_lines(body))


def _condition(condition: Inside | Compare) -> str:
    match condition:
        case Inside(index, extent):
            return f"0 <= {index_text(index)} < {extent}"
        case Compare():
            return text(transform_sides(condition, _with_stops), NOTATION)


def _range(loop: For) -> str:
    last = index_text(Index.of(loop.stop) + -1)
    last = f"{loop.stop} - 1" if isinstance(loop.stop, Size) else last
    order = "" if loop.order is Order.ANY else f", {loop.order.value}"
    return f"{loop.index} in {index_text(Index.of(loop.start))} ... {last}{order}"


# --- Expressions --------------------------------------------------------------------


def element_text(element: Element) -> str:
    """An element as `w_h[i][j]`; of a view as `a_h.view(8, 64)[i][j]`."""
    places = (f"[{index_text(index)}]" for index in element.indices)
    variable = element.variable
    sizes = ", ".join(map(str, variable.shape))
    name = f"{variable.name}.view({sizes})" if variable.of else variable.name
    return name + "".join(places)


def _assigned(target: Element) -> str:
    kind = "index " if target.variable.role is Role.INDEX else ""
    return kind + element_text(target)


def expression_text(value: Expression) -> str:
    """An expression; what has no derivative stands in `stop(...)`."""
    if isinstance(value, Whole):
        return f"whole({element_text(value.value)}), one of {value.count}"
    return _text(value)


def _text(value: Expression) -> str:
    return text(transform(value, _with_stops), NOTATION)


def _with_stops(node: Expression) -> Expression | None:
    if isinstance(node, Stop):
        return Call(STOP, (transform(node.value, _with_stops),))
    return None


def _drawn(draw: Draw, ends: list[str]) -> str:
    return f"{draw.distribution}({', '.join(ends)})"


def _called(name: str, arguments: list[str]) -> str:
    return f"{name}({', '.join(arguments)})"


STOP = Function("stop", ("x",), "x")
NOTATION = Notation(
    number=short_number,
    element=element_text,
    call=_called,
    select="{then} if {condition} else {otherwise}",
    draw=_drawn,
    position=index_text,
)


# --- Notes --------------------------------------------------------------------------


def _noted(line: str, note: Note | None, value: Expression | None = None) -> str:
    """The line with its note, and with the derivative that its value states."""
    found = [note_text(note)] if note else []
    if isinstance(value, Stated):
        slope = expression_text(value.partial)
        found.append(f"its slope by {element_text(value.of)} is stated: {slope}")
    return "  # ".join((line, "; ".join(found))) if any(found) else line


def note_text(note: Note) -> str:
    """A note in a few words."""
    match note:
        case LayerNote(name, words, direction):
            return f"{name}: {words if direction == FORWARD else direction}"
        case UnitNote(unit, words, direction):
            return (
                f"{element_text(unit)}: {words if direction == FORWARD else direction}"
            )
        case TitleNote(title):
            return title
        case FunctionNote(function):
            return function.name
        case SlopeNote(text):
            return text
        case ChainNote(_, paths, because):
            ways = ", ".join(element_text(path.to) for path in paths)
            way = f"by {ways}" if paths else "of the loss"
            return f"{way}: {because}" if because else way

"""Expressions to pieces: signs as text, and every number with its name and value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bpgen.explaining.digits import shown
from bpgen.explaining.model import Formula, Piece, Quantity
from bpgen.program.expressions import Notation, index_text, short_number, text
from bpgen.program.nodes import Add, Element, Expression, Multiply, Role, Stated, Stop

DOT = "\u00b7"
MARK = re.compile("\x02(\\d+)\x03")


def bare(value: Expression) -> Expression:
    """The value without what only differentiation is told."""
    while isinstance(value, (Stop, Stated)):
        value = value.value
    return value


def pieces(value: Expression, quantity: Callable[[Element], Quantity]) -> Formula:
    """The pieces of an expression; a first bias is the weight of a 1."""
    found: list[Element] = []

    def marked(element: Element) -> str:
        found.append(element)
        return f"\x02{len(found) - 1}\x03"

    notation = Notation(
        number=short_number,
        element=marked,
        call=lambda name, arguments: f"{name}({', '.join(arguments)})",
        select="{then} if {condition} else {otherwise}",
        draw=lambda node, ends: f"{node.distribution}({', '.join(ends)})",
        position=index_text,
    )
    made: list[Piece] = []
    for at, part in enumerate(MARK.split(text(value, notation))):
        made += [quantity(found[int(part)])] if at % 2 else part.split()
    bias = first_bias(value)
    if bias is not None:
        made[1:1] = ["*", "1"]
    return tuple(made)


def terms(value: Expression) -> list[Expression]:
    """The terms of a sum, from left to right."""
    found: list[Expression] = []
    value = bare(value)
    while isinstance(value, Add):
        found.append(value.right)
        value = value.left
    return [value, *found[::-1]]


def first_bias(value: Expression) -> Element | None:
    """The bias that a weighted sum begins with, if it is one."""
    first, *others = terms(value)
    match first:
        case Element(variable) if others and variable.role is Role.PARAMETER:
            return first if all(isinstance(o, Multiply) for o in others) else None
    return None


def is_weighted_sum(value: Expression) -> bool:
    """Whether a value is a sum of inputs, each times a weight."""
    found = terms(value)
    products = found[1:] if first_bias(value) else found
    return bool(products) and all(
        isinstance(term, Multiply)
        and isinstance(term.left, Element)
        and term.left.variable.role is Role.PARAMETER
        and isinstance(term.right, Element)
        for term in products
    )


def spelled(formula: Formula, places: int) -> tuple[list[str], list[str]]:
    """The pieces with names, and with numbers: a negative one stands in parentheses,
    unless it begins the formula or has some already."""
    names, numbers, last = list[str](), list[str](), "("
    for piece in formula:
        if isinstance(piece, Quantity):
            text = shown(piece, places)
            is_grouped = text.startswith("-") and not last.endswith("(")
            names.append(piece.name)
            numbers.append(f"({text})" if is_grouped else text)
            last = ""
        else:
            names.append(piece.replace("*", DOT))
            numbers.append(names[-1])
            last = piece
    return names, numbers


def joined(parts: Iterable[str]) -> str:
    """Pieces in a line, without spaces inside of parentheses."""
    return " ".join(parts).replace("( ", "(").replace(" )", ")")

"""Calls opened: the formula of a small function in the place of its call.

In and out: a block. Where a call costs more than what the function computes, a choice
between two formulas is quicker than a call that makes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Call,
    Element,
    Expression,
    For,
    If,
    Section,
    Statement,
)
from bpgen.program.walks import substituted, transform


def opened(block: Block, names: Collection[str]) -> Block:
    """The block without calls of the functions of these names whose arguments are
    elements: what a formula names twice costs nothing to read again."""

    def formula(node: Expression) -> Expression | None:
        match node:
            case Call(function, arguments) if function.name in names and all(
                isinstance(argument, Element) for argument in arguments
            ):
                pairs = zip(function.parameters, arguments, strict=True)
                return substituted(function.body, dict(pairs))
        return None

    def changed(statement: Statement) -> Statement:
        match statement:
            case For(body=body) | If(body=body) | Section(body=body):
                return replace(statement, body=tuple(map(changed, body)))
            case Assign(value=value) | Accumulate(value=value):
                return replace(statement, value=transform(value, formula))
            case _:
                return statement

    return tuple(map(changed, block)) if names else block

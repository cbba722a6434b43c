"""Formulas: text such as "x if x > 0 else slope * x" to expressions.

The grammar is small on purpose: numbers, names, + - * /, parentheses, calls of
known functions and `A if B > C else D`. Names become `Argument` nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bpgen.ir import (
    Add,
    Argument,
    Call,
    Compare,
    Divide,
    Expression,
    Multiply,
    Negate,
    Number,
    Select,
    Subtract,
)

if TYPE_CHECKING:
    from bpgen.functions import Function

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)"
    r"|(?P<name>[a-z_][a-z0-9_]*)"
    r"|(?P<sign><=|>=|==|[-+*/()<>,]))"
)
_COMPARISONS = ("<", "<=", ">", ">=", "==")


class FormulaError(ValueError):
    """The text is not a formula."""


def parse(text: str, functions: Mapping[str, Function]) -> Expression:
    """Read one formula.

    Raises:
        FormulaError: the text is not in the grammar, or calls a function that
            is not in `functions`.
    """
    return _Parser(text, functions).whole()


class _Parser:
    """Recursive descent: one method for each level of precedence."""

    def __init__(self, text: str, functions: Mapping[str, Function]) -> None:
        self.functions = functions
        self.tokens = list(_tokens(text))
        self.next = 0

    def whole(self) -> Expression:
        value = self.choice()
        if self.peek():
            raise FormulaError(f"unexpected '{self.peek()}'")
        return value

    def peek(self) -> str:
        return self.tokens[self.next] if self.next < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token if it is one of those wanted, else ''."""
        token = self.peek()
        if token not in wanted or not token:
            return ""
        self.next += 1
        return token

    def expect(self, wanted: str) -> None:
        if not self.take(wanted):
            raise FormulaError(f"expected '{wanted}', got '{self.peek() or 'the end'}'")

    def choice(self) -> Expression:
        """A value, or `value if condition else value`."""
        then = self.sum()
        if not self.take("if"):
            return then
        left = self.sum()
        operator = self.take(*_COMPARISONS)
        if not operator:
            raise FormulaError("expected a comparison after 'if'")
        condition = Compare(operator, left, self.sum())
        self.expect("else")
        return Select(condition, then, self.choice())

    def sum(self) -> Expression:
        return self.chain({"+": Add, "-": Subtract}, self.product)

    def product(self) -> Expression:
        return self.chain({"*": Multiply, "/": Divide}, self.unary)

    def chain(
        self,
        nodes: Mapping[str, Callable[[Expression, Expression], Expression]],
        operand: Callable[[], Expression],
    ) -> Expression:
        """Operands of one precedence, from left to right."""
        value = operand()
        while operator := self.take(*nodes):
            value = nodes[operator](value, operand())
        return value

    def unary(self) -> Expression:
        if not self.take("-"):
            return self.atom()
        value = self.unary()
        return Number(-value.value) if isinstance(value, Number) else Negate(value)

    def atom(self) -> Expression:
        if self.take("("):
            value = self.choice()
            self.expect(")")
            return value
        token = self.peek()
        self.next += 1
        if token[:1].isdigit():
            return Number(float(token))
        if not re.match(r"[a-z_]", token):
            raise FormulaError(f"expected a value, got '{token or 'the end'}'")
        return self.call(token) if self.take("(") else Argument(token)

    def call(self, name: str) -> Expression:
        function = self.functions.get(name)
        if function is None:
            raise FormulaError(f"unknown function '{name}'")
        arguments = [self.choice()]
        while self.take(","):
            arguments.append(self.choice())
        self.expect(")")
        if len(arguments) != len(function.parameters):
            raise FormulaError(f"{name} takes {len(function.parameters)} arguments")
        return Call(function, tuple(arguments))


def _tokens(text: str) -> list[str]:
    found, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise FormulaError(f"unexpected '{text[position]}'")
        found.append(match.group().strip())
        position = match.end()
    return found

"""Formulas: text such as "x if x > 0 else slope * x" to expressions.

The grammar is small on purpose: numbers, names, + - * /, parentheses, calls of
known functions and `A if B > C else D`. Names become `Argument` nodes. Formulas
come from users, too: nothing is evaluated, and what is too long is refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpgen.errors import shown, suggestion
from bpgen.program.nodes import (
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
    from bpgen.program.functions import Function

LONGEST = 1_000  # characters
MOST_OPERATIONS = 100
MOST_LEVELS = 10  # parentheses, calls and signs inside one another
LARGEST_NUMBER = 1e100  # of users, so that constants can be multiplied
_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|==|\*\*|[-+*/()<>,^])"
)
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
KEYWORDS = ("if", "else")


class FormulaError(ValueError):
    """The text is not a formula; `position` is where in it, from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    position: int

    @property
    def is_name(self) -> bool:
        """Whether it may be the name of a number or of a function."""
        return self.text[:1].isidentifier() and self.text not in KEYWORDS


def parse(
    text: str, functions: Mapping[str, Function], names: Sequence[str] | None = None
) -> Expression:
    """Read one formula.

    `names` are those that may stand for numbers; None: any may.

    Raises:
        FormulaError: the text is not in the grammar or too long, or has a name
            or a function that is not known.
    """
    if len(text) > LONGEST:
        message = f"a formula has at most {LONGEST:,} characters, not {len(text):,}"
        raise FormulaError(message, 0)
    return _Parser(text, functions, names).whole()


class _Parser:
    """Recursive descent: one method for each level of precedence."""

    def __init__(
        self,
        text: str,
        functions: Mapping[str, Function],
        names: Sequence[str] | None,
    ) -> None:
        self.functions, self.names = functions, names
        self.tokens = [*_tokens(text), _Token("", len(text.rstrip()))]
        self.next = 0
        self.levels = 0
        self.operations = 0

    def whole(self) -> Expression:
        if not self.peek():
            raise FormulaError("the formula is empty", 0)
        value = self.choice()
        if self.peek():
            hint = " (there is no power: write x * x)"
            hint = hint if self.peek() in ("**", "^") else ""
            raise self.fault(f"unexpected {self.found}{hint}")
        return value

    def peek(self) -> str:
        return self.tokens[self.next].text

    @property
    def found(self) -> str:
        """The next token as an error names it."""
        return shown(self.peek()) if self.peek() else "the end"

    def fault(self, message: str) -> FormulaError:
        """An error at the next token."""
        return FormulaError(message, self.tokens[self.next].position)

    def take(self, *wanted: str) -> str:
        """The next token if it is one of those wanted, else ''."""
        token = self.peek()
        if token not in wanted or not token:
            return ""
        self.next += 1
        return token

    def expect(self, wanted: str) -> None:
        if not self.take(wanted):
            raise self.fault(f"expected '{wanted}', got {self.found}")

    def count(self) -> None:
        """Count an operation, before its token is taken."""
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            raise self.fault(f"a formula has at most {MOST_OPERATIONS} operations")

    def inside(self, read: Callable[[], Expression]) -> Expression:
        """What stands one level deeper."""
        self.levels += 1
        if self.levels > MOST_LEVELS:
            raise self.fault(f"a formula has at most {MOST_LEVELS} levels of '('")
        value = read()
        self.levels -= 1
        return value

    def choice(self) -> Expression:
        """A value, or `value if condition else value`."""
        then = self.sum()
        if self.peek() != "if":
            return then
        self.count()
        self.take("if")
        left = self.sum()
        sign = self.take(*_COMPARISONS)
        if not sign:
            signs = " ".join(_COMPARISONS)
            raise self.fault(f"expected one of {signs}, got {self.found}")
        condition = Compare(sign, left, self.sum())
        if condition.right == left:
            raise self.fault("both sides of the comparison are the same")
        self.expect("else")
        otherwise = self.choice()
        if isinstance(left, Number) and isinstance(condition.right, Number):
            is_so = _COMPARISONS[sign](left.value, condition.right.value)
            return then if is_so else otherwise  # a file with that choice would puzzle
        return then if then == otherwise else Select(condition, then, otherwise)

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
        while (sign := self.peek()) in nodes:
            self.count()
            self.next += 1
            value = nodes[sign](value, operand())
        return value

    def unary(self) -> Expression:
        if not self.take("-"):
            return self.atom()
        value = self.inside(self.unary)
        match value:
            case Number(number):
                return Number(-number)
            case Negate(inner):
                return inner
            case _:
                return Negate(value)

    def atom(self) -> Expression:
        token = self.tokens[self.next]
        if self.take("("):
            value = self.inside(self.choice)
            self.expect(")")
            return value
        if token.text[:1].isdigit():
            self.next += 1
            return self.number(token)
        if not token.is_name:
            raise self.fault(f"expected a value, got {self.found}")
        if self.tokens[self.next + 1].text == "(":
            return self.call(token.text)
        if self.names is not None and token.text not in self.names:
            raise self.fault(self.unknown(token.text))
        self.next += 1
        return Argument(token.text)

    def number(self, token: _Token) -> Number:
        value = float(token.text)
        if value > LARGEST_NUMBER and self.names is not None:
            message = f"{shown(token.text)} is above {LARGEST_NUMBER:g}"
            raise FormulaError(message, token.position)
        if value == 0.0 and re.match(r"[0.]*[1-9]", token.text):
            message = f"{shown(token.text)} rounds to zero"
            raise FormulaError(message, token.position)
        return Number(value)

    def unknown(self, name: str) -> str:
        assert self.names is not None
        if name in self.functions:
            return f"'{name}' is a function: expected '{name}(...)'"
        return f"unknown name {shown(name)}{suggestion(name, self.names)}"

    def call(self, name: str) -> Expression:
        function = self.functions.get(name)
        if function is None:
            hint = suggestion(name, self.functions)
            raise self.fault(f"unknown function {shown(name)}{hint}")
        self.count()
        token = self.tokens[self.next]
        self.next += 2
        arguments = list(self.arguments())
        wanted = len(function.parameters)
        if len(arguments) != wanted:
            plural = "argument" if wanted == 1 else "arguments"
            message = f"{name} takes {wanted} {plural}, got {len(arguments)}"
            raise FormulaError(message, token.position)
        return Call(function, tuple(arguments))

    def arguments(self) -> Iterator[Expression]:
        """What stands between the parentheses of a call."""
        if self.take(")"):
            return
        yield self.inside(self.choice)
        while self.take(","):
            yield self.inside(self.choice)
        self.expect(")")


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if not match:
            hint = " (a point needs digits on both sides)"
            hint = hint if text[position] == "." else ""
            message = f"unexpected {shown(text[position])}{hint}"
            raise FormulaError(message, position)
        yield _Token(match.group(), position)
        position = match.end()

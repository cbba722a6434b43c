"""Statements to lines that black and `dart format` leave as they are.

What fits on a line stays on it. Python breaks a longer value inside parentheses;
Dart, whose formatter changed its mind over the years, gets shorter statements:
a sum goes on in `+=`, any other operand gets a name of its own. The order of
evaluation is that of the tree in every form, so the bits are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from bpgen.languages.record import Language
from bpgen.program.expressions import (
    COMPARISON,
    OPERATORS,
    Notation,
    text,
)
from bpgen.program.nodes import (
    Add,
    Argument,
    Call,
    Compare,
    Divide,
    Element,
    Expression,
    Multiply,
    Negate,
    Number,
    Select,
    Stated,
    Stop,
    Subtract,
)
from bpgen.program.walks import is_constant, walk

Lines: TypeAlias = list[str]
Items: TypeAlias = "Sequence[str | Items]"


class Layout:
    """Lays out the statements of one method, `indent` columns in."""

    def __init__(self, language: Language, notation: Notation) -> None:
        self.language = language
        self.notation = notation
        self.indent = 0
        self.parts = 0  # operands that got a name

    def fits(self, line: str, deeper: int = 0) -> bool:
        """Whether a line fits the width."""
        return self.indent + deeper + len(line) <= self.language.width

    def new_part(self) -> str:
        """A name for an operand."""
        self.parts += 1
        return f"part{self.parts}"

    def statement(self, head: str, value: Expression, name: str = "") -> Lines:
        """`head value`, where head is such as "z =" or "return".

        `name` is what the head assigns to, if it only assigns.
        """
        while isinstance(value, (Stop, Stated)):
            value = value.value
        line = f"{head} {text(value, self.notation)}{self.language.end}"
        if self.fits(line):
            return [line]
        if self.language.parentheses:
            found = self.parenthesized(head, value)
            if not found and isinstance(value, Select) and name:
                found = self.choice(head, value, name)
        else:
            found = self.split(head, value, name)
        return found or self.hoisted(head, value, name) or [line]

    # Python ---------------------------------------------------------------------

    def parenthesized(self, head: str, value: Expression) -> Lines:
        """head ( / the value on one line, or an operand a line / )"""
        operands = self.operands(value)
        body = " ".join(operands)
        is_plain = not (body.startswith("(") or body.endswith(")"))
        if len(operands) < 2 or (len(operands) == 2 and not is_plain):
            return []
        step = self.language.indent
        if self.fits(body, step):
            operands = [body]
        if not all(self.fits(operand, step) for operand in operands):
            return []
        return [f"{head} (", *(" " * step + operand for operand in operands), ")"]

    def condition(self, operands: Lines) -> str:
        """What stands after `if`: operands, all but the first with the `and` before
        them; nothing if it does not fit."""
        line = "".join(operands)
        if self.fits(self.language.condition[0].format(line)):
            return line
        if not self.language.parentheses:
            return ""
        pad = " " * self.language.indent
        inside = [line] if self.fits(pad + line) else [o.strip() for o in operands]
        if not all(self.fits(pad + operand) for operand in inside):
            return ""
        return "\n".join(["(", *(pad + operand for operand in inside), ")"])

    def operands(self, value: Expression) -> Lines:
        """The operands of the lowest precedence, each with its operator before it."""
        match value:
            case Select(condition, then, otherwise):
                return [
                    text(then, self.notation, COMPARISON),
                    f"if {text(condition, self.notation)}",
                    f"else {text(otherwise, self.notation, COMPARISON)}",
                ]
            case Add() | Subtract() | Multiply() | Divide():
                return self.chain(value, OPERATORS[type(value)][1])
            case _:
                return [text(value, self.notation)]

    def chain(self, value: Expression, level: int) -> Lines:
        sign, own = OPERATORS.get(type(value), ("", None))
        if own != level:
            return [text(value, self.notation, level)]
        assert isinstance(value, (Add, Subtract, Multiply, Divide))
        right = text(value.right, self.notation, level + 1)
        return [*self.chain(value.left, level), f"{sign} {right}"]

    # Dart -----------------------------------------------------------------------

    def split(self, head: str, value: Expression, name: str) -> Lines:
        """The value on a line of its own, or a sum over several statements."""
        if head == "return":
            result = self.new_part()
            return [*self.declared(result, value), f"return {result};"]
        is_infix = isinstance(value, (Add, Subtract, Multiply, Divide))
        body = f"{text(value, self.notation)}{self.language.end}"
        if (is_infix or isinstance(value, (Argument, Element))) and self.fits(body, 4):
            return [head, f"    {body}"]
        if isinstance(value, (Add, Subtract)) and name:
            head = head.replace("final ", "var ").replace("const ", "var ")
            sign = OPERATORS[type(value)][0]
            first = self.statement(head, value.left, name)
            return [*first, *self.statement(f"{name} {sign}=", value.right)]
        if isinstance(value, Select) and name:
            return self.choice(head, value, name)
        return []

    # Both -----------------------------------------------------------------------

    def choice(self, head: str, value: Select, name: str) -> Lines:
        """if condition: name = then; else: name = otherwise"""
        begin, end = self.language.condition
        condition = begin.format(text(value.condition, self.notation))
        if not self.fits(condition):
            return []
        step = self.language.indent
        self.indent += step
        then = self.statement(f"{name} =", value.then, name)
        otherwise = self.statement(f"{name} =", value.otherwise, name)
        self.indent -= step
        pad = " " * step
        is_final = head.startswith("final ") and not any(
            line.strip().startswith(f"{name} {sign}=")
            for line in (*then, *otherwise)
            for sign in "+-"
        )
        kind = "final double" if is_final else "double"
        return [
            *([f"{kind} {name};"] if head != f"{name} =" else []),
            condition,
            *(pad + line for line in then),
            f"{end} else {{" if end else "else:",
            *(pad + line for line in otherwise),
            *([end] if end else []),
        ]

    def declared(self, name: str, value: Expression) -> Lines:
        """A local name for a value."""
        start = self.language.declare
        if is_constant(value):
            start = self.language.constant_start
        return self.statement(f"{start}{name} =", value, name)

    def hoisted(self, head: str, value: Expression, name: str) -> Lines:
        """The longest operand gets a name, in a statement before."""
        operand = self.longest(value)
        if operand is None:
            return self.named(head, value)
        part = self.new_part()
        before = self.declared(part, operand)
        rest = _replaced(value, operand, Argument(part))
        return [*before, *self.statement(head, rest, name)]

    def named(self, head: str, value: Expression) -> Lines:
        """The whole value gets a short name first, unless it has one."""
        is_named = " part" in f" {head}" and not head.endswith(("+=", "-="))
        if isinstance(value, Argument) or is_named:
            return []
        part = self.new_part()
        return [*self.declared(part, value), *self.statement(head, Argument(part))]

    def longest(self, value: Expression) -> Expression | None:
        """The operand that takes most room. A branch of a choice only if nothing can
        go wrong in it, since the other one may be what is computed."""
        match value:
            case Add(left, right) | Subtract(left, right):
                operands: list[Expression] = [left, right]
            case Multiply(left, right) | Divide(left, right):
                operands = [left, right]
            case Negate(inner):
                operands = [inner]
            case Call(_, arguments):
                operands = list(arguments)
            case Select(Compare(_, left, right), then, otherwise):
                operands = [left, right]
                operands += (branch for branch in (then, otherwise) if _is_safe(branch))
            case _:
                operands = []
        operands = [o for o in operands if not isinstance(o, (Number, Argument))]
        return max(operands, key=lambda o: len(text(o, self.notation)), default=None)

    def mapping(self, head: str, entries: Lines, tail: str, nested: bool) -> Lines:
        """`head{key: value, ...}tail`; `nested` says that values hold lists."""
        line = f"{head}{{{', '.join(entries)}}}{tail}"
        if self.fits(line) and not (nested and self.language.splits_nested):
            return [line]
        pad = " " * self.language.indent
        return [f"{head}{{", *(f"{pad}{entry}," for entry in entries), f"}}{tail}"]

    def collection(self, head: str, items: Items, tail: str) -> Lines:
        """`head[...]tail`, nested lists of texts; one item a line if it must be.

        A text in their stead is a comprehension.
        """
        if isinstance(items, str):
            return self.comprehension(head, items)
        nested = any(not isinstance(item, str) for item in items)
        line = f"{head}{flat_text(items)}{tail}"
        splits = nested and self.language.splits_nested
        if self.fits(line) and not splits:
            return [line]
        step = self.language.indent
        lines = [f"{head}["]
        self.indent += step
        for item in items:
            inner = (
                [item + ","]
                if isinstance(item, str)
                else self.collection("", item, ",")
            )
            lines += [" " * step + line for line in inner]
        self.indent -= step
        return [*lines, f"]{tail}"]

    def comprehension(self, head: str, value: str) -> Lines:
        """`head[body for _ in range(n)]`, such as an array of several axes."""
        if self.fits(f"{head}{value}"):
            return [f"{head}{value}"]
        body, _, rounds = value[1:-1].rpartition(" for ")
        pad = " " * self.language.indent
        inside = [f"{body} for {rounds}"]
        if not self.fits(pad + inside[0]):
            inside = [body, f"for {rounds}"]
        return [f"{head}[", *(pad + line for line in inside), "]"]


# Functions that have a value for every number.
TOTAL = {"larger", "smaller", "maximum", "minimum"} | {
    *("abs", "sign", "relu", "sigmoid", "tanh")
}


def _is_safe(value: Expression) -> bool:
    """Whether computing the value can never fail."""
    for node in walk(value):
        match node:
            case Call(function, _) if function.name not in TOTAL:
                return False
            case Divide(_, below) if not isinstance(below, Number):
                return False
    return True


def flat_text(items: Items) -> str:
    """Nested lists on one line."""
    inside = (item if isinstance(item, str) else flat_text(item) for item in items)
    return f"[{', '.join(inside)}]"


def _replaced(value: Expression, old: Expression, new: Expression) -> Expression:
    """The value with one of its operands replaced."""

    def other(operand: Expression) -> Expression:
        return new if operand is old else operand

    match value:
        case Add(left, right) | Subtract(left, right):
            return type(value)(other(left), other(right))
        case Multiply(left, right) | Divide(left, right):
            return type(value)(other(left), other(right))
        case Negate(inner):
            return Negate(other(inner))
        case Call(function, arguments):
            return Call(function, tuple(map(other, arguments)))
        case Select(Compare(sign, left, right), then, otherwise):
            condition = Compare(sign, other(left), other(right))
            return Select(condition, other(then), other(otherwise))
        case _:
            return value

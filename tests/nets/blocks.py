"""Blocks from the notation of `bpgen show`, so that a test reads as before and after.

`block` reads what `bpgen.program.show` prints; notes are left out, and a heading
keeps its text alone. What a variable is for follows from its name, its axes from the
shapes that a test gives.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpgen.program.functions import FUNCTIONS, Function
from bpgen.program.nodes import (
    BATCH,
    Accumulate,
    Add,
    Assign,
    Block,
    Call,
    Compare,
    Divide,
    Element,
    Expression,
    For,
    If,
    Index,
    Inside,
    Multiply,
    Negate,
    Number,
    Order,
    Position,
    Role,
    Section,
    Select,
    Statement,
    Stop,
    Subtract,
    Variable,
    Whole,
)
from bpgen.program.notes import TitleNote
from bpgen.program.show import block_lines

ROLES = {
    "x": Role.INPUT,
    "dx": Role.INPUT_GRADIENT,
    "t": Role.TARGET,
    "w": Role.PARAMETER,
    "b": Role.PARAMETER,
    "dw": Role.GRADIENT,
    "db": Role.GRADIENT,
}
OPERATORS = {ast.Add: Add, ast.Sub: Subtract, ast.Mult: Multiply, ast.Div: Divide}
SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}


def shown(found: Block) -> str:
    """A block as text, without the notes, as a test writes it."""
    return "\n".join(line.partition("  # ")[0] for line in block_lines(found))


def block(text: str, **shapes: tuple[int, ...]) -> Block:
    """The block of a text; every name without a shape is a scalar."""
    return Reader(shapes, textwrap.dedent(text).strip().split("\n")).block(0)


def variable(name: str, *shape: int) -> Variable:
    """The variable of that name."""
    prefix = name.partition("_")[0]
    labels = tuple(tuple(str(at + 1) for at in range(size)) for size in shape)
    return Variable(name, ROLES.get(prefix, Role.VALUE), prefix, labels)


@dataclass
class Reader:
    """Reads lines; `at` is the next one."""

    shapes: Mapping[str, Sequence[int]]
    lines: Sequence[str]
    at: int = 0

    def block(self, depth: int) -> Block:
        """The statements that stand that deep."""
        found = []
        while self.at < len(self.lines) and self.depth() == depth:
            found.append(self.statement(depth))
        return tuple(found)

    def depth(self) -> int:
        line = self.lines[self.at]
        return (len(line) - len(line.lstrip())) // 2

    def statement(self, depth: int) -> Statement:
        line = self.lines[self.at].strip()
        self.at += 1
        if line.startswith("["):
            return Section(TitleNote(line[1:-1]), self.block(depth + 1))
        if line.startswith("for "):
            return self.loop(line.removeprefix("for ").removesuffix(":"), depth)
        if line.startswith("if "):
            condition = self.condition(line.removeprefix("if ").removesuffix(":"))
            return If(condition, self.block(depth + 1))
        if line.startswith("index "):
            name, where = line.removeprefix("index ").split(" = ", 1)
            to = Variable(name, Role.INDEX, name).scalar()
            return Assign(to, self.position(where))
        kind, sign = (Accumulate, " += ") if " += " in line else (Assign, " = ")
        target, value = line.split(sign, 1)
        to, tree = self.value(parsed(target)), self.value(parsed(value))
        assert isinstance(to, Element)
        return kind(to, tree)

    def position(self, text: str) -> Expression:
        if not text.startswith("whole("):
            return Position(self.index(text))
        element, count = text.removeprefix("whole(").split("), one of ")
        return Whole(self.element(parsed(element)), int(count))

    def loop(self, head: str, depth: int) -> For:
        head, _, order = head.partition(", ")
        name, ends = head.split(" in ")
        start, last = map(self.index, ends.split(" ... "))
        stop = last + 1
        body = self.block(depth + 1)
        return For(
            name,
            stop if stop.terms else stop.constant,
            body,
            start=start if start.terms else start.constant,
            order=Order(order or "any"),
        )

    def index(self, text: str) -> Index:
        return BATCH + -1 if text == "batch - 1" else place(parsed(text))

    def value(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=int() | float() as number):
                return Number(float(number))
            case ast.UnaryOp(operand=inner):
                value = self.value(inner)
                is_number = isinstance(value, Number)
                return Number(-value.value) if is_number else Negate(value)
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](self.value(left), self.value(right))
            case ast.IfExp(test=test):
                chosen = self.value(node.body), self.value(node.orelse)
                return Select(self.compare(test), *chosen)
            case ast.Call(func=ast.Name(id="stop"), args=[inner]):
                return Stop(self.value(inner))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                function = FUNCTIONS.get(name) or Function(name, (), "")
                return Call(function, tuple(map(self.value, arguments)))
            case _:
                return self.element(node)

    def condition(self, text: str) -> Inside | Compare:
        if not text.startswith("0 <= "):
            return self.compare(parsed(text))
        where, extent = text.removeprefix("0 <= ").split(" < ")
        return Inside(self.index(where), int(extent))

    def compare(self, node: ast.expr) -> Compare:
        assert isinstance(node, ast.Compare)
        ends = self.value(node.left), self.value(node.comparators[0])
        return Compare(SIGNS[type(node.ops[0])], *ends)

    def element(self, node: ast.expr) -> Element:
        places = []
        while isinstance(node, ast.Subscript):
            places.insert(0, place(node.slice))
            node = node.value
        if isinstance(node, ast.Call):  # a_h.view(8, 64)
            assert isinstance(node.func, ast.Attribute)
            name = ast.unparse(node.func.value)
            sizes = [place(size).constant for size in node.args]
            held = variable(name, *self.shapes.get(name, ()))
            return held.along(variable(name, *sizes).labels)[tuple(places)]
        assert isinstance(node, ast.Name | ast.Attribute), ast.unparse(node)
        name = ast.unparse(node)  # of a way through time with a point in it
        return variable(name, *self.shapes.get(name, ()))[tuple(places)]


def parsed(text: str) -> ast.expr:
    """The tree of an expression: the notation is that of Python."""
    return ast.parse(text, mode="eval").body


def place(node: ast.expr) -> Index:
    """An index: a whole number plus loop variables times whole numbers."""
    match node:
        case ast.Constant(value=int() as number):
            return Index(number)
        case ast.Name(id=name):
            return Index(0, ((name, 1),))
        case ast.UnaryOp(operand=inner):
            return place(inner) * -1
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=factor)):
            return place(left) * int(factor)
        case ast.BinOp(left=left, op=op, right=right):
            return place(left) + place(right) * (-1 if isinstance(op, ast.Sub) else 1)
    raise ValueError(ast.dump(node))

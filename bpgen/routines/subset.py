"""Routines as nodes: the subset of Python that every language can say.

In: the folded syntax tree of a routine. Out: nodes of `program.host`. Anything else
than the subset is refused with file and line. In it a name lives as long as its block;
a primitive is a call by name; `self.blocks.NAME(...)` stands for the statements of a
block of the program, and as a value for the numbers that the block has computed.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from inspect import isfunction

from bpgen.program import host
from bpgen.program.nodes import (
    Add,
    Divide,
    Expression,
    Multiply,
    Negate,
    Number,
    Subtract,
)
from bpgen.routines.fold import CONSTANT, is_constants, value_node
from bpgen.routines.source import Source, SubsetError
from bpgen.runtime import json_values, primitives, world
from bpgen.runtime.constants import Constants

STATIC = ("Constants", "Blocks")  # parameters of these types are known, and so gone
VALUES = ("outputs", "last_outputs", "rows", "step_loss")  # of a block, as a value
BINARY: Mapping[type[ast.operator], type[Add | Subtract | Multiply | Divide]] = {
    ast.Add: Add,
    ast.Sub: Subtract,
    ast.Mult: Multiply,
    ast.Div: Divide,
}
SIGNS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
PRIMITIVES = {"len", "abs"} | {
    name
    for module in (primitives, json_values, world)
    for name, value in vars(module).items()
    if isfunction(value)
}


class Reader:
    """Reads the routines of one net; they may use all that is in the source."""

    def __init__(self, constants: Constants, source: Source) -> None:
        self.constants, self.source = constants, source
        self.members = frozenset(source.members())
        self.module = ""
        self.known: list[set[str]] = []  # the names of each block around, and inside
        self.writes: Counter[str] = Counter()

    # Routines ---------------------------------------------------------------------

    def function(self, node: ast.FunctionDef, module: str) -> host.Function:
        """A function or a method."""
        self.module = module
        arguments = node.args
        plain = (node.decorator_list, arguments.posonlyargs, arguments.defaults)
        if any(plain) or arguments.vararg or arguments.kwarg:
            raise self.refused(node, "no such routine")
        parameters = [p for p in self.parameters(node) if p.type not in STATIC]
        self.writes = writes_of(node)
        self.known = [{parameter.name for parameter in parameters} | {"self"}]
        doc = ast.get_docstring(node) or ""
        body = node.body[1:] if doc else node.body
        result = ast.unparse(node.returns) if node.returns else "None"
        return host.Function(
            node.name, tuple(parameters), result, doc, self.block(body)
        )

    def parameters(self, node: ast.FunctionDef) -> Iterator[host.Parameter]:
        """The parameters; an option without a default has the net's own number."""
        for argument in node.args.args:
            if argument.arg != "self":
                yield host.Parameter(argument.arg, self.annotation(argument))
        options = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        for argument, default in options:
            own = getattr(self.constants, argument.arg, None)
            value = self.value(default or value_node(own))
            yield host.Parameter(argument.arg, self.annotation(argument), value)

    def annotation(self, argument: ast.arg) -> str:
        if argument.annotation is None:
            raise self.refused(argument, "a parameter without a type")
        return ast.unparse(argument.annotation)

    def comment(self, line: int) -> str:
        """The comment of a line of the module."""
        return self.source.comments.get((self.module, line), "")

    def field(self, node: ast.AnnAssign, module: str) -> host.Field:
        """A field of a class."""
        self.module, self.known = module, [set()]
        assert isinstance(node.target, ast.Name)
        value = self.value(node.value) if node.value else None
        words = self.comment(node.lineno)
        return host.Field(node.target.id, ast.unparse(node.annotation), value, words)

    # Statements -------------------------------------------------------------------

    def block(self, body: list[ast.stmt], own: Iterable[str] = ()) -> host.Routine:
        """Statements with a scope of their own."""
        self.known.append(set(own))
        found: list[host.HostStatement] = []
        for statement in body:
            comment = self.comment(statement.lineno)
            found += [host.Remark(comment)] if comment else []
            if isinstance(statement, ast.If) and not statement.body:
                continue
            found.append(self.statement(statement))
        self.known.pop()
        return tuple(found)

    def statement(self, node: ast.stmt) -> host.HostStatement:
        match node:
            case ast.AnnAssign(ast.Name(name), annotation, ast.expr() as value):
                return self.let(name, self.value(value), ast.unparse(annotation))
            case ast.Assign([ast.Name(name)], value):
                found = self.value(value)
                if any(name in names for names in self.known):
                    return host.Set(host.Name(name), found)
                return self.let(name, found)
            case ast.Assign([ast.Tuple(targets)], value) if all(map(is_name, targets)):
                names = tuple(ast.unparse(target) for target in targets)
                self.known[-1].update(names)
                return host.Unpack(names, self.value(value))
            case ast.Assign([target], value):
                return host.Set(self.value(target), self.value(value))
            case ast.AugAssign(target, ast.Add(), value):
                return host.Increase(self.value(target), self.value(value))
            case ast.For(ast.Name(name), source, body, []):
                return self.loop(name, source, body)
            case ast.If(test, then, otherwise):
                condition = self.value(test)
                return host.Branch(condition, self.block(then), self.block(otherwise))
            case ast.Return(ast.Call() as call) if self.is_block(call):
                return self.compute(call, is_returned=True)
            case ast.Return(value):
                return host.Return(self.value(value) if value else None)
            case ast.Break():
                return host.Leave("break")
            case ast.Continue():
                return host.Leave("continue")
            case ast.Expr(ast.Call() as call) if self.is_block(call):
                return self.compute(call)
            case ast.Expr(ast.Call() as call):
                found = self.value(call)
                assert isinstance(found, (host.Primitive, host.Invoke))
                return host.Do(found)
        raise self.refused(node, "no such statement")

    def let(self, name: str, value: Expression, type_: str = "") -> host.Let:
        self.known[-1].add(name)
        return host.Let(name, value, type_, self.writes[name] > 1)

    def loop(
        self, name: str, source: ast.expr, body: list[ast.stmt]
    ) -> host.HostStatement:
        inside = self.block(body, [name])
        match source:
            case ast.Call(ast.Name("range"), [ast.expr() as stop]):
                return host.Range(name, host.Count(0), self.value(stop), None, inside)
            case ast.Call(ast.Name("range"), [start, stop]):
                ends = self.value(start), self.value(stop)
                return host.Range(name, *ends, None, inside)
            case ast.Call(
                ast.Name("range"),
                [start, stop, ast.UnaryOp(ast.USub(), ast.Constant(1))],
            ):
                ends = self.value(start), self.value(stop)
                return host.Range(name, *ends, None, inside, is_downwards=True)
            case ast.Call(ast.Name("range"), [start, stop, step]):
                ends = self.value(start), self.value(stop)
                return host.Range(name, *ends, self.value(step), inside)
            case _:
                return host.Each(name, self.value(source), inside)

    def is_block(self, call: ast.Call) -> bool:
        """Whether a call stands for the statements of a block."""
        match call.func:
            case ast.Attribute(ast.Attribute(ast.Name("self"), "blocks"), name):
                return name not in VALUES
            case _:
                return False

    def compute(self, call: ast.Call, is_returned: bool = False) -> host.Compute:
        assert isinstance(call.func, ast.Attribute)
        arguments = tuple(self.value(argument) for argument in call.args)
        return host.Compute(call.func.attr, arguments, is_returned)

    # Expressions ------------------------------------------------------------------

    def value(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(bool(flag)):
                return host.Flag(flag)
            case ast.Constant(int(number)):
                return host.Count(number)
            case ast.Constant(float(number)):
                return Number(number)
            case ast.Constant(str(text)):
                return host.Text((text,))
            case ast.Constant(None):
                return host.Primitive("none", ())
            case ast.JoinedStr(parts):
                return host.Text(tuple(self.text_part(part) for part in parts))
            case ast.Name("self"):
                return host.This()
            case ast.Name(name) if name.startswith(CONSTANT):
                return host.Constant(name.removeprefix(CONSTANT))
            case ast.Name(name):
                if not any(name in names for names in self.known):
                    raise self.refused(node, f"{name} is not known here")
                return host.Name(name)
            case ast.Attribute(ast.Name("self"), name) if name in self.members:
                return host.Member(None, name)
            case ast.Attribute(of, name) if name in self.members:
                return host.Member(self.value(of), name)
            case ast.Subscript(of, place):
                return host.Item(self.value(of), self.value(place))
            case ast.List(items):
                return host.ListOf(tuple(map(self.value, items)))
            case ast.Dict([], []):
                return host.Primitive("no_table", ())
            case ast.Call():
                return self.call(node)
            case _:
                return self.operation(node)

    def text_part(self, node: ast.expr) -> str | Expression:
        match node:
            case ast.Constant(str(text)):
                return text
            case ast.FormattedValue(value, -1, None):
                match self.value(value):
                    case host.Count(number):
                        return str(number)
                    case host.Text((str(text),)):
                        return text
                    case inside:
                        return inside
        raise self.refused(node, "no such text")

    def operation(self, node: ast.expr) -> Expression:
        match node:
            case ast.UnaryOp(ast.USub(), ast.Constant(int())):
                raise self.refused(node, "a whole number below 0")
            case ast.UnaryOp(ast.USub(), value):
                inside = self.value(value)
                if isinstance(inside, Number):
                    return Number(-inside.value)
                return Negate(inside)
            case ast.UnaryOp(ast.Not(), value):
                return host.Not(self.value(value))
            case ast.BinOp(left, sign, right) if type(sign) in BINARY:
                return BINARY[type(sign)](self.value(left), self.value(right))
            case ast.BinOp(left, ast.FloorDiv(), right):
                sides = self.value(left), self.value(right)
                return host.Primitive("quotient", sides)
            case ast.BinOp(left, ast.Mod(), right):
                sides = self.value(left), self.value(right)
                return host.Primitive("rest", sides)
            case ast.Compare(left, [sign], [right]) if type(sign) in SIGNS:
                sides = self.value(left), self.value(right)
                return host.Compared(SIGNS[type(sign)], *sides)
            case ast.BoolOp(op, [first, *others]):
                word = "and" if isinstance(op, ast.And) else "or"
                found = self.value(first)
                for other in others:
                    found = host.Condition(word, found, self.value(other))
                return found
        raise self.refused(node, "no such expression")

    def call(self, node: ast.Call) -> Expression:
        arguments = tuple(self.value(a) for a in node.args if not is_static(a))
        match node.func:
            case ast.Name(name) if name in PRIMITIVES and not node.keywords:
                return host.Primitive(name, arguments)
            case ast.Attribute(ast.Attribute(ast.Name("self"), "blocks"), name) if (
                name in VALUES and not node.keywords
            ):
                return host.Primitive(f"block_{name}", arguments)
            case ast.Name(name) if name in self.source.classes:
                options = tuple(o for o in self.options(node) if not self.is_own(*o))
                return host.Invoke(None, name, arguments, options, is_new=True)
            case ast.Name(name) if name in self.source.functions:
                return host.Invoke(None, name, arguments, self.options(node))
            case ast.Attribute(of, name) if name in self.members:
                return host.Invoke(self.value(of), name, arguments, self.options(node))
        raise self.refused(node, "no such call")

    def options(self, node: ast.Call) -> tuple[tuple[str, Expression], ...]:
        if not all(keyword.arg for keyword in node.keywords):
            raise self.refused(node, "no such call")
        return tuple((str(k.arg), self.value(k.value)) for k in node.keywords)

    def is_own(self, name: str, value: Expression) -> bool:
        """Whether an option is the net's own constant, which is its default."""
        return value == self.value(value_node(getattr(self.constants, name, None)))

    def refused(self, node: ast.AST, what: str) -> SubsetError:
        line, text = getattr(node, "lineno", "?"), ast.unparse(node).split("\n")[0]
        return SubsetError(f"{self.module}.py:{line}: {what}: {text}")


def is_name(node: ast.expr) -> bool:
    """Whether an expression is a name alone."""
    return isinstance(node, ast.Name)


def is_static(node: ast.expr) -> bool:
    """Whether an argument is known before anything runs: constants, or blocks."""
    match node:
        case ast.Name("blocks") | ast.Attribute(_, "blocks"):
            return True
        case ast.Call(ast.Attribute(ast.Attribute(_, "blocks"), "another")):
            return True
        case _:
            return is_constants(node)


def writes_of(node: ast.FunctionDef) -> Counter[str]:
    """How many statements set each local name; a sum that grows counts as several."""
    found: Counter[str] = Counter()
    for inner in ast.walk(node):
        match inner:
            case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
                found[name] += 1
            case ast.AugAssign(ast.Name(name)):
                found[name] += 2
    return found

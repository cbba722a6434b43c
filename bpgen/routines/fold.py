"""A net's constants put into its routines, and the decisions taken that hang on them.

In: a syntax tree that reads `facts.NAME` or `self.facts.NAME`. Out: the tree with
values in their places, without the branches that this net never takes. A paragraph of
a docstring that begins with `Where NAME:` is for nets of which that is true.
"""

from __future__ import annotations

import ast
import copy
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from bpgen.runtime.constants import Constants
from bpgen.runtime.named import NAMED

COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
Node = TypeVar("Node", bound=ast.AST)
SEVERAL = {"Row": "Rows", "Given": "GivenRows"}
# Types that a net decides.
TYPES: Mapping[str, Callable[[Constants], ast.expr]] = {
    "Classified": lambda net: parsed("list[int]" if net.steps > 1.0 else "int"),
    "Inputs": lambda net: parsed(net.input_type),
    "InputRows": lambda net: parsed(SEVERAL[net.input_type]),
    "Targets": lambda net: parsed(net.target_type),
    "TargetRows": lambda net: parsed(SEVERAL[net.target_type]),
}
ONLY_WHERE = re.compile(r"(\s*)Where (\w+): ")  # at the start of a paragraph
FOLDER = "folder"  # a parameter of routines, and an argument, where main reads files
CONSTANT = "NET."  # how the name of a constant that keeps its name begins


class Fold(ast.NodeVisitor):
    """Puts the constants of one net in; what it is given stays as it is."""

    def __init__(self, constants: Constants) -> None:
        self.constants = constants

    def generic_visit(self, node: ast.AST) -> ast.AST:  # by ast
        """Any other node: only what is inside of it may change."""
        return self.inside(node)

    def inside(self, node: Node) -> Node:
        """A node with all that is inside of it folded."""
        found = {}
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                found[name] = self.visit(value)
            elif isinstance(value, list) and value:
                found[name] = self.all(value)
        return changed(node, **found)

    def all(self, nodes: list[Any]) -> list[Any]:
        """Several nodes; a statement may become some or none."""
        found: list[Any] = []
        for node in nodes:
            folded = self.visit(node) if isinstance(node, ast.AST) else node
            found += folded if isinstance(folded, list) else [folded]
        return found

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:  # by ast
        """A constant: its value, or its name if it has one in the file."""
        if not is_constants(node.value):
            return self.inside(node)
        if node.attr in NAMED:
            return ast.copy_location(ast.Name(CONSTANT + node.attr), node)
        return ast.copy_location(value_node(getattr(self.constants, node.attr)), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:  # by ast
        """A call, without what its routine has no parameter for."""
        found = self.inside(node)
        if self.constants.reads_files:
            return found
        kept = [
            a for a in found.args if not (isinstance(a, ast.Name) and a.id == FOLDER)
        ]
        return changed(found, args=kept)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """A comparison of two constants is known."""
        node = self.inside(node)
        match node:
            case ast.Compare(ast.Constant(left), [sign], [ast.Constant(right)]):
                return ast.Constant(COMPARISONS[type(sign)](left, right))
            case _:
                return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """So is a calculation with whole numbers."""
        node = self.inside(node)
        match node:
            case ast.BinOp(ast.Constant(int(left)), sign, ast.Constant(int(right))):
                if type(sign) in ARITHMETIC:
                    return ast.Constant(ARITHMETIC[type(sign)](left, right))
            case ast.BinOp(_, ast.Mod(), ast.Constant(1)):
                return ast.Constant(0)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """So is the opposite of what is known."""
        node = self.inside(node)
        match node:
            case ast.UnaryOp(ast.Not(), ast.Constant(bool(value))):
                return ast.Constant(not value)
            case _:
                return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """What is known decides, or does not matter."""
        node = self.inside(node)
        decides = isinstance(node.op, ast.Or)
        left: list[ast.expr] = []
        for value in node.values:
            match value:
                case ast.Constant(bool(known)) if known is not decides:
                    continue
                case ast.Constant(bool()) if not any(map(_calls, left)):
                    return value
                case ast.Constant(bool()):
                    left.append(value)
                    break
                case _:
                    left.append(value)
        if not left:
            return ast.Constant(not decides)
        return left[0] if len(left) == 1 else changed(node, values=left)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Of a known choice, what it chooses."""
        node = self.inside(node)
        match node.test:
            case ast.Constant(bool(holds)):
                return node.body if holds else node.orelse
            case _:
                return node

    def visit_If(self, node: ast.If) -> list[ast.stmt] | ast.stmt:
        """Only the branch that is taken stays; of a known one, without the `if`."""
        test = self.visit(node.test)
        match test:
            case ast.Constant(bool(holds)):
                return self.statements(node.body if holds else node.orelse)
            case _:
                then, otherwise = map(self.statements, (node.body, node.orelse))
                return changed(node, test=test, body=then, orelse=otherwise)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:  # by ast
        """A docstring: without the paragraphs that are of other nets."""
        match node.value:
            case ast.Constant(str(text)):
                kept = filter(None, map(self.told, text.split("\n\n")))
                return changed(node, value=ast.Constant("\n\n".join(kept)))
            case _:
                return self.inside(node)

    def told(self, paragraph: str) -> str:
        """A paragraph of a docstring, which may begin with the fact that it is for."""
        found = ONLY_WHERE.match(paragraph)
        if not found:
            return paragraph
        is_true = getattr(self.constants, found[2])
        return found[1] + paragraph[found.end() :] if is_true else ""

    def function(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A whole routine."""
        returns = node.returns
        if isinstance(returns, ast.Name) and returns.id in TYPES:
            returns = ast.copy_location(TYPES[returns.id](self.constants), returns)
        arguments = self.typed(node.args)
        found = changed(node, args=arguments, body=self.statements(node.body))
        return without_aliases(changed(found, returns=returns), set(decided(node)))

    def typed(self, node: ast.arguments) -> ast.arguments:
        """Parameters with the types that this net decides, as far as it has them."""
        found = []
        for argument in node.args:
            kind = argument.annotation
            if argument.arg == FOLDER and not self.constants.reads_files:
                continue
            if isinstance(kind, ast.Name) and kind.id in TYPES:
                kind = TYPES[kind.id](self.constants)
            found.append(changed(argument, annotation=kind))
        return changed(node, args=found)

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements of a branch."""
        found: list[ast.stmt] = []
        for statement in body:
            if keeps_facts(statement) or self.names_folder(statement):
                continue
            inside = self.visit(statement)
            found += inside if isinstance(inside, list) else [inside]
            if found and isinstance(found[-1], ast.Return):
                break  # what comes after it is never run
        return found

    def names_folder(self, node: ast.stmt) -> bool:
        """Whether a statement says where files are that nobody reads."""
        match node:
            case ast.Assign([ast.Name(name)]):
                return name == FOLDER and not self.constants.reads_files
            case _:
                return False


class Renamed(ast.NodeTransformer):
    """Puts other names in."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:  # by ast
        """The other name of a name, if it has one."""
        if node.id not in self.names:
            return node
        return ast.copy_location(ast.Name(self.names[node.id], ast.Load()), node)


def stored_in(node: ast.FunctionDef) -> Iterator[str]:
    """The local names that a routine sets, each as often as it does."""
    for inner in ast.walk(node):
        match inner:
            case ast.Name(name, ast.Store()):
                yield name
            case _:
                pass


def decided(node: ast.FunctionDef) -> Iterator[str]:
    """The local names whose values are a choice."""
    for statement in node.body:
        match statement:
            case ast.Assign([ast.Name(name)], ast.IfExp()):
                yield name
            case _:
                pass


def without_aliases(node: ast.FunctionDef, chosen: set[str]) -> ast.FunctionDef:
    """A routine without those of the chosen names that are a parameter's second one."""
    stores = list(stored_in(node))
    given = {argument.arg for argument in node.args.args} - set(stores)
    names: dict[str, str] = {}
    body = []
    for statement in node.body:
        match statement:
            case ast.Assign([ast.Name(name)], ast.Name(other)) if (
                name in chosen and other in given and stores.count(name) == 1
            ):
                names[name] = other
            case _:
                body.append(statement)
    if not names:
        return node
    copies = [Renamed(names).visit(copy.deepcopy(statement)) for statement in body]
    return changed(node, body=copies)


def parsed(text: str) -> ast.expr:
    """An expression of this text."""
    return ast.parse(text, mode="eval").body


def changed(node: Node, **fields: Any) -> Node:
    """A node with some fields changed: a new one, if any of them is."""
    if all(getattr(node, name) == value for name, value in fields.items()):
        return node
    found = type(node)(**dict(ast.iter_fields(node)) | fields)
    return ast.copy_location(found, node)


def is_constants(node: ast.expr) -> bool:
    """Whether an expression is the constants themselves: `facts` or `self.facts`."""
    match node:
        case ast.Name("facts") | ast.Attribute(ast.Name("self"), "facts"):
            return True
        case _:
            return False


def _calls(node: ast.expr) -> bool:
    """Whether an expression does more than to look."""
    return any(isinstance(inside, ast.Call) for inside in ast.walk(node))


def keeps_facts(node: ast.stmt) -> bool:
    """Whether a statement keeps what is known when a file is emitted."""
    match node:
        case ast.Assign([ast.Attribute(ast.Name("self"), "facts" | "blocks")]):
            return True
        case _:
            return False


def value_node(value: Any) -> ast.expr:
    """A value as it stands in code."""
    if isinstance(value, list):
        return ast.List([value_node(item) for item in value])
    return ast.Constant(value)

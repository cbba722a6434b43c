"""Wrong versions of an emitted Python file: each differs in one place.

What is changed is every operator, index and constant of the functions that a net
starts, computes and learns with: not those that check arguments, save and show. In an
unrolled file an index is part of a name: it becomes that of a neighbour. In loops a
size has a name: it is one more, wherever it stands, and where it is defined.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TypeGuard

SIZES = "the sizes"  # what stands for a function where they are defined
METHODS = re.compile(
    r"__init__|_?(predict|forward|loss|backward|input_gradient|zero|penalty"
    r"|add_penalty|update|schedule|train|step|learn|batch|epoch|clip|draw)\w*"
)
ASIDE = re.compile(
    r"_(check|is|said|show|named|nested|flat|table|words|input|target)\w*"
)
OPERATORS = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
}


@dataclass(frozen=True)
class WrongText:
    """A file with one wrong place: where it is, and what was done to its line."""

    function: str
    line: int
    before: str
    after: str
    text: str

    @property
    def name(self) -> str:
        """What it is called where the harmless ones are listed."""
        return f"{self.function}: {self.before} -> {self.after}"


@dataclass(frozen=True)
class Edit:
    """Other characters in the place of some; by lines and columns from 0."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def wrong_texts(text: str) -> Iterator[WrongText]:
    """All wrong versions of a file, in the order of their places."""
    lines, tree = text.split("\n"), ast.parse(text)
    used = list(functions(tree))
    sizes = _sizes(tree, {n.id for _, f in used for n in ast.walk(f) if _is_name(n)})
    definitions = [(SIZES, node) for node in sizes.values()]
    for name, part in (*definitions, *used):
        for edit in _edits(part, lines, sizes):
            made = list(lines)
            (row, column), (last, end) = edit.start, edit.end
            made[row : last + 1] = [lines[row][:column] + edit.text + lines[last][end:]]
            yield WrongText(
                function=name,
                line=row + 1,
                before=" ".join(" ".join(lines[row : last + 1]).split()),
                after=" ".join(made[row].split()),
                text="\n".join(made),
            )


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions that a net starts, computes and learns with."""
    helpers = {f.name: f for f in tree.body if isinstance(f, ast.FunctionDef)}
    wanted: list[ast.FunctionDef] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            is_net = not node.name.startswith("_")
            for method in node.body:
                if not isinstance(method, ast.FunctionDef):
                    continue
                if not is_net or METHODS.fullmatch(method.name):
                    yield f"{node.name}.{method.name}", method
                    wanted.append(method)
    seen: set[str] = set()
    while wanted:
        for node in ast.walk(wanted.pop()):
            name = node.id if isinstance(node, ast.Name) else ""
            if name in helpers and name not in seen and not ASIDE.fullmatch(name):
                seen.add(name)
                wanted.append(helpers[name])
                yield name, helpers[name]


def _sizes(tree: ast.Module, used: set[str]) -> dict[str, ast.Assign]:
    """The definitions of whole numbers that have a name in the file, by that name."""
    found = {}
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(int())) if name in used:
                found[name] = node
    return found


def _is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _edits(
    part: ast.FunctionDef | ast.Assign, lines: list[str], sizes: Container[str]
) -> Iterator[Edit]:
    names = {node.id for node in ast.walk(part) if _is_name(node)}
    for node in _computed(part):
        match node:
            case ast.BinOp(left, op, right):
                yield from _operator(op, left, right, lines)
            case ast.Compare(left, [op], [right]):
                yield from _operator(op, left, right, lines)
            case ast.AugAssign(target, op, value):
                yield from _operator(op, target, value, lines, "=")
            case ast.UnaryOp(ast.USub() | ast.Not(), operand):
                yield Edit(_start(node), _start(operand), "")
            case ast.Constant(value) if not isinstance(value, (str, type(None))):
                yield Edit(_start(node), _end(node), _other(value))
            case ast.Subscript(_, ast.Name(ast_id) as index) if len(ast_id) < 9:
                yield Edit(_start(index), _end(index), "0")
            case ast.Name(name, ast.Load()) if name in sizes:
                yield Edit(_start(node), _end(node), f"({name} + 1)")
            case ast.Name(name, ast.Load()):
                other = _neighbour(name, names)
                if other:
                    yield Edit(_start(node), _end(node), other)


def _computed(part: ast.FunctionDef | ast.Assign) -> Iterator[ast.AST]:
    """The nodes that compute something: no types, no messages."""
    waiting: list[ast.AST] = [part]
    if isinstance(part, ast.FunctionDef):
        waiting = [*filter(None, part.args.kw_defaults), *part.body]
    while waiting:
        node = waiting.pop(0)
        match node:
            case None | ast.JoinedStr() | ast.If(body=[ast.Raise()]):
                continue
        yield node
        for name, value in ast.iter_fields(node):
            if name != "annotation":
                found = value if isinstance(value, list) else [value]
                waiting += [item for item in found if isinstance(item, ast.AST)]


def _operator(
    op: ast.AST, left: ast.expr, right: ast.expr, lines: list[str], after: str = ""
) -> Iterator[Edit]:
    if type(op) not in OPERATORS:
        return
    sign, other = OPERATORS[type(op)]
    (row, column), stop = _end(left), _start(right)
    while (row, column) < stop:
        if lines[row].startswith(sign + after, column):
            yield Edit((row, column), (row, column + len(sign)), other)
            return
        column += 1
        if column > len(lines[row]):
            row, column = row + 1, 0


def _other(value: object) -> str:
    """Another constant."""
    if isinstance(value, bool):
        return str(not value)
    if isinstance(value, int):
        return str(value + 1)
    assert isinstance(value, float)
    return repr(value * 2.0 if value else 1.0)


def _neighbour(name: str, names: set[str]) -> str:
    """The same of another neuron, if the function has one."""
    for match in re.finditer(r"\d+", name):
        number = int(match[0])
        for other in (number + 1, number - 1):
            made = f"{name[: match.start()]}{other}{name[match.end() :]}"
            if made in names:
                return made
    return ""


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno - 1, node.col_offset


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno - 1, node.end_col_offset

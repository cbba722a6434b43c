"""The source of the routines: functions, and classes with what they inherit.

In: the modules of `runtime`, read once. Out: syntax trees, which nobody changes, those
of a class with all that its bases have, first things first; and the comments, which a
syntax tree lacks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bpgen import runtime

# In the order in which they stand in an emitted file.
MODULES = (
    *(
        "generator",
        "special",
        "checks",
        "arrays",
        "classes",
        "given",
        "mathematics",
        "passes",
    ),
    *(
        "parameters",
        "held_out",
        "training",
        "sampling",
        "saving",
        "net",
        "flags",
        "own_data",
        "files",
        "idx_data",
        "numpy_data",
        "line_data",
        "file_data",
        "main",
        "showing",
        "textbook",
    ),
)
COMMENT = re.compile(r'((?:[^"#]|"[^"]*")*)# (.*)')  # what is before it, and its words


class SubsetError(SyntaxError):
    """A routine says something that not every language can say."""


@dataclass(frozen=True, slots=True)
class Source:
    """All routines, each by its name.

    `modules` says where a function or a field is from, `comments` gives the comment of
    a line, by module and number of the line.
    """

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    modules: dict[ast.AST, str] = field(default_factory=dict)
    comments: dict[tuple[str, int], str] = field(default_factory=dict)

    def methods(self, without: Collection[str]) -> Iterator[ast.FunctionDef]:
        """The methods of all classes but some."""
        for name, node in self.classes.items():
            for part in node.body if name not in without else ():
                if isinstance(part, ast.FunctionDef):
                    yield part

    def members(self) -> Iterator[str]:
        """The names of methods and fields."""
        for part in self.parts():
            match part:
                case ast.FunctionDef(name) | ast.AnnAssign(ast.Name(name)):
                    yield name

    def parts(self) -> Iterator[ast.stmt]:
        """All that stands in classes."""
        for node in self.classes.values():
            yield from node.body


@cache
def read() -> Source:
    """The routines."""
    found = Source()
    for module, tree in trees().items():
        add(found, module, tree)
        for line, comment in comments_of(text_of(module)):
            found.comments[module, line] = comment
    for base in [ast.unparse(b) for node in found.classes.values() for b in node.bases]:
        found.classes.pop(base, None)  # it stands in those that it is a base of
    return found


def text_of(module: str) -> str:
    """The text of a module."""
    path = Path(runtime.__path__[0]) / f"{module}.py"
    return path.read_text(encoding="utf-8")


@cache
def trees() -> dict[str, ast.Module]:
    """The modules."""
    return {module: ast.parse(text_of(module)) for module in MODULES}


@cache
def identifiers() -> frozenset[str]:
    """The names of routines and fields, and those that methods have inside where they
    compute a block: what the mathematics has to leave alone."""
    found = set()
    for tree in trees().values():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found |= set(names_in(node))
            elif isinstance(node, ast.FunctionDef):
                found.add(node.name)
    return frozenset(found | {name.lstrip("_") for name in found} - {""})


@cache
def words() -> frozenset[str]:
    """All names that stand anywhere in the routines."""
    found = set()
    for node in (node for tree in trees().values() for node in ast.walk(tree)):
        match node:
            case ast.Name(name) | ast.arg(name) | ast.Attribute(_, name):
                found.add(name)
    return frozenset(found)


def names_in(node: ast.ClassDef) -> Iterator[str]:
    """The names that a class gives, and those inside of its methods that compute."""
    for method in node.body:
        computes = any(map(is_block, ast.walk(method)))
        for inner in ast.walk(method):
            match inner:
                case ast.Name(name, ast.Store()) if computes:
                    yield name
                case ast.arg(name) if computes:
                    yield name
                case ast.AnnAssign(ast.Name(name)) if inner is method:
                    yield name
                case ast.FunctionDef(name) | ast.Attribute(_, name, ast.Store()):
                    yield name
    yield node.name


def is_block(node: ast.AST) -> bool:
    """Whether a node names a block that computes something."""
    match node:
        case ast.Attribute(ast.Attribute(_, "blocks"), name):
            return name not in (
                "draw_from",
                "outputs",
                "last_outputs",
                "rows",
                "set_numbers",
            )
        case _:
            return False


def add(found: Source, module: str, tree: ast.Module) -> None:
    """The functions and classes of one module."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name):
                found.functions[name] = node
                found.modules[node] = module
            case ast.ClassDef(name, bases):
                found.modules.update(dict.fromkeys(node.body, module))
                inherited = [found.classes[ast.unparse(base)].body for base in bases]
                # what two bases have from a third one, once
                body = dict.fromkeys(part for base in inherited for part in base)
                found.classes[name] = with_body(node, [*body, *node.body])
            case ast.ImportFrom() | ast.Expr():
                continue
            case _:
                message = f"{module}.py:{node.lineno}: no function and no class"
                raise SubsetError(message)


def with_body(node: ast.ClassDef, body: list[ast.stmt]) -> ast.ClassDef:
    """The same class with other parts."""
    fields = {name: value for name, value in ast.iter_fields(node) if name != "body"}
    return ast.copy_location(ast.ClassDef(**fields, body=body), node)


def comments_of(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a text with their lines; those alone on a line belong to the
    line below."""
    for number, line in enumerate(text.split("\n"), 1):
        found = COMMENT.fullmatch(line) if "#" in line else None
        if found:
            is_alone = not found[1].strip()
            yield number + is_alone, found[2]

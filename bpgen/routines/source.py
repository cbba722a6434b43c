"""The source of the routines: functions, and classes with what they inherit.

In: the modules of `runtime`. Out: syntax trees, those of a class with all that its
bases have, first things first; and the comments, which a syntax tree lacks.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
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
        "passes",
        "parameters",
        "training",
        "saving",
    ),
    *("net", "main"),
)


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


def read() -> Source:
    """The routines, parsed anew: the trees are the caller's to change."""
    found = Source()
    for module, tree in trees().items():
        add(found, module, tree)
        for line, comment in comments_of(text_of(module)):
            found.comments[module, line] = comment
    return found


def text_of(module: str) -> str:
    """The text of a module."""
    path = Path(runtime.__path__[0]) / f"{module}.py"
    return path.read_text(encoding="utf-8")


def trees() -> dict[str, ast.Module]:
    """The modules, parsed anew."""
    return {module: ast.parse(text_of(module)) for module in MODULES}


@cache
def identifiers() -> frozenset[str]:
    """The names of routines and fields, and those that methods have inside: what the
    mathematics has to leave alone."""
    found = set()
    for tree in trees().values():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found |= set(names_in(node))
            elif isinstance(node, ast.FunctionDef):
                found.add(node.name)
    return frozenset(found | {name.lstrip("_") for name in found} - {""})


def names_in(node: ast.ClassDef) -> Iterator[str]:
    """The names that a class and its methods give."""
    for inner in ast.walk(node):
        match inner:
            case ast.Name(name, ast.Store()) | ast.arg(name):
                yield name
            case ast.FunctionDef(name) | ast.ClassDef(name):
                yield name
            case ast.Attribute(_, name, ast.Store()):
                yield name


def add(found: Source, module: str, tree: ast.Module) -> None:
    """The functions and classes of one module."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
            for base in bases:  # what is inherited comes first
                node.body = [*found.classes.pop(base).body, *node.body]
            found.classes[node.name] = node
        elif not isinstance(node, (ast.ImportFrom, ast.Expr)):
            raise SubsetError(f"{module}.py:{node.lineno}: no function and no class")
        for inner in ast.walk(node):
            if isinstance(inner, (ast.FunctionDef, ast.AnnAssign)):
                found.modules.setdefault(inner, module)


def comments_of(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a text with their lines; those alone on a line belong to the
    line below."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            is_alone = not token.line[: token.start[1]].strip()
            yield token.start[0] + is_alone, token.string.removeprefix("# ")

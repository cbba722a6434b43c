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
from pathlib import Path

from bpgen import runtime

# In the order in which they stand in an emitted file.
MODULES = (
    *("generator", "arrays", "checks", "passes", "parameters", "training", "saving"),
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
    for module in MODULES:
        text = (Path(runtime.__path__[0]) / f"{module}.py").read_text(encoding="utf-8")
        add(found, module, ast.parse(text, filename=f"{module}.py"))
        for line, comment in comments_of(text):
            found.comments[module, line] = comment
    return found


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

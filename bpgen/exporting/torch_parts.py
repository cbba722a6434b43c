"""The parts of the templates of a program of PyTorch, and which of them a net needs.

In: the texts of templates, and the constants of a net. Out: their classes and functions
by name, without what this net never does, and the imports of those that are used.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any


def parts_of(text: str, constants: Mapping[str, Any]) -> dict[str, str]:
    """The classes and functions of a template by name, without the branches that these
    constants never take."""
    lines = text.splitlines()
    found = {}
    tree = ast.parse(text)
    left_out = {n for node in ast.walk(tree) for n in _never_run(node, constants)}
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            start = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            kept = range(start, (node.end_lineno or start) + 1)
            own = [lines[number - 1] for number in kept if number not in left_out]
            found[node.name] = "\n".join(own)
    return found


def _never_run(node: ast.AST, constants: Mapping[str, Any]) -> range:
    """The lines of an `if` that is never true; it has no `else`."""
    if not isinstance(node, ast.If) or _is_true(node.test, constants):
        return range(0)
    assert not node.orelse, "an else of a branch that is left out"
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _is_true(test: ast.expr, constants: Mapping[str, Any]) -> bool:
    """Whether a test may be true."""
    match test:
        case ast.Name(id=name) if name in constants:
            return bool(constants[name])
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_is_true(value, constants) for value in values)
        case ast.Compare(ast.Name(id=name), [ast.Eq()], [ast.Constant(value=value)]):
            return name not in constants or constants[name] == value
        case ast.Compare(ast.Constant(value=value), [ast.In()], [ast.Name(id=name)]):
            return name not in constants or value in constants[name]
    return True


def reached(body: Mapping[str, str], wanted: list[str]) -> set[str]:
    """All parts that some parts speak of."""
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            words = set(re.findall(r"\w+", body[name]))
            wanted += [other for other in body if other in words]
    return found


def without_unused(joined: str, name: str) -> str:
    """A file without those methods of a class that nothing in it calls."""
    while True:
        tree = ast.parse(joined)
        (owner,) = (
            node
            for node in tree.body
            if isinstance(node, ast.ClassDef) and node.name == name
        )
        called = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        unused = [
            node
            for node in owner.body
            if isinstance(node, ast.FunctionDef)
            and not {node.name} & called
            and not node.name.startswith("__")
        ]
        if not unused:
            return joined
        lines = joined.splitlines()
        node = unused[0]
        start = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
        del lines[start - 1 : node.end_lineno]  # and the empty line before it
        joined = "\n".join(lines)


def imports_of(templates: Sequence[str], text: str) -> list[str]:
    """The imports of the templates that a text needs, in order and in groups."""
    words = set(re.findall(r"\w+", text))
    whole: set[str] = set()
    names: dict[str, set[str]] = {}  # by module
    for node in (node for each in templates for node in ast.parse(each).body):
        for alias in getattr(node, "names", ()):
            if (alias.asname or alias.name).split(".")[0] not in words:
                continue
            if isinstance(node, ast.ImportFrom):
                names.setdefault(str(node.module), set()).add(alias.name)
            else:
                whole.add(ast.unparse(ast.Import([alias])))
    names.pop("__future__", None)
    parts = [
        f"from {module} import {', '.join(sorted(names[module], key=_by_kind))}"
        for module in sorted(names)
    ]
    lines = [*sorted(whole), *parts]
    standard = [line for line in lines if line.split()[1].split(".")[0] != "torch"]
    return [*standard, "", *(line for line in lines if line not in standard)]


def _by_kind(name: str) -> tuple[bool, str]:
    """Classes before functions, as ruff sorts them."""
    return name[:1].islower(), name

"""What of the routines a file needs: what its public members call in the end.

In: folded routines. Out: the names that are called or read from some roots. It goes by
the names of calls and fields, so a method is kept if any object has one of that name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable


def reached(
    bodies: Callable[[str], Iterable[ast.AST]], roots: Iterable[str]
) -> frozenset[str]:
    """The names that the roots mention, directly or through others.

    `bodies` gives the routines of a name: none for what is no routine.
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for body in bodies(name):
            waiting += mentioned(body)
    return frozenset(found)


def mentioned(body: ast.AST) -> set[str]:
    """The functions, classes, methods and fields that a routine names."""
    found, members, local = set(), set(), set()
    for node in ast.walk(body):
        match node:
            case ast.Name(name, ast.Store()) | ast.arg(name):
                local.add(name)
            case ast.Name(name):
                found.add(name)
            case ast.Attribute(_, name):
                members.add(name)
    return (found - local) | members

"""Constants are put in, and decisions taken: each rule before and after, as text."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import pytest
from nets.table import NETS

from bpgen.lowering.constants import net_constants
from bpgen.routines.fold import Fold
from bpgen.routines.source import read

NET = NETS["one_unit"]
FACTS = replace(
    net_constants(NET.network, NET.program),
    patience=0,
    validation=0.25,
    targets="SIGNS",
    classes=3,
    has_classes=True,
    step_losses=[1.0, 0.5],
)


def function(body: str) -> ast.FunctionDef:
    """A routine with that body."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    found = ast.parse(f"def routine():\n{lines}").body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def folded(body: str, **facts: Any) -> str:
    """The body with the constants of a net in it."""
    found = Fold(replace(FACTS, **facts)).function(function(body))
    return "\n".join(map(ast.unparse, found.body))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A constant is its value, or keeps its name.
        ("x = facts.classes", "x = 3"),
        ("x = self.facts.validation", "x = 0.25"),
        ("x = facts.step_losses", "x = [1.0, 0.5]"),
        ("x = facts.batch_size", "x = NET.batch_size"),
        ("x = part(facts.shapes, facts.classes)", "x = part(NET.shapes, 3)"),
        ("x = net.facts.classes", "x = net.facts.classes"),
        ("x = self.classes", "x = self.classes"),
        # What is known of constants alone.
        ("x = facts.classes - 1", "x = 2"),
        ("x = facts.classes * 2 + 1", "x = 7"),
        ("x = facts.classes / 2", "x = 3 / 2"),
        ("x = facts.validation * 2.0", "x = 0.25 * 2.0"),
        ("x = n + facts.classes", "x = n + 3"),
        ("x = facts.classes > 2", "x = True"),
        ("x = facts.classes <= n", "x = 3 <= n"),
        ("x = facts.targets == 'SIGNS'", "x = True"),
        ("x = facts.targets != 'SIGNS'", "x = False"),
        ("x = not facts.has_classes", "x = False"),
        ("x = not ready", "x = not ready"),
        # What is known decides, or does not matter.
        ("x = a and facts.has_classes", "x = a"),
        ("x = a and facts.patience > 0 and b", "x = False"),
        ("x = f() and facts.patience > 0 and b", "x = f() and False"),
        ("x = facts.patience > 0 and b", "x = False"),
        ("x = facts.patience > 0 or b", "x = b"),
        ("x = a or facts.has_classes or b", "x = True"),
        ("x = facts.has_classes and facts.classes > 1", "x = True"),
        ("x = a and b", "x = a and b"),
        ("x = a if facts.has_classes else b", "x = a"),
        ("x = a if facts.patience > 0 else b", "x = b"),
        ("x = a if ready else facts.classes", "x = a if ready else 3"),
    ],
)
def test_expressions(before: str, after: str) -> None:
    assert folded(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if facts.has_classes:\n    a()\nelse:\n    b()", "a()"),
        ("if facts.patience > 0:\n    a()\nelse:\n    b()", "b()"),
        ("if facts.patience > 0:\n    a()\nb()", "b()"),
        ("if facts.patience > 0:\n    a()\nelif c:\n    b()", "if c:\n    b()"),
        (
            "if c:\n    if facts.has_classes:\n        a()\n        b()",
            "if c:\n    a()\n    b()",
        ),
        (
            "for i in range(facts.classes):\n    if facts.has_classes:\n        a(i)",
            "for i in range(3):\n    a(i)",
        ),
        # What comes after the end is never run.
        ("if facts.has_classes:\n    return a\nreturn b", "return a"),
        ("if c:\n    return a\nreturn b", "if c:\n    return a\nreturn b"),
        # Constants and blocks are known: nobody keeps them.
        ("self.facts = facts\nself.blocks = blocks\nself.epoch = 0", "self.epoch = 0"),
    ],
)
def test_statements(before: str, after: str) -> None:
    assert folded(before) == after


def test_an_empty_branch_stays_for_its_else() -> None:
    before = "if c:\n    if facts.patience > 0:\n        a()\nelse:\n    b()"
    found = Fold(FACTS).function(function(before)).body[0]
    assert isinstance(found, ast.If)
    assert found.body == []
    assert ast.unparse(found.orelse[0]) == "b()"


def test_nothing_that_is_given_is_changed() -> None:
    source = read()
    nodes = list(source.functions.values())
    nodes = [*source.functions.values(), *source.methods(())]
    before = [ast.dump(node, include_attributes=True) for node in nodes]
    for facts in (FACTS, replace(FACTS, inference=True, patience=3)):
        for node in nodes:
            Fold(facts).function(node)
    assert [ast.dump(node, include_attributes=True) for node in nodes] == before


def test_what_has_no_constant_is_not_even_copied() -> None:
    node = function("if a:\n    b(1)\nreturn c")
    assert Fold(FACTS).function(node) is node


def test_places_in_the_source_stay() -> None:
    node = function("a()\nif facts.has_classes:\n    x = facts.classes")
    found = Fold(FACTS).function(node)
    assert [statement.lineno for statement in found.body] == [2, 4]


@pytest.mark.parametrize("patience", [0, 3])
def test_a_docstring_keeps_what_is_true_of_this_net(patience: int) -> None:
    own = "    Where patience: It stops."
    text = f'def f():\n    """Trains.\n\n{own}\n\n    All epochs.\n    """\n'
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    found = Fold(replace(FACTS, patience=patience)).function(node)
    doc = (ast.get_docstring(found) or "").split("\n\n")
    assert doc == ["Trains.", *["It stops."] * (patience > 0), "All epochs."]

"""Only what is named from the roots on is needed."""

from __future__ import annotations

import ast

from bpgen.routines.reach import mentioned, reached

SOURCE = """
def first(x): second(x).third
def second(x): return fourth
def third(): first(1)
def fourth(): pass
def alone(): first(1)
"""
BODIES = {
    node.name: [node]
    for node in ast.parse(SOURCE).body
    if isinstance(node, ast.FunctionDef)
}


def names(*roots: str) -> set[str]:
    """The routines that the roots reach."""
    found = reached(lambda name: BODIES.get(name, []), roots)
    return {name for name in found if name in BODIES}


def test_a_routine_reaches_what_it_names_and_what_that_names() -> None:
    assert names("fourth") == {"fourth"}
    assert names("second") == {"second", "fourth"}
    assert names("first") == {"first", "second", "third", "fourth"}  # in a circle
    assert names() == set()


def test_roots_are_reached_even_if_they_are_no_routines() -> None:
    assert reached(lambda name: [], ["Net", "x"]) == {"Net", "x"}


def test_all_methods_of_a_name_are_reached() -> None:
    one, other = (ast.parse(f"def run(): {name}()") for name in ("a", "b"))
    found = reached(lambda name: [one, other] if name == "run" else [], ["run"])
    assert found == {"run", "a", "b"}


def test_names_are_those_of_calls_fields_and_objects() -> None:
    assert mentioned(ast.parse("a.b(c)[d].e = f'{g}'")) == set("abcdeg")


def test_a_local_name_is_no_function_of_that_name() -> None:
    text = (
        "def run(a: Row) -> int:\n    b = c\n    for d in a:\n        b = d\n    e.b()"
    )
    assert mentioned(ast.parse(text)) == {"Row", "int", "c", "e", "b"}


def test_a_routine_is_looked_up_only_if_it_is_reached() -> None:
    asked: list[str] = []

    def bodies(name: str) -> list[ast.FunctionDef]:
        asked.append(name)
        return BODIES.get(name, [])

    reached(bodies, ["second"])
    assert sorted(set(asked) & set(BODIES)) == ["fourth", "second"]
    assert len(asked) == len(set(asked))

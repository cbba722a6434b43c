"""The source of the routines: first things first, with its comments, read once."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest

from bpgen.routines.source import (
    MODULES,
    Source,
    SubsetError,
    add,
    comments_of,
    identifiers,
    read,
    text_of,
    trees,
)


@pytest.mark.parametrize("module", MODULES)
def test_comments_are_those_that_python_sees(module: str) -> None:
    text = text_of(module)
    expected = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            is_alone = not token.line[: token.start[1]].strip()
            line = token.start[0] + is_alone
            expected.append((line, token.string.removeprefix("# ")))
    assert list(comments_of(text)) == expected


def test_a_comment_belongs_to_its_line_or_to_the_one_below() -> None:
    text = 'x = "# no"  # why\n# of y\ny = 1\nz = "a"\n'
    assert list(comments_of(text)) == [(1, "why"), (3, "of y")]


def test_the_class_has_all_that_it_inherits_first_things_first() -> None:
    source = read()
    assert list(source.classes) == ["Generator", "Net", "Textbook"]
    names = [
        part.name
        for part in source.classes["Net"].body
        if isinstance(part, ast.FunctionDef)
    ]
    order = ["__init__", "forward", "train_step", "parameters", "train", "to_json"]
    assert [name for name in names if name in order] == order
    assert len(names) == len(set(names))


def test_each_part_knows_its_module() -> None:
    source = read()
    parts = {
        part.name: source.modules[part]
        for node in source.classes.values()
        for part in node.body
        if isinstance(part, ast.FunctionDef)
    }
    assert parts["shuffle"] == "generator"
    assert parts["train_step"] == "passes"
    assert parts["check_gradients"] == "net"
    functions = {name: source.modules[n] for name, n in source.functions.items()}
    assert functions["flat"] == "arrays"
    assert functions["trained"] == "main"


def test_the_modules_are_read_once() -> None:
    assert read() is read()
    assert trees() is trees()


def test_what_is_no_function_and_no_class_is_refused() -> None:
    tree = ast.parse('"""Words."""\nfrom a import b\nlimit = 3\n')
    with pytest.raises(SubsetError, match=r"^arrays\.py:3: no function and no class$"):
        add(Source(), "arrays", tree)


def test_names_of_routines_fields_and_locals_are_taken() -> None:
    found = identifiers()
    assert {"Net", "train", "flat", "epoch", "_kept", "kept", "targets"} <= found
    assert "" not in found

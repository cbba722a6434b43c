"""The author's prose in net.yaml: what may stand in it, and what is said otherwise."""

from __future__ import annotations

from functools import partial

import pytest

from bpgen.errors import Problems
from bpgen.network.spec import load
from bpgen.program.labels import folded, is_order

NET = "input: 2\nlayers: [{{type: dense, units: 1{layer}}}]\nloss: mse\n{net}"


def said(net: str = "", layer: str = "") -> list[str]:
    """What is wrong with a net that has such texts."""
    problems = Problems()
    net = f"about: {net}\n" if net else ""
    layer = f", about: {layer}" if layer else ""
    load(NET.format(layer=layer, net=net).encode(), "net.yaml", problems)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    "text", ['"It isn\'t (yet) 100% done: a-b, x=1/2+3; why?!"', ">\n  two\n  lines"]
)
def test_prose_of_harmless_characters_is_read(text: str) -> None:
    assert said(net=text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("'a -- b'", "'--' cannot stand in a text: write one of the two"),
        ("'see http://x'", "'//' cannot stand in a text: write one of the two"),
        ("'which??/'", "'??' cannot stand in a text: write one of the two"),
        ("'a */ b'", "'*' cannot stand in a text; there are letters"),
        ("'a @ b'", "'@' cannot stand in a text; there are letters"),
        ("'a_b'", "'_' cannot stand in a text; there are letters"),
        ("''", "expected a text, got ''"),
        ("[a]", "expected a text, got a list"),
        (f"'{'a ' * 600}'", "expected at most 1000 characters, got 1199"),
    ],
)
def test_other_prose_is_refused_at_its_place(text: str, fault: str) -> None:
    (found,) = said(net=text)
    assert found.startswith("net.yaml:4:8: error: ")
    assert fault in found


def test_a_layer_says_less() -> None:
    (found,) = said(layer=f"'{'a' * 201}'")
    assert found.startswith("net.yaml:2:")
    assert "expected at most 200 characters, got 201: shorten the text" in found


def fits(width: int, line: str) -> bool:
    """Whether a line is not too long."""
    return len(line) <= width


def test_no_line_goes_on_with_an_order() -> None:
    text = "one type: two noqa three fmt ignore ruff: four eslint-disable five"
    for width in range(32, 80):
        lines = folded(text, partial(fits, width))
        assert " ".join(lines) == text
        assert not [line for line in lines if is_order(line.split()[0])]
    assert folded("noqa: yes", lambda line: True) == ["So: noqa: yes"]

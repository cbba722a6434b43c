"""All views show the same numbers by the same digits; each is good text of its kind."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from running.tiers import wide_but
from running.tools import ROOT, bpgen, on_path, program

from bpgen.explaining.tex import plain

NUMBER = re.compile(r"-?\d+\.\d{6,}(?:e[-+]\d\d)?")
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))
FORMATS = ("text", "markdown", "latex", "json")
SMALL = ("mazur", "xor", "iris")
NOTATIONS = ("names", "nielsen", "matrix", "pytorch", "mazur")


@cache
def view(name: str, form: str, *more: str) -> str:
    found = bpgen(
        "explain", str(ROOT / "examples" / f"{name}.yaml"), "--format", form, *more
    )
    assert (found.code, found.err) == (0, "")
    return found.out


def numbers(name: str, form: str) -> set[str]:
    """The long numbers of a view, as they are written."""
    text = view(name, form)
    if form == "json":
        return set(NUMBER.findall(" ".join(shown(json.loads(text)))))
    return set(NUMBER.findall(text.replace("{-}", "-").replace("\\", " ")))


def shown(value: Any) -> list[str]:
    """All digits in JSON."""
    match value:
        case dict():
            own = [value["digits"]] if isinstance(value.get("digits"), str) else []
            return own + [text for inner in value.values() for text in shown(inner)]
        case list():
            return [text for inner in value for text in shown(inner)]
    return []


@pytest.mark.parametrize("form", FORMATS[1:])
@pytest.mark.parametrize("name", SMALL)
def test_every_number_of_the_text_stands_in_every_view(name: str, form: str) -> None:
    text, other = numbers(name, "text"), numbers(name, form)
    # what text alone works out: a drop, differences, tables of plain numbers
    missing = text - other if form != "json" else set()
    assert missing == set()
    if form == "json":
        results = [
            own["quantity"]["digits"]
            for step in json.loads(view(name, form))["steps"]
            for own in step["derivations"]
        ]
        assert set(filter(NUMBER.fullmatch, results)) <= text


@pytest.mark.parametrize("form", FORMATS)
def test_numbers_are_ascii_decimals(form: str) -> None:
    text = view("mazur", form)
    assert "4.38567734e-04" in text.replace("{-}", "-")
    assert "\u2212" not in text


def test_markdown_has_whole_tables_and_closed_blocks() -> None:
    lines = view("iris", "markdown").split("\n")
    assert sum(line.startswith("```") for line in lines) % 2 == 0
    width = 0
    for line in lines:
        if line.startswith("|"):
            width = width or line.count("|")
            assert line.count("|") == width
        else:
            width = 0


def test_json_is_whole() -> None:
    found = json.loads(view("mazur", "json"))
    assert found["losses"]["after"]["digits"] == "0.291027774"
    assert found["made"].startswith("Made by bpgen explain")
    first = found["steps"][0]["derivations"][0]
    assert first["rule_text"] == plain(first["rule"])
    assert first["formula"][0]["key"] == "b_h1"


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("name", wide_but(["mazur", "iris"], "mazur".__eq__))
def test_latex_compiles(name: str, notation: str, tmp_path: Path) -> None:
    tex = on_path("pdflatex")
    more = ("--notation", notation, "--steps", "3")
    (tmp_path / "net.tex").write_text(view(name, "latex", *more), encoding="utf-8")
    options = ("-interaction=nonstopmode", "-halt-on-error")
    found = program(tex, *options, "net.tex", folder=tmp_path)
    assert found.code == 0, found.out[-2000:]
    assert "Overfull" not in found.out


@pytest.mark.wide
@pytest.mark.parametrize("name", EXAMPLES)
def test_latex_of_every_example_compiles(name: str, tmp_path: Path) -> None:
    text = view(name, "latex")
    assert text.isascii()
    (tmp_path / "net.tex").write_text(text, encoding="utf-8")
    options = ("-interaction=nonstopmode", "-halt-on-error", "net.tex")
    found = program(on_path("pdflatex"), *options, folder=tmp_path)
    assert found.code == 0, found.out[-2000:]
    assert "Overfull" not in found.out


def test_latex_is_plain_text() -> None:
    assert view("mazur", "latex").isascii()

"""A picture is a file by itself, of the numbers of the step; a curve is the loss."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from running.tools import ROOT, bpgen

from bpgen.explaining.svg import marks_to

SVG = "{http://www.w3.org/2000/svg}"


def picture(name: str, *more: str) -> ElementTree.Element:
    path = str(ROOT / "examples" / f"{name}.yaml")
    found = bpgen("explain", path, "--format", "svg", *more)
    assert (found.code, found.err) == (0, "")
    return ElementTree.fromstring(found.out)


def texts(root: ElementTree.Element) -> set[str]:
    return {(own.text or "").strip() for own in root.iter(f"{SVG}text")}


@pytest.mark.parametrize("name", ["mazur", "xor", "iris", "regression"])
def test_a_picture_stands_by_itself(name: str) -> None:
    root = picture(name)
    assert root.tag == f"{SVG}svg" and root.find(f"{SVG}style") is not None
    for own in root.iter():
        assert not {"href", "src", "id", "tabindex"} & set(own.attrib), own.tag
        assert own.tag != f"{SVG}a"


def test_a_picture_shows_the_numbers_of_the_step() -> None:
    shown = texts(picture("mazur"))
    assert {"0.2984", "0.7514", "+0.138", "-0.0381", "0.15", "+4.4e-4"} <= shown


def test_a_curve_is_the_loss_on_the_way() -> None:
    root = picture("mazur", "--steps", "300")
    (curve,) = (own for own in root.iter(f"{SVG}path") if own.get("class") == "curve")
    heights = [float(y) for y in re.findall(r",([\d.]+)", curve.get("d", ""))]
    assert len(heights) == 151
    assert heights == sorted(heights)  # downwards: y grows as the loss falls
    assert {"0", "300"} <= texts(root)


@pytest.mark.parametrize(
    ("most", "marks"),
    [(0.3, [0.0, 0.1, 0.2, 0.3]), (54.0, [0.0, 20.0, 40.0]), (1.0, [0.0, 0.2])],
)
def test_an_axis_has_round_numbers(most: float, marks: list[float]) -> None:
    assert marks_to(most)[: len(marks)] == pytest.approx(marks)
    assert marks_to(most)[-1] <= most * 1.001


@pytest.mark.parametrize("name", ["gpt", "cnn"])
def test_what_cannot_be_drawn_is_refused_in_a_line(name: str) -> None:
    path = str(ROOT / "examples" / f"{name}.yaml")
    found = bpgen("explain", path, "--format", "svg")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("error: a picture is for a net whose layers are dense")

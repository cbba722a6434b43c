"""A handout leaves out what is to be computed, and ends with the solutions."""

from __future__ import annotations

import re

import pytest
from running.tools import ROOT, bpgen

from bpgen.explaining.digits import BLANK

MAZUR = str(ROOT / "examples" / "mazur.yaml")
# What Mazur's readers compute, and what they are given.
COMPUTED = ("0.377500000", "0.298371109", "-0.0190491183", "0.358916480", "0.291027774")
GIVEN = ("0.15", "0.05", "0.99", "0.5")
SOLUTIONS = {
    "text": "\nSolutions",
    "markdown": "\n## Solutions",
    "latex": r"\section*{Solutions}",
    "html": "<h2>Solutions</h2>",
}


@pytest.mark.parametrize("form", SOLUTIONS)
def test_computed_numbers_stand_in_the_solutions_alone(form: str) -> None:
    text = bpgen("explain", MAZUR, "--blanks", "--format", form).out
    text = text.replace("{-}", "-").replace(r"\_", "_")
    sheet, _, solutions = text.partition(SOLUTIONS[form])
    sheet = sheet.partition("<body>")[2] or sheet
    assert solutions
    for number in COMPUTED:
        assert number not in re.sub(r"error is \S+\s", "", sheet)
        assert number in solutions or number == "-0.0190491183"
    for number in GIVEN:
        assert number in sheet
    assert sheet.count(BLANK) > 60
    assert BLANK not in solutions
    assert "nan" not in text.replace("names", "")


def test_a_handout_is_a_page_without_a_script() -> None:
    text = bpgen("explain", MAZUR, "--blanks", "--format", "html").out
    assert "<script" not in text


def test_there_is_no_handout_for_programs() -> None:
    found = bpgen("explain", MAZUR, "--blanks", "--format", "json")
    assert found.code == 2 and "not for JSON" in found.err

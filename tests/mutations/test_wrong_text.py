"""Verify notices whatever is wrong in the text of a file, in every form of it.

By default samples of the wrong files are tried, with `--full` all of them.
"""

from __future__ import annotations

import re

import pytest
from mutations.harmless import HARMLESS, is_harmless
from mutations.judges import GALLERY, by_check, by_verify, form, noticed

EVERY = 29  # of the wrong files one is tried


@pytest.mark.parametrize("name", GALLERY)
def test_the_right_file_passes(name: str) -> None:
    right = form(name)
    assert not noticed(right, right.text, by_verify)
    assert not noticed(right, right.text, by_check)


@pytest.mark.parametrize("name", GALLERY)
def test_verify_notices_every_wrong_place(
    name: str, request: pytest.FixtureRequest
) -> None:
    right, full = form(name), request.config.getoption("full")
    wrong = right.wrong()
    assert len(wrong) > 200
    some = wrong if full else wrong[list(GALLERY).index(name) :: EVERY]
    missed = [each.name for each in some if not noticed(right, each.text, by_verify)]
    assert [name_ for name_ in missed if not is_harmless(name, name_)] == []


@pytest.mark.parametrize("name", GALLERY)
def test_a_change_is_in_one_line(name: str) -> None:
    right = form(name)
    lines = right.text.split("\n")
    for wrong in right.wrong():
        changed = wrong.text.split("\n")
        assert changed[: wrong.line - 1] == lines[: wrong.line - 1]
        assert wrong.text != right.text


def test_what_does_no_harm_is_told_with_its_reason() -> None:
    names = {each.name for name in GALLERY for each in form(name).wrong()}
    for forms, pattern, why in HARMLESS:
        assert why and any(re.fullmatch(forms, name) for name in GALLERY)
        assert any(re.fullmatch(pattern, name) for name in names), pattern

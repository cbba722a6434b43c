"""Verify notices whatever is wrong in the text of a file, in every form of it.

By default samples of the wrong files are tried, with `--full` all of them.
"""

from __future__ import annotations

import re

import pytest
from mutations.harmless import HARMLESS, UNSEEN, is_harmless, is_unseen
from mutations.judges import GALLERY, by_check, by_verify, form, noticed
from mutations.wrong_text import WrongText

EVERY = 29  # of the wrong files one is tried


@pytest.mark.parametrize("name", GALLERY)
def test_the_right_file_passes(name: str) -> None:
    right = form(name)
    assert not noticed(right, right.text, by_verify)
    assert not noticed(right, right.text, by_check)


def tried(name: str, request: pytest.FixtureRequest) -> list[WrongText]:
    """The wrong files of a form that are tried."""
    wrong = form(name).wrong()
    assert len(wrong) > 200
    is_whole = request.config.getoption("full")
    some = wrong if is_whole else wrong[list(GALLERY).index(name) :: EVERY]
    return [each for each in some if not is_harmless(name, each.name)]


@pytest.mark.parametrize("name", GALLERY)
def test_verify_notices_every_wrong_place(
    name: str, request: pytest.FixtureRequest
) -> None:
    right = form(name)
    asked = [each for each in tried(name, request) if right.asks(each)]
    missed = [each for each in asked if not noticed(right, each.text, by_verify)]
    assert [each.name for each in missed] == []


@pytest.mark.parametrize("name", GALLERY)
def test_a_file_notices_what_is_wrong_with_it(
    name: str, request: pytest.FixtureRequest
) -> None:
    right = form(name)
    wrong = tried(name, request)
    missed = [each for each in wrong if not noticed(right, each.text, by_check)]
    assert [each.name for each in missed if not is_unseen(name, each.name)] == []
    assert len(missed) <= 1 + 0.02 * len(wrong)


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
    for forms, pattern, why in (*HARMLESS, *UNSEEN):
        assert why and any(re.fullmatch(forms, name) for name in GALLERY)
        assert any(re.fullmatch(pattern, name) for name in names), pattern

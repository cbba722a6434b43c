"""Verify notices wrong files of the languages that are not Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutations.harmless_lines import HARMLESS, UNSEEN
from mutations.lines import FORMS, WAYS, missed_by_verify

FEW, LEAST = 8, 80  # of the wrong files of a form


@pytest.mark.wide
@pytest.mark.parametrize("language", WAYS)
def test_verify_notices_some_wrong_lines(language: str, tmp_path: Path) -> None:
    tried, passed = missed_by_verify(language, FORMS[1], tmp_path, FEW)
    assert tried >= FEW
    assert passed == []


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", WAYS)
def test_verify_notices_every_wrong_line(
    language: str, form: str, tmp_path: Path
) -> None:
    tried, passed = missed_by_verify(language, form, tmp_path)
    print(f"{language}, {form}: {tried - len(passed)} of {tried}")
    assert tried > LEAST
    assert passed == []


def test_what_does_no_harm_is_told_with_its_reason() -> None:
    for pattern, why in (HARMLESS | UNSEEN).items():
        assert " -> " in pattern or pattern.endswith(".*")
        assert why

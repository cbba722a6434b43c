"""A file of a language that is not Python notices by its own check what is wrong with
it: with its main, in every form that files have."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutations.batches import BUILD
from mutations.harmless_lines import is_unseen
from mutations.judges import GALLERY
from mutations.lines import FORMS, missed_by_check

FEW, MANY = 5, 40  # of the wrong files of a form
# Where more pass than 1 and 2 %, and how many: all of them are known as UNSEEN.
MORE = {("c", "batch_norm, rmsprop, loops"): 3}


@pytest.mark.wide
@pytest.mark.parametrize("language", BUILD)
def test_a_built_file_notices_what_is_wrong(language: str, tmp_path: Path) -> None:
    _, passed = missed_by_check(language, FORMS[0], tmp_path, FEW)
    assert [change for change in passed if not is_unseen(change)] == []


@pytest.mark.slow
@pytest.mark.parametrize("form", GALLERY)
@pytest.mark.wide
@pytest.mark.parametrize("language", BUILD)
def test_a_built_file_notices_nearly_all(
    language: str, form: str, tmp_path: Path
) -> None:
    tried, passed = missed_by_check(language, form, tmp_path, MANY)
    print(f"{language}, {form}: {tried - len(passed)} of {tried}")
    assert [change for change in passed if not is_unseen(change)] == []
    known = MORE.get((language, form))
    assert len(passed) == known if known else len(passed) <= 1 + 0.02 * tried

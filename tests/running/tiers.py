"""Which cases of a test always run, and which with `-m wide` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

Case = TypeVar("Case")
LATE = ("kotlin", "ruby")  # languages that are asked with the wide tests only


def wide_but(
    cases: Iterable[Case],
    is_kept: Callable[[Case], bool],
    is_slow: Callable[[Case], bool] = lambda case: False,
) -> list[object]:
    """All cases; those that are not kept are wide, or slow."""

    def marked(case: Case) -> object:
        mark = pytest.mark.slow if is_slow(case) else pytest.mark.wide
        return case if is_kept(case) else pytest.param(case, marks=mark)

    return [marked(case) for case in cases]


def is_asked(language: str) -> bool:
    """Whether a language is asked by default."""
    return language not in LATE


def is_late(case: str) -> bool:
    """Whether a case begins with such a language."""
    return case.startswith(LATE)


def takes_long(case: str) -> bool:
    """Whether a case begins with a language that is compiled for ten seconds a file."""
    return case.startswith("kotlin")

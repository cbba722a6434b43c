"""Which cases of a test always run, and which with `-m wide` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

Case = TypeVar("Case")


def wide_but(cases: Iterable[Case], is_kept: Callable[[Case], bool]) -> list[object]:
    """All cases; those that are not kept are wide."""
    return [
        case if is_kept(case) else pytest.param(case, marks=pytest.mark.wide)
        for case in cases
    ]

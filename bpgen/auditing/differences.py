"""How far numbers by name are off from the right ones.

An error is relative to the largest right number of the same name; where all of a name
are tiny beside those of the others, to a share of the largest of all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bpgen.auditing.learners import Table

LEAST = 1e-3  # of the largest number of all


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A name whose numbers are wrong: how many, and the largest error, relative to the
    largest right one; `factor` if all are off by one, `is_missing` if there are none.
    """

    name: str
    wrong: int
    count: int
    error: float
    factor: float | None
    is_missing: bool


def scales_of(right: Table) -> dict[str, float]:
    """What errors are relative to, by name."""
    own = {name: max(map(abs, numbers), default=0.0) for name, numbers in right.items()}
    most = max(own.values(), default=0.0)
    return {name: max(size, LEAST * most, 1e-300) for name, size in own.items()}


def errors_of(got: list[float], right: list[float], scale: float) -> list[float]:
    """How far each number is off."""
    return [
        abs(x - y) / scale if math.isfinite(x) else math.inf
        for x, y in zip(got, right, strict=True)
    ]


def findings_of(got: Table, right: Table, tolerance: float) -> Iterator[Finding]:
    """The names that are off by more than the tolerance."""
    scales = scales_of(right)
    for name, numbers in right.items():
        errors = errors_of(got[name], numbers, scales[name])
        wrong = sum(not error <= tolerance for error in errors)
        if wrong:
            yield Finding(
                name=name,
                wrong=wrong,
                count=len(errors),
                error=max(errors),
                factor=_factor(got[name], numbers, scales[name] * tolerance),
                is_missing=all(map(math.isnan, got[name])),
            )


def _factor(got: list[float], right: list[float], least: float) -> float | None:
    """What all numbers are off by, if that is one factor."""
    largest = max(range(len(right)), key=lambda at: abs(right[at]))
    if not (abs(right[largest]) > least and math.isfinite(got[largest])):
        return None
    factor = got[largest] / right[largest]
    bound = least * max(1.0, abs(factor))
    pairs = zip(got, right, strict=True)
    return factor if all(abs(x - factor * y) <= bound for x, y in pairs) else None

"""What a cell of a table says: nothing, or a number, with a point or a comma."""

from __future__ import annotations

import re
from math import fsum, isfinite

GAPS = frozenset(
    ["", "na", "n/a", "nan", "null", "?", "-"]
)  # no value, in small letters
NUMBER = re.compile(
    r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,4})?", re.ASCII
)


def mean_of(numbers: list[float]) -> float:
    """The mean; 0 of no numbers."""
    try:
        return fsum(numbers) / len(numbers) if numbers else 0.0
    except OverflowError:  # of their sum
        return fsum(number / len(numbers) for number in numbers)


def with_points(text: str) -> str | None:
    """A number with a decimal comma, or without decimals, as one with a point."""
    point = text.replace(",", ".")
    return point if "." not in text and NUMBER.fullmatch(point) else None


def number_in(text: str, decimal: str) -> float | None:
    """The number in a cell, if it is one; what stands before the decimals is given."""
    if decimal == ",":
        point = with_points(text)
        if point is None:
            return None
        text = point
    if NUMBER.fullmatch(text) and len(text) <= 40 and isfinite(float(text)):
        return float(text) + 0.0
    return None

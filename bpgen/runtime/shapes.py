"""What a file says of the shapes of its arrays."""

from __future__ import annotations

from math import prod


def is_told_by_length(shape: list[int]) -> bool:
    """Whether nested lists of a shape, if there are any, are shorter than flat ones."""
    return len(shape) == 1 or shape[0] < prod(shape)


def words_of(size: int, shape: list[int]) -> str:
    """How many numbers are expected, and in which shape."""
    numbers = f"{size} numbers" if size > 1 else "1 number"
    return numbers + f", flat or of the shape {shape}" * (len(shape) > 1)

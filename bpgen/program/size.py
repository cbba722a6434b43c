"""A whole number that has a name in the emitted file."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod


class Size(int):
    """How many there are of something: a plain number to all that counts and compares;
    where it is printed as code, it is its name. What is computed from one has none.

    Attributes:
        name: what the file calls it, or a sum or a product of such names.
    """

    name: str

    def __new__(cls, number: int, name: str) -> Size:
        """A number by its name."""
        found = super().__new__(cls, number)
        found.name = name
        return found

    def __str__(self) -> str:
        return self.name


def joined(shape: tuple[int, ...]) -> int:
    """How many numbers an array of a shape has: a size if one is in it."""
    number, name = prod(shape), product(shape)
    return number if name == str(number) else Size(number, name)


def product(factors: Sequence[int | str]) -> str:
    """A product as code, without ones: names and sizes as they are, numbers that stand
    side by side as one."""
    found: list[int | str] = []
    for factor in factors:
        is_plain = isinstance(factor, int) and not isinstance(factor, Size)
        if is_plain and found and isinstance(found[-1], int):
            found[-1] *= factor
        else:
            found.append(factor if is_plain else str(factor))
    texts = [str(own) for own in found if own != 1]
    if len(texts) > 1:
        texts = [as_factor(text) for text in texts]
    return " * ".join(texts) or "1"


def as_factor(extent: int | str) -> str:
    """A number or a size as what something is multiplied with."""
    return f"({extent})" if " + " in str(extent) else str(extent)

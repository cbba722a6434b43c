"""Where an element stands in its array."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Index:
    """A whole number: constant + the sum of factor * loop variable.

    Where arrays are nested lists and a view is read at any place, that number is
    divided: number // divisor, and of it the rest by the modulus, if there is one.
    """

    constant: int = 0
    terms: tuple[tuple[str, int], ...] = ()
    divisor: int = 1
    modulus: int = 0

    @classmethod
    def of(cls, value: Index | int) -> Index:
        return cls(value) if isinstance(value, int) else value

    def __add__(self, other: Index | int) -> Index:
        if isinstance(other, int):
            return Index(self.constant + other, self.terms)
        return Index(self.constant + other.constant, self.terms + other.terms)

    def __mul__(self, factor: int) -> Index:
        terms = tuple((name, own * factor) for name, own in self.terms)
        return Index(self.constant * factor, terms)

    def at(self, values: dict[str, int]) -> Index:
        """The index with the loop variables of `values` put in."""
        constant, left = self.constant, []
        for name, factor in self.terms:
            if name in values:
                constant += factor * values[name]
            else:
                left.append((name, factor))
        found = replace(self, constant=constant, terms=tuple(left))
        return found if left else Index(found.divided(constant))

    def divided(self, number: int) -> int:
        """The number that the index is, from the sum."""
        number //= self.divisor
        return number % self.modulus if self.modulus else number

"""sfc32, the generator of every emitted file, as bpgen itself runs it.

Source: Chris Doty-Humphrey, PractRand. Three words and a counter, 32 bits each;
addition, shifts and exclusive or are exact in every language.
"""

from __future__ import annotations

MASK = 0xFFFFFFFF


class Generator:
    """Pseudo-random numbers from a seed of 0 ... 4294967295."""

    def __init__(self, seed: int) -> None:
        self.a, self.b, self.c, self.counter = 0, seed, 0, 1
        for _ in range(12):
            self.next()

    def next(self) -> int:
        """A whole number from 0 to 4294967295."""
        result = (self.a + self.b + self.counter) & MASK
        self.counter = (self.counter + 1) & MASK
        self.a = self.b ^ (self.b >> 9)
        self.b = (self.c * 9) & MASK
        self.c = (((self.c << 21) & MASK | self.c >> 11) + result) & MASK
        return result

    def uniform(self, low: float, high: float) -> float:
        """A number from low up to, but not including, high."""
        return low + (high - low) * (self.next() / 4294967296.0)

    def normal(self, mean: float, std: float) -> float:
        """Nearly normal: the sum of twelve uniform numbers, less 6."""
        total = -6.0
        for _ in range(12):
            total += self.next() / 4294967296.0
        return mean + std * total

    def shuffle(self, items: list[int]) -> None:
        """Fisher-Yates, from the end."""
        for i in range(len(items) - 1, 0, -1):
            j = self.next() * (i + 1) // 4294967296
            items[i], items[j] = items[j], items[i]

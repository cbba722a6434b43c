"""The generator of every emitted file: draws the start, orders samples, drops units."""

from __future__ import annotations

from bpgen.runtime.primitives import (
    Word,
    add32,
    left32,
    or32,
    right32,
    scaled32,
    share32,
    xor32,
)


class Generator:
    """sfc32: pseudo-random numbers, the same bits in every language."""

    words: list[Word]  # three, and a counter

    def __init__(self, seed: Word) -> None:
        """Start from a seed of 0 to 4294967295."""
        self.words = [0, seed, 0, 1]
        for _ in range(12):  # stir the seed in
            self.next()

    def next(self) -> Word:
        """A whole number from 0 to 4294967295."""
        a, b, c, counter = self.words
        result = add32(add32(a, b), counter)
        rotated = or32(left32(c, 21), right32(c, 11))
        self.words[0] = xor32(b, right32(b, 9))
        self.words[1] = add32(c, left32(c, 3))
        self.words[2] = add32(rotated, result)
        self.words[3] = add32(counter, 1)
        return result

    def uniform(self, low: float, high: float) -> float:
        """A number from low up to, but not including, high."""
        return low + (high - low) * share32(self.next())

    def normal(self, mean: float, std: float) -> float:
        """Nearly normal: the sum of twelve uniform numbers, less 6."""
        total = -6.0
        for _ in range(12):
            total += share32(self.next())
        return mean + std * total

    def shuffle(self, items: list[int]) -> None:
        """Every order is as likely as any other (Fisher-Yates)."""
        for i in range(len(items) - 1, 0, -1):
            j = scaled32(self.next(), i + 1)
            item = items[i]
            items[i] = items[j]
            items[j] = item

"""Which element stands where: shapes and the flat, row-major places behind them.

Whatever only moves numbers (view, transpose, split, flatten) is done to these
whole numbers, so that no layout needs a rule of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod


@dataclass(frozen=True, slots=True)
class Places:
    """A shape, and for each of its elements, row by row, a place in a flat array."""

    shape: tuple[int, ...]
    at: tuple[int, ...]

    @classmethod
    def whole(cls, shape: Sequence[int]) -> Places:
        """All elements of an array of that shape, where they are."""
        return cls(tuple(shape), tuple(range(prod(shape))))

    @property
    def is_whole(self) -> bool:
        """Whether the elements stand in their own order, from the first one on."""
        return self.at == tuple(range(len(self.at)))

    def permuted(self, axes: Sequence[int]) -> Places:
        """The same with its axes in another order."""
        shape = tuple(self.shape[axis] for axis in axes)
        strides = [prod(self.shape[axis + 1 :]) for axis in axes]
        at = tuple(
            self.at[sum(i * stride for i, stride in zip(index, strides, strict=True))]
            for index in product(*map(range, shape))
        )
        return Places(shape, at)

    def reshaped(self, shape: Sequence[int]) -> Places:
        """The same elements in another shape."""
        assert prod(shape) == len(self.at)
        return Places(tuple(shape), self.at)

    def taken(self, axis: int, chosen: Sequence[int]) -> Places:
        """Only some of the elements along an axis, in that order."""
        shape = (*self.shape[:axis], len(chosen), *self.shape[axis + 1 :])
        inner = prod(self.shape[axis + 1 :])
        outer = prod(self.shape[:axis])
        size = self.shape[axis] * inner
        at = tuple(
            self.at[block * size + i * inner + j]
            for block in range(outer)
            for i in chosen
            for j in range(inner)
        )
        return Places(shape, at)

    def of(self, other: Places) -> Places:
        """These places of what another one places."""
        return Places(self.shape, tuple(other.at[place] for place in self.at))

    def row(self, number: int) -> tuple[int, ...]:
        """The places of one row along the first axis."""
        size = prod(self.shape[1:])
        return self.at[number * size : (number + 1) * size]

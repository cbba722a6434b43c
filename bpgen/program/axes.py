"""The labels of the elements along an axis, made when somebody asks for one.

A layer may be a million units wide: no stage that works with loops asks.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias, overload

Axis: TypeAlias = Sequence[str]
Axes: TypeAlias = tuple[Axis, ...]


class Lazy(Sequence[str]):
    """Labels that are made from their places."""

    __slots__ = ()

    @abstractmethod
    def label(self, place: int) -> str:
        """The label at a place from 0 on."""

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        places = range(len(self))[place]
        if isinstance(places, range):
            return tuple(map(self.label, places))
        return self.label(places)


@dataclass(frozen=True, slots=True)
class Numbered(Lazy):
    """A stem and a number, such as h1 h2 h3."""

    size: int
    stem: str = ""
    first: int = 1

    def __len__(self) -> int:
        return self.size

    def label(self, place: int) -> str:
        """The label at a place from 0 on."""
        return f"{self.stem}{self.first + place}"


@dataclass(frozen=True, slots=True)
class Flat(Lazy):
    """All elements along several axes as one, row by row, such as 1_1 1_2 2_1 2_2."""

    axes: Axes

    def __len__(self) -> int:
        return prod(map(len, self.axes))

    def label(self, place: int) -> str:
        """The label at a place from 0 on."""
        found = []
        for axis in reversed(self.axes):
            place, own = divmod(place, len(axis))
            found.append(axis[own])
        return "_".join(reversed(found))

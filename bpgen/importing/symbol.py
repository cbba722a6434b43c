"""What a captured model computes on the way to a layer, and no layer gives by itself.

A mean of squares that a norm will divide by, scores before a softmax: handlers make
something of them, or the import is refused with what each says of itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod


class Symbol(ABC):
    """What depends on the input and is no value of the net yet."""

    __slots__ = ()

    @property
    @abstractmethod
    def unfinished(self) -> str:
        """Why it cannot be used as a value."""

"""How numbers are scaled before a net learns from them: one entry each.

A scaling takes an offset off and divides by a scale, `(x - offset) / scale`; an entry
says how both follow from the numbers of a column, or by which names net.yaml gives
them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import TypeAlias

Pair: TypeAlias = tuple[float, float]  # offset and scale


@dataclass(frozen=True, slots=True)
class Scaling:
    """A scaling by name.

    Attributes:
        words: what becomes of a number, as a formula.
        fit: offset and scale of the numbers of a column, which are not all alike; None
            of what leaves them as they are.
        names: by which net.yaml gives both numbers; () if it does not.
        given: offset and scale from these numbers.
        why: what is wrong with such numbers if their scale is not above 0.
    """

    name: str
    words: str
    fit: Callable[[Sequence[float]], Pair] | None = None
    names: tuple[str, ...] = ()
    given: Callable[[float, float], Pair] = lambda offset, scale: (offset, scale)
    why: str = ""


def _standard(numbers: Sequence[float]) -> Pair:
    mean = fsum(numbers) / len(numbers)
    squares = fsum((x - mean) * (x - mean) for x in numbers)
    return mean, sqrt(squares / len(numbers))


def _range(numbers: Sequence[float]) -> Pair:
    return min(numbers), max(numbers) - min(numbers)


SCALINGS: Mapping[str, Scaling] = {
    scaling.name: scaling
    for scaling in (
        Scaling(
            "standardize",
            "(x - mean) / std: mean 0 and standard deviation 1",
            _standard,
            ("mean", "std"),
            why="std is not above 0",
        ),
        Scaling(
            "minmax",
            "(x - min) / (max - min): from 0 to 1",
            _range,
            ("min", "max"),
            lambda low, high: (low, high - low),
            "max is not above min",
        ),
        Scaling("none", "x as it is"),
    )
}
ONE_HOT = "onehot"  # no scaling: a number for each category
ONE_HOT_WORDS = (
    "a text of a CSV becomes as many numbers as there are texts: 1 for its own"
)


def fitted(scaling: Scaling, numbers: Sequence[float]) -> Pair:
    """Offset and scale of the numbers of a column; one number alone goes to 0.

    Raises:
        OverflowError: the numbers are too large.
    """
    if scaling.fit is None:
        return 0.0, 1.0
    if min(numbers) == max(numbers):
        return numbers[0] + 0.0, 1.0
    offset, scale = scaling.fit(numbers)
    if not 0.0 < scale < float("inf"):
        raise OverflowError
    return offset + 0.0, scale

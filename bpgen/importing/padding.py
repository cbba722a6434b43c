"""What stands around an input, as net.yaml says it.

In: how much, on each side, or the rule of other libraries. Out: the key `padding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def same_padding(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """Before and after, so that a window stands once for each `stride` elements.

    Where the sum is odd, the larger half is after: as TensorFlow and Keras have it.
    """
    places = -(-size // stride)
    total = max(0, (places - 1) * stride + dilation * (kernel - 1) + 1 - size)
    return total // 2, total - total // 2


def by_side(
    options: dict[str, Any], before: Sequence[int], after: Sequence[int]
) -> None:
    """The key `padding`, where there is any; in its shortest form."""
    sides = [[*both] for both in zip(before, after, strict=True)]
    if not any(map(any, sides)):
        return
    if any(one != other for one, other in sides):
        options["padding"] = sides if len(sides) > 1 else sides[0]
    elif len(set(before)) == 1:
        options["padding"] = before[0]
    else:
        options["padding"] = list(before)

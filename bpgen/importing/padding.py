"""What stands around an input, as net.yaml says it.

In: how much, on each side, or the rule of other libraries. Out: the key `padding`, or
a layer that does nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from bpgen.importing.draft import Draft, RefusedError, Value


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


def padded(
    draft: Draft,
    name: str,
    value: Value,
    sides: Sequence[tuple[int, int]],
    number: float,
) -> Value:
    """A value with a number before and after it along each of its axes.

    Raises:
        RefusedError: net.yaml has no layer that would.
    """
    if any(size < 0 for both in sides for size in both):
        raise RefusedError("padding below 0 cuts off: that has no counterpart")
    if not isfinite(number):
        raise RefusedError(
            f"padding by {number} has no counterpart: a pool has padding of its own"
        )
    if len(value.shape) == 3:
        if any(sides[0]):
            raise RefusedError("padding of channels has no counterpart")
        return _layer(draft, "pad2d", name, value, sides[1:], number)
    if len(value.shape) != 2:
        raise RefusedError("padding has a counterpart of images and sequences only")
    if any(sides[1]):
        value = _layer(draft, "pad1d", name, value, sides[1:], number)
    if any(sides[0]):
        across = Value(value.layer, value.places.permuted((1, 0)))
        made = _layer(draft, "pad1d", name, across, sides[:1], number)
        value = Value(made.layer, made.places.permuted((1, 0)))
    return value


def _layer(
    draft: Draft,
    type_: str,
    name: str,
    value: Value,
    sides: Sequence[tuple[int, int]],
    number: float,
) -> Value:
    options: dict[str, Any] = {}
    by_side(options, *zip(*sides, strict=True))
    if not options:
        return value
    options |= {"value": number} if number else {}
    channels, *extents = value.shape
    pairs = zip(extents, sides, strict=True)
    shape = channels, *(size + sum(both) for size, both in pairs)
    return draft.add(type_, name, (draft.plain(value),), shape, options)

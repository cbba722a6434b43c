"""Places in arrays as code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from bpgen.languages.record import Language
from bpgen.program.expressions import index_text
from bpgen.program.nodes import Index
from bpgen.program.size import Size, as_factor, product


def flat_place(
    indices: Sequence[Index],
    shape: Sequence[int],
    written: Callable[[Index], str],
    subtracts: bool = True,
) -> str:
    """The row-major position of an element in an array of a shape; `written` writes an
    index. `subtracts`: whether a part of it may be below 0."""
    if any(isinstance(extent, Size) for extent in shape[1:]):
        return _named_place(indices, shape, written, subtracts)
    constant, stride = 0, 1
    terms: list[tuple[str, int]] = []
    for index, extent in reversed(list(zip(indices, shape, strict=True))):
        is_plain = subtracts or index.constant >= 0
        if (
            stride > 1 and len(index.terms) > 1 and is_plain
        ):  # (j + m - 1) * 4: as it is meant
            terms = [(f"({written(index)})", stride), *terms]
        else:
            constant += index.constant * stride
            terms = [(name, f * stride) for name, f in index.terms] + terms
        stride *= extent
    return written(Index(constant, tuple(terms)))


def _named_place(
    indices: Sequence[Index],
    shape: Sequence[int],
    written: Callable[[Index], str],
    subtracts: bool,
) -> str:
    """The same where extents have names: (f * CHANNELS + c) * WIDTH + x. What would be
    below 0 on the way is taken off at the end."""
    found, is_sum, below = "", False, ""
    for axis, (index, extent) in enumerate(zip(indices, shape, strict=True)):
        if index.constant < 0 and not subtracts:
            taken = product((-index.constant, *shape[axis + 1 :]))
            below, index = f"{below} - {taken}", replace(index, constant=0)
        factor = as_factor(extent)
        if found in ("", "1"):
            found = factor * bool(found)
        elif factor != "1":
            found = f"({found}) * {factor}" if is_sum else f"{found} * {factor}"
            is_sum = False
        own = written(index)
        if own == "0":
            continue
        if not found:
            found, is_sum = own, " + " in own or " - " in own
        else:
            sign = "-" if own.startswith("-") else "+"
            found, is_sum = f"{found} {sign} {own.removeprefix('-')}", True
    return f"{found or '0'}{below}"


def opened(place: str) -> tuple[str, str]:
    """What stands in the parentheses that a place begins with, and what follows."""
    depths = accumulate((mark == "(") - (mark == ")") for mark in place)
    end = next(at for at, depth in enumerate(depths) if depth == 0)
    return place[1:end], place[end + 1 :]


def as_number(index: Index, language: Language) -> str:
    """An index as a number."""
    found = index_text(index)
    if not index.terms:
        return language.number(float(index.constant))
    written = language.to_number.format(found)
    if found.isalpha():  # a name needs no parentheses of its own
        return re.sub(rf"(?<!\w)\({found}\)(?=\.| as|$)", found, written)
    return written

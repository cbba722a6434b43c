"""Places in arrays as code."""

from __future__ import annotations

from collections.abc import Callable

from bpgen.languages.record import Language
from bpgen.program.expressions import index_text
from bpgen.program.nodes import Element, Index


def flat_place(
    element: Element, written: Callable[[Index], str], subtracts: bool = True
) -> str:
    """The row-major position of an element; `written` writes an index. `subtracts`:
    whether a part of it may be below 0."""
    constant, stride = 0, 1
    terms: list[tuple[str, int]] = []
    shape = element.variable.shape
    for index, extent in reversed(list(zip(element.indices, shape, strict=True))):
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


def as_number(index: Index, language: Language) -> str:
    """An index as a number."""
    found = index_text(index)
    if not index.terms:
        return language.number(float(index.constant))
    written = language.to_number.format(found)
    for end in (".", " as"):
        written = written.replace(
            f"({found}){end}", f"{found}{end}" if found.isalpha() else f"({found}){end}"
        )
    return written

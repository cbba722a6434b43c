"""Many numbers in a source file: nested lists, or rows of text."""

from __future__ import annotations

from collections.abc import Iterable

from bpgen.languages.record import Items, Lines
from bpgen.program.expressions import number_text

TEXT_WIDTH = 76


def rows(values: tuple[float, ...], shape: tuple[int, ...]) -> Items:
    """Flat numbers as nested lists of literals."""
    if len(shape) == 1:
        return list(map(number_text, values))
    step = len(values) // shape[0]
    return [rows(values[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def text_rows(values: Iterable[float]) -> Lines:
    """Numbers as rows of text that are short enough for any language."""
    lines = [""]
    for value in values:
        word = (
            str(int(value))
            if value == int(value) and abs(value) < 1e15
            else number_text(value)
        )
        if lines[-1] and len(lines[-1]) + 1 + len(word) > TEXT_WIDTH:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines

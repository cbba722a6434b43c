"""Places that may be none, and rows that are only lent, where a language asks for it.

In: indices and code. Out: code. Where whole numbers are never below 0, and values have
owners, a place in front of an array and a list of rows are written otherwise.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.languages.record import Language
from bpgen.program.expressions import index_text
from bpgen.program.nodes import Index, Inside


def wrapped(index: Index, language: Language) -> str:
    """An index that is asked for later whether it is one of an axis."""
    owning = language.ways.owning
    if owning and index.constant < 0:  # from above, where nothing is below 0
        rest = index_text(replace(index, constant=0))
        return owning.wraps.format(rest, -index.constant)
    return index_text(index)


def guarded(condition: Inside, language: Language) -> str:
    """The condition that an index is one of an axis."""
    index, extent = condition.index, condition.extent
    owning = language.ways.owning
    if owning and index.constant < 0:  # nothing below 0 is ever computed
        least, rest = -index.constant, replace(index, constant=0)
        return owning.within(index_text(rest), least, extent + least)
    return language.inside.format(index_text(index), extent)


def lent_rows(rows: str, is_written: bool) -> str:
    """A list of rows for a loop that only reads them, or changes them."""
    sign = "&mut " if is_written else "&"
    if rows.startswith("["):
        return f"[{', '.join(sign + own for own in rows[1:-1].split(', '))}]"
    return rows.replace("()", "_mut()") if is_written else rows

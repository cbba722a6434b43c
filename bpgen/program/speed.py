"""What makes loops fast in a language: data of its record, for `styles/quick.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What is done to loops, as measured.

    Attributes:
        rounds: the most rounds of an innermost loop along rows that are written out;
            rows_at_once: of one from row to row. Of so many `statements` together.
        copies: how many rounds of the loop around an innermost one come side by side.
        held: how many numbers a loop may hold in locals.
        rows: whether the numbers of a row are read at once where all are used.
    """

    rounds: int
    rows_at_once: int
    statements: int
    copies: int = 1
    held: int
    rows: bool = False

"""What makes loops fast in a language: data of its record, for `styles/quick.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpgen.program.nodes import Block
from bpgen.program.walks import statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What is done to loops, as measured.

    Attributes:
        rounds: the most rounds of an innermost loop along rows that are written out;
            rows_at_once: of one from row to row. Of so many `statements` together.
        taps: the most statements of two loops that are written out together, since no
            other ones decide which rounds count: rows of an image and of a kernel.
        copies: how many rounds of the loop around an innermost one come side by side.
        held: how many numbers a loop may hold in locals.
        rows: whether the numbers of a row are read at once where all are used.
        inlines: whether a step of training is fastest in the loop over samples.
        step: the most statements of a step that is one method; a longer one is left to
            forward, backward and update. None: any.
    """

    rounds: int
    rows_at_once: int
    statements: int
    taps: int = 0
    copies: int = 1
    held: int
    rows: bool = False
    inlines: bool = False
    step: int | None = None

    def takes(self, step: Block) -> bool:
        """Whether a step is fast as one method."""
        return self.step is None or len(statements(step)) <= self.step


COMPILED = Speed(rounds=8, rows_at_once=16, statements=64, copies=4, held=24)
ARRAYS = replace(COMPILED, taps=128)
LISTS = Speed(
    rounds=64,
    rows_at_once=64,
    statements=256,
    taps=128,
    copies=4,
    held=400,
    rows=True,
    inlines=True,
)

"""Which lines of a file differ from those that it should have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpgen.errors import how_many

MOST_COMPARED = 30_000  # lines; of more, the first and the last that differ count
MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of a file, from 1; where some are only missing, the one before them."""

    first: int
    last: int

    def __str__(self) -> str:
        is_one = self.first == self.last
        return str(self.first) if is_one else f"{self.first}-{self.last}"


def changes(text: str, wanted: str) -> list[Span]:
    """The lines of a text that are not as wanted."""
    ours, theirs = text.split("\n"), wanted.split("\n")
    start, end = _common(ours, theirs), 0
    if start == len(ours) == len(theirs):
        return []
    end = _common(ours[start:][::-1], theirs[start:][::-1])
    ours, theirs = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    if len(ours) + len(theirs) > MOST_COMPARED:
        return [_span(start, start + len(ours))]
    matcher = difflib.SequenceMatcher(None, ours, theirs)
    codes = matcher.get_opcodes()
    return [_span(start + a, start + b) for tag, a, b, _, _ in codes if tag != "equal"]


def span_words(spans: Sequence[Span]) -> str:
    """Such as: line 3; lines 3, 7-9; lines 3, 7-9 and 12 more places."""
    told = ", ".join(map(str, spans[:MOST_TOLD]))
    word = "line" if told.isdigit() else "lines"
    rest = len(spans) - MOST_TOLD
    more = f" and {how_many(rest, 'more place')}" if rest > 0 else ""
    return f"{word} {told}{more}"


def unified(file: str, text: str, wanted: str) -> Iterator[str]:
    """A diff from the file to what bpgen writes now."""
    ours, theirs = text.splitlines(), wanted.splitlines()
    yield from difflib.unified_diff(
        ours, theirs, file, f"{file} (as bpgen writes it now)", lineterm=""
    )


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many lines at the start are the same."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    differing = (at for at, (one, other) in pairs if one != other)
    return next(differing, min(len(ours), len(theirs)))


def _span(start: int, end: int) -> Span:
    """Of the indices from `start` to before `end`."""
    return Span(start + 1, end) if end > start else Span(max(start, 1), max(start, 1))

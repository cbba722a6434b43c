"""What bpgen says when its input is bad.

A `Problem` is one sentence with its place; a `Problems` collects all those of
one document, so that a user mends a file once. Only the command line prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_LISTED = 12  # words that an error tells all of
LONGEST_WORD = 60  # letters that are compared


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file, a line and a column, both from 1; line 0 is that
    of a file that has no lines."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input; without a place, with the call."""

    message: str
    place: Place | None = None
    severity: str = "error"  # or "warning"
    line: str = field(default="", compare=False)  # of the file, at that place

    def __str__(self) -> str:
        prefix = f"{self.place}: " if self.place else ""
        return f"{prefix}{self.severity}: {_harmless(self.message)}"


class NoReferenceError(Exception):
    """PyTorch does not compute what a net does; says why."""


class InputError(Exception):
    """The user's input is wrong; `problems` says all that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def at(cls, place: Place | None, message: str) -> InputError:
        """An error of one problem."""
        return cls([Problem(message, place)])


class Problems:
    """Collects the problems of one document."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, place: Place, message: str) -> None:
        """Note a problem and go on."""
        self.found.append(Problem(message, place))

    def raise_any(self) -> None:
        """Raise what was collected, in the order of the document."""
        if self.found:
            unique = dict.fromkeys(self.found)
            raise InputError(sorted(unique, key=lambda p: (p.place is None, p.place)))


def shown(text: str) -> str:
    """The user's text, quoted, shortened, and harmless to a terminal."""
    return ascii(text if len(text) <= 40 else text[:37] + "...")


def _harmless(message: str) -> str:
    """A message that no terminal reads anything into, whatever it quotes."""
    return "".join(
        c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in message
    )


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: those it is a slip of, or all if few."""
    known = list(known)
    if not known:
        return " (none is known here)"
    close = slips(word, known)
    if close:
        return f" (did you mean {' or '.join(map(shown, close))}?)"
    if len(known) <= MOST_LISTED:
        words = (shown(word)[1:-1] for word in known)  # some are a file's own
        return f" (known: {', '.join(words)})"
    return ""


def slips(word: str, known: Iterable[str]) -> list[str]:
    """The words that another one is a slip of: those that differ the least, by two
    letters at most, by one where it is short, by none where it is one or two letters.
    """
    word = word[:LONGEST_WORD].lower()
    most = 0 if len(word) < 3 else 1 if len(word) < 4 else 2
    rows = [
        (_distance(word, name[:LONGEST_WORD].lower(), most), name) for name in known
    ]
    least = min((row[0] for row in rows), default=most + 1)
    close = [name for distance, name in rows if distance == least <= most]
    return close if len(close) <= 3 else []


def _distance(one: str, other: str, most: int) -> int:
    """How many letters to add, drop, change or swap with the next; at least one more
    than the most if it is more.

    Source: optimal string alignment, a restricted Damerau-Levenshtein distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = before[j - 1] + (letter != wanted)
            found = min(before[j] + 1, row[-1] + 1, cost)
            if i > 1 < j and letter == other[j - 2] and one[i - 2] == wanted:
                found = min(found, last[j - 2] + 1)
            row.append(found)
    return row[-1]


def how_many(count: int, thing: str) -> str:
    """A count of things in words, such as 1 unit or 2,000 units."""
    return f"{count:,} {thing}{'s' * (count != 1)}"

"""What bpgen says when its input is bad.

A `Problem` is one sentence with its place; a `Problems` collects all those of
one document, so that a user mends a file once. Only the command line prints.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file, a line and a column, both from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input; without a place, with the call."""

    message: str
    place: Place | None = None

    def __str__(self) -> str:
        prefix = f"{self.place}: " if self.place else ""
        return f"{prefix}error: {self.message}"


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


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the closest one, or all if few."""
    known = list(known)
    if not known:
        return " (none is known here)"
    close = difflib.get_close_matches(word[:60], known, n=1, cutoff=0.6)
    if close:
        return f" (did you mean '{close[0]}'?)"
    if len(known) <= 12:
        return f" (known: {', '.join(known)})"
    return ""

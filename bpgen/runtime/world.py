"""The primitives of the world outside: lines, files, signals. Only main has it.

As those of `primitives` they are no part of an emitted file, but for what the
language's record says of each.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bpgen.runtime.primitives import Saved


def say(line: str) -> None:
    """A line for the reader."""
    print(line)


def complain(line: str) -> None:
    """A line on what went wrong."""
    print(line, file=sys.stderr)


def progress(level: int, done: int, count: int) -> None:
    """How much of the training, or, at level 1, of an epoch is done, for who waits at
    a terminal."""


def is_interrupted() -> bool:
    """Whether somebody wants training to end; where signals wait for it, they come."""
    return False


def read_text(path: str) -> str:
    """The text of a file, or an error that says what is wrong with it."""
    return Path(path).read_text("utf-8-sig")


def write_text(path: str, text: str) -> None:
    """A file with this text, or an error."""
    Path(path).write_text(text, "utf-8")


def rename(path: str, other: str) -> None:
    """Call a file otherwise, in the place of the one that was called so."""
    Path(path).replace(other)


def saved_text(saved: Saved) -> str:
    """What to_json gave, as a text."""
    return saved


def text_saved(text: str) -> Saved:
    """What load_json takes, from such a text; refused by `unfit` if it is no JSON."""
    return text

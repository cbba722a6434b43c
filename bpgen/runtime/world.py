"""The primitives of the world outside: lines, files, signals. Only main has it.

As those of `primitives` they are no part of an emitted file, but for what the
language's record says of each.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from pathlib import Path

from bpgen.runtime.primitives import Bytes, Saved, UnfitError


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


def is_file(path: str) -> bool:
    """Whether there is a file of that name."""
    return Path(path).is_file()


def read_bytes(path: str) -> Bytes:
    """What a file holds, or an error."""
    return Path(path).read_bytes()


def byte_count(content: Bytes) -> int:
    """How many bytes there are."""
    return len(content)


def bytes_in(content: Bytes, start: int, stop: int) -> list[int]:
    """Those from start up to, but not including, stop, which are there."""
    return list(content[start:stop])


def text_in(content: Bytes, start: int, stop: int) -> str:
    """The bytes between two places, which are there, as letters."""
    return content[start:stop].decode("latin-1")


def unpacked(content: Bytes, path: str) -> Bytes:
    """What is in a gzipped file, or an error that names it."""
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise UnfitError(f"{path}: the file is damaged") from None


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

"""Hostile files: each is taken or refused with words, in no time, and leaves nothing.

No mutant may lead to a traceback, to a file where none should be, or to a text of the
user's that is code; `--mutants 10000` tries so many of them, `--drawn-first N` others.
"""

from __future__ import annotations

import random
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest
from hostile.subjects import SUBJECTS

HANGS = 20  # seconds after which it is stopped
TOLD = 5  # of those that are wrong


def _stopped(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"it hung for {HANGS} seconds")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_hostile_file_is_taken_or_refused(
    subject: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count = request.config.getoption("mutants") // len(SUBJECTS)
    first = request.config.getoption("drawn_first")
    faults: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, _stopped)
    for number in range(count):
        folder = tmp_path / str(number)
        folder.mkdir()
        chance = random.Random(f"{subject} {first} {number}")
        signal.alarm(HANGS)
        try:
            fault = SUBJECTS[subject](chance, folder, number)
        finally:
            signal.alarm(0)
        if fault:
            faults[f"{folder}: {fault}"] += 1
        else:
            _emptied(folder)
    assert not faults, "\n".join([f"{len(faults)} of {count}", *list(faults)[:TOLD]])


def _emptied(folder: Path) -> None:
    """Thousands of folders are many."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()

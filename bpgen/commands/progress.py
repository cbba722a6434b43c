"""How far a long run is: on a terminal, and nowhere else."""

from __future__ import annotations

import sys


class Progress:
    """One line of standard error that changes, and goes away at the end."""

    def __init__(self, what: str, shown: bool) -> None:
        self.what = what
        self.shown = shown and sys.stderr.isatty()

    def at(self, step: str) -> None:
        """What is being done now."""
        if self.shown:
            sys.stderr.write(f"\r\x1b[K{self.what}: {step} ...")
            sys.stderr.flush()

    def done(self) -> None:
        """Clear the line."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

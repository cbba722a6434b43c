"""Programs in processes of their own, their text as UTF-8."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What a command answered."""

    code: int
    out: str
    err: str


def program(
    *arguments: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 600.0,
) -> Result:
    """A program in a process of its own, its text as UTF-8."""
    found = subprocess.run(
        list(map(str, arguments)),
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    out = found.stdout.decode("utf-8", "replace")
    err = found.stderr.decode("utf-8", "replace")
    return Result(found.returncode, out, err)

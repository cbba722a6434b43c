"""Replacing what the package does, while other threads use it as it is.

Programs of many nets are written and built by a thread of their own, beside the tests
(see `running.emitted`): a replacement that it met would be in what it writes.
"""

from __future__ import annotations

from threading import get_ident
from typing import Any

import pytest


def replace_here(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, replacement: Any
) -> None:
    """Let a function of an owner be another one until the test ends, in this thread."""
    original, here = getattr(owner, name), get_ident()

    def chosen(*given: Any) -> Any:
        return (replacement if get_ident() == here else original)(*given)

    monkeypatch.setattr(owner, name, chosen)

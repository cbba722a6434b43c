"""The languages: one record of data each; their notation is in `templates`.

A language's module, which has its name, is loaded when someone asks for its record;
the names alone cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from bpgen.reading.lazy import Lazy

if TYPE_CHECKING:
    from bpgen.languages.record import Language

_NAMES = (
    *("python", "dart", "javascript", "typescript", "c", "go", "rust", "cpp", "java"),
    *("kotlin", "ruby"),
)


@cache
def _load(name: str) -> Language:
    found: Language = getattr(import_module(f"{__name__}.{name}"), name.upper())
    return found


LANGUAGES: Mapping[str, Language] = Lazy(_NAMES, _load)

"""The words of a text of code.

They are found once for a text, as those who ask have thousands of names.
"""

from __future__ import annotations

import re
from functools import lru_cache

TEXTS = 4  # so many texts are asked about in turn


def is_named(name: str, text: str) -> bool:
    """Whether a name, or a member with what it belongs to, stands in a text."""
    if not name.isidentifier():
        return re.search(rf"(?<!\w){re.escape(name)}\b", text) is not None
    return name in words_in(text)


@lru_cache(TEXTS)
def words_in(text: str) -> frozenset[str]:
    """The names and other words."""
    return frozenset(re.findall(r"\w+", text))


@lru_cache(TEXTS)
def called_in(text: str) -> frozenset[str]:
    """The names of functions that are called."""
    return frozenset(re.findall(r"\b\w+(?=\()", text))


@lru_cache(TEXTS)
def set_in(text: str) -> frozenset[str]:
    """The names to which something is assigned."""
    return frozenset(re.findall(r"\b(\w+) [-+*/]?= ", text))

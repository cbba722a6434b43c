"""A part of a record with all of its texts changed, whatever it is made of.

In: a value and what becomes of a text. Out: the same value, new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import wraps
from typing import Any

Change = Callable[[str], str]


def rewritten(value: Any, change: Change) -> Any:
    """The value with every text in it changed; of a function, in what it returns."""
    match value:
        case str():
            return change(value)
        case Mapping():
            pairs = value.items()
            return {rewritten(k, change): rewritten(v, change) for k, v in pairs}
        case list() | tuple() | frozenset():
            return type(value)(rewritten(part, change) for part in value)
        case Enum():
            return value
        case _ if is_dataclass(value) and not isinstance(value, type):
            parts = {part.name: getattr(value, part.name) for part in fields(value)}
            return replace(value, **{k: rewritten(v, change) for k, v in parts.items()})
        case _ if callable(value):
            return with_rewritten_result(value, change)
        case _:
            return value


def with_rewritten_result(
    function: Callable[..., Any], change: Change
) -> Callable[..., Any]:
    """The same function, but of what it returns."""

    @wraps(function)
    def changed(*arguments: Any, **options: Any) -> Any:
        return rewritten(function(*arguments, **options), change)

    return changed

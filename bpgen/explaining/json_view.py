"""An explanation as JSON, for programs: every number in full, and as it is shown."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from bpgen.explaining.digits import shown
from bpgen.explaining.model import Explanation, Quantity
from bpgen.explaining.tex import plain

TEX = ("rule", "symbol")
NOT_SHOWN = ("script",)


def json_of(found: Explanation) -> str:
    """The whole explanation."""
    return json.dumps(_plain(found, found.digits), indent=1, allow_nan=False) + "\n"


def _plain(value: Any, places: int) -> Any:
    """A value of the model as JSON has it."""
    if isinstance(value, Quantity):
        return {
            "key": value.key,
            "name": value.name,
            "value": value.value,
            "digits": shown(value, places),
        }
    if is_dataclass(value):
        found: dict[str, Any] = {}
        for field in fields(value):
            own = getattr(value, field.name)
            if field.name in NOT_SHOWN:
                continue
            found[field.name] = _plain(own, places)
            if field.name in TEX:
                found[f"{field.name}_text"] = plain(own)
        return found
    if isinstance(value, tuple):
        return [_plain(own, places) for own in value]
    return value

"""Numbers by name as a file of safetensors: no code, no pickle.

In: tensors as nested lists. Out: the bytes: the size of a header, the header as JSON,
and all numbers as float64, one after the other.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any


def safetensors(tensors: Mapping[str, Any]) -> bytes:
    """The file of some tensors."""
    header: dict[str, Any] = {}
    parts: list[bytes] = []
    end = 0
    for name, listed in tensors.items():
        numbers = list(_numbers(listed))
        start, end = end, end + 8 * len(numbers)
        places = {"data_offsets": [start, end]}
        header[name] = {"dtype": "F64", "shape": _shape(listed), **places}
        parts.append(struct.pack(f"<{len(numbers)}d", *numbers))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # numbers begin where a processor likes it
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def _numbers(listed: Any) -> Iterator[float]:
    if not isinstance(listed, list):
        yield float(listed)
        return
    for item in listed:
        yield from _numbers(item)


def _shape(listed: Any) -> list[int]:
    shape = []
    while isinstance(listed, list):
        shape.append(len(listed))
        listed = listed[0]
    return shape

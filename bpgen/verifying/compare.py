"""Comparing nested numbers: to the bit, or to a tolerance relative to max(1, value)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number, text or null of nested lists and mappings, with where it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for at, item in enumerate(value):
            yield from leaves(item, f"{path}[{at}]")
    else:
        yield path, value


def error(got: Any, expected: Any) -> float:
    """How far a number is off; 0 only for the same bits, or zeros of both signs."""
    if not (isinstance(got, (int, float)) and isinstance(expected, (int, float))):
        return 0.0 if got == expected else math.inf
    got, expected = float(got), float(expected)
    if got == expected or (math.isnan(got) and math.isnan(expected)):
        return 0.0
    if not (math.isfinite(got) and math.isfinite(expected)):
        return math.inf
    off = abs(got - expected)
    return off / max(1.0, abs(expected)) or off or 5e-324


def assert_close(got: Any, expected: Any, tolerance: float) -> None:
    """The same shape, and each number as near as that."""
    ours, theirs = dict(leaves(got)), dict(leaves(expected))
    assert ours.keys() == theirs.keys(), "other names or another shape"
    errors = {path: error(ours[path], theirs[path]) for path in ours}
    worst = max(errors, key=lambda path: errors[path], default="")
    if worst and not errors[worst] <= tolerance:
        count = sum(not off <= tolerance for off in errors.values())
        found = f"{worst}: got {ours[worst]!r}, expected {theirs[worst]!r}"
        raise AssertionError(f"{found}; off by {errors[worst]:.1e}, {count} such")


def assert_same(got: Any, expected: Any) -> None:
    """The same shape and the same bits; 0.0 and -0.0 are one."""
    assert_close(got, expected, 0.0)


def assert_finite(value: Any) -> None:
    """No infinity and no NaN."""
    bad = [
        (path, number) for path, number in leaves(value) if not math.isfinite(number)
    ]
    assert not bad, f"{len(bad)} numbers are not finite, such as {bad[0]}"


def parsed(value: Any) -> Any:
    """The same with each saved state in the place of its JSON."""
    if isinstance(value, dict):
        return {key: parsed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [parsed(item) for item in value]
    is_state = isinstance(value, str) and value.startswith("{")
    return json.loads(value) if is_state else value

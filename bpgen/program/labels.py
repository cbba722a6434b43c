"""Names that a reader can take in: the same for a name whatever the net's size."""

from __future__ import annotations

import hashlib

LONGEST = 28  # a longer name is cut, and told apart by a few letters of its hash
KEPT = 21


def shortened(name: str) -> str:
    """The name, cut to a length that leaves room for arithmetic on a line."""
    if len(name) <= LONGEST:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:5]
    return f"{name[:KEPT].rstrip('_')}_h{mark}"

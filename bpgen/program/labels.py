"""Names that a reader can take in: the same for a name whatever the net's size."""

from __future__ import annotations

import hashlib

LONGEST = 28  # a longer name is cut, and told apart by a few letters of its hash
KEPT = 21
# What a comment must not begin with: it would be an order to some tool.
ORDERS = (
    *("coding", "flake8", "fmt", "ignore", "ignore_for_file", "isort", "mypy", "noqa"),
    *("nosec", "pylint", "pyright", "ruff", "type", "yapf"),
)


def shortened(name: str) -> str:
    """The name, cut to a length that leaves room for arithmetic on a line."""
    if len(name) <= LONGEST:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:5]
    return f"{name[:KEPT].rstrip('_')}_h{mark}"


def class_name_of(name: str) -> str:
    """`one_neuron_3in` as a class name: OneNeuron3in."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def heading(name: str) -> str:
    """The name of a layer or of its parameter as the beginning of a comment."""
    return f"layer {name}" if name.partition(".")[0] in ORDERS else name

"""The key `classes` of net.yaml: what the classes of the outputs are called.

The names travel into the emitted code as texts, so their characters are checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bpgen.catalog.losses import Loss, Targets
from bpgen.errors import Problems, shown
from bpgen.network.graph import Chain
from bpgen.program.axes import Axes
from bpgen.reading.kinds import Items, described, reject
from bpgen.reading.records import Values
from bpgen.reading.yaml_reader import Node, Scalar

MOST = 40  # characters
NAME = re.compile(r"""(?!\s)[ !#%&()*+,./0-9:;<=>?@A-Z\[\]^_a-z|~-]{1,40}(?<!\s)""")
END = "."  # as the first class's name: a text ends with it


@dataclass(frozen=True, slots=True)
class ClassName:
    """The name of a class: a text that no language reads anything into."""

    words = "a name"

    def read(self, node: Node, problems: Problems) -> str:
        """The name as it is written."""
        if not isinstance(node, Scalar):
            message = f"expected the name of a class, got {described(node)}"
            raise reject(problems, node.place, message)
        if not NAME.fullmatch(node.text):
            message = f"{shown(node.text)} cannot be the name of a class: write 1 to "
            message += (
                f"{MOST} plain characters, without quotes, backslash, $ or braces"
            )
            raise reject(problems, node.place, message)
        return node.text

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema: a number or a flag is read as its text."""
        return {"type": ["string", "number", "boolean"]}


def is_yes_or_no(loss: Loss, axes: Axes) -> bool:
    """Whether one output tells which of two classes it is: 0 or 1."""
    return loss.targets is Targets.UNIT and list(map(len, axes)) == [1]


def tells_by_largest(loss: Loss, axes: Axes) -> bool:
    """Whether outputs can tell a class by the largest of them, although the loss knows
    none: its targets are 1 for the class and 0 for the others."""
    takes = loss.targets in (Targets.NUMBERS, Targets.UNIT)
    return takes and len(axes) == 1 and len(axes[0]) > 1


def are_scores(values: Values, loss: Loss, axes: Axes) -> bool:
    """Whether they do: the data, which are IDX, have labels for such a loss."""
    data: Values | Items = values.get("data", Items())
    return "idx" in data and "labels" in data and tells_by_largest(loss, axes)


def class_names(
    values: Values, loss: Loss | None, chain: Chain, problems: Problems
) -> tuple[str, ...]:
    """The names of the classes; () if there are none, or not the right ones."""
    names: Items = values.get("classes", Items())
    if not names or loss is None or not chain.is_whole:
        return ()
    place, axes = values.at("classes"), chain.axes_of_last()
    is_one, tells_two = sum(map(len, axes)) == 1, is_yes_or_no(loss, axes)
    count = 2 if tells_two else len(axes[-1])
    twice = [at for at, name in enumerate(names) if name in names[:at]]
    is_known = loss.targets.are_classes or are_scores(values, loss, axes)
    if not (is_known or tells_two):
        message = f"{loss.name} knows no classes: leave `classes` out, or take "
        remedy = "binary_cross_entropy after a sigmoid" if is_one else ""
        problems.add(place, message + (remedy or "cross_entropy after a softmax"))
    elif len(names) != count:
        each = "that for 0, then that for 1" if tells_two else "one for each output"
        message = f"expected {count} classes, {each}, got {len(names)}"
        problems.add(place, message)
    elif twice:
        message = f"the class {shown(names[twice[0]])} stands twice"
        problems.add(names.places[twice[0]], message)
    return tuple(names)

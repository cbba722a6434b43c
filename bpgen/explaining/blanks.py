"""A handout: an explanation whose computed numbers are left out, with the solutions.

In and out: an explanation. A number that is left out is no number, which every view
shows as a line to write on.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from bpgen.explaining.model import Cell, Explanation, Losses, Quantity, Table

NOTHING = float("nan")
T = TypeVar("T")
TASK = (
    "Fill in every line, in this order: each number needs only those above it. The "
    "solutions stand on the last page."
)


def with_blanks(found: Explanation) -> Explanation:
    """The explanation with a line for every number, and the solutions."""
    rows: list[tuple[Cell, ...]] = [
        (made.quantity.name, made.quantity)
        for step in found.steps
        for made in step.derivations
    ]
    rows += [("loss after the step", found.losses.after)]
    solutions = Table("Solutions", "", ("number", "value"), tuple(rows), "solutions")
    steps = tuple(
        replace(step, derivations=tuple(map(_blank, step.derivations)))
        for step in found.steps
    )
    losses = Losses(*(_blank(getattr(found.losses, f.name)) for f in fields(Losses)))
    after = tuple(map(_blank, (weight.after for weight in found.weights)))
    weights = tuple(
        replace(
            weight,
            gradient=_blank(weight.gradient),
            after=own if not weight.is_frozen else weight.after,
            states=_blank(weight.states),
            samples=_blank(weight.samples),
            check=None,
        )
        for weight, own in zip(found.weights, after, strict=True)
    )
    return replace(
        found,
        about=f"{found.about} {TASK}".strip(),
        steps=steps,
        losses=losses,
        weights=weights,
        every=weights,
        numbers=tuple(map(_blank, found.numbers)),
        sample_losses=_blank(found.sample_losses),
        tables=(solutions,),
        contrast=None,
        curves=(),
        course=(),
        published=(),
    )


def _blank(value: T) -> T:
    """The value with every computed number left out."""
    own: Any = value
    if isinstance(own, Quantity):
        is_known = own.is_given or own.key == "one" or _is_start(own)
        return cast("T", own if is_known else replace(own, value=NOTHING))
    if is_dataclass(own) and not isinstance(own, type):
        found: Any = replace(
            own, **{f.name: _blank(getattr(own, f.name)) for f in fields(own)}
        )
        if hasattr(found, "check"):
            found = replace(found, check=None)
        return cast("T", found)
    if isinstance(own, tuple):
        return cast("T", tuple(map(_blank, own)))
    return value


def _is_start(quantity: Quantity) -> bool:
    """Whether a number is a weight before the step, which the net was given."""
    return quantity.key.startswith(("w_", "b_"))

"""A handout: an explanation whose computed numbers are left out, with the solutions.

In and out: an explanation. A number that is left out is no number, which every view
shows as a line to write on. What the explanation does not derive itself, because the
net is large, is given: nobody could fill it in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from bpgen.explaining.model import (
    Cell,
    Explanation,
    Factor,
    Losses,
    Part,
    Pixel,
    Quantity,
    Table,
)

NOTHING = float("nan")
FRAMED = "The one in the frame is told in full."  # of what a layer passes on
LONG = 9  # digits of a number that no other one has by chance
T = TypeVar("T")
TASK = (
    "Fill in every line, in this order: each number needs only those above it. The "
    "solutions stand on the last page."
)


def with_blanks(found: Explanation) -> Explanation:
    """The explanation with a line for every number, and the solutions."""
    told = [made.quantity for step in found.steps for made in step.derivations]
    rows: list[tuple[Cell, ...]] = [(own.name, own) for own in told]
    rows += [("loss after the step", found.losses.after)]
    values = {own.value for own in told if len(repr(own.value)) > LONG}
    blank = Blank({own.name for own in told}, values)
    solutions = Table("Solutions", "", ("number", "value"), tuple(rows), "solutions")
    steps = tuple(
        replace(
            step,
            derivations=tuple(map(blank.of, step.derivations)),
            tables=tuple(map(blank.table, step.tables)),
        )
        for step in found.steps
    )
    losses = Losses(
        *(blank.result(getattr(found.losses, f.name)) for f in fields(Losses))
    )
    weights = tuple(
        replace(
            weight,
            gradient=blank.result(weight.gradient),
            after=weight.after if weight.is_frozen else blank.result(weight.after),
            states=blank.result(weight.states),
            samples=blank.result(weight.samples),
            check=None,
        )
        for weight in found.weights
    )
    return replace(
        found,
        about=f"{found.about} {TASK}".strip(),
        steps=steps,
        losses=losses,
        weights=weights,
        every=weights if found.every else (),
        numbers=blank.of(found.numbers),
        boxes=tuple(replace(box, forward=None, slope=None) for box in found.boxes),
        sample_losses=blank.result(found.sample_losses),
        tables=(solutions,),
        contrast=None,
        curves=(),
        course=(),
        published=(),
    )


@dataclass(frozen=True, slots=True)
class Blank:
    """Leaves numbers out.

    Attributes:
        names: those of the numbers that are to be computed; `values` are these numbers.
    """

    names: set[str]
    values: set[float]

    def of(self, value: T) -> T:
        """The value without the numbers that are to be computed."""
        return self._without(value, lambda own: own.name in self.names)

    def result(self, value: T) -> T:
        """The value without any number that is computed."""
        return self._without(value, lambda own: True)

    def table(self, table: Table) -> Table:
        """A table in which what is to be computed is left out."""
        is_told = FRAMED in table.text
        rows = tuple(
            tuple(self.cell(cell, is_told) for cell in row) for row in table.rows
        )
        return replace(table, rows=rows)

    def cell(self, cell: Cell, is_told: bool) -> Cell:
        """One of its cells; whether what is marked is a number that is told."""
        match cell:
            case Pixel(is_lit=True) if is_told:
                return replace(cell, text="?", depth=0.0)
            case float() if cell in self.values:
                return NOTHING
            case Quantity() if cell.value in self.values:
                return replace(cell, value=NOTHING)
        return cell

    def _without(self, value: T, is_out: Callable[[Quantity], bool]) -> T:
        own: Any = value
        if isinstance(own, Quantity):
            is_known = own.is_given or own.key == "one" or _is_start(own)
            blank = not is_known and is_out(own)
            return cast("T", replace(own, value=NOTHING) if blank else own)
        if isinstance(own, (Part, Factor)):  # which only this number is made of
            return cast(
                "T",
                self._inside(replace(own, quantity=self.result(own.quantity)), is_out),
            )
        if is_dataclass(own) and not isinstance(own, type):
            return cast("T", self._inside(own, is_out))
        if isinstance(own, tuple):
            return cast("T", tuple(self._without(item, is_out) for item in own))
        return value

    def _inside(self, own: Any, is_out: Callable[[Quantity], bool]) -> Any:
        pairs = {
            f.name: self._without(getattr(own, f.name), is_out) for f in fields(own)
        }
        return replace(own, **(pairs | ({"check": None} if "check" in pairs else {})))


def _is_start(quantity: Quantity) -> bool:
    """Whether a number is a weight before the step, which the net was given."""
    return quantity.key.startswith(("w_", "b_"))

"""Dropout: in training, each value is left out with some probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.base import Source, Unary
from bpgen.program.builder import Builder
from bpgen.program.nodes import (
    Compare,
    Draw,
    Element,
    Number,
    Role,
    Select,
    Variable,
)
from bpgen.program.notes import Note, UnitNote
from bpgen.reading.kinds import Real
from bpgen.reading.records import Values

RATE = Real(0.0, 1.0, open_high=True)


def drop(
    build: Builder,
    x: Element,
    mask: Element,
    to: Element,
    rate: float,
    note: Note | None = None,
) -> None:
    """Add: to = x * mask, where the mask is drawn."""
    drawn = Variable("drawn", Role.LOCAL, "drawn").scalar()
    scale = Number(1.0 / (1.0 - rate))
    build.assign(drawn, Draw("uniform", Number(0.0), Number(1.0)), note)
    is_out = Compare("<", drawn, Number(rate))
    build.assign(mask, Select(is_out, Number(0.0), scale))
    build.assign(to, x * mask)


@dataclass(frozen=True)
class Dropout(Unary):
    """a = x * mask, where the mask is 0 or 1 / (1 - rate); any shape stays.

    Inverted dropout: since what is left is scaled up in training, the net at work
    uses all values as they are. Source: Srivastava et al. 2014, section 10.
    """

    type: ClassVar = "dropout"
    keys: ClassVar = {"rate": RATE}
    required: ClassVar = ("rate",)

    why: ClassVar = "What was left out did nothing for the loss: no slope for it."

    rate: float

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Dropout:
        return cls(name, source, options["rate"])

    @property
    def words(self) -> str:
        return f"dropout, rate {self.rate:g}"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    def forward(self, build: Builder, x: Variable) -> Variable:
        if not build.training:
            return x
        mask = build.value("mask", self.name, self.axes, self.letters)
        a = build.value("a", self.name, self.axes, self.letters)
        with build.section(self.note), build.loops(self.axes, self.letters) as at:
            build.head(UnitNote(a[at], "left out, or scaled up"))
            drop(build, x[at], mask[at], a[at], self.rate)
        return a

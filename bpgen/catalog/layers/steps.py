"""From a sequence to one value a feature: a step of it, the mean, the largest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.base import LayerError, Source, Unary, sequence_fault
from bpgen.catalog.layers.pool import GlobalMaxPool
from bpgen.errors import how_many
from bpgen.program.builder import Builder
from bpgen.program.nodes import Number, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.records import Values


@dataclass(frozen=True)
class OverSteps(Unary):
    """Shapes: [time, features] to [features]."""

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> OverSteps:
        _check_steps(cls.type, source)
        return cls(name, source)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape[1:]


def _check_steps(kind: str, source: Source) -> None:
    """Refuse what is no sequence.

    Raises:
        LayerError: it is none.
    """
    if len(source.axes) != 2:
        fault = sequence_fault(kind, source)
        is_there = source.steps_by and kind == "last_step"
        raise LayerError(fault + ", or leave last_step out" * bool(is_there))


@dataclass(frozen=True)
class FirstStep(OverSteps):
    """a_i = x_(1, i)"""

    type: ClassVar = "first_step"
    why: ClassVar = "The first step alone was passed on, so it alone gets the slope."

    @property
    def words(self) -> str:
        return "step 1, the first one"

    def forward(self, build: Builder, x: Variable) -> Variable:
        a = build.value("a", self.name, self.axes)
        with build.section(self.note), build.loop(self.shape[0]) as i:
            build.assign(a[i], x[0, i])
        return a


@dataclass(frozen=True)
class LastStep(OverSteps):
    """a_i = x_(T, i)"""

    type: ClassVar = "last_step"
    why: ClassVar = "The last step alone was passed on, so it alone gets the slope."

    @property
    def words(self) -> str:
        return f"step {self.source.shape[0]}, the last one"

    def forward(self, build: Builder, x: Variable) -> Variable:
        a, steps = build.value("a", self.name, self.axes), self.source.shape[0]
        with build.section(self.note), build.loop(self.shape[0]) as i:
            build.assign(a[i], x[steps - 1, i])
        return a


@dataclass(frozen=True)
class MeanSteps(OverSteps):
    """a_i = the sum over t of x_(t, i), divided by the number of steps."""

    type: ClassVar = "mean_steps"
    why: ClassVar = "All steps have the same share in their mean."

    @property
    def words(self) -> str:
        return f"the mean over {how_many(self.source.shape[0], 'step')}"

    def forward(self, build: Builder, x: Variable) -> Variable:
        steps = self.source.shape[0]
        total = build.value("total", self.name, self.axes)
        a = build.value("a", self.name, self.axes) if steps > 1 else total
        with build.section(self.note), build.loop(self.shape[0]) as i:
            build.head(UnitNote(a[i], "its mean"))
            build.assign(total[i], Number(0.0))
            with build.loop(steps, "t") as t:
                build.accumulate(total[i], x[t, i])
            if steps > 1:
                build.assign(a[i], total[i] / Number(float(steps)))
        return a


@dataclass(frozen=True)
class MaxSteps(GlobalMaxPool):
    """a_i = the largest of all x_(t, i), the first of equals."""

    type: ClassVar = "max_steps"
    unit_words: ClassVar = "the largest over the steps, the first of equals"
    why: ClassVar = (
        "The step with the largest number alone was passed on, so it gets the slope."
    )

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> MaxSteps:
        _check_steps(cls.type, source)
        return cls(name, source)

    @property
    def words(self) -> str:
        return f"the largest over {how_many(self.source.shape[0], 'step')}"

    @property
    def axis(self) -> int:
        return 1  # of the features, whatever was before

"""Layers that look up rows of numbers: of indices, and of places in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bpgen.catalog.layers.base import (
    LayerError,
    Parameter,
    Source,
    Unary,
    numbered,
    sequence_fault,
    unit_axes,
)
from bpgen.catalog.layers.keys import INITIALIZER, initial
from bpgen.program.axes import Numbered
from bpgen.program.builder import Axes, Builder
from bpgen.program.nodes import Draw, Expression, Number, Variable
from bpgen.program.notes import UnitNote
from bpgen.reading.kinds import Whole
from bpgen.reading.records import Values

SIZE = Whole(1, 1_000_000)
_NORMAL = Draw("normal", Number(0.0), Number(1.0))  # the default, as in PyTorch


@dataclass(frozen=True)
class Embedding(Unary):
    """Each index of the input becomes its own learned row of the weight.

    Shapes: [time] indices to [time, size]; weight [vocabulary][size].
    """

    type: ClassVar = "embedding"
    keys: ClassVar = {"vocabulary": SIZE, "size": SIZE, "initializer": INITIALIZER}
    required: ClassVar = ("vocabulary", "size")
    regularized: ClassVar = False

    why: ClassVar = "Only the rows that were chosen were of any effect on the loss."

    vocabulary: int
    size: int
    initial: Expression

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Embedding:
        if len(source.axes) > 1:
            raise LayerError(f"embedding needs [time] indices, got {source}")
        vocabulary, size = options["vocabulary"], options["size"]
        start = initial(options.get("initializer"), size, vocabulary, _NORMAL)
        return cls(name, source, vocabulary, size, start)

    @property
    def words(self) -> str:
        return f"embedding, {self.size} numbers for each of {self.vocabulary} indices"

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self.source.shape, self.size)

    @property
    def index_count(self) -> int:
        return self.vocabulary

    def parameters(self) -> tuple[Parameter, ...]:
        # numbered from 0, as the indices are
        stem = unit_axes(self.name, (1,))[0][0][:-1]
        rows = Numbered(self.vocabulary, stem, first=0)
        axes: Axes = (rows, *numbered((self.size,)))
        return (Parameter.of(self.name, "weight", axes, self.initial, letters="ni"),)

    def forward(self, build: Builder, x: Variable) -> Variable:
        a = build.value("a", self.name, self.axes, "ti")
        (weight,) = (p.variable for p in self.used_parameters())
        with build.section(self.note), build.loop(len(x.axes[0]), "t") as t:
            row = build.whole("row", x[t], self.vocabulary)
            with build.loop(self.size) as i:
                words = "the row of the weight that its input chooses"
                build.head(UnitNote(a[t, i], words))
                build.assign(a[t, i], weight[row, i])
        return a


@dataclass(frozen=True)
class PositionalEmbedding(Unary):
    """Adds the learned row t to step t, so that later layers know the place.

    Shapes: [time, features] stays; weight [time][features].
    """

    type: ClassVar = "positional_embedding"
    keys: ClassVar = {"initializer": INITIALIZER}
    regularized: ClassVar = False

    initial: Expression

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> PositionalEmbedding:
        if len(source.axes) != 2:
            raise LayerError(sequence_fault(cls.type, source))
        steps, features = source.shape
        start = initial(options.get("initializer"), features, steps, _NORMAL)
        return cls(name, source, start)

    @property
    def words(self) -> str:
        return f"positional_embedding of {self.shape[0]} steps"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    def parameters(self) -> tuple[Parameter, ...]:
        axes = unit_axes(self.name, self.shape)
        return (Parameter.of(self.name, "weight", axes, self.initial, letters="ti"),)

    def forward(self, build: Builder, x: Variable) -> Variable:
        a = build.value("a", self.name, self.axes, "ti")
        (weight,) = (p.variable for p in self.used_parameters())
        with build.section(self.note), build.loops(self.axes, "ti") as at:
            build.head(UnitNote(a[at], "its input, plus the weight of its place"))
            build.assign(a[at], x[at] + weight[at])
        return a

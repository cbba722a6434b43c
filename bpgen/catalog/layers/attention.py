"""The attention layer: every step mixes what other steps have to say."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from bpgen.catalog.layers.base import (
    LayerError,
    Parameter,
    Source,
    Unary,
    sequence_fault,
    unit_axes,
)
from bpgen.catalog.layers.keys import INITIALIZER, initial
from bpgen.catalog.rows import SoftmaxRows
from bpgen.program.builder import Builder
from bpgen.program.nodes import Expression, Number, Variable
from bpgen.program.notes import TitleNote, UnitNote
from bpgen.program.simplify import divide
from bpgen.reading.kinds import Flag, Whole
from bpgen.reading.records import Values

PARTS = ("query", "key", "value", "output")


@dataclass(frozen=True)
class Attention(Unary):
    """Multi-head self-attention; of each step t and each head:

    q, k, v = weighted sums of the features; for each step u that t may see
    z_u = q_t . k_u / sqrt(d), p = softmax(z), c = the sum of p_u * v_u; then the
    output is a weighted sum of all heads' c.

    Shapes: [time, features] stays; head h has the features h * d ... (h + 1) * d - 1
    of q, k, v and c. Each weight [features][features], each bias [features].
    Source: Vaswani et al. 2017, section 3.2.
    """

    type: ClassVar = "attention"
    keys: ClassVar = {
        "heads": Whole(1, 1_000_000),
        "causal": Flag(),
        "bias": Flag(),
        "initializer": INITIALIZER,
    }

    why: ClassVar = (
        "What a step takes from another one goes back three ways: into the value that "
        "it took, and through its share into the query and the key that fit so well. "
        "All shares of a step sum to 1: what one gains, the others lose."
    )

    heads: int
    causal: bool  # whether a step sees none of the later ones
    has_bias: bool
    initial: Expression

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Attention:
        if len(source.axes) != 2:
            raise LayerError(sequence_fault(cls.type, source))
        heads, features = options.get("heads", 1), source.shape[1]
        if features % heads:
            message = (
                f"{features} features of the input {source} do not divide "
                f"into {heads} heads"
            )
            raise LayerError(message, "heads")
        return cls(
            name,
            source,
            heads,
            options.get("causal", False),
            options.get("bias", True),
            initial(options.get("initializer"), features, features),
        )

    @property
    def words(self) -> str:
        heads = "1 head" if self.heads == 1 else f"{self.heads} heads"
        return f"{'causal ' if self.causal else ''}attention, {heads}"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    @property
    def size(self) -> int:
        """How many features each head has."""
        return self.shape[1] // self.heads

    def parameters(self) -> tuple[Parameter, ...]:
        rows = unit_axes(self.name, self.shape[1:])
        found = []
        for part in PARTS:
            axes = {"weight": (*rows, self.source.axes[1])}
            axes |= {"bias": rows} if self.has_bias else {}
            found += [
                Parameter.of(
                    self.name,
                    f"{part}.{last}",
                    axes[last],
                    self.initial if last == "weight" else Number(0.0),
                    prefix=f"{last[0]}{part[0]}",  # wq, bq, wk ...
                )
                for last in axes
            ]
        return tuple(found)

    def forward(self, build: Builder, x: Variable) -> Variable:
        with build.section(self.note):
            query, key, value = self._weighted_sums(
                build,
                x,
                ("query", "key", "value"),
                "three weighted sums of the features of its step",
                "query, key and value",
            )
            mixed = self._mixed(build, query, key, value)
            (outputs,) = self._weighted_sums(
                build,
                mixed,
                ("output",),
                "the weighted sum of what all heads found",
                "output",
            )
        return outputs

    def _weighted_sums(
        self, build: Builder, x: Variable, parts: tuple[str, ...], words: str, kind: str
    ) -> list[Variable]:
        """Dense layers side by side, the same at every step."""
        own = {p.name.partition(".")[2]: p.variable for p in self.used_parameters()}
        names = ["a" if part == "output" else part for part in parts]
        sums = [build.value(name, self.name, self.axes, "ti") for name in names]
        with build.loops(self.axes, "ti") as at:
            build.head(UnitNote(sums[0][at], words, kind=kind))
            for part, z in zip(parts, sums, strict=True):
                bias = own.get(f"{part}.bias")
                build.assign(z[at], bias[at[1]] if bias else Number(0.0))
            with build.loop(self.shape[1], "j") as j:
                for part, z in zip(parts, sums, strict=True):
                    term = own[f"{part}.weight"][at[1], j] * x[at[0], j]
                    build.accumulate(z[at], term)
        return sums

    def _mixed(
        self, build: Builder, query: Variable, key: Variable, value: Variable
    ) -> Variable:
        """What each head of each step takes from the values of all steps."""
        steps = self.shape[0]
        square = unit_axes(self.name, (self.heads, steps, steps))
        dot = build.value("dot", self.name, square, "htu")
        z = build.value("z", self.name, square, "htu")
        rows = SoftmaxRows.of(build, z, self.name, "shares")
        mixed = build.value("mixed", self.name, self.axes, "ti")
        with build.loop(self.heads, "h") as head, build.loop(steps, "t") as t:
            end = t + 1 if self.causal else steps
            words = "the steps that it attends to, and what it takes from them"
            build.head(UnitNote(rows.total[head, t], words, kind="head and step"))
            with build.loop(end, "u") as u:
                at = (head, t, u)
                fit = TitleNote("How well a step's key fits the query.")
                build.assign(dot[at], Number(0.0), fit)
                with build.loop(self.size, "k") as k:
                    of = head * self.size + k
                    build.accumulate(dot[at], query[t, of] * key[u, of])
                build.assign(rows.z[at], divide(dot[at], Number(sqrt(self.size))))
            rows.add(build, (head, t), end)
            with build.loop(self.size, "k") as k:
                of = head * self.size + k
                shares = TitleNote("The values of the steps, each by its share.")
                build.assign(mixed[t, of], Number(0.0), shares)
                with build.loop(end, "u") as u:
                    term = rows.outputs[head, t, u] * value[u, of]
                    build.accumulate(mixed[t, of], term)
        return mixed

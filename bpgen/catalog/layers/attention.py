"""The attention layer: every step mixes what other steps have to say."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import ClassVar

from bpgen.catalog.layers.base import (
    LayerError,
    Parameter,
    Source,
    Unary,
    sequence_fault,
    unit_axes,
)
from bpgen.catalog.layers.dropout import RATE, drop
from bpgen.catalog.layers.keys import INITIALIZER, initial
from bpgen.catalog.rows import SoftmaxRows
from bpgen.errors import how_many
from bpgen.program.builder import Axes, Builder
from bpgen.program.functions import FUNCTIONS
from bpgen.program.nodes import (
    Call,
    Expression,
    Index,
    Number,
    Position,
    Role,
    Variable,
)
from bpgen.program.notes import TitleNote, UnitNote
from bpgen.program.simplify import divide
from bpgen.reading.kinds import Flag, Whole
from bpgen.reading.records import Values

BASE = 10_000.0  # of the angles of rotary positions
PARTS = ("query", "key", "value", "output")


@dataclass(frozen=True)
class Attention(Unary):
    """Multi-head self-attention; of each step t and each head:

    q, k, v = weighted sums of the features; for each step u that t may see
    z_u = q_t . k_u / sqrt(d), p = softmax(z), c = the sum of p_u * v_u; then the
    output is a weighted sum of all heads' c.

    Shapes: [time, features] stays; head h has the numbers h * d ... (h + 1) * d - 1
    of q, k, v and c, which have `size` numbers each. Weights [size][features], that of
    the output [features][size]; biases [size] and [features]. In training some shares
    are left out, the others scaled up, as dropout does.
    With `rotary`, the numbers i and i + d / 2 of each head's query and key are turned
    by the angle t / 10000 ^ (2i / d), so that a fit depends on how far steps are apart.
    Source: Vaswani et al. 2017, section 3.2; Su et al. 2021, section 3.2.2, with the
    pairs of LLaMA's weights as they are exchanged (a head's halves, not neighbours).
    """

    type: ClassVar = "attention"
    keys: ClassVar = {
        "heads": Whole(1, 1_000_000),
        "causal": Flag(),
        "size": Whole(1, 1_000_000),
        "rotary": Flag(),
        "dropout": RATE,
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
    inner: int  # the numbers of all heads' queries together
    rotary: bool  # whether queries and keys are turned by their step
    rate: float  # of dropout
    has_bias: bool
    initial: Expression
    initial_output: Expression

    @classmethod
    def resolve(cls, name: str, source: Source, options: Values) -> Attention:
        if len(source.axes) != 2:
            raise LayerError(sequence_fault(cls.type, source))
        heads, features = options.get("heads", 1), source.shape[1]
        inner = options.get("size", features)
        if inner % heads:
            of = f"{features} features of the input {source} do"
            of = f"the size {inner} does" if "size" in options else of
            raise LayerError(f"{of} not divide into {heads} heads", "heads")
        if options.get("rotary") and inner // heads % 2:
            message = f"rotary turns pairs: {inner // heads} numbers in a head are odd"
            raise LayerError(message, "rotary")
        return cls(
            name,
            source,
            heads,
            options.get("causal", False),
            inner,
            options.get("rotary", False),
            options.get("dropout", 0.0),
            options.get("bias", True),
            initial(options.get("initializer"), features, inner),
            initial(options.get("initializer"), inner, features),
        )

    @property
    def words(self) -> str:
        heads = how_many(self.heads, "head")
        size = f" of {self.size}" if self.inner != self.shape[1] else ""
        dropout = f", dropout {self.rate:g}" if self.rate else ""
        causal = "causal " if self.causal else ""
        rotary = ", rotary" if self.rotary else ""
        return f"{causal}attention, {heads}{size}{rotary}{dropout}"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.source.shape

    @property
    def size(self) -> int:
        """How many numbers each head's query has."""
        return self.inner // self.heads

    @property
    def inner_axes(self) -> Axes:
        """The labels of queries, keys and values."""
        return unit_axes(self.name, (self.shape[0], self.inner))

    def parameters(self) -> tuple[Parameter, ...]:
        seen, inner = self.source.axes[1], unit_axes(self.name, (self.inner,))
        mixed = seen if self.inner == len(seen) else inner[0]
        found = []
        for part in PARTS:
            is_output = part == "output"
            rows = unit_axes(self.name, self.shape[1:]) if is_output else inner
            axes = {"weight": (*rows, mixed if is_output else seen)}
            axes |= {"bias": rows} if self.has_bias else {}
            start = self.initial_output if is_output else self.initial
            found += [
                Parameter.of(
                    self.name,
                    f"{part}.{last}",
                    axes[last],
                    start if last == "weight" else Number(0.0),
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
            if self.rotary:
                query, key = self._turned(build, (("query", query), ("key", key)))
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
        is_output = parts == ("output",)
        axes = self.axes if is_output else self.inner_axes
        count = self.inner if is_output else self.source.shape[1]
        sums = [build.value(name, self.name, axes, "ti") for name in names]
        with build.loops(axes, "ti") as at:
            build.head(UnitNote(sums[0][at], words, kind=kind))
            for part, z in zip(parts, sums, strict=True):
                bias = own.get(f"{part}.bias")
                build.assign(z[at], bias[at[1]] if bias else Number(0.0))
            with build.loop(count, "j") as j:
                for part, z in zip(parts, sums, strict=True):
                    term = own[f"{part}.weight"][at[1], j] * x[at[0], j]
                    build.accumulate(z[at], term)
        return sums

    def _turned(
        self, build: Builder, both: tuple[tuple[str, Variable], ...]
    ) -> list[Variable]:
        """Queries and keys, each pair of numbers turned by an angle that grows with
        the step."""
        steps, pairs = self.shape[0], self.size // 2
        axes = unit_axes(self.name, (steps, pairs))
        cosine = build.value("cosine", self.name, axes, "tk")
        sine = build.value("sine", self.name, axes, "tk")
        angle = Variable("angle", Role.LOCAL, "angle").scalar()
        with build.loop(steps, "t") as t, build.loop(pairs, "k") as k:
            build.head(UnitNote(cosine[t, k], "how far its step turns it", kind="pair"))
            slowness = Number(-2.0 * log(BASE) / self.size)
            turns = Call(FUNCTIONS["exp"], (Position(k) * slowness,))
            build.assign(angle, Position(t) * turns)
            build.assign(cosine[t, k], Call(FUNCTIONS["cos"], (angle,)))
            build.assign(sine[t, k], Call(FUNCTIONS["sin"], (angle,)))
        heads = unit_axes(self.name, (steps, self.heads, self.size))
        found = [
            build.value(f"turned_{part}", self.name, heads, "thk") for part, _ in both
        ]
        with (
            build.loop(steps, "t") as t,
            build.loop(self.heads, "h") as head,
            build.loop(pairs, "k") as k,
        ):
            words = "a pair of numbers of its query and its key, turned"
            build.head(UnitNote(found[0][t, head, k], words, kind="pair"))
            for (_, x), to in zip(both, found, strict=True):
                one = x[t, head * self.size + k]
                other = x[t, head * self.size + k + pairs]
                c, s = cosine[t, k], sine[t, k]
                build.assign(to[t, head, k], one * c - other * s)
                build.assign(to[t, head, k + pairs], one * s + other * c)
        return found

    def _mixed(
        self, build: Builder, query: Variable, key: Variable, value: Variable
    ) -> Variable:
        """What each head of each step takes from the values of all steps."""
        steps = self.shape[0]
        square = unit_axes(self.name, (self.heads, steps, steps))
        dot = build.value("dot", self.name, square, "htu")
        z = build.value("z", self.name, square, "htu")
        rows = SoftmaxRows.of(build, z, self.name, "shares")
        mixed = build.value("mixed", self.name, self.inner_axes, "ti")
        taken = rows.outputs
        if self.rate and build.training:
            taken = build.value("kept", self.name, square, "htu")
        with build.loop(self.heads, "h") as head, build.loop(steps, "t") as t:
            end = t + 1 if self.causal else steps
            words = "the steps that it attends to, and what it takes from them"
            build.head(UnitNote(rows.total[head, t], words, kind="head and step"))
            with build.loop(end, "u") as u:
                at = (head, t, u)
                fit = TitleNote("How well a step's key fits the query.")
                build.assign(dot[at], Number(0.0), fit)
                with build.loop(self.size, "k") as k:
                    own: tuple[Index, ...] = (head * self.size + k,)
                    own = (head, k) if self.rotary else own
                    asks, answers = (t, *own), (u, *own)
                    fits = query[asks] * key[answers]
                    build.accumulate(dot[at], fits)
                build.assign(rows.z[at], divide(dot[at], Number(sqrt(self.size))))
            rows.add(build, (head, t), end)
            if taken is not rows.outputs:
                with build.loop(end, "u") as u:
                    at = (head, t, u)
                    mask = build.value("mask", self.name, square, "htu")[at]
                    note = TitleNote("Some shares are left out, the others scaled up.")
                    drop(build, rows.outputs[at], mask, taken[at], self.rate, note)
            with build.loop(self.size, "k") as k:
                of = head * self.size + k
                shares = TitleNote("The values of the steps, each by its share.")
                build.assign(mixed[t, of], Number(0.0), shares)
                with build.loop(end, "u") as u:
                    term = taken[head, t, u] * value[u, of]
                    build.accumulate(mixed[t, of], term)
        return mixed

"""Attention of any library as one layer, whose heads stand one after the other.

In: values that are queries, keys and values, each made by a dense layer; later the
projection of what they give. Out: the layer's options and parameters. Weights follow
the places of their values: packed, split and permuted ones need no rule of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bpgen.importing.draft import Draft, RefusedError, Value
from bpgen.importing.places import Places
from bpgen.importing.weights import Weights, stacked

Projection = tuple[Weights, "Weights | None"]  # rows of a weight and of its bias
# What modules call their output projection: the layer has the name of the module.
OUTPUTS = ("c_proj", "proj", "out_proj", "o_proj", "output", "wo", "out", "to_out")
EXACT, NEAR = 1e-12, 1e-5  # how far angles of float64, and of float32, may be off
BASE = 10_000.0  # of the angles of rotary positions
UNPROJECTED = (
    "attention without an output projection has no counterpart: add a Linear after it"
)


@dataclass(frozen=True, slots=True)
class Turned:
    """Queries or keys [heads, steps, size] that are turned by their steps: each element
    the sum of some places of a layer, each times a number."""

    layer: str
    shape: tuple[int, int, int]
    terms: tuple[tuple[tuple[int, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Queries, keys or values: what they are of, their sizes, the rows of the dense
    layer that makes them, and a factor."""

    source: str
    sizes: tuple[int, int, int]  # heads, steps, numbers in a head
    projection: Projection
    factor: float
    is_turned: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What an attention layer is to be made with."""

    options: dict[str, Any]
    parameters: dict[str, Weights]
    frozen: list[str]


@dataclass(frozen=True, slots=True)
class Pending:
    """Attention whose output projection is still to come; its output has the heads
    one after the other in each step."""

    source: str
    steps: int
    parts: tuple[Projection, Projection, Projection]
    heads: int
    is_causal: bool
    is_turned: bool
    rate: float

    @property
    def features(self) -> int:
        """All heads' together."""
        return self.parts[2][0].shape[0]

    @property
    def places(self) -> Places:
        """Where the numbers of [heads, steps, size] stand in its output."""
        size = self.features // self.heads
        return Places.whole((self.steps, self.heads, size)).permuted((1, 0, 2))

    def joined(self, others: Sequence[Pending]) -> Pending:
        """Several of some heads each, side by side; this one is the first of them.

        Raises:
            RefusedError: they are not heads of one attention.
        """
        if any(replace(self, parts=other.parts) != other for other in others):
            raise RefusedError("heads of different attentions cannot be joined")
        merged = []
        for number in range(3):
            weights = stacked([other.parts[number][0] for other in others])
            biases = [other.parts[number][1] for other in others]
            known = [bias for bias in biases if bias is not None]
            if known and len(known) < len(biases):
                raise RefusedError("some heads have a bias and some have none")
            merged.append((weights, stacked(known) if known else None))
        parts = merged[0], merged[1], merged[2]
        return replace(self, parts=parts, heads=len(others) * self.heads)

    def projected(self, value: Value, output: Projection, features: int) -> Made:
        """The layer, once its output is multiplied by a weight.

        Raises:
            RefusedError: its sizes have no counterpart.
        """
        inner = self.features
        first = value.places.at[:inner]
        rows = tuple(p + t * inner for t in range(self.steps) for p in first)
        if value.shape != (self.steps, inner) or value.places.at != rows:
            raise RefusedError("what attention gives is rearranged over its steps")
        weight, bias = output
        if weight.shape != (features, inner):
            raise RefusedError(
                f"attention from {features} features to {weight.shape[0]} has no "
                "counterpart: both have to be alike"
            )
        made = made_of(self.parts, (weight.columns_at(first), bias), self.heads)
        flags = {"causal": self.is_causal, "rotary": self.is_turned}
        made.options.update({key: True for key, is_so in flags.items() if is_so})
        return made


def made_of(parts: Sequence[Projection], output: Projection, heads: int) -> Made:
    """A layer of these projections: zeros for biases that some of them lack."""
    own = dict(zip(("query", "key", "value", "output"), (*parts, output), strict=True))
    inner, features = own["query"][0].shape
    options: dict[str, Any] = {"heads": heads}
    if inner != features:
        options["size"] = inner
    has_bias = any(bias for _, bias in own.values())
    if not has_bias:
        options["bias"] = False
    found, frozen = {}, []
    for name, (weight, bias) in own.items():
        found[f"{name}.weight"] = weight
        if has_bias:
            found[f"{name}.bias"] = bias or Weights.constant(weight.shape[:1], 0.0)
            frozen += [] if bias else [f"{name}.bias"]
    return Made(options, found, frozen)


def with_output_bias(draft: Draft, layer: str, bias: Weights) -> bool:
    """Give an attention layer the bias that is added to it, if it has none there."""
    entry = draft.entries.get(layer)
    name = f"{layer}.output.bias"
    has_own = name in draft.parameters and name not in draft.frozen
    if entry is None or entry.type != "attention" or has_own:
        return False
    if entry.options.pop("bias", True) is False:
        for part in ("query", "key", "value"):
            rows = draft.parameters[f"{layer}.{part}.weight"].shape[:1]
            draft.parameters[f"{layer}.{part}.bias"] = Weights.constant(rows, 0.0)
            draft.frozen.append(f"{layer}.{part}.bias")
    else:
        draft.frozen.remove(name)
    draft.parameters[name] = bias
    return True


def mixed(
    draft: Draft,
    of: Sequence[Value | Turned],
    factor: float,
    is_causal: bool,
    rate: float = 0.0,
    exactness: float = 1e-12,
) -> Pending:
    """Attention up to its output projection, of queries, keys and values.

    Raises:
        RefusedError: net.yaml has none such.
    """
    query, key, value = (_rows(draft, part) for part in of)
    if len({(part.source, part.sizes) for part in (query, key, value)}) > 1:
        raise RefusedError(
            "query, key and value are of different layers or sizes: net.yaml has "
            "self-attention only"
        )
    if value.factor != 1.0:
        raise RefusedError("scaled values have no counterpart")
    if query.is_turned != key.is_turned or value.is_turned:
        raise RefusedError(
            "rotary positions have to turn queries and keys, and nothing else"
        )
    heads, steps, size = query.sizes
    factor *= query.factor * key.factor * math.sqrt(size)
    asks = query.projection
    if abs(factor - 1.0) > exactness:
        asks = _scaled(asks[0], factor), asks[1] and _scaled(asks[1], factor)
    parts = asks, key.projection, value.projection
    return Pending(query.source, steps, parts, heads, is_causal, query.is_turned, rate)


def _scaled(weights: Weights, factor: float) -> Weights:
    numbers = tuple(number * factor for number in weights.numbers)
    return replace(weights, numbers=numbers, factors=(factor,))


def _rows(draft: Draft, part: Value | Turned) -> Rows:
    """What queries, keys or values are made of.

    Raises:
        RefusedError: they are not made by one dense layer.
    """
    value = straightened(draft, part) if isinstance(part, Turned) else part
    layer, factor = unscaled(draft, value.layer)
    entry = draft.entries.get(layer)
    shape = value.shape if len(value.shape) == 3 else (1, *value.shape)
    if entry is None or entry.type != "dense" or len(shape) != 3:
        raise RefusedError("queries, keys and values have to be made by a Linear each")
    heads, steps, size = shape
    units = entry.shape[-1]
    rows: list[int] = []
    for head in range(heads):
        start = head * steps * size
        first = value.places.at[start : start + size]
        wanted = tuple(p + t * units for t in range(steps) for p in first)
        if wanted != value.places.at[start : start + steps * size]:
            raise RefusedError("queries, keys or values are rearranged over the steps")
        rows += first
    if len({*rows}) < len(rows):
        raise RefusedError("queries that share keys or values have no counterpart")
    owner = entry.options.get("share", layer)
    weight = draft.parameters[f"{owner}.weight"]
    bias = draft.parameters.get(f"{owner}.bias")
    both = weight.rows(rows), None if bias is None else bias.rows(rows)
    is_turned = isinstance(part, Turned)
    return Rows(entry.inputs[0], (heads, steps, size), both, factor, is_turned)


def unscaled(draft: Draft, layer: str) -> tuple[str, float]:
    """The layer below functions that multiply by a number, and their product."""
    factor = 1.0
    while layer in draft.entries and draft.entries[layer].type in draft.functions:
        formula = draft.functions[draft.entries[layer].type]
        sign, number = formula.split()[1:] if formula.startswith("x ") else ("", "0")
        if formula == "-x":
            sign, number = "*", "-1.0"
        if sign not in ("*", "/"):
            break
        factor *= float(number) if sign == "*" else 1.0 / float(number)
        (layer,) = draft.entries[layer].inputs
    return layer, factor


def straightened(draft: Draft, turned: Turned) -> Value:
    """What was turned, each head's pairs in the order that net.yaml has: a half of
    their first numbers by falling speed, then their second ones.

    Raises:
        RefusedError: they are not turned as rotary positions are.
    """
    heads, steps, size = turned.shape
    if steps < 2 or size % 2 or any(len(two) != 2 for two in turned.terms):
        raise RefusedError(OTHER_TURNS)
    found: list[int] = []
    worst = 0.0
    for head in range(heads):
        start = head * steps * size
        second = turned.terms[start + size : start + 2 * size]  # of step 1
        order = _pairs(second, size)
        for step in range(steps):
            row = turned.terms[start + step * size : start + (step + 1) * size]
            places, difference = _checked_row(row, order, step)
            found, worst = found + places, max(worst, difference)
    if worst > EXACT:
        draft.inexactness = max(draft.inexactness, worst)
        draft.note(
            "the angles of rotary positions are rounded in the model and exact here: "
            "predictions differ by less than 1e-5"
        )
    return Value(turned.layer, Places(turned.shape, tuple(found)))


OTHER_TURNS = (
    "a constant for each element has no counterpart, but rotary positions that turn "
    "pairs of a head's numbers by step / 10000 ^ (2 i / size)"
)


def _pairs(
    row: Sequence[tuple[tuple[int, float], ...]], size: int
) -> list[tuple[int, int, int, float]]:
    """Of the pairs of a head, by falling speed: the element that has the first number
    and the one that has the second, which of its terms is its own, and the angle."""
    firsts = []
    for number, terms in enumerate(row):
        own = 0 if terms[0][1] > 0.0 > terms[1][1] else 1
        if terms[own][1] > 0.0 > terms[1 - own][1]:
            angle = math.atan2(-terms[1 - own][1], terms[own][1])
            firsts.append((number, own, angle))
    found: dict[int, tuple[int, int, int, float]] = {}
    for number, own, angle in firsts:
        both = {place for place, _ in row[number]}
        others = [
            n
            for n, terms in enumerate(row)
            if n != number and {place for place, _ in terms} == both
        ]
        speed = -math.log(angle) / math.log(BASE) * size / 2
        if len(others) != 1 or abs(speed - round(speed)) > 1e-3:
            raise RefusedError(OTHER_TURNS)
        found[round(speed)] = number, others[0], own, BASE ** (-2 * round(speed) / size)
    if sorted(found) != list(range(size // 2)):
        raise RefusedError(OTHER_TURNS)
    return [found[speed] for speed in range(size // 2)]


def _checked_row(
    row: Sequence[tuple[tuple[int, float], ...]],
    order: Sequence[tuple[int, int, int, float]],
    step: int,
) -> tuple[list[int], float]:
    """The places of one head at one step, in the order of net.yaml; how far its numbers
    are from those that net.yaml turns by.

    Raises:
        RefusedError: they are turned by other angles.
    """
    firsts, seconds, worst = [], [], 0.0
    for one, other, own, angle in order:
        first, second = row[one][own][0], row[one][1 - own][0]
        cosine, sine = math.cos(step * angle), math.sin(step * angle)
        wanted = {first: cosine, second: -sine}, {second: cosine, first: sine}
        for number, terms in zip((one, other), wanted, strict=True):
            given = dict(row[number])
            if given.keys() != terms.keys():
                raise RefusedError(OTHER_TURNS)
            worst = max(worst, *(abs(given[place] - terms[place]) for place in terms))
        if worst > NEAR:
            raise RefusedError(OTHER_TURNS)
        firsts.append(first)
        seconds.append(second)
    return firsts + seconds, worst

"""Drawn layers: each kind on whatever it can read, with all of its keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

from drawn.functions import activations, initializers, kind_of
from hypothesis import strategies as st

Written: TypeAlias = dict[str, Any]
Shape: TypeAlias = tuple[int, ...]
MOST = 36  # numbers of one value


@dataclass(frozen=True)
class Value:
    """What a layer gives: its name, its shape, whether channels stand first."""

    name: str
    shape: Shape
    channels_first: bool

    @property
    def channels(self) -> int:
        """How many channels, or features, there are."""
        return self.shape[0 if self.channels_first else -1]


@dataclass
class Drawing:
    """The layers so far.

    Attributes:
        values: what each of them gives, the net's input first.
        own: the names of the net's own activations.
        owners: of the layers with parameters, what they read and what they say.
    """

    draw: Callable[..., Any]
    values: list[Value]
    own: tuple[str, ...] = ()
    layers: list[Any] = field(default_factory=list)
    owners: dict[str, tuple[Value, Written]] = field(default_factory=dict)

    @property
    def last(self) -> Value:
        """What the next layer reads, unless it says otherwise."""
        return self.values[-1]

    def flag(self, one_in: int = 2) -> bool:
        """Whether something is so; no is simpler."""
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    def size(self, low: int = 1, high: int = 4) -> int:
        """A whole number."""
        return int(self.draw(st.integers(low, high)))

    def add(self, written: Written, shape: Shape, first: bool | None = None) -> Value:
        """Another layer; channels stay where they are unless `first` says so."""
        source = self.source(written)
        count = sum(kind_of(layer) == written["type"] for layer in self.layers)
        name = written.get("name", f"{written['type']}{count + 1}")
        first = source.channels_first if first is None else first
        axes = len(shape)
        found = Value(name, shape, axes == 3 or (axes == 2 and first))
        self.layers.append(written if len(written) > 1 else written["type"])
        self.values.append(found)
        return found

    def source(self, written: Written) -> Value:
        """What a layer reads, the first one if there are several."""
        if "inputs" not in written:
            return self.last
        return next(v for v in self.values if v.name == written["inputs"][0])

    def named(self, kind: str, **keys: Any) -> Written:
        """A layer, perhaps with a name."""
        if self.flag(3):
            return {"type": kind, "name": f"{kind[0]}{len(self.layers)}"} | keys
        return {"type": kind} | keys


Drawn: TypeAlias = Callable[[Drawing], Value | None]


# --- Any shape ------------------------------------------------------------------------


def activation(d: Drawing) -> Value | None:
    """An activation as a layer."""
    chosen = d.draw(activations(d.own))
    options = chosen if isinstance(chosen, dict) else {"type": chosen}
    written = d.named(options["type"]) | options
    if written["type"] == "prelu":
        return owned(d, written, d.last.shape)
    return d.add(written, d.last.shape)


def dropout(d: Drawing) -> Value | None:
    return d.add(
        d.named("dropout", rate=d.draw(st.sampled_from((0.25, 0, 0.5)))), d.last.shape
    )


def norm(d: Drawing) -> Value | None:
    kind = d.draw(
        st.sampled_from(("layer_norm", "batch_norm", "rms_norm", "group_norm"))
    )
    written = d.named(kind)
    if d.flag(3):
        written["epsilon"] = 0.125
    if kind == "batch_norm" and d.flag(3):
        written["momentum"] = d.draw(st.sampled_from((0.25, 0, 1)))
    if kind == "layer_norm" and d.flag(3):
        written["bias"] = False
    if kind == "group_norm":
        written["groups"] = d.draw(st.sampled_from(divisors(d.last.channels)))
    return owned(d, written, d.last.shape)


def reshape(d: Drawing) -> Value | None:
    size = prod(d.last.shape)
    if d.flag():
        return d.add(d.named("flatten"), (size,))
    first = d.draw(st.sampled_from(divisors(size)))
    second = d.draw(st.sampled_from(divisors(size // first)))
    shapes: list[Any] = [size, [first, size // first]]
    shapes.append([first, second, size // first // second])
    shape = d.draw(st.sampled_from(shapes))
    found = (shape,) if isinstance(shape, int) else tuple(shape)
    return d.add(d.named("reshape", shape=shape), found, first=False)


def merge(d: Drawing) -> Value | None:
    """Several layers, or one more than once: a skip connection."""
    kind = d.draw(st.sampled_from(("add", "concat", "multiply", "subtract")))
    fits = [v for v in d.values if _goes_with(kind, v, d.last)]
    if any(v.channels_first for v in fits) and kind == "concat":
        fits = [v for v in fits if v.channels_first == d.last.channels_first]
    more = 1 if kind == "subtract" else d.size(1, 2)
    inputs = [d.last] + [d.draw(st.sampled_from(fits)) for _ in range(more)]
    shape = list(d.last.shape)
    if kind == "concat":
        axis = 0 if d.last.channels_first else len(shape) - 1
        shape[axis] = sum(v.shape[axis] for v in inputs)
        if prod(shape) > MOST:
            return None
    written = d.named(kind, inputs=[v.name for v in inputs])
    first = any(v.channels_first for v in inputs)
    return d.add(written, tuple(shape), first)


def _goes_with(kind: str, one: Value, other: Value) -> bool:
    if kind != "concat":
        return one.shape == other.shape
    axis = 0 if other.channels_first else len(other.shape) - 1
    left, right = list(one.shape), list(other.shape)
    if len(left) != len(right):
        return False
    del left[axis], right[axis]
    return left == right


# --- Numbers in a row, and sequences --------------------------------------------------


def dense(d: Drawing, units: int = 0, **keys: Any) -> Value | None:
    units = units or d.size()
    written = d.named("dense", units=units) | keys
    if "activation" not in written and d.flag():
        written["activation"] = d.draw(activations(d.own))
    if d.flag(4):
        written["bias"] = False
    if d.flag(4):
        written["initializer"] = d.draw(initializers())
    return owned(d, written, (*d.last.shape[:-1], units))


def recurrent(d: Drawing) -> Value | None:
    kind, units = d.draw(st.sampled_from(("rnn", "lstm", "gru"))), d.size(1, 3)
    written = d.named(kind, units=units)
    if kind == "rnn" and d.flag():
        written["activation"] = d.draw(activations(d.own, rows=False))
    if kind == "gru" and d.flag():
        written["reset"] = "before"
    if d.flag(4):
        written["bias"] = False
    if d.flag(4):
        written["initializer"] = d.draw(initializers())
    features = units
    if d.flag(3):
        written["bidirectional"] = True
        features *= 2
    if d.flag():
        written["return_sequences"] = True
        return owned(d, written, (d.last.shape[0], features), first=False)
    return owned(d, written, (features,), first=False)


def attention(d: Drawing) -> Value | None:
    written = d.named("attention")
    size = d.last.shape[1]
    if d.flag(3):
        size = written["size"] = d.size(1, 6)
    if d.flag(4):
        written["dropout"] = 0.25
    heads = d.draw(st.sampled_from(divisors(size)))
    written |= {"heads": heads} if heads > 1 else {}
    if size // heads % 2 == 0 and d.flag(3):
        written["rotary"] = True
    written |= {"causal": True} if d.flag() else {}
    written |= {"bias": False} if d.flag(4) else {}
    if d.flag(4):
        written["initializer"] = d.draw(initializers())
    return owned(d, written, d.last.shape)


def positions(d: Drawing) -> Value | None:
    written = d.named("positional_embedding")
    if d.flag(4):
        written["initializer"] = d.draw(initializers())
    return owned(d, written, d.last.shape)


def over_steps(d: Drawing) -> Value | None:
    kinds = ("last_step", "first_step", "mean_steps", "max_steps", "transpose")
    kind, (steps, features) = d.draw(st.sampled_from(kinds)), d.last.shape
    if kind == "transpose":
        return d.add(d.named(kind), (features, steps), not d.last.channels_first)
    return d.add(d.named(kind), (features,))


def global_pool(d: Drawing) -> Value | None:
    kind = d.draw(st.sampled_from(("global_avg_pool", "global_max_pool")))
    return d.add(d.named(kind), (d.last.channels,))


# --- Windows --------------------------------------------------------------------------


def convolution(d: Drawing) -> Value | None:
    """conv1d or conv2d."""
    channels, *extents = d.last.shape
    groups = d.draw(st.sampled_from(divisors(channels)))
    filters = groups * d.size(1, 2)
    written = d.named(f"conv{len(extents)}d", filters=filters)
    written |= {"groups": groups} if groups > 1 else {}
    dilation = [d.size(1, 2) if d.flag(4) else 1 for _ in extents]
    kernel = [d.size(1, 3) for _ in extents]
    stride = [1 for _ in extents]
    total = [q * (k - 1) for q, k in zip(dilation, kernel, strict=True)]
    if d.flag(3):
        sides = [(size // 2, size - size // 2) for size in total]
        written["padding"] = "same"
    else:
        stride = [d.size(1, 2) for _ in extents]
        written["stride"] = short(d, stride)
        sides = padded(d, written, [2 for _ in extents])
        if len(extents) == 1 and d.flag(4):
            sides, written["padding"] = [(total[0], 0)], "causal"
    written["kernel"], written["dilation"] = short(d, kernel), short(d, dilation)
    sizes = zip(extents, total, stride, sides, strict=True)
    found = [(n + sum(both) - size - 1) // s + 1 for n, size, s, both in sizes]
    return _windowed(d, written, (filters, *found))


def pad(d: Drawing) -> Value | None:
    """pad1d or pad2d."""
    channels, *extents = d.last.shape
    written = d.named(f"pad{len(extents)}d", padding=0)
    sides = padded(d, written, [1 for _ in extents])
    if d.flag():
        written["value"] = d.draw(st.sampled_from((-1.5, 0.25, 2.0)))
    sizes = zip(extents, sides, strict=True)
    return d.add(written, (channels, *(n + sum(both) for n, both in sizes)), True)


def reordered(d: Drawing) -> Value | None:
    """transpose by its axes."""
    axes = d.draw(st.permutations(range(len(d.last.shape))))
    shape = tuple(d.last.shape[axis] for axis in axes)
    is_first = len(axes) == 3 or (0 if d.last.channels_first else 1) == axes[0]
    return d.add(d.named("transpose", axes=list(axes)), shape, is_first)


def padded(d: Drawing, written: Written, most: list[int]) -> list[tuple[int, int]]:
    """The key padding, at most so much on one side; what it means for each side."""
    if not d.flag(3):
        return [(0, 0) for _ in most]
    before = [d.size(0, size) for size in most]
    if d.flag():
        written["padding"] = short(d, before)
        return list(zip(before, before, strict=True))
    after = [d.size(0, size) for size in most]
    sides = list(zip(before, after, strict=True))
    listed = [list(both) for both in sides]
    written["padding"] = listed[0] if len(listed) == 1 else listed
    return sides


def transposed(d: Drawing) -> Value | None:
    """conv_transpose2d."""
    channels, *extents = d.last.shape
    groups = d.draw(st.sampled_from(divisors(channels)))
    filters = groups * d.size(1, 2)
    written = d.named("conv_transpose2d", filters=filters)
    written |= {"groups": groups} if groups > 1 else {}
    kernel, stride = [d.size(1, 3) for _ in "hw"], [d.size(1, 2) for _ in "hw"]
    sides = padded(d, written, [1, 1])
    dilation = [d.size(1, 2) if d.flag(4) else 1 for _ in "hw"]
    pairs = zip(stride, dilation, strict=True)
    more = [d.size(0, max(pair) - 1) for pair in pairs]
    keys = zip(extents, kernel, stride, sides, dilation, more, strict=True)
    found = [(n - 1) * s + q * (k - 1) + 1 - sum(p) + m for n, k, s, p, q, m in keys]
    written["kernel"], written["stride"] = short(d, kernel), short(d, stride)
    written["dilation"] = short(d, dilation)
    written["output_padding"] = short(d, more)
    return _windowed(d, written, (filters, *found))


def _windowed(d: Drawing, written: Written, shape: Shape) -> Value | None:
    if min(shape) < 1 or prod(shape) > MOST:
        return None
    defaults = {"padding": 0, "stride": 1, "dilation": 1, "output_padding": 0}
    written = {k: v for k, v in written.items() if defaults.get(k) != v}
    if d.flag():
        written["activation"] = d.draw(activations(d.own))
    if d.flag(4):
        written["bias"] = False
    if d.flag(4):
        written["initializer"] = d.draw(initializers())
    return owned(d, written, shape, first=True)


def pool(d: Drawing) -> Value | None:
    """max_pool and avg_pool, of one and of two dimensions."""
    channels, *extents = d.last.shape
    kind = d.draw(st.sampled_from(("max_pool", "avg_pool")))
    kernel = [d.size(1, 3) for _ in extents]
    written = d.named(f"{kind}{len(extents)}d", kernel=short(d, kernel))
    stride = kernel
    if d.flag():
        stride = [d.size(1, 3) for _ in extents]
        written["stride"] = short(d, stride)
    sides = padded(d, written, [size // 2 for size in kernel])
    if kind == "avg_pool" and d.flag(3):
        written["count_include_pad"] = False
    sizes = zip(extents, kernel, stride, sides, strict=True)
    found = [(n + sum(both) - k) // s + 1 for n, k, s, both in sizes]
    if min(found) < 1:
        return None
    return d.add(written, (channels, *found), first=True)


def short(d: Drawing, sizes: list[int]) -> int | list[int]:
    """One number where all are alike, or where there is but one."""
    if len(sizes) == 1 or (len(set(sizes)) == 1 and d.flag()):
        return sizes[0]
    return sizes


def divisors(number: int) -> list[int]:
    """What divides a number."""
    return [n for n in range(1, number + 1) if number % n == 0]


# --- Parameters -----------------------------------------------------------------------


def owned(
    d: Drawing, written: Written, shape: Shape, first: bool | None = None
) -> Value | None:
    """A layer with parameters, perhaps with keys for them, perhaps shared at once."""
    if prod(shape) > MOST:
        return None
    source = d.source(written)
    own = dict(written)
    if d.flag(8):
        own["regularization"] = {"l1": 0.125} if d.flag() else {"l2": 0.25}
    if d.flag(8):
        own["learning_rate"] = 0.5
    if d.flag(12):
        own["about"] = "It is drawn; its text is one of several words and signs, (1)."
    found = d.add(own, shape, first)
    d.owners[found.name] = (source, written)
    if d.flag(5) and shape == source.shape:
        same = {k: v for k, v in written.items() if k not in ("name", "initializer")}
        return d.add(same | {"share": found.name}, shape, first)
    return found


def branch(d: Drawing) -> Value | None:
    """A layer again on what another one read, and both together."""
    known = [name for name in d.owners if name == d.last.name]
    if not known:
        return None
    source, written = d.owners[known[0]]
    same = {k: v for k, v in written.items() if k not in ("name", "initializer")}
    same["inputs"] = [source.name]
    kinds = ["add", "multiply", "subtract"]
    if d.flag():
        same["share"] = known[0]
        kinds.remove("subtract")  # nothing but rounding would be left
    one = d.last
    other = d.add(same, one.shape, one.channels_first)
    kind = d.draw(st.sampled_from(kinds))
    return d.add({"type": kind, "inputs": [one.name, other.name]}, one.shape)


ANY: tuple[Drawn, ...] = (activation, dropout, norm, reshape, merge, branch)
BY_AXES: dict[int, tuple[Drawn, ...]] = {
    1: (dense, dense, dense, *ANY),
    2: (
        *(dense, recurrent, recurrent, attention, positions, over_steps),
        *(convolution, pool, global_pool, pad, reordered, *ANY),
    ),
    3: (
        *(convolution, convolution, transposed, pool, global_pool, pad, reordered),
        *ANY,
    ),
}

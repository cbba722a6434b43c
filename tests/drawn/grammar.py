"""Drawn nets: a Hypothesis strategy over the whole grammar of net.yaml.

What comes out is a spec, a net.yaml without its name: valid by the rules of
docs/net-yaml.md, which are said here once more, since this is to test bpgen's.
"""

from __future__ import annotations

from math import prod
from typing import Any

from drawn.functions import EIGHTHS, formulas, kind_of, losses
from drawn.layers import BY_AXES, Drawing, Value, dense, owned
from hypothesis import strategies as st

from bpgen.catalog.losses import LOSSES, Targets
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES

# What a loss wants the outputs to be, where that is not any number.
OUTPUTS = {
    "binary_cross_entropy": "sigmoid",
    "cross_entropy": "softmax",
    "kl_divergence": "log_softmax",
    "nll": "log_softmax",
}
# What reads [channels, length].
ONE_DIMENSIONAL = ("conv1d", "max_pool1d", "avg_pool1d", "pad1d")
SCHEDULE_KEYS = {
    "step_size": st.integers(1, 3),
    "milestones": st.sampled_from(([1], [1, 3], [2, 4, 1000])),
    "gamma": st.sampled_from((0.5, 0.9, 1.25)),
    "steps": st.integers(2, 6),
    "minimum": st.sampled_from((0.0, 0.001)),
    "start": st.sampled_from((0.25, 1.0)),
    "end": st.sampled_from((0.0, 0.5)),
    "factor": st.just(0.5),
    "patience": st.integers(0, 2),
}
SETTINGS = {
    "momentum": st.sampled_from((0.5, 0.9)),
    "dampening": st.just(0.25),
    "nesterov": st.just(True),
    "centered": st.just(True),
    "weight_decay": st.just(0.125),
    "epsilon": st.sampled_from((1e-6, 0.01)),
    "alpha": st.just(0.875),
    "rho": st.just(0.75),
    "beta1": st.just(0.75),
    "beta2": st.sampled_from((0.875, 0.99)),
    "eta_minus": st.just(0.25),
    "eta_plus": st.just(1.5),
}


@st.composite
def specs(draw: Any) -> dict[str, Any]:
    """A valid net, but for what is made to fit it: of `data` it says the form alone,
    and of single parameters their numbers, counted round."""
    functions = draw(_functions())
    own = tuple(f["name"] for f in functions if f["of"] == "x")
    loss = draw(losses(tuple(f["name"] for f in functions if f["of"] != "x")))
    given, values = draw(_inputs())
    d = Drawing(draw, values, own)
    if given == "indices":
        written = d.named("embedding", vocabulary=d.size(2, 4), size=d.size(1, 3))
        given = d.last.shape[0]
        owned(d, written, (given, written["size"]), first=False)
    for _ in range(d.size(0, 4)):
        draw(st.sampled_from(BY_AXES[len(d.last.shape)]))(d)
    _end(d, kind_of(loss))
    spec: dict[str, Any] = {"input": given, "layers": d.layers, "loss": loss}
    if functions:
        spec["functions"] = functions
    spec["optimizer"] = draw(_optimizers())
    spec["training"] = draw(_trainings())
    spec["seed"] = draw(st.sampled_from((0, 7, 4_294_967_295)))
    if d.flag(5):
        rates = draw(st.sampled_from(({"l1": 0.125}, {"l2": 0.25})))
        spec["regularization"] = rates
    if d.owners and d.flag(4):
        whole = st.sampled_from(sorted(d.owners))
        spec["frozen"] = [draw(st.one_of(whole, st.integers(0, 5)))]
    if d.owners and d.flag(5):
        spec["parameters"] = draw(st.integers(0, 5))
    if d.flag(8):
        spec["about"] = "A net that nobody thought of: it was drawn (by a die)."
    if d.flag(4):
        spec["data"] = draw(st.sampled_from(("inline", "labels", "csv", "jsonl")))
    if d.flag(4):
        spec |= draw(_preprocessing(d, kind_of(loss), "data" in spec))
    return spec


@st.composite
def _functions(draw: Any) -> list[dict[str, Any]]:
    """At most an activation and a loss."""
    found = []
    if draw(st.integers(0, 4)) == 4:
        formula = f"0.5 * x + ({draw(formulas('x'))})"
        found.append({"name": "bent", "of": "x", "formula": formula})
    if draw(st.integers(0, 4)) == 4:
        formula = f"(o - t) * (o - t) + ({draw(formulas('(o - t)'))})"
        found.append({"name": "far", "of": ["o", "t"], "formula": formula})
    return found


@st.composite
def _inputs(draw: Any) -> tuple[Any, list[Value]]:
    """An input as net.yaml has it, and as layers read it."""
    kind = draw(st.sampled_from(("flat", "steps", "image", "indices", "named")))
    size = draw(st.integers(1, 4))
    if kind == "steps":
        shape = [size, draw(st.integers(1, 4))]
    elif kind == "image":
        extents = [draw(st.integers(1, 4)) for _ in "hw"]
        shape = [draw(st.integers(1, 2)), *extents]
    else:
        shape = [size]
    values = [Value("input", tuple(shape), len(shape) == 3)]
    if kind == "indices":
        return kind, values
    if kind == "named":
        names = [f"{'pq'[at % 2]}_{at}" for at in range(size)]
        return {"size": size, "names": names}, values
    return (size if kind == "flat" else shape), values


def _end(d: Drawing, loss: str) -> None:
    """Outputs that the loss can take."""
    rule = LOSSES[loss].targets if loss in LOSSES else Targets.NUMBERS
    wanted = OUTPUTS.get(loss)
    if rule.are_classes or loss == "kl_divergence":
        if len(d.last.shape) == 3:
            d.add(d.named("flatten"), (prod(d.last.shape),))
        _last(d, wanted, 2)
    elif wanted or not d.layers or d.flag():
        if len(d.last.shape) == 3:
            d.add(d.named("flatten"), (prod(d.last.shape),))
        _last(d, wanted, 1)


def _last(d: Drawing, wanted: str | None, least: int) -> None:
    units = d.size(least, 3)
    if wanted and d.flag(4):
        dense(d, units, activation="identity")
        d.add({"type": wanted}, d.last.shape)
    else:
        dense(d, units, **({"activation": wanted} if wanted else {}))


@st.composite
def _optimizers(draw: Any) -> dict[str, Any]:
    """Every optimizer, with some of its settings, a schedule, clipping."""
    name = draw(st.sampled_from(list(OPTIMIZERS)))
    found: dict[str, Any] = {"type": name}
    found["learning_rate"] = draw(st.sampled_from((0.05, 0.01)))
    for key in OPTIMIZERS[name].settings:
        if key in SETTINGS and draw(st.integers(0, 2)) == 2:
            found[key] = draw(SETTINGS[key])
    if "nesterov" in found:
        found["momentum"] = 0.75
        found.pop("dampening", None)
    if draw(st.integers(0, 2)) == 2:
        found["schedule"] = draw(_schedules())
    if draw(st.integers(0, 3)) == 3:
        found["clip"] = {draw(st.sampled_from(("norm", "value"))): draw(EIGHTHS)}
    return found


@st.composite
def _schedules(draw: Any) -> Any:
    schedule = SCHEDULES[draw(st.sampled_from(list(SCHEDULES)))]
    found: dict[str, Any] = {"type": schedule.name}
    by_step = not schedule.needs_loss and draw(st.booleans())
    for key in schedule.keys:
        if key not in schedule.defaults or by_step or draw(st.booleans()):
            found[key] = draw(SCHEDULE_KEYS[key])
    if by_step:
        found["per"] = "step"
    return found if len(found) > 1 else schedule.name


@st.composite
def _trainings(draw: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"epochs": draw(st.integers(2, 5))}
    found["batch_size"] = draw(st.sampled_from((2, 1, 3, 5, 9)))
    if draw(st.booleans()):
        found["shuffle"] = False
    if draw(st.integers(0, 4)) == 4:
        found["validation"] = draw(st.sampled_from((0.2, 0.5)))
    if draw(st.integers(0, 4)) == 4:
        found["early_stopping"] = {"patience": draw(st.integers(1, 3))}
        if draw(st.booleans()):
            found["early_stopping"]["min_delta"] = 0.125
    return found


@st.composite
def _preprocessing(draw: Any, d: Drawing, loss: str, can_fit: bool) -> dict[str, Any]:
    """Numbers of a mean and a deviation, or of a range, for inputs and targets; with
    data they may be left to be fitted."""
    found: dict[str, Any] = {}
    words = st.sampled_from(("standardize", "minmax", "none"))
    if kind_of(d.layers[0]) != "embedding":
        numbers = _scaling(_columns(d))
        found["inputs"] = draw(st.one_of(numbers, words) if can_fit else numbers)
    if loss not in LOSSES or LOSSES[loss].targets is Targets.NUMBERS:
        numbers = _scaling(d.last.channels)
        found["targets"] = draw(st.one_of(numbers, words) if can_fit else numbers)
    return {"preprocessing": found} if found else {}


def _columns(d: Drawing) -> int:
    """Of an image the channels, as of what a window of one dimension slides over; of
    another sequence the features."""
    given = d.values[0]
    kinds = readers({"layers": d.layers})
    is_first = given.channels_first or any(kind in ONE_DIMENSIONAL for kind in kinds)
    return given.shape[0 if is_first else -1]


def readers(spec: dict[str, Any]) -> list[str]:
    """The types of the layers that read the input."""
    found = []
    for at, layer in enumerate(spec["layers"]):
        inputs = layer.get("inputs") if isinstance(layer, dict) else None
        if "input" in inputs if inputs else at == 0:
            found.append(kind_of(layer))
    return found


@st.composite
def _scaling(draw: Any, count: int) -> dict[str, Any]:
    lows = [draw(st.sampled_from((0.5, -1.25, 3.0))) for _ in range(count)]
    sizes = [draw(st.sampled_from((2.0, 0.5, 8.0))) for _ in range(count)]
    if draw(st.booleans()):
        return {"mean": lows, "std": sizes}
    highs = [low + size for low, size in zip(lows, sizes, strict=True)]
    return {"min": lows, "max": highs}

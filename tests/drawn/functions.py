"""Drawn functions: every activation with its options, formulas, initializers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.losses import LOSSES

# Eighths: PyTorch's celu rounds its alpha to 32 bits.
EIGHTHS = st.integers(1, 16).map(lambda eighths: eighths / 8)
STARTS = {"low": -0.75, "high": 0.5, "mean": 0.125, "std": 0.5, "value": 0.375}
# What stays finite, whatever the arguments are.
ONE = (
    *("sin({})", "cos({})", "tanh({})", "sigmoid({})", "abs({})", "relu({})"),
    *("erf({})", "exp(-abs({}))", "softplus({})", "log1p(abs({}))", "-({})"),
    *("sqrt(({}) * ({}) + 1)", "expm1(-abs({}))", "log(1.5 + ({}) * ({}))"),
    "sign({})",
)
TWO = (
    *("({}) + ({})", "({}) - ({})", "({}) * ({})", "max({}, {})", "min({}, {})"),
    *("({0}) / (1 + ({1}) * ({1}))", "({0}) if ({1}) > 0.25 else ({1})"),
    "(({0}) if ({0}) <= ({1}) + 0.125 else ({1})) * 0.5",
)


@st.composite
def formulas(draw: Any, variable: str, depth: int = 2) -> str:
    """A formula of some expression, such as `x` or `o - t`."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from((variable, variable, "0.75", "2")))
    of = formulas(variable, depth - 1)
    if draw(st.booleans()):
        inner = draw(of)
        return draw(st.sampled_from(ONE)).format(inner, inner)
    return draw(st.sampled_from(TWO)).format(draw(of), draw(of))


@st.composite
def activations(draw: Any, own: tuple[str, ...], rows: bool = True) -> Any:
    """An activation as net.yaml has it, with options or without; perhaps an own one.

    With `rows`, also those that need a whole row at once.
    """
    known = [name for name, a in ACTIVATIONS.items() if rows or not a.rows]
    name = draw(st.sampled_from([*own, *own, *known]))
    options = {} if name in own else ACTIVATIONS[name].options
    if options and draw(st.booleans()):
        return {"type": name} | {option: draw(EIGHTHS) for option in options}
    return name


@st.composite
def initializers(draw: Any) -> Any:
    """How weights start."""
    name = draw(st.sampled_from(list(INITIALIZERS)))
    options = INITIALIZERS[name].options
    return {"type": name} | {o: STARTS[o] for o in options} if options else name


@st.composite
def losses(draw: Any, own: tuple[str, ...]) -> Any:
    """A loss as net.yaml has it."""
    name = draw(st.sampled_from([*own, *own, *LOSSES]))
    options = {} if name in own else LOSSES[name].options
    if options and draw(st.booleans()):
        smoothing = {"label_smoothing": 0.25}
        return {"type": name} | {o: smoothing.get(o) or draw(EIGHTHS) for o in options}
    return name


def kind_of(written: Any) -> str:
    """The type, from a name alone or from a mapping."""
    return str(written["type"]) if isinstance(written, dict) else str(written)

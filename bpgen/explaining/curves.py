"""The curves of the activations, with the place of every neuron on them; and which
units a picture can show."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from bpgen.explaining.derivations import label_of
from bpgen.explaining.model import Curve
from bpgen.explaining.notations import Namer
from bpgen.explaining.rules import function_tex
from bpgen.explaining.run import Run
from bpgen.network.network import Network
from bpgen.program.evaluate import apply
from bpgen.program.functions import Function
from bpgen.program.notes import FunctionNote

LEFT, RIGHT, STEPS = -6.0, 6.0, 96
WIDTH = 1e-5  # of a difference, which is exact enough to be drawn
MOST_UNITS = 12  # in a column of the picture
MOST_COLUMNS = 6


def columns_of(network: Network) -> tuple[tuple[str, ...], ...]:
    """The units by layer, inputs first; nothing if the net is no plain chain of dense
    layers, makes other numbers of its inputs, or is too large for a picture."""
    if len(network.input_axes) != 1 or network.preprocessing:
        return ()
    found, last = [tuple(network.input_axes[0])], "input"
    for layer, sources in zip(network.layers, network.sources, strict=True):
        shapes = [p.variable.shape for p in layer.used_parameters()]
        is_chain = sources == (last,) and len(layer.axes) == 1
        if not is_chain or sorted(map(len, shapes), reverse=True) not in ([2, 1], [2]):
            return ()
        found.append(tuple(layer.axes[0]))
        last = layer.name
    names = [unit for units in found for unit in units]
    is_clear = len(set(names)) == len(names)
    is_small = len(found) <= MOST_COLUMNS and max(map(len, found)) <= MOST_UNITS
    is_small &= is_clear
    return tuple(found) if is_small else ()


def curves_of(run: Run, keys: Namer) -> Iterator[Curve]:
    """One curve for each activation function that neurons apply to one number."""
    marks: dict[Function, list[tuple[str, str, str]]] = {}
    for record in run.forward:
        match record.statement.note:
            case FunctionNote(function) if len(function.parameters) == 1:
                inputs = {own for own, _ in record.read.values() if own != record.key}
                if len(inputs) == 1:
                    (read,) = inputs
                    own = label_of(record.key), keys(*read), keys(*record.key)
                    marks.setdefault(function, []).append(own)
    for function, own_marks in marks.items():
        points = []
        for step in range(STEPS + 1):
            x = LEFT + (RIGHT - LEFT) * step / STEPS
            value = apply(function, [x])
            up, down = apply(function, [x + WIDTH]), apply(function, [x - WIDTH])
            slope = (up - down) / (2.0 * WIDTH)
            if isfinite(value) and isfinite(slope):
                points.append((x, value, slope))
        rule = f"a = {function_tex(function, 'z')}"
        title = f"{function.name.replace('_', ' ')}, and where the neurons are on it"
        yield Curve(title, rule, "", tuple(points), tuple(own_marks))

"""The curves of the activations, with the place of every neuron on them; and which
units a picture can show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import isfinite

from bpgen.explaining.derivations import label_of
from bpgen.explaining.model import Curve
from bpgen.explaining.notations import Namer
from bpgen.explaining.rules import function_tex
from bpgen.explaining.trace import Record
from bpgen.network.network import Network
from bpgen.program.evaluate import apply
from bpgen.program.evaluated import Key
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


def curves_of(
    records: Iterable[Record], keys: Namer, label: Callable[[Key], str] = label_of
) -> Iterator[Curve]:
    """One curve for each activation function that neurons apply to one number."""
    marks: dict[Function, dict[Key, tuple[tuple[str, str, str], tuple[float, float]]]]
    marks = {}
    for record in records:
        match record.statement.note:
            case FunctionNote(function) if len(function.parameters) == 1:
                read = {own: x for own, x in record.read.values() if own != record.key}
                if len(read) == 1:
                    ((key, x),) = read.items()
                    own = label(record.key), keys(*key), keys(*record.key)
                    marks.setdefault(function, {})[record.key] = own, (x, record.value)
    for function, found in marks.items():
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
        own_marks, dots = zip(*found.values(), strict=True)
        yield Curve(title, rule, "", tuple(points), own_marks, dots)

"""Worked examples as they were published: their digits, to be held against ours.

A number of a source is text, as it is printed there; ours is looked up by its key, or,
if it is of many steps later, by what the emitted class trains to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bpgen.explaining.model import Explanation, Published
from bpgen.explaining.picture import values_of

EARLY = (
    "The source went on with output weights that had moved already; with the old ones, "
    "as it says itself, this is the loss. See --contrast stale-weights."
)
ONE_LESS = "The source's number is the loss after 9,999 steps."


@dataclass(frozen=True, slots=True)
class Source:
    """What a source prints: each with its key, or with how many steps it is after."""

    told: str
    numbers: tuple[tuple[str, str, str], ...]  # what, as printed, the key of ours
    later: tuple[tuple[str, str, int, str], ...] = ()  # what, text, steps, of what
    notes: tuple[tuple[str, str], ...] = ()  # what to say of one that differs


MAZUR = Source(
    "Matt Mazur, A Step by Step Backpropagation Example (2015).",
    (
        ("net_h1", "0.3775", "z_h1"),
        ("out_h1", "0.593269992", "a_h1"),
        ("out_h2", "0.596884378", "a_h2"),
        ("net_o1", "1.105905967", "z_o1"),
        ("out_o1", "0.75136507", "a_o1"),
        ("out_o2", "0.772928465", "a_o2"),
        ("E_o1", "0.274811083", "loss_o1"),
        ("E_o2", "0.023560026", "loss_o2"),
        ("E_total", "0.298371109", "loss"),
        ("E_total by out_o1", "0.74136507", "da_o1"),
        ("out_o1 by net_o1", "0.186815602", "slope_a_o1_by_z_o1"),
        ("E_total by w5", "0.082167041", "dw_o1_h1"),
        ("new w5", "0.35891648", "new_w_o1_h1"),
        ("new w6", "0.408666186", "new_w_o1_h2"),
        ("new w7", "0.511301270", "new_w_o2_h1"),
        ("new w8", "0.561370121", "new_w_o2_h2"),
        ("E_o1 by out_h1", "0.055399425", "path_da_h1_o1"),
        ("E_o2 by out_h1", "-0.019049119", "path_da_h1_o2"),
        ("E_total by out_h1", "0.036350306", "da_h1"),
        ("out_h1 by net_h1", "0.241300709", "slope_a_h1_by_z_h1"),
        ("E_total by w1", "0.000438568", "dw_h1_i1"),
        ("new w1", "0.149780716", "new_w_h1_i1"),
        ("new w2", "0.19956143", "new_w_h1_i2"),
        ("new w3", "0.24975114", "new_w_h2_i1"),
        ("new w4", "0.29950229", "new_w_h2_i2"),
        ("E_total after one step", "0.291027924", "loss_after"),
    ),
    (("E_total after 10,000 steps", "0.0000351085", 10_000, "loss"),),
    (
        ("E_total after one step", EARLY),
        ("E_total after 10,000 steps", ONE_LESS),
    ),
)
NIELSEN = "Michael Nielsen, Neural Networks and Deep Learning, chapter 3."
SOURCES = {
    "mazur": MAZUR,
    "nielsen": Source(
        NIELSEN,
        (("first output", "0.82", "a_o1"),),
        (
            ("weight after 300 epochs", "-1.28", 300, "o.weight"),
            ("bias after 300 epochs", "-0.98", 300, "o.bias"),
            ("output after 300 epochs", "0.09", 300, "output"),
        ),
    ),
    "saturated": Source(
        NIELSEN,
        (("first output", "0.98", "a_o1"),),
        (("output after 300 epochs", "0.20", 300, "output"),),
    ),
}


def published_of(
    name: str, found: Explanation, engine: Callable[[], Any]
) -> Iterator[Published]:
    """The numbers of a classic's source beside ours; `engine` makes its class."""
    source = SOURCES.get(name)
    if source is None:
        return
    values, notes = known(found), dict(source.notes)
    for what, text, key in source.numbers:
        yield compared(what, text, values[key], source.told, notes.get(what, ""))
    inputs = [[q.value for q in found.inputs]]
    targets = [[q.value for q in found.targets]]
    for what, text, steps, of in source.later:
        net = engine()
        net.train(inputs, targets, steps)
        value = later(net, of, inputs, targets)
        yield compared(what, text, value, source.told, notes.get(what, ""))


def known(found: Explanation) -> dict[str, float]:
    """Every number by key, those of paths and factors among them."""
    values = values_of(found)
    for step in found.steps:
        for made in step.derivations:
            for part in made.parts:
                values[part.quantity.key] = part.quantity.value
            for factor in made.factors:
                values[factor.quantity.key] = factor.quantity.value
    return values | {found.losses.after.key: found.losses.after.value}


def later(net: Any, of: str, inputs: list[Any], targets: list[Any]) -> float:
    """A number of a net that has been trained."""
    if of == "loss":
        net.forward(inputs[0])
        return float(net.loss(targets[0]))
    if of == "output":
        return float(net.predict(inputs[0])[0])
    value = net.parameters()[of]
    while isinstance(value, list):
        value = value[0]
    return float(value)


def compared(what: str, text: str, value: float, told: str, note: str) -> Published:
    """Whether ours is what is printed, but for one unit of its last digit: sources go
    on from rounded numbers."""
    unit = 10.0 ** -len(text.partition(".")[2])
    agrees = abs(value - float(text)) <= 1.0000001 * unit
    return Published(what, text, value, agrees, told, "" if agrees else note)

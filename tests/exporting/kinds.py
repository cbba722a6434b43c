"""Which nets of the table show all that is exported: the first of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nets.net import Net
from nets.table import NETS
from running.tools import ROOT

from bpgen.exporting.torch_page import TEMPLATES

TEXTS = [(ROOT / "templates" / "torch" / name).read_text() for name in TEMPLATES]


def flat(nested: Any) -> list[float]:
    if isinstance(nested, list):
        return [number for item in nested for number in flat(item)]
    return [nested]


def is_repeatable(net: Net) -> bool:
    """Whether training is the same in PyTorch: all that learns, but draws."""
    return bool(net.network.trained) and not net.is_random


def kinds_of(layer: Any) -> Iterator[str]:
    """What a layer shows of the exporter: its type, and settings with a form of their
    own there."""
    yield f"layer {layer.type}"
    if layer.type == "attention" and layer.inner != layer.shape[1]:
        yield "layer attention of another size"
    if layer.type == "dense" and layer.channels_first:
        yield f"layer dense of channels, {layer.activation.activation.name}"
    if getattr(layer, "rotary", False):
        yield "layer attention, rotary"
    if getattr(layer, "resets_before", False):
        ways = " both ways" * layer.is_bidirectional
        yield f"layer {layer.type} that resets before{ways}"
    window = getattr(layer, "window", None)
    if window and window.before != window.after:
        inside = " inside" * bool(getattr(layer, "counts_inside", False))
        yield f"layer {layer.type} with sides{inside}"


KINDS: dict[str, str] = {}  # of each type of layer, loss ... the first net that has it
for _name, _net in NETS.items():
    _network = _net.network
    _keys = [kind for layer in _network.layers for kind in kinds_of(layer)]
    _keys += [f"loss {_network.loss.name}", f"optimizer {_network.optimizer.name}"]
    if _network.schedule:
        _keys.append(f"schedule {_network.schedule.schedule.name}")
    if _network.preprocessing:
        _keys.append(f"preprocessing of {_name}")
    if _network.clip:
        _keys.append(f"clip {_network.clip[0]}")
    _keys += ["penalties"] * any(map(any, _network.penalties.values()))
    _keys += ["rates"] * bool(_network.rate_factors)
    for _key in _keys:
        if _key not in KINDS and is_repeatable(_net):
            KINDS[_key] = _name

"""Which net a saved state belongs to."""

from __future__ import annotations

import json
from typing import Any

from bpgen.network.network import Network
from bpgen.network.source import digest


def net_hash(network: Network) -> str:
    """Tells nets apart whose saved state cannot be exchanged.

    It covers what parameters and optimizer state mean: the input, the layers, the
    loss and the optimizer's type; not names, data, rates or how long to train.
    """
    layers = [
        [layer.words, source, *([p.name, p.variable.shape] for p in used)]
        for layer, source in zip(network.layers, network.sources, strict=True)
        for used in [layer.used_parameters()]
    ]
    meaning: list[Any] = [list(map(len, network.input_axes)), layers]
    meaning += [network.loss.name, network.loss_options, network.optimizer.name]
    meaning += [network.formulas] if network.formulas else []
    meaning += network.preprocessing.meaning
    return digest(json.dumps(meaning))

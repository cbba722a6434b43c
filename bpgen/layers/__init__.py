"""The layers: one class each, found here by the type that net.yaml names."""

from __future__ import annotations

from collections.abc import Mapping

from bpgen.activations import ACTIVATIONS
from bpgen.layers.activation import activation_layer
from bpgen.layers.base import Layer
from bpgen.layers.dense import Dense
from bpgen.layers.flatten import Flatten
from bpgen.records import Choice

_CLASSES: tuple[type[Layer], ...] = (
    Dense,
    Flatten,
    *map(activation_layer, ACTIVATIONS.values()),
)
LAYERS: Mapping[str, type[Layer]] = {layer.type: layer for layer in _CLASSES}


def layer_class(choice: Choice) -> type[Layer]:
    """The class that net.yaml asks for: of the table, or of its own activation."""
    return activation_layer(choice.own) if choice.own else LAYERS[choice.type]

"""The layers: one class each, found here by the type that net.yaml names."""

from __future__ import annotations

from collections.abc import Mapping

from bpgen.activations import ACTIVATIONS
from bpgen.layers.activation import activation_layer
from bpgen.layers.attention import Attention
from bpgen.layers.base import Layer
from bpgen.layers.dense import Dense
from bpgen.layers.embedding import Embedding, PositionalEmbedding
from bpgen.layers.flatten import Flatten
from bpgen.layers.merge import AddLayer, Concat, MultiplyLayer
from bpgen.layers.norm import GroupNorm, LayerNorm, RmsNorm

_CLASSES: tuple[type[Layer], ...] = (
    Dense,
    Flatten,
    AddLayer,
    MultiplyLayer,
    Concat,
    LayerNorm,
    RmsNorm,
    GroupNorm,
    Embedding,
    PositionalEmbedding,
    Attention,
    *map(activation_layer, ACTIVATIONS.values()),
)
LAYERS: Mapping[str, type[Layer]] = {layer.type: layer for layer in _CLASSES}

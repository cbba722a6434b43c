"""The layers: one class each, found here by the type that net.yaml names."""

from __future__ import annotations

from collections.abc import Mapping

from bpgen.activations import ACTIVATIONS
from bpgen.layers.activation import activation_layer
from bpgen.layers.attention import Attention
from bpgen.layers.base import Layer
from bpgen.layers.batch_norm import BatchNorm
from bpgen.layers.convolution import Conv1d, Conv2d, ConvTranspose2d
from bpgen.layers.dense import Dense
from bpgen.layers.dropout import Dropout
from bpgen.layers.embedding import Embedding, PositionalEmbedding
from bpgen.layers.flatten import Flatten
from bpgen.layers.merge import AddLayer, Concat, MultiplyLayer
from bpgen.layers.norm import GroupNorm, LayerNorm, RmsNorm
from bpgen.layers.pool import (
    AveragePool1d,
    AveragePool2d,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool1d,
    MaxPool2d,
)
from bpgen.layers.reshape import Reshape
from bpgen.layers.rnn import Gru, Lstm, Rnn
from bpgen.layers.steps import LastStep, MeanSteps
from bpgen.records import Choice

_CLASSES: tuple[type[Layer], ...] = (
    Dense,
    Flatten,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    MaxPool1d,
    MaxPool2d,
    AveragePool1d,
    AveragePool2d,
    GlobalAveragePool,
    GlobalMaxPool,
    AddLayer,
    MultiplyLayer,
    Concat,
    Dropout,
    BatchNorm,
    Reshape,
    Rnn,
    Lstm,
    Gru,
    LastStep,
    MeanSteps,
    LayerNorm,
    RmsNorm,
    GroupNorm,
    Embedding,
    PositionalEmbedding,
    Attention,
    *map(activation_layer, ACTIVATIONS.values()),
)
LAYERS: Mapping[str, type[Layer]] = {layer.type: layer for layer in _CLASSES}


def layer_class(choice: Choice) -> type[Layer]:
    """The class that net.yaml asks for: of the table, or of its own activation."""
    return activation_layer(choice.own) if choice.own else LAYERS[choice.type]

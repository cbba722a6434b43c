"""The layers: one class each, found here by the type that net.yaml names.

A layer's module is loaded when a net asks for it: most nets need few of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.layers.activation import activation_layer
from bpgen.catalog.layers.base import Layer
from bpgen.reading.lazy import Lazy
from bpgen.reading.records import Choice

# Where each class is; what has the name of an activation is a layer besides.
_PLACES = {
    "dense": "dense.Dense",
    "flatten": "flatten.Flatten",
    "conv1d": "convolution.Conv1d",
    "conv2d": "convolution.Conv2d",
    "conv_transpose2d": "convolution.ConvTranspose2d",
    "max_pool1d": "pool.MaxPool1d",
    "max_pool2d": "pool.MaxPool2d",
    "avg_pool1d": "pool.AveragePool1d",
    "avg_pool2d": "pool.AveragePool2d",
    "global_avg_pool": "pool.GlobalAveragePool",
    "global_max_pool": "pool.GlobalMaxPool",
    "add": "merge.AddLayer",
    "subtract": "merge.SubtractLayer",
    "multiply": "merge.MultiplyLayer",
    "concat": "merge.Concat",
    "dropout": "dropout.Dropout",
    "batch_norm": "batch_norm.BatchNorm",
    "layer_norm": "norm.LayerNorm",
    "rms_norm": "norm.RmsNorm",
    "group_norm": "norm.GroupNorm",
    "reshape": "reshape.Reshape",
    "pad1d": "pad.Pad1d",
    "pad2d": "pad.Pad2d",
    "rnn": "rnn.Rnn",
    "lstm": "rnn.Lstm",
    "gru": "rnn.Gru",
    "transpose": "transpose.Transpose",
    "first_step": "steps.FirstStep",
    "last_step": "steps.LastStep",
    "mean_steps": "steps.MeanSteps",
    "max_steps": "steps.MaxSteps",
    "embedding": "embedding.Embedding",
    "positional_embedding": "embedding.PositionalEmbedding",
    "attention": "attention.Attention",
}


@cache
def _load(name: str) -> type[Layer]:
    if name in ACTIVATIONS:
        return activation_layer(ACTIVATIONS[name])
    module, _, class_name = _PLACES[name].partition(".")
    found: type[Layer] = getattr(import_module(f"{__name__}.{module}"), class_name)
    return found


LAYERS: Mapping[str, type[Layer]] = Lazy((*_PLACES, *ACTIVATIONS), _load)


def layer_class(choice: Choice) -> type[Layer]:
    """The class that net.yaml asks for: of the table, or of its own activation."""
    return activation_layer(choice.own) if choice.own else LAYERS[choice.type]

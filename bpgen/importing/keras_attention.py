"""MultiHeadAttention of Keras: kernels [features][heads][size], as one layer."""

from __future__ import annotations

from math import prod

from bpgen.importing.attention import Projection, made_of
from bpgen.importing.draft import Draft, RefusedError, Value
from bpgen.importing.keras_layers import Layer
from bpgen.importing.weights import Weights

PARTS = 4  # query, key, value, output
MASKS = ("query_mask", "value_mask", "key_mask", "attention_mask")


def attention(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    """The layer.

    Raises:
        RefusedError: net.yaml has none such.
    """
    x = values[0]
    if any(value != x for value in values):
        raise RefusedError(
            "query, key and value are of different layers: net.yaml has self-attention "
            "only"
        )
    if len(x.shape) != 2 or layer.get("attention_axes") not in (None, [1], 1):
        raise RefusedError("attention over other axes than the steps of a sequence")
    _need_plain(layer)
    heads, size = int(layer.get("num_heads")), int(layer.get("key_dim"))
    features = x.shape[1]
    if layer.get("value_dim") not in (None, size):
        raise RefusedError("values of another size than keys: leave out value_dim")
    if layer.get("output_shape") not in (None, features, [features]):
        raise RefusedError(f"an output of other than {features} features")
    has_bias = bool(layer.get("use_bias", True))
    own = layer.need(PARTS * (1 + has_bias))
    kernels, biases = (own[::2], own[1::2]) if has_bias else (own, [None] * PARTS)
    inner, into, back = heads * size, (1, 2, 0), (2, 0, 1)
    parts: list[Projection] = [
        (_matrix(kernel, axes, shape), bias and _flat(bias))
        for kernel, bias, axes, shape in zip(
            kernels,
            biases,
            (into, into, into, back),
            ((inner, features),) * 3 + ((features, inner),),
            strict=True,
        )
    ]
    made = made_of(parts[:3], parts[3], heads)
    if layer.call.get("use_causal_mask"):
        made.options["causal"] = True
    rate = float(layer.get("dropout", 0.0))
    made.options.update({"dropout": rate} if rate else {})
    source = draft.plain(x)
    return draft.add(
        "attention", layer.name, (source,), x.shape, made.options, made.parameters
    )


def _matrix(
    kernel: Weights, axes: tuple[int, int, int], shape: tuple[int, int]
) -> Weights:
    """A kernel of three axes as rows and columns.

    Raises:
        RefusedError: it has another shape.
    """
    if len(kernel.shape) != 3 or prod(kernel.shape) != prod(shape):
        raise RefusedError("a kernel of another shape was expected in the file")
    return kernel.moved(lambda places: places.permuted(axes).reshaped(shape))


def _flat(bias: Weights) -> Weights:
    return bias.moved(lambda places: places.reshaped((prod(bias.shape),)))


def _need_plain(layer: Layer) -> None:
    """Look at how it is called.

    Raises:
        RefusedError: the call asks for what net.yaml has not.
    """
    if any(layer.call.get(mask) is not None for mask in MASKS):
        raise RefusedError("a mask has no counterpart but use_causal_mask=True")
    for key in ("use_gate", "sliding_window"):
        if layer.get(key):
            raise RefusedError(f"MultiHeadAttention({key}) has no counterpart")
    if layer.call.get("return_attention_scores"):
        raise RefusedError("attention gives one output: leave out its scores")

"""The layers of Keras that net.yaml has: one entry for each class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

from bpgen.importing.draft import Draft, RefusedError, Value
from bpgen.importing.padding import by_side, padded, same_padding
from bpgen.importing.places import Places
from bpgen.importing.weights import Weights

ACTIVATIONS: Mapping[str, tuple[str, dict[str, float]]] = {
    **{
        name: (name, {})
        for name in (
            *("relu", "sigmoid", "tanh", "softmax", "softplus", "softsign", "selu"),
            *("relu6", "silu", "mish", "elu", "log_softmax"),
        )
    },
    "swish": ("silu", {}),
    "gelu": ("gelu", {}),
    "leaky_relu": ("leaky_relu", {"slope": 0.2}),
    "hard_sigmoid": ("hard_sigmoid", {}),
    "hard_swish": ("hard_swish", {}),
    "hard_silu": ("hard_swish", {}),
    "hard_tanh": ("hard_tanh", {}),
    "log_sigmoid": ("log_sigmoid", {}),
    "tanh_shrink": ("tanhshrink", {}),
}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as Keras writes it down, with its variables in order."""

    kind: str
    name: str
    config: Mapping[str, Any]
    variables: list[Weights]
    call: Mapping[str, Any] = field(default_factory=dict)  # what it is called with

    def get(self, key: str, default: Any = None) -> Any:
        """A key of its configuration."""
        return self.config.get(key, default)

    def need(self, count: int) -> list[Weights]:
        """So many variables.

        Raises:
            RefusedError: the file has not as many.
        """
        if len(self.variables) < count:
            raise RefusedError(f"{count} variables were expected in the file")
        return self.variables[:count]


Handler: TypeAlias = Callable[[Draft, Layer, list[Value]], Value]


def first(value: Value) -> Value:
    """A value with its channels first, where they are last."""
    axes = {2: (1, 0), 3: (2, 0, 1)}[len(value.shape)]
    return Value(value.layer, value.places.permuted(axes))


def last(value: Value) -> Value:
    """A value with its channels last, where they are first."""
    axes = {2: (1, 0), 3: (1, 2, 0)}[len(value.shape)]
    return Value(value.layer, value.places.permuted(axes))


def activated(draft: Draft, layer: Layer, x: Value, given: Any) -> Value:
    """An activation by the name that Keras has.

    Raises:
        RefusedError: it has no counterpart.
    """
    if isinstance(given, dict):
        given = given.get("config", {}).get("name", given.get("class_name"))
    if given in (None, "linear"):
        return x
    if given not in ACTIVATIONS:
        raise RefusedError(f"the activation {given!a} has no counterpart")
    type_, options = ACTIVATIONS[given]
    return draft.activation(type_, f"{layer.name}_{type_}", x, **options)


def _dense(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    (x,) = values
    has_bias = bool(layer.get("use_bias", True))
    weight, *bias = layer.need(1 + has_bias)
    weight = weight.transposed()
    if len(x.shape) > 2:
        raise RefusedError("Dense on an image has no counterpart: flatten it before")
    size = prod(draft.shape_of(x.layer))
    flat = x
    is_moved = len(x.shape) == 1 and not draft.in_net(x).places.is_whole
    if is_moved and sorted(x.places.at) == list(range(size)):
        weight = weight.columns_at(draft.in_net(x).places.at)
        flat = Value(
            x.layer, draft.input_places if x.layer == "input" else Places.whole((size,))
        )
        flat = Value(flat.layer, flat.places.reshaped((size,)))
    options: dict[str, Any] = {"units": weight.shape[0]}
    parameters = {"weight": weight}
    if has_bias:
        parameters["bias"] = bias[0]
    else:
        options["bias"] = False
    shape = (*x.shape[:-1], weight.shape[0])
    found = draft.add(
        "dense", layer.name, (draft.plain(flat),), shape, options, parameters
    )
    return activated(draft, layer, found, layer.get("activation"))


def _sizes(written: Any, count: int) -> list[int]:
    listed = list(written) if isinstance(written, (list, tuple)) else [written]
    return [int(size) for size in (listed * count if len(listed) == 1 else listed)]


def _said(options: dict[str, Any], key: str, sizes: Sequence[int], usual: int) -> None:
    if any(size != usual for size in sizes):
        options[key] = sizes[0] if len(set(sizes)) == 1 else list(sizes)


def _need_channels_last(layer: Layer) -> None:
    if layer.get("data_format", "channels_last") not in ("channels_last", None):
        raise RefusedError("data_format='channels_first' is not read yet")


def _extents(
    inside: Sequence[int],
    kernel: Sequence[int],
    layer: Layer,
    stride: Sequence[int],
    options: dict[str, Any],
) -> list[int]:
    """The size of what windows give; the padding goes into the options."""
    dilation = _sizes(layer.get("dilation_rate", 1), len(kernel))
    kind = layer.get("padding", "valid")
    sides = [(0, 0)] * len(kernel)
    rows = list(zip(inside, kernel, stride, dilation, strict=True))
    if kind == "same":
        sides = [same_padding(*row) for row in rows]
    elif kind == "causal":
        sides = [(d * (k - 1), 0) for _, k, _, d in rows]
    elif kind != "valid":
        raise RefusedError(f"padding={kind!r} has no counterpart")
    by_side(options, *zip(*sides, strict=True))
    return [
        (size + sum(both) - d * (k - 1) - 1) // s + 1
        for (size, k, s, d), both in zip(rows, sides, strict=True)
    ]


def _convolution(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    _need_channels_last(layer)
    (x,) = values
    has_bias = bool(layer.get("use_bias", True))
    kernel, *bias = layer.need(1 + has_bias)
    count = len(kernel.shape) - 2
    axes = (count + 1, count, *range(count))  # [h][w][in][out] to [out][in][h][w]
    weight = kernel.moved(lambda places: places.permuted(axes))
    sizes, stride = kernel.shape[:count], _sizes(layer.get("strides", 1), count)
    filters = weight.shape[0]
    options: dict[str, Any] = {"filters": filters}
    options["kernel"] = sizes[0] if len(set(sizes)) == 1 else list(sizes)
    _said(options, "stride", stride, 1)
    extents = _extents(x.shape[:-1], sizes, layer, stride, options)
    _said(options, "dilation", _sizes(layer.get("dilation_rate", 1), count), 1)
    if layer.get("groups", 1) != 1:
        options["groups"] = int(layer.get("groups"))
    parameters = {"weight": weight}
    if has_bias:
        parameters["bias"] = bias[0]
    else:
        options["bias"] = False
    source = draft.plain(first(x))
    shape = (filters, *extents)
    type_ = f"conv{count}d"
    found = draft.add(type_, layer.name, (source,), shape, options, parameters)
    return activated(draft, layer, last(found), layer.get("activation"))


def _pool(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    _need_channels_last(layer)
    (x,) = values
    count = int(layer.kind[-2])
    kernel = _sizes(layer.get("pool_size", 2), count)
    stride = _sizes(layer.get("strides") or kernel, count)
    options: dict[str, Any] = {"kernel": kernel[0] if len(set(kernel)) == 1 else kernel}
    if stride != kernel:
        options["stride"] = stride[0] if len(set(stride)) == 1 else stride
    extents = _extents(x.shape[:-1], kernel, layer, stride, options)
    is_mean = layer.kind.startswith("Average")
    if is_mean and "padding" in options:
        options["count_include_pad"] = False  # Keras divides by what is inside
    type_ = f"{'avg' if is_mean else 'max'}_pool{count}d"
    source = draft.plain(first(x))
    shape = (x.shape[-1], *extents)
    return last(draft.add(type_, layer.name, (source,), shape, options))


def _global(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    (x,) = values
    is_mean = "Average" in layer.kind
    if layer.get("keepdims"):
        raise RefusedError("keepdims=True has no counterpart: leave it out")
    if len(x.shape) == 2 and x.places.is_whole:
        type_ = "mean_steps" if is_mean else "max_steps"
        return draft.add(type_, layer.name, (draft.plain(x),), x.shape[1:])
    type_ = "global_avg_pool" if is_mean else "global_max_pool"
    return draft.add(type_, layer.name, (draft.plain(first(x)),), x.shape[-1:])


def _flatten(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    return Value(values[0].layer, values[0].places.reshaped((prod(values[0].shape),)))


def _reshape(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    shape = [int(size) for size in layer.get("target_shape")]
    size = prod(values[0].shape)
    rest = prod(s for s in shape if s != -1)
    shape = [size // rest if s == -1 else s for s in shape]
    return Value(values[0].layer, values[0].places.reshaped(shape))


def _zeros(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    _need_channels_last(layer)
    (x,), written = values, layer.get("padding", 1)
    count = len(x.shape) - 1
    listed = [written] * count if isinstance(written, int) else list(written)
    if count == 1 and not isinstance(written, int):
        listed = [written]  # before and after
    pairs = [[n, n] if isinstance(n, int) else [int(one) for one in n] for n in listed]
    sides = [(before, after) for before, after in pairs]
    if count == 1:
        return padded(draft, layer.name, x, [*sides, (0, 0)], 0.0)
    return last(padded(draft, layer.name, first(x), [(0, 0), *sides], 0.0))


def _permuted(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    axes = [int(axis) - 1 for axis in layer.get("dims")]
    return Value(values[0].layer, values[0].places.permuted(axes))


def _dropout(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    (x,), rate = values, float(layer.get("rate", 0.0))
    if not rate:
        return x
    whole = draft.shape_of(x.layer)
    made = draft.add("dropout", layer.name, (x.layer,), whole, {"rate": rate})
    return Value(made.layer, x.places)


def _activation(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    return activated(draft, layer, values[0], layer.get("activation"))


def _rectified(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    slope = float(layer.get("negative_slope", layer.get("alpha", 0.0)) or 0.0)
    most, threshold = layer.get("max_value"), layer.get("threshold")
    if threshold or most not in (None, 6, 6.0) or (most and slope):
        raise RefusedError(f"{layer.kind} with these numbers has no counterpart")
    type_ = "relu6" if most else "leaky_relu" if slope else "relu"
    options = {"slope": slope} if slope else {}
    return draft.activation(type_, layer.name, values[0], **options)


def _softmax(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    if layer.get("axis", -1) not in (-1, len(values[0].shape)):
        raise RefusedError("a softmax over another than the last axis")
    return draft.activation("softmax", layer.name, values[0])


def _elu(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    alpha = float(layer.get("alpha", 1.0))
    options = {"alpha": alpha} if alpha != 1.0 else {}
    return draft.activation("elu", layer.name, values[0], **options)


# Norms, recurrent layers, merging ------------------------------------------------


def _batch_norm(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    (x,) = values
    wanted = [layer.get("scale", True), layer.get("center", True), True, True]
    given = iter(layer.need(sum(map(bool, wanted))))
    starts = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}
    count = x.shape[-1]
    parameters = {
        name: next(given) if has else Weights.constant((count,), start)
        for (name, start), has in zip(starts.items(), wanted, strict=True)
    }
    options = {"epsilon": float(layer.get("epsilon", 1e-3))}
    options["momentum"] = 1.0 - float(layer.get("momentum", 0.99))
    draft.note(
        "Keras averages the biased variance of a batch, net.yaml the unbiased one: "
        "statistics differ a little in training"
    )
    is_image = len(x.shape) == 3 or not x.places.is_whole
    source = draft.plain(first(x) if is_image else x)
    shape = draft.shape_of(source)
    made = draft.add("batch_norm", layer.name, (source,), shape, options, parameters)
    draft.frozen += [
        f"{made.layer}.{name}"
        for name, has in zip(("weight", "bias"), wanted[:2], strict=True)
        if not has
    ]
    return last(made) if is_image else made


def _layer_norm(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    (x,) = values
    if layer.get("axis", -1) not in (-1, [-1], len(x.shape), [len(x.shape)]) or (
        len(x.shape) > 2 or not (layer.get("scale", True) and layer.get("center", True))
    ):
        raise RefusedError("only a norm over the last axis, with scale and center")
    weight, bias = layer.need(2)
    options = {"epsilon": float(layer.get("epsilon", 1e-3))}
    parameters = {"weight": weight, "bias": bias}
    source = draft.plain(x)
    return draft.add("layer_norm", layer.name, (source,), x.shape, options, parameters)


def _embedding(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    (x,), (table,) = values, layer.need(1)
    if x.layer != "input" or len(x.shape) != 1 or layer.get("mask_zero"):
        raise RefusedError("an Embedding of the net's input alone, without mask_zero")
    options = {"vocabulary": table.shape[0], "size": table.shape[1]}
    shape = (*x.shape, table.shape[1])
    source = draft.plain(x)
    own = {"weight": table}
    return draft.add("embedding", layer.name, (source,), shape, options, own)


def _merged(type_: str) -> Handler:
    def handler(draft: Draft, layer: Layer, values: list[Value]) -> Value:
        is_image = len(values[0].shape) == 3
        parts = [first(value) if is_image else value for value in values]
        sources = tuple(draft.plain(part) for part in parts)
        shape = list(parts[0].shape)
        if type_ == "concat":
            if layer.get("axis", -1) not in (-1, len(shape)):
                raise RefusedError("Concatenate along another than the last axis")
            axis = 0 if is_image else len(shape) - 1
            shape[axis] = sum(part.shape[axis] for part in parts)
        elif any(part.shape != parts[0].shape for part in parts):
            raise RefusedError(f"{layer.kind} of other than equal shapes")
        made = draft.add(type_, layer.name, sources, shape)
        return last(made) if is_image else made

    return handler


LAYERS: Mapping[str, Handler] = {
    "Dense": _dense,
    **dict.fromkeys(("Conv1D", "Conv2D"), _convolution),
    **dict.fromkeys(
        ("MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D"), _pool
    ),
    **dict.fromkeys(("GlobalAveragePooling1D", "GlobalAveragePooling2D"), _global),
    **dict.fromkeys(("GlobalMaxPooling1D", "GlobalMaxPooling2D"), _global),
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permuted,
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D"), _zeros),
    "Dropout": _dropout,
    "Activation": _activation,
    **dict.fromkeys(("ReLU", "LeakyReLU"), _rectified),
    "ELU": _elu,
    "Softmax": _softmax,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "Embedding": _embedding,
    "Add": _merged("add"),
    "Multiply": _merged("multiply"),
    "Concatenate": _merged("concat"),
}

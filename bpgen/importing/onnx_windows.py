"""The operators of ONNX that look through windows, norms, and recurrent ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy

from bpgen.importing.draft import RETURNS, RefusedError, Value
from bpgen.importing.onnx_layers import (
    Handler,
    Node,
    Reader,
    named,
    run_alone,
    weights,
)
from bpgen.importing.onnx_values import Known, Moved
from bpgen.importing.padding import by_side, padded, same_padding
from bpgen.importing.weights import Weights

# Where the gates of net.yaml stand among those of ONNX.
GATES = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}

REDUCED = {
    "ReduceMean": ("mean", "mean_steps", "global_avg_pool"),
    "ReduceMax": ("maximum", "max_steps", "global_max_pool"),
}


def _said(options: dict[str, Any], key: str, sizes: Sequence[int], usual: int) -> None:
    """A key, where it is not as usual; one number where all are alike."""
    if any(size != usual for size in sizes):
        options[key] = sizes[0] if len(set(sizes)) == 1 else list(sizes)


def _padding(
    it: Node, options: dict[str, Any], x: Moved, kernel: Sequence[int]
) -> None:
    """The key `padding`, by side where the sides differ."""
    count = len(kernel)
    auto = it.get("auto_pad", "NOTSET")
    pads = list(it.get("pads", [0] * (2 * count)))
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        if it.kind == "ConvTranspose":
            raise RefusedError(f"auto_pad={auto} of ConvTranspose has no counterpart")
        rows = zip(
            x.at.shape[-count:],
            kernel,
            it.get("strides", [1] * count),
            it.get("dilations", [1] * count),
            strict=True,
        )
        sides = [same_padding(*row) for row in rows]
        pads = [before for before, _ in sides] + [after for _, after in sides]
        if auto == "SAME_LOWER":
            pads = pads[count:] + pads[:count]
    by_side(options, pads[:count], pads[count:])


def _result_shape(it: Node, x: Moved) -> tuple[int, ...]:
    """The shape of one sample of what a node gives, by running it on zeros."""
    arrays = [(0.0 * x.at).astype("float32")]
    arrays += [p.array.astype("float32") for p in it.inputs[1:] if p is not None]
    return tuple(run_alone(it, arrays)[0].shape[1:])


def _extents(
    it: Node, x: Moved, kernel: Sequence[int], strides: Sequence[int]
) -> tuple[int, ...]:
    """The size of what a pool gives, by the definition of ONNX."""
    count, sizes = len(kernel), x.at.shape[2:]
    if it.get("auto_pad", "NOTSET").startswith("SAME"):
        return tuple(-(-size // s) for size, s in zip(sizes, strides, strict=True))
    pads = it.get("pads", [0] * (2 * count))
    rows = zip(sizes, kernel, strides, pads[:count], pads[count:], strict=True)
    return tuple((size + a + b - k) // s + 1 for size, k, s, a, b in rows)


def _convolution(reader: Reader, it: Node) -> Moved:
    x = it.input(0)
    weight = weights(it.input(1))
    kernel = list(weight.shape[2:])
    groups = int(it.get("group", 1))
    is_transposed = it.kind == "ConvTranspose"
    filters = weight.shape[1] * groups if is_transposed else weight.shape[0]
    options: dict[str, Any] = {"filters": filters}
    options["kernel"] = kernel[0] if len(set(kernel)) == 1 else kernel
    ones = [1] * len(kernel)
    _said(options, "stride", list(it.get("strides", ones)), 1)
    _padding(it, options, x, kernel)
    _said(options, "dilation", list(it.get("dilations", ones)), 1)
    if is_transposed:
        more = list(it.get("output_padding", [0] * len(kernel)))
        _said(options, "output_padding", more, 0)
    if groups != 1:
        options["groups"] = groups
    parameters = {"weight": weight}
    if it.input(2) is None:
        options["bias"] = False
    else:
        parameters["bias"] = weights(it.input(2))
    type_ = f"conv_transpose{len(kernel)}d" if is_transposed else f"conv{len(kernel)}d"
    if type_ not in ("conv1d", "conv2d", "conv_transpose2d"):
        raise RefusedError(f"{type_} has no counterpart in net.yaml")
    return reader.layer(type_, it, x, _result_shape(it, x), options, parameters)


def _pool(reader: Reader, it: Node) -> Moved:
    x = it.input(0)
    kernel = list(it.get("kernel_shape", []))
    if it.get("ceil_mode", 0) or it.get("storage_order", 0):
        raise RefusedError("ceil_mode and storage_order have no counterpart")
    if set(it.get("dilations", [1])) != {1} or len(kernel) > 2:
        raise RefusedError("dilation of a pool, or three axes, have no counterpart")
    options: dict[str, Any] = {"kernel": kernel[0] if len(set(kernel)) == 1 else kernel}
    strides = list(it.get("strides", [1] * len(kernel)))
    if strides != kernel:
        options["stride"] = strides[0] if len(set(strides)) == 1 else strides
    _padding(it, options, x, kernel)
    kind = "max" if it.kind == "MaxPool" else "avg"
    if kind == "avg" and "padding" in options and not it.get("count_include_pad", 0):
        options["count_include_pad"] = False
    shape = _result_shape(it, x)
    if kind == "max" and shape[1:] != _extents(it, x, kernel, strides):
        raise RefusedError(
            "the onnx package computes another shape than ONNX defines for this "
            "padding, so the import cannot be checked: pad in front of the model"
        )
    return reader.layer(f"{kind}_pool{len(kernel)}d", it, x, shape, options)


def _global_pool(reader: Reader, it: Node) -> Moved:
    x = it.input(0)
    value = reader.value(x)
    kind = "avg" if it.kind == "GlobalAveragePool" else "max"
    found = reader.layer(f"global_{kind}_pool", it, x, value.shape[:1])
    ones = [1] * (len(value.shape) - 1)
    return found.by(lambda at: at.reshape(*at.shape, *ones))


def _reduced(reader: Reader, it: Node) -> Moved:
    """One number for all steps, or for all places of a channel."""
    x = it.input(0)
    word, *kinds = REDUCED[it.kind]
    axes = it.get("axes", None)
    if axes is None:
        known = it.input(1)
        axes = range(x.at.ndim) if known is None else known.array.tolist()
    own = sorted(int(axis) % x.at.ndim for axis in axes)
    value = reader.value(x)
    if x.axis() == 0 and own == [2, 3] and len(value.shape) == 3:
        found = reader.layer(kinds[1], it, x, value.shape[:1])
    elif x.axis() == 0 and own == [1] and len(value.shape) == 2:
        found = reader.layer(kinds[0], it, x, value.shape[1:])
    else:
        raise RefusedError(f"a {word} over axes {own} has no counterpart")
    for axis in own if it.get("keepdims", 1) else ():
        found = Moved(
            found.layer,
            found.size,
            found.at.reshape(*found.at.shape[:axis], 1, *found.at.shape[axis:]),
            found.samples,
        )
    return found


def _epsilon(it: Node) -> dict[str, Any]:
    epsilon = float(it.get("epsilon", 1e-5))
    return {} if epsilon == 1e-5 else {"epsilon": epsilon}


def _batch_norm(reader: Reader, it: Node) -> Moved:
    x = it.input(0)
    lasts = ("weight", "bias", "running_mean", "running_var")
    parameters = {last: weights(it.input(n + 1)) for n, last in enumerate(lasts)}
    value = reader.value(x)
    reader.draft.steps_first(value)
    if len(value.shape) != 2 or reader.draft.has_channels_first(value.layer):
        return reader.layer("batch_norm", it, x, value.shape, _epsilon(it), parameters)
    # Channels are the last axis in net.yaml, but behind a convolution.
    across = x.like(Value(value.layer, value.places.permuted((1, 0))), x.size)
    turned = value.shape[::-1]
    made = reader.layer("batch_norm", it, across, turned, _epsilon(it), parameters)
    back = made.sample()
    return made.like(Value(back.layer, back.places.permuted((1, 0))), made.size)


def _layer_norm(reader: Reader, it: Node) -> Moved:
    x = it.input(0)
    shape = reader.value(x).shape
    axis = int(it.get("axis", -1)) % x.at.ndim
    if axis != (1 if len(shape) == 3 else x.at.ndim - 1):
        raise RefusedError("a norm over other than the last axis has no counterpart")
    options, parameters = _epsilon(it), {"weight": weights(it.input(1))}
    if it.input(2) is None:
        options["bias"] = False
    else:
        parameters["bias"] = weights(it.input(2))
    return reader.layer("layer_norm", it, x, shape, options, parameters)


def _group_norm(reader: Reader, it: Node) -> Moved:
    x = it.input(0)
    shape = reader.value(x).shape
    is_instance = it.kind == "InstanceNormalization"
    groups = shape[0] if is_instance else int(it.get("num_groups", 1))
    parameters = {"weight": weights(it.input(1)), "bias": weights(it.input(2))}
    options = {"groups": groups, **_epsilon(it)}
    return reader.layer("group_norm", it, x, shape, options, parameters)


def _recurrent(reader: Reader, it: Node) -> Any:
    x = it.input(0)
    direction = it.get("direction", "forward")
    usual = ["Sigmoid", "Tanh", "Tanh"] if it.kind == "LSTM" else ["Sigmoid", "Tanh"]
    usual = ["Tanh"] if it.kind == "RNN" else usual
    ways = 2 if direction == "bidirectional" else 1
    given = [
        a.decode() if isinstance(a, bytes) else a for a in it.get("activations", [])
    ]
    if given and given not in (usual * ways, ["Relu"] * (ways * (it.kind == "RNN"))):
        raise RefusedError(f"{it.kind} with the activations {given} has no counterpart")
    states = [part for part in it.inputs[5:7] if part is not None]
    if direction == "reverse" or it.input(4) is not None or it.get("layout", 0):
        raise RefusedError(f"{it.kind} in reverse, or with lengths, has no counterpart")
    if it.get("clip", 0) or it.input(7) is not None:
        raise RefusedError(f"{it.kind} with clip or peepholes has no counterpart")
    if any(isinstance(part, Moved) or part.array.any() for part in states):
        raise RefusedError("a state at the start has no counterpart: it is 0")
    units = int(it.get("hidden_size", 0))
    options: dict[str, Any] = {"units": units, RETURNS: True}
    options |= {"activation": "relu"} if given and given[0] == "Relu" else {}
    options |= {"bidirectional": True} if ways > 1 else {}
    options |= {} if it.input(3) is not None else {"bias": False}
    if it.kind == "GRU" and not it.get("linear_before_reset", 0):
        options["reset"] = "before"
    parameters = _parameters(it, units, ways)
    steps = reader.value(x).shape[0]
    shape = (steps, units * ways)

    found = reader.layer(it.kind.lower(), it, x, shape, options, parameters)
    sequence = found.by(  # [steps, samples, features] to [steps, ways, samples, units]
        lambda at: at.reshape(*at.shape[:2], ways, units).transpose(0, 2, 1, 3)
    )
    last = [sequence.at[-1, 0]] + ([sequence.at[0, 1]] if ways > 1 else [])

    state = Moved(found.layer, found.size, numpy.stack(last), found.samples)
    return [sequence, state, "refused"]


def _parameters(it: Node, units: int, ways: int) -> dict[str, Weights]:
    """The weights by net.yaml's names, gates in its order."""
    order = GATES[it.kind]
    count = len(order)
    rows = [gate * units + i for gate in order for i in range(units)]
    found: dict[str, Weights] = {}
    for way in range(ways):
        ending = "_reverse" if way else ""
        for place, last in ((1, "weight_ih"), (2, "weight_hh")):
            own = it.input(place).by(lambda a, way=way: a[way])
            found[last + ending] = weights(own).rows(rows)
        if it.input(3) is None:
            continue
        for half, last in enumerate(("bias_ih", "bias_hh")):
            start = half * count * units
            own = it.input(3).by(lambda a, way=way: a[way])
            found[last + ending] = weights(own).rows([start + row for row in rows])
    return found


def _prelu(reader: Reader, it: Node) -> Moved:
    x, value = it.input(0), reader.value(it.input(0))
    own = it.input(1).by(lambda a: a.reshape(-1))
    axis = 0 if len(value.shape) == 3 else len(value.shape) - 1
    if own.array.size != value.shape[axis] or len(value.shape) == 2:
        raise RefusedError("PRelu needs one slope for each channel in net.yaml")
    return reader.layer("prelu", it, x, value.shape, {}, {"weight": own.weights()})


def _pad(reader: Reader, it: Node) -> Moved:
    x, mode = it.input(0), it.get("mode", "constant")
    value, axis = reader.value(x), x.axis()
    if mode != "constant":
        raise RefusedError(f"padding in the mode {mode} has no counterpart")
    given = it.attributes.get("pads", it.input(1))
    amounts = [int(n) for n in getattr(given, "array", given)]
    number, named_axes = it.input(2), it.input(3)
    known = number is None or isinstance(number, Known)
    if axis is None or axis < 0 or not known or len(amounts) % 2:
        raise RefusedError("padding by something that depends on the input")
    axes = list(range(x.at.ndim))
    if isinstance(named_axes, Known):
        axes = [int(n) % x.at.ndim for n in named_axes.array]
    half = len(amounts) // 2
    sides = dict(
        zip(axes, zip(amounts[:half], amounts[half:], strict=True), strict=True)
    )
    if any(sides.pop(axis, (0, 0))):
        raise RefusedError("padding of samples has no counterpart")
    own = [sides.get(n, (0, 0)) for n in range(x.at.ndim) if n != axis]
    constant = float(it.get("value", 0.0))
    constant = float(number.array) if isinstance(number, Known) else constant
    made = padded(reader.draft, named(it), value, own, constant)
    found: Moved = x.like(made, prod(reader.draft.shape_of(made.layer)))
    return found


WINDOWS: Mapping[str, Handler] = {
    "Pad": _pad,
    **dict.fromkeys(("Conv", "ConvTranspose"), _convolution),
    **dict.fromkeys(("MaxPool", "AveragePool"), _pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool"), _global_pool),
    **dict.fromkeys(REDUCED, _reduced),
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    **dict.fromkeys(("GroupNormalization", "InstanceNormalization"), _group_norm),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), _recurrent),
    "PRelu": _prelu,
}

"""The operators of PyTorch that are layers of net.yaml: one entry each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import torch

from bpgen.importing.draft import INPUT, RefusedError, Value
from bpgen.importing.torch_reader import Handler, Operation, Reader
from bpgen.importing.torch_values import Known, Moved, weights_of

# What has no option, or the options' names here and there with their defaults.
ACTIVATIONS: Mapping[str, tuple[str, dict[str, tuple[str, float]]]] = {
    "relu": ("relu", {}),
    "relu6": ("relu6", {}),
    "sigmoid": ("sigmoid", {}),
    "tanh": ("tanh", {}),
    "silu": ("silu", {}),
    "mish": ("mish", {}),
    "selu": ("selu", {}),
    "celu": ("celu", {"alpha": ("alpha", 1.0)}),
    "elu": ("elu", {"alpha": ("alpha", 1.0)}),
    "leaky_relu": ("leaky_relu", {"negative_slope": ("slope", 0.01)}),
    "hardsigmoid": ("hard_sigmoid", {}),
    "hardswish": ("hard_swish", {}),
    "log_sigmoid": ("log_sigmoid", {}),
    "softshrink": ("softshrink", {"lambd": ("lambda", 0.5)}),
    "sin": ("sin", {}),
}


def _activation(reader: Reader, it: Operation) -> Moved:
    type_, keys = ACTIVATIONS[it.kind]
    options = {
        own: float(it[theirs])
        for theirs, (own, default) in keys.items()
        if float(it[theirs]) != default
    }
    if it.kind == "elu" and (it["scale"] != 1 or it["input_scale"] != 1):
        raise RefusedError("elu with a scale has no counterpart")
    return activated(reader, it, next(iter(it.given.values())), type_, options)


def activated(
    reader: Reader, it: Operation, x: Moved, type_: str, options: Mapping[str, Any]
) -> Moved:
    """An activation of each element, wherever it stands."""
    if x.layer == INPUT or x.layer in reader.pending:
        value = reader.value(x)
        made = reader.draft.activation(type_, it.name, value, **options)
        return x.like(made, prod(value.shape))
    shape = reader.draft.shape_of(x.layer)
    own = reader.draft.add(type_, it.name, (x.layer,), shape, options)
    reader.draft.entries[own.layer].is_activation = True
    return Moved(own.layer, x.size, x.at)


def _bounded(reader: Reader, it: Operation) -> Moved:
    low, high = float(it["min_val"]), float(it["max_val"])
    known = {(-1.0, 1.0): "hard_tanh", (0.0, 6.0): "relu6"}
    if (low, high) not in known:
        raise RefusedError(f"hardtanh from {low} to {high} has no counterpart")
    return activated(reader, it, it["self"], known[low, high], {})


def _gelu(reader: Reader, it: Operation) -> Moved:
    type_ = "gelu" if it["approximate"] == "none" else "gelu_tanh"
    return activated(reader, it, it["self"], type_, {})


def _softplus(reader: Reader, it: Operation) -> Moved:
    if float(it["beta"]) != 1.0:
        raise RefusedError("Softplus(beta) has no counterpart: leave beta out")
    return activated(reader, it, it["self"], "softplus", {})


def _threshold(reader: Reader, it: Operation) -> Moved:
    if float(it["value"]) != 0.0:
        raise RefusedError("Threshold to a value other than 0 has no counterpart")
    theta = float(it["threshold"])
    return activated(reader, it, it["self"], "thresholded_relu", {"theta": theta})


def _softmax(reader: Reader, it: Operation) -> Any:
    x = it["self"]
    if hasattr(x, "is_attention"):
        return x.normalized(it["dim"])
    value = reader.value(x)
    if it["dim"] not in (-1, x.at.dim() - 1) or len(value.shape) > 2:
        raise RefusedError(
            "a softmax over channels or steps has no counterpart: only over the last "
            "axis, of [features] or [time, features]"
        )
    type_ = "softmax" if it.kind == "softmax" else "log_softmax"
    made = reader.draft.activation(type_, it.name, value)
    return x.like(made, prod(value.shape))


def _prelu(reader: Reader, it: Operation) -> Moved:
    x, value = it["self"], reader.value(it["self"])
    (weight,) = weights_of(it["weight"])
    axis = 0 if len(value.shape) == 3 else len(value.shape) - 1
    if weight.shape[0] != value.shape[axis] or len(value.shape) == 2:
        raise RefusedError(
            "PReLU has one slope for each channel in net.yaml: write "
            f"num_parameters={value.shape[axis]}"
        )
    return reader.layer("prelu", it, x, value.shape, {}, {"weight": weight})


# Weighted sums ------------------------------------------------------------------


def _linear(reader: Reader, it: Operation) -> Any:
    return dense(reader, it, it["input"], it["weight"], it["bias"])


def _addmm(reader: Reader, it: Operation) -> Any:
    if it["beta"] != 1 or it["alpha"] != 1 or not isinstance(it["mat2"], Known):
        raise RefusedError("addmm other than of a Linear has no counterpart")
    weight = it["mat2"].by(lambda t: t.t())
    return dense(reader, it, it["mat1"], weight, it["self"])


def matrix_product(reader: Reader, it: Operation) -> Any:
    """A product with a matrix that is known: a dense layer without a bias."""
    x, other = it["self"], it.given.get("other", it.given.get("mat2"))
    if not isinstance(other, Known) or other.tensor.dim() != 2:
        raise RefusedError("a product of two values is only known in attention")
    return dense(reader, it, x, other.by(lambda t: t.t()), None)


def dense(reader: Reader, it: Operation, x: Moved, weight: Any, bias: Any) -> Any:
    """A dense layer; its columns follow the elements of what it reads."""
    if x.layer in reader.pending:
        return reader.pending[x.layer].projected(reader, it, x, weight, bias)
    (own,) = weights_of(weight)
    value = reader.value(x)
    if len(value.shape) > 2:
        raise RefusedError(
            f"a Linear on {list(value.shape)} has no counterpart: only on [features] "
            "and [time, features]"
        )
    flat = value
    size = prod(reader.draft.shape_of(value.layer))
    is_moved = len(value.shape) == 1 and not value.places.is_whole
    if is_moved and sorted(value.places.at) == list(range(size)):
        own = own.columns_at(value.places.at)
        flat = Value(value.layer, value.places.__class__.whole((size,)))
    parameters: dict[str, Any] = {"weight": own}
    options: dict[str, Any] = {"units": own.shape[0]}
    if bias is None:
        options["bias"] = False
    else:
        parameters["bias"] = bias
    shape = (*value.shape[:-1], own.shape[0])
    return reader.layer("dense", it, x, shape, options, parameters, flat)


# Merging ------------------------------------------------------------------------


def _add(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it["other"]
    if it.given.get("alpha", 1) != 1:
        raise RefusedError("add with alpha has no counterpart")
    if not isinstance(one, Moved) and not hasattr(one, "is_attention"):
        one, other = other, one
    if hasattr(one, "is_attention"):
        return one.masked_by_sum(other)
    if isinstance(other, Known) and other.tensor.numel() > 1:
        return _positional(reader, it, one, other)
    if isinstance(other, (Known, int, float)):
        return scalar(reader, it, one, f"x + {number_of(other)!r}", "add")
    return _merged(reader, it, "add", [one, other])


def _positional(reader: Reader, it: Operation, x: Moved, other: Known) -> Moved:
    value = reader.value(x)
    table = other
    while table.tensor.dim() > 2 and table.tensor.shape[0] == 1:
        table = table.by(lambda t: t[0])
    if len(value.shape) != 2 or tuple(table.tensor.shape) != value.shape:
        raise RefusedError(
            f"a sum of {list(value.shape)} and a constant "
            f"{list(other.tensor.shape)} has no counterpart"
        )
    stem = table.name.rpartition(".")[0] or table.name
    if stem:
        it = replace(it, name=stem.replace(".", "_"), comment=table.name)
    return reader.layer(
        "positional_embedding", it, x, value.shape, {}, {"weight": table}
    )


def _subtract(reader: Reader, it: Operation) -> Moved:
    one, other = it["self"], it["other"]
    if isinstance(one, Moved) and isinstance(other, (int, float)):
        return scalar(reader, it, one, f"x - {number_of(other)!r}", "subtract")
    if isinstance(other, Moved) and not isinstance(one, Moved):
        return scalar(reader, it, other, f"{number_of(one)!r} - x", "subtract")
    return _merged(reader, it, "subtract", [one, other])


def _reversed_subtract(reader: Reader, it: Operation) -> Moved:
    return scalar(reader, it, it["self"], f"{number_of(it['other'])!r} - x", "subtract")


def _multiply(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it["other"]
    if not isinstance(one, Moved) and not hasattr(one, "is_attention"):
        one, other = other, one
    if hasattr(one, "is_attention"):
        return one.scaled(number_of(other))
    if isinstance(other, Moved):
        return _merged(reader, it, "multiply", [one, other])
    return scalar(reader, it, one, f"x * {number_of(other)!r}", "scale")


def _divide(reader: Reader, it: Operation) -> Any:
    one, other = it["self"], it["other"]
    if hasattr(one, "is_attention"):
        return one.scaled(1.0 / number_of(other))
    if not isinstance(one, Moved) or isinstance(other, Moved):
        raise RefusedError("a quotient of two values has no counterpart")
    return scalar(reader, it, one, f"x / {number_of(other)!r}", "scale")


def number_of(part: Any) -> float:
    """A number that is known, as Python's or as a tensor's.

    Raises:
        RefusedError: there are several.
    """
    if isinstance(part, Known):
        if part.tensor.numel() != 1:
            raise RefusedError(
                "a constant for each element has no counterpart: make it the weight of "
                "a norm, or scale the samples in front of the model"
            )
        return float(part.tensor)
    if isinstance(part, (int, float)):
        return float(part)
    raise RefusedError("a number was expected")


def scalar(reader: Reader, it: Operation, x: Moved, formula: str, stem: str) -> Moved:
    """A function of each element by a formula: an entry of `functions`."""
    known = reader.draft.functions
    name = next((n for n, own in known.items() if own == formula), "")
    if not name:
        number = sum(n.startswith(f"{stem}_by_") for n in known) + 1
        name = f"{stem}_by_{number}"
        known[name] = formula
    made = activated(reader, it, x, name, {})
    reader.draft.entries[made.layer].is_activation = False
    return made


def _merged(reader: Reader, it: Operation, type_: str, parts: Sequence[Moved]) -> Moved:
    """Layers added or multiplied, element by element."""
    first = parts[0]
    if any(part.at.shape != first.at.shape for part in parts):
        shapes = " and ".join(str(list(part.at.shape[1:])) for part in parts)
        raise RefusedError(f"{type_} of {shapes}: net.yaml adds equal shapes only")
    sizes = {reader.draft.shape_of(part.layer) for part in parts}
    are_alike = all(torch.equal(part.at, first.at) for part in parts)
    if are_alike and len(sizes) == 1 and INPUT not in {p.layer for p in parts}:
        (shape,) = sizes
        sources = tuple(part.layer for part in parts)
        made = reader.layer_on(type_, it, _two(reader, sources), shape)
        return Moved(made.layer, first.size, first.at)
    values = [reader.value(part) for part in parts]
    sources = tuple(reader.draft.plain(value) for value in values)
    shape = values[0].shape
    made = reader.layer_on(type_, it, _two(reader, sources), shape)
    return first.like(made, prod(shape))


def _two(reader: Reader, sources: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(sources)) < len(sources):
        raise RefusedError("a layer is merged with itself: write it as a formula")
    return sources


def _concatenated(reader: Reader, it: Operation) -> Any:
    parts = it["tensors"]
    if not all(isinstance(part, Moved) for part in parts):
        raise RefusedError("a constant in a concatenation has no counterpart")
    axis = it["dim"] % parts[0].at.dim()
    if all(part.layer in reader.pending for part in parts):
        return reader.pending[parts[0].layer].joined(reader, list(parts), axis)
    if len({part.layer for part in parts}) == 1:
        at = torch.cat([part.at for part in parts], axis)
        return Moved(parts[0].layer, parts[0].size, at)
    values = [reader.value(part) for part in parts]
    sources = tuple(reader.draft.plain(value) for value in values)
    shapes = [value.shape for value in values]
    rank = len(shapes[0])
    own = axis - 1 if parts[0].axis() == 0 else axis
    wanted = 0 if rank == 3 or reader.draft.has_channels_first(sources[0]) else rank - 1
    if own != wanted:
        raise RefusedError(f"concatenation along axis {axis} has no counterpart")
    shape = list(shapes[0])
    shape[own] = sum(each[own] for each in shapes)
    made = reader.layer_on("concat", it, _two(reader, sources), shape)
    return parts[0].like(made, prod(shape))


# Norms, embeddings, dropout -----------------------------------------------------


def _embedding(reader: Reader, it: Operation) -> Any:
    indices = it["indices"]
    value = reader.value(indices)
    if value.layer != INPUT or len(value.shape) != 1:
        raise RefusedError("an Embedding reads the net's input, [time] indices, only")
    vocabulary, size = it["weight"].tensor.shape
    options = {"vocabulary": vocabulary, "size": size}
    shape = (*value.shape, size)
    parameters = {"weight": it["weight"]}
    return reader.layer("embedding", it, indices, shape, options, parameters)


def _dropout(reader: Reader, it: Operation) -> Any:
    x, rate = it["input"], float(it["p"])
    if hasattr(x, "is_attention"):
        return x.dropped(rate)
    if rate == 0.0 or isinstance(x, Known):
        return x
    shape = reader.draft.shape_of(x.layer)
    if x.layer in reader.pending:
        raise RefusedError("dropout inside of attention has no counterpart")
    own = reader.draft.add("dropout", it.name, (x.layer,), shape, {"rate": rate})
    return Moved(own.layer, x.size, x.at)


def refused(message: str) -> Handler:
    """An operator that has no counterpart, for a reason worth saying."""

    def refuse(reader: Reader, it: Operation) -> Any:
        raise RefusedError(message)

    return refuse


_CHANNELS = "dropout of whole channels has no counterpart: take Dropout"
LAYERS: Mapping[str, Handler] = {
    **dict.fromkeys(ACTIVATIONS, _activation),
    "hardtanh": _bounded,
    "gelu": _gelu,
    "softplus": _softplus,
    "threshold": _threshold,
    "softmax": _softmax,
    "log_softmax": _softmax,
    "prelu": _prelu,
    "linear": _linear,
    "addmm": _addmm,
    "add": _add,
    "sub": _subtract,
    "rsub": _reversed_subtract,
    "mul": _multiply,
    "div": _divide,
    "cat": _concatenated,
    "embedding": _embedding,
    "dropout": _dropout,
    "feature_dropout": refused(_CHANNELS),
    "rrelu": refused("RReLU is random in training: take LeakyReLU"),
    "alpha_dropout": refused("AlphaDropout has no counterpart: take Dropout"),
}

"""The operators of PyTorch that look through windows, and the norms: one entry each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import torch

from bpgen.importing.draft import RefusedError
from bpgen.importing.padding import padded
from bpgen.importing.torch_reader import Handler, Operation, Reader
from bpgen.importing.torch_values import Moved
from bpgen.importing.weights import Weights


def _sizes(written: Any, count: int) -> list[int]:
    listed = list(written) if isinstance(written, (list, tuple)) else [written]
    return listed * count if len(listed) == 1 else listed


def _said(options: dict[str, Any], key: str, sizes: Sequence[int], usual: int) -> None:
    """A key, where it is not as usual; one number where all are alike."""
    if any(size != usual for size in sizes):
        alike = len(set(sizes)) == 1
        options[key] = sizes[0] if alike else list(sizes)


def _convolution(reader: Reader, it: Operation) -> Moved:
    x, weight = it["input"], it["weight"]
    value = reader.value(x)
    count = weight.tensor.dim() - 2
    is_transposed = "transpose" in it.kind
    options: dict[str, Any] = {}
    groups = int(it["groups"])
    rows = weight.tensor.shape
    options["filters"] = rows[1] * groups if is_transposed else rows[0]
    kernel = list(rows[2:])
    options["kernel"] = kernel[0] if len(set(kernel)) == 1 else kernel
    _said(options, "stride", _sizes(it["stride"], count), 1)
    if isinstance(it["padding"], str):
        if it["padding"] == "same":
            options["padding"] = "same"
    else:
        _said(options, "padding", _sizes(it["padding"], count), 0)
    _said(options, "dilation", _sizes(it["dilation"], count), 1)
    if is_transposed:
        _said(options, "output_padding", _sizes(it["output_padding"], count), 0)
    if groups != 1:
        options["groups"] = groups
    parameters = {"weight": weight}
    if it["bias"] is None:
        options["bias"] = False
    else:
        parameters["bias"] = it["bias"]
    given = {key: part for key, part in it.given.items() if key != "input"}
    given |= {"weight": weight.tensor}
    given["bias"] = None if it["bias"] is None else it["bias"].tensor
    shape = _given_shape(it.kind, value.shape, given)
    type_ = f"conv_transpose{count}d" if is_transposed else f"conv{count}d"
    if type_ in ("conv_transpose1d", "conv3d", "conv_transpose3d"):
        raise RefusedError(f"{type_} has no counterpart in net.yaml")
    return reader.layer(type_, it, x, shape, options, parameters)


def _given_shape(
    kind: str, shape: Sequence[int], given: Mapping[str, Any]
) -> tuple[int, ...]:
    """The shape that an operator of torch.nn.functional gives, for one sample."""
    function = getattr(torch, kind, None) or getattr(torch.nn.functional, kind)
    zeros = torch.zeros((1, *shape), dtype=torch.float64)
    return tuple(function(zeros, **given).shape[1:])


def _pool(reader: Reader, it: Operation) -> Any:
    x = it["self"]
    value = reader.value(x)
    count = int(it.kind.rstrip("d")[-1])
    if it["ceil_mode"]:
        raise RefusedError("ceil_mode=True has no counterpart: leave it out")
    dilation = _sizes(it.given.get("dilation", 1), count)
    if any(size != 1 for size in dilation):
        raise RefusedError("dilation of a pool has no counterpart")
    if it.given.get("divisor_override"):
        raise RefusedError("divisor_override has no counterpart")
    kernel = _sizes(it["kernel_size"], count)
    stride = _sizes(it["stride"], count) if it["stride"] else kernel
    options: dict[str, Any] = {"kernel": kernel[0] if len(set(kernel)) == 1 else kernel}
    if stride != kernel:
        options["stride"] = stride[0] if len(set(stride)) == 1 else stride
    padding = _sizes(it["padding"], count)
    _said(options, "padding", padding, 0)
    given: dict[str, Any] = {
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding,
    }
    if it.kind.startswith("avg"):
        given["count_include_pad"] = bool(it["count_include_pad"])
        if not it["count_include_pad"]:
            options["count_include_pad"] = False
    shape = _given_shape(it.kind, value.shape, given)
    return reader.layer(it.kind, it, x, shape, options)


def _adaptive(reader: Reader, it: Operation) -> Any:
    x = it["self"]
    value = reader.value(x)
    count = int(it.kind.rstrip("d")[-1])
    wanted = _sizes(it["output_size"], count)
    inside = value.shape[1:]
    wanted = [w or size for w, size in zip(wanted, inside, strict=True)]
    is_mean = "avg" in it.kind
    if all(w == 1 for w in wanted):
        type_ = "global_avg_pool" if is_mean else "global_max_pool"
        found = reader.layer(type_, it, x, value.shape[:1])
        found = found.by(lambda at: at.reshape(*at.shape, *[1] * count))
        return found if is_mean else [found, None]
    if any(size % w for w, size in zip(wanted, inside, strict=True)):
        raise RefusedError(
            f"an adaptive pool from {list(inside)} to {wanted} has windows of several "
            "sizes: net.yaml has not"
        )
    kernel = [size // w for w, size in zip(wanted, inside, strict=True)]
    kind = f"{'avg' if is_mean else 'max'}_pool{count}d"
    options = {"kernel": kernel[0] if len(set(kernel)) == 1 else kernel}
    found = reader.layer(kind, it, x, (value.shape[0], *wanted), options)
    return found if is_mean else [found, None]


def _mean(reader: Reader, it: Operation) -> Moved:
    return _reduced(reader, it, "mean", ("mean_steps", "global_avg_pool"))


def _max(reader: Reader, it: Operation) -> Any:
    """The largest along an axis; where it stands has no counterpart."""
    if "other" in it.given:
        raise RefusedError("the larger of two values has no counterpart")
    kinds = ("max_steps", "global_max_pool")
    return [_reduced(reader, it, "maximum", kinds), None]


def _amax(reader: Reader, it: Operation) -> Moved:
    found = _reduced(reader, it, "maximum", ("max_steps", "global_max_pool"))
    reader.draft.note("of equal largest numbers the first gets the slope, not each")
    return found


def _reduced(reader: Reader, it: Operation, word: str, kinds: tuple[str, str]) -> Moved:
    """One number for all steps, or for all places of a channel."""
    x = it["self"]
    value = reader.value(x)
    rank, batch, given = x.at.dim(), x.axis(), it.given.get("dim")
    given = range(rank) if given is None else _sizes(given, 1)
    axes = sorted(axis % rank for axis in given)
    by_steps, by_channel = kinds
    if batch == 0 and (rank, axes) in ((4, [2, 3]), (3, [2])):
        found = reader.layer(by_channel, it, x, value.shape[:1])
    elif batch == 0 and rank == 3 and axes == [1]:
        found = reader.layer(by_steps, it, x, value.shape[1:])
    else:
        raise RefusedError(
            f"a {word} over axes {axes} of {list(value.shape)} has no counterpart: "
            "only over the steps, or over height and width"
        )
    if it.given.get("keepdim"):
        for axis in axes:
            found = Moved(found.layer, found.size, found.at.unsqueeze(axis))
    return found


# Norms --------------------------------------------------------------------------


def _affine(
    it: Operation, shape: Sequence[int], *, bias: bool = True
) -> tuple[dict[str, Any], list[str]]:
    """The weight and the bias of a norm; ones and zeros, frozen, where it has none."""
    parameters: dict[str, Any] = {}
    frozen = []
    for last, number in (("weight", 1.0), ("bias", 0.0)):
        if last == "bias" and not bias:
            continue
        given = it.given.get(last)
        if given is None:
            parameters[last] = Weights.constant(shape, number)
            frozen.append(last)
        else:
            parameters[last] = given
    return parameters, frozen


def _epsilon(given: Any) -> dict[str, Any]:
    epsilon = float(given)
    return {} if epsilon == 1e-5 else {"epsilon": epsilon}


def _normed(
    reader: Reader,
    it: Operation,
    type_: str,
    x: Moved,
    options: dict[str, Any],
    both: tuple[dict[str, Any], list[str]],
) -> Moved:
    value = reader.value(x)
    parameters, frozen = both
    made = reader.layer(type_, it, x, value.shape, options, parameters)
    names = [f"{made.layer}.{last}" for last in frozen]
    reader.draft.frozen += [n for n in names if n in reader.draft.parameters]
    return made


def _batch_norm(reader: Reader, it: Operation) -> Moved:
    x = it["input"]
    mean, var = it["running_mean"], it["running_var"]
    if mean is None or var is None:
        raise RefusedError("track_running_stats=False has no counterpart: leave it out")
    both = _affine(it, mean.tensor.shape)
    parameters = {**both[0], "running_mean": mean, "running_var": var}
    options = _epsilon(it["eps"])
    if float(it["momentum"]) != 0.1:
        options["momentum"] = float(it["momentum"])
    reader.draft.steps_first(reader.value(x))
    return _normed(reader, it, "batch_norm", x, options, (parameters, both[1]))


def _layer_norm(reader: Reader, it: Operation) -> Moved:
    x, value = it["input"], reader.value(it["input"])
    shape = tuple(it["normalized_shape"])
    wanted = value.shape if len(value.shape) == 3 else value.shape[-1:]
    if shape != wanted:
        raise RefusedError(
            f"a norm over {list(shape)} of {list(value.shape)} has no counterpart: "
            "only over the last axis, or over all of an image"
        )
    options = _epsilon(it["eps"])
    is_rms = it.kind == "rms_norm"
    both = _affine(it, shape, bias=not is_rms)
    if not is_rms and it["bias"] is None and it["weight"] is not None:
        options["bias"] = False
        both[0].pop("bias")
        both[1].remove("bias")
    return _normed(reader, it, it.kind, x, options, both)


def _rms_norm(reader: Reader, it: Operation) -> Moved:
    if it["eps"] is None:
        it = Operation(
            it.kind,
            {**it.given, "eps": 1.1920928955078125e-07},
            it.name,
            it.comment,
        )
    return _layer_norm(reader, it)


def _group_norm(reader: Reader, it: Operation) -> Moved:
    x, value = it["input"], reader.value(it["input"])
    options = {"groups": int(it["num_groups"]), **_epsilon(it["eps"])}
    both = _affine(it, value.shape[:1])
    return _normed(reader, it, "group_norm", x, options, both)


def _instance_norm(reader: Reader, it: Operation) -> Moved:
    if it["running_mean"] is not None:
        raise RefusedError("running statistics of an InstanceNorm have no counterpart")
    x, value = it["input"], reader.value(it["input"])
    options = {"groups": value.shape[0], **_epsilon(it["eps"])}
    both = _affine(it, value.shape[:1])
    return _normed(reader, it, "group_norm", x, options, both)


def _pad(reader: Reader, it: Operation) -> Moved:
    if it["mode"] != "constant":
        raise RefusedError(
            f"padding in the mode {it['mode']} has no counterpart: only by a constant"
        )
    x = it["self"]
    value, given = reader.value(x), list(it["pad"])
    pairs = list(zip(given[::2], given[1::2], strict=True))  # from the last axis on
    none = [(0, 0)] * (len(value.shape) - len(pairs))
    if len(pairs) > len(value.shape):
        raise RefusedError("padding of samples has no counterpart")
    number = float(it["value"] or 0.0)
    made = padded(reader.draft, it.name, value, [*none, *reversed(pairs)], number)
    found: Moved = x.like(made, prod(reader.draft.shape_of(made.layer)))
    return found


WINDOWS: Mapping[str, Handler] = {
    "pad": _pad,
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolution),
    **dict.fromkeys((f"conv_transpose{n}d" for n in (1, 2, 3)), _convolution),
    **dict.fromkeys(("max_pool1d", "max_pool2d"), _pool),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d"), _pool),
    **dict.fromkeys(("adaptive_avg_pool1d", "adaptive_avg_pool2d"), _adaptive),
    **dict.fromkeys(("adaptive_max_pool1d", "adaptive_max_pool2d"), _adaptive),
    "mean": _mean,
    "max": _max,
    "amax": _amax,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "rms_norm": _rms_norm,
    "group_norm": _group_norm,
    "instance_norm": _instance_norm,
}

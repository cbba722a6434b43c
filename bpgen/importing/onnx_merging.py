"""The operators of ONNX that merge values, or a value and a constant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy

from bpgen.importing.draft import RefusedError
from bpgen.importing.onnx_layers import Handler, Node, Reader, named, scalar
from bpgen.importing.onnx_values import Known, Moved


def _with_bias(reader: Reader, x: Moved, other: Known) -> Moved | None:
    """A product and what is added to it: one dense layer, if that is what it is."""
    entry = reader.draft.entries.get(x.layer)
    units = entry.shape[-1] if entry else 0
    if (
        entry is None
        or entry.type != "dense"
        or entry.options.get("bias", True)
        or other.array.size != units
        or other.array.shape[-1] != units
        or any(x.layer in e.inputs for e in reader.draft.entries.values())
    ):
        return None
    entry.options.pop("bias")
    own = other.by(lambda a: a.reshape(-1)).weights()
    reader.draft.parameters[f"{x.layer}.bias"] = own
    return x


def _add(reader: Reader, it: Node) -> Any:
    one, other = it.input(0), it.input(1)
    if not isinstance(one, Moved):
        one, other = other, one
    if isinstance(other, Moved):
        return _merged(reader, it, "add", [one, other])
    found = _with_bias(reader, one, other)
    if found:
        return found
    value = reader.value(one)
    if other.array.size > 1 and other.array.shape[-2:] == value.shape:
        table = other.by(lambda a: a.reshape(value.shape)).weights()
        return reader.layer(
            "positional_embedding", it, one, value.shape, {}, {"weight": table}
        )
    return scalar(reader, it, f"x + {number_of(other)!r}", one)


def _arithmetic(reader: Reader, it: Node) -> Any:
    one, other = it.input(0), it.input(1)
    signs = {"Sub": "-", "Mul": "*", "Div": "/"}
    if isinstance(one, Moved) and isinstance(other, Moved):
        if it.kind == "Mul":
            return _merged(reader, it, "multiply", [one, other])
        if it.kind == "Sub":
            return _merged(reader, it, "subtract", [one, other])
        raise RefusedError(f"{it.kind} of two values has no counterpart in net.yaml")
    if isinstance(one, Moved):
        return scalar(reader, it, f"x {signs[it.kind]} {number_of(other)!r}", one)
    return scalar(reader, it, f"{number_of(one)!r} {signs[it.kind]} x", other)


def number_of(part: Any) -> float:
    """A number that is known.

    Raises:
        RefusedError: there are several, or it depends on the input.
    """
    if not isinstance(part, Known) or part.array.size != 1:
        raise RefusedError(
            "a constant for each element has no counterpart: where it turns positions, "
            "or scales channels, import the model from PyTorch"
        )
    return float(str(numpy.float32(part.array.reshape(-1)[0])))


def _merged(reader: Reader, it: Node, type_: str, parts: Sequence[Moved]) -> Moved:
    """Layers added or multiplied, element by element."""
    first = parts[0]
    if any(part.at.shape != first.at.shape for part in parts):
        raise RefusedError(f"{type_} of other than equal shapes has no counterpart")
    values = [reader.value(part) for part in parts]
    sources = tuple(reader.draft.plain(value) for value in values)
    if len(set(sources)) < len(sources):
        raise RefusedError("a layer is merged with itself: write it as a formula")
    shape = values[0].shape
    made = reader.draft.add(type_, named(it), sources, shape)
    return first.like(made, prod(shape))


def _concat(reader: Reader, it: Node) -> Moved:
    parts = it.inputs
    if not all(isinstance(part, Moved) for part in parts):
        raise RefusedError("a constant in a concatenation has no counterpart")
    axis = int(it.get("axis", 1)) % parts[0].at.ndim
    if len({part.layer for part in parts}) == 1:
        at = numpy.concatenate([part.at for part in parts], axis)
        return Moved(parts[0].layer, parts[0].size, at, parts[0].samples)
    values = [reader.value(part) for part in parts]
    shapes = [value.shape for value in values]
    rank = len(shapes[0])
    wanted = 0 if rank == 3 else rank - 1
    if axis - 1 != wanted or parts[0].axis() != 0:
        raise RefusedError(f"concatenation along axis {axis} has no counterpart")
    shape = list(shapes[0])
    shape[wanted] = sum(each[wanted] for each in shapes)
    sources = tuple(reader.draft.plain(value) for value in values)
    made = reader.draft.add("concat", named(it), sources, shape)
    found: Moved = parts[0].like(made, prod(shape))
    return found


MERGING: Mapping[str, Handler] = {
    "Add": _add,
    **dict.fromkeys(("Sub", "Mul", "Div"), _arithmetic),
    "Concat": _concat,
}

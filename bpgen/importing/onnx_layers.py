"""The operators of ONNX that are layers of net.yaml: one entry each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

import numpy
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from bpgen.importing.attention import UNPROJECTED
from bpgen.importing.draft import INPUT, Draft, RefusedError, Value
from bpgen.importing.onnx_values import Known, Moved
from bpgen.importing.places import Places
from bpgen.importing.symbol import Symbol
from bpgen.importing.weights import Weights

MOVING = (
    *("Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Slice", "Split"),
    *("Expand", "Gather"),
)
# What has no option, or the options' names here and there with the defaults of both.
ACTIVATIONS: Mapping[str, tuple[str, dict[str, tuple[str, float, float]]]] = {
    "Relu": ("relu", {}),
    "Sigmoid": ("sigmoid", {}),
    "Tanh": ("tanh", {}),
    "Softplus": ("softplus", {}),
    "Softsign": ("softsign", {}),
    "Selu": ("selu", {}),
    "Mish": ("mish", {}),
    "HardSwish": ("hard_swish", {}),
    "Sin": ("sin", {}),
    "Elu": ("elu", {"alpha": ("alpha", 1.0, 1.0)}),
    "Celu": ("celu", {"alpha": ("alpha", 1.0, 1.0)}),
    "LeakyRelu": ("leaky_relu", {"alpha": ("slope", 0.01, 0.01)}),
    "ThresholdedRelu": ("thresholded_relu", {"alpha": ("theta", 1.0, 1.0)}),
}
FORMULAS = {
    "Erf": "erf(x)",
    "Exp": "exp(x)",
    "Log": "log(x)",
    "Sqrt": "sqrt(x)",
    "Abs": "abs(x)",
    "Neg": "-x",
    "Reciprocal": "1 / x",
    "Cos": "cos(x)",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a graph with what it reads."""

    kind: str
    name: str
    inputs: list[Any]
    attributes: Mapping[str, Any]
    opset: int
    node: Any

    def get(self, key: str, default: Any) -> Any:
        """An attribute."""
        return self.attributes.get(key, default)

    def input(self, number: int) -> Any:
        """What it reads at that place; None if that is left out."""
        return self.inputs[number] if number < len(self.inputs) else None


@dataclass(slots=True)
class Reader:
    """What was read so far."""

    draft: Draft
    samples: int
    found: dict[str, Any] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    pending: dict[str, Any] = field(default_factory=dict)  # attention to be projected

    def value(self, part: Any) -> Value:
        """A value without its samples.

        Raises:
            RefusedError: it is none.
        """
        if isinstance(part, Symbol):
            raise RefusedError(part.unfinished)
        if not isinstance(part, Moved):
            raise RefusedError("what it reads does not depend on the input")
        if part.layer in self.pending:
            raise RefusedError(UNPROJECTED)
        return part.sample()

    def layer(
        self,
        type_: str,
        it: Node,
        x: Moved,
        shape: Sequence[int],
        options: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Weights] | None = None,
        flat: Value | None = None,
    ) -> Moved:
        """A layer that reads one value."""
        source = self.draft.plain(flat or self.value(x))
        name = named(it, parameters)
        made = self.draft.add(type_, name, (source,), shape, options, parameters)
        return x.like(made, prod(shape))


Handler: TypeAlias = Callable[[Reader, Node], Any]


def named(it: Node, parameters: Mapping[str, Weights] | None = None) -> str:
    """A layer's name: that of its tensors, or of the node."""
    for weights in (parameters or {}).values():
        for tensor in weights.tensors:
            stem = tensor.name.rpartition(".")[0]
            if stem:
                return stem.replace(".", "_")
    parts = [part for part in it.name.split("/") if part]
    return "_".join(parts[:-1] or parts)[:38] or it.kind


def weights(part: Any) -> Weights:
    """A constant as weights.

    Raises:
        RefusedError: it depends on the input.
    """
    if not isinstance(part, Known):
        raise RefusedError("a weight depends on the input: net.yaml has fixed ones")
    return part.weights()


def run_alone(it: Node, arrays: Sequence[Any]) -> list[Any]:
    """A node by the reference evaluator, on arrays of its inputs that are there.

    Raises:
        RefusedError: it cannot be run.
    """
    types = {"f": TensorProto.DOUBLE, "i": TensorProto.INT64, "b": TensorProto.BOOL}
    names = [name for name in it.node.input if name]
    given = dict(zip(names, arrays, strict=False))
    inputs = []
    for name, array in given.items():
        kind = types.get(array.dtype.kind, TensorProto.DOUBLE)
        kind = helper.np_dtype_to_tensor_dtype(array.dtype) or kind
        inputs.append(helper.make_tensor_value_info(name, kind, array.shape))
    outputs = [helper.make_empty_tensor_value_info(name) for name in it.node.output]
    graph = helper.make_graph([it.node], "one", inputs, outputs)
    opsets = [helper.make_opsetid("", it.opset)]
    model = helper.make_model(graph, opset_imports=opsets)
    try:
        return list(ReferenceEvaluator(model).run(None, given))
    except Exception as error:  # of the evaluator, about shapes and types
        text = str(error).splitlines()[0][:100] if str(error) else ""
        raise RefusedError(f"{it.kind} cannot be run: {text}") from None


def _moved(reader: Reader, it: Node) -> Any:
    """What only moves numbers is done to places."""
    x = it.input(0)
    if it.kind == "Gather" and isinstance(x, Known):
        return _embedding(reader, it)
    if not isinstance(x, Moved):
        raise RefusedError(f"{it.kind} by something that depends on the input")
    rest = it.inputs[1:]
    if any(isinstance(part, Moved) for part in rest):
        raise RefusedError(f"{it.kind} by something that depends on the input")
    arrays = [x.at, *(part.array for part in rest if part is not None)]
    return [Moved(x.layer, x.size, at, x.samples) for at in run_alone(it, arrays)]


def _same(reader: Reader, it: Node) -> Any:
    return it.input(0)


def _shape(reader: Reader, it: Node) -> Any:
    x = it.input(0)
    shape = x.at.shape if isinstance(x, Moved) else x.array.shape
    return Known(numpy.array(shape, dtype=numpy.int64))


def _activation(reader: Reader, it: Node) -> Moved:
    type_, keys = ACTIVATIONS[it.kind]
    if it.kind == "Selu" and (
        abs(it.get("alpha", 1.67326) - 1.67326) > 1e-4
        or abs(it.get("gamma", 1.0507) - 1.0507) > 1e-4
    ):
        raise RefusedError("Selu with other numbers has no counterpart")
    options = {}
    for theirs, (ours, default, usual) in keys.items():
        value = float(it.get(theirs, default))
        if value != usual:
            options[ours] = value
    return activated(reader, it, it.input(0), type_, options)


def activated(
    reader: Reader, it: Node, x: Moved, type_: str, options: Mapping[str, Any]
) -> Moved:
    """An activation of each element, wherever it stands."""
    if x.layer == INPUT or x.layer in reader.pending:
        value = reader.value(x)
        made = reader.draft.activation(type_, named(it), value, **options)
        return x.like(made, prod(value.shape))
    shape = reader.draft.shape_of(x.layer)
    own = reader.draft.add(type_, named(it), (x.layer,), shape, options)
    reader.draft.entries[own.layer].is_activation = True
    return Moved(own.layer, x.size, x.at, x.samples)


def _hard_sigmoid(reader: Reader, it: Node) -> Moved:
    alpha, beta = float(it.get("alpha", 0.2)), float(it.get("beta", 0.5))
    if abs(alpha - 1.0 / 6.0) < 1e-6 and beta == 0.5:
        return activated(reader, it, it.input(0), "hard_sigmoid", {})
    return scalar(reader, it, f"min(max({alpha!r} * x + {beta!r}, 0), 1)")


def _gelu(reader: Reader, it: Node) -> Moved:
    is_plain = it.get("approximate", "none") == "none"
    type_ = "gelu" if is_plain else "gelu_tanh"
    return activated(reader, it, it.input(0), type_, {})


def _formula(reader: Reader, it: Node) -> Moved:
    return scalar(reader, it, FORMULAS[it.kind])


def scalar(reader: Reader, it: Node, formula: str, x: Moved | None = None) -> Moved:
    """A function of each element by a formula."""
    known = reader.draft.functions
    name = next((n for n, own in known.items() if own == formula), "")
    if not name:
        name = f"{it.kind.lower()}_by_{len(known) + 1}"
        known[name] = formula
    made = activated(reader, it, x or it.input(0), name, {})
    reader.draft.entries[made.layer].is_activation = False
    return made


def _clip(reader: Reader, it: Node) -> Moved:
    low = it.attributes.get("min", it.input(1))
    high = it.attributes.get("max", it.input(2))
    ends = tuple(float(e.array) if isinstance(e, Known) else e for e in (low, high))
    if ends == (0.0, 6.0):
        return activated(reader, it, it.input(0), "relu6", {})
    if ends == (-1.0, 1.0):
        return activated(reader, it, it.input(0), "hard_tanh", {})
    if ends[0] is None or ends[1] is None:
        raise RefusedError("Clip at one side has no counterpart")
    return scalar(reader, it, f"min(max(x, {ends[0]!r}), {ends[1]!r})")


def _softmax(reader: Reader, it: Node) -> Moved:
    x, value = it.input(0), reader.value(it.input(0))
    axis = int(it.get("axis", -1 if it.opset >= 13 else 1)) % x.at.ndim
    if axis != x.at.ndim - 1 or len(value.shape) > 2:
        raise RefusedError(
            "a softmax over another than the last axis has no counterpart"
        )
    type_ = "softmax" if it.kind == "Softmax" else "log_softmax"
    made = reader.draft.activation(type_, named(it), value)
    assert isinstance(x, Moved)
    return x.like(made, prod(value.shape))


# Weighted sums ------------------------------------------------------------------


def _gemm(reader: Reader, it: Node) -> Moved:
    if it.get("transA", 0) or it.get("alpha", 1.0) != 1.0 or it.get("beta", 1.0) != 1.0:
        raise RefusedError("Gemm with transA, alpha or beta has no counterpart")
    weight = weights(it.input(1))
    weight = weight if it.get("transB", 0) else weight.transposed()
    bias = weights(it.input(2)) if it.input(2) is not None else None
    return dense(reader, it, it.input(0), weight, bias)


def _product(reader: Reader, it: Node) -> Moved:
    x, other = it.input(0), it.input(1)
    if not (isinstance(x, Moved) and isinstance(other, Known)) or other.array.ndim != 2:
        raise RefusedError(
            "a product of two values has no counterpart but in attention"
        )
    return dense(reader, it, x, other.weights().transposed(), None)


def dense(
    reader: Reader, it: Node, x: Moved, weight: Weights, bias: Weights | None
) -> Moved:
    """A dense layer; its columns follow the elements of what it reads."""
    value = flat = reader.value(x)
    if len(value.shape) > 2:
        raise RefusedError(f"a product on {list(value.shape)} has no counterpart")
    size = prod(reader.draft.shape_of(value.layer))
    is_moved = len(value.shape) == 1 and not value.places.is_whole
    if is_moved and sorted(value.places.at) == list(range(size)):
        weight = weight.columns_at(value.places.at)
        flat = Value(value.layer, Places.whole((size,)))
    units = weight.shape[0]
    options: dict[str, Any] = {"units": units}
    parameters = {"weight": weight}
    if bias is None:
        options["bias"] = False
    else:
        if len(bias.shape) != 1:
            bias = bias.moved(lambda places: places.reshaped((units,)))
        parameters["bias"] = bias
    shape = (*value.shape[:-1], units)
    return reader.layer("dense", it, x, shape, options, parameters, flat)


def _embedding(reader: Reader, it: Node) -> Any:
    indices = it.input(1)
    value = reader.value(indices)
    if value.layer != INPUT or len(value.shape) != 1 or it.get("axis", 0):
        raise RefusedError("an embedding reads the net's input, [time] indices, only")
    table = weights(it.input(0))
    options = {"vocabulary": table.shape[0], "size": table.shape[1]}
    shape = (*value.shape, table.shape[1])
    return reader.layer("embedding", it, indices, shape, options, {"weight": table})


LAYERS: Mapping[str, Handler] = {
    **dict.fromkeys(MOVING, _moved),
    **dict.fromkeys(("Identity", "Dropout", "Cast"), _same),
    **dict.fromkeys(ACTIVATIONS, _activation),
    **dict.fromkeys(FORMULAS, _formula),
    "Shape": _shape,
    "HardSigmoid": _hard_sigmoid,
    "Gelu": _gelu,
    "Clip": _clip,
    "Softmax": _softmax,
    "LogSoftmax": _softmax,
    "Gemm": _gemm,
    "MatMul": _product,
}

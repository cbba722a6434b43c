"""ONNX files as nets: read by the onnx package, nothing of them is run but tables.

In: the bytes of a file. Out: an import, checked against the reference evaluator of the
onnx package, in float64.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy
import onnx
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from bpgen.errors import InputError, Problem
from bpgen.importing.check import FLOAT32, SAMPLES, checked, drawn, network_of
from bpgen.importing.draft import Draft, RefusedError
from bpgen.importing.imported import Imported, Trained, imported
from bpgen.importing.onnx_attention import ATTENTION
from bpgen.importing.onnx_layers import LAYERS, Handler, Node, Reader, run_alone
from bpgen.importing.onnx_merging import MERGING
from bpgen.importing.onnx_norms import with_norms
from bpgen.importing.onnx_values import Known, whole
from bpgen.importing.onnx_windows import WINDOWS
from bpgen.importing.pairs import read_pairs
from bpgen.importing.symbol import Symbol

MOST_ELEMENTS = 20_000_000  # of all constants of a file
ALLOWED = {onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.INT64}
HANDLERS: Mapping[str, Handler] = with_norms(
    {**LAYERS, **MERGING, **WINDOWS, **ATTENTION}
)
# What takes values that are no layers yet.
TAKING = frozenset(
    (
        *("MatMul", "Add", "Mul", "Div", "Where", "Softmax", "Sqrt", "Reciprocal"),
        *("Identity", "Dropout", "Cast"),
    )
)
COMPARING = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal")
REMEDY = (
    ": use an activation that ONNX has, such as LeakyRelu, or write the comparison as "
    "a function in net.yaml"
)
MOST_AXES = 3  # of a sample
SAMPLES_READ = 2  # with which a graph is read, where it lets their number open


def imported_onnx(
    content: bytes, name: str, loss: str, output: str = "", pairs: str = ""
) -> Imported:
    """The net of an ONNX file; `pairs` is JSON of its `inputs` and `outputs`.

    Raises:
        InputError: it is no such file, or with all that has no counterpart.
        DifferentError: the net does not predict what the file does.
    """
    model = _model(content)
    graph = model.graph
    shape, samples, type_ = _input(graph)
    reader = Reader(Draft(shape), samples)
    reader.found[_inputs(graph)[0].name] = whole("input", shape, samples)
    wanted = output or graph.output[0].name
    for node in _needed(graph, wanted):
        _read(reader, node, _opset(model))
    if reader.refusals:
        raise InputError([Problem(text) for text in dict.fromkeys(reader.refusals)])
    draft = reader.draft
    try:
        value = reader.value(reader.found.get(wanted))
    except RefusedError as error:
        raise InputError([Problem(f"the output: {error}")]) from None
    draft.note(
        "an ONNX file has lost what only training needs: dropout is gone, batch_norm "
        "may be part of a convolution, and the loss is yours to choose"
    )
    trained = Trained(loss or "mse")
    found = imported(draft, value, name, trained, "Imported from an ONNX file")
    form = shape, type_, samples, reader.found[wanted].axis() or 0
    if pairs:
        rows, given = read_pairs(pairs)
        return checked(found, rows, given, draft.input_places, FLOAT32)
    rows = _samples(draft, prod(shape), type_)
    expected = _predicted(model, rows, form, wanted)
    if expected is None:
        network_of(found)
        return found
    return checked(found, rows, expected, draft.input_places, FLOAT32)


def _model(content: bytes) -> Any:
    """The file, as far as its sizes are sane.

    Raises:
        InputError: it is none.
    """
    try:
        model = onnx.load_model_from_string(content)
        tensors = list(model.graph.initializer)
    except Exception:  # of protobuf, which has many
        raise InputError([Problem("this is no ONNX file")]) from None
    for tensor in tensors:
        if tensor.external_data or tensor.data_location:
            message = (
                "its numbers are in other files, which are not read: save it in one"
            )
            raise InputError([Problem(message)])
    count = sum(prod(tensor.dims) for tensor in tensors)
    if any(size < 0 for t in tensors for size in t.dims) or count > MOST_ELEMENTS:
        raise InputError([Problem(f"more than {MOST_ELEMENTS:,} numbers are in it")])
    if model.functions:
        model = onnx.inliner.inline_local_functions(model)
    return model


def _inputs(graph: Any) -> list[Any]:
    known = {tensor.name for tensor in graph.initializer}
    return [one for one in graph.input if one.name not in known]


def _input(graph: Any) -> tuple[tuple[int, ...], int, int]:
    """The shape of one sample, how many the graph is read with, and their type.

    Raises:
        InputError: there are several inputs, or their shape is open.
    """
    inputs = _inputs(graph)
    if len(inputs) != 1:
        message = f"the graph has {len(inputs)} inputs: net.yaml has one"
        raise InputError([Problem(message)])
    tensor = inputs[0].type.tensor_type
    sizes = [d.dim_value for d in tensor.shape.dim]
    if len(sizes) < 2 or not all(0 < size < 10**6 for size in sizes[1:]):
        message = f"the input has the shape {sizes}: all sizes but the first are needed"
        raise InputError([Problem(message)])
    if len(sizes) > MOST_AXES + 1:
        message = (
            f"the input has the shape {sizes}: net.yaml has up to {MOST_AXES} axes"
        )
        raise InputError([Problem(message + " beside the samples")])
    if tensor.elem_type not in ALLOWED:
        raise InputError([Problem("the input is neither numbers nor int64 indices")])
    return tuple(sizes[1:]), sizes[0] or SAMPLES_READ, tensor.elem_type


def _opset(model: Any) -> int:
    return max((o.version for o in model.opset_import if not o.domain), default=17)


def _needed(graph: Any, wanted: str) -> Iterator[Any]:
    """The constants, and the nodes that an output needs, in order.

    Raises:
        InputError: there is no such output.
    """
    yield from graph.initializer
    if not any(wanted in node.output for node in graph.node):
        raise InputError([Problem(f"the graph has no output {wanted!a}")])
    names, needed = {wanted}, []
    for node in reversed(graph.node):
        if names & set(node.output):
            needed.append(node)
            names |= set(node.input)
    yield from reversed(needed)


def _read(reader: Reader, node: Any, opset: int) -> None:
    """One constant, or one node of the graph."""
    if isinstance(node, onnx.TensorProto):
        array = numpy_helper.to_array(node)
        reader.found[node.name] = Known.named(node.name, array)
        return
    attributes = {a.name: _attribute(a) for a in node.attribute}
    inputs = [reader.found.get(name) if name else None for name in node.input]
    it = Node(
        node.op_type, node.name or node.output[0], inputs, attributes, opset, node
    )
    if any(isinstance(part, str) for part in inputs):
        results: Any = ["refused"] * len(node.output)  # told already
    else:
        try:
            results = _applied(reader, it)
        except RefusedError as error:
            reader.refusals.append(f"{it.name}: {error}")
            results = ["refused"] * len(node.output)
    for name, result in zip(node.output, results, strict=False):
        reader.found[name] = result


def _applied(reader: Reader, it: Node) -> Any:
    if all(part is None or isinstance(part, Known) for part in it.inputs):
        return _computed(it)
    if it.node.domain not in ("", "ai.onnx") or it.kind not in HANDLERS:
        remedy = REMEDY if it.kind in COMPARING else ""
        raise RefusedError(f"{it.kind} has no counterpart in net.yaml{remedy}")
    for part in it.inputs:
        if isinstance(part, Symbol) and it.kind not in TAKING:
            raise RefusedError(part.unfinished)
    found = HANDLERS[it.kind](reader, it)
    return found if isinstance(found, list) else [found]


def _computed(it: Node) -> list[Any]:
    """What does not depend on the input."""
    own = [part.array for part in it.inputs if part is not None]
    if it.kind == "Transpose":
        axes = it.attributes.get("perm", tuple(reversed(range(own[0].ndim))))
        return [it.inputs[0].by(lambda a: a.transpose(axes))]
    return [Known(array) for array in run_alone(it, own)]


def _attribute(attribute: Any) -> Any:
    """An attribute; numbers through their shortest decimal, since they are float32."""
    value = helper.get_attribute_value(attribute)
    if isinstance(value, float):
        return float(str(numpy.float32(value)))
    return value.decode() if isinstance(value, bytes) else value


def _samples(draft: Draft, count: int, type_: int) -> list[list[float]]:
    indices = 0
    if type_ == onnx.TensorProto.INT64:
        sizes = [
            entry.options["vocabulary"]
            for entry in draft.entries.values()
            if entry.type == "embedding"
        ]
        indices = min(sizes, default=2)
    return [drawn(count, number + 1, indices) for number in range(SAMPLES)]


def _predicted(
    model: Any, rows: list[list[float]], form: tuple[Any, int, int, int], wanted: str
) -> list[list[float]] | None:
    """What the file itself gives for some samples; None if the evaluator of the onnx
    package cannot run it. Samples lie along the last number of `form` in the output."""
    shape, type_, samples, axis = form
    dtype = helper.tensor_dtype_to_np_dtype(type_)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    if not any(o.name == wanted for o in copy.graph.output):
        copy.graph.output.append(helper.make_empty_tensor_value_info(wanted))
    name = _inputs(copy.graph)[0].name
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            session = ReferenceEvaluator(copy)
            for row in rows:
                one = numpy.array([row] * samples, dtype=dtype)
                given = {name: one.reshape(samples, *shape)}
                (result,) = session.run([wanted], given)
                by_sample = numpy.moveaxis(result, max(axis, 0), 0)
                found.append([float(x) for x in by_sample.reshape(samples, -1)[0]])
        except Exception:  # of the evaluator, about operators that it lacks
            return None
    return found

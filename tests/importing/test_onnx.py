"""ONNX files become nets that predict as they do; or are refused, in one line each."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import onnx
import pytest
import torch
from importing.torch_models import MODELS, numbers
from onnx import TensorProto, helper, numpy_helper
from running.tools import ROOT, bpgen
from torch import nn

from bpgen.commands.nets import load_network
from bpgen.errors import InputError
from bpgen.importing.check import DifferentError, network_of
from bpgen.importing.onnx_models import imported_onnx

EXPORTED = (
    *("mlp", "conv, norm, relu", "residual", "lstm", "two lstms, two ways"),
    *("gru by its state", "conv1d", "permuted before a Linear"),
    *("channels last input", "adaptive", "max over time"),
    *("nanoGPT", "nanoGPT with flash", "tied weights", "lecture", "timm", "encoder"),
    *("squares", "padded image", "padded sequence", "image by its columns"),
    *("multihead", "multihead with weights", "attention of another size"),
)


def file_of(model: nn.Module, example: torch.Tensor) -> bytes:
    """What PyTorch's older exporter, which needs no more packages, writes."""
    stream = BytesIO()
    rows = torch.cat([example] * 2)[:2]
    rows = rows.float() if rows.is_floating_point() else rows
    usual = torch.get_default_dtype()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.set_default_dtype(torch.float32)  # of the factors of scores
        try:
            torch.onnx.export(
                model.float().eval(),
                (rows,),
                stream,
                dynamo=False,
                input_names=["input"],
                dynamic_axes={"input": {0: "samples"}},
            )
        finally:
            torch.set_default_dtype(usual)
    return stream.getvalue()


@pytest.mark.parametrize("name", EXPORTED)
def test_what_pytorch_exports_predicts_the_same(name: str) -> None:
    make, example = MODELS[name]
    found = imported_onnx(file_of(make(), example), "net", "mse")
    assert found.difference is not None
    assert found.difference < 1e-5


def test_what_bpgen_exports_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "gpt.onnx"
    gpt = str(ROOT / "examples" / "gpt.yaml")
    assert bpgen("export", "--to", "onnx", gpt, "-o", str(path)).code == 0
    found = imported_onnx(path.read_bytes(), "net", "softmax_cross_entropy")
    assert found.difference is not None
    network, known = network_of(found), load_network(gpt)
    assert [layer.words for layer in network.layers] == [
        layer.words for layer in known.layers
    ]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (["Sqrt", "Reciprocal", "Mul"], "{type: rms_norm, name: net, epsilon: 0.25}"),
        (["Sqrt", "Div"], "{type: rms_norm, name: net, epsilon: 0.25}"),
    ],
)
def test_a_norm_is_known_as_it_is_written_out(nodes: list[str], said: str) -> None:
    made = [
        helper.make_node("Mul", ["x", "x"], ["squares"]),
        helper.make_node("ReduceMean", ["squares"], ["mean"], axes=[-1], keepdims=1),
        helper.make_node("Add", ["mean", "epsilon"], ["a"]),
    ]
    at = "a"
    for number, kind in enumerate(nodes):
        reads = ["x", at] if kind in ("Mul", "Div") else [at]
        at = f"n{number}"
        made.append(helper.make_node(kind, reads, [at], name=f"net/{number}"))
    made.append(helper.make_node("Mul", ["w", at], ["y"]))
    known = [constant("w", numbers(4)[0]), constant("epsilon", torch.tensor(0.25))]
    found = imported_onnx(graph_of(made, known, shape=(None, 3, 4)), "net", "mse")
    assert said in found.yaml
    assert "frozen" not in found.yaml


def test_the_mean_of_squares_alone_is_refused() -> None:
    made = [
        helper.make_node("Mul", ["x", "x"], ["squares"]),
        helper.make_node("ReduceMean", ["squares"], ["m"], axes=[-1], keepdims=1),
        helper.make_node("Relu", ["m"], ["y"]),
    ]
    with pytest.raises(InputError, match="mean of squares has no counterpart but in"):
        imported_onnx(graph_of(made, shape=(None, 3, 4)), "net", "mse")


def test_what_the_evaluator_cannot_run_is_not_compared() -> None:
    make, example = MODELS["rnn"]
    assert imported_onnx(file_of(make(), example), "net", "mse").difference is None


def graph_of(nodes: Any, known: Any = (), shape: Any = (None, 4), **more: Any) -> bytes:
    name = more.get("input", "x")
    inputs = [helper.make_tensor_value_info(name, more.get("type", 1), shape)]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(known))
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)]
    ).SerializeToString()


def constant(name: str, tensor: torch.Tensor) -> Any:
    return numpy_helper.from_array(tensor.float().numpy(), name)


def test_a_product_and_a_sum_are_one_layer() -> None:
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["z"]),
        helper.make_node("Add", ["z", "b"], ["a"]),
        helper.make_node("Relu", ["a"], ["y"]),
    ]
    known = [constant("w", numbers(4)[0].repeat(3, 1).T), constant("b", numbers(3)[0])]
    found = imported_onnx(graph_of(nodes, known), "net", "mse")
    assert "units: 3, activation: relu}" in found.yaml


def test_a_gru_may_reset_before() -> None:
    known = [constant("w", numbers(6, 3)[:1]), constant("r", numbers(6, 2)[1:])]
    known.append(constant("b", numbers(12)[:1]))
    node = helper.make_node("GRU", ["x", "w", "r", "b"], ["s", "h"], hidden_size=2)
    rest = [
        helper.make_node("Transpose", ["x0"], ["x"], perm=[1, 0, 2]),
        node,
        helper.make_node("Squeeze", ["h", "first"], ["y"]),
    ]
    known.append(numpy_helper.from_array(numpy.array([0]), "first"))
    content = graph_of(rest, known, shape=(None, 4, 3), input="x0")
    found = imported_onnx(content, "net", "mse")
    assert found.difference is not None
    assert "reset: before" in found.yaml


def attention(*nodes: Any, known: Any = (), **options: Any) -> bytes:
    """A graph with the operator Attention between projections of x."""
    weights = [constant(name, numbers(4, 4)[0] * 0.3) for name in "qkvo"]
    made = [helper.make_node("MatMul", ["x", name], [f"{name}x"]) for name in "qkv"]
    options = {"q_num_heads": 2, "kv_num_heads": 2, **options}
    reads = ["qx", "kx", "vx", *(tensor.name for tensor in known)]
    made += nodes or [helper.make_node("Attention", reads, ["mixed"], **options)]
    made.append(helper.make_node("MatMul", ["mixed", "o"], ["y"]))
    content = graph_of(made, [*weights, *known], shape=(None, 3, 4))
    model = onnx.load_model_from_string(content)
    model.opset_import[0].version = 23
    return model.SerializeToString()


CAUSAL = numpy_helper.from_array(numpy.tri(3, dtype=bool), "mask")
FIRST = numpy_helper.from_array(numpy.tri(3, 3, 1, dtype=bool), "mask")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "heads: 2, bias: false}"),
        ({"scale": 1.0}, "heads: 2, bias: false}"),
        ({"is_causal": 1}, "heads: 2, bias: false, causal: true}"),
        ({"known": [CAUSAL]}, "heads: 2, bias: false, causal: true}"),
    ],
)
def test_the_operator_attention_is_a_layer(options: Any, said: str) -> None:
    found = imported_onnx(attention(**options), "net", "mse")
    assert said in found.yaml
    assert found.difference is not None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"softcap": 2.0}, "Attention with softcap has no counterpart"),
        ({"known": [FIRST]}, "a mask has no counterpart but the causal one"),
        (
            {"kv_num_heads": 1},
            "query, key and value are of different layers or sizes",
        ),
    ],
)
def test_other_attention_is_refused(options: Any, message: str) -> None:
    with pytest.raises(InputError) as refused:
        imported_onnx(attention(**options), "net", "mse")
    assert message in str(refused.value)


UNEVEN = {
    "sides": ("Conv", {"pads": [0, 2, 1, 0], "strides": [2, 1]}, "[[0, 1], [2, 0]]"),
    "upper": (
        "Conv",
        {"auto_pad": "SAME_UPPER", "strides": [2, 2]},
        "[[0, 1], [0, 1]]",
    ),
    "lower": (
        "Conv",
        {"auto_pad": "SAME_LOWER", "strides": [2, 2]},
        "[[1, 0], [1, 0]]",
    ),
    "even": ("Conv", {"pads": [1, 1, 1, 1]}, "padding: 1,"),
    "largest": (
        "MaxPool",
        {"pads": [0, 0, 1, 1], "strides": [2, 2]},
        "[[0, 1], [0, 1]]",
    ),
    "mean": (
        "AveragePool",
        {"pads": [0, 0, 1, 1], "strides": [2, 2]},
        "[[0, 1], [0, 1]], count_include_pad: false",
    ),
    "whole mean": (
        "AveragePool",
        {"auto_pad": "SAME_UPPER", "strides": [2, 2], "count_include_pad": 1},
        "[[0, 1], [0, 1]]}",
    ),
    "transposed": ("ConvTranspose", {"pads": [0, 1, 1, 0]}, "[[0, 1], [1, 0]]"),
}


def test_what_the_evaluator_computes_otherwise_is_refused() -> None:
    uneven = {"kernel_shape": [3, 3], "pads": [0, 0, 1, 1]}
    node = helper.make_node("MaxPool", ["x"], ["y"], **uneven)
    with pytest.raises(InputError, match="the import cannot be checked"):
        imported_onnx(graph_of([node], shape=(None, 2, 4, 4)), "net", "mse")


@pytest.mark.parametrize("name", UNEVEN)
def test_padding_may_differ_by_side(name: str) -> None:
    kind, attributes, said = UNEVEN[name]
    known = []
    if kind.startswith("Conv"):
        known = [constant("w", numbers(1, 1, 3, 3)[0])]
    else:
        attributes = {"kernel_shape": [3, 3], **attributes}
    reads = ["x", *(own.name for own in known)]
    node = helper.make_node(kind, reads, ["y"], **attributes)
    content = graph_of([node], known, shape=(None, 1 if known else 2, 4, 4))
    found = imported_onnx(content, "net", "mse")
    assert found.difference is not None
    assert said in found.yaml


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([helper.make_node("Softmax", ["x"], ["y"], axis=0)], "a softmax over another"),
        ([helper.make_node("Hardmax", ["x"], ["y"])], "Hardmax has no counterpart"),
        ([helper.make_node("Identity", ["x"], ["y"])], "its output is its input"),
        (
            [helper.make_node("Selu", ["x"], ["y"], alpha=2.0)],
            "Selu with other numbers",
        ),
    ],
)
def test_what_has_no_counterpart_is_refused(nodes: Any, message: str) -> None:
    with pytest.raises(InputError) as refused:
        imported_onnx(graph_of(nodes), "net", "mse")
    assert message in str(refused.value)


def outside() -> bytes:
    tensor = constant("w", numbers(4)[0])
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    return graph_of([helper.make_node("Add", ["x", "w"], ["y"])], [tensor])


def huge() -> bytes:
    tensor = TensorProto(name="w", data_type=1, dims=[2**40, 2**20])
    return graph_of([helper.make_node("Add", ["x", "w"], ["y"])], [tensor])


HOSTILE = {
    "no file": (lambda: b"\x00\x01 nothing", "this is no ONNX file"),
    "empty": (lambda: b"", "the graph has 0 inputs"),
    "numbers elsewhere": (outside, "its numbers are in other files"),
    "huge": (huge, "more than 20,000,000 numbers"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_line(name: str, tmp_path: Path) -> None:
    make, message = HOSTILE[name]
    (tmp_path / "model.onnx").write_bytes(make())
    result = bpgen("import", "onnx", str(tmp_path / "model.onnx"), "-o", str(tmp_path))
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert message in result.err


def test_the_command_imports_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, example = MODELS["conv, norm, relu"]
    Path("reader.onnx").write_bytes(file_of(make(), example))
    result = bpgen("import", "onnx", "reader.onnx", "--loss", "softmax_cross_entropy")
    assert (result.code, result.out) == (0, "")
    assert bpgen("emit", "reader.yaml", "--lang", "dart").code == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the cases warn of their own numbers
@pytest.mark.parametrize(
    ("kind", "least"), [("node", 71), ("simple", 1), ("pytorch-converted", 50)]
)
def test_operators_are_equal_or_refused(kind: str, least: int) -> None:
    """Every operator of ONNX, by the tests of the onnx package itself."""
    from onnx.backend.test.loader import load_model_tests

    equal, different = 0, []
    for case in load_model_tests(kind=kind):
        if case.model is not None:
            content = case.model.SerializeToString()
        else:
            content = (Path(case.model_dir) / "model.onnx").read_bytes()
        try:
            imported_onnx(content, "net", "mse")
            equal += 1
        except InputError:
            continue
        except DifferentError:
            different.append(case.name)
    assert different == []
    assert equal >= least

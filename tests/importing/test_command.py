"""`bpgen import` for programs: what it did, or why not, as one object of JSON."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import pytest
import torch
from importing.test_onnx import constant, graph_of
from importing.torch_models import numbers
from onnx import helper
from running.tools import bpgen
from torch import nn

from bpgen.errors import InputError
from bpgen.importing import from_torch
from bpgen.importing.onnx_models import imported_onnx


def model(path: Path, kind: str = "Relu") -> None:
    """A file of ONNX: one product and an operator."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["z"]),
        helper.make_node(kind, ["z"], ["y"]),
    ]
    known = [constant("w", torch.ones(4, 2))]
    path.write_bytes(graph_of(nodes, known))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_written_is_told(folder: Path) -> None:
    model(folder / "m.onnx")
    result = bpgen("import", "onnx", "m.onnx", "--json", "-o", "out/")
    told = json.loads(result.out)
    assert (result.code, result.err) == (0, "")
    assert told["files"] == ["out/m.yaml", "out/m.json", "out/m.origin.json"]
    assert all((folder / file).is_file() for file in told["files"])
    assert told["difference"] < 1e-6
    assert told["notes"]
    assert (told["refused"], told["differs"]) == ([], "")


def test_a_trial_writes_nothing(folder: Path) -> None:
    model(folder / "m.onnx")
    result = bpgen("import", "onnx", "m.onnx", "--json", "--dry-run")
    assert (result.code, json.loads(result.out)["files"]) == (0, [])
    assert [path.name for path in folder.iterdir()] == ["m.onnx"]


def test_why_it_was_refused_is_told(folder: Path) -> None:
    model(folder / "m.onnx", "Hardmax")
    result = bpgen("import", "onnx", "m.onnx", "--json")
    told = json.loads(result.out)
    assert (result.code, result.err, told["files"]) == (2, "", [])
    assert told["refused"] == ["y: Hardmax has no counterpart in net.yaml"]


def test_pairs_are_compared(folder: Path) -> None:
    model(folder / "m.onnx")
    pairs = {"inputs": [[1, 2, 3, 4]], "outputs": [[10, 10]]}
    (folder / "pairs.json").write_text(json.dumps(pairs))
    command = ("import", "onnx", "m.onnx", "--check", "pairs.json", "--json")
    right = bpgen(*command)
    assert (right.code, json.loads(right.out)["difference"]) == (0, 0.0)
    pairs["outputs"] = [[10, 11]]
    (folder / "pairs.json").write_text(json.dumps(pairs))
    wrong = bpgen(*command, "--force")
    told = json.loads(wrong.out)
    assert wrong.code == 1
    assert told["differs"].endswith("the net predicts 10.0, the model 11.0")


def test_what_the_net_refuses_is_told_by_the_layer() -> None:
    pool = {"kernel_shape": [3, 3], "pads": [2, 2, 2, 2]}
    node = helper.make_node("MaxPool", ["x"], ["y"], **pool, name="pool/1")
    content = graph_of([node], shape=(None, 2, 8, 8))
    wanted = "no max_pool2d of net.yaml is such a layer: padding 2x2 is more than half"
    with pytest.raises(InputError, match=wanted) as refused:
        imported_onnx(content, "net", "mse")
    assert "net.yaml:" not in str(refused.value)


def test_a_norm_of_channels_may_be_first() -> None:
    rows = [constant(name, torch.rand(5)) for name in "smvw"]
    node = helper.make_node("BatchNormalization", ["x", *"smvw"], ["y"])
    found = imported_onnx(graph_of([node], rows, shape=(None, 5, 3)), "net", "mse")
    assert "input: [3, 5]" in found.yaml
    assert found.difference is not None


def test_a_row_of_padding_is_told_of() -> None:
    model = nn.Sequential(nn.Embedding(5, 3, padding_idx=0), nn.Flatten())
    notes = from_torch(model, torch.zeros(1, 6).long(), loss="mse").notes
    assert any("the row of padding_idx is trained here" in note for note in notes)


def test_a_comparison_of_onnx_is_refused_with_a_remedy() -> None:
    nodes = [
        helper.make_node("Greater", ["x", "zero"], ["g"]),
        helper.make_node("Cast", ["g"], ["y"], to=onnx.TensorProto.FLOAT),
    ]
    content = graph_of(nodes, [constant("zero", numbers(1)[0] * 0)])
    with pytest.raises(InputError, match="write the comparison as a function in net"):
        imported_onnx(content, "net", "mse")

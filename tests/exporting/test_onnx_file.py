"""Exported files of ONNX predict in onnxruntime what emitted files predict."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from exporting.kinds import KINDS, TEXTS, flat
from nets.table import NETS
from running.adapters import emitted
from running.tools import EXAMPLES, ROOT, bpgen

from bpgen.commands.exports import Wish, onnx_of
from bpgen.commands.nets import load_network
from bpgen.exporting.onnx_file import onnx_file
from bpgen.exporting.torch_page import torch_page
from bpgen.verifying.targets import module

LAYERS = [kind for kind in KINDS if kind.startswith(("layer", "preprocessing"))]


def predicted(content: bytes, rows: list[list[float]], shape: tuple[int, ...]) -> Any:
    """What onnxruntime gives for some samples, each as a flat list."""
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (wanted,) = session.get_inputs()
    kind = np.int64 if wanted.type == "tensor(int64)" else np.float32
    given = np.array(rows).reshape(len(rows), *shape).astype(kind)
    (found,) = session.run(["output"], {"input": given})
    return [flat(row) for row in found.tolist()]


def compare(content: bytes, net: Any, rows: list[list[float]], shape: Any) -> None:
    for size in (1, len(rows)):  # a batch may be of any size
        found = predicted(content, rows[:size], shape)
        for row, inputs in zip(found, rows, strict=False):
            assert row == pytest.approx(net.predict(inputs), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_predicts_as_the_emitted_file(path: Path) -> None:
    network = load_network(str(path))
    text = (ROOT / "generated" / "python" / f"{network.name}.py").read_text()
    net = vars(module(text, network.name))[network.class_name]()
    draw = random.Random(1)
    rows = [[draw.random() for _ in range(784)] for _ in range(3)]
    if network.data:
        rows = [list(row) for row in network.data.inputs[:3]]
    shape = module(
        (ROOT / "generated" / "torch" / path.name).with_suffix(".py").read_text()
    ).INPUT_SHAPE
    compare(onnx_of(str(path), Wish("onnx", "-")), net, rows, shape)


@pytest.mark.wide
@pytest.mark.parametrize("kind", LAYERS)
def test_each_layer_predicts_as_the_emitted_file(kind: str) -> None:
    net = NETS[KINDS[kind]]
    exported = module(torch_page(net.network, net.program, TEXTS, "net.yaml"))
    own = vars(module(emitted(net, "python", "loops")))[net.network.class_name]()
    own.set_parameters(net.parameters)
    content = onnx_file(exported, json.loads(own.to_json()))
    compare(content, own, net.inputs[:3], exported.INPUT_SHAPE)


def test_what_was_trained_goes_out(tmp_path: Path) -> None:
    source = str(ROOT / "examples" / "xor.yaml")
    text = (ROOT / "generated" / "python" / "xor.py").read_text()
    net = module(text).Xor()
    inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    net.train(inputs, [[0.0], [1.0], [1.0], [0.0]], epochs=50)
    (tmp_path / "xor.json").write_text(net.to_json())
    path = tmp_path / "xor.onnx"
    saved = ("--parameters", str(tmp_path / "xor.json"))
    result = bpgen("export", "--to", "onnx", source, *saved, "-o", str(path))
    assert (result.code, result.out) == (0, "")
    compare(path.read_bytes(), net, inputs, (2,))


def test_a_file_of_onnx_needs_a_place(tmp_path: Path) -> None:
    result = bpgen("export", "--to", "onnx", str(ROOT / "examples" / "xor.yaml"))
    assert result.code == 2
    assert "a file of onnx is no text: add -o with the name of a file" in result.err

"""Layers models of TensorFlow.js become nets; files elsewhere are not read."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from running.tools import bpgen

KERNEL = [[0.5, -1.0, 0.25], [2.0, 0.125, -0.5]]
BIAS = [0.0, 1.0, -1.0]


def model(**more: Any) -> dict[str, Any]:
    """A model.json, as tf.layers writes it."""
    dense = {"name": "dense_Dense1", "units": 3, "activation": "relu", "use_bias": True}
    first = {"class_name": "Dense", "config": dense | {"batch_input_shape": [None, 2]}}
    config = {"name": "sequential_1", "layers": [first]}
    weights = [
        {"name": "dense_Dense1/kernel", "shape": [2, 3], "dtype": "float32"},
        {"name": "dense_Dense1/bias", "shape": [3], "dtype": "float32"},
    ]
    return {
        "format": "layers-model",
        "modelTopology": {"class_name": "Sequential", "config": config},
        "weightsManifest": [{"paths": ["weights.bin"], "weights": weights}],
    } | more


def run(folder: Path, told: Any, *flags: str) -> Any:
    (folder / "model.json").write_text(json.dumps(told))
    numbers = [*KERNEL[0], *KERNEL[1], *BIAS]
    (folder / "weights.bin").write_bytes(struct.pack("<9f", *numbers))
    source = str(folder / "model.json")
    return bpgen("import", "tfjs", source, "-o", str(folder / "nets"), *flags)


def test_a_model_predicts_the_same(tmp_path: Path) -> None:
    outputs = [[2.5, 0.125, 0.0]]  # relu of [1, 1] times the kernel, and bias
    (tmp_path / "pairs.json").write_text(
        json.dumps({"inputs": [[1.0, 1.0]], "outputs": outputs})
    )
    result = run(tmp_path, model(), "--check", str(tmp_path / "pairs.json"))
    assert (result.code, result.out) == (0, "")


def elsewhere(path: str) -> dict[str, Any]:
    told = model()
    told["weightsManifest"][0]["paths"] = [path]
    return told


def quantized() -> dict[str, Any]:
    told = model()
    told["weightsManifest"][0]["weights"][0]["dtype"] = "uint8"
    return told


def hard() -> dict[str, Any]:
    told = model()
    layer = told["modelTopology"]["config"]["layers"][0]
    layer["config"]["activation"] = "hard_sigmoid"
    return told


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (elsewhere("../weights.bin"), "is not beside model.json"),
        (elsewhere("/etc/passwd"), "is not beside model.json"),
        (quantized(), "is not float32"),
        (hard(), "hard_sigmoid of Keras 2 and TensorFlow.js is another function"),
        (model(format="graph-model"), "a graph model has no counterpart"),
        ({"format": "layers-model"}, "this is no model.json of TensorFlow.js"),
        ([], "this is no model.json of TensorFlow.js"),
    ],
)
def test_what_cannot_be_read_ends_in_one_line(
    told: Any, message: str, tmp_path: Path
) -> None:
    result = run(tmp_path, told)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert message in result.err

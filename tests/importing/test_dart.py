"""What was imported from each source predicts the same in an emitted Dart file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running.tools import bpgen, dart

from bpgen.importing import from_sklearn, from_torch
from bpgen.importing.imported import Imported


def of_sklearn() -> Imported:
    from sklearn.datasets import load_iris
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = load_iris(return_X_y=True)
    options = {"hidden_layer_sizes": (4,), "solver": "lbfgs", "random_state": 1}
    return from_sklearn(
        make_pipeline(StandardScaler(), MLPClassifier(**options)).fit(x, y)
    )


def of_torch() -> Imported:
    from importing.torch_models import MODELS

    make, example = MODELS["residual"]
    return from_torch(make(), example, loss="mse")


def of_keras() -> Imported:
    from bpgen.importing.keras_models import imported_keras

    content = (Path(__file__).parent / "keras" / "cnn.keras").read_bytes()
    pairs = (Path(__file__).parent / "keras" / "cnn.json").read_text()
    found = imported_keras(content, "net", "", pairs)
    assert found.difference is not None  # from what Keras predicted
    return found


def of_onnx() -> Imported:
    from importing.test_onnx import file_of
    from importing.torch_models import MODELS

    from bpgen.importing.onnx_models import imported_onnx

    return imported_onnx(file_of(*_made(MODELS["lstm"])), "net", "mse")


def _made(pair: Any) -> Any:
    make, example = pair
    return make(), example


@pytest.mark.slow
@pytest.mark.parametrize("source", [of_sklearn, of_torch, of_keras, of_onnx])
def test_an_imported_net_is_the_same_in_dart(source: Any, tmp_path: Path) -> None:
    dart()
    path = source().write(tmp_path)
    result = bpgen("verify", str(path), "--lang", "dart")
    assert result.code == 0, result.out

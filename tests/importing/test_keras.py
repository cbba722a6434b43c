"""Files of Keras become nets that predict as they do; nothing of them is run.

The files in keras/ were made by Keras 3.15, each with what it predicts.
"""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import pytest
from running.tools import bpgen

from bpgen.errors import InputError
from bpgen.importing import restored
from bpgen.importing.check import DifferentError, network_of
from bpgen.importing.keras_models import imported_keras

FILES = Path(__file__).parent / "keras"
NAMES = [
    *("mlp.keras", "cnn.keras", "cnn.h5", "lstm.keras", "graph.keras", "embed.keras"),
    *("padding.keras", "causal.keras", "max_steps.keras", "gru.keras"),
    *("attention.keras", "pads.keras"),
]


def pairs(name: str) -> str:
    return (FILES / name).with_suffix(".json").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_predicts_the_same(name: str) -> None:
    found = imported_keras((FILES / name).read_bytes(), "net", "", pairs(name))
    assert found.difference is not None
    assert found.difference < 1e-6


def test_a_normalization_becomes_preprocessing() -> None:
    found = imported_keras((FILES / "mlp.keras").read_bytes(), "net")
    assert network_of(found).preprocessing.inputs.is_scaled
    assert found.difference is None


def test_the_last_kernel_can_be_written_back() -> None:
    found = imported_keras((FILES / "graph.keras").read_bytes(), "net")
    tensors = restored(found.origin, found.parameters)
    with zipfile.ZipFile(FILES / "graph.keras") as archive:
        weights = BytesIO(archive.read("model.weights.h5"))
    with h5py.File(weights) as file:
        kernel = file["layers/dense_2/vars/0"][()].tolist()
    assert tensors["layers/dense_2/vars/0"] == kernel


def test_predictions_of_another_model_are_told_with_both_numbers() -> None:
    told = json.loads(pairs("mlp.keras"))
    told["outputs"][0][0] += 0.25
    with pytest.raises(DifferentError, match="sample 1, output 1: the net predicts"):
        imported_keras((FILES / "mlp.keras").read_bytes(), "net", "", json.dumps(told))


def changed(name: str, change: Any) -> bytes:
    """A .keras file with another configuration."""
    with zipfile.ZipFile(FILES / name) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    config = json.loads(members["config.json"])
    change(config)
    members["config.json"] = json.dumps(config).encode()
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in members.items():
            archive.writestr(one, content)
    return stream.getvalue()


def layer(config: Any, kind: str) -> Any:
    (found,) = (e for e in config["config"]["layers"] if e["class_name"] == kind)
    return found


def a_lambda(config: Any) -> None:
    layer(config, "Dropout")["class_name"] = "Lambda"


def full(config: Any) -> None:
    layers = config["config"]["layers"]
    convolution = next(e for e in layers if e["class_name"] == "Conv2D")
    convolution["config"]["padding"] = "full"


def backwards(config: Any) -> None:
    inner = layer(config, "Bidirectional")["config"]["layer"]["config"]
    inner["go_backwards"] = True


def looked_at(key: str, value: Any) -> Any:
    """A change of an attention layer's configuration."""

    def change(config: Any) -> None:
        layers = config["config"]["layers"]
        first = next(e for e in layers if e["class_name"] == "MultiHeadAttention")
        first["config"][key] = value

    return change


def crossed(config: Any) -> None:
    layers = config["config"]["layers"]
    first = next(e for e in layers if e["class_name"] == "MultiHeadAttention")
    history = first["inbound_nodes"][0]["args"][1]["config"]["keras_history"]
    history[0] = "input_layer"


def open_input(config: Any) -> None:
    layer(config, "InputLayer")["config"]["batch_shape"] = [None, None]


REFUSED = {
    "lambda": ("mlp.keras", a_lambda, "dropout: Lambda has no counterpart"),
    "padding": ("cnn.keras", full, "padding='full' has no counterpart"),
    "gru": ("lstm.keras", backwards, "GRU(go_backwards) has no counterpart"),
    "cross attention": (
        "attention.keras",
        crossed,
        "mix: query, key and value are of different layers",
    ),
    "other values": (
        "attention.keras",
        looked_at("value_dim", 4),
        "mix: values of another size than keys: leave out value_dim",
    ),
    "window": (
        "attention.keras",
        looked_at("sliding_window", 2),
        "mix: MultiHeadAttention(sliding_window) has no counterpart",
    ),
    "other heads": (
        "attention.keras",
        looked_at("num_heads", 3),
        "mix: a kernel of another shape was expected in the file",
    ),
    "open": ("mlp.keras", open_input, "all its sizes are needed"),
    "broken": (
        "mlp.keras",
        lambda c: c["config"].pop("layers"),
        "this is no file that",
    ),
    "another": ("mlp.keras", lambda c: c.update(class_name="Mine"), "of the class"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_counterpart_is_refused(name: str) -> None:
    file, change, message = REFUSED[name]
    with pytest.raises(InputError) as refused:
        imported_keras(changed(file, change), "net")
    assert message in str(refused.value)


def bomb() -> bytes:
    stream = BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("config.json", "w") as member,
    ):
        for _ in range(260):
            member.write(bytes(1_000_000))
    return stream.getvalue()


def elsewhere() -> bytes:
    """An .h5 file whose numbers are those of another file."""
    stream = BytesIO()
    config = {
        "class_name": "Sequential",
        "config": {
            "layers": [
                {
                    "class_name": "Dense",
                    "config": {"name": "d", "units": 1, "batch_input_shape": [None, 1]},
                }
            ]
        },
    }
    with h5py.File(stream, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        group = file.create_group("model_weights/d")
        group.attrs["weight_names"] = ["kernel"]
        outside = [("/etc/passwd", 0, 8)]
        group.create_dataset("kernel", (1, 1), "f8", external=outside)
    return stream.getvalue()


HOSTILE = {
    "no file": (lambda: b"nothing", "this is no file that Keras saved"),
    "empty archive": (lambda: b"PK\x03\x04", "this is no file that Keras saved"),
    "bomb": (bomb, "the archive is larger than a model can be"),
    "elsewhere": (elsewhere, "its numbers are in other files"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_line(name: str, tmp_path: Path) -> None:
    make, message = HOSTILE[name]
    (tmp_path / "model.keras").write_bytes(make())
    result = bpgen(
        "import", "keras", str(tmp_path / "model.keras"), "-o", str(tmp_path)
    )
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert message in result.err


def test_the_command_imports_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = ("--check", str(FILES / "cnn.json"))
    result = bpgen("import", "keras", str(FILES / "cnn.keras"), *told)
    assert (result.code, result.out) == (0, "")
    assert "predictions as the model's" in result.err
    assert bpgen("emit", "cnn.yaml", "--lang", "dart").code == 0

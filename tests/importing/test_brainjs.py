"""Nets of brain.js predict the same after import, or are refused in one line.

The two texts were made by brain.js 1.6.1 and 2.0.0-beta.24, with what each predicts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running.tools import bpgen

from bpgen.errors import InputError
from bpgen.importing.brainjs_models import imported_brainjs
from bpgen.importing.check import network_of

HERE = Path(__file__).parent
INPUTS = {"v1": [[0.0, 1.0], [0.5, 0.25]], "obj": [[0.2, 0.4]]}


def told(version: int) -> Any:
    return json.loads((HERE / f"brainjs_{version}.json").read_text())


def pairs(version: int, name: str) -> str:
    found = told(version)
    outputs = found["out"] if name == "v1" else [list(found["objout"].values())]
    return json.dumps({"inputs": INPUTS[name], "outputs": outputs})


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("name", INPUTS)
def test_a_net_predicts_the_same(version: int, name: str) -> None:
    text = json.dumps(told(version)[name])
    found = imported_brainjs(text, "net", None, pairs(version, name))
    assert found.difference is not None
    assert found.difference < 1e-6


@pytest.mark.parametrize("version", [1, 2])
def test_keys_of_inputs_are_names(version: int) -> None:
    found = imported_brainjs(json.dumps(told(version)["obj"]), "net")
    assert network_of(found).input_axes[0] == ("r", "g")
    assert any("['a', 'b']" in note for note in found.notes)


def test_the_slope_of_version_1_has_to_be_given() -> None:
    net = told(1)["v1"] | {"activation": "leaky-relu"}
    with pytest.raises(InputError, match="version 1 does not save the slope"):
        imported_brainjs(json.dumps(net), "net")
    found = imported_brainjs(json.dumps(net), "net", 0.25)
    assert "{type: leaky_relu, slope: 0.25}" in found.yaml


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "this is not what toJSON() of a brain.js net gives"),
        ("[]", "this is not what toJSON() of a brain.js net gives"),
        ('{"type": "LSTM"}', "'LSTM' of brain.js has no counterpart"),
        ('{"sizes": [2, 1], "layers": [{}]}', "this is not what toJSON()"),
        ('{"activation": "swish"}', "the activation 'swish' has no counterpart"),
    ],
)
def test_other_texts_end_in_one_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "net.json").write_text(text)
    source = str(tmp_path / "net.json")
    result = bpgen("import", "brainjs", source, "-o", str(tmp_path / "nets"))
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert message in result.err


def test_the_command_imports_a_net(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("xor.json").write_text(json.dumps(told(2)["v1"]))
    Path("pairs.json").write_text(pairs(2, "v1"))
    flags = ("--check", "pairs.json", "-o", "nets/")
    result = bpgen("import", "brainjs", "xor.json", *flags)
    assert (result.code, result.out) == (0, "")
    assert "predictions as the model's" in result.err

"""Numbers of a file go into a net that is there, by names; no pickle is run."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from importing.torch_models import MODELS
from running.tools import ROOT, bpgen
from torch import nn

from bpgen.commands.exports import torch_text
from bpgen.exporting.safetensors_file import safetensors
from bpgen.importing import from_sklearn, from_torch, restored
from bpgen.verifying.targets import module

NET = """\
name: small
input: [3, 2]
layers:
  - {type: lstm, name: r, units: 2}
  - {type: dense, name: o, units: 2}
loss: mse
"""


def import_into(path: Path, net: Path, *more: str) -> Any:
    return bpgen("import", "torch", str(path), "--into", str(net), *more)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_numbers_of_the_exported_program_come_back(suffix: str, tmp_path: Path) -> None:
    net, path = tmp_path / "small.yaml", tmp_path / f"trained{suffix}"
    net.write_text(NET)
    model = module(torch_text(str(net))).Small()
    state = model.state_dict()
    if suffix == ".pt":
        torch.save(state, path)
    else:
        path.write_bytes(safetensors({n: t.tolist() for n, t in state.items()}))
    result = import_into(path, net)
    assert (result.code, result.err.count("\n")) == (0, 1), result.err
    found = json.loads((tmp_path / "small.json").read_text())
    assert found["o.weight"] == state["o.weight"].tolist()
    assert found["r.weight_ih"] == state["r.weight_ih_l0"].tolist()
    net.write_text(NET + "parameters: small.json\n")
    assert bpgen("check", str(net)).code == 0


@pytest.mark.parametrize("name", ["nanoGPT", "llama by neighbours", "residual"])
def test_other_numbers_of_an_imported_model_come_by_its_own_names(
    name: str, tmp_path: Path
) -> None:
    make, example = MODELS[name]
    first, second = make().double(), make().double()
    with torch.no_grad():
        for parameter in second.parameters():
            parameter.add_(0.25)
    net = from_torch(first, example).write(tmp_path)
    wanted = from_torch(second, example)
    torch.save(second.state_dict(), tmp_path / "second.pt")
    result = import_into(tmp_path / "second.pt", net, "--force")
    assert result.code == 0, result.err
    found = json.loads((tmp_path / "net.json").read_text())
    assert found == json.loads(wanted.parameters)


def test_what_was_folded_is_folded_again(tmp_path: Path) -> None:
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = [[0.0, 1.0], [2.0, 5.0], [3.0, 0.0], [1.0, 1.0]]
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(x, [1, 2, 4, 3])
    imported = from_sklearn(model)
    net = imported.write(tmp_path)
    before = json.loads(imported.parameters)
    tensors = restored(imported.origin, imported.parameters)
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors(tensors))
    assert import_into(path, net, "--force").code == 0
    found = json.loads((tmp_path / "net.json").read_text())
    assert found.keys() == before.keys()
    for name, numbers in before.items():
        flat = torch.tensor(found[name]).flatten().tolist()
        assert flat == pytest.approx(torch.tensor(numbers).flatten().tolist())


def header(**entries: Any) -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text


ONE = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}
BROKEN = {
    "nothing": b"",
    "a header that is longer than the file": struct.pack("<Q", 2**60) + b"{}",
    "no JSON": struct.pack("<Q", 4) + b"nope",
    "a list": struct.pack("<Q", 2) + b"[]",
    "numbers behind the end": header(w=ONE),
    "a shape of 2^80": header(w=ONE | {"shape": [2**40, 2**40]}) + b"\0" * 8,
    "a negative size": header(w=ONE | {"shape": [-1, -1]}) + b"\0" * 8,
    "another type": header(w=ONE | {"dtype": "F8"}) + b"\0" * 8,
    "offsets that cross": header(w=ONE | {"data_offsets": [8, 0]}) + b"\0" * 8,
    "deep": struct.pack("<Q", 200_000) + b"[" * 200_000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_ends_in_one_line(name: str, tmp_path: Path) -> None:
    net, path = tmp_path / "small.yaml", tmp_path / "w.safetensors"
    net.write_text(NET)
    path.write_bytes(BROKEN[name])
    result = import_into(path, net)
    assert (result.code, result.err.count("\n")) == (2, 1), result.err
    assert "no file of safetensors" in result.err


class Evil:
    def __reduce__(self) -> Any:
        return Path.touch, (Path("ran"),)


@pytest.mark.parametrize("content", [Evil(), nn.Linear(2, 2), {"w": 3}, [1, 2]])
def test_what_could_run_code_is_not_loaded(
    content: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(NET)
    torch.save(content, "w.pt")
    result = import_into(Path("w.pt"), Path("small.yaml"))
    assert (result.code, result.err.count("\n")) == (2, 1), result.err
    assert not Path("ran").exists()
    assert not Path("small.json").exists()


def test_all_that_does_not_fit_is_told_at_once(tmp_path: Path) -> None:
    net, path = tmp_path / "small.yaml", tmp_path / "w.safetensors"
    net.write_text(NET)
    path.write_bytes(safetensors({"o.weight": [[1.0]], "x": [1.0]}))
    result = import_into(path, net)
    assert result.code == 2
    assert "o.bias is not in the file" in result.err
    assert "r.weight_ih is not in the file" in result.err
    assert "the file has x: names have to be those of small" in result.err
    state = module(torch_text(str(net))).Small().state_dict()
    wrong = {n: t.tolist() for n, t in state.items()} | {"o.bias": [1.0]}
    path.write_bytes(safetensors(wrong))
    assert "o.bias has the shape [2], in the file [1]" in import_into(path, net).err
    wrong |= {"o.bias": [1.0, float("inf")]}
    path.write_bytes(safetensors(wrong))
    assert "o.bias: a number is not finite" in import_into(path, net).err
    other = import_into(ROOT / "README.md", net)
    assert (other.code, "--into reads .safetensors, .pt" in other.err) == (2, True)

"""Numbers go out as safetensors, by the net's names or by the imported model's."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import torch
from importing.torch_models import MODELS
from running.tools import ROOT, bpgen

from bpgen.commands.nets import load_network
from bpgen.importing import from_torch


def tensors_in(path: Path) -> dict[str, torch.Tensor]:
    """A file of safetensors, read by what its documentation says."""
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header, numbers = json.loads(content[8 : 8 + size]), content[8 + size :]
    found = {}
    for name, one in header.items():
        start, end = one["data_offsets"]
        values = struct.unpack(f"<{(end - start) // 8}d", numbers[start:end])
        found[name] = torch.tensor(values, dtype=torch.float64).reshape(one["shape"])
    assert header
    assert max(one["data_offsets"][1] for one in header.values()) == len(numbers)
    return found


def test_the_names_are_those_of_net_yaml(tmp_path: Path) -> None:
    source = str(ROOT / "examples" / "mazur.yaml")
    path = tmp_path / "mazur.safetensors"
    result = bpgen("export", "--to", "safetensors", source, "-o", str(path))
    assert result.code == 0
    found = tensors_in(path)
    assert list(found) == [p.name for p in load_network(source).parameters]
    assert found["h.weight"].tolist() == [[0.15, 0.20], [0.25, 0.30]]


@pytest.mark.parametrize("name", ["nanoGPT", "residual", "multihead"])
def test_a_model_gets_its_own_tensors_back(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    make, example = MODELS[name]
    model = make()
    yaml = from_torch(model, example, "model", loss="mse").write(tmp_path)
    path = tmp_path / "model.safetensors"
    flags = ("--names", "origin", "-o", str(path))
    result = bpgen("export", "--to", "safetensors", str(yaml), *flags)
    assert result.code == 0
    other = make()
    other.load_state_dict(tensors_in(path), strict=False)
    for own, theirs in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.allclose(own, theirs, 1e-6, 1e-7)


def test_a_saved_state_goes_out(tmp_path: Path) -> None:
    source = str(ROOT / "examples" / "mazur.yaml")
    saved = tmp_path / "saved.json"
    rows = {
        "h.weight": [[1.0, 2.0], [3.0, 4.0]],
        "h.bias": [0.0, 0.0],
        "o.weight": [[1.0, 2.0], [3.0, 4.0]],
        "o.bias": [0.0, 0.0],
    }
    saved.write_text(json.dumps(rows))
    path = tmp_path / "mazur.safetensors"
    flags = ("--parameters", str(saved), "-o", str(path))
    assert bpgen("export", "--to", "safetensors", source, *flags).code == 0
    assert tensors_in(path)["o.weight"].tolist() == rows["o.weight"]
    saved.write_text('{"h.weight": [1.0]}')
    result = bpgen("export", "--to", "safetensors", source, *flags, "--force")
    assert (result.code, result.err.count("\n")) == (2, 1)


def test_bytes_do_not_go_to_standard_output() -> None:
    source = str(ROOT / "examples" / "mazur.yaml")
    result = bpgen("export", "--to", "safetensors", source)
    assert (result.code, result.out) == (2, "")

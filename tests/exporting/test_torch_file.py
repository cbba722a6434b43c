"""Exported programs of PyTorch compute, train and save as emitted files do."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from exporting.kinds import KINDS, TEXTS, flat
from nets.table import NETS
from running.adapters import emitted
from running.tools import EXAMPLES, ROOT, bpgen

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.commands.exports import torch_text
from bpgen.commands.nets import load_network
from bpgen.exporting import torch_layers, torch_training
from bpgen.exporting.torch_page import torch_page
from bpgen.lowering.network import lower
from bpgen.verifying.targets import module

STEPS = 5


def assert_alike(own: Any, theirs: Any, tolerance: float = 1e-12) -> None:
    assert own.keys() == theirs.keys()
    for name, numbers in theirs.items():
        assert flat(own[name]) == pytest.approx(
            flat(numbers), rel=tolerance, abs=tolerance
        )


def compare(exported: ModuleType, net: Any, inputs: Any, targets: Any) -> None:
    """Outputs, then some steps, each with its loss, then all that is saved."""
    run = exported.Run()
    run.from_state(json.loads(net.to_json()))
    x, t = exported.tensors_of(inputs, targets)
    samples = exported.Samples((x, t))
    run.model.eval()
    with torch.no_grad():
        rows = run.model.predict(x[:3]).reshape(min(3, len(x)), -1).tolist()
    for row, sample in zip(rows, inputs, strict=False):
        assert row == pytest.approx(net.predict(sample), rel=1e-12, abs=1e-12)
    size = max(1, len(inputs) // STEPS)
    for number in range(STEPS):
        start = number * size % len(inputs)
        batch = list(range(start, min(start + size, len(inputs))))
        loss = net.train_step([inputs[i] for i in batch], [targets[i] for i in batch])
        assert run.step(samples, batch) == pytest.approx(loss, rel=1e-12, abs=1e-12)
    own, theirs = run.to_state(), json.loads(net.to_json())
    for key in ("parameters", "buffers"):
        assert_alike(own[key], theirs[key])
    assert own["schedule"] == theirs["schedule"]
    assert own["generator"] == theirs["generator"]
    kept = own["optimizer"].get("state", {}), theirs["optimizer"].get("state", {})
    assert_alike(*kept, tolerance=1e-10)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_trains_as_the_emitted_file(path: Path) -> None:
    network = load_network(str(path))
    exported = module(torch_text(str(path)), path.stem)
    text = (ROOT / "generated" / "python" / f"{network.name}.py").read_text()
    net = vars(module(text, network.name))[network.class_name]()
    if network.data:
        inputs = [list(row) for row in network.data.inputs[:20]]
        targets = [list(row) for row in network.data.targets[:20]]
    else:
        inputs = [[n / 784.0] * 784 for n in range(10)]
        targets = [[float(k == n) for k in range(10)] for n in range(10)]
    start = exported.Run().to_state()
    assert_alike(start["parameters"], json.loads(net.to_json())["parameters"], 1e-15)
    assert start["generator"] == json.loads(net.to_json())["generator"]
    compare(exported, net, inputs, targets)


@pytest.mark.parametrize("name", ["xor", "mazur", "iris"])
def test_training_goes_on_from_one_to_the_other(name: str) -> None:
    path = ROOT / "examples" / f"{name}.yaml"
    network = load_network(str(path))
    exported = module(torch_text(str(path)), name)
    text = (ROOT / "generated" / "python" / f"{name}.py").read_text()
    cls = vars(module(text, name))[network.class_name]
    whole, half = cls(), cls()
    assert network.data
    inputs = [list(row) for row in network.data.inputs]
    targets = [list(row) for row in network.data.targets]
    whole.train(inputs, targets, epochs=4)
    half.train(inputs, targets, epochs=2)
    run = exported.Run()
    run.from_state(json.loads(half.to_json()))
    x, t = exported.tensors_of(inputs, targets)
    samples = exported.Samples((x, t))
    run.train(samples)
    run.train(samples)
    back = cls()
    back.load_json(json.dumps(run.to_state()))
    assert back.epoch == whole.epoch
    assert json.loads(back.to_json())["generator"] == (
        json.loads(whole.to_json())["generator"]
    )
    assert_alike(back.parameters(), whole.parameters())


@pytest.mark.wide
@pytest.mark.parametrize("kind", KINDS)
def test_a_net_of_each_kind_trains_as_the_emitted_file(kind: str) -> None:
    net = NETS[KINDS[kind]]
    exported = module(torch_page(net.network, net.program, TEXTS, "net.yaml"))
    text = emitted(net, "python", "loops")
    own = vars(module(text, net.name))[net.network.class_name]()
    own.set_parameters(net.parameters)
    compare(exported, own, net.inputs, net.targets)


def test_tables_have_all_that_net_yaml_has() -> None:
    assert set(torch_layers.ACTIVATIONS) | {"prelu"} == set(ACTIVATIONS)
    assert set(torch_layers.LAYERS) | set(ACTIVATIONS) == set(LAYERS)
    assert set(torch_training.EACH) == set(LOSSES)
    assert set(torch_training.OPTIMIZERS) == set(OPTIMIZERS)


def test_names_of_the_state_dict_are_those_of_net_yaml() -> None:
    exported = module(torch_text(str(ROOT / "examples" / "cnn.yaml")))
    network = load_network(str(ROOT / "examples" / "cnn.yaml"))
    names = [parameter.name for parameter in network.parameters]
    assert list(exported.Cnn().state_dict()) == names


def test_the_command_writes_and_keeps_what_is_not_its_own(tmp_path: Path) -> None:
    source = str(ROOT / "examples" / "xor.yaml")
    path = tmp_path / "xor.py"
    result = bpgen("export", "--to", "torch", source, "-o", str(path))
    assert (result.code, result.out) == (0, "")
    assert path.read_text() == torch_text(source)
    path.write_text("mine")
    again = bpgen("export", "--to", "torch", source, "-o", str(path))
    assert (again.code, path.read_text()) == (2, "mine")
    assert lower(load_network(source)).parameters


@pytest.mark.parametrize("name", ["numbers", "torch", "numpy"])
def test_a_program_hides_no_module_that_it_imports(name: str, tmp_path: Path) -> None:
    text = (ROOT / "examples" / "xor.yaml").read_text()
    (tmp_path / "net.yaml").write_text(text.replace("name: xor", f"name: {name}"))
    source, folder = str(tmp_path / "net.yaml"), f"{tmp_path / 'out'}/"
    assert bpgen("export", "--to", "torch", source, "-o", folder).code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{name}_net.py"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_golden_files_are_current(path: Path) -> None:
    golden = (ROOT / "generated" / "torch" / f"{path.stem}.py").read_text()
    assert torch_text(str(path)) == golden, "run generated/refresh"

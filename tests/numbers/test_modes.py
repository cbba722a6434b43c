"""Layers that compute something else in training than at work: dropout, batch_norm.

Their gradients and their steps are compared in test_conformance.py; here are the
masks that dropout draws and what batch_norm remembers.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # as in PyTorch's own documentation
from nets.net import Net, spec
from nets.table import NETS
from running.adapters import COMPARED
from running.emitted import Runner, emitted, module
from running.scenario import FEW, SEED
from running.tools import bpgen

from bpgen.lowering.evaluated import evaluated_net
from bpgen.program.evaluated import EvaluatedBlocks
from bpgen.pytorch.reference import Reference, sample_of
from bpgen.verifying.compare import assert_close

RATES = (0.0, 0.25, 0.5, 0.9)


def made(net: Net, style: str = "loops") -> Any:
    """An object of the emitted Python class."""
    file = module(emitted(net, "python", style))
    return getattr(file, net.network.class_name)()


def masks(rate: float) -> Iterator[list[float]]:
    """Some masks of 200 values each: what comes out of ones in training."""
    alone = spec(200, [{"type": "dropout", "rate": rate}], "mse")
    net = made(Net("wide", alone))
    for _ in range(50):
        yield net.forward([1.0] * 200)


@pytest.mark.parametrize("rate", RATES)
def test_dropout_leaves_out_its_share_and_scales_the_rest(rate: float) -> None:
    drawn = [number for mask in masks(rate) for number in mask]
    assert set(drawn) <= {0.0, 1.0 / (1.0 - rate)}
    # 10,000 draws: four standard deviations of a share are at most 0.02.
    assert drawn.count(0.0) / len(drawn) == pytest.approx(rate, abs=0.02)


def test_dropout_draws_afresh_for_every_sample() -> None:
    assert len({tuple(mask) for mask in masks(0.5)}) == 50


@pytest.mark.parametrize("style", ["unrolled", "loops"])
def test_dropout_is_off_at_work(style: str) -> None:
    net = made(NETS["dropout_first"], style)
    inputs = [0.5, -1.5, 2.0]
    values = net.parameters()
    weight, bias = (torch.tensor(values[f"dense1.{w}"]) for w in ("weight", "bias"))
    expected = F.linear(torch.tensor(inputs), weight, bias).tolist()
    before = net.to_json()
    assert_close(net.predict(inputs), expected, 1e-15)
    assert net.to_json() == before  # the generator has not moved


@pytest.mark.parametrize("name", ["dropout", "dropout_image"])
def test_with_its_masks_dropout_agrees_with_pytorch(name: str) -> None:
    net = NETS[name]
    evaluated = evaluated_net(net.network, net.program)
    outputs = evaluated.forward(net.inputs[0])
    input_gradient = evaluated.backward(net.targets[0])
    blocks = evaluated.blocks
    assert isinstance(blocks, EvaluatedBlocks)
    variables = {variable.name: variable for variable, _ in evaluated._kept}
    (mask,) = (v for v in variables.values() if v.prefix == "mask")
    own = {
        name: torch.tensor(values, requires_grad=True)
        for name, values in evaluated.parameters().items()
    }
    x = torch.tensor(net.inputs[0], requires_grad=True)
    kept = torch.tensor(blocks.of_sample(evaluated._kept, mask))
    if name == "dropout":
        hidden = torch.tanh(F.linear(x, own["dense1.weight"], own["dense1.bias"]))
        z = F.linear(hidden * kept, own["dense2.weight"], own["dense2.bias"])
    else:
        z = F.linear(x * kept, own["dense1.weight"], own["dense1.bias"])
    F.mse_loss(z, torch.tensor(net.targets[0])).backward()
    assert_close(outputs, z.tolist(), 1e-12)
    assert x.grad is not None
    assert_close(input_gradient, x.grad.tolist(), 1e-10)
    for key, found in evaluated.gradients().items():
        expected = own[key].grad
        assert expected is not None
        assert_close(found, expected.tolist(), 1e-10)


@pytest.mark.parametrize("name", ["attention_dropout", "attention_causal_dropout"])
def test_dropout_of_shares_agrees_with_pytorch(name: str) -> None:
    net = NETS[name]
    own = evaluated_net(net.network, net.program)
    own.set_parameters(net.parameters)
    generator = copy.deepcopy(own._generator)
    theirs = Reference(
        net.spec, net.parameters, lambda: float(generator.uniform(0.0, 1.0))
    )
    for inputs, targets in zip(net.inputs, net.targets, strict=True):
        expected = sample_of(theirs, inputs, targets)
        own.zero_gradients()
        assert_close(own.forward(inputs), expected["outputs"], 1e-12)
        assert_close(own.backward(targets), expected["input_gradient"], 1e-10)
        assert_close(own.gradients(), expected["gradients"], 1e-10)


@pytest.mark.parametrize("name", ["batch_norm_first", "batch_norm_image"])
@pytest.mark.parametrize("adapter", COMPARED)
def test_what_batch_norm_remembers_is_what_pytorch_does(
    name: str, adapter: str, results: Runner
) -> None:
    net = NETS[name]
    shape = [len(axis) for axis in net.network.input_axes]
    theirs = torch.nn.BatchNorm2d(2) if len(shape) == 3 else torch.nn.BatchNorm1d(3)
    (found,) = results.of(adapter, name)
    state = json.loads(found["saved"])
    order = evaluated_net(net.network, net.program, SEED)._generator
    for _ in range(FEW):
        places = list(range(len(net.inputs)))
        order.shuffle(places)
        for start in range(0, len(places), 2):
            batch = [net.inputs[i] for i in places[start : start + 2]]
            if len(batch) * len(net.inputs[0]) > theirs.num_features:
                theirs(torch.tensor(batch).reshape(-1, *shape))
            else:  # torch refuses one value per channel; the mean follows even so
                theirs.running_mean.lerp_(torch.tensor(batch[0]), 0.1)
    buffers = {
        "batch_norm1.running_mean": theirs.running_mean.tolist(),
        "batch_norm1.running_var": theirs.running_var.tolist(),
    }
    assert_close(state["buffers"], buffers, 1e-12)


def test_at_work_batch_norm_goes_by_what_it_remembers() -> None:
    net = NETS["batch_norm_first"]
    ours = made(net)
    ours.train(net.inputs, net.targets, epochs=3)
    values = {
        k: torch.tensor(v) for k, v in (ours.parameters() | ours.buffers()).items()
    }
    x = torch.tensor(net.inputs)
    names = ("running_mean", "running_var", "weight", "bias")
    normal = F.batch_norm(x, *(values[f"batch_norm1.{last}"] for last in names))
    z = F.linear(normal, values["dense1.weight"], values["dense1.bias"])
    before = ours.to_json()
    found = [ours.predict(sample) for sample in net.inputs]
    assert_close(found, F.softmax(z, -1).tolist(), 1e-12)
    assert ours.to_json() == before


def test_a_damaged_buffer_is_refused() -> None:
    net = made(NETS["batch_norm"])
    before = net.to_json()
    for damage in ({"n.running_mean": [0.0]}, {}, {"n.running_var": "much"}):
        state = json.loads(before)
        state["buffers"] = damage and state["buffers"] | damage
        with pytest.raises(ValueError, match=r"n\.running_"):
            net.load_json(json.dumps(state))
        assert net.to_json() == before


def test_batch_norm_is_not_unrolled(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("input: 2\nlayers: [batch_norm]\nloss: mse\n", encoding="utf-8")
    refused = bpgen("emit", "--style", "unrolled", str(path))
    assert refused.code == 2
    assert "batch_norm1 mixes the samples of a batch: use --style loops" in refused.err
    assert bpgen("emit", str(path)).code == 0


def test_parameters_may_name_buffers(tmp_path: Path) -> None:
    net = NETS["batch_norm"]
    trained = made(net)
    trained.train(net.inputs, net.targets, epochs=2)
    (tmp_path / "state.json").write_text(trained.to_json(), encoding="ascii")
    for values in ("state.json", trained.parameters() | trained.buffers()):
        spec_of_it = {"name": "batch_norm"} | net.spec | {"parameters": values}
        (tmp_path / "net.yaml").write_text(json.dumps(spec_of_it), encoding="ascii")
        result = bpgen("emit", str(tmp_path / "net.yaml"))
        again = module(result.out).BatchNorm()
        assert again.buffers() == trained.buffers()
        assert again.predict(net.inputs[0]) == trained.predict(net.inputs[0])

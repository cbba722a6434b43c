"""A model of PyTorch goes into a net whose layers have its names, in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
import torch
from nets.net import Net, spec
from running.adapters import emitted
from running.emitted import module
from running.tools import bpgen
from torch import Tensor, nn

from bpgen.verifying.compare import assert_close

Forward: TypeAlias = Callable[[Any, Tensor], Tensor]
IMAGE, SERIES, STEPS = [2, 5, 4], [3, 6], [4, 6]


def alone(layer: Any, x: Tensor) -> Tensor:
    """What a layer makes of one sample."""
    found: Tensor = layer(x[None])[0]
    return found


def channels_last(layer: Any, x: Tensor) -> Tensor:
    """The same of steps, whose features PyTorch wants before the time."""
    return alone(layer, x.T).T


def outputs(layer: Any, x: Tensor) -> Tensor:
    """The outputs of a recurrent layer."""
    return alone(lambda batch: layer(batch)[0], x)


def attention(layer: Any, x: Tensor) -> Tensor:
    """One head, by the formula."""
    q, k, v = (layer[part](x) for part in ("query", "key", "value"))
    shares = torch.softmax(q @ k.T / k.shape[-1] ** 0.5, dim=-1)
    found: Tensor = layer["output"](shares @ v)
    return found


class Places(nn.Module):
    """A learned row for each step."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(STEPS))


def recurrent(kind: str) -> dict[str, Any]:
    return {"type": kind, "units": 5, "return_sequences": True}


def linears() -> nn.ModuleDict:
    parts = ("query", "key", "value", "output")
    return nn.ModuleDict({part: nn.Linear(6, 6) for part in parts})


# The input's shape, the layer, the same in PyTorch, and what that makes of a sample.
LAYERS: dict[str, tuple[Any, Any, Callable[[], nn.Module], Forward]] = {
    "dense": (3, {"type": "dense", "units": 2}, lambda: nn.Linear(3, 2), alone),
    "prelu": (IMAGE, {"type": "prelu"}, lambda: nn.PReLU(2), alone),
    "conv1d": (
        SERIES,
        {"type": "conv1d", "filters": 4, "kernel": 3},
        lambda: nn.Conv1d(3, 4, 3),
        alone,
    ),
    "conv2d": (
        IMAGE,
        {"type": "conv2d", "filters": 4, "kernel": [3, 2], "groups": 2},
        lambda: nn.Conv2d(2, 4, (3, 2), groups=2),
        alone,
    ),
    "conv_transpose2d": (
        IMAGE,
        {"type": "conv_transpose2d", "filters": 3, "kernel": 2, "stride": 2},
        lambda: nn.ConvTranspose2d(2, 3, 2, stride=2),
        alone,
    ),
    "batch_norm": (3, {"type": "batch_norm"}, lambda: nn.BatchNorm1d(3), alone),
    "batch_norm_of_images": (
        *(IMAGE, {"type": "batch_norm"}),
        *(lambda: nn.BatchNorm2d(2), alone),
    ),
    "batch_norm_of_steps": (
        *(STEPS, {"type": "batch_norm"}),
        *(lambda: nn.BatchNorm1d(6), channels_last),
    ),
    "layer_norm": (STEPS, {"type": "layer_norm"}, lambda: nn.LayerNorm(6), alone),
    "rms_norm": (
        *(STEPS, {"type": "rms_norm", "epsilon": 1e-5}),
        *(lambda: nn.RMSNorm(6, eps=1e-5), alone),
    ),
    "group_norm": (
        *(IMAGE, {"type": "group_norm", "groups": 2}),
        *(lambda: nn.GroupNorm(2, 2), alone),
    ),
    "embedding": (
        *(4, {"type": "embedding", "vocabulary": 7, "size": 3}),
        *(lambda: nn.Embedding(7, 3), lambda layer, x: layer(x.long())),
    ),
    "positional_embedding": (
        *(STEPS, {"type": "positional_embedding"}),
        *(Places, lambda layer, x: x + layer.weight),
    ),
    "rnn": (STEPS, recurrent("rnn"), lambda: nn.RNN(6, 5, batch_first=True), outputs),
    "lstm": (
        *(STEPS, recurrent("lstm")),
        *(lambda: nn.LSTM(6, 5, batch_first=True), outputs),
    ),
    "gru": (STEPS, recurrent("gru"), lambda: nn.GRU(6, 5, batch_first=True), outputs),
    "lstm_both_ways": (
        *(STEPS, recurrent("lstm") | {"bidirectional": True}),
        *(lambda: nn.LSTM(6, 5, batch_first=True, bidirectional=True), outputs),
    ),
    "attention": (STEPS, {"type": "attention"}, linears, attention),
}


def pair(name: str) -> tuple[Net, nn.Module, Forward]:
    """A net, the same in PyTorch with numbers of its own, and what that computes."""
    shape, layer, make, forward = LAYERS[name]
    torch.manual_seed(3)
    model = nn.Module()
    model.layer = make().double().eval()
    for tensor in (*model.parameters(), *model.buffers()):
        with torch.no_grad():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape) + 0.25)
    return Net(name, spec(shape, [layer | {"name": "layer"}], "mse")), model, forward


def made(net: Net) -> Any:
    """An object of the emitted Python class."""
    return getattr(module(emitted(net, "python", "loops")), net.network.class_name)()


FORMS: dict[str, Callable[[Tensor], Any]] = {
    "tensors": lambda tensor: tensor,
    "lists": lambda tensor: tensor.tolist(),
    "arrays": lambda tensor: tensor.numpy(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LAYERS)
def test_a_state_dict_goes_in_and_predictions_agree(name: str, form: str) -> None:
    net, model, forward = pair(name)
    ours, state = made(net), model.state_dict()
    ours.set_parameters({key: FORMS[form](value) for key, value in state.items()})
    inputs = [float(k % 7) for k in range(len(net.inputs[0]))]
    shape = LAYERS[name][0]
    x = torch.tensor(inputs, dtype=torch.float64)
    with torch.no_grad():
        expected = forward(model.layer, x if isinstance(shape, int) else x.view(shape))
    assert_close(ours.predict(inputs), expected.reshape(-1).tolist(), 1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_what_a_net_shows_goes_back_into_it(name: str) -> None:
    net, model, _ = pair(name)
    ours, theirs = made(net), made(net)
    ours.set_parameters(model.state_dict())
    theirs.set_parameters(ours.parameters())
    if ours.buffers():
        theirs.set_buffers(ours.buffers())
    assert ours.to_json() == theirs.to_json()


@pytest.mark.parametrize("name", ["lstm_both_ways", "batch_norm", "conv2d"])
def test_a_net_yaml_takes_the_same_names(name: str, tmp_path: Path) -> None:
    net, model, _ = pair(name)
    state = {key: value.tolist() for key, value in model.state_dict().items()}
    ours = made(net)
    ours.set_parameters(model.state_dict())
    for place in ("file", "inside"):
        (tmp_path / "state.json").write_text(json.dumps(state))
        given: Any = "state.json" if place == "file" else state
        path = tmp_path / f"{name}.yaml"
        path.write_text(json.dumps(net.spec | {"parameters": given}))
        text = bpgen("emit", "--quiet", str(path)).out
        theirs = getattr(module(text), net.network.class_name)()
        assert theirs.parameters() == ours.parameters()
        assert theirs.buffers() == ours.buffers()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"layer.running_mean": [0.0]}, r"layer.running_mean: expected a list of 3"),
        ({"layer.running_meen": [0.0]}, r"layer.running_meen: .* no such array"),
        ({"layer.weight": np.zeros(2)}, r"layer.weight: expected a list of 3"),
    ],
)
def test_what_is_wrong_in_a_state_dict_changes_nothing(
    wrong: dict[str, Any], message: str
) -> None:
    net, model, _ = pair("batch_norm")
    ours = made(net)
    before = ours.to_json()
    with pytest.raises(ValueError, match=message):
        ours.set_parameters(model.state_dict() | wrong)
    with pytest.raises(ValueError, match="running_var: it is missing"):
        ours.set_buffers({"layer.running_mean": [0.0, 0.0, 0.0]})
    assert ours.to_json() == before

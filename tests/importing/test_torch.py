"""Models of PyTorch become nets that predict, and learn, as they do; or are refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from importing.torch_models import MODELS, REFUSED, numbers
from running.tiers import wide_but
from running.tools import bpgen
from torch import nn
from torch.optim import lr_scheduler

from bpgen.errors import InputError
from bpgen.importing import from_torch, restored
from bpgen.importing.check import DifferentError, network_of


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


# Of each kind of model one; small ones, where there are some.
KINDS = (
    *("mlp", "conv, norm, relu", "residual", "lstm", "gru by its state", "nanoGPT"),
    *("multihead", "shared", "channels last input", "permuted before a Linear"),
)


@pytest.mark.parametrize("name", wide_but(MODELS, KINDS.__contains__))
def test_a_model_predicts_and_learns_the_same(name: str) -> None:
    make, example = MODELS[name]
    found = from_torch(make(), example, loss="mse")
    assert found.difference is not None
    assert found.difference < 1e-12


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_model_that_has_to_run_takes_an_example_of_other_numbers(
    dtype: torch.dtype,
) -> None:
    make, example = MODELS["pruned"]
    other = {torch.float32: torch.float64, torch.float64: torch.float32}[dtype]
    found = from_torch(make().to(dtype), example.to(other), loss="mse")
    assert found.difference is not None
    assert found.difference < 1e-12


@pytest.mark.parametrize(
    ("name", "rate"), [("dropout in attention", 0.5), ("multihead with dropout", 0.25)]
)
def test_dropout_of_attention_is_imported(name: str, rate: float) -> None:
    make, example = MODELS[name]
    assert f"dropout: {rate}" in from_torch(make(), example, loss="mse").yaml


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_counterpart_is_refused(name: str) -> None:
    make, example, message = REFUSED[name]
    with pytest.raises(InputError) as refused:
        from_torch(make(), example, loss="mse")
    assert message in str(refused.value)


def test_all_reasons_are_told_at_once_with_paths() -> None:
    model = nn.Sequential(
        nn.Conv2d(2, 2, 1), nn.Softmax2d(), nn.RReLU(), nn.Dropout2d(0.5)
    )
    with pytest.raises(InputError) as refused:
        from_torch(model, numbers(2, 4, 4), loss="mse")
    assert str(refused.value).count("error: ") == 3
    for told in ("2: RReLU", "1: a softmax over channels", "3: dropout of whole"):
        assert told in str(refused.value)


@pytest.mark.parametrize(
    "name",
    wide_but(["residual", "nanoGPT", "multihead", "encoder"], KINDS[:3].__contains__),
)
def test_numbers_go_back_into_the_model(name: str) -> None:
    make, example = MODELS[name]
    model = make()
    found = from_torch(model, example, loss="mse")
    tensors = restored(found.origin, found.parameters)
    state = model.state_dict()
    learned = {n for n, _ in model.named_parameters()}
    assert set(tensors) >= learned
    for tensor, values in tensors.items():
        wanted = state[tensor].double()
        assert torch.allclose(torch.tensor(values).double(), wanted, 1e-12, 1e-15)


def test_angles_of_float32_are_told_of() -> None:
    make, example = MODELS["llama"]
    found = from_torch(make(dtype=torch.float32), example)
    assert "# Note: the angles of rotary positions are rounded" in found.yaml
    assert "rotary: true" in found.yaml
    assert "functions:" not in found.yaml  # squares became a part of the norm


def test_a_layer_used_twice_is_shared() -> None:
    found = from_torch(MODELS["shared"][0](), numbers(4), loss="mse")
    assert "share: a" in found.yaml
    assert sum(p.name == "a.weight" for p in network_of(found).parameters) == 1


def test_tied_weights_are_told_of() -> None:
    make, example = MODELS["tied weights"]
    notes = from_torch(make(), example, loss="mse").notes
    assert any("training moves them apart" in note for note in notes)


def test_the_input_of_a_model_with_channels_last_is_told() -> None:
    make, example = MODELS["channels last input"]
    found = from_torch(make(), example, loss="mse")
    assert "\ninput: [2, 4, 4]\n" in found.yaml
    assert any("rearrange samples" in note for note in found.notes)


def test_float32_models_come_with_their_exact_numbers() -> None:
    model = nn.Linear(2, 1, bias=False, dtype=torch.float32)
    with torch.no_grad():
        model.weight.fill_(0.1)
    found = from_torch(model, numbers(2), loss="mse")
    assert "0.10000000149011612" in found.parameters


def test_numbers_that_are_not_finite_are_refused() -> None:
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.bias.fill_(float("nan"))
    with pytest.raises(InputError, match=r"linear\.bias: a number is not finite"):
        from_torch(model, numbers(2), loss="mse")


LOSSES = {
    "softmax_cross_entropy": nn.CrossEntropyLoss(),
    "{type: softmax_cross_entropy, label_smoothing: 0.1}": nn.CrossEntropyLoss(
        label_smoothing=0.1
    ),
    "sigmoid_cross_entropy": nn.BCEWithLogitsLoss(),
    "mse": nn.MSELoss(),
    "mae": nn.L1Loss(),
    "{type: huber, delta: 0.5}": nn.HuberLoss(delta=0.5),
    "smooth_l1": nn.SmoothL1Loss(),
    "poisson": nn.PoissonNLLLoss(),
    "multi_margin": nn.MultiMarginLoss(),
    "kl_divergence": nn.KLDivLoss(reduction="batchmean"),
}


@pytest.mark.parametrize("text", LOSSES)
def test_losses_have_their_counterparts(text: str) -> None:
    found = from_torch(nn.Linear(4, 3), numbers(4), loss=LOSSES[text])
    assert f"\nloss: {text}\n" in found.yaml


OPTIMIZERS: dict[str, Any] = {
    "{type: sgd, learning_rate: 0.1, momentum: 0.9, nesterov: true}": lambda p: (
        torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True)
    ),
    "{type: adam, learning_rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-08}": (
        torch.optim.Adam
    ),
    "{type: rprop, learning_rate: 0.01, eta_minus: 0.5, eta_plus: 1.2}": (
        torch.optim.Rprop
    ),
    "{type: adadelta, learning_rate: 1.0, rho: 0.9, epsilon: 1e-06}": (
        torch.optim.Adadelta
    ),
    "{type: rmsprop, learning_rate: 0.01, alpha: 0.99, epsilon: 1e-08}": (
        torch.optim.RMSprop
    ),
}


@pytest.mark.parametrize("text", OPTIMIZERS)
def test_optimizers_have_their_counterparts(text: str) -> None:
    model = nn.Linear(4, 3)
    optimizer = OPTIMIZERS[text](model.parameters())
    found = from_torch(model, numbers(4), loss="mse", optimizer=optimizer)
    assert f"\noptimizer: {text}\n" in found.yaml


def test_a_schedule_goes_with_its_optimizer() -> None:
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scheduler = lr_scheduler.StepLR(optimizer, 3, 0.5)
    found = from_torch(
        model,
        numbers(4),
        loss="mse",
        optimizer=optimizer,
        scheduler=scheduler,
        epochs=7,
        batch_size=3,
    )
    network = network_of(found)
    assert network.settings["learning_rate"] == 0.5
    assert network.schedule is not None
    assert network.schedule.options == {"step_size": 3, "gamma": 0.5}
    assert (network.training.epochs, network.training.batch_size) == (7, 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": nn.CTCLoss()}, "the loss CTCLoss has no counterpart"),
        ({"loss": nn.MSELoss(reduction="sum")}, "reduction='sum') has no"),
        (
            {"loss": nn.CrossEntropyLoss(weight=torch.ones(3))},
            "CrossEntropyLoss(weight) has no",
        ),
    ],
)
def test_training_without_counterpart_is_refused(options: Any, message: str) -> None:
    with pytest.raises(InputError) as refused:
        from_torch(nn.Linear(4, 3), numbers(4), **options)
    assert message in str(refused.value)


class Drifting(nn.Module):
    """A model that training changes in a way that no operator tells."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.fc(x)
        return y * 2.0 if self.training else y


def test_a_model_that_learns_otherwise_is_told_with_both_numbers() -> None:
    with pytest.raises(DifferentError, match=r"in training fc\.weight differs"):
        from_torch(Drifting(), numbers(4), loss="mse")


USERS = """
import torch
from torch import nn
def make_small():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))
def make_both():
    return make_small(), torch.zeros(2, 4)
def make_bad():
    return nn.Softmax2d()
"""


def test_the_command_imports_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "users_torch", raising=False)
    (tmp_path / "users_torch.py").write_text(USERS)
    result = bpgen("import", "torch", "users_torch:make_small", "--input", "4")
    assert (result.code, result.out) == (0, "")
    assert "predictions as the model's" in result.err
    assert bpgen("emit", "small.yaml", "--lang", "dart").code == 0
    both = bpgen("import", "torch", "users_torch:make_both", "--name", "other")
    assert both.code == 0
    assert (tmp_path / "other.json").read_text() == (
        tmp_path / "small.json"
    ).read_text()
    missing = bpgen("import", "torch", "users_torch:make_small")
    assert (missing.code, "add --input" in missing.err) == (2, True)
    bad = bpgen("import", "torch", "users_torch:make_bad", "--input", "2,3,3")
    assert (bad.code, "has no counterpart" in bad.err) == (2, True)
    assert not (tmp_path / "bad.yaml").exists()


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".pt2", ".joblib", ".pkl"])
def test_files_that_can_run_code_are_not_opened(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
    result = bpgen("import", "torch", str(path))
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "is not opened: loading a" in result.err

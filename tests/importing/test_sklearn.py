"""Estimators of scikit-learn become nets that predict, and learn, as they do."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running.tools import bpgen
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    Ridge,
    SGDClassifier,
)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

from bpgen.errors import InputError
from bpgen.importing import from_sklearn, restored
from bpgen.importing.check import DifferentError, checked, network_of
from bpgen.importing.places import Places
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower


def classifier(**options: Any) -> Any:
    return MLPClassifier(hidden_layer_sizes=(6,), max_iter=5, random_state=1, **options)


def regressor(**options: Any) -> Any:
    return MLPRegressor(
        hidden_layer_sizes=(6, 4), max_iter=5, random_state=1, **options
    )


def fitted(model: Any, load: Callable[..., Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        return model.fit(*load(return_X_y=True))


MODELS = {
    "softmax": (classifier, load_iris, "cross_entropy"),
    "binary": (classifier, load_breast_cancer, "binary_cross_entropy"),
    "regression": (regressor, load_diabetes, "half_squared_error"),
    "tanh": (lambda: regressor(activation="tanh"), load_diabetes, "half_squared_error"),
    "logistic": (lambda: classifier(activation="logistic"), load_iris, "cross_entropy"),
    "identity": (lambda: classifier(activation="identity"), load_iris, "cross_entropy"),
    "standard": (
        lambda: make_pipeline(StandardScaler(), classifier()),
        load_breast_cancer,
        "binary_cross_entropy",
    ),
    "minmax": (
        lambda: make_pipeline(MinMaxScaler(), regressor()),
        load_diabetes,
        "half_squared_error",
    ),
    "three scalers": (
        lambda: make_pipeline(
            RobustScaler(), MaxAbsScaler(), StandardScaler(), classifier()
        ),
        load_iris,
        "cross_entropy",
    ),
    "logistic regression": (LogisticRegression, load_iris, "cross_entropy"),
    "linear regression": (LinearRegression, load_diabetes, "half_squared_error"),
    "ridge": (Ridge, load_diabetes, "half_squared_error"),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore")  # logistic regression has not converged
def test_the_net_predicts_what_the_model_does(name: str) -> None:
    make, load, loss = MODELS[name]
    found = from_sklearn(fitted(make(), load))
    assert found.difference is not None
    assert found.difference < 1e-9
    assert f"\nloss: {loss}\n" in found.yaml


SOLVERS = {
    "sgd": {"solver": "sgd", "momentum": 0.0},
    "momentum": {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False},
    "nesterov": {"solver": "sgd", "momentum": 0.8},
    "alpha": {"solver": "sgd", "momentum": 0.0, "alpha": 0.5},
}


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize(
    ("make", "load"),
    [(classifier, load_iris), (regressor, load_diabetes)],
    ids=["classifier", "regressor"],
)
def test_the_net_learns_as_the_model_does(name: str, make: Any, load: Any) -> None:
    x, y = (part[:12] for part in load(return_X_y=True))
    if make is classifier:
        y[6:] = 1
        y[9:] = 2
    options = SOLVERS[name] | {"batch_size": 12, "learning_rate_init": 0.001}
    model = make(shuffle=False, **options)
    known = {"classes": [0, 1, 2]} if make is classifier else {}
    model.partial_fit(x, y, **known)  # weights at the start, and one step
    network = network_of(from_sklearn(model))
    net = evaluated_net(network, lower(network))
    # The velocity is not imported: both start from none.
    model._optimizer.velocities = (
        [0.0 * v for v in model._optimizer.velocities]
        if ("momentum" in options)
        else []
    )
    targets = [net.one_hot(int(k)) for k in y] if known else [[float(t)] for t in y]
    for _ in range(3):
        model.partial_fit(x, y)
        net.train_step(x.tolist(), targets)
    own = net.parameters()
    for number, weight in enumerate(model.coefs_):
        layer = ["hidden1", "output"] if make is classifier else []
        layer = layer or ["hidden1", "hidden2", "output"]
        rows = own[f"{layer[number]}.weight"]
        wanted = weight.T.tolist()
        for row, theirs in zip(rows, wanted, strict=True):
            assert row == pytest.approx(theirs, rel=1e-9, abs=1e-11)


def test_a_pipeline_learns_behind_its_scaler() -> None:
    x, y = load_diabetes(return_X_y=True)
    x, y = 50.0 * x[:12] + 3.0, y[:12] / 100.0
    scaler = StandardScaler().fit(x)
    options = {"solver": "sgd", "momentum": 0.0, "batch_size": 12}
    model = regressor(shuffle=False, **options).partial_fit(scaler.transform(x), y)
    found = from_sklearn(make_pipeline(scaler, model))
    assert "\npreprocessing: {inputs: {mean: [" in found.yaml
    network = network_of(found)
    net = evaluated_net(network, lower(network))
    for _ in range(3):
        model.partial_fit(scaler.transform(x), y)
        net.train_step(x.tolist(), [[float(t)] for t in y])
    rows = net.parameters()["hidden1.weight"]
    for row, theirs in zip(rows, model.coefs_[0].T.tolist(), strict=True):
        assert row == pytest.approx(theirs, rel=1e-9, abs=1e-11)


REFUSED = {
    "unknown step": (
        lambda: make_pipeline(PolynomialFeatures(), classifier()),
        "steps.polynomialfeatures: PolynomialFeatures has no counterpart",
    ),
    "unknown estimator": (SGDClassifier, "model: SGDClassifier has no counterpart"),
    "clip": (
        lambda: make_pipeline(MinMaxScaler(clip=True), classifier()),
        "steps.minmaxscaler: MinMaxScaler(clip=True) has no counterpart: write clip=",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_counterpart_is_refused(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(InputError) as refused:
        from_sklearn(fitted(make(), load_iris))
    assert message in str(refused.value)


def test_all_reasons_are_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        from_sklearn(make_pipeline(PolynomialFeatures(), classifier()))
    assert "PolynomialFeatures has no" in str(refused.value)
    assert "MLPClassifier is not fitted: call fit first" in str(refused.value)


def test_several_labels_at_once_are_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = classifier().fit([[0.0], [1.0]], [[0, 1], [1, 0]])
    with pytest.raises(InputError, match="train one classifier for each label"):
        from_sklearn(model)


def test_names_of_features_and_classes_go_with_the_net() -> None:
    x, y = load_iris(return_X_y=True)
    model = fitted(classifier(), lambda **_: (x, [f"kind {k}" for k in y]))
    found = from_sklearn(model, "iris")
    assert 'classes: ["kind 0", "kind 1", "kind 2"]' in found.yaml
    assert network_of(found).class_names == ("kind 0", "kind 1", "kind 2")


@pytest.mark.parametrize("name", ["softmax", "regression", "three scalers"])
def test_trained_numbers_go_back_into_the_model(name: str) -> None:
    make, load, _ = MODELS[name]
    model = fitted(make(), load)
    found = from_sklearn(model)
    tensors = restored(found.origin, found.parameters)
    estimator = model.steps[-1][1] if hasattr(model, "steps") else model
    for number, weight in enumerate(estimator.coefs_):
        for own, theirs in zip(tensors[f"coefs_[{number}]"], weight, strict=True):
            assert own == pytest.approx(theirs.tolist(), rel=1e-12)
        bias = estimator.intercepts_[number].tolist()
        assert tensors[f"intercepts_[{number}]"] == pytest.approx(bias, rel=1e-11)


def test_a_net_that_predicts_otherwise_is_told_with_both_numbers() -> None:
    model = fitted(LinearRegression(), load_diabetes)
    found = from_sklearn(model)
    samples = [[0.0] * 10]
    with pytest.raises(DifferentError, match=r"predicts 15.*, the model 1\.5"):
        checked(found, samples, [[1.5]], Places.whole((10,)))


USERS = """
from sklearn.linear_model import LinearRegression
def make_line():
    return LinearRegression().fit([[0.0], [1.0]], [[1.0], [3.0]])
def make_wrong():
    raise RuntimeError("no data")
"""


def test_the_command_writes_three_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "users_models.py").write_text(USERS)
    result = bpgen("import", "sklearn", "users_models:make_line", "-o", "nets/")
    assert (result.code, result.out) == (0, "")
    names = ["line.json", "line.origin.json", "line.yaml"]
    assert sorted(path.name for path in (tmp_path / "nets").iterdir()) == names
    emitted = bpgen("emit", "nets/line.yaml")
    assert emitted.code == 0
    saved = json.loads((tmp_path / "nets" / "line.json").read_text())
    assert saved["output.weight"] == [[pytest.approx(2.0)]]
    (tmp_path / "nets" / "line.yaml").write_text("mine")
    result = bpgen("import", "sklearn", "users_models:make_line", "-o", "nets/")
    assert result.code == 2
    assert "is there already; --force overwrites it" in result.err
    assert (tmp_path / "nets" / "line.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("users_models2", "is no module:function"),
        ("users_models2:nothing", "users_models2 has no function 'nothing'"),
        ("users_models2:make_wrong", "users_models2.py:6: RuntimeError: no data"),
        ("no_such_module_here:f", "ModuleNotFoundError: No module named"),
    ],
)
def test_a_call_that_ends_in_an_error_is_one_line(
    source: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "users_models2", raising=False)
    (tmp_path / "users_models2.py").write_text(USERS)
    result = bpgen("import", "sklearn", source)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert message in result.err

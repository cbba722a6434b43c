"""Estimators of scikit-learn as nets: what they learned is read, nothing is run.

In: a fitted estimator, or a pipeline of scalers that ends in one. Out: an import,
checked against the estimator's own predictions. scikit-learn itself is not loaded: the
model brings it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bpgen.errors import InputError, Problem
from bpgen.importing.check import SAMPLES, checked, drawn
from bpgen.importing.draft import Draft
from bpgen.importing.imported import Imported, Trained, imported
from bpgen.importing.sklearn_training import mlp_training
from bpgen.importing.weights import Weights
from bpgen.network.class_names import NAME as CLASS_NAME
from bpgen.reading.kinds import made_name

HIDDEN = {"relu": "relu", "logistic": "sigmoid", "tanh": "tanh", "identity": ""}


@dataclass(frozen=True, slots=True)
class Scaling:
    """What scalers do to each feature: (x - mean) / std, as net.yaml says it."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def then(self, other: Scaling) -> Scaling:
        """Both, one after the other."""
        own = zip(self.mean, self.std, other.mean, strict=True)
        mean = tuple(a + b * s for a, s, b in own)
        both = zip(self.std, other.std, strict=True)
        return Scaling(mean, tuple(a * b for a, b in both))


def _standard(scaler: Any, count: int) -> Scaling:
    mean = _numbers(scaler.mean_, count, 0.0) if scaler.with_mean else (0.0,) * count
    return Scaling(mean, _numbers(scaler.scale_, count, 1.0))


def _minmax(scaler: Any, count: int) -> Scaling:
    # x * scale_ + min_
    scale = _numbers(scaler.scale_, count, 1.0)
    pairs = zip(_numbers(scaler.min_, count, 0.0), scale, strict=True)
    return Scaling(tuple(-m / s for m, s in pairs), tuple(1.0 / s for s in scale))


def _maxabs(scaler: Any, count: int) -> Scaling:
    return Scaling((0.0,) * count, _numbers(scaler.scale_, count, 1.0))


def _robust(scaler: Any, count: int) -> Scaling:
    return Scaling(
        _numbers(scaler.center_, count, 0.0), _numbers(scaler.scale_, count, 1.0)
    )


def _numbers(found: Any, count: int, default: float) -> tuple[float, ...]:
    """The numbers of an array; the default where the scaler keeps none."""
    return (default,) * count if found is None else tuple(map(float, found.tolist()))


SCALERS: Mapping[str, Callable[[Any, int], Scaling]] = {
    "StandardScaler": _standard,
    "MinMaxScaler": _minmax,
    "MaxAbsScaler": _maxabs,
    "RobustScaler": _robust,
}


def imported_sklearn(model: Any, name: str) -> Imported:
    """See `from_sklearn`.

    Raises:
        InputError: with all that has no counterpart.
        DifferentError: the net does not predict what the model does.
    """
    steps = _steps(model)
    refusals = list(_refusals(steps))
    if refusals:
        raise InputError([Problem(refusal) for refusal in refusals])
    *scalers, (path, estimator) = steps
    count = int(estimator.n_features_in_)
    scaling = _scaling(scalers, count)
    draft = Draft((count,))
    output, trained = ESTIMATORS[type(estimator).__name__](draft, estimator)
    trained = _with_names(draft, model, trained)
    if scaling:
        both = {"mean": list(scaling.mean), "std": list(scaling.std)}
        trained = replace(trained, preprocessing={"inputs": both})
    source = f"Imported from scikit-learn: {type(estimator).__name__}"
    found = imported(draft, output, name, trained, f"{source} ({path})")
    samples = _samples(scaling, count)
    return checked(found, samples, _predicted(model, samples), draft.input_places)


def _steps(model: Any) -> list[tuple[str, Any]]:
    """The parts of a model in order, with the paths to them."""
    if type(model).__name__ != "Pipeline" or not hasattr(model, "steps"):
        return [("model", model)]
    found: list[tuple[str, Any]] = []
    for name, step in model.steps:
        if step is None or step == "passthrough":
            continue
        inner = [(path, s) for path, s in _steps(step)]
        found += [
            (f"steps.{name}" if path == "model" else f"steps.{name}.{path}", s)
            for path, s in inner
        ]
    return found


def _refusals(steps: Sequence[tuple[str, Any]]) -> list[str]:
    """Why parts of a model cannot be imported."""
    found = []
    for number, (path, part) in enumerate(steps, start=1):
        kind, is_last = type(part).__name__, number == len(steps)
        table = ESTIMATORS if is_last else SCALERS
        if kind not in table:
            known = ", ".join(table)
            what = "an estimator" if is_last else "a step before one"
            found.append(
                f"{path}: {kind} has no counterpart in net.yaml: as {what}, "
                f"bpgen knows {known}"
            )
        elif not is_last and getattr(part, "clip", False):
            found.append(
                f"{path}: {kind}(clip=True) has no counterpart: write clip=False"
            )
        elif not hasattr(part, "n_features_in_"):
            found.append(f"{path}: {kind} is not fitted: call fit first")
        elif is_last:
            fault = _fault(part)
            found += [f"{path}: {fault}"] if fault else []
    return found


def _fault(estimator: Any) -> str:
    """What net.yaml does not have of an estimator that it knows."""
    if getattr(estimator, "loss", "") == "poisson":
        return "loss='poisson' has no counterpart: its output is exp of the last layer"
    if getattr(estimator, "out_activation_", "") == "logistic" and (
        int(estimator.n_outputs_) > 1
    ):
        return (
            "several labels at once have another loss in scikit-learn, a sum over them "
            "instead of a mean: train one classifier for each label"
        )
    if type(estimator).__name__ == "LogisticRegression" and (
        getattr(estimator, "multi_class", "auto") == "ovr"
        and len(estimator.classes_) > 2
    ):
        return "multi_class='ovr' divides by the sum of the classes: leave it out"
    return ""


def _scaling(scalers: Sequence[tuple[str, Any]], count: int) -> Scaling | None:
    found: Scaling | None = None
    for _, scaler in scalers:
        own = SCALERS[type(scaler).__name__](scaler, count)
        found = found.then(own) if found else own
    return found


def _dense(
    draft: Draft,
    x: Any,
    parts: tuple[Weights, Weights],
    name: str,
    activation: str,
) -> Any:
    """A dense layer."""
    weight, bias = parts
    options: dict[str, Any] = {"units": weight.shape[0]}
    if activation:
        options["activation"] = activation
    own = {"weight": weight, "bias": bias}
    comment = f"{weight.tensors[0].name}, {bias.tensors[0].name}"
    return draft.add(
        "dense", name, (draft.plain(x),), weight.shape[:1], options, own, comment
    )


def _mlp(draft: Draft, model: Any) -> tuple[Any, Trained]:
    """MLPClassifier and MLPRegressor: dense layers."""
    x: Any = draft.input
    last = len(model.coefs_) - 1
    ends = {"softmax": "softmax", "logistic": "sigmoid", "identity": ""}
    for number in range(last + 1):
        is_last = number == last
        weight = Weights.named(f"coefs_[{number}]", model.coefs_[number]).transposed()
        bias = Weights.named(f"intercepts_[{number}]", model.intercepts_[number])
        parts = weight, bias
        name = "output" if is_last else f"hidden{number + 1}"
        ending = ends[model.out_activation_] if is_last else HIDDEN[model.activation]
        x = _dense(draft, x, parts, name, ending)
    return x, mlp_training(draft, model)


def _linear(draft: Draft, model: Any) -> tuple[Any, Trained]:
    """Linear models: one dense layer."""
    coef = model.coef_.tolist()
    coef = coef if isinstance(coef[0], list) else [coef]
    intercept = model.intercept_
    listed = intercept.tolist() if hasattr(intercept, "tolist") else intercept
    listed = listed if isinstance(listed, list) else [listed]
    listed = listed if len(listed) == len(coef) else listed * len(coef)
    parts = (
        Weights.named("coef_", coef),
        Weights.named("intercept_", listed),
    )
    is_classifier = hasattr(model, "classes_")
    ending, loss = "", "half_squared_error"
    if is_classifier:
        is_binary = len(coef) == 1
        ending = "sigmoid" if is_binary else "softmax"
        loss = "binary_cross_entropy" if is_binary else "cross_entropy"
    x = _dense(draft, draft.input, parts, "output", ending)
    draft.note(
        f"{type(model).__name__} was not fitted by steps along a gradient: the "
        "optimizer is bpgen's own choice"
    )
    return x, Trained(loss, {"type": "adam", "learning_rate": 0.01})


ESTIMATORS: Mapping[str, Callable[..., tuple[Any, Trained]]] = {
    "MLPClassifier": _mlp,
    "MLPRegressor": _mlp,
    "LogisticRegression": _linear,
    "LinearRegression": _linear,
    "Ridge": _linear,
}


def _with_names(draft: Draft, model: Any, trained: Trained) -> Trained:
    """What the model knows of names: those of its inputs and of its classes."""
    given = getattr(model, "feature_names_in_", None)
    names: list[str] = []
    if given is not None:
        given = [str(name) for name in given]
        names = [made_name(name, "x") for name in given]
        if len(set(names)) != len(names) or not all(names) or "input" in names:
            draft.note("the names of the features are no names in net.yaml: left out")
            names = []
        elif names != given:
            draft.note("names of features are written small, without blanks")
    found = getattr(model, "classes_", None)
    classes = [] if found is None else [str(label) for label in found]
    if classes == [str(number) for number in range(len(classes))]:
        classes = []  # so they are called anyway
    if trained.loss != "cross_entropy":
        if classes:
            draft.note(f"the output is the probability of class {classes[-1]}")
        classes = []
    elif not all(map(CLASS_NAME.fullmatch, classes)):
        draft.note(f"the classes are, in order: {classes!a}")
        classes = []
    return replace(trained, classes=classes, input_names=names)


def _samples(scaling: Scaling | None, count: int) -> list[list[float]]:
    """Inputs about where the model was trained."""
    found = []
    for number in range(SAMPLES):
        row = drawn(count, number + 1)
        if scaling:
            each = zip(row, scaling.mean, scaling.std, strict=True)
            row = [x * std + mean for x, mean, std in each]
        found.append(row)
    return found


def _predicted(model: Any, samples: list[list[float]]) -> list[list[float]]:
    """What the model itself says of some samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that features have no names here
        if not hasattr(model, "classes_"):
            rows = model.predict(samples).tolist()
            return [row if isinstance(row, list) else [row] for row in rows]
        rows = model.predict_proba(samples).tolist()
    return [row[1:] if len(row) == 2 else row for row in rows]

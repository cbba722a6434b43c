"""Models of Keras as nets, from their files.

In: the bytes of a file, and predictions to compare with, if there are some. Out: an
import. Images have their channels last there: that is a matter of places.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpgen.errors import InputError, Problem
from bpgen.importing.check import FLOAT32, checked, network_of
from bpgen.importing.draft import Draft, RefusedError, Value
from bpgen.importing.imported import Imported, Trained, imported
from bpgen.importing.keras_cells import HANDLERS
from bpgen.importing.keras_layers import Layer
from bpgen.importing.keras_record import KerasFile
from bpgen.importing.pairs import read_pairs

LOSSES = {
    "mse": "mse",
    "mean_squared_error": "mse",
    "mae": "mae",
    "mean_absolute_error": "mae",
    "binary_crossentropy": "binary_cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "huber": "huber",
    "log_cosh": "log_cosh",
    "hinge": "hinge",
    "squared_hinge": "squared_hinge",
}


@dataclass(slots=True)
class Reading:
    """What was read so far."""

    draft: Draft
    values: dict[str, Value] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    preprocessing: dict[str, Any] = field(default_factory=dict)


def imported_keras(
    content: bytes, name: str, loss: str = "", pairs: str = ""
) -> Imported:
    """The net of a file of Keras; `pairs` is JSON of its `inputs` and `outputs`.

    Raises:
        InputError: it is no such file, or with all that has no counterpart.
        DifferentError: the net does not predict what `outputs` say.
    """
    from bpgen.importing.keras_files import read_keras  # here: it loads h5py

    return net_of_keras(read_keras(content), name, loss, pairs)


def net_of_keras(file: KerasFile, name: str, loss: str, pairs: str) -> Imported:
    """The net of a model, from what its file says.

    Raises:
        InputError: with all that has no counterpart.
        DifferentError: the net does not predict what `pairs` say.
    """
    if file.config.get("class_name") not in ("Sequential", "Functional", "Model"):
        kind = ascii(file.config.get("class_name"))
        message = (
            f"a model of the class {kind} has no counterpart: only Sequential and "
        )
        raise InputError([Problem(message + "Functional")])
    try:
        reading, last = _read(file)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        message = "its configuration is none that bpgen knows"
        raise InputError([Problem(message)]) from None
    if reading.refusals:
        raise InputError([Problem(text) for text in dict.fromkeys(reading.refusals)])
    trained = Trained(
        loss or _loss(reading.draft, file.training),
        _optimizer(reading.draft, file.training),
        preprocessing=reading.preprocessing,
    )
    value = reading.values[last]
    source = "Imported from a file of Keras"
    found = imported(
        reading.draft, _output(reading.draft, value), name, trained, source
    )
    if not pairs:
        network_of(found)
        return found
    inputs, outputs = read_pairs(pairs)
    return checked(found, inputs, outputs, reading.draft.input_places, FLOAT32)


def _output(draft: Draft, value: Value) -> Value:
    """The result; an image with channels last is one with channels first here."""
    if len(value.shape) == 3:
        draft.note("the output is [channels, height, width] here")
        return Value(value.layer, value.places.permuted((2, 0, 1)))
    return value


def _read(file: KerasFile) -> tuple[Reading, str]:
    """All layers, and the name of the one that gives the output."""
    config = file.config["config"]
    layers = config["layers"]
    shape = _input_shape(layers)
    reading = Reading(Draft(shape))
    before, is_graph = "", any("inbound_nodes" in layer for layer in layers)
    for layer in layers:
        kind, own = layer["class_name"], layer["config"]
        name = own["name"]
        if kind == "InputLayer":
            reading.values[name] = reading.draft.input
            before = name
            continue
        sources = list(_sources(layer)) if is_graph else [before] * bool(before)
        if not before and not is_graph:
            reading.values["input"] = reading.draft.input
            sources = ["input"]
        variables = file.variables.get(name, [])
        _one(reading, Layer(kind, name, own, variables, _call(layer)), sources)
        before = name
    if is_graph and "output_layers" in config:
        outputs = config["output_layers"]
        before = outputs[0] if isinstance(outputs[0], str) else outputs[0][0]
    return reading, before


def _one(reading: Reading, layer: Layer, sources: Sequence[str]) -> None:
    """One layer on what it reads."""
    values = [reading.values.get(source) for source in sources]
    known = [value for value in values if value is not None]
    try:
        if len(known) < max(1, len(values)):
            return  # what it reads was refused
        if layer.kind == "Normalization":
            reading.preprocessing = _normalization(reading.draft, layer, known[0])
            reading.values[layer.name] = known[0]
            return
        if layer.kind not in HANDLERS:
            raise RefusedError(f"{layer.kind} has no counterpart in net.yaml")
        reading.values[layer.name] = HANDLERS[layer.kind](reading.draft, layer, known)
    except RefusedError as error:
        reading.refusals.append(f"{layer.name}: {error}")


def _input_shape(layers: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """The shape of a sample.

    Raises:
        InputError: there are several inputs, or sizes are open.
    """
    inputs = [layer for layer in layers if layer["class_name"] == "InputLayer"]
    if len(inputs) > 1:
        raise InputError(
            [Problem(f"the model has {len(inputs)} inputs: net.yaml has 1")]
        )
    own = (inputs or layers)[0]["config"]
    shape = (own.get("batch_shape") or own.get("batch_input_shape") or [None])[1:]
    if not shape or not all(isinstance(s, int) and 0 < s < 10**6 for s in shape):
        message = f"the input has the shape {shape}: all its sizes are needed"
        raise InputError([Problem(message)])
    return tuple(shape)


def _sources(layer: Mapping[str, Any]) -> Iterator[str]:
    """The names of the layers that one reads: of Keras 3, or of Keras 2."""
    nodes = layer.get("inbound_nodes") or []
    if len(nodes) > 1:
        raise InputError([Problem(f"{layer['name']}: shared layers are not read yet")])

    def histories(part: Any) -> Iterator[str]:
        match part:
            case {"config": {"keras_history": [str(name), *_]}}:
                yield name
            case dict():
                for item in part.values():
                    yield from histories(item)
            case [str(name), int(), int(), *_]:
                yield name
            case list() | tuple():
                for item in part:
                    yield from histories(item)

    for node in nodes:
        yield from histories(node.get("args", node) if isinstance(node, dict) else node)


def _call(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a layer is called with beside what it reads: of Keras 3, or of Keras 2."""
    for node in layer.get("inbound_nodes") or []:
        match node:
            case {"kwargs": dict(given)}:
                return given
            case [[_, _, _, dict(given)], *_]:
                return given
    return {}


def _normalization(draft: Draft, layer: Layer, value: Value) -> dict[str, Any]:
    """A Normalization of the input: `preprocessing`.

    Raises:
        RefusedError: it is of something else.
    """
    if value.layer != "input" or len(value.shape) != 1 or len(layer.variables) < 2:
        raise RefusedError("Normalization has a counterpart only of a flat input")
    mean, variance = (list(weights.numbers) for weights in layer.variables[:2])
    std = [max(math.sqrt(v), 1e-7) for v in variance]
    return {"inputs": {"mean": mean, "std": std}}


def _loss(draft: Draft, training: Mapping[str, Any]) -> str:
    given = training.get("loss")
    if isinstance(given, dict):
        given = given.get("config", {}).get("name")
    if given in LOSSES:
        return LOSSES[given]
    draft.note("the file names no loss that net.yaml has, so it is mse: write yours")
    return "mse"


def _optimizer(draft: Draft, training: Mapping[str, Any]) -> dict[str, Any] | None:
    given = training.get("optimizer") or training.get("optimizer_config") or {}
    own = given.get("config", {}) if isinstance(given, dict) else {}
    kind = given.get("class_name", "") if isinstance(given, dict) else ""
    rate = own.get("learning_rate")
    if not isinstance(rate, (int, float)) or not rate > 0:
        return None
    found: dict[str, Any] = {"type": str(kind).lower(), "learning_rate": float(rate)}
    if kind == "SGD":
        if own.get("momentum"):
            found["momentum"] = float(own["momentum"])
            found["nesterov"] = bool(own.get("nesterov"))
        return found
    if kind in ("Adam", "AdamW"):
        draft.note("Keras' epsilon is added before the correction for the start")
        found |= {"beta1": float(own["beta_1"]), "beta2": float(own["beta_2"])}
        return found | {"epsilon": float(own["epsilon"])}
    return None

"""Nets of brain.js as nets: from the text of their toJSON(), of version 1 or 2.

In: the text, and predictions to compare with, if there are some. Out: an import.
Every layer has the one activation of the net, the output, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bpgen.errors import InputError, Problem
from bpgen.importing.check import FLOAT32, checked, network_of
from bpgen.importing.draft import Draft, Value
from bpgen.importing.imported import Imported, Trained, imported
from bpgen.importing.pairs import read_pairs
from bpgen.importing.places import Places
from bpgen.importing.weights import Weights
from bpgen.reading.kinds import made_name

ACTIVATIONS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "leaky-relu": "leaky_relu",
}


def imported_brainjs(
    text: str, name: str, slope: float | None = None, pairs: str = ""
) -> Imported:
    """The net that toJSON() of brain.js tells of; `pairs` are what it predicts.

    Raises:
        InputError: the text tells of none, or with what has no counterpart.
        DifferentError: the net does not predict what `pairs` say.
    """
    try:
        told = json.loads(text)
        if told.get("type", "NeuralNetwork") != "NeuralNetwork":
            kind = ascii(told["type"])
            raise _fault(f"{kind} of brain.js has no counterpart: only NeuralNetwork")
        draft = _draft(told, slope)
        trained = _trained(draft, told)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        IndexError,
    ):
        raise _fault("this is not what toJSON() of a brain.js net gives") from None
    last = list(draft.entries.values())[-1]
    output = Value(last.name, Places.whole(last.shape))
    found = imported(draft, output, name, trained, "Imported from brain.js")
    if not pairs:
        network_of(found)
        return found
    inputs, outputs = read_pairs(pairs)
    return checked(found, inputs, outputs, draft.input_places, FLOAT32)


def _fault(message: str) -> InputError:
    return InputError([Problem(message)])


def _draft(told: Mapping[str, Any], slope: float | None) -> Draft:
    """One dense layer for each of the net's."""
    options = told.get("trainOpts") or {}
    given = told.get("activation") or options.get("activation")
    given = given or (told.get("options") or {}).get("activation", "sigmoid")
    if given not in ACTIVATIONS:
        raise _fault(f"the activation {given!a} has no counterpart")
    activation: Any = ACTIVATIONS[given]
    if given == "leaky-relu":
        alpha = options.get("leakyReluAlpha", slope) if slope is None else slope
        if alpha is None:
            raise _fault(
                "version 1 does not save the slope of leaky-relu: add --slope, such as "
                "--slope 0.01"
            )
        activation = {"type": "leaky_relu", "slope": float(alpha)}
    sizes = [int(size) for size in told["sizes"]]
    if len(told["layers"]) != len(sizes) or not all(0 < s < 10**6 for s in sizes):
        raise ValueError
    draft = Draft((sizes[0],))
    before = "input"
    for number in range(1, len(sizes)):
        weights, biases = _numbers(told["layers"], number)
        shape = (sizes[number], sizes[number - 1])
        if len(weights) != shape[0] or any(len(row) != shape[1] for row in weights):
            raise ValueError
        stem = f"layers[{number}]"
        parameters = {
            "weight": Weights.named(f"{stem}.weights", weights),
            "bias": Weights.named(f"{stem}.biases", biases),
        }
        layer = "output" if number == len(sizes) - 1 else f"hidden{number}"
        own = {"units": shape[0], "activation": activation}
        made = draft.add("dense", layer, (before,), shape[:1], own, parameters)
        before = made.layer
    return draft


def _numbers(
    layers: Sequence[Mapping[str, Any]], number: int
) -> tuple[list[list[float]], list[float]]:
    """Weights and biases of a layer: as arrays, or of version 1 by key."""
    layer = layers[number]
    if isinstance(layer.get("weights"), list):
        weights = [[float(w) for w in row] for row in layer["weights"]]
        return weights, [float(b) for b in layer["biases"]]
    keys = list(layers[number - 1])
    nodes = list(layer.values())
    weights = [[float(node["weights"][key]) for key in keys] for node in nodes]
    return weights, [float(node["bias"]) for node in nodes]


def _trained(draft: Draft, told: Mapping[str, Any]) -> Trained:
    """How the net learned: one sample at a time, in order, with momentum."""
    options = told.get("trainOpts") or {}
    if options.get("praxis"):
        draft.note(
            f"praxis {options['praxis']!a} has no counterpart: sgd takes its place"
        )
    optimizer = {
        "type": "sgd",
        "learning_rate": float(options.get("learningRate", 0.3)),
        "momentum": float(options.get("momentum", 0.1)),
    }
    epochs = options.get("iterations", 20000)
    training = {"epochs": int(epochs), "batch_size": 1, "shuffle": False}
    return Trained(
        "half_squared_error", optimizer, training, input_names=_names(draft, told)
    )


def _names(draft: Draft, told: Mapping[str, Any]) -> list[str]:
    """The keys of inputs, where the net goes by keys; a note tells those of outputs."""
    first, last = told["layers"][0], told["layers"][-1]
    inputs, outputs = told.get("inputLookup"), told.get("outputLookup")
    ins = list(inputs) if isinstance(inputs, dict) else list(first) * (inputs is True)
    outs = (
        list(outputs) if isinstance(outputs, dict) else list(last) * (outputs is True)
    )
    if outs:
        draft.note(f"the outputs are, in order: {outs!a}")
    names = [made_name(str(key), "x") for key in ins]
    if names and (not all(names) or len(set(names)) < len(names) or "input" in names):
        draft.note(f"the inputs are, in order: {ins!a}")
        return []
    if ins:
        draft.note("inputs that a sample leaves out are 0")
    return names

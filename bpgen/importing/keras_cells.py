"""Recurrent layers of Keras, and the table of all layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpgen.importing.draft import RETURNS, Draft, RefusedError, Value
from bpgen.importing.keras_attention import attention
from bpgen.importing.keras_layers import LAYERS, Handler, Layer
from bpgen.importing.weights import Weights

# Where the gates of net.yaml stand among those of Keras.
GATES = {"LSTM": (0, 1, 2, 3), "GRU": (1, 0, 2), "SimpleRNN": (0,)}
TYPES = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "rnn"}


def _recurrent(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    return _cells(draft, layer, layer, values, 1)


def _bidirectional(draft: Draft, layer: Layer, values: list[Value]) -> Value:
    inner = layer.get("layer")
    if layer.get("merge_mode", "concat") != "concat":
        raise RefusedError("Bidirectional has a counterpart with merge_mode='concat'")
    own = Layer(inner["class_name"], layer.name, inner["config"], layer.variables)
    if own.kind not in TYPES:
        raise RefusedError(f"Bidirectional of {own.kind} has no counterpart")
    return _cells(draft, layer, own, values, 2)


def _cells(
    draft: Draft, layer: Layer, own: Layer, values: list[Value], ways: int
) -> Value:
    (x,) = values
    _check_cells(own)
    has_bias = bool(own.get("use_bias", True))
    variables = layer.need((2 + has_bias) * ways)
    units = int(own.get("units"))
    options: dict[str, Any] = {"units": units}
    if own.kind == "SimpleRNN" and own.get("activation", "tanh") != "tanh":
        options["activation"] = own.get("activation")
    if own.kind == "GRU" and not own.get("reset_after", False):
        options["reset"] = "before"
    returns = bool(own.get("return_sequences"))
    options |= {RETURNS: True} if returns else {}
    options |= {"bidirectional": True} if ways > 1 else {}
    options |= {} if has_bias else {"bias": False}
    parameters: dict[str, Weights] = {}
    fixed = []
    order = [g * units + i for g in GATES[own.kind] for i in range(units)]
    for way in range(ways):
        ending = "_reverse" if way else ""
        kernel, recurrent, *bias = variables[way * (2 + has_bias) :][: 2 + has_bias]
        parameters[f"weight_ih{ending}"] = kernel.transposed().rows(order)
        parameters[f"weight_hh{ending}"] = recurrent.transposed().rows(order)
        for number, last_ in enumerate(("bias_ih", "bias_hh") if has_bias else ()):
            name = f"{last_}{ending}"
            if len(bias[0].shape) == 2:  # of a GRU: one for inputs, one for states
                row = bias[0].rows([number])
                flat = row.moved(lambda p: p.reshaped((p.shape[1],)))
                parameters[name] = flat.rows(order)
            elif number == 0:
                parameters[name] = bias[0].rows(order)
            else:
                parameters[name] = Weights.constant((len(order),), 0.0)
                fixed.append(name)
    features = units * ways
    shape = (x.shape[0], features) if returns else (features,)
    source = draft.plain(x)
    type_ = TYPES[own.kind]
    made = draft.add(type_, layer.name, (source,), shape, options, parameters)
    draft.frozen += [f"{made.layer}.{name}" for name in fixed]
    return made


def _check_cells(layer: Layer) -> None:
    """What recurrent layers of net.yaml do not have.

    Raises:
        RefusedError: the layer asks for it.
    """
    for key in ("go_backwards", "stateful", "dropout", "recurrent_dropout"):
        if layer.get(key):
            raise RefusedError(f"{layer.kind}({key}) has no counterpart: leave it out")
    if layer.kind != "SimpleRNN" and layer.get("activation", "tanh") != "tanh":
        raise RefusedError(f"{layer.kind} with another activation than tanh")
    if layer.get("recurrent_activation", "sigmoid") != "sigmoid":
        raise RefusedError(
            f"{layer.kind} with another recurrent activation than sigmoid"
        )


HANDLERS: Mapping[str, Handler] = {
    **LAYERS,
    **dict.fromkeys(TYPES, _recurrent),
    "Bidirectional": _bidirectional,
    "MultiHeadAttention": attention,
}

"""Nets that learn from one sample at a time: those that train in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nets.net import Spec, dense, spec

ALONE = {"epochs": 3, "batch_size": 1}
KEPT_AWAY = ALONE | {"validation": 0.4}
HALVES = {"type": "exponential", "gamma": 0.5}


def online(input_shape: Any, layers: list[Any], loss: str, **more: Any) -> Spec:
    """A net with an update for each sample."""
    return spec(input_shape, layers, loss, **{"training": ALONE} | more)


def sgd(**more: Any) -> dict[str, Any]:
    """The optimizer that keeps nothing."""
    return {"type": "sgd", "learning_rate": 0.1} | more


CONVOLUTION = {"type": "conv1d", "filters": 2, "kernel": 2}
ONLINE_NETS: Mapping[str, Spec] = {
    "online": online(2, [dense(3, "tanh"), dense(1, "sigmoid")], "half_squared_error"),
    "online_classes": online(
        3, [dense(4, "sigmoid"), dense(3)], "softmax_cross_entropy", optimizer=sgd()
    ),
    "online_in_order": online(
        2, [dense(2, "relu")], "mse", training=ALONE | {"shuffle": False}
    ),
    "online_frozen": online(
        3, [dense(4, "relu", name="h"), dense(2)], "mse", frozen=["h.bias"]
    ),
    "online_decayed": online(
        3, [dense(4, "relu"), dense(2)], "mse", optimizer=sgd(weight_decay=0.1)
    ),
    "online_by_layer": online(
        3,
        [dense(4, "relu", name="h", learning_rate=0.25), dense(2, name="o")],
        "mse",
        optimizer=sgd(),
    ),
    "online_shared": online(
        3,
        [dense(3, "tanh", name="h"), {"type": "dense", "units": 3, "share": "h"}],
        "mse",
    ),
    "online_filters": online(
        [1, 5], [CONVOLUTION, "relu", "flatten", dense(2)], "mse", optimizer=sgd()
    ),
    "online_states": online(
        [3, 2], [{"type": "rnn", "units": 3}, dense(2)], "mse", optimizer=sgd()
    ),
    "online_dropped": online(
        4, [dense(4, "relu"), {"type": "dropout", "rate": 0.5}, dense(2)], "mse"
    ),
    "online_held": online(3, [dense(4, "relu"), dense(2)], "mse", training=KEPT_AWAY),
    "online_scheduled": online(
        3, [dense(4, "relu"), dense(2)], "mse", optimizer=sgd(schedule=HALVES)
    ),
    "online_momentum": online(
        3, [dense(4, "relu"), dense(2)], "mse", optimizer=sgd(momentum=0.5)
    ),
}

"""Nets that are given raw numbers: of every kind of scaling, in every kind of net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nets.net import Spec, dense, spec
from nets.online import ALONE, sgd

THREE = {"mean": [0.5, -1.25, 40.0], "std": [2.0, 0.25, 16.0]}
TWO = {"min": [-3.0, 10.0], "max": [5.0, 12.0]}
ONE = {"mean": [100.0], "std": [8.0]}
COLOUR = {"onehot": ["red", "green", "blue"]}
MIXED = {
    "columns": {
        "age": {"mean": 0.75, "std": 0.5},
        "height": {"min": -2.0, "max": 2.0},
        "colour": COLOUR,
        "weight": "none",
        "wet": {"onehot": ["no", "yes"]},
        "size": {"mean": 1.0, "std": 4.0},
    }
}  # six columns, from which nine numbers become


def raw(inputs: Any = None, targets: Any = None) -> dict[str, Any]:
    """The key `preprocessing`."""
    sides = {"inputs": inputs, "targets": targets}
    return {"preprocessing": {key: side for key, side in sides.items() if side}}


CONVOLUTION = {"type": "conv2d", "filters": 2, "kernel": 2, "activation": "relu"}
PREPROCESSED_NETS: Mapping[str, Spec] = {
    "raw_inputs": spec(3, [dense(4, "tanh"), dense(2)], "mse", **raw(THREE)),
    "raw_targets": spec(3, [dense(2)], "mse", **raw(None, TWO)),
    "raw_both": spec(3, [dense(4, "tanh"), dense(2)], **raw(THREE, TWO)),
    "raw_minmax": spec(2, [dense(3, "sigmoid"), dense(1)], "mae", **raw(TWO, ONE)),
    "raw_columns": spec(9, [dense(4, "tanh"), dense(2)], "mse", **raw(MIXED, TWO)),
    "raw_onehot": spec(3, [dense(2)], "mse", **raw({"columns": {"colour": COLOUR}})),
    "raw_targets_by_column": spec(
        2,
        [dense(3, "tanh"), dense(3, name="o")],
        "half_squared_error",
        **raw(
            TWO,
            {
                "columns": {
                    "o1": {"mean": 3.0, "std": 7.0},
                    "o2": "none",
                    "o3": {"min": 0.0, "max": 4.0},
                }
            },
        ),
    ),
    "raw_classes": spec(
        3, [dense(4, "relu"), dense(3)], "softmax_cross_entropy", **raw(THREE)
    ),
    "raw_online": spec(
        3,
        [dense(4, "tanh"), dense(2)],
        "mse",
        training=ALONE,
        optimizer=sgd(),
        **raw(THREE, TWO),
    ),
    "raw_online_columns": spec(
        9, [dense(4, "tanh"), dense(1)], "mse", training=ALONE, **raw(MIXED, ONE)
    ),
    "raw_adam": spec(
        3,
        [dense(4, "tanh"), dense(2)],
        "mse",
        optimizer="adam",
        **raw(THREE, TWO),
    ),
    "raw_image": spec(
        [2, 3, 3], [CONVOLUTION, "flatten", dense(1)], "mse", **raw(TWO, ONE)
    ),
    "raw_in_time": spec(
        [3, 2],
        [{"type": "lstm", "units": 3, "return_sequences": True}, dense(1)],
        "mse",
        **raw(TWO, ONE),
    ),
    "raw_batch_norm": spec(
        3, [dense(4), "batch_norm", dense(2)], "mse", **raw(THREE, TWO)
    ),
    "raw_batch_norm_columns": spec(
        9, [dense(4), "batch_norm", dense(1)], "mse", **raw(MIXED, ONE)
    ),
    "raw_no_layers_but_one": spec(2, ["flatten", "tanh"], "mse", **raw(TWO, TWO)),
    "raw_branches": spec(
        3,
        [
            dense(3, "tanh", name="h"),
            {"type": "add", "name": "sum", "inputs": ["h", "input"]},
            dense(2),
        ],
        "huber",
        **raw(THREE, TWO),
    ),
    "raw_dropout": spec(
        3,
        [dense(4, "tanh"), dense(2), {"type": "dropout", "rate": 0.4}],
        "mse",
        **raw(THREE, TWO),
    ),
}

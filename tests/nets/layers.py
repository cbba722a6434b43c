"""Nets of the conformance tests for graphs of layers, by name.

Each group of layers has a module of its own beside this one, whose table `nets`
takes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nets.net import Spec, dense, spec


def skipped(*layers: Spec | str, loss: str = "mse") -> Spec:
    """A net of three inputs whose layers are named h, g ... in this order."""
    return spec(3, list(layers), loss)


def merged(kind: str, *inputs: str, **more: str) -> Spec:
    """A layer that reads several others."""
    return {"type": kind, "inputs": [*inputs], **more}


def norm(**options: Any) -> Spec:
    """Batch normalization."""
    return {"type": "batch_norm", **options}


def drop(rate: float) -> Spec:
    """Dropout."""
    return {"type": "dropout", "rate": rate}


BATCH_NETS: Mapping[str, Spec] = {
    "batch_norm": skipped(dense(4), norm(name="n"), "tanh", dense(2)),
    "batch_norm_first": skipped(norm(), dense(2, "softmax"), loss="cross_entropy"),
    "batch_norm_last": skipped(dense(2), norm(epsilon=0.1, momentum=1)),
    "batch_norm_alone": skipped(norm(momentum=0)),
    "batch_norm_twice": skipped(
        dense(3, "tanh", name="h"),
        norm(name="n"),
        norm(share="n", inputs=["h"], name="m"),
        merged("add", "n", "m", "input"),
        dense(2),
    ),
    "batch_norm_frozen": skipped(dense(2), norm(name="n"), dense(1))
    | {"frozen": ["n"]},
    "batch_norm_image": spec([2, 3, 2], [norm(), "relu", "flatten", dense(2)], "mse"),
    "batch_norm_one_channel": spec([1, 2, 2], [norm(), "flatten", dense(1)], "mse"),
    "batch_norm_steps": spec([3, 2], [dense(2), norm(), dense(1)], "mse"),
    "batch_norm_steps_of_classes": spec(
        [2, 3], [norm(), dense(3)], "softmax_cross_entropy"
    ),
    "batch_norm_margin": skipped(norm(), dense(3), loss="multi_margin"),
    "batch_norm_penalty": skipped(dense(2), norm(), dense(1))
    | {
        "regularization": {"l1": 0.1, "l2": 0.2},
    },
    "batch_norm_stops": skipped(dense(2), norm(), dense(1))
    | {"training": {"batch_size": 2, "early_stopping": {"patience": 6}}},
    "batch_norm_validated": skipped(dense(2), norm(), dense(1))
    | {"training": {"epochs": 3, "batch_size": 2, "validation": 0.4}},
    "batch_norm_of_images": spec(
        [1, 4, 4],
        [
            {"type": "conv2d", "filters": 2, "kernel": 3, "padding": "same"},
            norm(),
            {"type": "conv_transpose2d", "filters": 2, "kernel": 2},
            {"type": "group_norm", "groups": 2},
            {"type": "max_pool2d", "kernel": 2, "padding": 1},
            {"type": "avg_pool2d", "kernel": 2},
            "prelu",
            "global_max_pool",
            dense(2),
        ],
        "mse",
    ),
    "batch_norm_of_lengths": spec(
        [2, 4],
        [
            {"type": "conv1d", "filters": 3, "kernel": 2, "name": "c"},
            norm(name="n"),
            {"type": "avg_pool1d", "kernel": 2, "padding": 1, "name": "p"},
            merged("concat", "p", "p"),
            norm(),
            "global_avg_pool",
            dense(2),
        ],
        "mse",
    ),
    "batch_norm_of_everything": spec(
        [3],
        [
            {"type": "embedding", "vocabulary": 4, "size": 2},
            {"type": "attention", "heads": 2, "causal": True},
            norm(),
            {"type": "lstm", "units": 2, "return_sequences": True},
            {"type": "layer_norm"},
            {"type": "reshape", "shape": [2, 3]},
            {"type": "rms_norm"},
            {"type": "gru", "units": 2, "bidirectional": True},
            dense(2, "softmax"),
        ],
        "cross_entropy",
    ),
    "dropout": skipped(dense(4, "tanh"), drop(0.5), dense(2)),
    "dropout_first": skipped(drop(0.25), dense(2)),
    "dropout_last": skipped(dense(3), drop(0.25), loss="softmax_cross_entropy"),
    "dropout_none": skipped(dense(3), drop(0), dense(1)),
    "dropout_image": spec([2, 2, 2], [drop(0.25), "flatten", dense(1)], "mse"),
    "dropout_normalized": skipped(dense(3), norm(), drop(0.25), dense(1)),
    # What they predict is the input itself.
    "dropout_alone": skipped(drop(0.25)),
    "dropout_flat_alone": skipped("flatten", drop(0.25)),
    "dropout_validated": skipped(dense(4), drop(0.5), dense(1))
    | {"training": {"epochs": 3, "batch_size": 2, "validation": 0.4}},
}
GRAPH_NETS: Mapping[str, Spec] = {
    "graph_skip": skipped(
        dense(3, "tanh", name="h"), merged("add", "h", "input"), dense(2)
    ),
    "graph_add_twice": skipped(dense(3, "tanh", name="h"), merged("add", "h", "h")),
    "graph_multiply": skipped(
        dense(3, "tanh", name="h"),
        dense(3, "sigmoid", name="g", inputs=["input"]),
        merged("multiply", "g", "h", name="m"),
        merged("add", "m", "h", "input"),
        dense(2),
    ),
    "graph_square": skipped(dense(3, name="h"), merged("multiply", "h", "h")),
    "graph_cube": skipped(dense(3, name="h"), merged("multiply", "h", "h", "h")),
    "graph_concat": skipped(
        dense(2, "tanh", name="h"),
        merged("concat", "h", "input", "h"),
        dense(2, "softmax"),
        loss="cross_entropy",
    ),
    "graph_concat_last": skipped(
        dense(2, "tanh", name="h"), merged("concat", "h", "input")
    ),
    "graph_of_input": skipped(merged("multiply", "input", "input"), dense(1)),
    "graph_shared": skipped(
        dense(3, "tanh", name="h"),
        dense(3, "tanh", share="h", inputs=["input"], name="g"),
        dense(3, "tanh", share="h", inputs=["h"], name="f"),
        merged("concat", "f", "g"),
        dense(2),
    ),
    "graph_images": spec(
        [2, 2, 2],
        [
            {"type": "tanh", "name": "h"},
            merged("add", "h", "input", name="s"),
            merged("concat", "s", "h"),
            "flatten",
            dense(2),
        ],
        "mse",
    ),
    "graph_steps": spec(
        [3, 2],
        [
            dense(2, "tanh", name="h"),
            merged("add", "h", "input", name="s"),
            merged("concat", "s", "h"),
            dense(2),
        ],
        "mse",
    ),
}

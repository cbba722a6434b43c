"""Nets of the conformance tests for recurrent layers and reshape, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nets.net import Spec, dense, spec

STEPS = [3, 2]  # three time steps with two features each
BOTH = {"bidirectional": True}
EVERY = {"return_sequences": True}


def recurrent(kind: str, units: int = 2, **more: Any) -> Spec:
    """A layer that goes through time; its name is not that of its type."""
    return {"type": kind, "units": units, "name": "h"} | more


def after(*layers: Any, shape: Any = STEPS, **more: Any) -> Spec:
    """A net that ends in two linear units."""
    return spec(shape, [*layers, dense(2, name="o")], "mse", **more)


def _of_every_kind() -> Iterator[tuple[str, Spec]]:
    for kind in ("rnn", "lstm", "gru"):
        yield kind, after({"type": kind, "units": 2})
        yield f"{kind}_alone", spec(STEPS, [recurrent(kind)], "mse")
        yield f"{kind}_sequence", after(recurrent(kind, **EVERY))
        yield f"{kind}_both", after(recurrent(kind, **BOTH))
        yield f"{kind}_both_sequence", after(recurrent(kind, 1, **BOTH, **EVERY))
        yield f"{kind}_no_bias", after(recurrent(kind, bias=False, **BOTH))
        yield f"{kind}_one_step", after(recurrent(kind, **BOTH), shape=[1, 3])
        yield f"{kind}_one_feature", after(recurrent(kind, 3), shape=[2, 1])
        yield (
            f"{kind}_one_unit",
            spec([4, 1], [recurrent(kind, 1, **EVERY)], "squared_error"),
        )
        yield (
            f"{kind}_stacked",
            after(
                recurrent(kind, **EVERY, name="g"),
                recurrent(kind, **BOTH, **EVERY),
                "last_step",
            ),
        )
        # the gates share a matrix: each starts by its own fans
        yield (
            f"{kind}_initializer",
            after(recurrent(kind, 3, initializer="he_normal"), shape=[2, 4]),
        )
        penalties = {"regularization": {"l1": 0.05, "l2": 0.2}}
        yield (
            f"optimizer_{kind}",
            after(
                recurrent(kind, **BOTH),
                optimizer={
                    "type": "adam",
                    "learning_rate": 0.05,
                    "clip": {"norm": 1.0},
                },
                **penalties,
            ),
        )


BEFORE = {"reset": "before"}
RECURRENT_NETS: Mapping[str, Spec] = {
    **dict(_of_every_kind()),
    "gru_before": after(recurrent("gru", 3, **BEFORE)),
    "gru_before_sequence": after(recurrent("gru", **BEFORE, **EVERY)),
    "gru_before_both": after(recurrent("gru", bias=False, **BEFORE, **BOTH, **EVERY)),
    "gru_before_one_step": after(recurrent("gru", **BEFORE), shape=[1, 3]),
    "gru_before_one_unit": after(recurrent("gru", 1, **BEFORE, **BOTH), shape=[2, 1]),
    "gru_before_shared": after(
        recurrent("gru", **BEFORE, **EVERY),
        recurrent("gru", **BEFORE, share="h", name="g"),
    ),
    "gru_before_optimizer": after(
        recurrent("gru", **BEFORE, **BOTH),
        optimizer={"type": "adam", "learning_rate": 0.05},
        regularization={"l2": 0.2},
    ),
    "gru_after": after(recurrent("gru", reset="after")),
    **{
        f"rnn_{name}": after(recurrent("rnn", activation=name, **EVERY))
        for name in ("relu", "identity", "softsign", "silu", "prelu")
    },
    "rnn_leaky_relu": after(
        recurrent("rnn", activation={"type": "leaky_relu", "slope": 0.25})
    ),
    "rnn_relu_both": after(recurrent("rnn", activation="relu", **BOTH)),
    # Graphs: states shared, added, looked at from both ends.
    "lstm_shared": after(
        recurrent("lstm", **EVERY),
        recurrent("lstm", share="h", name="g"),
    ),
    "gru_shared_both": after(
        recurrent("gru", 1, **BOTH, **EVERY),
        recurrent("gru", 1, **BOTH, share="h", name="g"),
    ),
    "gru_skip": after(
        recurrent("gru", **EVERY),
        {"type": "add", "inputs": ["h", "input"], "name": "s"},
        "mean_steps",
    ),
    "lstm_frozen": after(recurrent("lstm"), frozen=["h.weight_hh", "h.bias_ih"]),
    "gru_frozen": after(recurrent("gru"), frozen=["h.weight_hh", "h.bias_hh"]),
    "gru_frozen_whole": after(
        dense(2, "tanh", name="d"), recurrent("gru", **BOTH), frozen=["h"]
    ),
    "lstm_of_dense": after(dense(3, "tanh", name="d"), recurrent("lstm")),
    "gru_classes": spec(
        STEPS, [recurrent("gru", 3, **EVERY), "softmax"], "cross_entropy"
    ),
    # Names that nearly meet: of the weights of `h`, and of its way back.
    "recurrent_names": after(
        recurrent("rnn", **BOTH, **EVERY),
        recurrent("rnn", **EVERY, name="h_reverse"),
        dense(2, "tanh", name="ih_h"),
        recurrent("lstm", **EVERY, name="i_h"),
        dense(2, "sigmoid", name="reverse_h"),
    ),
    # Over the steps.
    "last_step": after(dense(2, "tanh", name="h"), "last_step"),
    "last_step_of_input": after("last_step"),
    "first_step": after(dense(2, "tanh", name="h"), "first_step"),
    "first_step_of_input": after("first_step"),
    "transpose": after(dense(2, "tanh", name="h"), "transpose", dense(2)),
    "transpose_of_input": after("transpose"),
    "transpose_axes": after(
        dense(2, "tanh", name="h"), {"type": "transpose", "axes": [1, 0]}, dense(2)
    ),
    "transpose_of_image": spec(
        [4, 3, 2],
        [
            {"type": "transpose", "axes": [2, 0, 1], "name": "first"},
            {"type": "conv2d", "filters": 2, "kernel": 2, "name": "c"},
            {"type": "transpose", "axes": [1, 2, 0], "name": "last"},
            {"type": "transpose", "axes": [0, 2, 1], "name": "across"},
            {"type": "transpose", "axes": [0, 1, 2], "name": "as_it_is"},
            "flatten",
            dense(2),
        ],
        "mse",
    ),
    "transpose_after_conv1d": spec(
        [2, 4],
        [
            {"type": "conv1d", "filters": 3, "kernel": 2, "name": "c"},
            "transpose",
            recurrent("gru", 2),
        ],
        "mse",
    ),
    "subtract": after(
        dense(2, "tanh", name="h"),
        dense(2, "tanh", name="g"),
        {"type": "subtract", "inputs": ["h", "g"], "name": "s"},
        "mean_steps",
    ),
    "last_step_of_one": after("last_step", shape=[1, 3]),
    "mean_steps": after(dense(3, "tanh", name="h"), "mean_steps"),
    "mean_steps_of_input": after("mean_steps", shape=[4, 1]),
    "mean_steps_of_one": after("mean_steps", shape=[1, 3]),
    "max_steps": after(dense(3, "tanh", name="h"), "max_steps"),
    "max_steps_of_input": after("max_steps", shape=[4, 2]),
    "max_steps_of_one": after("max_steps", shape=[1, 3]),
    "max_steps_of_channels": spec(
        [2, 4],
        [{"type": "conv1d", "filters": 3, "kernel": 2, "name": "c"}, "max_steps"],
        "mse",
    ),
    "reshape_same_alone": spec([2, 3], [{"type": "reshape", "shape": [2, 3]}], "mse"),
    # Reshape: split, joined, neither.
    **{
        f"reshape_{title}": spec(
            shape, ["tanh", {"type": "reshape", "shape": to, "name": "r"}, *rest], "mse"
        )
        for title, shape, to, rest in (
            ("split", 6, [3, 2], [dense(2)]),
            ("joined", [3, 2], 6, [dense(2)]),
            ("turned", [2, 3], [3, 2], [recurrent("gru")]),
            ("image", [2, 2, 3], [4, 3], [recurrent("rnn")]),
            ("to_image", [4, 3], [2, 2, 3], ["prelu", "flatten", dense(2)]),
            ("across", [2, 2, 3], [3, 4], [dense(2)]),
            ("same", [2, 3], [2, 3], []),
            ("flat", 4, 4, []),
            ("of_one", 1, [1, 1, 1], []),
            ("ones", [1, 4, 1], [4], [dense(1)]),
            ("list_of_one", [2, 1, 2], [4], []),
        )
    },
}

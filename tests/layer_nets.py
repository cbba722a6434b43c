"""Nets of the conformance tests for graphs of layers, by name.

Each group of layers has a module of its own beside this one, whose table `nets`
takes in.
"""

from __future__ import annotations

from collections.abc import Mapping

from net import Spec, dense, spec


def skipped(*layers: Spec, loss: str = "mse") -> Spec:
    """A net of three inputs whose layers are named h, g ... in this order."""
    return spec(3, list(layers), loss)


def merged(kind: str, *inputs: str, **more: str) -> Spec:
    """A layer that reads several others."""
    return {"type": kind, "inputs": [*inputs], **more}


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

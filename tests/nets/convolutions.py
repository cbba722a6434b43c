"""Nets of the conformance tests for convolutions and pools, by name.

Small ones, since each is compiled in both styles; some layers see more padding than
input, a window as large as the input, or one element alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nets.net import Spec, dense, spec

IMAGE = [2, 4, 3]
ROW = [2, 6]


KERNELS = [
    [[[0.1, -0.2], [1e-300, 0.4]], [[1.0 / 3.0, 0.6], [0.7, 5e-324]]],
    [[[-0.9, 1.0], [1.1, -1.2]], [[1.3, 123.125], [-1e-7, 0.0]]],
]


def layer(kind: str, kernel: Any, **more: Any) -> Spec:
    """A layer with a window."""
    return {"type": kind, "kernel": kernel} | more


def image(*layers: Any, shape: Any = IMAGE, **more: Any) -> Spec:
    """A net that reads an image and ends in a dense layer.

    It takes small steps: so many weights see each other's inputs that larger ones
    would not hold.
    """
    slow = {"optimizer": {"type": "sgd", "learning_rate": 0.003}}
    return spec(shape, [*layers, "flatten", dense(2)], "huber", **(slow | more))


def row(*layers: Any, shape: Any = ROW) -> Spec:
    """The same of one axis beside the channels."""
    return image(*layers, shape=shape)


def filters(kind: str, count: int, kernel: Any, **more: Any) -> Spec:
    """A convolution."""
    return layer(kind, kernel, filters=count, **more)


CONVOLUTION_NETS: Mapping[str, Spec] = {
    # conv1d
    "conv1d": row(filters("conv1d", 3, 3, activation="tanh")),
    "conv1d_alone": spec(ROW, [filters("conv1d", 2, 2, padding=1)], "mse"),
    "conv1d_same": row(filters("conv1d", 2, 4, padding="same", activation="relu")),
    "conv1d_options": row(
        filters("conv1d", 2, 2, stride=2, padding=2, dilation=3, bias=False),
        filters("conv1d", 2, 2, padding="same", dilation=2, activation="prelu"),
    ),
    "conv1d_sides": row(
        filters("conv1d", 2, 3, padding=[2, 1], stride=2, activation="tanh"),
        filters("conv1d", 2, 2, padding=[0, 3], bias=False, activation="prelu"),
    ),
    "conv1d_causal": row(
        filters("conv1d", 2, 3, padding="causal", dilation=2, activation="tanh"),
        filters("conv1d", 2, 2, padding="causal", stride=2),
    ),
    "conv1d_groups": row(
        filters("conv1d", 4, 3, groups=2, padding=1, activation="sigmoid"),
        filters("conv1d", 4, 2, groups=4, bias=False),
    ),
    "conv1d_prelu": row(filters("conv1d", 3, 2), "prelu"),
    "conv1d_concat": row(
        filters("conv1d", 2, 3, padding=1, name="c"),
        filters("conv1d", 3, 1, inputs=["input"], name="d"),
        {"type": "concat", "inputs": ["c", "d"]},
    ),
    "conv1d_one": row(filters("conv1d", 1, 1), shape=[1, 1]),
    "conv1d_softmax": spec(
        [1, 5], [filters("conv1d", 2, 3, activation="softmax")], "cross_entropy"
    ),
    # pads
    "pad2d": image({"type": "pad2d", "padding": 1}, layer("conv2d", 2, filters=2)),
    "pad2d_sides": image(
        layer("conv2d", 1, filters=2),
        {"type": "pad2d", "padding": [[0, 2], [1, 0]], "value": -0.75, "name": "p"},
        layer("max_pool2d", 2),
    ),
    "pad2d_rows": image({"type": "pad2d", "padding": [1, 0], "value": 0.5}, "tanh"),
    "pad2d_nothing": image({"type": "pad2d", "padding": 0}),
    "pad1d": row({"type": "pad1d", "padding": [2, 0]}, layer("conv1d", 3, filters=2)),
    "pad1d_twice": row(
        layer("conv1d", 2, filters=2),
        {"type": "pad1d", "padding": 1, "value": 3},
        {"type": "pad1d", "padding": [0, 1]},
    ),
    # conv2d
    "conv2d": image(filters("conv2d", 2, 2, activation="relu")),
    "conv2d_alone": spec(IMAGE, [filters("conv2d", 1, [3, 2])], "squared_error"),
    "conv2d_padding": image(
        filters("conv2d", 2, 3, padding=1, activation="tanh", name="c"),
        filters("conv2d", 1, 3, padding=[2, 1], activation="tanh", name="d"),
    ),
    "conv2d_sides": image(
        filters("conv2d", 2, 3, padding=[[0, 1], [2, 0]], stride=2, activation="tanh"),
        filters("conv2d", 1, [1, 2], padding=[[0, 0], [0, 1]], dilation=2),
        filters("conv2d", 1, 2, padding=[[1, 1], [2, 0]]),
    ),
    "conv2d_same": image(
        filters("conv2d", 2, [2, 3], padding="same", dilation=[3, 1], name="c"),
        {"type": "add", "inputs": ["c", "input"]},
    ),
    "conv2d_stride": image(
        filters("conv2d", 2, 2, stride=[3, 1], activation="silu"), shape=[1, 6, 4]
    ),
    "conv2d_stride_padding": image(
        filters("conv2d", 2, 3, stride=2, padding=1, activation="tanh"),
        filters("conv2d", 2, [1, 2], stride=2, padding=[0, 1], bias=False),
    ),
    "conv2d_dilation": image(
        filters("conv2d", 1, 2, dilation=[2, 1], padding=[1, 0]), "tanh"
    ),
    "conv2d_groups": image(
        filters("conv2d", 4, 2, groups=2, activation="prelu"),
        filters("conv2d", 2, [2, 1], groups=2, activation="tanh"),
    ),
    "conv2d_depthwise": image(
        filters("conv2d", 2, 3, groups=2, padding=1, activation="relu"),
        filters("conv2d", 3, 1, activation="relu"),
    ),
    "conv2d_whole": image(filters("conv2d", 2, [4, 3], activation="tanh")),
    "conv2d_one": image(filters("conv2d", 1, 1), shape=[1, 1, 1]),
    "conv2d_mostly_padding": image(filters("conv2d", 1, 2, padding=2), shape=[1, 1, 1]),
    "conv2d_last_unseen": image(
        filters("conv2d", 1, 1, activation="tanh"), filters("conv2d", 1, 1, stride=2)
    ),
    "conv2d_softmax": image(filters("conv2d", 1, 2, activation="softmax")),
    "conv2d_shared": image(
        filters("conv2d", 2, 3, padding=1, activation="tanh", name="c"),
        filters("conv2d", 2, 3, padding=1, activation="relu", share="c"),
    ),
    "conv2d_explicit": image(
        filters("conv2d", 2, 2, name="c"),
        parameters={"c.weight": KERNELS, "c.bias": [0.5, -0.0]},
    ),
    "conv2d_frozen": image(
        filters("conv2d", 1, 2, name="c"), "tanh", frozen=["c.weight"]
    ),
    "conv2d_optimizer": image(
        filters("conv2d", 2, 2, activation="tanh"),
        optimizer={"type": "adam", "learning_rate": 0.02},
        regularization={"l2": 0.1},
    ),
    **{
        f"conv2d_{name}": image(filters("conv2d", 2, 2, initializer=name))
        for name in ("he_normal", "glorot_uniform", "orthogonal")
    },
    "conv2d_orthogonal_columns": image(
        filters("conv2d", 5, [1, 2], initializer="orthogonal")
    ),
    # conv_transpose2d
    "conv_transpose2d": image(
        filters("conv_transpose2d", 2, 2, activation="tanh"), shape=[2, 2, 2]
    ),
    "conv_transpose2d_alone": spec(
        [2, 1, 2], [filters("conv_transpose2d", 1, [1, 2])], "mse"
    ),
    "conv_transpose2d_stride": image(
        filters(
            "conv_transpose2d",
            2,
            3,
            stride=2,
            padding=1,
            output_padding=1,
            activation="relu",
        ),
        shape=[2, 2, 2],
    ),
    "conv_transpose2d_gaps": image(
        filters("conv_transpose2d", 1, 1, stride=[1, 3], output_padding=[0, 2]),
        shape=[1, 2, 2],
    ),
    "conv_transpose2d_options": image(
        filters(
            "conv_transpose2d",
            4,
            [2, 1],
            padding=[1, 0],
            dilation=[2, 3],
            groups=2,
            bias=False,
            activation="prelu",
            output_padding=[1, 2],
        ),
        shape=[2, 2, 2],
    ),
    "conv_transpose2d_sides": image(
        filters(
            "conv_transpose2d",
            2,
            3,
            stride=2,
            padding=[[0, 1], [2, 1]],
            output_padding=[0, 1],
            activation="tanh",
        ),
        shape=[2, 2, 2],
    ),
    "conv_transpose2d_softmax": image(
        filters("conv_transpose2d", 1, 2, activation="log_softmax"), shape=[1, 2, 1]
    ),
    "conv_transpose2d_in_the_middle": image(
        filters("conv2d", 2, 2, activation="tanh"),
        filters("conv_transpose2d", 1, 2),
    ),
    "conv_transpose2d_one": image(filters("conv_transpose2d", 1, 1), shape=[1, 1, 1]),
    # Pools
    **{
        f"{kind}_pool1d_{title}": row("tanh", layer(f"{kind}_pool1d", **keys))
        for kind in ("max", "avg")
        for title, keys in {
            "plain": {"kernel": 2},
            "overlapping": {"kernel": 3, "stride": 1, "padding": 1},
            "apart": {"kernel": 1, "stride": 3},
            "sides": {"kernel": 3, "stride": 2, "padding": [0, 1]},
            "causal": {"kernel": 3, "stride": 1, "padding": [2, 0]},
            "whole": {"kernel": 6},
        }.items()
    },
    **{
        f"{kind}_pool2d_{title}": image(
            filters("conv2d", 1, 1, name="c"), layer(f"{kind}_pool2d", **keys)
        )
        for kind in ("max", "avg")
        for title, keys in {
            "plain": {"kernel": [2, 1]},
            "overlapping": {"kernel": 3, "stride": 1, "padding": 1},
            "apart": {"kernel": [2, 1], "stride": [3, 2], "padding": [1, 0]},
            "sides": {"kernel": [2, 3], "stride": 1, "padding": [[0, 1], [2, 1]]},
            "whole": {"kernel": [4, 3]},
            "one": {"kernel": 1},
        }.items()
    },
    "avg_pool1d_inside": row(
        layer("avg_pool1d", 3, stride=2, padding=1, count_include_pad=False)
    ),
    "avg_pool1d_inside_sides": row(
        layer("avg_pool1d", 3, stride=2, padding=[0, 1], count_include_pad=False)
    ),
    "avg_pool2d_inside_sides": image(
        "tanh",
        layer(
            "avg_pool2d", 2, stride=1, padding=[[0, 1], [1, 0]], count_include_pad=False
        ),
    ),
    "avg_pool2d_inside": image(
        "tanh",
        layer("avg_pool2d", 2, stride=[1, 2], padding=[0, 1], count_include_pad=False),
    ),
    "avg_pool2d_nothing_outside": image(
        layer("avg_pool2d", 2, count_include_pad=False)
    ),
    "max_pool1d_conv1d": row(
        filters("conv1d", 2, 3, padding=1, activation="relu"),
        layer("max_pool1d", 2),
        layer("avg_pool1d", 2, stride=1),
        "prelu",
    ),
    # One row in a window: the search and the pick name it in one scope.
    "max_pool2d_of_one_row": spec(
        [1, 3, 4], [layer("max_pool2d", [1, 2], stride=2)], "mse"
    ),
    # Nobody reads the second place.
    "max_pool1d_unread": spec(
        [1, 3],
        [
            layer("max_pool1d", 2, stride=1),
            layer("avg_pool1d", 1, stride=2),
        ],
        "mse",
    ),
    "pool_of_input": spec([1, 4, 4], [layer("max_pool2d", 2)], "mse"),
    **{
        f"global_{kind}_pool{title}": spec(
            shape, [*before, f"global_{kind}_pool", dense(2)], "mse"
        )
        for kind in ("max", "avg")
        for title, shape, before in (
            ("", [2, 2, 3], ["tanh"]),
            ("_conv1d", ROW, [filters("conv1d", 3, 2)]),
            ("_steps", [3, 2], [dense(2, "tanh")]),
            ("_one", [2, 1, 1], []),
            ("_row", [1, 1, 4], []),
        )
    },
    "global_avg_pool_alone": spec([2, 2, 2], ["global_avg_pool"], "mse"),
    # As a whole
    "lenet": spec(
        [1, 6, 6],
        [
            filters("conv2d", 2, 3, padding=1, activation="relu"),
            layer("max_pool2d", 2),
            filters("conv2d", 3, 2, activation="tanh"),
            layer("avg_pool2d", 2),
            "flatten",
            dense(3, "softmax"),
        ],
        "cross_entropy",
    ),
}

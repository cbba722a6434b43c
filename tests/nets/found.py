"""Nets, made small, in which drawn ones showed something wrong; see tests/drawn."""

from __future__ import annotations

from collections.abc import Mapping

from nets.net import Spec, dense, spec

SCALED = {"mean": [0.5, -1.0], "std": [2.0, 0.25]}

FOUND_NETS: Mapping[str, Spec] = {
    # No gradient is ever other than 0: the optimizer counted its steps all the same,
    # but by one sample each, whatever the batch.
    "found_no_slopes": spec(
        2,
        [dense(2, name="h"), {"type": "subtract", "inputs": ["h", "h"]}],
        "mse",
        optimizer={"type": "adam", "learning_rate": 0.05},
    ),
    "found_no_slopes_alone": spec(
        2,
        [dense(2, name="h"), {"type": "subtract", "inputs": ["h", "h"]}],
        "mse",
        optimizer={"type": "sgd", "learning_rate": 0.05, "weight_decay": 0.5},
        training={"epochs": 3, "batch_size": 1},
    ),
    # The first layer reads the input more than once: no preprocessing was found.
    "found_raw_twice": spec(
        [2, 2],
        [{"type": "concat", "inputs": ["input", "input"]}, dense(2)],
        "mse",
        preprocessing={"inputs": SCALED},
    ),
    # A column is a feature, though the layer after it reads them as steps.
    "found_raw_transposed": spec(
        [3, 2], ["transpose", dense(2)], "mse", preprocessing={"inputs": SCALED}
    ),
    # No column of the input lands in the output: the fast form had an empty `if`.
    "found_nothing_lands": spec(
        [1, 2, 2],
        [
            {
                "type": "conv_transpose2d",
                "filters": 1,
                "kernel": [2, 1],
                "stride": [1, 2],
                "padding": 1,
            },
            "flatten",
            dense(2),
        ],
        "mse",
    ),
    # A loop went along rows of the padding, which are not there: only a guard inside of
    # it asks for them.
    "found_rows_below_a_guard": spec(
        [1, 3, 2],
        [
            {"type": "concat", "inputs": ["input", "input"]},
            {
                "type": "conv2d",
                "filters": 4,
                "groups": 2,
                "padding": "same",
                "kernel": [3, 1],
            },
        ],
        "mse",
    ),
    # The same of rows that are set: the slopes of what a layer before passes on.
    "found_slopes_below_a_guard": spec(
        [1, 3, 2],
        [
            {"type": "conv2d", "filters": 2, "kernel": 1},
            {
                "type": "conv2d",
                "filters": 4,
                "groups": 2,
                "padding": "same",
                "kernel": [3, 1],
            },
        ],
        "mse",
    ),
    # Written out, a slope was summed up where it was needed first: behind the update of
    # a weight that it depends on, since two layers share it.
    "found_moved_too_early": spec(
        2,
        [dense(2, name="h"), dense(2, share="h")],
        "mae",
        optimizer={"type": "sgd", "learning_rate": 0.05},
        training={"epochs": 2, "batch_size": 1},
    ),
    # Side by side, samples share a round in which all layers are one wide: two numbers
    # that were needed at once had one name.
    "found_two_of_one_name": spec(
        1,
        [{"type": "rms_norm", "name": "r"}, "rms_norm"],
        "poisson",
        optimizer={"type": "sgd", "learning_rate": 0.05, "weight_decay": 0.125},
        training={"epochs": 2, "batch_size": 2},
    ),
    # A slope of prelu belongs to a unit, though channels stand before the units.
    "found_slopes_of_units": spec(
        [2, 4],
        [{"type": "conv1d", "filters": 2, "kernel": 1}, dense(3, "prelu")],
        "mse",
    ),
    # The schedule went past the loss that it was handed: C has no unused parameters.
    "found_plateau_of_held_out": spec(
        3,
        [dense(2)],
        "mae",
        optimizer={
            "type": "sgd",
            "learning_rate": 0.5,
            "schedule": {"type": "plateau", "factor": 0.5, "patience": 0},
        },
        training={"epochs": 3, "batch_size": 2, "validation": 0.4},
    ),
    # Numbers in a row as an image with padding: nested lists would not have it.
    "found_row_as_image": spec(
        2,
        [
            dense(8, "tanh"),
            {"type": "reshape", "shape": [2, 2, 2]},
            {"type": "conv2d", "filters": 1, "kernel": 2, "padding": "same"},
            {"type": "max_pool2d", "kernel": 2, "stride": 1, "padding": 1},
            "flatten",
            dense(2),
        ],
        "mse",
    ),
    "found_row_as_lengths": spec(
        2,
        [
            dense(8, "tanh"),
            {"type": "reshape", "shape": [2, 4]},
            {"type": "conv1d", "filters": 2, "kernel": 3, "dilation": 2, "padding": 2},
            {"type": "avg_pool1d", "kernel": 2, "padding": 1},
            dense(2),
        ],
        "mse",
    ),
    # Nothing is done to the inputs: a shape of several axes had no scale to look up.
    "found_raw_as_they_are": spec(
        [3, 1],
        ["last_step", dense(2)],
        "mse",
        preprocessing={"inputs": "none"},
        data={"inputs": [[0.5, 1, 2], [1, 0, -1]], "targets": [[1, 0], [0, 1]]},
    ),
    # In C the samples of a batch and the numbers of a head counted with one letter.
    "found_letter_taken": spec(
        [2, 3],
        ["attention", {"type": "dropout", "rate": 0.5}],
        "mse",
        optimizer={"type": "sgd", "learning_rate": 0.01, "dampening": 0.25},
    ),
    # A window sees nothing but padding, another one never with its lower half: C and Go
    # mind inputs and weights that nobody reads.
    "found_all_padding": spec(
        [3, 1],
        [
            {
                "type": "conv1d",
                "filters": 1,
                "kernel": 2,
                "dilation": 2,
                "padding": "same",
            }
        ],
        "mse",
    ),
    "found_lower_half": spec(
        [1, 1, 3],
        [{"type": "conv2d", "filters": 1, "kernel": 2, "padding": "same"}],
        "mse",
        training={"epochs": 3, "batch_size": 1},
    ),
    # The largest seed draws the samples held out: Java's words have a sign.
    "found_largest_seed": spec(
        2,
        [dense(1)],
        "mse",
        seed=4294967295,
        training={"epochs": 3, "batch_size": 2, "validation": 0.5},
    ),
    # A slope that is the same everywhere: C minds the argument that nobody reads.
    "found_straight": spec(
        2,
        [dense(2, "bent")],
        "mse",
        functions=[{"name": "bent", "of": "x", "formula": "0.5 * x + sign(x)"}],
    ),
    # predict has a forward pass of its own: what that reads kept the last comparison's
    # number alive in the other one, and Kotlin warned of it.
    "found_search_and_dropout": spec(
        [3, 2],
        [dense(2), "global_max_pool", {"type": "dropout", "rate": 0}],
        "mse",
    ),
}

"""The constants of a net that a reader of an emitted file meets by name.

All other ones stand for their values.
"""

from __future__ import annotations

from collections.abc import Mapping

# By which name a constant stands in the file, by which in languages that write
# constants LIKE_THIS, and what a comment says of it.
NAMED: Mapping[str, tuple[str, str, str]] = {
    "format": ("format", "FORMAT", "The format of what to_json gives."),
    "net_hash": ("net_hash", "NET", "The hash of the net, in what to_json gives, too."),
    "batch_size": (
        "batch_size",
        "BATCH_SIZE",
        "How many samples training takes for one update.",
    ),
    "shapes": ("shapes", "SHAPES", "The parameters and their shapes, in order."),
    "torch_shapes": ("torch_shapes", "TORCH_SHAPES", "The same by PyTorch's names."),
    "counter_shapes": (
        "counter_shapes",
        "COUNTER_SHAPES",
        "What PyTorch counts beside them, and nothing reads.",
    ),
    "buffer_shapes": (
        "buffer_shapes",
        "BUFFER_SHAPES",
        "What layers remember, and its shapes.",
    ),
    "state_shapes": (
        "state_shapes",
        "STATE_SHAPES",
        "What the optimizer keeps, and its shapes.",
    ),
    "schedule_shapes": (
        "schedule_shapes",
        "SCHEDULE_SHAPES",
        "What the learning-rate schedule keeps.",
    ),
    "unsigned_shapes": (
        "unsigned_shapes",
        "UNSIGNED_SHAPES",
        "Those of them whose numbers are never below 0.",
    ),
    "class_names": ("classes", "CLASSES", "What the classes are called."),
    "one_hot": (
        "category_widths",
        "CATEGORY_WIDTHS",
        "Which inputs are categories, from 0, and how many there are.",
    ),
    "data": ("data_text", "DATA", "The net's own data: inputs, then ENDING."),
    "inputs": ("data_inputs", "INPUTS", "The inputs of the net's own data."),
    "answers": (
        "data_targets",
        "TARGETS",
        "What the net is to answer to each of them.",
    ),
}

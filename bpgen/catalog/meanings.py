"""What the entries of the tables and their keys mean, in a sentence or a formula each.

For `bpgen list`, the schema, docs/net-yaml.md and errors; what computes knows nothing
of it. An entry without words here is told by its own formula or story. Tests hold that
each key has its meaning, and that a default is what a layer does without the key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.entry_words import ENTRIES
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES

NOTHING: Any = object()  # no default that can be written


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a key means; its default as a value of net.yaml, else in words; a value."""

    text: str
    default: Any = NOTHING
    otherwise: str = ""
    example: str = ""


LAYER_KEYS = {
    "units": Meaning("how many neurons, and so how many numbers come out", example="8"),
    "activation": Meaning("what is done to each sum", "identity", example="relu"),
    "rnn.activation": Meaning("what is done to each sum", "tanh", example="relu"),
    "bias": Meaning("whether each sum has a number of its own", True, example="false"),
    "initializer": Meaning("how weights start", "glorot_uniform", example="he_normal"),
    "embedding.initializer": Meaning(
        "how the rows start",
        {"type": "normal", "mean": 0, "std": 1},
        example="{type: normal, mean: 0, std: 0.1}",
    ),
    "positional_embedding.initializer": Meaning(
        "how the rows start", {"type": "normal", "mean": 0, "std": 1}, example="zeros"
    ),
    "filters": Meaning(
        "how many patterns, and so how many channels come out", example="16"
    ),
    "kernel": Meaning(
        "the size of the window: a number, or one for each axis", example="3"
    ),
    "stride": Meaning("how far the window moves each time", 1, example="2"),
    **dict.fromkeys(
        [f"{pool}_pool{n}d.stride" for pool in ("max", "avg") for n in (1, 2)],
        Meaning(
            "how far the window moves each time", otherwise="the kernel", example="2"
        ),
    ),
    "padding": Meaning(
        "zeros around the input, which may differ by side", 0, example="1"
    ),
    "conv1d.padding": Meaning(
        "zeros around; same: the output is as large; causal: all of them before",
        0,
        example="[2, 0]",
    ),
    "conv2d.padding": Meaning(
        "zeros around; same: the output is as large", 0, example="[[0, 1], [0, 1]]"
    ),
    "pad1d.padding": Meaning(
        "how many numbers before and after each channel", example="[2, 0]"
    ),
    "pad2d.padding": Meaning(
        "how many numbers around each channel", example="[[0, 1], [0, 1]]"
    ),
    **dict.fromkeys(
        ["pad1d.value", "pad2d.value"],
        Meaning("the number that stands around", 0, example="-1"),
    ),
    "transpose.axes": Meaning(
        "for each axis of the output, which one it is of the input, counted from 0",
        otherwise="the two axes changed over",
        example="[2, 0, 1]",
    ),
    "dilation": Meaning("how far the elements of a window are apart", 1, example="2"),
    "groups": Meaning("channels in so many groups, each by itself", 1, example="2"),
    "group_norm.groups": Meaning("how many groups of channels", example="4"),
    "output_padding": Meaning("rows and columns more on one side", 0, example="1"),
    "count_include_pad": Meaning(
        "whether zeros of the padding count in a mean", True, example="false"
    ),
    "rate": Meaning("the share of numbers that become 0", example="0.5"),
    "epsilon": Meaning(
        "added to the variance, so that nothing divides by 0", 1e-5, example="1e-3"
    ),
    "momentum": Meaning(
        "how fast the mean and variance at work follow", 0.1, example="0.01"
    ),
    "shape": Meaning("a size, or a list of up to three", example="[1, 8, 8]"),
    "return_sequences": Meaning(
        "whether all steps come out, or the last one", False, example="true"
    ),
    "bidirectional": Meaning(
        "whether it goes through time both ways", False, example="true"
    ),
    "reset": Meaning(
        "whether states are reset after or before they are weighed (Keras' "
        "reset_after, false for before)",
        "after",
        example="before",
    ),
    "vocabulary": Meaning("how many indices there are: 0, 1 and so on", example="27"),
    "size": Meaning("how many numbers each index becomes", example="16"),
    "heads": Meaning("how many heads share the features", 1, example="4"),
    "attention.size": Meaning(
        "how many numbers the queries of all heads have together",
        otherwise="as many as there are features",
        example="8",
    ),
    "rotary": Meaning(
        "whether queries and keys are turned by the place of their step (RoPE)",
        False,
        example="true",
    ),
    "dropout": Meaning(
        "in training, the share of what steps take from each other that becomes 0",
        0.0,
        example="0.1",
    ),
    "causal": Meaning(
        "whether a step sees none of the later ones", False, example="true"
    ),
    "name": Meaning(
        "what the layer is called",
        otherwise="its type and number, such as dense1",
        example="h",
    ),
    "inputs": Meaning(
        "the layers that it reads; input is the net's",
        otherwise="the one before",
        example="[h, input]",
    ),
    "share": Meaning(
        "the layer whose parameters it uses", otherwise="its own", example="h"
    ),
    "regularization": Meaning(
        "l1 and l2 of its weights", otherwise="those of the net", example="{l2: 0.001}"
    ),
    "learning_rate": Meaning(
        "a factor of the learning rate for it alone", 1.0, example="0.1"
    ),
    "about": Meaning(
        "what a comment says of it, at most 200 characters",
        example="It looks for strokes.",
    ),
}
OPTIMIZER_KEYS = {
    "learning_rate": Meaning("how far each step goes", example="0.05"),
    "momentum": Meaning("how much of the last step is taken again", example="0.9"),
    "dampening": Meaning(
        "how much less the slope counts under momentum", example="0.1"
    ),
    "nesterov": Meaning("whether the slope is taken one step ahead", example="true"),
    "weight_decay": Meaning("how much of each parameter is taken away", example="0.01"),
    "alpha": Meaning("how long squared slopes are remembered", example="0.9"),
    "epsilon": Meaning("added to a size, so that nothing divides by 0", example="1e-7"),
    "centered": Meaning(
        "whether the mean slope is taken off their squares", example="true"
    ),
    "rho": Meaning("how long squared slopes are remembered", example="0.95"),
    "beta1": Meaning("how long slopes are remembered", example="0.8"),
    "beta2": Meaning("how long squared slopes are remembered", example="0.99"),
    "eta_minus": Meaning(
        "times the step where the sign of a slope turns", example="0.6"
    ),
    "eta_plus": Meaning("times the step where it stays", example="1.1"),
    "schedule": Meaning(
        "how the learning rate moves", otherwise="it stays", example="{type: cosine}"
    ),
    "clip": Meaning(
        "the most that gradients may be", otherwise="no limit", example="{norm: 1.0}"
    ),
    "clip.norm": Meaning("the largest length of all gradients together", example="1.0"),
    "clip.value": Meaning("the largest size of each gradient", example="0.5"),
}
SCHEDULE_KEYS = {
    "step_size": Meaning("moves between two drops", example="30"),
    "gamma": Meaning("what the rate is multiplied with", example="0.5"),
    "milestones": Meaning(
        "the moves after which it drops, such as [30, 60]", example="[30, 60]"
    ),
    "steps": Meaning(
        "how many moves it takes", otherwise="all of training", example="100"
    ),
    "warmup.steps": Meaning("how many moves it takes", example="10"),
    "minimum": Meaning("the last rate", example="0.0001"),
    "start": Meaning("the share of the rate at the start", example="1"),
    "end": Meaning("the share of the rate at the end", example="0"),
    "factor": Meaning("what the rate is multiplied with", example="0.5"),
    "patience": Meaning("epochs without a better loss before it drops", example="10"),
    "per": Meaning(
        "whether it moves after each epoch or each update", "epoch", example="step"
    ),
}
OPTION_KEYS = {
    "slope": Meaning("the slope below 0", example="0.2"),
    "alpha": Meaning("how far it goes below 0", example="0.5"),
    "lambda": Meaning("how far x is moved", example="0.1"),
    "theta": Meaning("where it begins", example="0.5"),
    "delta": Meaning("where it becomes straight", example="2"),
    "beta": Meaning("where it becomes straight", example="0.5"),
    "label_smoothing": Meaning("the share that all classes get alike", example="0.1"),
}
INITIALIZER_KEYS = {
    "low": Meaning("the smallest number", example="-0.1"),
    "high": Meaning("the largest number", example="0.1"),
    "mean": Meaning("the middle", example="0"),
    "std": Meaning("the standard deviation", example="0.1"),
    "value": Meaning("the number", example="0.1"),
}
KEYS: Mapping[str, Mapping[str, Meaning]] = {
    "layer": LAYER_KEYS | OPTION_KEYS,
    "activation": OPTION_KEYS,
    "loss": OPTION_KEYS,
    "optimizer": OPTIMIZER_KEYS,
    "schedule": SCHEDULE_KEYS,
    "initializer": INITIALIZER_KEYS,
}


def entry_text(what: str, name: str) -> str:
    """What an entry is: in its words here, else in the formula or story that it has."""
    text = ENTRIES[what].get(name)
    if text:
        return text
    match what:
        case "loss":
            loss = LOSSES[name]
            return f"{loss.reduction.value} of {loss.formula}"
        case "optimizer":
            settings = OPTIMIZERS[name].settings.items()
            defaults = {key: setting.default for key, setting in settings}
            return OPTIMIZERS[name].update(defaults).story or name.replace("_", " ")
        case "schedule":
            return SCHEDULES[name].story
        case _:
            formula = ACTIVATIONS[name].formula if name in ACTIVATIONS else name
            return str(formula).replace("_", " ")


def meaning(what: str, type_name: str, key: str) -> Meaning:
    """What a key means in an entry: by its own words, else by those of its table."""
    table = KEYS[what]
    found = table.get(f"{type_name}.{key}") or table.get(key)
    return found or Meaning(key.replace("_", " "))


def teller(
    what: str, defaults: Mapping[str, Mapping[str, Any]]
) -> Callable[[str, str], dict[str, Any]]:
    """What a schema says of the keys of a table; `defaults` by entry and key."""

    def tell(type_name: str, key: str) -> dict[str, Any]:
        found = meaning(what, type_name, key)
        default = defaults.get(type_name, {}).get(key, found.default)
        told = {"description": found.text}
        return told if default is NOTHING else told | {"default": default}

    return tell


# Such entries as net.yaml writes them; "" where no type is known.
LAYER_EXAMPLES = {
    "": "{type: dense, units: 3}",
    "dense": "{type: dense, units: 3}",
    "conv1d": "{type: conv1d, filters: 8, kernel: 3}",
    "conv2d": "{type: conv2d, filters: 8, kernel: 3}",
    "conv_transpose2d": "{type: conv_transpose2d, filters: 8, kernel: 3}",
    "max_pool1d": "{type: max_pool1d, kernel: 2}",
    "max_pool2d": "{type: max_pool2d, kernel: 2}",
    "avg_pool1d": "{type: avg_pool1d, kernel: 2}",
    "avg_pool2d": "{type: avg_pool2d, kernel: 2}",
    "add": "{type: add, inputs: [a, b]}",
    "subtract": "{type: subtract, inputs: [a, b]}",
    "multiply": "{type: multiply, inputs: [a, b]}",
    "concat": "{type: concat, inputs: [a, b]}",
    "dropout": "{type: dropout, rate: 0.5}",
    "group_norm": "{type: group_norm, groups: 2}",
    "reshape": "{type: reshape, shape: [1, 8, 8]}",
    "rnn": "{type: rnn, units: 8}",
    "lstm": "{type: lstm, units: 8}",
    "gru": "{type: gru, units: 8}",
    "embedding": "{type: embedding, vocabulary: 27, size: 8}",
}
SCHEDULE_EXAMPLES = {
    "": "{type: cosine}",
    "step": "{type: step, step_size: 30, gamma: 0.1}",
    "multistep": "{type: multistep, milestones: [30, 60], gamma: 0.1}",
    "exponential": "{type: exponential, gamma: 0.99}",
    "cosine": "{type: cosine, minimum: 0.0001}",
    "linear": "{type: linear, start: 1, end: 0}",
    "warmup": "{type: warmup, steps: 10}",
    "plateau": "{type: plateau, factor: 0.5, patience: 10}",
}
INITIALIZER_EXAMPLES = {
    "": "{type: normal, mean: 0, std: 0.1}",
    "uniform": "{type: uniform, low: -0.1, high: 0.1}",
    "normal": "{type: normal, mean: 0, std: 0.1}",
    "constant": "{type: constant, value: 0.1}",
}

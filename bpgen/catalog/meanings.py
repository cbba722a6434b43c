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


LAYER_WORDS = {
    "dense": "each unit adds its bias to the weighted sum of all inputs",
    "flatten": "the same numbers in one row",
    "conv1d": "each filter slides along the length: [channels, length]",
    "conv2d": "each filter slides over the image: [channels, height, width]",
    "conv_transpose2d": "each input spreads over a window of a larger image",
    "max_pool1d": "the largest number of each window along the length",
    "max_pool2d": "the largest number of each window of an image",
    "avg_pool1d": "the mean of each window along the length",
    "avg_pool2d": "the mean of each window of an image",
    "global_avg_pool": "the mean of each channel",
    "global_max_pool": "the largest number of each channel",
    "add": "the sum of several layers of one shape, such as a skip connection",
    "subtract": "one layer less another one of its shape",
    "multiply": "the product of several layers of one shape, such as a gate",
    "concat": "several layers side by side, along channels or features",
    "dropout": "in training, a share of the numbers, drawn anew each time, becomes 0",
    "batch_norm": "each channel with mean 0 and variance 1 over the batch",
    "layer_norm": "each sample with mean 0 and variance 1 over its features",
    "rms_norm": "each sample divided by the root mean square of its features",
    "group_norm": "each group of channels with mean 0 and variance 1",
    "reshape": "the same numbers in another shape",
    "rnn": "a state that each step mixes with its input: h = f(W x + U h)",
    "lstm": "a state with gates that keep, take in and give out",
    "gru": "a state with gates, one fewer than lstm has",
    "transpose": "the two axes changed over: [channels, length] as [time, features]",
    "first_step": "of [time, features] the first step alone",
    "last_step": "of [time, features] the last step alone",
    "mean_steps": "of [time, features] the mean over all steps",
    "max_steps": "of [time, features] the largest number over all steps",
    "embedding": "each index of the input becomes its own learned row",
    "positional_embedding": "adds a learned row to each step, which says its place",
    "attention": "each step takes from the others what fits it (self-attention)",
}
ACTIVATION_WORDS = {
    "identity": "x",
    "relu": "0 below 0, else x",
    "leaky_relu": "slope * x below 0, else x",
    "prelu": "as leaky_relu, with a slope that is learned",
    "elu": "alpha * (exp(x) - 1) below 0, else x",
    "selu": "elu, scaled so that variances stay: 1.0507 * elu(x, 1.6733)",
    "celu": "alpha * (exp(x / alpha) - 1) below 0, else x",
    "gelu": "x * (the share of a normal distribution that is below x)",
    "gelu_tanh": "gelu by a formula with tanh, as GPT-2 has it",
    "sigmoid": "1 / (1 + exp(-x)), from 0 to 1",
    "tanh": "the hyperbolic tangent, from -1 to 1",
    "softplus": "log(1 + exp(x)), a smooth relu",
    "softsign": "x / (1 + abs(x)), from -1 to 1",
    "silu": "x * sigmoid(x), also called swish",
    "mish": "x * tanh(softplus(x))",
    "hard_sigmoid": "x / 6 + 0.5, kept from 0 to 1",
    "hard_swish": "x * hard_sigmoid(x)",
    "hard_tanh": "x, kept from -1 to 1",
    "relu6": "x, kept from 0 to 6",
    "log_sigmoid": "log(sigmoid(x))",
    "tanhshrink": "x - tanh(x)",
    "softshrink": "x moved towards 0 by lambda, 0 near it",
    "thresholded_relu": "x above theta, else 0",
    "sin": "the sine",
    "gaussian": "exp(-x * x)",
    "softmax": "exp(x) / the sum of all exp(x): probabilities, 1 in all",
    "log_softmax": "the logarithm of softmax",
}
LOSS_WORDS = {
    "mse": "the mean of (o - t)^2",
    "mae": "the mean of abs(o - t)",
    "huber": "the mean of 0.5 * (o - t)^2, straight beyond delta",
    "smooth_l1": "the mean of 0.5 * (o - t)^2 / beta, straight beyond beta",
    "log_cosh": "the mean of log(cosh(o - t))",
    "binary_cross_entropy": "yes or no, from outputs between 0 and 1 (sigmoid)",
    "sigmoid_cross_entropy": "yes or no, from any numbers (no activation)",
    "hinge": "the mean of max(0, 1 - t * o)",
    "squared_hinge": "the mean of max(0, 1 - t * o)^2",
    "poisson": "counts, from their logarithm: the mean of exp(o) - t * o",
    "half_squared_error": "the sum of 0.5 * (o - t)^2",
    "squared_error": "the sum of (o - t)^2",
    "kl_divergence": "the sum of t * (log(t) - o), from log_softmax",
    "nll": "one of several classes, from log_softmax",
    "cross_entropy": "one of several classes, from softmax",
    "softmax_cross_entropy": "one of several classes, from any numbers",
    "multi_margin": "one of several classes, the right one ahead by 1",
}
OPTIMIZER_WORDS = {
    "sgd": "a step against the slope, with momentum if asked for",
    "rmsprop": "smaller steps where slopes have been large of late",
    "adagrad": "smaller steps where slopes have been large so far",
    "adadelta": "steps about as large as those before",
    "adam": "the mean slope, divided by the usual size of slopes",
    "adamw": "adam, whose weight decay is apart from the slopes",
    "nadam": "adam that looks one step ahead",
    "adamax": "adam by the largest slope instead of the usual one",
    "rprop": "steps that grow while the sign of the slope stays",
    "lion": "steps of one size, by the sign of the mean slope",
}
SCHEDULE_WORDS = {
    "step": "times gamma after every step_size moves",
    "multistep": "times gamma after each of the milestones",
    "exponential": "times gamma after every move",
    "cosine": "along half a wave down to the minimum, in so many steps",
    "linear": "straight from start to end (shares of the rate), in so many steps",
    "warmup": "straight up from rate / steps, in so many steps",
    "plateau": "times factor if the loss has not fallen for long",
}
INITIALIZER_WORDS = {
    "glorot_uniform": "from -l to l, l = sqrt(6 / (inputs + outputs)); the default",
    "glorot_normal": "normal, deviation sqrt(2 / (inputs + outputs))",
    "he_uniform": "from -l to l, l = sqrt(6 / inputs); for relu",
    "he_normal": "normal, deviation sqrt(2 / inputs); for relu",
    "lecun_uniform": "from -l to l, l = sqrt(3 / inputs)",
    "lecun_normal": "normal, deviation sqrt(1 / inputs); for selu",
    "uniform": "any number from low to high, all as likely",
    "normal": "normal, with mean and deviation",
    "orthogonal": "rows at right angles",
    "zeros": "all 0",
    "ones": "all 1",
    "constant": "all the same value",
}
ENTRIES: Mapping[str, Mapping[str, str]] = {
    "layer": LAYER_WORDS | ACTIVATION_WORDS,
    "activation": ACTIVATION_WORDS,
    "loss": LOSS_WORDS,
    "optimizer": OPTIMIZER_WORDS,
    "schedule": SCHEDULE_WORDS,
    "initializer": INITIALIZER_WORDS,
}

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

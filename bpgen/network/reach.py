"""What the outputs of a net can be: the activation that they come from, its range."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bpgen.catalog.activations import Activation
from bpgen.catalog.layers.activated import Activated
from bpgen.catalog.layers.base import Layer
from bpgen.network.network import Network

INFINITE = math.inf
# From the smallest to the largest value; of activations that are not here any number.
REACH = {
    "relu": (0.0, INFINITE),
    "elu": (-1.0, INFINITE),
    "celu": (-1.0, INFINITE),
    "selu": (-1.7580993408473766, INFINITE),
    "gelu": (-0.17, INFINITE),
    "gelu_tanh": (-0.1701, INFINITE),
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softplus": (0.0, INFINITE),
    "softsign": (-1.0, 1.0),
    "silu": (-0.2785, INFINITE),
    "mish": (-0.3089, INFINITE),
    "hard_sigmoid": (0.0, 1.0),
    "hard_swish": (-0.375, INFINITE),
    "hard_tanh": (-1.0, 1.0),
    "relu6": (0.0, 6.0),
    "log_sigmoid": (-INFINITE, 0.0),
    "thresholded_relu": (0.0, INFINITE),
    "sin": (-1.0, 1.0),
    "gaussian": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "log_softmax": (-INFINITE, 0.0),
}
DEPENDS = {"elu", "celu", "thresholded_relu"}  # on an option; as above with its default
# They hand numbers on, or means of them: what they read says what they can be.
PASSING = {
    "flatten",
    "reshape",
    "transpose",
    "first_step",
    "last_step",
    "mean_steps",
    "max_steps",
    "dropout",
}


@dataclass(frozen=True, slots=True)
class Output:
    """What the outputs come from: the activation, and the range of its values."""

    activation: str
    low: float
    high: float

    @property
    def is_bounded(self) -> bool:
        """Whether its values have a smallest and a largest one."""
        return self.high - self.low < INFINITE

    @property
    def words(self) -> str:
        """The last layer in words."""
        if self.activation == "identity":
            return "the last layer has no activation"
        return f"the last layer ends in {self.activation}"

    @property
    def range_words(self) -> str:
        """The range in words."""
        if self.is_bounded:
            return f"from {self.low:g} to {self.high:g}"
        return f"from {self.low:g} up" if self.low > -INFINITE else "up to 0"


def output_of(network: Network) -> Output | None:
    """What the outputs come from; None where that tells nothing about them."""
    layers = {layer.name: layer for layer in network.layers}
    read = {
        layer.name: names
        for layer, names in zip(network.layers, network.sources, strict=True)
    }
    layer = network.layers[-1]
    while layer.type in PASSING and read[layer.name][0] in layers:
        layer = layers[read[layer.name][0]]
    activation = activation_of(layer)
    if activation is None or activation.is_own:
        return None
    low, high = REACH.get(activation.name, (-INFINITE, INFINITE))
    is_default = activation.name not in DEPENDS or not _options(layer)
    return Output(activation.name, low if is_default else -INFINITE, high)


def activation_of(layer: Layer) -> Activation | None:
    """The activation that a layer ends in, if it is known to end in one."""
    match getattr(layer, "activation", None):
        case Activated(activation):
            return activation
        case Activation() as activation:  # of an activation layer
            return activation
        case _:
            return None


def _options(layer: Layer) -> bool:
    """Whether the options of its activation differ from the defaults."""
    use = getattr(layer, "use", None) or getattr(layer, "activation", None)
    if not isinstance(use, Activated):
        return False
    defaults = (option.default for option in use.activation.options.values())
    return use.options != tuple(defaults)

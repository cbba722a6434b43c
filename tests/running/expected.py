"""How PyTorch is to be asked, and how far it may be off."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nets.net import Net
from running.scenario import SEED

from bpgen.lowering.evaluated import evaluated_net
from bpgen.runtime.generator import Generator

# How far PyTorch may be off, relative to max(1, value): forward, and gradients.
FORWARD, GRADIENTS = 1e-12, 1e-10
# Where PyTorch itself is less exact than that, by what net.yaml says.
EXCEPTIONS = {
    # PyTorch's slope is 0.1666666716337204, the float32 next to 1/6.
    "hard_sigmoid": (FORWARD, 1e-7),
    # PyTorch's clamp of p * (1 - p) is the float32 next to 1e-12.
    "binary_cross_entropy": (FORWARD, 1e-8),
    # PyTorch returns x itself above 20, and 1 for its slope.
    "softplus": (3e-9, 3e-9),
}


def tolerances(net: Net) -> tuple[float, float]:
    """How far the net's forward pass and its gradients may be off."""
    text = json.dumps(net.spec)
    found = [pair for name, pair in EXCEPTIONS.items() if name in text]
    return max([FORWARD, *(f for f, _ in found)]), max(
        [GRADIENTS, *(g for _, g in found)]
    )


def started(net: Net) -> Generator:
    """The generator where initialization stopped."""
    return evaluated_net(net.network, net.program, SEED)._generator


def split(net: Net) -> tuple[list[int], list[int]]:
    """The samples to train with, and those held out for validation."""
    order = list(range(len(net.inputs)))
    share = net.spec.get("training", {}).get("validation")
    if not share:
        return order, []
    held = max(1, int(share * len(order)))
    Generator(net.network.seed).shuffle(order)
    return sorted(order[held:]), sorted(order[:held])


def orders(
    net: Net, trained: list[int], generator: Generator | None = None
) -> Iterator[list[int]]:
    """The orders of train(): they are drawn where initialization stopped."""
    generator = generator or started(net)
    while True:
        order = list(trained)
        if net.spec.get("training", {}).get("shuffle", True):
            generator.shuffle(order)
        yield order

"""What optimizers do where their numbers are at the edge of what they can be."""

from __future__ import annotations

import math

from nets.net import Net, dense, spec
from running.adapters import emitted

from bpgen.verifying.targets import module


def test_a_variance_that_rounding_makes_negative_is_none() -> None:
    """Of slopes that stay the same, the mean square less the square of the mean is 0,
    or by rounding less, of which Python has no root."""
    optimizer = {"type": "rmsprop", "centered": True, "learning_rate": 1e-9}
    net = Net("same", spec(1, [dense(1)], "mae", optimizer=optimizer))
    own = vars(module(emitted(net, "python", "loops")))["Same"]()
    own.set_parameters({"dense1.weight": [[0.0]], "dense1.bias": [0.0]})
    for slope in (0.3, 0.7, 1.1, 1.9):
        for _ in range(3000):
            assert math.isfinite(own.train_step([[slope]], [[1e6]]))

"""What is saved is what training goes on from."""

from __future__ import annotations

import json

from nets.table import NETS
from running.adapters import emitted

from bpgen.verifying.targets import module


def test_a_library_that_draws_nothing_keeps_the_generator_of_a_saved_training() -> None:
    net = NETS["mazur"]
    assert not net.network.training.shuffle
    found = vars(module(emitted(net, "python", "unrolled")))["Mazur"]()
    state = json.loads(found.to_json())
    assert state["generator"] != [0, 0, 0, 0]
    state["generator"] = [1, 2, 3, 4_294_967_295]
    found.load_json(json.dumps(state))
    assert json.loads(found.to_json()) == state

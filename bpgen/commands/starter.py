"""The net that `bpgen init` writes."""

from __future__ import annotations

from bpgen.errors import InputError, Problem
from bpgen.languages.names import net_name_fault
from bpgen.reading.kinds import Name

TEXT = """\
# A neural network in words. `bpgen emit {name}.yaml` turns it into Python,
# `bpgen emit --lang dart {name}.yaml` into Dart; the file trains the network.
name: {name}
input: 2                    # two numbers come in
layers:                     # `bpgen list layers`, `bpgen list activations`
  - {{type: dense, name: h, units: 3, activation: sigmoid}}
  - {{type: dense, name: o, units: 1, activation: sigmoid}}
loss: half_squared_error    # `bpgen list losses`
optimizer: {{type: sgd, learning_rate: 1.0}}
training: {{epochs: 3000, batch_size: 1}}
seed: 1                     # another seed, another start
data:                       # XOR: 1 where exactly one input is 1
  inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]
  targets: [[0], [1], [1], [0]]
"""


def starter(name: str) -> str:
    """A commented net of that name.

    Raises:
        InputError: no net can be called that.
    """
    fault = Name("net", net_name_fault).fault(name)
    if fault:
        raise InputError([Problem(fault)])
    return TEXT.format(name=name)

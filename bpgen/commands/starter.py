"""The net that `bpgen init` writes."""

from __future__ import annotations

from pathlib import Path

from bpgen.errors import InputError, Problem
from bpgen.languages.names import net_name_fault
from bpgen.network.spec import net_name

SCHEMA = "bpgen.schema.json"  # beside the net: an editor checks the net by it
SCHEMA_MARK = '"title": "net.yaml"'
TEXT = """\
# yaml-language-server: $schema={schema}
# A neural network in words. `bpgen emit {file} -o {name}.py` turns it into Python,
# `-o {name}.dart` into Dart; `python {name}.py` trains the network.
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


def starter_path(name: str) -> Path:
    """The file of a net that is to be called so.

    Raises:
        InputError: there is no name.
    """
    stem = name.removesuffix(".yaml")
    if not Path(stem).name or stem.endswith(("/", "\\")):
        raise InputError([Problem("the net needs a name, such as xor")])
    return Path(f"{stem}.yaml")


def starter(path: Path) -> str:
    """A commented net for that file."""
    name = net_name(str(path), net_name_fault)
    return TEXT.format(name=name, file=path.name, schema=SCHEMA)

"""A compiled block does what the evaluator does, to the bit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nets.table import NETS

from bpgen.explaining.run import Runner
from bpgen.explaining.trace import Record
from bpgen.lowering.constants import net_constants
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.compiled_blocks import CompiledBlocks
from bpgen.program.evaluated import EvaluatedBlocks, Key
from bpgen.runtime.net import Net
from bpgen.runtime.primitives import Rows
from bpgen.styles.loops import localize
from bpgen.styles.nested import nest

# By the evaluator.
SLOW = {"nielsen", "mnist", "mnist_cnn", "digits", "gpt", "cnn", "resnet_tiny"}
MOST = 3  # samples


class Interpreted(Runner):
    """Runs the passes by the evaluator alone."""

    def looked_at(self, sample: int) -> tuple[list[Record], list[Record], list[Record]]:
        self.blocks.only = None
        return super().looked_at(sample)


def found_by(
    kind: type[Runner], net: Network, program: Program, inputs: Rows, targets: Rows
) -> tuple[dict[Key, float], dict[Key, float]]:
    runner = kind(net, program, inputs, targets, set())
    runner.looked_at(0)
    return dict(runner.kept), {**runner.blocks.slopes, **runner.blocks.values}


@pytest.mark.parametrize("name", sorted(set(NETS) - SLOW))
def test_a_compiled_pass_has_the_bits_of_the_evaluator(name: str) -> None:
    net = NETS[name]
    program = nest(localize(net.program))
    inputs, targets = net.inputs[:MOST], net.targets[:MOST]
    found, expected = (
        found_by(kind, net.network, program, inputs, targets)
        for kind in (Runner, Interpreted)
    )
    for own, other in zip(found, expected, strict=True):
        assert own.keys() == other.keys()
        for key, value in other.items():
            assert float(own[key]).hex() == float(value).hex(), key


@pytest.mark.parametrize("name", sorted(set(NETS) - SLOW))
def test_compiled_training_has_the_bits_of_the_evaluator(name: str) -> None:
    net = NETS[name]
    program = nest(localize(net.program)).with_blocks({"step": ()})
    facts = replace(net_constants(net.network, program), adds_at_once=False)
    inputs, targets = net.inputs[:MOST], net.targets[:MOST]
    found = []
    for kind in (CompiledBlocks, EvaluatedBlocks):
        own = Net(facts, kind(program), seed=net.network.seed)
        told = [own.train_step(inputs, targets) for _ in range(2)]
        told += own.blocks.last_outputs() + own._all_numbers()
        told += own.forward(inputs[0]) + own.backward(targets[0])
        found.append([float(x).hex() for x in told])
    assert found[0] == found[1]

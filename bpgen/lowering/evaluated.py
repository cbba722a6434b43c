"""A net that bpgen itself trains: the routines of `runtime` over the evaluator."""

from __future__ import annotations

from bpgen.lowering.constants import net_constants
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.evaluated import EvaluatedBlocks, Values
from bpgen.runtime.net import Net


def evaluated_net(network: Network, program: Program, seed: int | None = None) -> Net:
    """The net of a program, which the evaluator computes; its own seed by default."""
    start = network.seed if seed is None else seed
    return Net(net_constants(network, program), EvaluatedBlocks(program), seed=start)


def values_of(net: Net) -> Values:
    """All numbers that such a net holds."""
    assert isinstance(net.blocks, EvaluatedBlocks)
    return net.blocks.values

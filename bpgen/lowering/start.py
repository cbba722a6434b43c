"""Whether a net is dead where it starts: found out by running it on its own data.

Where all units of a relu give 0 for every sample, the slope of each is 0: neither they
nor what is before them ever learns. With few units some seeds start so.
"""

from __future__ import annotations

from bpgen.catalog.layers.base import Layer
from bpgen.network.network import Network
from bpgen.network.reach import activation_of
from bpgen.program.blocks import Program
from bpgen.program.costs import terms_of

MOST_TERMS = 20_000  # of all samples: some hundredths of a second
MOST_WEIGHTS = 2_000


def dead_layer(network: Network, program: Program) -> str:
    """The name of the first layer that is dead at the start; "" if none is, or if it
    would take long to find out."""
    relus = [layer.name for layer in network.layers if _is_flat_below(layer)]
    data = network.data
    if not relus or data is None or network.mixes_samples:
        return ""
    terms = terms_of(program.examine or program.forward) * len(data.inputs)
    if terms > MOST_TERMS or network.weights > MOST_WEIGHTS:
        return ""
    # Here: only such nets need the routines.
    from bpgen.lowering.evaluated import evaluated_net
    from bpgen.program.evaluated import EvaluatedBlocks

    blocks = evaluated_net(network, program).blocks
    assert isinstance(blocks, EvaluatedBlocks)
    run = blocks.examine if program.examine else blocks.forward
    alive = {
        variable.name
        for row in data.inputs
        for (variable, _), value in run(list(row)).items()
        if value != 0.0
    }
    return next((name for name in relus if f"a_{name}" not in alive), "")


def _is_flat_below(layer: Layer) -> bool:
    """Whether a layer gives 0, with a slope of 0, on a whole side."""
    activation = activation_of(layer)
    return activation is not None and activation.is_flat_below

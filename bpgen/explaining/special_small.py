"""The tables of special layers for a small net, which is told neuron by neuron.

In: a network whose names are those of single numbers. Out: the tables that a large net
has of convolutions, pools, states and attention; none where there is no such layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpgen.explaining import special
from bpgen.explaining.model import Table
from bpgen.explaining.notations import Namer
from bpgen.explaining.run import Runner, keys_of
from bpgen.explaining.samples import Samples
from bpgen.explaining.windows import kernel_of, windows
from bpgen.lowering.network import lower
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.nodes import Role
from bpgen.program.walks import statements

PREFIXES = ("winner", "shares", "h")  # of what such layers leave


def special_tables(network: Network, samples: Samples, names: Namer) -> Iterator[Table]:
    """Those of one sample."""
    looped = lower(network)
    if not is_special(looped):
        return
    kernel = kernel_of(looped)
    runner = Runner(network, looped, samples.inputs, samples.targets, set(kernel))
    values = runner.blocks.values
    old = {key: values[key] for v in looped.parameters for key in keys_of(v)}
    forward, loss, backward = runner.looked_at(samples.place)
    records = [*forward, *loss, *backward]
    kept, slopes = runner.kept, runner.blocks.slopes
    found = list(windows(kernel, records, kept, names, old))
    for key in list(kernel)[:1]:
        own = [record for record in records if record.key == key]
        found.append(special.terms_of(key, own, names))
    found += special.by_layer(kept, slopes, looped)
    gradients = {key: values.get(key, 0.0) for key in runner.slopes()}
    owners = {p.variable: p.name for p in network.parameters}
    found += special.touched(gradients, looped, owners)
    yield from (replace(table, step="") for table in found)


def is_special(program: Program) -> bool:
    """Whether any layer has something to show beside its neurons."""
    written = {s.target.variable for s in statements(program.forward)}
    return (
        any(len(own.shape) > 2 for own in program.parameters)
        or any(own.prefix in PREFIXES and own.role is Role.VALUE for own in written)
        or any(own.role is Role.INDEX for own in written)
    )

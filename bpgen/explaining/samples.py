"""Which samples a step is made of: the batch that the asked one is in."""

from __future__ import annotations

from dataclasses import dataclass

from bpgen.errors import InputError, Problem, how_many
from bpgen.lowering.constants import net_constants
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.runtime.generator import Generator
from bpgen.runtime.own_data import any_target, drawn
from bpgen.runtime.primitives import Rows

DRAWN = (
    "so the sample is the one that the emitted file's --check takes: numbers from the "
    "generator with seed 1"
)
NO_DATA = f"net.yaml has no data, {DRAWN}"
RUN_DATA = f"net.yaml, whose data are read when a file is run, {DRAWN}"


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of one step.

    Attributes:
        sample: the one to look at, from 1; `place` is where it stands in the batch.
        batch: the numbers of those in the batch, from 1.
        count: how many there are in the data.
        source: where they are from, in words.
    """

    inputs: Rows
    targets: Rows
    sample: int
    place: int
    batch: tuple[int, ...]
    count: int
    source: str


def samples_of(
    network: Network, program: Program, sample: int, most_mixed: int = 0
) -> Samples:
    """The batch of a sample: batches are taken in the order of the data, one whose
    samples are mixed with no more of them than that.

    Raises:
        InputError: there is no such sample.
    """
    data = network.data
    if data is None:
        facts = net_constants(network, program)
        rows, aims = [drawn(facts, Generator(1))], [any_target(facts)]
        source = RUN_DATA if network.run_files else NO_DATA
    else:
        rows, aims = list(map(list, data.inputs)), list(map(list, data.targets))
        source = f"the data of {network.name}"
    if not 1 <= sample <= len(rows):
        count = how_many(len(rows), "sample")
        message = f"--sample {sample}: the data has {count}; count from 1"
        raise InputError([Problem(message)])
    size = network.training.batch_size
    if network.mixes_samples and most_mixed:
        size = min(size, most_mixed)
    first = (sample - 1) // size * size
    places = range(first, min(first + size, len(rows)))
    return Samples(
        [rows[at] for at in places],
        [aims[at] for at in places],
        sample,
        sample - 1 - first,
        tuple(at + 1 for at in places),
        len(rows),
        source,
    )

"""A layer that normalizes a batch: the three paths back to each of its inputs.

In: the backward pass, and what happened to the slopes at one place. Out: a table of
what comes back on each path, sample by sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpgen.explaining.model import Cell, Table
from bpgen.explaining.notations import Namer
from bpgen.explaining.special import term_of
from bpgen.explaining.trace import Record
from bpgen.program.blocks import Program
from bpgen.program.evaluate import Place
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Assign, Element, Variable
from bpgen.program.walks import reads, statements

CENTERED = "dcentered"
PATH_HEADS = ("by itself", "by the variance", "by the mean")
MEAN = "dsum_of_mean"
PATHS = (
    "A number of a batch reaches the loss on three paths: by itself; as a part of the "
    "variance, by which all are divided; as a part of the mean, which is taken from "
    "all. So three slopes add up at it. The second and the third make the samples of a "
    "batch depend on each other."
)


@dataclass(frozen=True, slots=True)
class Normed:
    """Where the paths of one layer meet: at one place of each sample.

    Attributes:
        centered: the slopes by the distances from the mean.
        input: those by what the layer reads.
    """

    centered: Variable
    input: Variable
    places: tuple[Place, ...]

    @property
    def keys(self) -> set[Key]:
        """The numbers to be watched."""
        both = self.centered, self.input
        return {(own, place) for own in both for place in self.places}


def normed_of(program: Program, samples: int) -> Normed | None:
    """The first layer that normalizes a batch, in the middle of its first channel."""
    for statement in statements(program.forward):
        centered = statement.target.variable
        if f"d{centered.prefix}" != CENTERED or not centered.is_batched:
            continue
        for back in statements(program.backward):
            match back:
                case Assign(target, Element(variable) as read) if (
                    variable.name == f"d{centered.name}"
                    and target.indices == read.indices
                ):
                    middle = tuple(len(axis) // 2 for axis in variable.axes[1:])
                    places = tuple((s, 0, *middle) for s in range(samples))
                    return Normed(variable, target.variable, places)
    return None


def three_paths(
    normed: Normed | None, records: Sequence[Record], names: Namer
) -> Iterator[Table]:
    """What comes back to each sample on each path."""
    if normed is None:
        return
    rows: list[tuple[Cell, ...]] = []
    for place in normed.places:
        ways = [r for r in records if r.key == (normed.centered, place)]
        ends = [r for r in records if r.key == (normed.input, place)]
        means = [r for r in ends if is_of(r, MEAN)]
        paths = [term_of(record) for record in (*ways, *means)]
        if len(paths) != len(PATH_HEADS):
            return  # some of it is frozen, say
        total = ends[0].value + paths[-1]
        rows.append((names(normed.input, place), *paths, total))
    owner = normed.centered.name.removeprefix(f"{CENTERED}_")
    heads = ("", *PATH_HEADS, "sum")
    title = f"{owner}: three paths back through a batch"
    yield Table(title, PATHS, heads, tuple(rows), "paths", f"backward-{owner}")


def is_of(record: Record, name: str) -> bool:
    """Whether a statement read a variable of such a name."""
    return any(own.variable.name.startswith(name) for own in reads(record.statement))

"""What a large net's arrays and parameters come to: extremes, means, sizes.

In: the numbers of a sample, and the step of the emitted class. Out: tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bpgen.explaining import special
from bpgen.explaining.engine import Engine
from bpgen.explaining.model import Cell, Table
from bpgen.explaining.notations import Namer
from bpgen.explaining.run import keys_of
from bpgen.program.blocks import Program
from bpgen.program.nodes import Role, Variable

FORWARD = "The arrays that the sample leaves, as the code names them."
BACKWARD = "Slopes of the loss, each by the number of its name without the d."
LEARNED = "Sizes are Euclidean norms; the gradients are those of the batch's mean."


def both_ways(
    kept: special.Values, slopes: special.Values, names: Namer
) -> Iterator[Table]:
    """What goes forward, and what comes back."""
    own = arrays_of(kept, (Role.VALUE, Role.INPUT), names, ())
    yield Table("What goes forward", FORWARD, HEADS, own)
    known = {variable for variable, _ in kept}
    own = arrays_of(slopes, (Role.VALUE,), names, known)
    yield Table("What comes back", BACKWARD, HEADS, own)


HEADS = ("name", "shape", "smallest", "mean", "largest")


def arrays_of(
    kept: special.Values,
    roles: tuple[Role, ...],
    names: Namer,
    known: Collection[Variable],
) -> tuple[tuple[Cell, ...], ...]:
    """Every array with its extremes, but for those that are known."""
    rows: list[tuple[Cell, ...]] = []
    for variable, numbers in special.summary_of(kept, roles):
        if variable in known or variable.is_whole:
            continue
        shape = " x ".join(str(len(axis)) for axis in variable.axes) or "1"
        mean = special.sum_of(numbers) / len(numbers)
        name = names(variable, ())
        rows.append((name, shape, min(numbers), mean, max(numbers)))
    return tuple(rows)


def learned(
    parameters: Mapping[str, Variable], program: Program, engine: Engine
) -> Table:
    """Every parameter with the size of its gradient, and how far it moved."""
    rows: list[tuple[Cell, ...]] = []
    for name, variable in parameters.items():
        shape = " x ".join(map(str, variable.shape))
        keys = keys_of(variable)
        if variable not in program.gradients:
            rows.append((name, shape, "frozen", "", ""))
            continue
        slopes = [engine.gradients[key] for key in keys]
        moved = [engine.new[key] - engine.old[key] for key in keys]
        size, far = special.size_of(slopes), special.size_of(moved)
        rows.append((name, shape, size, max(slopes, key=abs), far))
    heads = ("parameter", "shape", "size of gradient", "steepest", "moved by")
    return Table("The parameters", LEARNED, heads, tuple(rows), "learned")

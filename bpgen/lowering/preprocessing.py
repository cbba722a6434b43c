"""The statements that turn raw numbers into those that a net learns on, and back.

They are forward statements like those of any layer, so their derivatives, every style
and every language follow: inputs become ready before the first layer, targets at the
head of the loss, and what comes out is told in the units of the raw targets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from itertools import groupby

from bpgen.network.network import Network
from bpgen.network.preprocessing import Column, Side
from bpgen.program import nodes as ir
from bpgen.program.builder import Builder
from bpgen.program.notes import LayerNote

ZERO, ONE = ir.Number(0.0), ir.Number(1.0)


def ready_inputs(network: Network, build: Builder, raw: ir.Variable) -> ir.Variable:
    """What the layers read, from what goes in."""
    side = network.preprocessing.inputs
    if not any(column.kind for column in side.columns):  # all are as they are
        return raw
    axes = network.read_axes
    ready = build.value("s", side.name, axes, raw.letters)
    with build.section(
        LayerNote("Preprocessing", "the inputs as the layers read them")
    ):
        if len(axes) > 1 or all(column.is_scaled for column in side.columns):
            _scale(build, side, raw, ready)
        else:
            _by_columns(build, side, raw, ready)
    return ready


def ready_targets(
    network: Network, build: Builder, output: ir.Variable, raw: ir.Variable
) -> ir.Variable:
    """What the loss holds the outputs against, from the targets."""
    side = network.preprocessing.targets
    if not side.is_scaled:
        return raw
    ready = build.value("s", side.name, output.axes, output.letters)
    with build.section(LayerNote("Targets", "on the scale on which the net learns")):
        _scale(build, side, raw, ready)
    return ready


def in_units(network: Network, build: Builder, output: ir.Variable) -> ir.Variable:
    """The outputs in the units of the targets."""
    side = network.preprocessing.targets
    if not side.is_scaled:
        return output
    offset, scale = (buffer.variable for buffer in side.buffers)
    last = network.layers[-1]
    told = build.value("y", last.name, output.axes, output.letters)
    note = LayerNote("Outputs", "in the units of the targets")
    with build.section(note), build.loops(output.axes, output.loop_letters) as at:
        column = at[side.axis]
        build.assign(told[at], output[at] * scale[column] + offset[column])
    return told


def _scale(build: Builder, side: Side, raw: ir.Variable, ready: ir.Variable) -> None:
    """All numbers along the axes, each by the offset and the scale of its column."""
    offset, scale = (buffer.variable for buffer in side.buffers)
    with build.loops(ready.axes, ready.loop_letters) as at:
        column = at[side.axis]
        build.assign(ready[at], (raw[at] - offset[column]) / scale[column])


def _by_columns(
    build: Builder, side: Side, raw: ir.Variable, ready: ir.Variable
) -> None:
    """Neighbours of a kind together; a text becomes a number for each category."""
    letter = ready.loop_letters[0]
    for first, place, columns in _runs(side):
        count = len(columns)
        if columns[0].categories:
            with build.loop(columns[0].width, letter) as k:
                here = ir.Compare("==", raw[first], ir.Position(k))
                build.assign(ready[k + place], ir.Select(here, ONE, ZERO))
            continue
        one = nullcontext(ir.Index())
        with build.loop(count, letter) if count > 1 else one as k:
            value: ir.Expression = raw[k + first]
            if columns[0].is_scaled:
                offset, scale = (buffer.variable for buffer in side.buffers)
                value = (raw[k + first] - offset[k + first]) / scale[k + first]
            build.assign(ready[k + place], value)


def _runs(side: Side) -> Iterator[tuple[int, int, list[Column]]]:
    """Columns side by side that become of the same kind, with the places of the first
    among what goes in and among what the layers read."""
    first = place = 0
    numbered = enumerate(side.columns)
    kinds = groupby(
        numbered, lambda pair: (pair[1].is_scaled, pair[1].categories and pair[0])
    )
    for _, run in kinds:
        columns = [column for _, column in run]
        yield first, place, columns
        first += len(columns)
        place += sum(column.width for column in columns)

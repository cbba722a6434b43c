"""Several steps: the losses and the parameters on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpgen.explaining.model import CourseRow
from bpgen.explaining.run import keys_of
from bpgen.lowering.evaluated import evaluated_net, values_of
from bpgen.network.network import Network
from bpgen.program.blocks import Program

ROUND = (1, 2, 5)
POINTS = 150  # of a curve
FEW = 50  # samples whose loss a large net is measured by


def course(
    network: Network, program: Program, steps: int, is_even: bool = False
) -> tuple[CourseRow, ...]:
    """Where training of a small net is after 0, 1, 2, 5, 10 ... steps, or evenly so
    many that a curve is smooth."""
    if steps <= 0 or network.data is None:
        return ()
    net = evaluated_net(network, program)
    keys = [key for v in program.gradients for key in keys_of(v)]

    def weights() -> tuple[float, ...]:
        values = values_of(net)
        return tuple(values[key] for key in keys)

    return course_of(network, net, steps, is_even, weights)


def course_of(
    network: Network,
    net: Any,
    steps: int,
    is_even: bool = False,
    weights: Callable[[], tuple[float, ...]] = tuple,
    most: int | None = None,
) -> tuple[CourseRow, ...]:
    """The same of any object that learns: batches in the order of the data, the loss
    that of the whole data, or of the first samples alone."""
    if steps <= 0 or network.data is None:
        return ()
    inputs = [list(row) for row in network.data.inputs]
    targets = [list(row) for row in network.data.targets]
    size = network.training.batch_size
    shown = even_steps(steps) if is_even else shown_steps(steps)
    rows = []
    for step in range(steps + 1):
        if step:
            first = (step - 1) * size % (-(-len(inputs) // size) * size)
            batch = slice(first, first + size)
            net.train_step(inputs[batch], targets[batch])
        if step in shown:
            loss = net._mean_loss(inputs[:most], targets[:most])
            rows.append(CourseRow(step, loss, weights()))
    return tuple(rows)


def shown_steps(steps: int) -> set[int]:
    """0, 1, 2, 5, 10, 20, 50 ... and the last one."""
    found, power = {0, steps}, 1
    while power <= steps:
        found |= {power * factor for factor in ROUND if power * factor <= steps}
        power *= 10
    return found


def even_steps(steps: int) -> set[int]:
    """From 0 to the last one, so many that a curve is smooth."""
    return {steps * point // POINTS for point in range(POINTS + 1)}

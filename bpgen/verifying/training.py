"""How a net trains from its own start: what is done with it, and what is looked at.

The same is asked of an emitted class, whose calls are recorded, and of bpgen's own net:
of the start, one sample, two together, epochs that somebody is told of, epochs in one
go, the saved state. So nothing of a file's batches and epochs stands unlooked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bpgen.network.network import Network
from bpgen.runtime.primitives import Rows

EPOCHS = 2
MOST_WORK = 300_000  # samples times weights, from which on it sees few samples
MOST_LONG = 200  # weights of nets that train long
TOGETHER = 1000  # samples that the fast form of training takes in one go


def training(
    make: Callable[[], Any],
    network: Network,
    inputs: Rows,
    targets: Rows,
    with_long: bool = True,
) -> dict[str, Any]:
    """What is found: numbers, or references to those of a script."""
    lessons = lessons_of(network, inputs, targets)
    found: dict[str, Any] = {}
    net = make()
    found["start"] = [net.parameters(), net.gradients()]
    found["two"] = [net.batch_gradients(inputs[:2], targets[:2]), net.gradients()]
    if network.buffers:
        found["remembered"] = net.buffers()
    net.zero_gradients()
    found["one"] = [net.forward(inputs[0]), net.loss(targets[0])]
    found["one"] += [net.backward(targets[0]), net.gradients()]
    net.update()
    found["updated"] = [net.parameters(), net.to_json()]
    for name, last in (("told", 0), ("stopped", 1)):
        net = make()
        found[name] = [net.train(*lessons, epochs=EPOCHS, on_epoch=last)]
        found[name] += [net.parameters(), net.gradients(), net.to_json()]
        found[name] += [net.predict(x) for x in inputs]
    net = make()
    found["in one go"] = [net.train(*lessons, epochs=EPOCHS), net.parameters()]
    found["in one go"] += [net.gradients()]
    if network.weights <= MOST_LONG and with_long:
        epochs = TOGETHER // len(lessons[0]) + 1
        found["long"] = [make().train(*lessons, epochs=epochs)]
        found["long"] += [make().train(*lessons, epochs=epochs, on_epoch=0)]
    return found


def without_long(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same, and in the place of long trainings how far two ways are apart: the
    evaluator would take its time for them."""
    short = {name: numbers for name, numbers in found.items() if name != "long"}
    if "long" in found:
        silent, (told, _) = found["long"]
        short["long"] = told - silent
    return short


def lessons_of(network: Network, inputs: Rows, targets: Rows) -> tuple[Rows, Rows]:
    """What a net trains on: a whole batch, and a smaller one; one sample more than
    there are, since the last one of an epoch goes a way of its own."""
    count = max(len(inputs) + 1, network.training.batch_size + 1)
    if count * network.weights > MOST_WORK:
        count = len(inputs)
    if network.data:
        inputs = [*map(list, network.data.inputs)]
        targets = [*map(list, network.data.targets)]
    places = [at % len(inputs) for at in range(count)]
    return [inputs[at] for at in places], [targets[at] for at in places]

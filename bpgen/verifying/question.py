"""What is asked of every way to compute a net: the same samples, parameters, steps.

In: a network and its program. Out: a `Question`: some samples of the net's data, else
drawn ones; its own start, a little beside it, since at zero biases and whole inputs
functions have kinks that no other place has; and directions to measure slopes along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from bpgen.lowering.evaluated import evaluated_net
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.evaluated import Key
from bpgen.runtime.generator import Generator
from bpgen.verifying.script import Recorder, Script
from bpgen.verifying.training import training

SAMPLES = 3
MOST_ALL = 500  # trained parameters whose slopes are all measured
DRAWN, RANDOM = 200, 3  # of more: so many of them, and directions over all
STEPS = 10  # of the optimizer
BESIDE = 0.05  # how far at most a parameter is from the net's own start
NEAR = 1e-6  # the step of central differences along a direction over all
QUANTITIES = ("outputs", "loss", "gradients", "steps", "training")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Samples, parameters, and directions: by the numbers that they change, how much
    they do along each; the first `singles` of them change one number each."""

    network: Network
    program: Program
    inputs: list[list[float]]
    targets: list[list[float]]
    parameters: Mapping[str, Any]
    directions: Mapping[Key, list[float]]
    singles: int
    randoms: int

    @property
    def is_whole(self) -> bool:
        """Whether the slopes along all trained parameters are measured."""
        return not self.randoms

    def script(self) -> tuple[Script, dict[str, Any]]:
        """What is done with an emitted class, and what is found with it."""
        script = Script()
        net = self._started(script, self.parameters)
        data = (self.inputs, self.targets)
        found: dict[str, Any] = {"outputs": [net.predict(x) for x in self.inputs]}
        found["loss"] = net.batch_gradients(*data)
        found["gradients"] = net.gradients()
        if self.is_whole:
            found["check"] = net.check_gradients(*data)
        if self.is_whole:
            losses: Any = net.repeat(STEPS, "train_step", *data)
        else:
            steps = [(net.train_step(*data), net.gradients()) for _ in range(STEPS)]
            losses, found["path"] = [one for one, _ in steps], [g for _, g in steps]
        found["steps"] = {"losses": losses, "parameters": net.parameters()}
        if self.network.buffers:
            found["steps"]["buffers"] = net.buffers()
        found["beside"] = [
            [
                self._started(script, self.moved(at, step)).batch_gradients(*data)
                for step in (NEAR, -NEAR)
            ]
            for at in range(self.singles, self.singles + self.randoms)
        ]
        if self.program.gradients:
            found["training"] = training(
                script.new, self.network, self.inputs, self.targets
            )
        return script, found

    def _started(self, script: Script, parameters: Mapping[str, Any]) -> Recorder:
        net = script.new()
        net.set_parameters(parameters)
        return net

    def moved(self, direction: int, step: float) -> dict[str, Any]:
        """The parameters that lie a step further along a direction."""
        found = {}
        for parameter in self.network.parameters:
            variable, name = parameter.variable, parameter.name
            numbers = iter(_flat(self.parameters[name]))
            places = product(*map(range, variable.shape))
            moved = [
                number + step * slopes[direction] if slopes else number
                for number, place in zip(numbers, places, strict=True)
                for slopes in [self.directions.get((variable, place))]
            ]
            found[name] = _nested(iter(moved), variable.shape)
        return found


def ask(network: Network, program: Program) -> Question:
    """The question of a net; the same in every run."""
    generator = Generator(network.seed)
    inputs, targets = _samples(network, program, generator)
    own = evaluated_net(network, program).parameters()
    parameters = {
        p.name: _nested(
            iter([x + generator.uniform(-BESIDE, BESIDE) for x in _flat(own[p.name])]),
            p.variable.shape,
        )
        for p in network.parameters
    }
    keys = [
        (variable, place)
        for variable in program.gradients
        for place in product(*map(range, variable.shape))
    ]
    some, randoms = keys, 0
    if len(keys) > MOST_ALL:
        places = list(range(len(keys)))
        generator.shuffle(places)
        some, randoms = [keys[at] for at in sorted(places[:DRAWN])], RANDOM
    return Question(
        network=network,
        program=program,
        inputs=inputs,
        targets=targets,
        parameters=parameters,
        directions=_directions(keys, some, randoms, generator),
        singles=len(some),
        randoms=randoms,
    )


def _directions(
    keys: Sequence[Key], some: Sequence[Key], randoms: int, generator: Generator
) -> dict[Key, list[float]]:
    """Along some numbers, one by one, and at random over all."""
    zeros = [0.0] * len(some)
    found = {}
    single = {key: at for at, key in enumerate(some)}
    for key in keys:
        along = list(zeros)
        if key in single:
            along[single[key]] = 1.0
        found[key] = along + [generator.uniform(-1.0, 1.0) for _ in range(randoms)]
    return found


def _samples(
    network: Network, program: Program, generator: Generator
) -> tuple[list[list[float]], list[list[float]]]:
    """The first ones of the data, else drawn ones."""
    if network.data:
        data = network.data
        found = (data.inputs[:SAMPLES], data.targets[:SAMPLES])
        return [list(row) for row in found[0]], [list(row) for row in found[1]]
    size, count = prod(program.input.shape), network.index_count
    low, high = (0.0, float(count)) if count else (-1.0, 1.0)
    rows = [[generator.uniform(low, high) for _ in range(size)] for _ in range(SAMPLES)]
    inputs = [[float(int(x)) for x in row] for row in rows] if count else rows
    for at, column in enumerate(network.preprocessing.inputs.columns):
        for row in inputs if column.categories else ():
            row[at] = float(int(generator.uniform(0.0, float(column.width))))
    return inputs, [_target(network, generator) for _ in range(SAMPLES)]


def _target(network: Network, generator: Generator) -> list[float]:
    """A target that the loss of a net takes."""
    axes, rule = network.output_axes, network.loss.targets
    size, classes = prod(map(len, axes)), len(axes[-1])
    if rule.are_classes:
        found = []
        for _ in range(size // classes):
            chosen = int(generator.uniform(0.0, float(classes)))
            found += [float(chosen == at) for at in range(classes)]
        return found
    drawn = [generator.uniform(0.1, 0.9) for _ in range(size)]
    if rule.value.broken_by(drawn):  # then it takes signs alone
        return [1.0 if number > 0.5 else -1.0 for number in drawn]
    return drawn


def _flat(value: Any) -> list[float]:
    if not isinstance(value, list):
        return [value]
    return [number for item in value for number in _flat(item)]


def _nested(numbers: Any, shape: Sequence[int]) -> Any:
    if not shape:
        return next(numbers)
    return [_nested(numbers, shape[1:]) for _ in range(shape[0])]

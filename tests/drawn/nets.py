"""Drawn nets as those of the tables: with samples, parameters and a script.

The numbers of a net follow from its name and its spec, so a spec that failed goes on
failing, wherever it stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from drawn.data import Files, fitted
from drawn.data import given as given_data
from drawn.grammar import ONE_DIMENSIONAL, readers, specs
from hypothesis import HealthCheck, Phase, given, seed, settings
from nets.net import Net, Spec
from running.adapters import Job, emitted
from running.expected import split
from running.scenario import FEW, Results, go_on, recorded_briefly

from bpgen.errors import Problems
from bpgen.network.network import Network
from bpgen.network.network import resolve as resolve_network
from bpgen.network.spec import load
from bpgen.program.costs import terms_of
from bpgen.verifying.driver import execute
from bpgen.verifying.script import answers, resolve
from bpgen.verifying.targets import module

GROUP = 30  # nets that are drawn in one go
SPREAD = 4  # Hypothesis draws nets in families: of each so many one is taken
ENDLESS = 1e100
MOST_UNROLLED = 4_000  # elements of forward and backward: a file of some 100 KB


@dataclass(frozen=True)
class Drawn(Net):
    """A drawn net.

    Attributes:
        files: the files beside its net.yaml.
        shake: moves every parameter by as much of itself.
    """

    files: Files = field(default_factory=dict)
    shake: float = 0.0

    @cached_property
    def network(self) -> Network:
        if not self.files:
            return super().network
        problems = Problems()
        content = json.dumps({"name": self.name} | self.spec).encode()
        with TemporaryDirectory() as folder:
            for name, text in self.files.items():
                (Path(folder) / name).write_text(text, encoding="utf-8")
            spec = load(content, "net.yaml", problems)
            return resolve_network(spec, Path(folder), problems)

    @cached_property
    def plain_spec(self) -> Spec:
        """The net with numbers in the place of those that its data gives."""
        sides = self.spec.get("preprocessing", {})
        words = {side: own for side, own in sides.items() if isinstance(own, str)}
        if not words:
            return self.spec
        trained, _ = split(self)
        shapes = {"inputs": tuple(map(len, self.network.input_axes))}
        shapes["targets"] = self.output_shape
        is_first = {
            "inputs": len(shapes["inputs"]) == 3
            or any(kind in ONE_DIMENSIONAL for kind in readers(self.spec)),
            "targets": self.network.layers[-1].channels_first,
        }
        rows = {"inputs": self.inputs, "targets": self.targets}
        found = {
            side: fitted(
                own, [rows[side][at] for at in trained], shapes[side], is_first[side]
            )
            for side, own in words.items()
            if own != "none"
        }
        kept = {side: own for side, own in sides.items() if side not in words}
        return self.spec | {"preprocessing": kept | found}

    @cached_property
    def parameters(self) -> dict[str, Any]:
        signs = iter([1.0, -1.0] * 100_000)

        def moved(value: Any) -> Any:
            if isinstance(value, list):
                return [moved(item) for item in value]
            return value * (1.0 + self.shake * next(signs))

        return {name: moved(value) for name, value in super().parameters.items()}

    @property
    def styles(self) -> tuple[str, ...]:
        """Those in which a file is of a size to be read."""
        blocks = (self.program.forward, self.program.loss, self.program.backward)
        is_long = sum(map(terms_of, blocks)) > MOST_UNROLLED
        return ("loops",) if is_long else super().styles

    @cached_property
    def classes(self) -> dict[str, Any]:
        """The classes of its Python files, by style."""
        return {style: _class_of(self, style) for style in self.styles}

    @property
    def diverges(self) -> bool:
        """Whether it trains towards infinity, so that there is nothing to save."""
        losses: list[float] = []
        for start in (None, 5):
            own = self.classes["loops"](**{"seed": start} if start else {})
            own.set_parameters(self.parameters)
            data = (self.inputs, self.targets)
            last = own.train(
                *data, epochs=40, on_epoch=lambda _, loss: losses.append(loss)
            )
            losses.append(last)  # which nobody is told of, if it is not finite
        return not all(abs(loss) < ENDLESS for loss in losses)

    def job(self, style: str) -> Job:
        """What a language is to do with it."""
        return Job(self, style, partial(script_of, self))


def drawn(count: int, first: int = 0) -> Iterator[Drawn]:
    """So many nets from a number on: whatever else is drawn, a number is one net."""
    for number in range(first, first + count):
        yield _made(f"drawn_{number}", _specs(number // GROUP)[number % GROUP])


LATER = ("data", "preprocessing", "parameters", "frozen")


def _made(name: str, spec: Spec) -> Drawn:
    """The net with what has to fit the rest: samples, which are those of any net of its
    name, explicit parameters, names of parameters."""
    bare = Drawn(name, {k: v for k, v in spec.items() if k not in LATER})
    names = [parameter.name for parameter in bare.network.parameters]
    files: Files = {}
    if "data" in spec:
        data, files = given_data(bare, spec["data"])
        spec = spec | {"data": data}
    if "parameters" in spec:
        own = names[spec["parameters"] % len(names)]
        spec = spec | {"parameters": {own: bare.parameters[own]}}
    if "frozen" in spec:
        chosen = [
            names[own % len(names)] if isinstance(own, int) else own
            for own in spec["frozen"]
        ]
        spec = spec | {"frozen": chosen}
    return Drawn(name, spec, files=files)


@cache
def _specs(group: int) -> list[Spec]:
    found: list[Spec] = []

    @seed(group)
    @settings(
        max_examples=SPREAD * GROUP,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(specs())
    def draw(spec: Spec) -> None:
        found.append(spec)

    draw()
    return found[SPREAD - 1 :: SPREAD]


def states_of(net: Drawn) -> tuple[str, str, str]:
    """A training in Python that nothing interrupts, saved on its way: to be resumed
    elsewhere, and what it comes to."""
    other = net.classes["loops"](seed=5)
    other.set_parameters(net.parameters)
    other.train(net.inputs, net.targets, epochs=FEW)
    other.train_step(net.inputs, net.targets)
    first = other.to_json()
    other.train(net.inputs, net.targets, epochs=FEW)
    second = other.to_json()
    go_on(other, net.inputs, net.targets)
    return first, second, other.to_json()


def _class_of(net: Net, style: str) -> Any:
    return vars(module(emitted(net, "python", style)))[net.network.class_name]


def script_of(net: Drawn) -> Any:
    """What is done with it."""
    return recorded_briefly(net, states_of(net)[0])[0]


def run(net: Drawn, style: str) -> Results:
    """What its Python file gives."""
    states = states_of(net)
    script, found = recorded_briefly(net, states[0])
    told = answers(execute(net.classes[style], script))
    return resolve(found, told) | {"states": list(states)}


def run_in_loops(net: Drawn) -> Results:
    """What the file in loops gives."""
    return run(net, "loops")


def shaken(net: Drawn) -> list[Drawn]:
    """The net a little beside its parameters."""
    return [replace(net, shake=by) for by in (1e-13, -3e-13)]

"""Whether an imported net predicts what the model does.

In: an import, samples as the model takes them, and its predictions. Out: the same
import with the largest difference; the net is read as any other and run by the
evaluator.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

from bpgen.errors import InputError, Problem, Problems
from bpgen.importing.imported import Imported
from bpgen.importing.places import Places
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.network.network import Network, resolve
from bpgen.network.spec import load
from bpgen.runtime.generator import Generator

SAMPLES = 5
# A layer of an imported net, and what the model calls it.
LAYER = re.compile(
    r"  - \{type: (?P<type>\w+), name: (?P<name>\w+).*\}(?:  # (?P<comment>.*))?$"
)
FLOAT64, FLOAT32 = 1e-9, 1e-5  # how far predictions may be apart


class DifferentError(Exception):
    """The net predicts something else than the model; the message has both numbers."""


def network_of(found: Imported) -> Network:
    """What the net.yaml of an import means.

    Raises:
        InputError: with all that is wrong with it.
    """
    with TemporaryDirectory() as folder:
        for file, text in found.files().items():
            (Path(folder) / file).write_text(text, encoding="utf-8")
        problems = Problems()
        content = found.yaml.encode()
        try:
            spec = load(content, f"{found.name}.yaml", problems)
            return resolve(spec, Path(folder), problems)
        except InputError as error:
            told = [Problem(_of_layer(found, each)) for each in error.problems]
            raise InputError(told) from None


def _of_layer(found: Imported, problem: Problem) -> str:
    """What is wrong with a net that was never written, by the layer of the model."""
    lines, message = found.yaml.splitlines(), problem.message
    of_parameter = [
        line
        for line in map(LAYER.match, lines)
        if line and message.startswith(f"{line['name']}.")
    ]
    at = problem.place.line if problem.place else 0
    is_in_net = problem.place and problem.place.file == f"{found.name}.yaml"
    own = LAYER.match(lines[at - 1]) if is_in_net else None
    layer = own or next(iter(of_parameter), None)
    if layer is None:
        return message
    told = f"{layer['comment'] or layer['name']}: no {layer['type']} of net.yaml is "
    return f"{told}such a layer: {message}. Change it in the model"


def checked(
    found: Imported,
    samples: Sequence[Sequence[float]],
    expected: Sequence[Sequence[float]],
    places: Places,
    tolerance: float = FLOAT64,
) -> Imported:
    """The import, once its predictions are found to be those of the model.

    Raises:
        InputError: net.yaml refuses the net.
        DifferentError: they are not.
    """
    network = network_of(found)
    net = evaluated_net(network, lower(network))
    worst, count = 0.0, 0
    for number, (sample, wanted) in enumerate(
        zip(samples, expected, strict=True), start=1
    ):
        if not all(map(isfinite, wanted)):
            continue  # outside of where the model can compute
        given = net.predict([sample[place] for place in places.at])
        count += 1
        if len(given) != len(wanted):
            counts = f"{len(given)} numbers, the model {len(wanted)}"
            raise DifferentError(f"the net predicts {counts}")
        for output, (own, theirs) in enumerate(zip(given, wanted, strict=True), 1):
            difference = abs(own - theirs) / max(1.0, abs(theirs))
            if not difference <= tolerance:  # nan differs, too
                raise DifferentError(
                    f"sample {number}, output {output}: the net predicts {own!r}, "
                    f"the model {theirs!r}"
                )
            worst = max(worst, difference)
    return replace(found, difference=worst if count else None)


def drawn(count: int, seed: int = 1, indices: int = 0) -> list[float]:
    """Inputs of a sample: numbers around 0, or indices below a number of them."""
    generator = Generator(seed)
    if indices:
        return [float(generator.next() % indices) for _ in range(count)]
    return [generator.uniform(-2.0, 2.0) for _ in range(count)]

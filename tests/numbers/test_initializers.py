"""How weights start: the statistics of a large layer, and the same bits everywhere."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from nets.net import Net
from nets.table import dense, spec
from running.adapters import ADAPTERS, Job, emitted, read, run_jobs
from running.emitted import need

from bpgen.catalog.initializers import INITIALIZERS
from bpgen.verifying.compare import assert_close, assert_same
from bpgen.verifying.script import Script, resolve
from bpgen.verifying.targets import module

INPUTS, UNITS = 150, 200
OPTIONS = {"low": -0.3, "high": 0.9, "mean": 0.2, "std": 1.5, "value": -2.5}
# The mean and the standard deviation of each initializer, from the papers.
UNIFORM = {
    "glorot_uniform": (0.0, math.sqrt(2.0 / (INPUTS + UNITS))),
    "he_uniform": (0.0, math.sqrt(2.0 / INPUTS)),
    "lecun_uniform": (0.0, math.sqrt(1.0 / INPUTS)),
    "uniform": (0.3, 1.2 / math.sqrt(12.0)),
}
NORMAL = {
    "glorot_normal": (0.0, math.sqrt(2.0 / (INPUTS + UNITS))),
    "he_normal": (0.0, math.sqrt(2.0 / INPUTS)),
    "lecun_normal": (0.0, math.sqrt(1.0 / INPUTS)),
    "normal": (0.2, 1.5),
}
CONSTANT = {"zeros": 0.0, "ones": 1.0, "constant": -2.5}
# The kurtosis tells how far a variance may stray; of twelve uniform numbers 2.9.
KURTOSIS = dict.fromkeys(UNIFORM, 1.8) | dict.fromkeys(NORMAL, 2.9)
SIGMAS = 5.0  # chance alone goes farther once in a million


def with_options(name: str) -> dict[str, Any]:
    """An initializer as net.yaml has it."""
    wanted = INITIALIZERS[name].options
    return {"type": name} | {key: OPTIONS[key] for key in wanted}


@cache
def weights(name: str, inputs: int = INPUTS, units: int = UNITS) -> list[list[float]]:
    """The weights of one layer as the emitted Python file starts it."""
    layer = dense(units, name="h", initializer=with_options(name))
    net = Net("large", spec(inputs, [layer], "mse"))
    found = vars(module(emitted(net, "python", "loops")))["Large"]().parameters()
    assert set(found["h.bias"]) == {0.0}
    return list(found["h.weight"])


def test_every_initializer_is_looked_at() -> None:
    assert {*UNIFORM, *NORMAL, *CONSTANT, "orthogonal"} == set(INITIALIZERS)


@pytest.mark.parametrize("name", [*UNIFORM, *NORMAL])
def test_mean_and_variance_are_those_of_the_paper(name: str) -> None:
    mean, std = (UNIFORM | NORMAL)[name]
    found = [w for row in weights(name) for w in row]
    count = len(found)
    assert count == INPUTS * UNITS
    middle = math.fsum(found) / count
    variance = math.fsum((w - middle) ** 2 for w in found) / (count - 1)
    assert abs(middle - mean) < SIGMAS * std / math.sqrt(count)
    stray = math.sqrt((KURTOSIS[name] - 1.0) / count)
    assert abs(variance / std**2 - 1.0) < SIGMAS * stray


@pytest.mark.parametrize("name", UNIFORM)
def test_a_uniform_initializer_fills_its_range(name: str) -> None:
    mean, std = UNIFORM[name]
    half = math.sqrt(3.0) * std
    found = [w for row in weights(name) for w in row]
    assert mean - half * (1.0 + 1e-15) <= min(found) < mean - 0.999 * half
    assert mean + 0.999 * half < max(found) < mean + half


@pytest.mark.parametrize("name", NORMAL)
def test_a_normal_initializer_has_the_tails_of_twelve_uniform_numbers(
    name: str,
) -> None:
    mean, std = NORMAL[name]
    found = [(w - mean) / std for row in weights(name) for w in row]
    assert -6.0 <= min(found) < -3.0 and 3.0 < max(found) <= 6.0
    within = sum(abs(w) < 1.0 for w in found) / len(found)
    assert abs(within - 0.68) < 0.015  # 0.683 of a normal distribution


@pytest.mark.parametrize("name", CONSTANT)
def test_a_constant_is_everywhere(name: str) -> None:
    assert {w for row in weights(name) for w in row} == {CONSTANT[name]}


@pytest.mark.parametrize(("inputs", "units"), [(40, 25), (25, 40), (30, 30), (1, 3)])
def test_orthogonal_weights_are_at_right_angles(inputs: int, units: int) -> None:
    rows: Any = weights("orthogonal", inputs, units)
    if units > inputs:  # then the columns are
        rows = list(zip(*rows, strict=True))
    products = [
        [math.fsum(a * b for a, b in zip(row, other, strict=True)) for other in rows]
        for row in rows
    ]
    identity = [[float(row is other) for other in rows] for row in rows]
    assert_close(products, identity, 1e-12)


@pytest.mark.wide
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_large_layers_start_with_the_same_bits_in_every_language(
    adapter: str, tmp_path: Path
) -> None:
    layers = [
        dense(units, initializer=with_options(name))
        for number, name in enumerate(INITIALIZERS)
        for units in ((30, 20) if number % 2 else (20, 30))
    ]
    net = Net("chain", spec(25, layers, "mse"))
    script = Script()
    start = script.new(seed=4_000_000_000).parameters()
    need(ADAPTERS[adapter])
    job = Job(net, "loops", lambda: script)
    (line,) = run_jobs(ADAPTERS[adapter], [job], tmp_path).splitlines()
    found = resolve(start, read(line.removeprefix(f"{job.title} ")))
    ours = vars(module(emitted(net, "python", "loops")))["Chain"](seed=4_000_000_000)
    assert_same(found, ours.parameters())

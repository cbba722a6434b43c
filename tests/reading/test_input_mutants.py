"""Nets with accidents in them: emitted or refused, but never a bug of bpgen."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nets.stress import stress
from running.tools import bpgen

SMALL = 100  # multiplications of the nets to begin with, to save time
JUNK: tuple[Any, ...] = (
    *(0, -1, 1, 2, 1.5, 1e308, 5e-324, 3_000, 4_294_967_295),
    *("", "x", "h", "input", "dense", "relu", "softmax", "prelu", "flatten", "nll"),
    *(True, False, [], {}, [[]], [1], [2, 3], [2, 2, 2], [[1, 2]], [0.0, 1.0], ["x"]),
    *({"type": "relu"}, {"a": 1}, {"type": "dense", "units": 2}, ["relu", "softmax"]),
)
BASES = [net.net for net in map(stress, range(40)) if net.work <= SMALL]


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all that stands in a net, the first few items of each list."""
    yield path
    if isinstance(node, dict):
        for key in node:
            yield from paths(node[key], (*path, key))
    elif isinstance(node, list):
        for index in range(min(len(node), 6)):
            yield from paths(node[index], (*path, index))


def mutant(chance: random.Random) -> dict[str, Any]:
    """A good net with one or two accidents."""
    net = copy.deepcopy(chance.choice(BASES))
    for _ in range(chance.choice((1, 1, 2))):
        *way, last = chance.choice([path for path in paths(net) if path])
        place: Any = net
        for key in way:
            place = place[key]
        match chance.randrange(5):
            case 0:
                del place[last]
            case 1 if isinstance(place, list):
                place.insert(last, copy.deepcopy(place[last]))
            case _:
                place[last] = copy.deepcopy(chance.choice(JUNK))
    return net


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("seed", "mutants"),
    [
        (4, 15),
        pytest.param(2, 40, marks=pytest.mark.wide),
        pytest.param(0, 150, marks=SLOW),
        pytest.param(1, 150, marks=SLOW),
    ],
)
def test_a_mutant_is_emitted_or_refused(
    seed: int, mutants: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    codes = []
    for number in range(mutants):
        text = json.dumps(mutant(chance))
        Path("net.yaml").write_text(text)
        style = "loops" if number % 2 else "auto"
        arguments = ("--lang", "all", "--force", "-o", "out/", "--style", style)
        try:
            result = bpgen("emit", *arguments, "net.yaml")
        except Exception as error:
            raise AssertionError(text) from error
        assert result.code in (0, 2), text
        assert result.err.isascii()
        assert ("error: " in result.err) == (result.code == 2), text
        codes.append(result.code)
    assert mutants // 20 < codes.count(0) < mutants // 2

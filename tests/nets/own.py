"""Nets whose own functions are hard to write down: long formulas, odd names.

The formulas are drawn from the whole grammar, so most fail on some numbers, and
the nets are not run; what they compute is for nets.py.
"""

from __future__ import annotations

import json
import random
from typing import Any

from nets.stress import AWKWARD, Stress

from bpgen.errors import Problems
from bpgen.network.own_functions import name_fault
from bpgen.network.spec import load
from bpgen.program.formulas import LONGEST
from bpgen.program.functions import FORMULA_FUNCTIONS

NAMES = [name for name in AWKWARD if not name_fault(name)]
NUMBERS = ("0", "1", "2", "0.5", "1e-07", "0.30000000000000004", "1234567890", "1e100")
LONG_NAME = "abcdefgh_" * 4 + "ij"


def formula(chance: random.Random, names: tuple[str, ...], levels: int) -> str:
    """A formula in which every name occurs."""
    while True:
        found = _sum(chance, names, levels)
        if len(found) <= LONGEST and all(name in found for name in names):
            return found


def _sum(chance: random.Random, names: tuple[str, ...], levels: int) -> str:
    signs = (" + ", " - ", " * ", " / ", "*")
    found = _value(chance, names, levels)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        found += chance.choice(signs) + _value(chance, names, levels)
    return found


def _value(chance: random.Random, names: tuple[str, ...], levels: int) -> str:
    def inside() -> str:
        return _sum(chance, names, levels - 1)

    match chance.randrange(6) if levels > 0 else 5:
        case 0:
            sign = chance.choice(("<", "<=", ">", ">=", "=="))
            condition = f"{inside()} {sign} {chance.choice(names)}"
            return f"({inside()} if {condition} else {inside()})"
        case 1 | 2:
            name = chance.choice(list(FORMULA_FUNCTIONS))
            count = len(FORMULA_FUNCTIONS[name].parameters)
            return f"{name}({', '.join(inside() for _ in range(count))})"
        case 3:
            return f"-{_value(chance, names, levels - 1)}"
        case 4:
            return f"({inside()})"
        case _:
            return chance.choice((*names, *names, chance.choice(NUMBERS)))


def own_net(number: int) -> Stress:
    """The net of that number: the first one drawn that bpgen takes."""
    chance = random.Random(f"bpgen own {number}")
    while True:
        net = _net(chance, number)
        problems = Problems()
        load(json.dumps(net).encode(), "net.yaml", problems)
        if not problems.found:
            return Stress(net["name"], net, 2, 4, ("--comments", "brief"), False)


def _net(chance: random.Random, number: int) -> dict[str, Any]:
    hidden, again, loss = chance.sample([*NAMES, LONG_NAME], 3)
    variables = {hidden: ("x",), again: ("my_x",), loss: ("o", "t")}
    functions = [
        {"name": name, "of": list(names), "formula": formula(chance, names, number % 4)}
        for name, names in variables.items()
    ]
    layers = [
        {
            "type": "dense",
            "name": chance.choice(NAMES),
            "units": 2,
            "activation": hidden,
        },
        {"type": again, "name": "q9"},
    ]
    return {
        "name": f"own{number}",
        "input": 2,
        "functions": functions,
        "layers": layers,
        "loss": loss,
    }

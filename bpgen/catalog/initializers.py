"""How weights start: each initializer draws from one distribution.

Sources: Glorot and Bengio 2010, He et al. 2015, LeCun et al. 1998. `fan_in` and
`fan_out` are the numbers of inputs and outputs that one weight serves, as in
PyTorch's `_calculate_fan_in_and_fan_out`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpgen.program.nodes import Draw, Expression, Number
from bpgen.reading.kinds import Kind, Real


@dataclass(frozen=True, slots=True)
class Initializer:
    """What every element of a parameter starts as, from its fans and options."""

    name: str
    value: Callable[[int, int, Mapping[str, float]], Expression]
    options: Mapping[str, Kind]


def _uniform(variance: Callable[[int, int], float]) -> Callable[..., Expression]:
    def value(fan_in: int, fan_out: int, options: Mapping[str, float]) -> Expression:
        limit = math.sqrt(3.0 * variance(fan_in, fan_out))
        return Draw("uniform", Number(-limit), Number(limit))

    return value


def _normal(variance: Callable[[int, int], float]) -> Callable[..., Expression]:
    def value(fan_in: int, fan_out: int, options: Mapping[str, float]) -> Expression:
        std = math.sqrt(variance(fan_in, fan_out))
        return Draw("normal", Number(0.0), Number(std))

    return value


def _glorot(fan_in: int, fan_out: int) -> float:
    return 2.0 / (fan_in + fan_out)


def _he(fan_in: int, fan_out: int) -> float:
    return 2.0 / fan_in


def _lecun(fan_in: int, fan_out: int) -> float:
    return 1.0 / fan_in


def _table(*initializers: Initializer) -> Mapping[str, Initializer]:
    return {initializer.name: initializer for initializer in initializers}


INITIALIZERS: Mapping[str, Initializer] = _table(
    Initializer("glorot_uniform", _uniform(_glorot), {}),
    Initializer("glorot_normal", _normal(_glorot), {}),
    Initializer("he_uniform", _uniform(_he), {}),
    Initializer("he_normal", _normal(_he), {}),
    Initializer("lecun_uniform", _uniform(_lecun), {}),
    Initializer("lecun_normal", _normal(_lecun), {}),
    Initializer(
        "uniform",
        lambda fan_in, fan_out, o: Draw("uniform", Number(o["low"]), Number(o["high"])),
        {"low": Real(), "high": Real()},
    ),
    Initializer(
        "normal",
        lambda fan_in, fan_out, o: Draw("normal", Number(o["mean"]), Number(o["std"])),
        {"mean": Real(), "std": Real(0.0)},
    ),
    # Rows (or columns, if there are more rows) of length 1 at right angles to each
    # other (Saxe et al. 2013); `lower` makes them of normal numbers.
    Initializer(
        "orthogonal",
        lambda fan_in, fan_out, o: Draw("orthogonal", Number(0.0), Number(1.0)),
        {},
    ),
    Initializer("zeros", lambda fan_in, fan_out, o: Number(0.0), {}),
    Initializer("ones", lambda fan_in, fan_out, o: Number(1.0), {}),
    Initializer(
        "constant",
        lambda fan_in, fan_out, o: Number(o["value"]),
        {"value": Real()},
    ),
)
DEFAULT_INITIALIZER = INITIALIZERS["glorot_uniform"].value

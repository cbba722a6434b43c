"""How weights start: each initializer draws from one distribution.

Sources: Glorot and Bengio 2010, He et al. 2015, LeCun et al. 1998. `fan_in` and
`fan_out` are the numbers of inputs and outputs that one weight serves, as in
PyTorch's `_calculate_fan_in_and_fan_out`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bpgen.program.nodes import Draw, Expression, Number
from bpgen.reading.kinds import Kind, Real

# From the fans and the options.
Value: TypeAlias = Callable[[int, int, Mapping[str, float]], Expression]


@dataclass(frozen=True, slots=True)
class Initializer:
    """What every element of a parameter starts as, from its fans and options."""

    name: str
    value: Value
    options: Mapping[str, Kind]
    is_alike: bool = False  # whether all elements start as the same number


@dataclass(frozen=True, slots=True)
class Scaling:
    """A variance of `numerator` / `below`, the fans that `words` names."""

    numerator: float
    below: Callable[[int, int], int]
    words: str

    def uniform(self) -> Value:
        """From -limit to limit, where the limit is sqrt(3 * variance)."""

        def value(fan_in: int, fan_out: int, options: Mapping[str, float]) -> Draw:
            limit = math.sqrt(3.0 * (self.numerator / self.below(fan_in, fan_out)))
            because = self.formula(3.0, fan_in, fan_out)
            return Draw("uniform", Number(-limit), Number(limit), because)

        return value

    def normal(self) -> Value:
        """Around 0, with the root of the variance as deviation."""

        def value(fan_in: int, fan_out: int, options: Mapping[str, float]) -> Draw:
            std = math.sqrt(self.numerator / self.below(fan_in, fan_out))
            because = self.formula(1.0, fan_in, fan_out)
            return Draw("normal", Number(0.0), Number(std), because)

        return value

    def formula(self, factor: float, fan_in: int, fan_out: int) -> str:
        """sqrt(6 / (inputs + outputs)), then with the fans of one parameter."""
        numbers = self.words.replace("inputs", str(fan_in))
        forms = (self.words, numbers.replace("outputs", str(fan_out)))
        above = f"{factor * self.numerator:.0f}"
        return " = ".join(f"sqrt({above} / {below})" for below in forms)


def _both(fan_in: int, fan_out: int) -> int:
    return fan_in + fan_out


def _inputs(fan_in: int, fan_out: int) -> int:
    return fan_in


_GLOROT = Scaling(2.0, _both, "(inputs + outputs)")
_HE = Scaling(2.0, _inputs, "inputs")
_LECUN = Scaling(1.0, _inputs, "inputs")


def _table(*initializers: Initializer) -> Mapping[str, Initializer]:
    return {initializer.name: initializer for initializer in initializers}


INITIALIZERS: Mapping[str, Initializer] = _table(
    Initializer("glorot_uniform", _GLOROT.uniform(), {}),
    Initializer("glorot_normal", _GLOROT.normal(), {}),
    Initializer("he_uniform", _HE.uniform(), {}),
    Initializer("he_normal", _HE.normal(), {}),
    Initializer("lecun_uniform", _LECUN.uniform(), {}),
    Initializer("lecun_normal", _LECUN.normal(), {}),
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
    Initializer("zeros", lambda fan_in, fan_out, o: Number(0.0), {}, True),
    Initializer("ones", lambda fan_in, fan_out, o: Number(1.0), {}, True),
    Initializer(
        "constant",
        lambda fan_in, fan_out, o: Number(o["value"]),
        {"value": Real()},
        is_alike=True,
    ),
)
DEFAULT_INITIALIZER = INITIALIZERS["glorot_uniform"].value

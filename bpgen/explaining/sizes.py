"""The numbers of a sample, and how much there is to see at each place of an array.

In: what a sample left on its way forward and back. Out: sizes by place, by which the
number is chosen that is told of each array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpgen.program.evaluate import Place
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Variable

Values = Mapping[Key, float]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of the sample that is looked at.

    Attributes:
        kept, slopes: what goes forward, what comes back.
        gradients: of the sample alone.
        sample: where it stands in the batch.
    """

    kept: Values
    slopes: Values
    gradients: Values
    sample: int


@dataclass(frozen=True, slots=True)
class BySize:
    """How much there is to see at each place of every array: a number times its slope,
    else one of them; so a neuron that lets nothing through is not the one that is told.
    """

    values: dict[str, dict[Place, float]]

    def get_sizes(self, variable: Variable) -> Mapping[Place, float]:
        """Those of one array."""
        own = self.values.get(variable.name, {})
        slopes = self.values.get(f"d{variable.name}", {})
        both = {at: own.get(at, 0.0) * slope for at, slope in slopes.items()}
        return next((found for found in (both, slopes) if any(found.values())), own)


def by_variable(numbers: Numbers) -> BySize:
    """All numbers of the sample by array."""
    found: dict[str, dict[Place, float]] = {}
    for values in (numbers.kept, numbers.slopes, numbers.gradients):
        for (variable, place), value in values.items():
            first = variable.is_batched and place[:1] != (numbers.sample,)
            if place and not first:
                found.setdefault(variable.name, {})[place] = value
    return BySize(found)

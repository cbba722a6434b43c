"""An emitted file's numbers against what was expected: how far they are off.

In: a question, what an emitted file answers, what other ways say. Out: a `Cell` for
each quantity and each other way, with its error, its bound and whether it is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from bpgen.verifying.compare import error, leaves, parsed
from bpgen.verifying.expected import Expected, followed
from bpgen.verifying.question import NEAR, QUANTITIES, Question
from bpgen.verifying.training import without_long

DIFFERENCES = "central differences"
# Rounding grows with the depth of a net and with every step; differences are coarse.
BOUNDS = {
    "outputs": 1e-11,
    "loss": 1e-11,
    "gradients": 1e-10,
    "steps": 1e-8,
    "training": 1e-8,
    "differences": 1e-6,
}
# Of numbers of 32 bits: differences are those of the file's own check, which allows as
# much, and a net whose slopes are measured otherwise has none.
SINGLE = {
    "outputs": 1e-4,
    "loss": 1e-4,
    "gradients": 1e-3,
    "steps": 1e-2,
    "training": 1e-2,
    "differences": 1e-2,
}


def bounds_of(tolerance: float | None, single: bool) -> dict[str, float]:
    """The bounds of all quantities; a tolerance replaces every one."""
    found = SINGLE if single else BOUNDS
    return found if tolerance is None else dict.fromkeys(found, tolerance)


@dataclass(frozen=True, slots=True)
class Cell:
    """How far one quantity is off; relative to the number, where that is above 1."""

    target: str
    against: str
    quantity: str
    error: float
    bound: float

    @property
    def is_kept(self) -> bool:
        """Whether the error is within the bound."""
        return self.error <= self.bound


def cells(
    target: str,
    question: Question,
    found: Mapping[str, Any],
    expected: Sequence[Expected],
    tolerance: float | None,
    single: bool = False,
) -> Iterator[Cell]:
    """The cells of one emitted file, whose numbers may have 32 bits; a tolerance
    replaces every bound."""
    bounds = bounds_of(tolerance, single)
    for other in expected:
        for quantity in QUANTITIES:
            pair = _pair(question, found, other, quantity)
            if pair:
                error = worst(*pair)
                yield Cell(target, other.name, quantity, error, bounds[quantity])
    if single and not question.is_whole:
        return  # a step that 32 bits have no room for
    off = by_differences(question, found)
    yield Cell(target, DIFFERENCES, "gradients", off, bounds["differences"])


def _pair(
    question: Question, found: Mapping[str, Any], other: Expected, quantity: str
) -> tuple[Any, Any] | None:
    """What was found and what was expected; None where nothing was."""
    if quantity == "steps" and other.follows:
        return found["steps"]["parameters"], followed(question, found["path"])
    if quantity == "steps":  # PyTorch tells no buffers
        steps = other.steps
        return steps and ({name: found["steps"][name] for name in steps}, steps)
    if quantity == "training" and other.training is not None:
        told = _numbers(without_long(found["training"]))
        wanted = dict.fromkeys(told.keys() & {"long"}, 0.0)
        return told, _numbers(other.training) | wanted
    if quantity != "gradients":
        wanted = getattr(other, quantity)
        return None if wanted is None else (found[quantity], wanted)
    if other.gradients is not None:
        return found["gradients"], other.gradients
    if other.slopes is None:
        return None
    return slopes_along(question, found["gradients"]), other.slopes


def _numbers(training: Any) -> dict[str, Any]:
    """All numbers of a training, those of the saved state among them."""
    pairs = leaves(parsed(training))
    return {path: x for path, x in pairs if isinstance(x, (int, float))}


def worst(found: Any, expected: Any) -> float:
    """The largest error of nested numbers; infinite where they do not fit together, or
    where the expected ones are not finite, which shows nothing."""
    ours, theirs = dict(leaves(found)), dict(leaves(expected))
    if ours.keys() != theirs.keys():
        return math.inf
    if not all(math.isfinite(number) for number in theirs.values()):
        return math.inf
    return max((error(ours[path], theirs[path]) for path in theirs), default=0.0)


def slopes_along(question: Question, gradients: Mapping[str, Any]) -> list[float]:
    """The slopes of the loss along the directions, by the gradients."""
    numbers: dict[Any, float] = {}
    for parameter in question.network.parameters:
        variable = parameter.variable
        places = product(*map(range, variable.shape))
        flat = (number for _, number in leaves(gradients[parameter.name]))
        numbers |= {(variable, p): x for p, x in zip(places, flat, strict=True)}
    count = question.singles + question.randoms
    if question.is_whole:
        return [numbers[key] for key in question.directions]
    sums = [0.0] * count
    for key, slopes in question.directions.items():
        for at, slope in enumerate(slopes):
            if slope:
                sums[at] += slope * numbers[key]
    return sums


def by_differences(question: Question, found: Mapping[str, Any]) -> float:
    """How far the gradients are off from central differences: of the file's own loss,
    by its own self-test, or along the random directions."""
    if question.is_whole:
        return float(found["check"])
    slopes = slopes_along(question, found["gradients"])[question.singles :]
    measured = [(up - down) / (2.0 * NEAR) for up, down in found["beside"]]
    return worst(slopes, measured)

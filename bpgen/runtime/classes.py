"""Classes: what a net says of them, whatever its loss works on.

In: the outputs of a net. Out: a probability for each class, or the most likely one.
"""

from __future__ import annotations

from bpgen.runtime.arrays import largest_at
from bpgen.runtime.constants import Constants
from bpgen.runtime.primitives import (
    Classified,
    Inputs,
    Row,
    append,
    exp,
    filled,
    out_of_range,
    part,
)
from bpgen.runtime.protocols import Predicts, Tells


class Classes:
    """A net whose outputs say which class its inputs are of."""

    def probabilities(self: Predicts, inputs: Inputs) -> list[float]:
        """How likely each class is; the classes of each step one after the other."""
        if self.facts.shares == "OUTPUTS":
            return self.predict(inputs)
        return shares(self.facts, self.predict(inputs))

    def classify(self: Predicts, inputs: Inputs) -> Classified:
        """The index of the most likely class; of each step, if there are several."""
        outputs = self.predict(inputs)
        if self.facts.is_binary:
            if outputs[0] > self.facts.yes_above:
                return 1
            return 0
        if self.facts.steps > 1.0:
            return classes_in(self.facts, outputs)
        return largest_at(outputs)

    def one_hot(self: Predicts, index: int) -> list[float]:
        """The targets of a class: 1 for it, 0 for the others."""
        if not (index >= 0 and index < self.facts.classes):
            out_of_range(f"class: expected 0 to {self.facts.classes - 1}, got {index}")
        targets = filled(self.facts.classes, 0.0)
        targets[index] = 1.0
        return targets

    def one_hots(self: Tells, indices: list[int]) -> list[list[float]]:
        """The targets of samples whose classes these are."""
        found: list[list[float]] = []
        for k in range(len(indices)):
            index = indices[k]
            if not (index >= 0 and index < self.facts.classes):
                last = self.facts.classes - 1
                out_of_range(f"class {k}: expected 0 to {last}, got {index}")
            append(found, self.one_hot(index))
        return found


def shares(facts: Constants, outputs: Row) -> list[float]:
    """The probabilities that outputs stand for."""
    if facts.shares == "ONE":
        return [1.0 - outputs[0], outputs[0]]
    if facts.shares == "ONE_LOGIT":
        e = exp(-abs(outputs[0]))
        if outputs[0] > 0.0:
            return [e / (1.0 + e), 1.0 / (1.0 + e)]
        return [1.0 / (1.0 + e), e / (1.0 + e)]
    found: list[float] = []
    for start in range(0, len(outputs), facts.classes):
        row = part(outputs, start, start + facts.classes)
        largest = row[largest_at(row)]
        total = 0.0
        for x in row:
            total += exp(x - largest)
        for x in row:
            append(found, exp(x - largest) / total)
    return found


def classes_in(facts: Constants, values: Row) -> list[int]:
    """The most likely class of each step."""
    found: list[int] = []
    for start in range(0, len(values), facts.classes):
        append(found, largest_at(part(values, start, start + facts.classes)))
    return found


def hits(facts: Constants, outputs: Row, targets: Row) -> int:
    """How many answers are the right class, of a sample that wants one or several."""
    if facts.is_binary:
        is_yes = outputs[0] > facts.yes_above
        wants_yes = targets[0] > 0.5
        if is_yes == wants_yes:
            return 1
        return 0
    count = 0
    for start in range(0, len(outputs), facts.classes):
        stop = start + facts.classes
        best = largest_at(part(outputs, start, stop))
        if best == largest_at(part(targets, start, stop)):
            count += 1
    return count

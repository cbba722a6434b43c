"""What is refused before anything is computed with it."""

from __future__ import annotations

from bpgen.runtime.constants import Constants
from bpgen.runtime.primitives import (
    Row,
    Rows,
    Seed,
    is_empty,
    is_finite,
    is_whole,
    misuse,
    part,
    whole,
)


def check_length(what: str, values: Row, size: int) -> None:
    """An error unless there are as many values as the net needs."""
    if len(values) != size:
        misuse(f"{what}: expected {size} numbers, got {len(values)}")


def is_count(x: float, most: Seed) -> bool:
    """Whether x is a whole number from 0 to the most."""
    return x >= 0.0 and x <= most and is_whole(x)


def check_inputs(facts: Constants, inputs: Row) -> None:
    """An error unless the net can read these inputs."""
    if not facts.nests_inputs:
        check_length("inputs", inputs, facts.input_size)
    if facts.index_count > 0:
        for x in inputs:
            if not is_count(x, facts.index_count - 1):
                misuse(f"inputs: expected an index below {facts.index_count}, got {x}")
    if facts.has_categories:
        for pair in facts.one_hot:
            x = inputs[whole(pair[0])]
            if not is_count(x, whole(pair[1]) - 1):
                misuse(f"inputs: expected the index of a category, got {x}")


def check_targets(facts: Constants, targets: Row) -> None:
    """An error unless the loss can learn these targets."""
    if not facts.nests_targets:
        check_length("targets", targets, facts.output_size)
    if facts.targets == "SIGNS":
        for t in targets:
            if t != -1.0 and t != 1.0:
                misuse(f"targets: expected -1 or 1, got {t}")
    if facts.targets == "NOT_NEGATIVE":
        for t in targets:
            if not (t >= 0.0 and is_finite(t)):
                misuse(f"targets: expected 0 or more, got {t}")
    if facts.targets == "UNIT" or facts.has_classes:
        for t in targets:
            if not (t >= 0.0 and t <= 1.0):
                misuse(f"targets: expected 0 to 1, got {t}")
    if facts.has_classes:
        for start in range(0, len(targets), facts.classes):
            total = 0.0
            for t in part(targets, start, start + facts.classes):
                total += t
            if abs(total - 1.0) > facts.sum_bound:
                misuse(f"targets: expected a sum of 1, got {total}")
    if facts.targets == "ONE_HOT":
        for t in targets:
            if t != 0.0 and t != 1.0:
                misuse("targets: expected a single 1 among zeros")


def check_samples(facts: Constants, inputs: Rows, targets: Rows) -> None:
    """An error unless the net can learn from these samples."""
    if len(inputs) != len(targets) or is_empty(inputs):
        counts = f"{len(inputs)} inputs and {len(targets)} targets"
        misuse(f"expected as many targets as inputs: got {counts}")
    if facts.checks_inputs:
        for sample in inputs:
            check_inputs(facts, sample)
    if facts.checks_targets:
        for target in targets:
            check_targets(facts, target)

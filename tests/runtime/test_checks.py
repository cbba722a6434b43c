"""What is refused before anything is computed with it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from nets.table import NETS

from bpgen.lowering.constants import net_constants
from bpgen.runtime.checks import (
    check_inputs,
    check_length,
    check_samples,
    check_targets,
    is_count,
)
from bpgen.runtime.constants import Constants

# Three inputs, three outputs.
NET = NETS["no_parameters"]
FACTS = net_constants(NET.network, NET.program)


def facts(targets: str, **more: Any) -> Constants:
    """The constants of a net whose loss learns such targets."""
    return replace(FACTS, targets=targets, **more)


CLASSES: dict[str, Any] = {"has_classes": True, "classes": 3}
TARGETS = {
    "any": facts("ANY"),
    "signs": facts("SIGNS"),
    "not negative": facts("NOT_NEGATIVE"),
    "unit": facts("UNIT"),
    "distribution": facts("DISTRIBUTION", **CLASSES),
    "one-hot": facts("ONE_HOT", **CLASSES),
    "steps": facts("DISTRIBUTION", has_classes=True, classes=2, output_size=4),
}


@pytest.mark.parametrize(
    ("kind", "targets"),
    [
        ("any", [-1e300, 0.0, math.inf]),
        ("signs", [1.0, -1.0, 1.0]),
        ("not negative", [0.0, 1e300, 0.5]),
        ("unit", [0.0, 1.0, 0.5]),
        ("distribution", [0.25, 0.25, 0.5]),
        ("distribution", [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]),
        ("one-hot", [0.0, 1.0, 0.0]),
        ("steps", [1.0, 0.0, 0.5, 0.5]),
    ],
)
def test_targets_that_fit_are_taken(kind: str, targets: list[float]) -> None:
    check_targets(TARGETS[kind], targets)


@pytest.mark.parametrize(
    ("kind", "targets", "message"),
    [
        ("any", [0.0], "targets: expected 3 numbers, got 1"),
        ("signs", [1.0, 0.0, 1.0], "targets: expected -1 or 1, got 0.0"),
        ("not negative", [0.0, -0.5, 0.0], "targets: expected 0 or more, got -0.5"),
        ("not negative", [0.0, math.inf, 0.0], "targets: expected 0 or more, got inf"),
        ("unit", [0.0, 1.5, 0.0], "targets: expected 0 to 1, got 1.5"),
        ("unit", [0.0, math.nan, 0.0], "targets: expected 0 to 1, got nan"),
        ("distribution", [0.5, 0.25, 0.0], "targets: expected a sum of 1, got 0.75"),
        ("distribution", [1.5, -0.5, 0.0], "targets: expected 0 to 1, got 1.5"),
        ("one-hot", [0.5, 0.5, 0.0], "targets: expected a single 1 among zeros"),
        ("one-hot", [0.0, 0.0, 0.0], "targets: expected a sum of 1, got 0.0"),
        ("steps", [1.0, 0.0, 1.0, 1.0], "targets: expected a sum of 1, got 2.0"),
        ("steps", [0.5, 1.0, 0.5, 0.0], "targets: expected a sum of 1, got 1.5"),
    ],
)
def test_targets_that_do_not_fit_are_refused(
    kind: str, targets: list[float], message: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # its text is below
        check_targets(TARGETS[kind], targets)
    assert str(caught.value) == message


def test_inputs_are_as_many_as_the_net_reads() -> None:
    check_inputs(FACTS, [1.0, -2.0, 1e300])
    check_length("rows", [1.0], 1)
    with pytest.raises(ValueError, match=r"^inputs: expected 3 numbers, got 2$"):
        check_inputs(FACTS, [1.0, 2.0])


@pytest.mark.parametrize("wrong", [-1.0, 4.0, 0.5, math.nan, math.inf])
def test_inputs_that_are_indices_are_below_their_number(wrong: float) -> None:
    own = replace(FACTS, index_count=4)
    check_inputs(own, [0.0, 3.0, 1.0])
    message = rf"^inputs: expected an index below 4, got {wrong}$"
    with pytest.raises(ValueError, match=message):
        check_inputs(own, [0.0, wrong, 1.0])


@pytest.mark.parametrize(("inputs", "targets"), [(0, 0), (1, 0), (2, 3)])
def test_there_is_a_target_for_each_input(inputs: int, targets: int) -> None:
    rows = [[0.0]]
    own = facts("ANY", input_size=1, output_size=1)
    check_samples(own, rows, rows)
    message = f"as many targets as inputs: got {inputs} inputs and {targets} targets"
    with pytest.raises(ValueError, match=message):
        check_samples(own, rows * inputs, rows * targets)


def test_counts_are_whole_and_bounded() -> None:
    found = [x for x in (-1.0, -0.0, 0.5, 2.0, 3.0, 4.0, math.nan) if is_count(x, 3)]
    assert found == [0.0, 2.0, 3.0]

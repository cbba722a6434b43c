"""What begins as zero is not set to zero."""

from __future__ import annotations

import pytest
from nets.blocks import block, shown

from bpgen.writing.fresh import without_fresh_zeros, without_zeros_of_new

STATES = """\
for i in 0 ... 1:
  h[0][i] = 0
for i in 0 ... 2, upwards:
  for j in 0 ... 1:
    h[i + 1][j] = h[i][j] + x[j]"""
SUMS = """\
for i in 0 ... 1:
  z[i] = 0
  for j in 0 ... 2:
    z[i] += x[j]"""


def test_the_state_before_the_first_step_is_zero_already() -> None:
    found = shown(without_fresh_zeros(block(STATES, h=(4, 2), x=(2,))))
    assert found == "\n".join(STATES.splitlines()[2:])


def test_a_sum_begins_at_zero_each_time() -> None:
    assert shown(without_fresh_zeros(block(SUMS, z=(2,), x=(3,)))) == SUMS


ROWS = """\
for i in 0 ... 1:
  for j in 0 ... 2:
    z[i][j] = 0
  for k in 0 ... 3:
    for j in 0 ... 2:
      z[i][j] += x[k]"""
# What else is written to z, and where: then its rows are set to zero for a reason.
AGAIN = {
    "before": "for i in 0 ... 1:\n  z[i][0] = x[0]\n" + ROWS,
    "of another row": ROWS + "\n      z[0][j] += x[k]",
    "each time": "for k in 0 ... 3:\n"
    + "\n".join(f"  {line}" for line in ROWS.replace(" k ", " l ").splitlines()),
    "above": ROWS.replace("1:\n", "1:\n  z[i][0] = x[0]\n", 1),
}


def test_a_row_of_a_new_array_is_not_set_to_zero() -> None:
    found = shown(without_zeros_of_new(block(ROWS, z=(2, 3), x=(4,))))
    lines = ROWS.splitlines()
    assert found == "\n".join([lines[0], *lines[3:]])


@pytest.mark.parametrize("text", AGAIN.values(), ids=AGAIN)
def test_but_if_anything_may_stand_in_it(text: str) -> None:
    given = block(text, z=(2, 3), x=(4,))
    assert shown(without_zeros_of_new(given)) == shown(given)

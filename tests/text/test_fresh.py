"""What begins as zero is not set to zero."""

from __future__ import annotations

from nets.blocks import block, shown

from bpgen.writing.fresh import without_fresh_zeros

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

"""Loops written out: what goes in, and what comes out."""

from __future__ import annotations

import pytest
from nets.blocks import block, shown
from nets.table import NETS

from bpgen.styles.expanded import expand
from bpgen.styles.unrolled import MOST_TERMS, gather, unroll

SHAPES = {
    **dict.fromkeys(("x", "z", "t"), (2,)),
    "b": (2,),
    "w": (2, 2),
    "a": (4,),
    "da": (4,),
}
EXPANDED = {
    # Round after round, in the order of the loop.
    """
for i in 0 ... 1, downwards:
  z[i] = x[i] + 1
""": """
z[1] = x[1] + 1
z[0] = x[0] + 1
""",
    # An inner loop may end where an outer one stands.
    """
for i in 0 ... 1:
  for j in 0 ... i:
    w[i][j] = x[i] - x[j]
""": """
w[0][0] = x[0] - x[0]
w[1][0] = x[1] - x[0]
w[1][1] = x[1] - x[1]
""",
    # What lies in the padding is gone, and an index is a number.
    """
for i in 0 ... 1:
  index row = i * 2 - 1
  if 0 <= row < 2:
    z[i] = x[row]
""": """
z[1] = x[1]
""",
    # A comparison stays: what it says is not known before.
    """
m = 0
for i in 0 ... 1:
  if x[i] > m:
    m = stop(x[i])
""": """
m = 0
if x[0] > m:
  m = stop(x[0])
if x[1] > m:
  m = stop(x[1])
""",
    # What a number chooses is a sum of which one counts.
    """
index row = whole(x[0]), one of 2
z[0] = b[row]
db[row] += t[0]
""": """
z[0] = (b[0] if x[0] == 0 else 0) + (b[1] if x[0] == 1 else 0)
db[0] += t[0] if x[0] == 0 else 0
db[1] += t[0] if x[0] == 1 else 0
""",
}
GATHERED = {
    # A sum is one statement.
    """
z[0] = b[0]
z[0] += w[0][0] * x[0]
z[0] += -(w[0][1] * x[1])
""": """
z[0] = b[0] + w[0][0] * x[0] - w[0][1] * x[1]
""",
    # Zero is no term, and counted ones are one number.
    """
a[0] = 0
a[0] += x[0]
a[1] = 1
a[1] += 1
""": """
a[0] = x[0]
a[1] = 2
""",
    # Terms from several sections stand before the first statement that reads them.
    """
da[0] = 0
[one]
  da[0] += t[0] * 2
[other]
  da[0] += t[1] * 3
  a[0] = da[0] + 1
""": """
[other]
  da[0] = t[0] * 2 + t[1] * 3
  a[0] = da[0] + 1
""",
    # A comparison reads a sum; what is added under it is no term of one.
    """
a[0] = 0
a[0] += x[0]
a[0] += x[1]
a[1] = 1
if a[0] > 0:
  a[1] += 1
""": """
a[0] = x[0] + x[1]
a[1] = 1
if a[0] > 0:
  a[1] += 1
""",
    # What is read between two terms stays as it is.
    """
a[0] = 1
a[1] = a[0]
a[0] += x[0]
""": """
a[0] = 1
a[1] = a[0]
a[0] += x[0]
""",
}


@pytest.mark.parametrize("text", EXPANDED)
def test_loops_are_written_out(text: str) -> None:
    shapes = SHAPES | {"db": (2,)}
    assert shown(expand(block(text, **shapes))) == EXPANDED[text].strip()


@pytest.mark.parametrize("text", GATHERED)
def test_sums_are_gathered(text: str) -> None:
    assert shown(gather(block(text, **SHAPES))) == GATHERED[text].strip()


def test_a_long_sum_goes_on_in_further_statements() -> None:
    lines = ["z[0] = b[0]", *["z[0] += x[0]"] * (MOST_TERMS + 1)]
    first, second = shown(gather(block("\n".join(lines), **SHAPES))).split("\n")
    assert first == "z[0] = b[0]" + " + x[0]" * MOST_TERMS
    assert second == "z[0] = z[0] + x[0]"


def test_what_nothing_reads_is_left_out() -> None:
    """The pool above steps over the second of two maxima, so nobody searches for it."""
    text = shown(unroll(NETS["max_pool1d_unread"].program).predict)
    assert "winner_max_pool1d1[0][0]" in text
    assert "[0][1] = " not in text


def test_a_search_ends_with_what_it_is_for() -> None:
    """After the last comparison nobody reads the largest number any more."""
    text = shown(unroll(NETS["max_pool2d_of_one_row"].program).forward)
    first, second = text.split("  if ")[1:3]
    assert first.count("largest") == 2 and "winner" in first
    assert second.splitlines()[0].endswith("largest_max_pool2d1[0][0][0]:")
    assert second.splitlines()[1].strip() == "winner_max_pool2d1[0][0][0] = 1"
    assert "largest" not in second.splitlines()[2]


@pytest.mark.parametrize("block", ["forward", "predict"])
def test_so_it_does_where_predict_searches_apart(block: str) -> None:
    program = unroll(NETS["found_search_and_dropout"].program)
    last = shown(getattr(program, block)).split("  if ")[3]
    assert "winner_global_max_pool1[0] = 2" in last
    assert "largest_global_max_pool1[0] = " not in last


def test_what_is_a_plain_number_in_every_sample_is_written_as_that() -> None:
    """How many elements of a window are inside the input."""
    program = NETS["avg_pool1d_inside"].program
    assert "inside_avg_pool1d1[c][y] += 1" in shown(program.forward)
    text = shown(unroll(program).forward)
    assert "inside" not in text
    assert "/ 3" in text and "/ 2" in text

"""A slope that a sum passes on as it is needs no array of its own."""

from __future__ import annotations

import pytest
from nets.blocks import block, shown
from nets.net import Net, dense, spec

from bpgen.deriving.aliases import with_aliases
from bpgen.styles.unrolled import unroll

SHAPES = {"ds": (2, 3), "da": (2, 3), "dc": (2, 3), "e": (3, 2)}
COPY = """\
for i in 0 ... 1:
  for j in 0 ... 2:
    ds[i][j] = 1
for i in 0 ... 1:
  for j in 0 ... 2:
    da[i][j] = ds[i][j]
for i in 0 ... 1:
  for j in 0 ... 2:
    dc[i][j] = 2 * da[i][j]"""


def aliased(text: str) -> str:
    return shown(with_aliases(block(text, **SHAPES)))


def test_one_variable_serves_both() -> None:
    assert aliased(COPY) == """\
for i in 0 ... 1:
  for j in 0 ... 2:
    ds[i][j] = 1
for i in 0 ... 1:
  for j in 0 ... 2:
    dc[i][j] = 2 * ds[i][j]"""


@pytest.mark.parametrize(
    "text",
    [
        COPY + "\nds[0][0] += 1",
        COPY + "\nda[0][0] += 1",
        COPY.replace("da[i][j] = ds", "da[i][j] = 1\n    da[i][j] += ds"),
        COPY.replace("for j in 0 ... 2:\n    da", "for j in 0 ... 1:\n    da"),
        COPY.replace(
            "for i in 0 ... 1:\n  for j in 0 ... 2:\n    da",
            "for i in 0 ... 1:\n  for j in i ... 2:\n    da",
        ),
        COPY.replace("da[i][j] = ds[i][j]", "da[i][j] = -ds[i][j]"),
    ],
    ids=["changed", "more", "added", "part", "triangle", "other"],
)
def test_what_changes_or_is_not_all_is_copied(text: str) -> None:
    assert aliased(text) == text


def test_a_layer_says_that_the_slope_goes_on() -> None:
    layers = [
        dense(2, "tanh", name="h"),
        dense(2, name="k"),
        {"type": "add", "inputs": ["h", "k"], "name": "s"},
    ]
    program = Net("skip", spec(2, layers, "mse")).program
    back = shown(program.backward)
    assert "da_h[i] = da_s[i]" in back  # what comes by k is added to it
    assert "dz_k" not in back and "dw_k[i][j] += da_s[i] * a_h[j]" in back
    layers.append({"type": "add", "inputs": ["k", "t"], "name": "u"})
    layers[2:3] = [dense(2, "relu", name="t", inputs=["h"])]
    program = Net("sum", spec(2, layers, "mse")).program
    assert "[Layer u: backward: the slope goes on as it is]" in shown(program.backward)
    unroll(program)

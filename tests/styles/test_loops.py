"""Plain loops: what one round computes for itself is a scalar of that round."""

from __future__ import annotations

from nets.blocks import shown
from nets.net import Net, dense, spec
from nets.table import NETS

from bpgen.styles.loops import localize

ONE_LAYER = Net("one_layer", spec(3, [dense(2, "relu", name="h")], "mse")).program


def test_a_round_works_on_scalars_and_stores_what_others_read() -> None:
    assert shown(ONE_LAYER.forward) == """\
[Layer h: dense, 2 units, relu]
  for i in 0 ... 1:
    z_h[i] = b_h[i]
    for j in 0 ... 2:
      z_h[i] += w_h[i][j] * x[j]
    a_h[i] = relu(z_h[i])"""
    assert shown(localize(ONE_LAYER).forward) == """\
[Layer h: dense, 2 units, relu]
  for i in 0 ... 1:
    z = b_h[i]
    for j in 0 ... 2:
      z += w_h[i][j] * x[j]
    z_h[i] = z
    a_h[i] = relu(z)"""  # the slope of relu reads z, nothing else reads a twice


def test_what_only_the_round_reads_is_not_stored() -> None:
    predict = shown(localize(ONE_LAYER).predict)
    assert "z += w_h[i][j] * x[j]" in predict
    assert "z_h" not in predict


def test_forward_and_examine_keep_nothing_for_each_other() -> None:
    """One of them runs, not the other: the net in training, or at work."""
    program = NETS["dropout"].program
    assert program.examine
    assert "z_dense1[i]" in shown(program.forward)
    made = localize(program)
    assert "z_dense1" not in shown(made.forward) + shown(made.examine)

"""Plain loops: what one round computes for itself is a scalar of that round."""

from __future__ import annotations

from nets.blocks import shown
from nets.net import Net, dense, spec
from nets.table import NETS

from bpgen.program.nodes import (
    Assign,
    For,
    If,
    Index,
    Inside,
    Number,
    Position,
    Role,
    Variable,
)
from bpgen.styles.loops import localize
from bpgen.styles.rounds import without_single_rounds

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


def test_a_loop_of_one_round_is_its_body() -> None:
    one_unit = Net("one_unit", spec(1, [dense(1, "relu", name="o")], "mse")).program
    assert "for i in 0 ... 0:" in shown(one_unit.forward)
    assert shown(localize(one_unit).forward) == """\
[Layer o: dense, 1 unit, relu]
  [z_o[0]: the weighted sum of its inputs, then relu]
    z = b_o[0]
    z += w_o[0][0] * x[0]
    z_o[0] = z
    a_o[0] = relu(z)"""


def test_an_index_of_one_round_is_put_in_everywhere() -> None:
    i, j = (Index(0, ((name, 1),)) for name in "ij")
    place = Variable("place", Role.INDEX, "place")
    a = Variable("a", Role.VALUE, "a", (("1", "2", "3"),))
    x = Variable("x", Role.INPUT, "", (("1", "2", "3"),))
    here = Index(0, (("place", 1),))
    named = Assign(place.scalar(), Position(i + j))
    inside = If(Inside(here, 3), (Assign(a[here], x[here] + Position(i)),))
    loops = (For("i", 3, (For("j", 2, (named, inside), start=1),), start=2),)
    assert not shown(without_single_rounds(loops))  # a[3] is outside
    loops = (For("i", 3, (For("j", 1, (named, inside)),)),)
    assert shown(without_single_rounds(loops)) == """\
for i in 0 ... 2:
  if 0 <= i < 3:
    a[i] = x[i] + i"""


def test_a_round_keeps_its_names() -> None:
    """Two rounds that each name an index cannot stand side by side."""
    i, j = (Index(0, ((name, 1),)) for name in "ij")
    place = Variable("place", Role.INDEX, "place")
    a = Variable("a", Role.VALUE, "a", (("1", "2", "3", "4"),))
    body = (Assign(place.scalar(), Position(i * 2 + j)),)
    loop = For("j", 1, (*body, Assign(a[Index(0, (("place", 1),))], Number(1.0))))
    kept = without_single_rounds((For("i", 2, (loop, loop)),))
    assert shown(kept).count("for j in 0 ... 0:") == 2

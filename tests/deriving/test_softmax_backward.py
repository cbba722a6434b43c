"""Softmax states its backward pass: p * (dp - mean), without powers and their total."""

from __future__ import annotations

from nets.blocks import block, shown, variable
from nets.net import Net, dense, spec
from nets.table import NETS

from bpgen.deriving.differentiate import derived, differentiate
from bpgen.program.nodes import Assign, Backward, Section
from bpgen.program.walks import read_in
from bpgen.styles.loops import localize


def test_the_mean_slope_of_a_row_goes_off_each() -> None:
    program = Net("shares", spec(2, [dense(3, "softmax", name="o")], "mse")).program
    assert shown(localize(program).backward) == """\
[Loss: backward]
  for i in 0 ... 2:
    da_o[i] = 2 * (a_o[i] - t[i]) / 3
[Layer o: backward]
  mean_o = 0
  for i in 0 ... 2:
    mean_o += a_o[i] * da_o[i]
  for i in 0 ... 2:
    dz_o[i] = a_o[i] * (da_o[i] - mean_o)
  for i in 0 ... 2:
    for j in 0 ... 1:
      dw_o[i][j] += dz_o[i] * x[j]
    db_o[i] += dz_o[i]"""


def test_attention_keeps_no_powers() -> None:
    program = NETS["attention"].program
    read = {e.variable.prefix for e in read_in(program.backward)}
    assert {"shares", "mean"} <= read
    assert not read & {"e", "total", "de", "dtotal"}


def test_what_is_stated_is_used_only_where_the_loss_depends_on_it() -> None:
    y, z, w, x = (variable(name) for name in ("y", "z", "w", "x"))
    stated = Backward(z, y, block("dz += 5 * dy"))
    forward = (*block("z = w * x"), Section(None, block("y = z * z"), stated))
    loss = variable("loss")
    used = (*forward, Assign(loss.scalar(), y.scalar()))
    weights, _ = differentiate(used, loss, x, [w])
    assert shown(weights) == "dy = 1\ndz = 5 * dy\ndw += dz * x"
    unused = (*forward, Assign(loss.scalar(), w.scalar() * w.scalar()))
    weights, _ = differentiate(unused, loss, x, [w])
    assert "5" not in shown(weights)
    assert shown(derived(used)) == "z = w * x\ny = z * z\nloss = y"

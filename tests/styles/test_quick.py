"""The fast path's passes: loops written out, numbers held in locals, sums in one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nets.blocks import shown
from nets.net import Net, dense, spec

from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    For,
    If,
    Index,
    Inside,
    Number,
    Role,
    Variable,
)
from bpgen.program.speed import ARRAYS, LISTS, Speed
from bpgen.styles.few_names import with_few_names
from bpgen.styles.gathered import gathered
from bpgen.styles.held import Holder
from bpgen.styles.jammed import Fresh, by_several, written_out
from bpgen.styles.loops import localize
from bpgen.styles.quick import quick
from bpgen.styles.unread import without_unread_arrays

ROW, COLUMN, PLANE = (Index(0, ((name, 1),)) for name in "ijk")


def array(name: str, *extents: int, role: Role = Role.VALUE) -> Variable:
    """An array of so many rounds along each axis."""
    axes = tuple(tuple(str(at) for at in range(extent)) for extent in extents)
    return Variable(name, role, name, axes)


def local(name: str) -> Variable:
    """A number of one round."""
    return Variable(name, Role.LOCAL, name)


W = array("w", 4, 3, role=Role.PARAMETER)
X, Y, Z = array("x", 3), array("y", 4), array("z", 4)
TOTAL = local("total").scalar()
DENSE = For(
    "i",
    4,
    (
        Assign(TOTAL, Y[ROW]),
        For("j", 3, (Accumulate(TOTAL, W[ROW, COLUMN] * X[COLUMN]),)),
        Assign(Z[ROW], TOTAL),
    ),
)


def test_rounds_move_into_a_loop_where_each_has_its_own_sum() -> None:
    assert shown(by_several(DENSE, 2, Fresh()) or ()) == """\
for i in 0 ... 1:
  total1 = y[i * 2]
  total2 = y[i * 2 + 1]
  for j in 0 ... 2:
    total1 += w[i * 2][j] * x[j]
    total2 += w[i * 2 + 1][j] * x[j]
  z[i * 2] = total1
  z[i * 2 + 1] = total2"""


def test_rounds_that_add_to_the_same_numbers_come_together() -> None:
    """A slope is loaded and stored once for four of its terms, in their order."""
    wide = array("wide", 16, role=Role.GRADIENT)
    weights = array("w", 8, 16, role=Role.PARAMETER)
    term = Accumulate(wide[COLUMN], Y[ROW] * weights[ROW, COLUMN])
    found = shown(quick((For("i", 8, (For("j", 16, (term,)),)),), ARRAYS))
    assert "for i in 0 ... 1:" in found
    assert found.count("wide[j] =") == 1
    assert [f"w[i * 4 + {at}][j]" in found for at in (1, 2, 3)] == [True] * 3


def test_what_is_left_over_comes_after() -> None:
    found = shown(by_several(DENSE, 3, Fresh()) or ())
    assert found.startswith("for i in 0 ... 0:")
    assert "  total4 += w[3][j] * x[j]" in found
    assert found.endswith("z[3] = total4")


def test_rounds_of_one_sum_stay_in_their_order() -> None:
    """Both loops carry rounds of the same sums: x[0] of i = 1 is x[1] of i = 0."""
    wide = array("wide", 8)
    body = For("j", 3, (Accumulate(wide[ROW + COLUMN], Y[ROW]),))
    assert written_out(For("i", 4, (body,)), Fresh()) is None
    later = (Assign(Z[ROW], Number(1.0)), For("j", 3, (Accumulate(Y[ROW], Z[COLUMN]),)))
    assert written_out(For("i", 4, later), Fresh()) is None


def test_rounds_without_a_loop_inside_come_one_after_the_other() -> None:
    """Under a guard, too: dz[1] gets the slope of place 0 before that of place 1."""
    row, slope = array("row", 4, 4), array("slope", 4)
    taps = tuple(
        If(
            Inside(COLUMN + at, 4),
            (Accumulate(row[PLANE, COLUMN + at], slope[COLUMN]),),
        )
        for at in (1, 0)
    )
    guarded = For("k", 4, (If(Inside(PLANE, 4), taps),))
    assert shown(written_out(For("j", 2, (guarded,)), Fresh()) or ()) == """\
for k in 0 ... 3:
  if 0 <= k < 4:
    row[k][1] += slope[0]
    row[k][0] += slope[0]
    row[k][2] += slope[1]
    row[k][1] += slope[1]"""


def test_rows_of_an_image_and_of_a_kernel_decide_their_guards_together() -> None:
    """Each sum keeps the order of its terms; with too many of them all stays."""
    inside = Index(-1, (("i", 1), ("k", 1)))
    sums = (Accumulate(Y[ROW], X[PLANE] * Z[inside]),)
    taps = For("k", 3, (If(Inside(inside, 4), sums),))
    channels = For("c", 5, (taps,))
    rows = (For("i", 4, (channels,)),)
    speed = replace(ARRAYS, statements=2)
    assert "if 0 <= i + k - 1 < 4" in shown(quick(rows, replace(speed, taps=11)))
    found = shown(quick(rows, replace(speed, taps=12)))
    assert "if" not in found
    assert "  y1 = y1 + x2 * z1 + x3 * z2\n" in found
    assert "  y4 = y4 + x1 * z3 + x2 * z4\n" in found


def held(block: Block, rows: bool = False) -> str:
    """A block with what it holds in locals."""
    return shown(tuple(Holder(Fresh(), 9, rows).block(block, {})))


def test_what_a_loop_does_not_move_is_held_and_stored_after_it() -> None:
    loop = For("j", 3, (Accumulate(Y[ROW], W[ROW, COLUMN] * Z[ROW]),))
    assert held((For("i", 4, (loop,)),)) == """\
for i in 0 ... 3:
  z1 = z[i]
  y1 = y[i]
  for j in 0 ... 2:
    y1 += w[i][j] * z1
  y[i] = y1"""


def test_what_may_be_another_name_of_the_same_is_not_held() -> None:
    loop = For("j", 3, (Accumulate(Y[COLUMN], Y[0] * X[COLUMN]),))
    assert "y1" not in held((loop,))


def test_a_loop_holds_what_is_inside_of_its_array_in_every_round() -> None:
    """What a guard keeps from being read is not read before the loop either."""
    inner = For(
        "j", 3, (If(Inside(ROW + -1, 4), (Accumulate(Z[COLUMN], Y[ROW + -1]),)),)
    )
    assert "y1" not in held((For("i", 4, (inner,)),))


def test_an_array_that_nothing_reads_is_not_written() -> None:
    """Nor one that only such an array is made of; a parameter is read by others."""
    block = (
        For("i", 4, (Assign(Y[ROW], TOTAL),)),
        For("i", 4, (Assign(Z[ROW], Y[ROW]),)),
        Assign(W[0, 0], X[0]),
    )
    assert shown(without_unread_arrays(block)) == "w[0][0] = x[0]"
    reading = (*block, Accumulate(W[0, 0], Z[1]))
    assert without_unread_arrays(reading) == reading


def test_rows_are_read_at_once() -> None:
    sums = tuple(Accumulate(TOTAL, W[ROW, at]) for at in range(3))
    found = held((For("i", 4, sums),), rows=True)
    assert "w1 = w[i][0]\n  w2 = w[i][1]\n  w3 = w[i][2]" in found


def test_sums_are_gathered_up_to_what_reads_them() -> None:
    block = (
        Assign(TOTAL, Number(0.0)),
        Accumulate(TOTAL, X[0]),
        Accumulate(TOTAL, -X[1]),
        Assign(Z[0], TOTAL),
        Accumulate(TOTAL, X[2]),
        Assign(Z[1], TOTAL),
    )
    assert shown(gathered(block, stores_sums=False)) == """\
total = 0 + x[0] - x[1]
z[0] = total
total += x[2]
z[1] = total"""


def test_a_term_is_not_put_off_beyond_a_change_of_it() -> None:
    block = (
        Accumulate(TOTAL, X[0]),
        Assign(X[ROW], Number(1.0)),
        Accumulate(TOTAL, X[0]),
        Assign(Z[0], TOTAL),
    )
    assert shown(gathered(block, stores_sums=True)).splitlines()[:2] == [
        "total += x[0]",
        "x[i] = 1",
    ]


def test_a_new_name_is_none_that_the_block_has() -> None:
    first = Fresh().like(X)
    assert Fresh((Assign(first, X[0]),)).like(X).variable.name == "x2"


def test_names_come_again_where_they_live_no_more() -> None:
    fresh = Fresh()
    first, second = fresh.like(X), fresh.like(X)
    block = (
        For("i", 3, (Assign(first, X[ROW]), Assign(Z[ROW], first))),
        For("i", 3, (Assign(second, X[ROW]), Assign(Z[ROW], second))),
    )
    assert "x2" in shown(block)
    assert "x2" not in shown(with_few_names(block))


@pytest.mark.parametrize(
    ("speed", "line"),
    [
        (LISTS, "z = b_h[i] + w1 * x1 + w2 * x2 + w3 * x3"),
        (ARRAYS, "    z4 += w_h[i * 4 + 3][j] * x1"),
    ],
)
def test_each_language_has_its_form(speed: Speed, line: str) -> None:
    layers = [dense(8, "sigmoid", name="h"), dense(3)]
    net = Net("online", spec(16, layers, "mse", training={"batch_size": 1}))
    step = localize(net.program).step
    assert line not in shown(step)
    assert line in shown(quick(step, speed))

"""Winners of windows and views: written out, and in nested lists."""

from __future__ import annotations

from nets.blocks import shown, variable
from nets.net import Net, dense, spec

from bpgen.program.expressions import index_text
from bpgen.program.nodes import Index
from bpgen.styles.loops import localize
from bpgen.styles.nested import nest, nested_element
from bpgen.styles.unrolled import unroll

POOL = [
    {"type": "tanh", "name": "h"},
    {"type": "max_pool1d", "kernel": 2, "name": "p"},
    {"type": "flatten", "name": "f"},
    dense(1, name="o", bias=False),
]
NET = Net("winners", spec([2, 4], POOL, "mse"))
FIRST, SECOND, THIRD = (Index(0, ((name, 1),)) for name in "ijk")


def test_the_value_is_read_where_the_winner_stands() -> None:
    forward = shown(localize(NET.program).forward)
    assert """\
      winner = y * 2
      largest = -1.7976931348623157e+308
      for i in 0 ... 1:
        index place = y * 2 + i
        if a_h[c][place] > largest:
          winner = place
          largest = stop(a_h[c][place])
      winner_p[c][y] = winner
      index winner = whole(winner), one of 4
      a_p[c][y] = a_h[c][winner]""" in forward


def test_backward_adds_to_the_winner_alone() -> None:
    assert """\
      index winner = whole(winner_p[c][y]), one of 4
      da_h[c][winner] += da_p[c][y]""" in shown(NET.program.input_gradient)


def test_written_out_a_winner_is_the_number_of_a_place() -> None:
    made = unroll(NET.program)
    assert """\
    if a_h[1][3] > largest_p[1][1]:
      winner_p[1][1] = 1
    a_p[1][1] = a_h[1][2]
    if winner_p[1][1] == 1:
      a_p[1][1] = stop(a_h[1][3])""" in shown(made.forward)
    back = shown(made.input_gradient)
    assert "da_h[1][2] = da_p[1][1] if winner_p[1][1] == 0 else 0" in back
    assert "da_h[1][3] = da_p[1][1] if winner_p[1][1] == 1 else 0" in back


def test_flatten_moves_nothing() -> None:
    assert "z_o[i] += w_o[i][j] * a_p.view(4)[j]" in shown(NET.program.forward)
    assert "[Layer f: flatten; the numbers stay where they are]" in shown(
        NET.program.forward
    )
    assert "z_o[0] = w_o[0][0] * a_p[0][0] + w_o[0][1] * a_p[0][1]" in shown(
        unroll(NET.program).forward
    )


def test_nested_lists_have_a_loop_for_each_axis() -> None:
    made = nest(localize(NET.program))
    assert """\
    for c in 0 ... 1:
      for y in 0 ... 1:
        z += w_o[0][c * 2 + y] * a_p[c][y]""" in shown(made.forward)
    assert "view" not in "".join(shown(block) for _, block in made.blocks())


def test_a_place_that_no_loop_goes_along_is_divided() -> None:
    view = variable("a", 2, 3, 4).along(variable("a", 2, 12).labels)
    found = nested_element(view[FIRST, THIRD], {"i": (0, 1), "k": (0, 11)})
    assert shown_indices(found.indices) == ["i", "k // 4", "k % 4"]
    view = variable("a", 4, 6).along(variable("a", 4, 2, 3).labels)
    found = nested_element(
        view[FIRST, SECOND, THIRD], {"i": (0, 3), "j": (0, 1), "k": (0, 2)}
    )
    assert shown_indices(found.indices) == ["i", "j * 3 + k"]
    view = variable("a", 2, 3).along(variable("a", 3, 2).labels)
    found = nested_element(view[FIRST, SECOND], {"i": (0, 2), "j": (0, 1)})
    assert shown_indices(found.indices) == ["(i * 2 + j) // 3", "(i * 2 + j) % 3"]


def shown_indices(indices: tuple[Index, ...]) -> list[str]:
    return list(map(index_text, indices))

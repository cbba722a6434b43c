"""What a net counts has a name: one for axes that are as long by derivation."""

from __future__ import annotations

from nets.blocks import shown
from nets.net import Net, dense, spec
from nets.table import NETS

from bpgen.program.blocks import Program
from bpgen.program.nodes import Variable
from bpgen.program.size import Size, joined, product
from bpgen.program.walks import arrays_in
from bpgen.styles.counted import Counted, Place, counted
from bpgen.styles.loops import localize
from bpgen.styles.nested import nest
from bpgen.styles.sizes import Sizes, shape_in, with_sizes

PLAIN = {"bias": False}
EMBEDDED = [
    {"type": "embedding", "size": 3, "vocabulary": 3, "name": "e"},
    {"type": "attention", "name": "mix", **PLAIN},
    {"type": "add", "inputs": ["e", "mix"], "name": "sum"},
    dense(3, name="wide", bias=False),
    dense(3, name="narrow", bias=False),
]
TALKING = Net("talking", spec(3, EMBEDDED, "mse"))
MEMORY = [{"type": "gru", "units": 2, "name": "memory", **PLAIN}]
REMEMBERING = Net("remembering", spec([3, 2], MEMORY, "mse"))
IMAGE = [
    {"type": "conv2d", "filters": 3, "kernel": 3, "padding": 1, "name": "c", **PLAIN},
    {"type": "max_pool2d", "kernel": 2, "name": "p"},
    {"type": "flatten", "name": "f"},
    dense(2, name="out", bias=False),
]
SEEING = Net("seeing", spec([1, 4, 4], IMAGE, "mse"))


def sized(program: Program) -> tuple[Program, Sizes, dict[Place, Counted]]:
    """A program with its sizes by their own names, in capitals."""
    found = counted(program)
    names = {p: Size(one.number, one.name.upper()) for p, one in found.items()}
    return *with_sizes(program, names), found


def names_in(found: dict[Place, Counted]) -> dict[str, str]:
    return {one.name: one.words for one in found.values()}


def test_axes_of_one_loop_share_a_name_and_others_do_not() -> None:
    program = localize(TALKING.program)
    made, sizes, found = sized(program)
    assert {one.number for one in found.values()} == {3}
    assert names_in(found) == {
        "steps": "Steps of e, mix, sum and 2 more.",
        "e_units": "Units of e, mix and sum.",
        "mix": "Units of mix.",
        "wide": "Units of wide.",
        "narrow": "Units of narrow.",
        "vocabulary": "Vocabulary of e.",
    }
    weights = {own.name: own for own in program.parameters}
    shapes = {n: [*map(str, shape_in(sizes, own))] for n, own in weights.items()}
    assert shapes == {
        "w_e": ["VOCABULARY", "E_UNITS"],
        "wq_mix": ["MIX", "E_UNITS"],
        "wk_mix": ["MIX", "E_UNITS"],
        "wv_mix": ["MIX", "E_UNITS"],
        "wo_mix": ["E_UNITS", "MIX"],
        "w_wide": ["WIDE", "E_UNITS"],
        "w_narrow": ["NARROW", "WIDE"],
    }
    gradients = [*map(str, shape_in(sizes, program.gradients[weights["w_wide"]]))]
    assert gradients == ["WIDE", "E_UNITS"]
    assert """\
  for t in 0 ... STEPS - 1:
    for i in 0 ... NARROW - 1:
      z = 0
      for j in 0 ... WIDE - 1:
        z += w_narrow[i][j] * z_wide[t][j]""" in shown(made.forward)


def test_the_samples_of_a_batch_are_no_axis_of_an_image() -> None:
    names = names_in(counted(localize(NETS["batch_norm_of_everything"].program)))
    assert {"embedding1", "lstm1"} <= names.keys()
    assert not any("width" in name or "height" in name for name in names)
    names = names_in(counted(localize(NETS["batch_norm_of_images"].program)))
    assert {"conv2d1_height", "conv2d1_width"} <= names.keys()


def test_states_have_a_place_more_and_gates_stand_above_each_other() -> None:
    program = localize(REMEMBERING.program)
    made, sizes, found = sized(program)
    assert {"steps", "memory"} <= names_in(found).keys()
    forward = shown(made.forward)
    assert "w_ih.memory[i + MEMORY][j]" in forward
    assert "w_ih.memory[i + 2 * MEMORY][j]" in forward
    assert "h_memory[STEPS]" in forward
    state = next(place for place in sizes if place[0] == "h_memory")
    assert state[1] == (4, 2)
    assert str(sizes[state]) == "STEPS + 1"
    weight = next(own for own in program.parameters if own.name == "w_ih.memory")
    assert str(shape_in(sizes, weight)[0]) == "3 * MEMORY"


def test_windows_are_told_by_numbers_and_what_a_view_joins_by_a_product() -> None:
    program = localize(SEEING.program)
    made, sizes, found = sized(program)
    forward = shown(made.forward)
    assert "for i in 0 ... 2:" in forward  # of the kernel
    assert "if 0 <= row < INPUT_HEIGHT:" in forward
    flat = next(one for one in found.values() if one.name == "p_numbers")
    pooled = shape_in(sizes, next(own for own in _values(program) if own.name == "a_p"))
    assert flat.number == joined(pooled) == 12
    assert product(pooled) == "FILTERS * P_HEIGHT * P_WIDTH"
    assert [*map(sizes.get, flat.of)] == [3, 2, 2]


def test_nested_lists_are_counted_step_by_step() -> None:
    made, sizes, _ = sized(nest(localize(SEEING.program)))
    place = "(c * P_HEIGHT + y) * P_WIDTH + x"
    assert f"w_out[i][{place}]" in shown(made.forward)
    weight = next(own for own in made.parameters if own.name == "w_out")
    assert str(shape_in(sizes, weight)[1]) == "FILTERS * P_HEIGHT * P_WIDTH"
    assert "a_p[c][y][x] = z_c[c][winner // C_WIDTH][winner % C_WIDTH]" in shown(
        made.forward
    )


def test_a_product_has_no_ones_and_one_number_of_those_side_by_side() -> None:
    steps, more = Size(3, "STEPS"), Size(4, "STEPS + 1")
    assert product((steps, 3, 3)) == "STEPS * 9"
    assert product((1, 2, steps, 1)) == "2 * STEPS"
    assert product(("batch", more, 2)) == "batch * (STEPS + 1) * 2"
    assert product((1, 1)) == "1"
    assert joined((2, 3)) == 6
    assert not isinstance(joined((2, 3)), Size)
    assert joined((steps, 2)) == 6
    assert str(joined((steps, 2))) == "STEPS * 2"


def _values(program: Program) -> list[Variable]:
    return [own for own in arrays_in(program.forward) if own.of is None]

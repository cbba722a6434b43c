"""Where the gradients of a block begin: with a statement, in a loop, or before all."""

from __future__ import annotations

from nets.blocks import block, shown

from bpgen.deriving.ownership import Ownership
from bpgen.program.nodes import Block, For

SHAPES = dict.fromkeys(("da", "dz", "de", "t", "u", "v"), (3,)) | {"w": (3, 3)}


def placed(found: Block) -> tuple[list[str], dict[str, list[str]]]:
    """The gradients that a statement opens, and those that a loop owns, by loop."""
    ownership = Ownership(found)
    homes = ownership.homes(ownership.mentions)
    loops = {id(loop): loop.index for loop in loops_in(found)}
    return (
        sorted(variable.name for variable in ownership.openings()),
        {loops[at]: [v.name for v in owned] for at, owned in homes.items()},
    )


def loops_in(found: Block) -> list[For]:
    """All loops, outermost first."""
    loops = [statement for statement in found if isinstance(statement, For)]
    return loops + [inner for loop in loops for inner in loops_in(loop.body)]


def test_a_statement_that_writes_each_place_first_can_assign() -> None:
    found = block(
        """
        for i in 0 ... 2:
          da[i] += t[i]
        for i in 0 ... 2:
          da[i] += u[i]
        """,
        **SHAPES,
    )
    assert placed(found) == (["da"], {})


def test_a_loop_owns_what_its_rounds_name_at_places_of_their_own() -> None:
    found = block(
        """
        for i in 0 ... 2:
          for j in 0 ... 2:
            dz[i] += w[i][j] * t[j]
          de[i] += dz[i]
        """,
        **SHAPES,
    )
    opened, owned = placed(found)
    assert opened == ["de"]  # its first statement stands in no other loop
    assert owned == {"i": ["dz", "de"]}


def test_what_all_rounds_add_to_begins_before_them() -> None:
    found = block(
        """
        for i in 0 ... 2:
          for j in 0 ... 2:
            dz[j] += w[i][j] * t[i]
        """,
        **SHAPES,
    )
    assert placed(found) == ([], {})


def test_what_a_condition_may_skip_is_not_opened_by_it() -> None:
    found = block(
        """
        for i in 0 ... 2:
          if 0 <= i < 2:
            da[i] += t[i]
        """,
        **SHAPES,
    )
    assert placed(found)[0] == []


def test_in_its_home_a_gradient_begins_at_zero_before_its_terms() -> None:
    found = block(
        """
        for i in 0 ... 2:
          for j in 0 ... 2:
            dz[i] += w[i][j] * t[j]
        """,
        **SHAPES,
    )
    (loop,) = found
    assert isinstance(loop, For)
    ownership = Ownership(found)
    (dz,) = ownership.mentions
    assert shown(ownership.begun(dz, loop.body)) == (
        "dz[i] = 0\nfor j in 0 ... 2:\n  dz[i] += w[i][j] * t[j]"
    )


def test_a_statement_that_writes_all_before_the_others_can_assign() -> None:
    text = """
        for i in 0 ... 2:
          da[i] += t[i]
        for i in 0 ... 2:
          for j in 0 ... 2:
            da[j] += w[i][j] * t[i]
        """
    assert placed(block(text, **SHAPES))[0] == ["da"]
    part = text.replace(
        "for i in 0 ... 2:\n          da", "for i in 0 ... 1:\n          da"
    )
    assert placed(block(part, **SHAPES))[0] == []

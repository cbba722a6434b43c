"""The builder collects statements in loops, and names what they are indexed by."""

from __future__ import annotations

from bpgen.program.builder import Builder
from bpgen.program.nodes import Assign, Compare, For, If, Index
from bpgen.program.walks import statements


def names(build: Builder) -> list[str]:
    """What the statements so far are about."""
    return [statement.target.variable.name for statement in statements(build.block)]


def test_an_index_at_hand_is_named_once() -> None:
    build = Builder()
    with build.loop(3) as i:
        first, second = (build.named("row", i * 2) for _ in range(2))
    assert first == second == Index(0, (("row", 1),))
    assert names(build) == ["row"]


def test_another_index_of_the_name_gets_a_number() -> None:
    build = Builder()
    with build.loop(3) as i:
        build.named("row", i * 2)
        with build.loop(2) as j:
            found = [build.named("row", i * 2 + j) for _ in range(2)]
    assert found == [Index(0, (("row2", 1),))] * 2
    assert names(build) == ["row", "row2"]


def test_a_search_stands_under_its_comparison() -> None:
    build = Builder()
    x, best = (build.value(name, "h") for name in ("x", "best"))
    condition = Compare(">", x.scalar(), best.scalar())
    with build.loop(3), build.where(condition):
        build.assign(best.scalar(), x.scalar())
    (loop,) = build.block
    assert isinstance(loop, For)
    assert loop.body == (If(condition, (Assign(best.scalar(), x.scalar()),)),)


def test_a_name_ends_with_its_loop() -> None:
    build = Builder()
    for _ in range(2):
        with build.loop(3) as i:
            build.named("row", i * 2)
    assert names(build) == ["row", "row"]


def test_a_number_or_a_loop_variable_needs_no_name() -> None:
    build = Builder()
    with build.loop(3) as i:
        assert build.named("row", i) == i
        assert build.named("row", Index(2)) == Index(2)
    (loop,) = build.block
    assert isinstance(loop, For) and not any(isinstance(s, Assign) for s in loop.body)

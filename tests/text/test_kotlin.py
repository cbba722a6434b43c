"""Lines of Kotlin, as ktlint leaves them."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.tools import ROOT, on_path, program

from bpgen.languages.kotlin_format import WIDTH, broken, finish, rewrapped

NAMES = [f"weight{k}" for k in range(12)]
LONG = ", ".join(f"{name} * {name}" for name in NAMES)
# Lines before, and after.
CASES = [
    (
        ["fun f(x: Double): Double {", "    return x", "}"],
        ["fun f(x: Double): Double = x"],
    ),
    (["val z =", "    a +", "    b"], ["val z =", "    a +", "        b"]),
    (["z =", "    a +", "    b"], ["z =", "    a +", "    b"]),
    (
        ["val z = f(", "    a,", ")", "val y = a"],
        ["val z =", "    f(", "        a,", "    )", "val y = a"],
    ),
    (["if (", "    a &&", "    b", ") {"], ["if (", "    a &&", "    b", ") {"]),
]


@pytest.mark.parametrize(("before", "after"), CASES, ids=lambda lines: lines[0])
def test_lines_are_as_the_linter_wants_them(
    before: list[str], after: list[str]
) -> None:
    assert [line for line, _ in rewrapped(finish(before))] == after


def test_a_line_knows_which_one_it_is_from() -> None:
    lines = ["val z = f(", "    a,", ")", "fun f(): Int {", "    return 1", "}"]
    assert [place for _, place in rewrapped(lines)] == [0, 0, 1, 2, 4]


@pytest.mark.parametrize(
    "line",
    [
        f"z = first({LONG})",
        f"val z = outer(1, first({LONG}), doubleArrayOf(2.0))",
        f'throw IllegalArgumentException("{"why, " * 20}(no more)", list)',
        f"doubleArrayOf({LONG}).addTo(this.dw, 4)",
    ],
)
def test_a_long_call_has_an_argument_a_line(line: str) -> None:
    found = broken(f"    {line}")
    assert len(found) > 1
    said = "".join("".join(found).split()).replace(",)", ")")
    assert said == "".join(line.split())
    assert max(map(len, found)) <= WIDTH or '"' in line


def test_what_the_record_itself_brings_is_clean(tmp_path: Path) -> None:
    bodies = [
        part
        for k in range(3)
        for part in (
            f"fun of{k}(",
            "    a: Double,",
            "    b: Double,",
            "): Double {",
            "    val z =",
            "        a +",
            f"        b * {k}.0",
            "    return z",
            "}",
            "",
        )
    ]
    path = tmp_path / "Some.kt"
    lines = [line for line, _ in rewrapped(finish(bodies[:-1]))]
    path.write_text("\n".join([*lines, ""]))
    done = program(on_path("ktlint"), str(path))
    assert done.code == 0, done.out


def test_ktlint_has_nothing_to_say_about_the_gallery() -> None:
    done = program(on_path("ktlint"), *sorted((ROOT / "generated/kotlin").glob("*.kt")))
    assert done.code == 0, done.out


def test_arguments_of_a_call_stand_on_lines_of_their_own() -> None:
    """Even if those of a call inside would do."""
    inside = ", ".join(f"doubleArrayOf(this.power{k}00000)" for k in range(4))
    lines = [
        "    val a = gathered(",
        f"        arrayOf({inside}), this.m, this.v,",
        "    )",
    ]
    found = [line.strip() for line, _ in rewrapped(lines)]
    assert found[-4:] == ["),", "this.m,", "this.v,", ")"]

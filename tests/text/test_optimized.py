"""What a compiler makes as fast as it can still computes the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.tiers import wide_but
from running.tools import ROOT, on_path, program

FEW = ("cnn.h", "cnn.hpp")  # with conditions in loops, and windows of images
FILES = {
    path.name: path
    for suffix in ("h", "hpp")
    for path in sorted((ROOT / "generated").glob(f"*/*.{suffix}"))
}
COMPILERS = {
    ".h": {"gcc": ("-x", "c", "-std=c11"), "clang": ("-x", "c", "-std=c11")},
    ".hpp": {
        "g++": ("-x", "c++", "-std=c++17"),
        "clang++": ("-x", "c++", "-std=c++17"),
    },
}
CASES = [
    (name, tool) for name, path in FILES.items() for tool in COMPILERS[path.suffix]
]


@pytest.mark.parametrize("case", wide_but(CASES, lambda case: case[0] in FEW), ids=str)
def test_a_file_finds_nothing_wrong_with_itself(
    case: tuple[str, str], tmp_path: Path
) -> None:
    name, tool = case
    path = FILES[name]
    macros = [f"-D{path.stem.upper()}_{part}" for part in ("IMPLEMENTATION", "MAIN")]
    words = (*COMPILERS[path.suffix][tool], "-O3", "-march=native", *macros)
    target = tmp_path / "program"
    built = program(on_path(tool), *words, path, "-o", target, "-lm")
    assert built.code == 0, built.err[:2_000]
    checked = program(target, "--check")
    assert (checked.code, checked.err) == (0, ""), checked.out

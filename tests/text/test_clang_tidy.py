"""Emitted C gives clang-tidy's bug finders and its analyzer nothing to find."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.tiers import wide_but
from running.tools import ROOT, bpgen, on_path, program

CHECKS = (
    "-*",
    "bugprone-*",
    "clang-analyzer-*",
    # Which of two parameters of a type is which, their names say, and documentation.
    "-bugprone-easily-swappable-parameters",
    # Places in an array are products of whole numbers, and below the array's size.
    "-bugprone-implicit-widening-of-multiplication-result",
    # A net is trained with one sample or more: asked before, but the analyzer does not
    # look into calls as deep as that question.
    "-clang-analyzer-core.DivideZero",
    # It wants memcpy_s and the like of annex K, which no library of Linux has.
    "-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling",
)
# It is to look into short functions however deep a call is: a list of no items is NULL,
# and one of them says how many items a list has.
DEEP = ("-Xclang", "-analyzer-config", "-Xclang", "ipa-always-inline-size=8")
WHOLE = sorted((ROOT / "generated" / "c").glob("*.h"))
EXAMPLES = [ROOT / "examples" / f"{path.stem}.yaml" for path in WHOLE]
LARGE = ("cnn", "digits", "gpt", "lstm", "mnist", "mnist_cnn", "nielsen", "resnet_tiny")
SMALL = [path for path in EXAMPLES if path.stem not in LARGE]
FORMS = {
    "textbook": ("--textbook",),
    "float": ("--float",),
    "unrolled": ("--style", "unrolled"),
    "loops": ("--style", "loops"),
    "inference": ("--inference",),
}
CASES = [("textbook", path) for path in EXAMPLES]
CASES += [(form, path) for form in FORMS if form != "textbook" for path in SMALL]


def found_in(path: Path) -> list[str]:
    """What clang-tidy says of a file."""
    use = (f"-D{path.stem.upper()}_{word}" for word in ("IMPLEMENTATION", "MAIN"))
    words = (f"--checks={','.join(CHECKS)}", "--quiet", path, "--", "-x", "c")
    done = program(on_path("clang-tidy"), *words, "-std=c11", *DEEP, *use)
    assert done.code == 0, done.out + done.err
    return [line for line in done.out.splitlines() if "warning:" in line]


@pytest.mark.parametrize(
    "path", wide_but(WHOLE, lambda path: False), ids=lambda path: path.stem
)
def test_whole_files_are_clean(path: Path) -> None:
    assert found_in(path) == []


@pytest.mark.parametrize(
    "case",
    wide_but(CASES, lambda case: case[0] == "textbook" and case[1].stem == "xor"),
    ids=lambda case: f"{case[0]}-{case[1].stem}",
)
def test_so_are_all_other_forms(case: tuple[str, Path], tmp_path: Path) -> None:
    form, net = case
    path = tmp_path / f"{net.stem}.h"
    words = ("--lang", "c", *FORMS[form], "-o", str(path), str(net))
    assert bpgen("emit", *words).code == 0
    assert found_in(path) == []


def test_it_finds_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "wrong.h"
    path.write_text("int main(void) {\n  int *at = 0;\n  return *at;\n}\n")
    assert len(found_in(path)) == 1

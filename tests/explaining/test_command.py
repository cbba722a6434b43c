"""The command: what it shows, where it writes, and what it says of bad calls."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running.tools import ROOT, bpgen, program

from bpgen.explaining.model import MADE_BY

MAZUR = str(ROOT / "examples" / "mazur.yaml")
BAD = {
    "--sample 2": "--sample 2: the data has 1 sample; count from 1",
    "--sample 0": "--sample 0: the data has 1 sample; count from 1",
    "--digits 8": "--digits 8: from 9 to 17",
    "--steps -1": "--steps -1: from 1 up",
    "--neuron h9": "--neuron: unknown name 'h9' (known: h1, h2, o1, o2)",
    "--weight w_h1_i3": (
        "--weight: unknown name 'w_h1_i3' (did you mean 'w_h1_i1' or 'w_h1_i2'?)"
    ),
}


@pytest.mark.parametrize(("call", "message"), BAD.items())
def test_a_bad_call_is_one_line(call: str, message: str) -> None:
    found = bpgen("explain", MAZUR, *call.split())
    assert (found.code, found.out) == (2, "")
    assert found.err == f"error: {message}\n"


def test_without_a_file_it_asks_for_one() -> None:
    found = bpgen("explain")
    assert found.code == 2
    assert found.err.startswith("error: which net?")


def test_a_piped_text_has_no_colour_and_is_not_wide() -> None:
    text = bpgen("explain", MAZUR).out
    assert "\x1b" not in text
    tables = [line for line in text.split("\n") if line.startswith("  ")]
    names = [line for line in tables if line.strip().startswith(("names", "numbers"))]
    assert names and max(map(len, names)) <= 100


def test_names_stand_above_their_numbers() -> None:
    lines = bpgen("explain", MAZUR).out.split("\n")
    at = next(
        n for n, line in enumerate(lines) if line.startswith("    names     z_o1")
    )
    upper, lower = lines[at], lines[at + 1]
    for name, number in (("b_o1", "0.6"), ("a_h1", "0.593269992"), ("w_o1_h2", "0.45")):
        start = lower.index(number)
        middle = upper.index(name) + len(name) / 2
        assert abs(start + len(number) / 2 - middle) <= 1


def test_digits_can_be_more() -> None:
    assert "0.29837110876000272" in bpgen("explain", MAZUR, "--digits", "17").out


def test_it_is_the_same_every_time() -> None:
    assert bpgen("explain", MAZUR).out == bpgen("explain", MAZUR).out


def test_a_file_is_made_and_remade_but_nothing_else_is_overwritten(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mazur.txt"
    for _ in range(2):
        assert bpgen("explain", MAZUR, "-o", str(path)).code == 0
        assert MADE_BY in path.read_text()
    path.write_text("mine")
    found = bpgen("explain", MAZUR, "-o", str(path))
    assert found.code == 2 and "--force overwrites it" in found.err
    assert path.read_text() == "mine"
    assert bpgen("explain", MAZUR, "-o", str(path), "--force").code == 0


def test_a_net_with_a_mistake_is_refused_as_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("input: 2\nlayers: [{type: dens}]\nloss: mse\n")
    found = bpgen("explain", str(path))
    assert found.code == 2 and "net.yaml:2:" in found.err


def test_it_loads_no_view_but_its_own() -> None:
    code = (
        "import sys\n"
        "import bpgen.cli\n"
        "print(*(name for name in sys.modules if 'explain' in name))\n"
    )
    import sys

    assert program(sys.executable, "-c", code, folder=ROOT).out.split() == []


REFUSED = {
    "optimizer: {type: sgd, learning_rate: 0.5, clip: {norm: 1.0}}": (
        "--contrast stale-weights: it needs an optimizer that looks at each weight"
    ),
    "optimizer: {type: sgd, learning_rate: 0.5}\nregularization: {l2: 0.1}": (
        "--contrast stale-weights: it is for nets without regularization"
    ),
}


@pytest.mark.parametrize(("setting", "message"), REFUSED.items())
def test_a_contrast_that_means_nothing_is_refused(
    setting: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(re.sub("optimizer: .*", setting, Path(MAZUR).read_text()))
    found = bpgen("explain", str(path), "--contrast", "stale-weights")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith(f"error: {message}")

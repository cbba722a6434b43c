"""Under each error stands the line of the file, with a caret at the place."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from nets.bad import layers, net
from running.tools import bpgen

from bpgen.commands.told import told
from bpgen.errors import Place, Problem


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_line_of_the_net_is_quoted(folder: Path) -> None:
    (folder / "net.yaml").write_text(layers("{type: dense, units: three}"))
    assert bpgen("emit", "net.yaml").err == (
        "net.yaml:4:26: error: expected a whole number, got 'three'\n"
        "  4 |   - {type: dense, units: three}\n"
        "    |                          ^\n"
    )


def test_the_line_of_a_csv_is_quoted(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "d.csv").write_text("a,b,c,d\n1,2,x,4\n")
    data = "{csv: d.csv, inputs: [a, b], targets: [c, d]}"
    (folder / "sub" / "net.yaml").write_text(net(data=data))
    assert "\n  2 | 1,2,x,4\n    | " in bpgen("emit", "sub/net.yaml").err


def lines(line: str, column: int) -> list[str]:
    """What is told of a problem there, without the sentence."""
    place = Place("net.yaml", 7, column)
    problem = Problem("no", place, line=line)
    return list(told(problem))[1:]


@pytest.mark.parametrize(
    ("line", "column", "shown", "at"),
    [
        ("loss: x", 7, "loss: x", 7),
        ("\tloss: \x1b[31mx", 2, " loss: ?[31mx", 2),
        ("l\N{LATIN SMALL LETTER O WITH DIAERESIS}ss: x", 7, "l?ss: x", 7),
        ("a" * 300, 250, "a" * 100, 61),
        ("loss:", 6, "loss:", 6),
    ],
)
def test_a_line_is_quoted_so_that_it_is_harmless_and_the_caret_fits(
    line: str, column: int, shown: str, at: int
) -> None:
    quote, caret = lines(line, column)
    assert quote[6:] == shown[: len(quote) - 6]
    assert len(quote) <= 110
    assert caret.rstrip("^\x1b[0m1;35")[:6] == "    | "
    assert caret.replace("\x1b[31m\x1b[1m", "").index("^") - 6 == at - 1


def test_without_a_line_there_is_no_quote() -> None:
    assert lines("", 1) == []


@pytest.mark.skipif(os.name == "nt", reason="terminals of Unix")
@pytest.mark.parametrize("wish", ["", "1"])
def test_a_terminal_shows_it_in_colour_unless_asked_not_to(
    wish: str, folder: Path
) -> None:
    (folder / "net.yaml").write_text(net(loss="mze"))
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "bpgen", "emit", "net.yaml"],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "NO_COLOR": wish},
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.returncode == 2
    coloured = "\x1b[31m\x1b[1merror:\x1b[0m unknown loss 'mze'"
    assert (coloured in shown) == (not wish)
    assert ("\x1b" in shown) == (not wish)

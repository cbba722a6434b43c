"""Files that a net.yaml names lie in its folder, or in the one that its user opens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nets.bad import net, refused, said
from running.tools import bpgen

ROWS = "a,b,c,d\n1,2,3,4\n"
START = '{"h.bias": [1, 2]}'


def net_of(csv: str = "d.csv") -> str:
    """A net that names two files."""
    data = f"{{csv: '{csv}', inputs: [a, b], targets: [c, d]}}"
    return net(data=data, parameters="p.json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of a net, beside one with the files that it names."""
    for name, content in (("d.csv", ROWS), ("p.json", START)):
        (tmp_path / "data" / "deep").mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_text(content)
        (tmp_path / "data" / "deep" / name).write_text(content)
        (tmp_path / name).write_text(content)
    (tmp_path / "net").mkdir()
    monkeypatch.chdir(tmp_path / "net")
    return tmp_path / "net"


@pytest.mark.parametrize("csv", ["d.csv", "deep/d.csv", "../data/d.csv", "ABSOLUTE"])
def test_files_may_lie_in_the_data_folder(csv: str, folder: Path) -> None:
    whole = folder.parent / "data" / "d.csv"
    (folder / "net.yaml").write_text(net_of(csv.replace("ABSOLUTE", str(whole))))
    result = bpgen("emit", "--data-folder", "../data", "net.yaml")
    assert result.code == 0, result.err
    assert "[1.0, 2.0]" in result.out
    assert "data/" not in result.out


def test_the_folder_of_the_net_comes_first(folder: Path) -> None:
    (folder / "d.csv").write_text("a,b,c,d\n7,8,3,4\n")
    (folder / "net.yaml").write_text(net_of())
    result = bpgen("emit", "--data-folder", "../data", "net.yaml")
    assert result.code == 0, result.err
    assert "[7.0, 8.0]" in result.out


@pytest.mark.skipif(os.name == "nt", reason="links of Unix")
@pytest.mark.parametrize("csv", ["../d.csv", "link.csv", "/etc/hostname", r"..\d.csv"])
def test_nothing_else_is_read_and_the_error_says_why(csv: str, folder: Path) -> None:
    (folder.parent / "data" / "link.csv").symlink_to("../d.csv")
    (folder / "link.csv").symlink_to("../d.csv")
    (folder / "p.json").write_text(START)
    (folder / "net.yaml").write_text(net_of(csv))
    for options in ((), ("--data-folder", "../data")):
        result = bpgen("emit", *options, "net.yaml")
        assert (result.code, result.out) == (2, "")
        (line,) = said(result.err)
        assert "is not inside the folder of the net" in line
        assert ("nor inside '../data'" in line) == bool(options)
        assert "so that no net.yaml from elsewhere has files of yours" in line
        assert "add `--data-folder` and its folder" in line


def test_a_file_that_is_nowhere_is_looked_for_elsewhere(folder: Path) -> None:
    lines, _ = refused(folder, net_of("no.csv"))
    wanted = "beside the net: if it lies elsewhere, add `--data-folder` and its folder"
    assert [line.partition("' ")[2] for line in lines] == [wanted] * 2
    result = bpgen("emit", "--data-folder", "../data", "net.yaml")
    assert said(result.err)[0].endswith("'no.csv' beside the net, nor in '../data'")


def test_the_line_of_a_file_in_the_data_folder_is_quoted(folder: Path) -> None:
    (folder.parent / "data" / "d.csv").write_text("a,b,c,d\n1,x,3,4\n")
    (folder / "net.yaml").write_text(net_of())
    result = bpgen("emit", "--data-folder", "../data", "net.yaml")
    assert result.err.startswith("d.csv:2:3: error: expected a number, got 'x'")
    assert "\n  2 | 1,x,3,4\n" in result.err


def test_every_command_takes_the_folder(folder: Path) -> None:
    (folder / "net.yaml").write_text(net_of())
    option = ("--data-folder", "../data")
    assert bpgen("emit", *option, "net.yaml", "-o", "net.py").code == 0
    assert bpgen("check", *option, "net.py").code == 0
    assert bpgen("check", "net.py").code == 2
    assert bpgen("budget", *option, "net.yaml").code == 0
    assert bpgen("explain", *option, "net.yaml").code == 0
    for stage in ("network", "loops", "page"):
        assert bpgen("show", *option, "--stage", stage, "net.yaml").code == 0
    assert bpgen("verify", *option, "--lang", "python", "net.yaml").code == 0


def test_a_change_in_the_data_folder_makes_a_file_stale(folder: Path) -> None:
    (folder / "net.yaml").write_text(net_of())
    option = ("--data-folder", "../data")
    assert bpgen("emit", *option, "net.yaml", "-o", "net.py").code == 0
    (folder.parent / "data" / "d.csv").write_text("a,b,c,d\n1,2,3,5\n")
    result = bpgen("check", *option, "net.py")
    assert result.code == 1
    assert "data changed in net.yaml" in result.out


def test_a_data_folder_has_to_be_there(folder: Path) -> None:
    (folder / "net.yaml").write_text(net_of())
    for option in ("nowhere", "../d.csv"):
        result = bpgen("emit", "--data-folder", option, "net.yaml")
        assert (result.code, result.out) == (2, "")
        assert "--data-folder" in result.err

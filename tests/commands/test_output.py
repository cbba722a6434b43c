"""Where `bpgen emit` writes by its own choice, what it spares, and standard input."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from nets.bad import net
from running.tools import ROOT, Result, bpgen, tree

from bpgen.cli import main
from bpgen.languages import LANGUAGES

XOR = ROOT / "examples" / "xor.yaml"
SOURCE = re.compile(r" from \S+\. Do")  # as the file's folder sees it


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with one net."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "xor.yaml").write_bytes(XOR.read_bytes())
    return tmp_path


def quietly(*arguments: str) -> None:
    """Emit, with nothing to say about it."""
    result = bpgen("emit", "--quiet", *arguments)
    assert (result.code, result.err) == (0, "")


def fed(text: str, *arguments: str) -> Result:
    """What emit makes of standard input."""
    found = CliRunner().invoke(main, ["emit", *arguments, "-"], input=text)
    return Result(found.exit_code, found.stdout, found.stderr)


@pytest.mark.parametrize(
    ("file", "language"),
    [
        ("x.py", "python"),
        ("x.dart", "dart"),
        ("x.mjs", "javascript"),
        ("x.js", "javascript"),
        ("x.ts", "typescript"),
        ("new/deep/x.dart", "dart"),
        ("noend", "python"),
    ],
)
def test_the_name_of_the_file_says_the_language(
    file: str, language: str, folder: Path
) -> None:
    quietly("-o", file, "xor.yaml")
    quietly("--lang", language, "-o", "other/", "xor.yaml")
    expected = (folder / "other" / f"xor{LANGUAGES[language].suffix}").read_text()
    found = (folder / file).read_text()
    assert SOURCE.sub("", found) == SOURCE.sub("", expected)
    quietly("--lang", language, "-o", file, "xor.yaml")  # the same, said twice


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_was_edited_by_hand_stays(language: str, folder: Path) -> None:
    file = f"xor{LANGUAGES[language].suffix}"
    quietly("-o", file, "xor.yaml")
    text = (folder / file).read_text()
    before, _, after = text.rpartition("0.5")
    edited = f"{before}0.4{after}"
    (folder / file).write_text(edited)
    held = tree(folder)
    result = bpgen("emit", "-o", file, "--comments", "brief", "xor.yaml")
    assert (result.code, result.out) == (2, "")
    assert f"error: {file} was edited by hand; --force overwrites it\n" in result.err
    assert tree(folder) == held
    quietly("--force", "-o", file, "xor.yaml")
    assert (folder / file).read_text() == text


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),  # as git may check it out
        lambda text: re.sub(r"bpgen \d\S*", "bpgen 0.0.1", text, count=1),
    ],
    ids=["line ends", "version"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_an_older_version_is_no_edited_one(
    language: str, change: object, folder: Path
) -> None:
    file = f"xor{LANGUAGES[language].suffix}"
    quietly("-o", file, "xor.yaml")
    text = (folder / file).read_text()
    assert callable(change)
    (folder / file).write_bytes(change(text).encode())
    quietly("-o", file, "xor.yaml")
    assert (folder / file).read_bytes() == text.encode()


def test_a_file_that_would_not_change_is_left_alone(folder: Path) -> None:
    quietly("-o", "xor.py", "xor.yaml")
    before = (folder / "xor.py").stat()
    result = bpgen("emit", "-o", "xor.py", "xor.yaml")
    assert result.code == 0
    assert result.err.splitlines()[-1] == "unchanged xor.py"
    after = (folder / "xor.py").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_standard_input_is_a_net(folder: Path) -> None:
    text = XOR.read_text()
    result = fed(text, "--quiet")
    assert (result.code, result.err) == (0, "")
    assert result.out == bpgen("emit", "xor.yaml").out.replace(
        "from xor.yaml", "from net.yaml"
    )
    assert fed(text, "--quiet", "-o", "out/").code == 0
    assert (folder / "out" / "xor.py").is_file()


def test_a_net_of_standard_input_is_called_net_and_quoted(folder: Path) -> None:
    assert "class Net:" in fed(net(name=None)).out
    assert fed(net(loss="mze")).err.splitlines() == [
        "<stdin>:4:7: error: unknown loss 'mze' (did you mean 'mse' or 'mae'?)",
        "  4 | loss: mze",
        "    |       ^",
    ]


def test_data_of_standard_input_lie_in_the_working_folder(folder: Path) -> None:
    (folder / "d.csv").write_text("a,b,c,d\n1,2,3,4\n")
    data = "{csv: d.csv, inputs: [a, b], targets: [c, d]}"
    assert fed(net(data=data)).code == 0

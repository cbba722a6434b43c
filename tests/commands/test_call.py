"""bpgen.emit: the command line's file from a call, its errors as one exception."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from running.tools import ROOT, bpgen

import bpgen as package

XOR = (ROOT / "examples" / "xor.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, []),
        ({"lang": "dart"}, ["--lang", "dart"]),
        (
            {"lang": "javascript", "style": "loops", "comments": "none"},
            ["--lang", "javascript", "--style", "loops", "--comments", "none"],
        ),
        ({"library": True}, ["--library"]),
        ({"inference": True}, ["--inference"]),
        ({"textbook": True}, ["--textbook"]),
    ],
    ids=str,
)
def test_a_call_gives_what_the_command_line_gives(
    options: dict[str, Any], words: list[str]
) -> None:
    path = str(ROOT / "examples" / "xor.yaml")
    assert package.emit(XOR, source=path, **options) == bpgen("emit", *words, path).out


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("input: 2\nlayers: [relu]\nlos: mse\n", {}, "net.yaml:3:1: error: "),
        ("input: 2\nlayers: [relu]\nloss: nse\n", {}, "did you mean"),
        (XOR, {"lang": "dartt"}, "error: lang: no 'dartt' (did you mean 'dart'?)"),
        (XOR, {"style": "rolled"}, "error: style: no 'rolled' (did you mean"),
        (XOR, {"comments": "prose"}, "(known: full, brief, none)"),
    ],
)
def test_what_is_wrong_is_one_exception_with_the_same_text(
    text: str, options: dict[str, Any], message: str, tmp_path: Any
) -> None:
    with pytest.raises(package.InputError) as caught:
        package.emit(text, **options)
    assert message in str(caught.value)
    if not options:
        path = tmp_path / "net.yaml"
        path.write_text(text)
        told = bpgen("emit", str(path)).err.replace(str(path), "net.yaml")
        assert all(line in told for line in str(caught.value).splitlines())


def test_the_package_itself_loads_nothing() -> None:
    code = "import bpgen, sys; print(sorted(m for m in sys.modules if 'bpgen' in m))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['bpgen']"

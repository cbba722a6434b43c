"""The names of classes: as many as there are outputs, and harmless in any language."""

from __future__ import annotations

from pathlib import Path

import pytest
from running.tools import bpgen

from bpgen.errors import shown

NET = """\
input: 2
layers: [{type: dense, units: 3}, softmax]
loss: cross_entropy
classes: CLASSES
"""


def refused(text: str, folder: Path) -> str:
    """What is said of a net that is wrong."""
    path = folder / "net.yaml"
    path.write_text(text)
    result = bpgen("emit", "--library", str(path))
    assert (result.code, result.out) == (2, "")
    return result.err.split("net.yaml:", 1)[1].split("\n")[0]


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ("[a, b]", "4:10: error: expected 3 classes, one for each output, got 2"),
        ("[a, b, a]", "4:17: error: the class 'a' stands twice"),
        ("[a, b, [c]]", "4:17: error: expected the name of a class, got a list"),
        *(
            (
                f"[a, b, '{name}']",
                f"4:17: error: {shown(name)} cannot be the name of a class: write 1 "
                "to 40 plain characters, without quotes, backslash, $ or braces",
            )
            for name in ('"', "\\", "$x", "{x}", "`", "x" * 41, "caf\u00e9")
        ),
    ],
)
def test_a_wrong_name_is_an_error(classes: str, message: str, tmp_path: Path) -> None:
    assert refused(NET.replace("CLASSES", classes), tmp_path) == message


def test_only_losses_of_classes_have_names(tmp_path: Path) -> None:
    text = NET.replace("CLASSES", "[a, b, c]").replace("cross_entropy", "mse")
    wanted = "4:10: error: mse knows no classes: leave `classes` out, or take "
    assert refused(text, tmp_path) == f"{wanted}cross_entropy after a softmax"


def test_every_plain_name_does_in_every_language(tmp_path: Path) -> None:
    names = ["a b", "it/is (so)", "#1 %d & <b>;:?@[]^|~-_=+*!.,"]
    path = tmp_path / "net.yaml"
    path.write_text(NET.replace("CLASSES", str(names).replace("'", '"')))
    result = bpgen("emit", "--lang", "all", "-o", f"{tmp_path}/", str(path))
    assert result.code == 0, result.err
    for emitted in tmp_path.glob("net*.*"):
        text = emitted.read_text()
        assert all(name in text for name in names) or emitted == path

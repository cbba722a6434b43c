"""A file of a language that compiles notices by its own check what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from mutations.batches import BUILD, noticed_by_check
from mutations.judges import CLASSES, IMAGES, XOR
from mutations.test_wrong_lines import HARMLESS
from mutations.wrong_lines import wrong_files
from nets.net import Net

from bpgen.commands.emit import text_of
from bpgen.writing.options import Options

NETS = {
    "xor": (XOR, "unrolled"),
    "classes": (CLASSES, "loops"),
    "images": (IMAGES, "loops"),
}
FEW, MANY = 5, 40  # of the wrong files of a net
LEAST = 0.95  # of those that change a number


def wrong_builds(language: str, name: str, count: int) -> tuple[str, dict[str, str]]:
    """The right file, and some wrong ones, by what was done to which line."""
    spec, style = NETS[name]
    net = Net("net", yaml.safe_load(spec))
    text = text_of(net.network, net.program, Options(language, style), "net.yaml")
    found = {
        change: wrong
        for change, wrong in wrong_files(text, language)
        if not any(re.fullmatch(pattern, change) for pattern in HARMLESS)
    }
    assert len(found) > MANY
    chosen = list(found.items())[:: max(1, len(found) // count)]
    return text, dict(chosen)


def missed(language: str, name: str, count: int, folder: Path) -> tuple[int, list[str]]:
    """How many wrong files were tried, and which ones passed."""
    right, wrong = wrong_builds(language, name, count)
    first, *others = noticed_by_check(language, [right, *wrong.values()], folder)
    assert not first, "the right file fails"
    pairs = zip(wrong, others, strict=True)
    return len(wrong), [change for change, is_seen in pairs if not is_seen]


@pytest.mark.wide
@pytest.mark.parametrize("language", BUILD)
def test_a_built_file_notices_what_is_wrong(language: str, tmp_path: Path) -> None:
    assert len(missed(language, "xor", FEW, tmp_path)[1]) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("name", NETS)
@pytest.mark.wide
@pytest.mark.parametrize("language", BUILD)
def test_a_built_file_notices_nearly_all(
    language: str, name: str, tmp_path: Path
) -> None:
    tried, passed = missed(language, name, MANY, tmp_path)
    print(f"{language}, {name}: {tried - len(passed)} of {tried}")
    assert len(passed) <= (1.0 - LEAST) * tried, passed

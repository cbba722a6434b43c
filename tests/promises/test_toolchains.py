"""What a language's record says of its tools is true: xor, built, run and checked."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from running.javascript_checks import SETTINGS, node_tools
from running.tiers import is_asked, wide_but
from running.tools import (
    ANALYSIS_OPTIONS,
    ROOT,
    RUBOCOP,
    Result,
    bpgen,
    on_path,
    program,
    python,
)

from bpgen.languages import LANGUAGES

ESLINT = SETTINGS / "eslint.config.mjs"
XOR = str(ROOT / "examples" / "xor.yaml")


@pytest.fixture(scope="session", params=wide_but(LANGUAGES, is_asked))
def emitted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The file of xor in one language, alone in its folder."""
    return alone_in(tmp_path_factory.mktemp(request.param), request.param, XOR)


def alone_in(folder: Path, language: str, net: str) -> Path:
    """The file of a net in one language, alone in a folder."""
    assert bpgen("emit", "--lang", language, "-o", f"{folder}/", net).code == 0
    (found,) = folder.iterdir()
    shutil.copy(ANALYSIS_OPTIONS, folder)
    return found


def done(emitted: Path, step: str, *flags: str) -> Result | None:
    """What a step of the toolchain answered; nothing where there is no such step."""
    (language,) = (x for x in LANGUAGES.values() if x.suffix == emitted.suffix)
    words = getattr(language.toolchain, step)
    for name in language.toolchain.programs:
        on_path(name)
    places = {
        "{file}": str(emitted),
        "{folder}": str(emitted.parent),
        "{program}": str(emitted.with_suffix(".js")),
        "{config}": str(RUBOCOP if language.name == "ruby" else ESLINT),
    }
    if "{types}" in words:
        places["{types}"] = str(node_tools() / "@types")
    places["{NAME}"] = emitted.stem.upper()
    for place, value in places.items():
        words = tuple(word.replace(place, value) for word in words)
    return program(*words, *flags) if words else None


@pytest.mark.parametrize("step", ["version", "format", "lint", "types"])
def test_the_tools_have_nothing_to_say(emitted: Path, step: str) -> None:
    result = done(emitted, step)
    assert result is None or result.code == 0, result.out + result.err


def test_what_is_built_prints_what_python_prints(emitted: Path) -> None:
    built = done(emitted, "build")
    assert built is None or built.code == 0, built.out + built.err
    result = done(emitted, "run")
    assert result is not None
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert lines[0].startswith("epoch    1  loss 0.")
    assert lines[-1] == "predicted 0.027356  target 0.000000"


GPT = str(ROOT / "examples" / "gpt.yaml")
LOSS = re.compile(r"loss (\d+\.\d{12})")


@cache
def losses_in_python() -> list[float]:
    """What the gpt says of each epoch in Python."""
    said = python(ROOT / "generated" / "python" / "gpt.py", "--epochs", "2")
    return [float(loss) for loss in LOSS.findall(said.out)]


@pytest.mark.wide
@pytest.mark.parametrize("language", LANGUAGES)
def test_hundreds_of_steps_of_the_gpt_lead_to_the_same_losses(
    language: str, tmp_path: Path
) -> None:
    path = alone_in(tmp_path, language, GPT)
    built = done(path, "build")
    assert built is None or built.code == 0, built.out + built.err
    result = done(path, "run", "--epochs", "2")  # of 320 steps
    assert result is not None
    losses = [float(loss) for loss in LOSS.findall(result.out)]
    assert len(losses) == 2
    assert losses == pytest.approx(losses_in_python(), rel=1e-9)

"""What a language's record says of its tools is true: xor, built, run and checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from running.javascript_checks import SETTINGS, node_tools
from running.tools import ANALYSIS_OPTIONS, ROOT, Result, bpgen, on_path, program

from bpgen.languages import LANGUAGES

XOR = str(ROOT / "examples" / "xor.yaml")


@pytest.fixture(scope="session", params=LANGUAGES)
def emitted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The file of xor in one language, alone in its folder."""
    folder = tmp_path_factory.mktemp(request.param)
    assert bpgen("emit", "--lang", request.param, "-o", f"{folder}/", XOR).code == 0
    (found,) = folder.iterdir()
    shutil.copy(ANALYSIS_OPTIONS, folder)
    return found


def done(emitted: Path, step: str) -> Result | None:
    """What a step of the toolchain answered; nothing where there is no such step."""
    (language,) = (x for x in LANGUAGES.values() if x.suffix == emitted.suffix)
    words = getattr(language.toolchain, step)
    for name in language.toolchain.programs:
        on_path(name)
    places = {
        "{file}": str(emitted),
        "{folder}": str(emitted.parent),
        "{program}": str(emitted.with_suffix(".js")),
        "{config}": str(SETTINGS / "eslint.config.mjs"),
    }
    if "{types}" in words:
        places["{types}"] = str(node_tools() / "@types")
    name = emitted.stem.upper()
    words = tuple(word.replace("{NAME}", name) for word in words)
    return program(*(places.get(w, w) for w in words)) if words else None


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

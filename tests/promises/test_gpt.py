"""The language model of the examples, emitted and trained in each language."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from promises.test_flags import RUN, command
from running.emitted import module
from running.tiers import wide_but
from running.tools import ROOT, bpgen, program

from bpgen.verifying.compare import assert_close

STEPS = 100
NAMES = 20  # of which each is learned from STEPS / NAMES times


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where gpt.py is."""
    found = tmp_path_factory.mktemp("gpt")
    net = ROOT / "examples" / "gpt.yaml"
    result = bpgen("emit", "-o", f"{found}/", str(net))
    assert result.code == 0, result.err
    return found


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files in all languages, of so few names that STEPS are a few epochs."""
    found = tmp_path_factory.mktemp("short")
    for name in ("gpt.yaml", "names.csv"):
        lines = (ROOT / "examples" / name).read_text().splitlines(keepends=True)
        few = lines[: NAMES + 1] if name == "names.csv" else lines
        (found / name).write_text("".join(few))
    result = bpgen("emit", "--lang", "all", "-o", f"{found}/", f"{found}/gpt.yaml")
    assert result.code == 0, result.err
    return found


@pytest.fixture(scope="module")
def emitted(folder: Path) -> ModuleType:
    """gpt.py, imported."""
    return module((folder / "gpt.py").read_text(encoding="ascii"), "gpt")


@pytest.fixture(scope="module")
def losses(emitted: ModuleType) -> list[float]:
    """The loss of each name before the step that learns from it."""
    net, (inputs, targets) = emitted.Gpt(), emitted._data()
    return [net.train_step([inputs[i]], [targets[i]]) for i in range(STEPS)]


@pytest.mark.wide
def test_names_are_learned(losses: list[float]) -> None:
    assert 3.0 < losses[0] < 3.6  # ln(27) is 3.3: each letter is as likely
    assert max(losses[-20:]) < 0.7 * losses[0]


def printed(run: list[str]) -> list[float]:
    """The mean losses of all epochs that an emitted main prints."""
    found = program(*run, "--epochs", str(STEPS // NAMES))
    assert found.code == 0, found.err
    lines = re.findall(r"^epoch \d+  loss ([0-9.]+)", found.out, re.MULTILINE)
    assert len(lines) == STEPS // NAMES
    return [float(loss) for loss in lines]


@pytest.mark.parametrize("language", wide_but(RUN[1:], "".__eq__))
def test_every_language_learns_in_the_same_steps(language: str, short: Path) -> None:
    expected = printed(command(short, "python", "gpt"))
    found = printed(command(short, language, "gpt"))
    assert_close(found, expected, 1e-9)


def test_no_letter_knows_those_after_it(emitted: ModuleType) -> None:
    net = emitted.Gpt()
    name = [0.0, 1.0, 14.0, 14.0, 1.0, *[0.0] * 11]
    other = [*name[:4], 5.0, 12.0, *[0.0] * 10]
    first, second = net.predict(name), net.predict(other)
    assert first[: 4 * 27] == second[: 4 * 27]
    assert first[4 * 27 : 5 * 27] != second[4 * 27 : 5 * 27]

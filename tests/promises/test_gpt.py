"""The language model of the examples, emitted and trained in each language."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from running.emitted import module
from running.tools import ROOT, bpgen

STEPS = 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where gpt.py is."""
    found = tmp_path_factory.mktemp("gpt")
    net = ROOT / "examples" / "gpt.yaml"
    result = bpgen("emit", "-o", f"{found}/", str(net))
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


def test_no_letter_knows_those_after_it(emitted: ModuleType) -> None:
    net = emitted.Gpt()
    name = [0.0, 1.0, 14.0, 14.0, 1.0, *[0.0] * 11]
    other = [*name[:4], 5.0, 12.0, *[0.0] * 10]
    first, second = net.predict(name), net.predict(other)
    assert first[: 4 * 27] == second[: 4 * 27]
    assert first[4 * 27 : 5 * 27] != second[4 * 27 : 5 * 27]

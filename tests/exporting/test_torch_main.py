"""Exported programs, when they are run, say and keep what emitted files do; a training
that was killed goes on where it was."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from exporting.kinds import flat
from exporting.watched import ALL, WATCHED, write_program
from running.tools import EXAMPLES, ROOT, python

from bpgen.commands.call import emitted
from bpgen.commands.exports import torch_text
from bpgen.verifying.targets import module

Main = Callable[..., int]
SHOWN = ("predicted", "made up")  # what only an emitted file shows, of samples


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Main:
    """Runs the main of an exported program with flags."""

    def run(exported: ModuleType, *flags: str) -> int:
        monkeypatch.setattr(sys, "argv", ["net.py", "--double", *flags])
        code: int = exported.main()
        return code

    return run


def assert_alike(own: Any, theirs: Any, tolerance: float = 1e-12) -> None:
    """Two saved states of one training."""
    for key in ("net", "schedule", "epoch", "generator"):
        assert own[key] == theirs[key]
    kept = "optimizer"
    pairs = [(own[key], theirs[key]) for key in ("parameters", "buffers")]
    pairs.append((own[kept].get("state", {}), theirs[kept].get("state", {})))
    for numbers, known in pairs:
        assert numbers.keys() == known.keys()
        for name, values in known.items():
            close = pytest.approx(flat(values), rel=tolerance, abs=tolerance)
            assert flat(numbers[name]) == close, name


@pytest.mark.parametrize("name", WATCHED)
def test_a_program_says_and_saves_what_the_emitted_file_does(
    name: str, tmp_path: Path, main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_program(tmp_path, name)
    exported = module(path.read_text())
    net = module(emitted(path.with_suffix(".yaml").read_text(), "python"))
    for flags in ([], ["--epochs", "2"]):
        own, theirs = str(tmp_path / "own.json"), str(tmp_path / "theirs.json")
        assert net._run([*flags, "--save", theirs]) == 0
        said = capsys.readouterr().out.replace(theirs, own).splitlines()
        assert main(exported, *flags, "--save", own) == 0
        told = capsys.readouterr().out.splitlines()
        assert told == [line for line in said if not line.startswith(SHOWN)]
        states = (json.loads(Path(file).read_text()) for file in (own, theirs))
        assert_alike(*states, tolerance=1e-11)


@pytest.mark.wide
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_what_the_emitted_file_does(
    path: Path, main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "generated" / "python" / f"{path.stem}.py").read_text()
    if "--data F" in text:
        return  # It has no data of its own.
    epochs = ["--epochs", "2"]
    assert module(text)._run(epochs) == 0
    said = capsys.readouterr().out.splitlines()
    assert main(module(torch_text(str(path))), *epochs) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [line for line in said if not line.startswith(SHOWN)]


@pytest.mark.parametrize("name", ALL)
def test_training_goes_on_from_every_update(
    name: str, tmp_path: Path, main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = module(write_program(tmp_path, name).read_text())
    states: list[Any] = []
    save = exported.save

    def remembered(state: Any, file: str) -> None:
        states.append(json.loads(json.dumps(state)))
        save(state, file)

    monkeypatch.setattr(exported, "save", remembered)
    file = tmp_path / "net.json"
    assert main(exported, "--every", "1", "--save", str(file)) == 0
    whole = json.loads(file.read_text())
    monkeypatch.setattr(exported, "save", save)
    for state in random.Random(name).sample(states[:-1], 8):
        file.write_text(json.dumps(state))
        assert main(exported, "--load", str(file), "--save", str(file)) == 0
        assert json.loads(file.read_text()) == whole


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_a_training_that_is_killed_goes_on_where_it_was(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path, file = write_program(tmp_path, name), tmp_path / "net.json"
    flags = ("--double", "--every", "1", "--save", str(file))
    assert python(path, *flags).code == 0
    whole = json.loads(file.read_text())
    chance = random.Random(f"kills of {name}")
    for _ in range(request.config.getoption("kills") // 2):
        file.unlink(missing_ok=True)
        while not (file.exists() and "under_way" not in json.loads(file.read_text())):
            again = ("--load", str(file)) if file.exists() else ()
            command = [sys.executable, str(path), *flags, *again]
            process = subprocess.Popen(command, stdout=subprocess.PIPE)
            before = file.read_bytes() if file.exists() else b""
            while process.poll() is None:
                if file.exists() and file.read_bytes() != before:
                    time.sleep(chance.uniform(0.0, 0.1))
                    process.send_signal(signal.SIGKILL)
                    break
            process.communicate()
            assert process.returncode in (0, -signal.SIGKILL)
        assert json.loads(file.read_text()) == whole


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('{"format": "bpgen 2"}', "it is no saved state"),
        ("[1, 2]", "it is no saved state"),
        ("[" * 100_000, "it is no saved state"),
        ("no JSON", "Expecting value: line 1 column 1 (char 0)"),
        ({"net": "another"}, "it was saved by another net"),
        ({"epoch": None}, "it is no saved state"),
        ({"parameters": {}}, "'h.weight' is missing"),
        ({"parameters": "h.weight"}, "it is no saved state"),
        ({"generator": [1, 2]}, "not enough values to unpack (expected 4, got 2)"),
        ({"optimizer": {}}, "'step' is missing"),
    ],
)
def test_what_is_no_state_is_refused_in_one_line(
    change: Any,
    message: str,
    tmp_path: Path,
    main: Main,
    capsys: pytest.CaptureFixture[str],
) -> None:
    exported = module(write_program(tmp_path, "two_numbers").read_text())
    file = tmp_path / "net.json"
    text = change
    if isinstance(change, dict):
        text = json.dumps(exported.Run().to_state() | change)
    file.write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(exported, "--load", str(file))
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.err == f"error: {file}: {message}\n"


def test_a_loss_that_is_not_finite_ends_training(
    tmp_path: Path, main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_program(tmp_path, "two_numbers")
    text = path.with_suffix(".yaml").read_text().replace("rate: 0.4", "rate: 1.0e+90")
    path.with_suffix(".yaml").write_text(text)
    net = module(emitted(text, "python"))
    exported = module(torch_text(str(path.with_suffix(".yaml"))))
    own, theirs = tmp_path / "own.json", tmp_path / "theirs.json"
    assert net._run(["--save", str(theirs)]) == 1
    said = capsys.readouterr()
    assert main(exported, "--save", str(own)) == 1
    told = capsys.readouterr()
    assert told.err == said.err
    assert told.out == said.out.replace(str(theirs), str(own))
    assert_alike(*(json.loads(file.read_text()) for file in (own, theirs)))


def test_flags_that_mean_nothing_are_refused(
    tmp_path: Path, main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = module(write_program(tmp_path, "two_numbers").read_text())
    for flags in (["--every", "3"], ["--epochs", "0"], ["--every", "x", "--save", "f"]):
        with pytest.raises(SystemExit) as ended:
            main(exported, *flags)
        assert ended.value.code == 2
        assert "Traceback" not in capsys.readouterr().err


def test_progress_is_told_on_a_terminal_alone(
    tmp_path: Path,
    main: Main,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    exported = module(write_program(tmp_path, "two_numbers").read_text())
    clock = iter(range(1_000_000))
    monkeypatch.setattr(exported.time, "perf_counter", lambda: float(next(clock)))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main(exported, "--epochs", "2") == 0
    told = capsys.readouterr().out
    assert "\r50.0% done, 5 s left\x1b[K" in told
    assert "\r\x1b[Kepoch  2" in told

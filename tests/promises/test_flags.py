"""What an emitted file does when it is run: flags, signals, pipes, exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from running.tools import bpgen, on_path, program

from bpgen.languages import LANGUAGES
from bpgen.languages.names import file_of

NET = """\
input: 2
layers: [{type: dense, units: 3, activation: tanh}, {type: dense, units: 1}]
loss: mse
optimizer: {type: sgd, learning_rate: RATE}
training: {epochs: 1000000, report_every: 10}
data: {inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]]}
"""
RUN = ("python", "dart", "javascript", "c", "go", "rust", "cpp", "java", "kotlin")
DEAF = ("rust",)  # its own library hears of no signals
BUILDS = {
    "c": "gcc -x c -D{NAME}_IMPLEMENTATION -D{NAME}_MAIN",
    "go": "go build",
    "rust": "rustc --edition 2021 -O",
    "cpp": "g++ -std=c++17 -O1 -x c++ -D{NAME}_MAIN",
}
WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="no such signals")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a net that learns, and of one that diverges."""
    found = tmp_path_factory.mktemp("flags")
    for name, rate in (("learns", "0.1"), ("diverges", "1.0e+30")):
        (found / f"{name}.yaml").write_text(NET.replace("RATE", rate))
        options = [f"--lang={language}" for language in RUN]
        made = bpgen("emit", *options, "-o", f"{found}/", f"{found}/{name}.yaml")
        assert made.code == 0, made.err
    return found


def in_kotlin(folder: Path, name: str) -> list[str]:
    """How a file of Kotlin is run; all are compiled at once, which is slow."""
    jar, files = folder / "kotlin.jar", sorted(folder.glob("*.kt"))
    if not jar.exists():
        words = ("-include-runtime", "-d", jar, *files)
        made = program(on_path("kotlinc"), *words)
        assert made.code == 0, made.err
    return [on_path("java"), "-cp", str(jar), f"{name.capitalize()}Kt"]


def command(folder: Path, language: str, name: str) -> list[str]:
    """How a file is run; `go run` would add a line of its own."""
    if language == "kotlin":
        return in_kotlin(folder, name)
    first, *others = LANGUAGES[language].toolchain.run
    path = str(folder / file_of(LANGUAGES[language], name))
    if language in BUILDS:
        built = folder / f"{name}_{language}"
        if not built.exists():
            first, *others = BUILDS[language].format(NAME=name.upper()).split()
            libraries = ["-lm"] * (language == "c")
            made = program(on_path(first), *others, "-o", str(built), path, *libraries)
            assert made.code == 0, made.err
        return [str(built)]
    return [on_path(first), *(path if w == "{file}" else w for w in others)]


@pytest.mark.parametrize("language", RUN)
def test_flags_are_told_and_checked(language: str, folder: Path) -> None:
    run = command(folder, language, "learns")
    told = program(*run, "--help")
    assert (told.code, told.err) == (0, "")
    assert "--save FILE" in told.out
    foreign = folder / "foreign.json"
    foreign.write_text('{"format": "bpgen 1", "net": "another"}')
    for flags in (
        ["--nonsense"],
        ["--epochs", "0"],
        ["--load", "no"],
        ["--load", foreign],
    ):
        refused = program(*run, *map(str, flags), folder=folder)
        assert (refused.code, refused.out) == (2, "")
        assert re.match(r"error: ", refused.err)
        assert refused.err.count("\n") == 1
        assert not re.search(r"Errno|ENOENT|Exception", refused.err)


def test_what_one_language_saves_all_others_go_on_from(folder: Path) -> None:
    states = []
    for language in RUN:
        run, state = command(folder, language, "learns"), folder / f"{language}.json"
        flags = ["--epochs", "3", "--seed", "5", "--save", str(state)]
        assert program(*run, *flags).code == 0
        assert program(*run, "--load", str(folder / "python.json"), *flags).code == 0
        states.append(json.loads(state.read_text()))
        assert states[-1]["epoch"] in (6, 9)
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("language", RUN)
def test_a_loss_that_is_not_finite_ends_it(language: str, folder: Path) -> None:
    state = folder / f"lost_{language}.json"
    found = program(*command(folder, language, "diverges"), "--save", str(state))
    assert found.code == 1
    assert found.err.startswith("the loss is no longer finite in epoch ")
    assert "learning_rate" in found.err
    assert found.err.count("\n") == 2
    assert json.loads(state.read_text())["epoch"] < 10


@WINDOWS
@pytest.mark.parametrize("language", [x for x in RUN if x not in DEAF])
def test_ctrl_c_saves_what_is_whole(language: str, folder: Path) -> None:
    state = folder / f"interrupted_{language}.json"
    run = [*command(folder, language, "learns"), "--save", str(state)]
    with subprocess.Popen(
        run,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("epoch")
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (130, "")
    assert "interrupted after epoch " in out
    assert json.loads(state.read_text())["epoch"] > 0


@WINDOWS
@pytest.mark.parametrize("language", RUN)
def test_a_broken_pipe_is_silent(language: str, folder: Path) -> None:
    run = [*command(folder, language, "learns"), "--epochs", "2000"]
    with subprocess.Popen(
        run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        err = process.stderr.read()
        process.wait(120)
    assert err == ""

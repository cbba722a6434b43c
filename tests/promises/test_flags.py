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
from running.tiers import is_asked, wide_but
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
NETS = (
    ("learns", "0.1", "unrolled"),
    ("loops", "0.1", "loops"),
    ("diverges", "1.0e+30", "unrolled"),
)
RUN = (
    *("python", "dart", "javascript", "c", "go", "rust", "cpp", "java", "kotlin"),
    "ruby",
)
HEARING = [name for name in RUN if name != "rust"]  # whose library has no signals
BUILDS = {
    "c": "gcc -x c -D{NAME}_IMPLEMENTATION -D{NAME}_MAIN",
    "go": "go build",
    "rust": "rustc --edition 2021 -C opt-level=1",
    "cpp": "g++ -std=c++17 -O1 -x c++ -D{NAME}_MAIN",
}
WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="no such signals")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a net that learns, the same in loops, and of one that diverges."""
    found = tmp_path_factory.mktemp("flags")
    for name, rate, style in NETS:
        (found / f"{name}.yaml").write_text(NET.replace("RATE", rate))
        options = [f"--style={style}", *(f"--lang={language}" for language in RUN)]
        made = bpgen("emit", *options, "-o", f"{found}/", f"{found}/{name}.yaml")
        assert made.code == 0, made.err
    return found


def command(folder: Path, language: str, name: str) -> list[str]:
    """How a file is run; `go run` would add a line of its own."""
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
    if language == "kotlin":
        jar = folder / f"{name}.jar"
        if not jar.exists():
            made = program(on_path("kotlinc"), path, "-include-runtime", "-d", str(jar))
            assert made.code == 0, made.err
        return [on_path("java"), "-jar", str(jar)]
    return [on_path(first), *(path if w == "{file}" else w for w in others)]


@pytest.mark.parametrize("language", wide_but(RUN, is_asked))
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


@pytest.mark.parametrize("language", wide_but(RUN, is_asked))
def test_a_file_checks_itself_before_it_has_trained(
    language: str, folder: Path
) -> None:
    # in loops: those tell of their progress after each batch
    checked = program(*command(folder, language, "loops"), "--check")
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.startswith("largest gradient error: ")


@pytest.mark.parametrize("language", wide_but(RUN, is_asked))
def test_what_one_language_saves_another_goes_on_from(
    language: str, folder: Path
) -> None:
    python, own = (command(folder, name, "learns") for name in ("python", language))
    state = folder / f"{language}.json"
    flags = ["--epochs", "3", "--seed", "5", "--save", str(state)]
    for first, second in ((python, own), (own, python)):
        assert program(*first, *flags).code == 0
        assert program(*second, "--load", str(state), *flags).code == 0
        assert json.loads(state.read_text())["epoch"] == 6
    assert not list(folder.glob(f"{language}*.part"))


@pytest.mark.parametrize("language", wide_but(RUN, is_asked))
def test_a_loss_that_is_not_finite_ends_it(language: str, folder: Path) -> None:
    state = folder / f"lost_{language}.json"
    found = program(*command(folder, language, "diverges"), "--save", str(state))
    assert found.code == 1
    assert found.err.startswith("the loss is no longer finite in epoch ")
    assert "learning_rate" in found.err
    assert found.err.count("\n") == 2
    assert json.loads(state.read_text())["epoch"] < 10


@WINDOWS
@pytest.mark.parametrize("language", wide_but(HEARING, is_asked))
def test_ctrl_c_saves_what_is_whole(language: str, folder: Path) -> None:
    state = folder / f"interrupted_{language}.json"
    # of so many epochs the second line comes late: the first one must not wait for it
    epochs = "100000" if language in ("python", "ruby") else "5000000"
    flags = ["--epochs", epochs, "--save", str(state)]
    run = [*command(folder, language, "learns"), *flags]
    # where the tests run in the background of a shell, their programs hear it, too
    signal.signal(signal.SIGINT, signal.default_int_handler)
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
@pytest.mark.parametrize("language", wide_but(RUN, is_asked))
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

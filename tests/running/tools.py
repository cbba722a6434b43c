"""What several test modules share: the command line, marked texts, built things."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

from bpgen.cli import main
from bpgen.verifying.processes import Result as Result
from bpgen.verifying.processes import program as program

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
RUBOCOP = Path(__file__).parent / "rubocop.yml"
ANALYSIS_OPTIONS = Path(__file__).parent / "analysis_options.yaml"
# Unrolled, they would be files of about a megabyte, or of more.
LOOPS_ONLY = {
    *("nielsen", "mnist", "mnist_cnn", "digits", "lstm", "gpt", "cnn", "resnet_tiny"),
}


def bpgen(*arguments: str) -> Result:
    """The command line, run in this process; a bug comes through as it is."""
    found = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return Result(found.exit_code, found.stdout, found.stderr)


def python(
    *arguments: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout: float = 600.0,
) -> Result:
    """This Python in a process of its own."""
    return program(
        sys.executable,
        *arguments,
        folder=folder,
        environment=environment,
        timeout=timeout,
    )


def dart() -> str:
    """The path of Dart. Without it a test is skipped, or fails in CI."""
    return on_path("dart")


def on_path(*names: str) -> str:
    """The path of the first program that is there; see `missing_tool`."""
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    return missing_tool(f"there is no {names[0]} on PATH")


def missing_tool(message: str) -> NoReturn:
    """Skip the test, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its marks `@`, and the lines and columns that they marked."""
    places, plain = [], ""
    for part in text.split("@")[:-1]:
        plain += part
        line_start = plain.rfind("\n") + 1
        places.append((plain.count("\n") + 1, len(plain) - line_start + 1))
    return text.replace("@", ""), places


def tree(folder: Path) -> dict[str, bytes | None]:
    """All that a folder holds: files with their bytes, other things with None."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def built_once(
    factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]
) -> Path:
    """A folder that one of the test processes builds, and all of them share."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers
    target, lock = folder / name, folder / f"{name}.lock"
    try:
        lock.mkdir()
    except FileExistsError:
        return _finished(target, lock)
    try:
        target.mkdir()
        build(target)
        (lock / "done").touch()
    except BaseException:
        (lock / "failed").touch()
        raise
    return target


def _finished(target: Path, lock: Path) -> Path:
    end = time.monotonic() + 7_200  # the whole table takes half of that to compile
    while time.monotonic() < end:
        if (lock / "done").exists():
            return target
        if (lock / "failed").exists():
            pytest.fail(f"another test process could not build {target.name}")
        time.sleep(0.1)
    return pytest.fail(f"{target.name} is not built after two hours")

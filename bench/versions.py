"""The versions of all that was used."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import bpgen
from bench.building import CommandError, brain_package, run


def _answer(*command: str) -> str:
    """The first number with points that a program tells."""
    if shutil.which(command[0]) is None:
        return ""
    try:
        found = re.search(r"\d+(\.\d+)+\S*", run(list(command)))
    except CommandError:
        return ""
    return found[0].rstrip(",") if found else ""


def _package(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def versions(folder: Path) -> dict[str, str]:
    """Versions by names; what is not there is left out."""

    def brain() -> str:
        package = brain_package(folder)
        return json.loads(package.read_text())["version"] if package.exists() else ""

    asked: dict[str, Callable[[], str]] = {
        "bpgen": lambda: bpgen.__version__,
        platform.python_implementation(): platform.python_version,
        "Dart": lambda: _answer("dart", "--version"),
        "node": lambda: _answer("node", "--version"),
        "gcc": lambda: _answer("gcc", "-dumpfullversion"),
        "Go": lambda: _answer("go", "version"),
        "Java": lambda: _answer("java", "--version"),
        "Kotlin": lambda: _answer("kotlinc", "-version"),
        "rustc": lambda: _answer("rustc", "--version"),
        "numpy": lambda: _package("numpy"),
        "PyTorch": lambda: _package("torch"),
        "scikit-learn": lambda: _package("scikit-learn"),
        "micrograd": lambda: _package("micrograd"),
        "brain.js": brain,
        "FANN": lambda: _answer("pkg-config", "--modversion", "fann"),
    }
    found = {name: ask() for name, ask in asked.items()}
    return {name: version for name, version in found.items() if version}

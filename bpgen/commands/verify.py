"""Nets against other ways to compute them, in every language: `bpgen verify`.

In: net.yaml files. Out: a `Verdict` for each: what every emitted file was compared
with and how far it is off, or why it was not run. Files are emitted and built in
folders that go away again.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpgen.commands.emit import source_name, text_of
from bpgen.commands.nets import LoadedNet, load_net
from bpgen.commands.progress import Progress
from bpgen.commands.style import automatic_style
from bpgen.errors import InputError, Problem
from bpgen.languages import LANGUAGES
from bpgen.languages.names import class_of
from bpgen.lowering.network import lower
from bpgen.network.source import plain
from bpgen.verifying.expected import Expected, by_duals, by_evaluator, by_pytorch
from bpgen.verifying.jvm_program import in_java, in_kotlin
from bpgen.verifying.question import Question, ask
from bpgen.verifying.ruby_program import in_ruby
from bpgen.verifying.script import Script, answers, resolve
from bpgen.verifying.targets import (
    Run,
    ToolchainError,
    after_tsc,
    dart,
    go,
    in_c,
    in_cpp,
    in_node,
    in_process,
    in_rust,
)
from bpgen.verifying.verdict import Cell, cells
from bpgen.writing.options import Options

MOST_SAID = 400  # characters of a toolchain's message


@dataclass(frozen=True, slots=True)
class Target:
    """A way to run a language's files, and the programs that it takes."""

    language: str
    run: Run
    needs: tuple[str, ...] = ()
    single: bool = False  # with numbers of 32 bits


TARGETS: Mapping[str, Target] = {
    "python": Target("python", in_process),
    "dart": Target("dart", dart("kernel", "program.dill", "dart", "run"), ("dart",)),
    "dart, AOT": Target("dart", dart("exe", "program.exe"), ("dart",)),
    "dart, JS": Target("dart", dart("js", "program.js", "node"), ("dart", "node")),
    "javascript": Target("javascript", in_node, ("node",)),
    "c": Target("c", in_c, ("gcc",)),
    "c, float": Target("c", in_c, ("gcc",), single=True),
    "typescript": Target("typescript", after_tsc, ("node", "tsc")),
    "go": Target("go", go, ("go",)),
    "rust": Target("rust", in_rust, ("rustc",)),
    "java": Target("java", in_java, ("javac", "java")),
    "cpp": Target("cpp", in_cpp, ("g++",)),
    "kotlin": Target("kotlin", in_kotlin, ("kotlinc", "javac", "java")),
    "ruby": Target("ruby", in_ruby, ("ruby",)),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One emitted file, and what is done with its class."""

    title: str
    class_name: str
    script: Callable[[], Script]

    @property
    def script_name(self) -> str:
        """There is but one script."""
        return self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found out about one net.

    Attributes:
        cells: all that was compared; skipped: the targets that were not run, with the
            why; failed: those that were and did not answer, with what they said.
        notes: what is special about the other ways to compute it.
    """

    file: str
    name: str
    trained: int
    question: Question
    cells: tuple[Cell, ...]
    skipped: Mapping[str, str]
    failed: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether everything that was run agrees."""
        return not self.failed and all(cell.is_kept for cell in self.cells)


def verify(
    net: LoadedNet, languages: Sequence[str], tolerance: float | None, digits: int
) -> Verdict:
    """Compare one net in some languages.

    Raises:
        InputError: many digits are wanted, and mpmath is not there.
    """
    file, network = net.spec.file, net.network
    program = lower(network)
    progress = Progress(f"verify {network.name}", shown=True)
    question = ask(network, program)
    progress.at("dual numbers")
    expected = [by_duals(question)]
    if digits:
        expected.append(_in_digits(question, digits))
    progress.at("PyTorch")
    expected.append(by_pytorch(question, plain(net.spec.tree)))
    progress.at("training")
    expected.append(by_evaluator(question))
    found: list[Cell] = []
    skipped: dict[str, str] = {}
    failed: dict[str, str] = {}
    for name, target in TARGETS.items():
        if target.language not in languages:
            continue
        missing = [need for need in target.needs if shutil.which(need) is None]
        if missing:
            skipped[name] = f"there is no {' and no '.join(missing)} on PATH"
            continue
        progress.at(name)
        try:
            text = emitted(question, file, target.language, target.single)
            told = answered(question, target, text)
            given = (question, told, expected, tolerance, target.single)
            found += cells(name, *given)
        except (ToolchainError, AssertionError, subprocess.TimeoutExpired) as error:
            failed[name] = trimmed(str(error))
    progress.done()
    return Verdict(
        file=file,
        name=network.name,
        trained=len(question.directions),
        question=question,
        cells=tuple(found),
        skipped=skipped,
        failed=failed,
        notes=tuple(f"{each.name}: {each.remark}" for each in expected if each.remark),
    )


def _in_digits(question: Question, digits: int) -> Expected:
    try:
        return by_duals(question, digits)
    except ImportError:
        message = "--digits needs mpmath: pip install 'bpgen[digits]'"
        raise InputError([Problem(message)]) from None


def emitted(question: Question, file: str, language: str, single: bool = False) -> str:
    """The file that is run: in the style that `emit` takes by itself."""
    network, program = question.network, question.program
    style, _ = automatic_style(network, program, LANGUAGES[language])
    options = Options(language, style, library=True, single=single)
    return text_of(network, program, options, source_name(file))


def answered(question: Question, target: Target, text: str) -> Mapping[str, Any]:
    """What an emitted file answers.

    Raises:
        ToolchainError: it cannot be built, or stops.
        AssertionError: one of its methods raises an error.
    """
    script, wanted = question.script()
    language, title = LANGUAGES[target.language], f"{question.network.name}_net"
    class_name = class_of(language, question.network.name)
    task = Task(title, class_name, lambda: script)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"{title}{language.suffix}"
        path.write_text(text, encoding="ascii", newline="\n")
        told = target.run([task], Path(place)).partition(" ")[2]
    content = json.loads(told) if told else "it told nothing"
    if isinstance(content, str):
        raise ToolchainError(content)
    found: Mapping[str, Any] = resolve(wanted, answers(content))
    return found


def trimmed(message: str) -> str:
    """The beginning of what a toolchain says, on one line."""
    line = " ".join(message.split())
    return line if len(line) <= MOST_SAID else f"{line[:MOST_SAID]} ..."


def verify_all(
    files: Sequence[str],
    languages: Sequence[str],
    tolerance: float | None,
    digits: int,
    data_folder: str | None = None,
) -> Iterator[Verdict]:
    """The verdicts of several nets.

    Raises:
        InputError: a net.yaml is wrong; with all that is, before anything is run.
    """
    nets: list[LoadedNet] = []
    problems: list[Problem] = []
    for file in files:
        try:
            nets.append(load_net(file, data_folder))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    chosen = languages or tuple(LANGUAGES)
    for net in nets:
        yield verify(net, chosen, tolerance, digits)

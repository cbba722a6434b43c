"""Wrong files of the languages that are not Python: which ones nobody notices.

In: a language and a form of the gallery. Out: how many wrong files were tried, and
what was done to those that passed verify's comparison, or their own `--check`. Those
that do no harm are not tried; of more than `count` a sample is, evenly spread.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from mutations.batches import noticed_by_check
from mutations.harmless_lines import is_harmless
from mutations.judges import GALLERY
from mutations.wrong_lines import wrong_files
from nets.net import Net
from running.tools import on_path

from bpgen.commands.emit import text_of
from bpgen.languages import LANGUAGES
from bpgen.languages.names import class_of
from bpgen.verifying.expected import by_duals, by_evaluator
from bpgen.verifying.jvm_program import in_java, in_kotlin
from bpgen.verifying.question import ask
from bpgen.verifying.ruby_program import in_ruby
from bpgen.verifying.script import Script, answers, resolve
from bpgen.verifying.targets import (
    Run,
    Task,
    after_tsc,
    dart,
    go,
    in_c,
    in_cpp,
    in_node,
    in_rust,
)
from bpgen.verifying.verdict import cells
from bpgen.writing.options import Options

LONGEST = 20.0  # seconds that a wrong file may run, where it runs alone
ALL = 10**6
# Those that verify is asked about in full: written out, in loops, with windows.
FORMS = ("xor, unrolled", "classes, adam, loops", "images, momentum, loops")


def apart(run: Run) -> Run:
    """Each file in a process of its own: a wrong index may end it."""

    def tell(task: Task, folder: Path) -> None:
        (folder / f"{task.title}.said").write_text(run([task], folder))

    def each(tasks: Sequence[Task], folder: Path) -> str:
        for task in tasks:
            given = (task, folder)
            process = multiprocessing.get_context("fork").Process(
                None, tell, None, given
            )
            process.start()
            process.join(LONGEST)
            process.kill()
        return "".join(said.read_text() for said in folder.glob("*.said"))

    return each


WAYS: Mapping[str, tuple[Run, str]] = {
    "javascript": (in_node, "node"),
    "typescript": (after_tsc, "tsc"),
    "dart": (dart("kernel", "program.dill", "dart", "run"), "dart"),
    "c": (apart(in_c), "gcc"),
    "go": (go, "go"),
    "rust": (in_rust, "rustc"),
    "cpp": (in_cpp, "g++"),
    "java": (in_java, "javac"),
    "kotlin": (in_kotlin, "kotlinc"),
    "ruby": (apart(in_ruby), "ruby"),
}


@dataclass(frozen=True)
class Changed:
    """A wrong file and what is done with its class."""

    title: str
    class_name: str
    script: Callable[[], Script]
    script_name: str = "one"


@lru_cache(maxsize=1)
def net_of(form: str) -> Net:
    """The net of a form of the gallery."""
    return Net("net", yaml.safe_load(GALLERY[form][0]))


def text_in(language: str, form: str, library: bool) -> str:
    """The right file."""
    _, style, fast = GALLERY[form]
    net = net_of(form)
    options = Options(language, style, library=library, fast=fast)
    return text_of(net.network, net.program, options, "net.yaml")


def chosen(language: str, text: str, count: int) -> list[tuple[str, str]]:
    """Wrong files that do harm, by what was done to which line."""
    found = wrong_files(text, language)
    harmful = [each for each in found if not is_harmless(each[0])]
    return harmful[:: max(1, len(harmful) // count)]


def missed_by_verify(
    language: str, form: str, folder: Path, count: int = ALL
) -> tuple[int, list[str]]:
    """How many wrong files were tried, and what was done to those that passed."""
    run, tool = WAYS[language]
    on_path(tool)
    text = text_in(language, form, library=True)
    wrong = chosen(language, text, count)
    files = {f"f{at}": each for at, each in enumerate([("right", text), *wrong])}
    for title, (_, content) in files.items():
        path = folder / f"{title}{LANGUAGES[language].suffix}"
        path.write_text(content, encoding="ascii")
    net = net_of(form)
    question = ask(net.network, net.program)
    script, wanted = question.script()
    expected = [by_duals(question), by_evaluator(question)]
    passed = []
    own_name = class_of(LANGUAGES[language], net.name)
    tasks = [Changed(title, own_name, lambda: script) for title in files]
    for line in run(tasks, folder).splitlines():
        title, _, told = line.partition(" ")
        try:
            found = resolve(wanted, answers(json.loads(told)))
            own = [*cells(language, question, found, expected, None)]
        except (AssertionError, TypeError, KeyError, ValueError):  # it does not run
            continue
        if all(cell.is_kept for cell in own):
            passed.append(files[title][0])
    passed.remove("right")
    return len(wrong), passed


def missed_by_check(
    language: str, form: str, folder: Path, count: int = ALL
) -> tuple[int, list[str]]:
    """How many wrong files were tried, and what was done to those that passed."""
    text = text_in(language, form, library=False)
    wrong = chosen(language, text, count)
    texts = [text, *(each for _, each in wrong)]
    first, *others = noticed_by_check(language, texts, folder)
    assert not first, "the right file fails"
    pairs = zip(wrong, others, strict=True)
    return len(wrong), [change for (change, _), is_seen in pairs if not is_seen]

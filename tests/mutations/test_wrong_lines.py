"""Verify notices wrong files of the languages that are not Python."""

from __future__ import annotations

import json
import multiprocessing
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from mutations.judges import CLASSES, IMAGES, XOR
from mutations.wrong_lines import wrong_files
from nets.net import Net
from running.tools import on_path

from bpgen.commands.emit import text_of
from bpgen.languages import LANGUAGES
from bpgen.verifying.expected import by_duals, by_evaluator
from bpgen.verifying.question import ask
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


WAYS: dict[str, tuple[Run, str]] = {
    "javascript": (in_node, "node"),
    "typescript": (after_tsc, "tsc"),
    "dart": (dart("kernel", "program.dill", "dart", "run"), "dart"),
    "c": (apart(in_c), "gcc"),
    "go": (go, "go"),
    "rust": (in_rust, "rustc"),
    "cpp": (in_cpp, "g++"),
}
NETS = {
    "xor": (XOR, "unrolled"),
    "classes": (CLASSES, "loops"),
    "images": (IMAGES, "loops"),
}
FEW, LEAST = 8, 80  # of the wrong files of a net
# What changes no number: the pattern of a change, and why.
HARMLESS = {
    r".*count > 1\.0.* -> .*count >(= 1|  ?2)\.0.*": "the mean of one sample",
    r"(\w+ )*loss(es)?(: f64)? :?= 0\.0;? -> .*": "set before it is read",
    r".*4294967296.*": "in one draw of a thousand million",
    r"return 0\.0; -> .*": "after an error, which is what the caller gets",
    r".*\btogether\b.*": "how many epochs go in one go changes no number",
    r".* > largest\b.* -> .* >= largest\b.*": "no two of a window are the same",
    r".*largest(O|_o)( :)? ?= .*": "softmax is the same whatever is taken off",
    r"([\w:]+ )*winner\w* :?= .*": "the first of a window always wins against nothing",
    r"(\w+ )*largest( :|: f64)? ?= -.*": "the least of all, or still less",
    r"(\w+ )*da\d :?= da_?[hH]\[\d\].*": "all are 0 before it",
    r"z(O|_o)\[0\] = z\d.*": "nobody reads it after the loss",
    r"(if \(?)?d?z(C|_c)\[f \* 16 .*": "nor has it a slope: the pool did not choose it",
    r"if \(row >= 0 && row < 4\).*": "what is written beyond an array is nowhere",
    r"(let mut )?\w+ = vec!\[0\.0; .*": "all of it is written before it is read",
}


@dataclass(frozen=True)
class Changed:
    """A wrong file and what is done with its class."""

    title: str
    class_name: str
    script: Callable[[], Script]
    script_name: str = "one"


def missed(
    language: str, name: str, folder: Path, count: int = 10**6
) -> tuple[int, list[str]]:
    """How many wrong files were tried, and what was done to those that passed."""
    run, tool = WAYS[language]
    on_path(tool)
    spec, style = NETS[name]
    net = Net("net", yaml.safe_load(spec))
    options = Options(language, style, library=True)
    text = text_of(net.network, net.program, options, "net.yaml")
    wrong = [each for each in wrong_files(text, language) if not is_harmless(each[0])]
    chosen = wrong[:: max(1, len(wrong) // count)]
    files = {f"f{at}": each for at, each in enumerate([("right", text), *chosen])}
    for title, (_, content) in files.items():
        path = folder / f"{title}{LANGUAGES[language].suffix}"
        path.write_text(content, encoding="ascii")
    question = ask(net.network, net.program)
    script, wanted = question.script()
    expected = [by_duals(question), by_evaluator(question)]
    passed = []
    tasks = [Changed(title, "Net", lambda: script) for title in files]
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
    return len(chosen), passed


def is_harmless(change: str) -> bool:
    return any(re.fullmatch(pattern, change) for pattern in HARMLESS)


@pytest.mark.wide
@pytest.mark.parametrize("language", WAYS)
def test_verify_notices_some_wrong_lines(language: str, tmp_path: Path) -> None:
    tried, passed = missed(language, "classes", tmp_path, FEW)
    assert tried >= FEW
    assert passed == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("language", WAYS)
def test_verify_notices_every_wrong_line(
    language: str, name: str, tmp_path: Path
) -> None:
    tried, passed = missed(language, name, tmp_path)
    print(f"{language}, {name}: {tried - len(passed)} of {tried}")
    assert tried > LEAST
    assert passed == []

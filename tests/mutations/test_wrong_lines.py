"""Verify notices wrong files of other languages: samples, all in one process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from mutations.judges import CLASSES, XOR
from mutations.wrong_lines import wrong_files
from nets.net import Net
from running.tools import on_path

from bpgen.commands.emit import text_of
from bpgen.languages import LANGUAGES
from bpgen.verifying.expected import by_duals, by_evaluator
from bpgen.verifying.question import ask
from bpgen.verifying.script import Script, answers, resolve
from bpgen.verifying.targets import Run, dart, in_node
from bpgen.verifying.verdict import cells
from bpgen.writing.options import Options

COUNT = 40  # of the wrong files of a net
WAYS: dict[str, tuple[Run, str]] = {
    "javascript": (in_node, "node"),
    "dart": (dart("kernel", "program.dill", "dart", "run"), "dart"),
}
NETS = {"xor": (XOR, "unrolled"), "classes": (CLASSES, "loops")}
# What changes no number: the pattern of a change, and why.
HARMLESS = {
    r".*count > 1\.0.* -> .*count >(= 1|  ?2)\.0.*": "the mean of one sample",
    r"(var|let|final|double|const) loss(es)? = 0\.0; -> .*": "set before it is read",
    r".*4294967296.*": "in one draw of a thousand million",
    r".*together = .*": "how many epochs go in one go changes no number",
    r".* > largest\b.* -> .* >= largest\b.*": "no two of a window are the same",
    r".*[lL]argestO = .*": "softmax is the same whatever is taken off",
}


@dataclass(frozen=True)
class Task:
    """A wrong file and what is done with its class."""

    title: str
    class_name: str
    script: Callable[[], Script]
    script_name: str = "one"


@pytest.mark.slow
@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("language", WAYS)
def test_verify_notices_wrong_lines(language: str, name: str, tmp_path: Path) -> None:
    run, tool = WAYS[language]
    on_path(tool)
    spec, style = NETS[name]
    net = Net("net", yaml.safe_load(spec))
    options = Options(language, style, library=True)
    text = text_of(net.network, net.program, options, "net.yaml")
    question = ask(net.network, net.program)
    script, wanted = question.script()
    expected = [by_duals(question), by_evaluator(question)]
    wrong = list(wrong_files(text))
    step = max(1, len(wrong) // COUNT)
    files = {"f0": ("right", text)}
    for number, each in enumerate(wrong[::step], start=1):
        files[f"f{number}"] = each
    for title, (_, content) in files.items():
        path = tmp_path / f"{title}{LANGUAGES[language].suffix}"
        path.write_text(content, encoding="ascii")
    tasks = [Task(title, "Net", lambda: script) for title in files]
    missed = []
    for line in run(tasks, tmp_path).splitlines():
        title, _, told = line.partition(" ")
        content = json.loads(told)
        try:
            found = resolve(wanted, answers(content))
        except (AssertionError, TypeError, KeyError):  # it does not run
            continue
        own = cells(language, question, found, expected, None)
        if all(cell.is_kept for cell in own):
            missed.append(files[title][0])
    assert missed.pop(0) == "right"
    assert len(files) > COUNT
    known = [each for each in missed if any(re.fullmatch(h, each) for h in HARMLESS)]
    assert [each for each in missed if each not in known] == []

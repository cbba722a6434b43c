"""Adapters: run the scenarios of all nets with the files that bpgen emits.

`ADAPTERS` names the ways to run emitted code, and `Runner` gives the results of one
net in one style. A new language needs its scenario and one entry here.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
from nets.net import Net
from nets.table import NETS
from running import tools
from running.scenario import FEW, Results, go_on, run, scenario

from bpgen.commands.emit import text_of
from bpgen.writing.options import Options

TITLES = {
    f"{name}_{style}": (name, style)
    for name, net in NETS.items()
    for style in net.styles
}
# Slow compilers get every net in one style, in turns, and not the same ones.
TURNS = {
    (half, name): net.styles[(at + half) % len(net.styles)]
    for half in (0, 1)
    for at, (name, net) in enumerate(NETS.items())
}


def styles(adapter: str, name: str) -> tuple[str, ...]:
    """The styles in which a net is run in one way."""
    half = ADAPTERS[adapter].half if adapter in ADAPTERS else None
    return NETS[name].styles if half is None else (TURNS[half, name],)


def emitted(net: Net, language: str, style: str) -> str:
    """The emitted file of a net."""
    options = Options(language, style, library=True)
    return text_of(net.network, net.program, options, "net.yaml")


# --- Python -------------------------------------------------------------------------


def module(text: str, name: str = "emitted") -> ModuleType:
    """An emitted Python file, imported."""
    found = ModuleType(name)
    exec(compile(text, f"{name}.py", "exec"), found.__dict__)
    return found


@cache
def python_class(name: str, style: str) -> Callable[..., Any]:
    """The class of an emitted Python file."""
    net = NETS[name]
    text = emitted(net, "python", style)
    found: Callable[..., Any] = vars(module(text, net.name))[net.network.class_name]
    return found


def python_results(name: str, style: str) -> Results:
    """What the emitted Python file of a net gives."""
    net = NETS[name]
    return run(python_class(name, style), scenario(net, python_state(name)))


@cache
def python_states(name: str) -> tuple[str, str, str]:
    """A training that nothing interrupts, saved on its way.

    The first state is to be resumed elsewhere; the scenario leads to the others.
    """
    net = NETS[name]
    other = python_class(name, "loops")(seed=5)
    other.set_parameters(net.parameters)
    other.train(net.inputs, net.targets, epochs=FEW)
    other.train_step(net.inputs, net.targets)
    first = other.to_json()
    other.train(net.inputs, net.targets, epochs=FEW)
    second = other.to_json()
    go_on(other, net.inputs, net.targets)
    return first, second, other.to_json()


def python_state(name: str) -> str:
    """A saved training of a net, to be resumed elsewhere."""
    return python_states(name)[0]


# --- Dart ---------------------------------------------------------------------------


def build_dart(folder: Path) -> None:
    """Every net in every style, and one program, main.dill, that runs them all.

    Files that do not compile are left out of it; broken.json says why. The programs
    main_0.dart and main_1.dart have each net in one style.
    """
    broken, given = {}, {}
    for title, (name, style) in TITLES.items():
        try:
            text = emitted(NETS[name], "dart", style)
            given[title] = scenario(NETS[name], python_state(name))
            (folder / f"{title}.dart").write_text(text, encoding="ascii")
        except Exception as error:
            broken[title] = f"{type(error).__name__}: {error}"
    shutil.copy(Path(__file__).parent / "scenario.dart", folder)
    constant = f"const String scenarios = r'''{json.dumps(given)}''';\n"
    (folder / "given.dart").write_text(constant, encoding="ascii")
    while True:
        titles = [title for title in TITLES if title not in broken]
        (folder / "main.dart").write_text(_dart_main(titles), encoding="ascii")
        compile_ = ("compile", "kernel", "main.dart", "-o", "main.dill")
        done = tools.program("dart", *compile_, folder=folder, timeout=900)
        if done.code == 0:
            break
        errors = re.findall(r"^((\w+)\.dart:.*)$", done.err, re.MULTILINE)
        guilty = {title: line for line, title in reversed(errors) if title in titles}
        assert guilty, done.err
        broken |= guilty
    for half in (0, 1):
        own = [f"{name}_{TURNS[half, name]}" for name in NETS]
        text = _dart_main(title for title in own if title not in broken)
        (folder / f"main_{half}.dart").write_text(text, encoding="ascii")
    (folder / "broken.json").write_text(json.dumps(broken))


def _dart_main(titles: Iterable[str]) -> str:
    lines = ["import 'given.dart';", "import 'scenario.dart';"]
    makers = []
    for title in titles:
        lines.append(f"import '{title}.dart' as {title};")
        new = f"{title}.{NETS[TITLES[title][0]].network.class_name}"
        choice = f"seed == null ? {new}() : {new}(seed: seed)"
        makers.append(f"  '{title}': ([int? seed]) => {choice},")
    lines += ["final Map<String, Make> nets = {", *makers, "};"]
    return "\n".join([*lines, "void main() => runAll(nets, scenarios);", ""])


def on_virtual_machine(sources: Path, folder: Path) -> str:
    """Run while compiling."""
    return _output("dart", "run", sources / "main.dill")


def ahead_of_time(sources: Path, folder: Path) -> str:
    """Compile to machine code, then run."""
    target = folder / "main.exe"
    _output("dart", "compile", "exe", sources / "main_1.dart", "-o", target)
    return _output(target)


def as_javascript(sources: Path, folder: Path) -> str:
    """Compile to JavaScript, then run."""
    target = folder / "main.js"
    _output(
        *("dart", "compile", "js", "--no-source-maps"),
        *(sources / "main_0.dart", "-o", target),
    )
    return _output("node", target)


def _output(*words: str | Path) -> str:
    done = tools.program(*words, timeout=900)
    assert done.code == 0, f"{words}\n{done.out[-2000:]}\n{done.err[-2000:]}"
    return done.out


def decoded(value: Any) -> Any:
    """A value whose numbers came as the hexadecimal digits of their bits."""
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if isinstance(value, dict):
        return {key: decoded(item) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    if value.startswith('"'):
        return value[1:]
    return struct.unpack(">d", bytes.fromhex(value))[0]


# --- All ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Adapter:
    """One way to run emitted code outside Python.

    Attributes:
        language: the language of the sources; several adapters may share them.
        tools: what must be installed.
        build: writes the sources into a folder.
        run: builds in a folder of its own; returns a line of JSON for each title.
        half: which half of the titles it runs; None for all.
    """

    language: str
    tools: tuple[str, ...]
    build: Callable[[Path], None]
    run: Callable[[Path, Path], str]
    half: int | None = None


ADAPTERS: Mapping[str, Adapter] = {
    "dart": Adapter("dart", ("dart",), build_dart, on_virtual_machine),
    "dart_aot": Adapter("dart", ("dart",), build_dart, ahead_of_time, half=1),
    "dart_js": Adapter("dart", ("dart", "node"), build_dart, as_javascript, half=0),
}


class Runner:
    """Gives results; what must be built is built once for all test processes.

    The builds of all `adapters` begin at once, beside the tests that need none.
    """

    def __init__(
        self, factory: pytest.TempPathFactory, adapters: Iterable[str]
    ) -> None:
        self.factory = factory
        self.found: dict[str, Results] = {}
        self.factory.getbasetemp()  # made here once, not by two threads at a time
        for name in adapters:
            if name in ADAPTERS and not missing(ADAPTERS[name]):
                Thread(target=self._folder, args=(name,), daemon=True).start()

    def __call__(self, adapter: str, net: str, style: str) -> Results:
        """What a net gives, run in one way; skips where a tool is missing."""
        if adapter == "python":
            return self._python(net, style)
        need(ADAPTERS[adapter])
        if adapter not in self.found:
            self.found[adapter] = self._read(self._folder(adapter))
        found = self.found[adapter].get(f"{net}_{style}", "the program stopped before")
        assert isinstance(found, dict), found
        return found

    def _python(self, net: str, style: str) -> Results:
        title = f"python_{net}_{style}"
        if title not in self.found:

            def build(folder: Path) -> None:
                (folder / "results").write_bytes(
                    pickle.dumps(python_results(net, style))
                )

            folder = tools.built_once(self.factory, title, build)
            self.found[title] = pickle.loads((folder / "results").read_bytes())
        return self.found[title]

    def _folder(self, name: str) -> Path:
        """The folder of the results; what fails on the way to them stands in it."""
        adapter = ADAPTERS[name]

        def build(folder: Path) -> None:
            built = f"{adapter.language}_nets"
            try:
                sources = tools.built_once(self.factory, built, adapter.build)
                shutil.copy(sources / "broken.json", folder)
                printed = adapter.run(sources, folder)
                (folder / "results").write_text(printed, encoding="utf-8")
            except BaseException as error:  # that of a failed or a skipped test, too
                (folder / "failure").write_text(f"{type(error).__name__}: {error}")

        return tools.built_once(self.factory, f"{name}_results", build)

    def _read(self, folder: Path) -> Results:
        failure = folder / "failure"
        assert not failure.exists(), failure.read_text()
        lines = (folder / "results").read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        broken: Results = json.loads((folder / "broken.json").read_text())
        for line in found:
            says = line["found"]  # numbers, or in words what went wrong
            broken[line["title"]] = says if isinstance(says, str) else decoded(says)
        return broken


def missing(adapter: Adapter) -> list[str]:
    """The tools that an adapter needs and that are not on PATH."""
    return [tool for tool in adapter.tools if not shutil.which(tool)]


def need(adapter: Adapter) -> None:
    """Without its tools a test is skipped, or fails in CI."""
    absent = ", ".join(missing(adapter))
    if absent and os.environ.get("CI") == "true":
        pytest.fail(f"not on PATH: {absent}")
    if absent:
        pytest.skip(f"not on PATH: {absent}")

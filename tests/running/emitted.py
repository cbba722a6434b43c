"""What the nets of the table give when their emitted files run: see `Runner`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from functools import cache, partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from nets.table import NETS
from running import scenario, tools
from running.adapters import (
    ADAPTERS,
    TWINS,
    Adapter,
    Job,
    copy,
    emitted,
    failures,
    read,
    run_jobs,
    write,
)
from running.scenario import FEW, Results, go_on

from bpgen.verifying.script import Script, resolve
from bpgen.verifying.targets import module


@cache
def python_class(name: str, style: str) -> Callable[..., Any]:
    """The class of an emitted Python file."""
    net = NETS[name]
    text = emitted(net, "python", style)
    found: Callable[..., Any] = vars(module(text, net.name))[net.network.class_name]
    return found


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


def script(name: str) -> Script:
    """What is done with a net."""
    return scenario.recorded(NETS[name], python_state(name))[0]


@cache
def places(name: str) -> Results:
    """Where in the answers is what is found."""
    return scenario.recorded(NETS[name], python_state(name))[1]


class Runner:
    """Gives results; what must be built is built once for all test processes.

    All nets that are `wanted` of an adapter, as pairs of its name and theirs, are
    built together, beside the tests that need none, one adapter after the other.
    """

    def __init__(
        self,
        factory: pytest.TempPathFactory,
        wanted: Collection[tuple[str, str]],
        full: bool,
    ) -> None:
        self.factory = factory
        self.full = full
        needed = {(ADAPTERS[a].same_as, name) for a, name in wanted if a in TWINS}
        self.jobs = {
            adapter: [
                Job(NETS[name], style, partial(script, name))
                for name in NETS
                if (adapter, name) in {*wanted, *needed}
                for style in self.styles(adapter, name)
            ]
            for adapter in ADAPTERS
        }
        self.lines: dict[str, dict[str, str]] = {}
        self.found: dict[tuple[str, str, str], Results] = {}
        self.factory.getbasetemp()  # made here once, not by two threads at a time
        Thread(target=self._build_all, daemon=True).start()

    def styles(self, adapter: str, name: str) -> tuple[str, ...]:
        """The styles in which an adapter runs a net."""
        return ADAPTERS[adapter].styles(name, self.full)

    def of(self, adapter: str, name: str) -> Iterator[Results]:
        """What a net gives in each of them."""
        for style in self.styles(adapter, name):
            yield self(adapter, name, style)

    def __call__(self, adapter: str, name: str, style: str) -> Results:
        """What a net gives, run in one way; skips where a tool is missing."""
        key = (adapter, name, style)
        if key not in self.found:
            need(ADAPTERS[adapter])
            told = read(self._line(*key))
            assert not isinstance(told, str), told
            self.found[key] = resolve(places(name), told)
        return self.found[key]

    def _line(self, name: str, net: str, style: str) -> str:
        adapter, title = ADAPTERS[name], f"{net}_{style}"
        if adapter.alone:
            job = Job(NETS[net], style, partial(script, net))
            return self._lines(adapter, [job], f"{name}_{title}")[title]
        if name not in self.lines:
            self.lines[name] = self._lines(adapter, self.jobs[name], name)
        return self.lines[name].get(title, '"the program stopped before"')

    def _lines(self, adapter: Adapter, jobs: list[Job], title: str) -> dict[str, str]:
        folder = self._folder(adapter, jobs, title)
        failure = folder / "failure"
        assert not failure.exists(), failure.read_text(encoding="utf-8")
        lines = (folder / "results").read_text(encoding="utf-8").splitlines()
        return {name: rest for name, _, rest in (line.partition(" ") for line in lines)}

    def _folder(self, adapter: Adapter, jobs: list[Job], title: str) -> Path:
        """The folder of the results; what fails on the way to them stands in it."""

        def build(folder: Path) -> None:
            try:
                run = run_jobs if adapter.alone else self._run_built
                (folder / "results").write_text(run(adapter, jobs, folder), "utf-8")
            except BaseException as error:  # that of a failed or a skipped test, too
                said = f"{type(error).__name__}: {error}"
                (folder / "failure").write_text(said, encoding="utf-8")

        return tools.built_once(self.factory, f"{title}_results", build)

    def _run_built(self, adapter: Adapter, jobs: list[Job], folder: Path) -> str:
        """As `run_jobs` does, with the files that adapters of one language share."""
        sources = self._sources(adapter.language)
        broken = json.loads((sources / "broken.json").read_text(encoding="utf-8"))
        kept = [job for job in jobs if job.title not in broken]
        copy(kept, adapter.language, sources, folder)
        return failures(broken) + adapter.run(kept, folder)

    def _sources(self, language: str) -> Path:
        wanted = {
            job.title: job
            for name, jobs in self.jobs.items()
            if ADAPTERS[name].language == language
            for job in jobs
        }

        def build(folder: Path) -> None:
            broken = write(list(wanted.values()), language, folder)
            (folder / "broken.json").write_text(json.dumps(broken), encoding="utf-8")

        return tools.built_once(self.factory, f"{language}_files", build)

    def _build_all(self) -> None:
        for name, jobs in self.jobs.items():
            adapter = ADAPTERS[name]
            if jobs and not adapter.alone and not adapter.missing():
                self._folder(adapter, jobs, name)


def need(adapter: Adapter) -> None:
    """Without what it needs a test is skipped, or fails in CI."""
    absent = ", ".join(adapter.missing())
    if absent:
        tools.missing_tool(f"there is no {absent}")

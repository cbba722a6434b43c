"""Adapters: the ways to run what bpgen emits, as one table.

A job is one net in one style, with a script to run with its class. An adapter makes
one program of many jobs, where the language compiles, and runs it. Another language
needs a driver, which script.py describes, a function here, and its entry in ADAPTERS.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from nets.net import Net
from nets.table import NETS
from running import browser, javascript_checks
from running.wrong_calls import DAMAGED

from bpgen.commands.emit import text_of
from bpgen.languages import LANGUAGES
from bpgen.verifying.jvm_program import in_java, in_strict_kotlin
from bpgen.verifying.ruby_program import in_ruby
from bpgen.verifying.script import Script, answers
from bpgen.verifying.targets import (
    dart,
    failures,
    for_javascript,
    go,
    in_c,
    in_cpp,
    in_node,
    in_process,
    in_rust,
    output_of,
)
from bpgen.writing.options import Options

Answers: TypeAlias = "list[Any] | str"  # or what is wrong with the file


@dataclass(frozen=True)
class Job:
    """A net, the style in which it is emitted, and what is to be done with it."""

    net: Net
    style: str
    script: Callable[[], Script]

    @property
    def title(self) -> str:
        """The name of the file, without its suffix."""
        return f"{self.net.name}_{self.style}"

    @property
    def script_name(self) -> str:
        """Jobs of one net have the same script."""
        return self.net.name

    @property
    def class_name(self) -> str:
        """The class of the file."""
        return self.net.network.class_name


class Both(Enum):
    """When an adapter runs both styles of a net."""

    NEVER = "takes them in turns"
    ASKED = "with --full"
    ALWAYS = "in any case"


# Takes the jobs whose files lie in a folder, and builds there, too; gives lines: the
# title, and the answers in JSON, or a text in JSON that says what is wrong.
Run: TypeAlias = Callable[[Sequence[Job], Path], str]


@dataclass(frozen=True)
class Adapter:
    """One way to run emitted code.

    Attributes:
        name: as the tests show it.
        language: that of the files.
        run: runs many jobs.
        needs: what must be installed: a program, several of which one will do, or a
            $VARIABLE that says where something is.
        part: one of so many nets is run, unless all are asked for.
        turn: nets are run in one style, in turns, which start with this one,
        both: or in both styles: ALWAYS, or where all is ASKED for.
        nets: the only nets that are run; none for all.
        alone: whether jobs share nothing, so that each runs when it is asked for.
        same_as: another adapter, whose numbers are the same bits.
        is_late: whether it is asked with the wide tests only: its compiler is slow.
    """

    name: str
    language: str
    run: Run
    needs: tuple[str, ...] = ()
    part: int = 1
    turn: int = 0
    both: Both = Both.NEVER
    nets: tuple[str, ...] = ()
    alone: bool = False
    same_as: str = ""
    is_late: bool = False

    def styles(self, name: str, full: bool) -> tuple[str, ...]:
        """The styles in which a net is run, all that is wanted if `full`."""
        styles, place = NETS[name].styles, PLACES[name]
        if self.nets and name not in self.nets:
            return ()
        if self.both is Both.ALWAYS or (full and self.both is Both.ASKED):
            return styles
        if not full and place % self.part and name not in ALWAYS:
            return ()
        # of nets that are counted by two or by three, both styles take their turns
        return (styles[(place + place // 6 + self.turn) % len(styles)],)

    def tier(self, name: str) -> str:
        """The mark of what is asked of a net: none of the few of every kind that always
        run, "wide" of some more, "slow" of the others."""
        every = max(self.part, HALF)
        if name in SAMPLE or PLACES[name] % (FEW * every) == 0:
            return "wide" if self.is_late else ""
        return "slow" if PLACES[name] % (SOME * every) else "wide"

    def missing(self) -> list[str]:
        """What is needed and not there."""
        return [need for need in self.needs if not any(map(_is_there, need.split("|")))]


def _is_there(need: str) -> bool:
    if need.startswith("$"):
        return need[1:] in os.environ
    return shutil.which(need) is not None


def sampled(name: str) -> bool:
    """Whether what is asked of all nets is asked of this one without -m wide: of what
    is no net, always."""
    return name not in NETS or name in SAMPLE or PLACES[name] % SAMPLED == 0


def every_third(name: str) -> bool:
    """Whether -m wide asks it of this one; of what showed something wrong, always."""
    return name.startswith("found_") or not PLACES[name] % THIRD


PLACES = {name: place for place, name in enumerate(NETS)}
ALWAYS = (*DAMAGED, "mazur")  # what is asked of them is asked of no other net


def emitted(net: Net, language: str, style: str) -> str:
    """The emitted file of a net."""
    if NETS.get(net.name) is net:
        return _of_table(net.name, language, style)
    return _emitted(net, language, style)


@lru_cache(maxsize=64)  # a net's last files: more than one of its tests wants them
def _of_table(name: str, language: str, style: str) -> str:
    return _emitted(NETS[name], language, style)


def _emitted(net: Net, language: str, style: str) -> str:
    options = Options(language, style, library=True)
    return text_of(net.network, net.program, options, "net.yaml")


def write(jobs: Sequence[Job], language: str, folder: Path) -> dict[str, str]:
    """Writes the files of jobs; gives those that cannot be emitted, with the why."""
    broken = {}
    for job in jobs:
        try:
            text = emitted(job.net, language, job.style)
            path = folder / f"{job.title}{LANGUAGES[language].suffix}"
            path.write_text(text, encoding="ascii")
        except Exception as error:
            broken[job.title] = f"{type(error).__name__}: {error}"
    return broken


def copy(jobs: Sequence[Job], language: str, source: Path, target: Path) -> None:
    """Copies the files of jobs from one folder to another."""
    for job in jobs:
        shutil.copy(source / f"{job.title}{LANGUAGES[language].suffix}", target)


def read(line: str) -> Answers:
    """The answers in what stands after a title."""
    told = json.loads(line)
    return told if isinstance(told, str) else answers(told)


def run_jobs(adapter: Adapter, jobs: Sequence[Job], folder: Path) -> str:
    """Writes the files of jobs into a folder and runs them: the lines of `Run`."""
    broken = write(jobs, adapter.language, folder)
    kept = [job for job in jobs if job.title not in broken]
    return failures(broken) + adapter.run(kept, folder)


# --- JavaScript -------------------------------------------------------------------

SNIPPET = """\
const { runAll } = await import("./driver.mjs");
const lines = [];
await runAll(await (await fetch("./given.json")).json(), (line) => lines.push(line));
return lines.join("\\n");
"""


def _in_chromium(jobs: Sequence[Job], folder: Path) -> str:
    """One page does."""
    for_javascript(jobs, folder, ".mjs")
    return browser.in_browser(folder, SNIPPET)


def _after_tsc(jobs: Sequence[Job], folder: Path) -> str:
    """All files are compiled at once; then as JavaScript."""
    target = folder / "compiled"
    target.mkdir()
    (target / "package.json").write_text('{"type": "module"}\n', encoding="ascii")
    files = [folder / f"{job.title}.ts" for job in jobs]
    found = javascript_checks.tsc(files, target)
    broken = {name.removesuffix(".ts"): "\n".join(said) for name, said in found.items()}
    for_javascript([job for job in jobs if job.title not in broken], target, ".js")
    return failures(broken) + output_of("node", "main.mjs", folder=target)


# --- All --------------------------------------------------------------------------

HALF, THIRD = 2, 3  # of the nets
# Of those, or of half of all, one in so many runs by default, and with -m wide.
FEW, SOME = 96, 16
# Of the nets that Python alone is asked about, too, one in so many.
SAMPLED = 20
# Of every kind of net one: a browser has the engine of node.
SAMPLE = (
    *ALWAYS,
    *("optimizer_adam", "steps_softmax_cross_entropy", "batch_norm", "dropout"),
    *("lstm", "gru_both", "embedding_flat", "attention_heads", "conv2d", "shared"),
)
_ALL = (
    Adapter("python", "python", in_process, both=Both.ALWAYS, alone=True),
    Adapter(
        *("dart", "dart", dart("kernel", "program.dill", "dart", "run"), ("dart",)),
        part=HALF,
        both=Both.ASKED,
    ),
    Adapter("c", "c", in_c, ("gcc",), part=HALF, both=Both.ASKED),
    Adapter(
        *("javascript", "javascript", in_node, ("node",)),
        part=THIRD,
        turn=1,
        both=Both.ASKED,
    ),
    Adapter(
        *("chromium", "javascript", _in_chromium, ("|".join(browser.BROWSERS),)),
        turn=1,
        nets=SAMPLE,
    ),
    Adapter(
        *("typescript", "typescript", _after_tsc, ("node", "$BPGEN_NODE_TOOLS")),
        part=THIRD,
        turn=1,
        same_as="javascript",
    ),
    Adapter("rust", "rust", in_rust, ("rustc",), part=THIRD, turn=1, both=Both.ASKED),
    Adapter("cpp", "cpp", in_cpp, ("g++",), part=THIRD, turn=2, both=Both.ASKED),
    Adapter("go", "go", go, ("go",), part=THIRD, turn=2, both=Both.ASKED),
    Adapter(
        *("java", "java", in_java, ("javac",)), part=THIRD, turn=2, both=Both.ASKED
    ),
    Adapter(
        *("kotlin", "kotlin", in_strict_kotlin, ("kotlinc", "javac")),
        is_late=True,
        part=HALF * THIRD,
        turn=1,
        both=Both.ASKED,
    ),
    Adapter(
        *("ruby", "ruby", in_ruby, ("ruby",)),
        is_late=True,
        part=HALF * THIRD,
        turn=1,
        both=Both.ASKED,
    ),
    Adapter(
        *("dart_js", "dart", dart("js", "program.js", "node"), ("dart", "node")),
        part=THIRD,
        turn=1,
    ),
    Adapter(
        *("dart_aot", "dart", dart("exe", "program.exe"), ("dart",)),
        part=HALF * THIRD,
        same_as="dart",
    ),
)
# In the order of the tests: slow builds are last.
ADAPTERS = {each.name: each for each in _ALL}
TWINS = [name for name, adapter in ADAPTERS.items() if adapter.same_as]
COMPARED = [name for name in ADAPTERS if name not in TWINS]
OTHERS = [name for name in COMPARED if name != "python"]

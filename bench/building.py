"""Makes what is measured: emits the nets, compiles, and knows what is installed.

What comes out of a `Workshop` is a command, ready to run, or an error that says what
is to be installed. It leaves to `programs` which programs there are.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.works import ROOT, Work

DRIVERS = ROOT / "bench" / "drivers"
PEERS = ROOT / "bench" / "peers"
BRAIN = "brain.js@2.0.0-beta.24"
# One thread each; and numpy takes the kernels that it finds best.
ENVIRONMENT = {
    **{name: x for name, x in os.environ.items() if not name.startswith("OPENBLAS_")},
    "DART_SUPPRESS_ANALYTICS": "true",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
LANGUAGES = {
    "py": "python",
    "dart": "dart",
    "mjs": "javascript",
    "h": "c",
    "go": "go",
    "rs": "rust",
    "hpp": "cpp",
    "java": "java",
    "kt": "kotlin",
}
OPTIMIZED = ("-O3", "-march=native", "-ffp-contract=off")
C_FLAGS = (*OPTIMIZED, "-std=c11")


class NotInstalledError(Exception):
    """Something is not installed; says what to do about it."""


class CommandError(Exception):
    """Something that should work does not; says which command, and its last words."""


def run(command: list[str], source: Path = ROOT) -> str:
    """The output of a command, with the Python packages of a checkout."""
    environment = {**ENVIRONMENT, "PYTHONPATH": str(source)}
    done = subprocess.run(
        command,
        cwd=source,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise CommandError(f"{' '.join(command)}: {''.join(last)}")
    return done.stdout


def need_program(name: str, install: str) -> str:
    """The path of a program."""
    found = shutil.which(name)
    if found is None:
        raise NotInstalledError(f"needs {name}: {install}")
    return found


def dart() -> str:
    """The path of Dart."""
    return need_program("dart", 'eval "$(.ci/install-dart)"')


def node() -> str:
    """The path of node."""
    return need_program("node", 'eval "$(.ci/install-node-tools)"')


def gcc() -> str:
    """The path of gcc."""
    return need_program("gcc", "apt-get install gcc libc6-dev")


@dataclass
class Workshop:
    """Where things are made; each is made once.

    Attributes:
        folder: for all that is made.
        seconds: how long a program trains at least while it is timed.
        before: another revision's checkout, if there is one, or why there is none.
    """

    folder: Path
    seconds: float
    before: Path | str = "no other revision was asked for"
    made: dict[Path, None] = field(default_factory=dict)

    def once(self, path: Path, make: Callable[[], object]) -> Path:
        """A file, made if this workshop has not made it yet."""
        if path not in self.made:
            path.parent.mkdir(parents=True, exist_ok=True)
            make()
            self.made[path] = None
        return path

    def source(self, revision: str) -> Path:
        """The checkout of a revision, `now` or `before`."""
        if revision == "now":
            return ROOT
        if isinstance(self.before, str):
            raise NotInstalledError(self.before)
        return self.before

    def emitted(self, work: Work, revision: str, suffix: str, style: str) -> Path:
        """An emitted file, named after the net."""
        source = self.source(revision)
        folder = self.folder / work.name / revision / style
        path = folder / f"{work.name}.{suffix}"
        language = LANGUAGES[suffix]
        words = ["emit", "--library", "--force", "--lang", language, "--style", style]
        command = [sys.executable, "-m", "bpgen", *words, "-o", str(path)]
        return self.once(path, lambda: run([*command, str(work.net)], source))

    def task(self, work: Work) -> Path:
        """The file that says what to train, from the start of the emitted class."""
        path = self.folder / work.name / "task.txt"

        def make() -> None:
            module = self.emitted(work, "now", "py", "auto")
            script = (
                "import json, sys\n"
                "from bench.drivers.emitted import class_of, flat\n"
                "net = class_of(*sys.argv[1:])()\n"
                "print(json.dumps(flat(net.parameters())))\n"
            )
            told = run([sys.executable, "-c", script, str(module), work.class_name])
            path.write_text(work.task(json.loads(told), self.seconds))

        return self.once(path, make)

    def emitted_python(self, work: Work, revision: str, style: str) -> list[str]:
        """The command for an emitted Python file."""
        module = self.emitted(work, revision, "py", style)
        return self.python("drivers.emitted", work, str(module))

    def other_style(self, work: Work) -> list[str]:
        """The command for emitted Python in the style that `auto` does not take."""
        text = self.emitted(work, "now", "py", "auto").read_text()
        (taken,) = set(re.findall(r"--style (\w+)", text))
        other = "loops" if taken == "unrolled" else "unrolled"
        return self.emitted_python(work, "now", other)

    def emitted_javascript(self, work: Work) -> list[str]:
        """The command for an emitted JavaScript file."""
        path = str(self.emitted(work, "now", "mjs", "auto"))
        return [node(), str(DRIVERS / "emitted.mjs"), str(self.task(work)), path]

    def main(self, work: Work, revision: str) -> Path:
        """A Dart program around an emitted file, beside it."""
        folder = self.emitted(work, revision, "dart", "auto").parent

        def make() -> None:
            text = (DRIVERS / "emitted.dart.in").read_text()
            text = text.replace("NET_CLASS", work.class_name).replace("NET", work.name)
            (folder / "main.dart").write_text(text)
            for driver in DRIVERS.glob("*.dart"):
                shutil.copy(driver, folder)

        return self.once(folder / "main.dart", make)

    def emitted_dart(self, work: Work, revision: str) -> list[str]:
        """The command for an emitted Dart file, compiled ahead of time."""
        dart()
        return [str(self.dart_program(self.main(work, revision))), str(self.task(work))]

    def emitted_dart_js(self, work: Work, revision: str) -> list[str]:
        """The command for an emitted Dart file, compiled to JavaScript."""
        compiler, main = dart(), self.main(work, revision)
        path = main.with_suffix(".cjs")

        def make() -> None:
            script = main.with_suffix(".js")
            run([compiler, "compile", "js", "-O2", "-o", str(script), str(main)])
            first = (DRIVERS / "before_web.cjs").read_text()
            path.write_text(first + script.read_text())

        return [node(), str(self.once(path, make)), str(self.task(work))]

    def dart_program(self, main: Path) -> Path:
        """A Dart program, compiled ahead of time."""
        path = main.with_suffix(".exe")
        if main.is_relative_to(PEERS):
            path = self.folder / path.name
        command = [dart(), "compile", "exe", "-o", str(path), str(main)]
        return self.once(path, lambda: run(command))

    def python(self, module: str, work: Work, *words: str) -> list[str]:
        """The command for a Python program of the bench."""
        name = f"bench.{module}"
        return [sys.executable, "-m", name, str(self.task(work)), *words]

    def python_peer(self, module: str, work: Work, package: str = "") -> list[str]:
        """The command for a peer in Python, and what it imports."""
        if package and importlib.util.find_spec(package) is None:
            raise NotInstalledError(f"needs {package}: pip install -e '.[bench]'")
        return self.python(f"peers.{module}", work)

    def dart_peer(self, name: str, work: Work) -> list[str]:
        """The command for a peer in Dart, compiled ahead of time."""
        program = self.dart_program(PEERS / f"{name}.dart")
        return [str(program), str(self.task(work))]

    def node_peer(self, name: str, work: Work) -> list[str]:
        """The command for a peer in JavaScript."""
        return [node(), str(PEERS / f"{name}.mjs"), str(self.task(work))]

    def brain(self, work: Work) -> list[str]:
        """The command for brain.js; gpu.js, which it asks for, is not used."""
        node()
        if not brain_package(self.folder).exists():
            words = f"npm install --ignore-scripts --prefix build/bench/npm {BRAIN}"
            raise NotInstalledError(f"needs brain.js: {words}")
        return [*self.node_peer("brain", work), str(self.folder / "npm")]

    def c_peer(self, name: str, work: Work, library: str = "") -> list[str]:
        """The command for a peer in C, compiled for the sizes of one net."""
        compiler, shape = gcc(), work.shape
        assert shape is not None
        if library:
            header = ["-include", f"{library}.h", "-x", "c", os.devnull]
            try:
                run([compiler, "-fsyntax-only", *header])
            except CommandError:
                told = f"needs {library}.h: apt-get install libfann-dev"
                raise NotInstalledError(told) from None
        settings = {
            "INPUTS": shape.inputs,
            "HIDDEN": shape.hidden,
            "OUTPUTS": shape.outputs,
            "BATCH": shape.batch,
            "RATE": shape.rate,
            "TANH": int(shape.activation == "tanh"),
            "SOFTMAX": int(shape.loss == "softmax_cross_entropy"),
            "SQUARED": int(shape.loss == "half_squared_error"),
        }
        path = self.folder / work.name / name
        words = [f"-D{key}={value}" for key, value in settings.items()]
        words += [f"-I{DRIVERS}", str(PEERS / f"{name}.c"), "-o", str(path)]
        words += [f"-l{library}"] if library else []
        command = [compiler, *C_FLAGS, *words, "-lm"]
        return [str(self.once(path, lambda: run(command))), str(self.task(work))]


def brain_package(folder: Path) -> Path:
    """Where npm says what brain.js it has installed."""
    return folder / "npm" / "node_modules" / "brain.js" / "package.json"


@contextmanager
def checkout(revision: str, folder: Path) -> Iterator[Path | str]:
    """Another revision in a folder of its own, for a while; or why there is none."""
    place = folder / "before"
    if not revision:
        yield "no other revision was asked for: --against REVISION"
        return
    if place.exists():
        shutil.rmtree(place)  # a run was stopped
    git = ["git", "worktree"]
    try:
        run([*git, "add", "--force", "--detach", str(place), revision])
    except (CommandError, FileNotFoundError):
        yield f"needs git and the revision {revision}: git fetch"
        return
    try:
        yield place
    finally:
        run([*git, "remove", "--force", str(place)])

"""Runs emitted files of Java or Kotlin, all in one program, with one driver.

In and out as those of `targets`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from bpgen.verifying.processes import Result, program
from bpgen.verifying.targets import (
    HERE,
    LONG,
    MOST_SAID,
    Task,
    ToolchainError,
    failures,
    output_of,
    scripts,
)

# What starts soonest, of what is run but once.
JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss8m")
SOME = 100  # files of Kotlin, for which its compiler needs less than two gigabytes
PATH = ("classes", "emitted.jar")  # where classes are found

# Compiles files in a folder; what it says names those that are wrong.
Compiler: TypeAlias = Callable[[Sequence[Path], Path], Result]


def in_java(tasks: Sequence[Task], folder: Path) -> str:
    """All tasks in one process."""
    return _run(tasks, folder, ".java", _javac)


def in_kotlin(tasks: Sequence[Task], folder: Path) -> str:
    """The same of Kotlin."""
    return _in_groups(tasks, folder, "-nowarn")


def in_strict_kotlin(tasks: Sequence[Task], folder: Path) -> str:
    """The same, but a file with a warning is a wrong one."""
    return _in_groups(tasks, folder, "-Wextra")


def _in_groups(tasks: Sequence[Task], folder: Path, option: str) -> str:
    """So many files of Kotlin at a time, each time in one process."""
    groups = (tasks[start : start + SOME] for start in range(0, len(tasks), SOME))
    compiler = partial(_kotlinc, option=option)
    return "".join(_run(group, folder, ".kt", compiler) for group in groups)


def _javac(files: Sequence[Path], folder: Path) -> Result:
    """What the compiler says of files of Java."""
    options = ("-nowarn", "-Xmaxerrs", "10000", "-d", "classes", "Driver.java")
    return program("javac", *options, *files, folder=folder, timeout=LONG)


def _kotlinc(files: Sequence[Path], folder: Path, option: str) -> Result:
    """What the compiler says of files of Kotlin; a warning fails."""
    options = (option, "-Werror", "-include-runtime", "-d", "emitted.jar")
    done = program("kotlinc", *options, *files, folder=folder, timeout=LONG)
    return done if done.code else _javac([], folder)


def _run(tasks: Sequence[Task], folder: Path, suffix: str, compiler: Compiler) -> str:
    """All tasks in one process, each file a package, compiled in one go."""
    shutil.copy(HERE / "Driver.java", folder)
    broken: dict[str, str] = {}
    files = {task.title: _packaged(task.title, suffix, folder) for task in tasks}
    jobs = [[t.title, f"{t.title}.{files[t.title].stem}", t.script_name] for t in tasks]
    while True:
        kept = [file for title, file in files.items() if title not in broken]
        done = compiler(kept, folder)
        if done.code == 0:
            break
        said = re.findall(r"^((\w+)/\w+\.(?:java|kt):.*)$", done.err, re.MULTILINE)
        guilty = {title: line for line, title in reversed(said)}
        if not guilty.keys() - broken.keys():
            raise ToolchainError(done.err[-MOST_SAID:])
        broken |= guilty
        if broken.keys() == files.keys():
            return failures(broken)
    kept_jobs = [job for job in jobs if job[0] not in broken]
    given = json.dumps({"jobs": kept_jobs, "scripts": scripts(tasks)})
    (folder / "given.json").write_text(given, encoding="ascii")
    words = (*JVM, "-cp", os.pathsep.join(PATH), "Driver")
    return failures(broken) + output_of("java", *words, folder=folder)


def _packaged(title: str, suffix: str, folder: Path) -> Path:
    """Writes a file again, as one of a package of its own, where its class wants it."""
    text = (folder / f"{title}{suffix}").read_text(encoding="ascii")
    found = re.search(r"^(?:public final )?class (\w+)", text, re.MULTILINE)
    assert found
    target = Path(title, f"{found[1]}{suffix}")
    (folder / title).mkdir(exist_ok=True)
    end = ";" if suffix == ".java" else ""
    text = text.replace("\n\n", f"\n\npackage {title}{end}\n\n", 1)
    (folder / target).write_text(text, encoding="ascii")
    return target

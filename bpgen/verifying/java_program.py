"""Runs emitted files of Java, all in one program, with the driver beside them.

In and out as those of `targets`.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from bpgen.verifying.processes import program
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


def in_java(tasks: Sequence[Task], folder: Path) -> str:
    """All tasks in one process, each file a package, compiled in one go."""
    shutil.copy(HERE / "Driver.java", folder)
    broken: dict[str, str] = {}
    files = {task.title: _packaged(task.title, folder) for task in tasks}
    jobs = [[t.title, f"{t.title}.{files[t.title].stem}", t.script_name] for t in tasks]
    while True:
        kept = [file for title, file in files.items() if title not in broken]
        options = ("-nowarn", "-Xmaxerrs", "10000", "-d", "classes", "Driver.java")
        done = program("javac", *options, *kept, folder=folder, timeout=LONG)
        if done.code == 0:
            break
        said = re.findall(r"^((\w+)/\w+\.java:.*)$", done.err, re.MULTILINE)
        guilty = {title: line for line, title in reversed(said)}
        if not guilty.keys() - broken.keys():
            raise ToolchainError(done.err[-MOST_SAID:])
        broken |= guilty
    kept_jobs = [job for job in jobs if job[0] not in broken]
    given = json.dumps({"jobs": kept_jobs, "scripts": scripts(tasks)})
    (folder / "given.json").write_text(given, encoding="ascii")
    words = (*JVM, "-cp", "classes", "Driver")
    return failures(broken) + output_of("java", *words, folder=folder)


def _packaged(title: str, folder: Path) -> Path:
    """Writes a file again, as one of a package of its own, where its class wants it."""
    text = (folder / f"{title}.java").read_text(encoding="ascii")
    found = re.search(r"^public final class (\w+)", text, re.MULTILINE)
    assert found
    target = Path(title, f"{found[1]}.java")
    (folder / title).mkdir(exist_ok=True)
    package = f"\npackage {title};\n\nimport "
    text = text.replace("\nimport ", package, 1)
    (folder / target).write_text(text, encoding="ascii")
    return target

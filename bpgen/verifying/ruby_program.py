"""Emitted files of Ruby, run with a driver: one process requires them all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from bpgen.verifying.targets import HERE, Task, output_of, scripts

DRIVER = "driver.rb"


def in_ruby(tasks: Sequence[Task], folder: Path) -> str:
    """One process loads all files, one after the other."""
    listed = [
        {"title": task.title, "name": task.class_name, "script": task.script_name}
        for task in tasks
    ]
    given = json.dumps({"jobs": listed, "scripts": scripts(tasks)})
    (folder / "given.json").write_text(given, encoding="ascii")
    shutil.copy(HERE / DRIVER, folder)
    return output_of("ruby", DRIVER, folder=folder)

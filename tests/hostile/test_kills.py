"""A program that is killed while it writes leaves the old file or the new one.

`--kills 200` kills so many of each, at random moments.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from running.tools import ROOT, bpgen

# Two files over one another, for ever, as `bpgen emit` writes them.
EMITS = """\
import itertools, sys
from pathlib import Path
from bpgen.commands.files import write
*given, target = map(Path, sys.argv[1:])
texts = [path.read_text() for path in given]
for text in itertools.cycle(texts):
    write(target, text)
    if text is texts[-1]:
        print("twice", flush=True)
"""
# An emitted file's own main saves, for ever.
SAVES = """\
import itertools, runpy, sys
run = runpy.run_path(sys.argv[1])["_run"]
for epochs in itertools.count(1):
    assert run(["--epochs", str(epochs % 3 + 1), "--save", sys.argv[2]]) == 0
    print("saved", flush=True)
"""
WIDE = """\
name: {name}
input: 30
layers: [{{type: dense, units: 40, initializer: {initializer}}}]
loss: mse
data: {{inputs: [{row}], targets: [{targets}]}}
"""
LONGEST = 0.05  # seconds until one is killed


def net(folder: Path, initializer: str) -> Path:
    """A net whose file and whose state are not written in one piece."""
    path = folder / f"{initializer}.yaml"
    row, targets = [0.5] * 30, [0.25] * 40
    text = WIDE.format(name="wide", initializer=initializer, row=row, targets=targets)
    path.write_text(text)
    return path


def killed(script: str, words: Sequence[str | Path], after: float) -> None:
    """Runs a script until it has done what it does once; then kills it, a little
    later."""
    command = [sys.executable, "-c", script, *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout
    assert process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL


def moments(request: pytest.FixtureRequest) -> list[float]:
    """When they are killed."""
    chance = random.Random("kills")
    count = request.config.getoption("kills") // 2
    return [chance.uniform(0.0, LONGEST) for _ in range(count)]


def test_a_killed_emit_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    target, files = tmp_path / "wide.py", [tmp_path / "1.py", tmp_path / "2.py"]
    for file, initializer in zip(files, ("ones", "zeros"), strict=True):
        path = net(tmp_path, initializer)
        assert bpgen("emit", "-o", str(file), str(path)).code == 0
    whole = {file.read_bytes() for file in files}
    assert len(whole) == 2
    for after in moments(request):
        killed(EMITS, [*files, target], after)
        assert target.read_bytes() in whole


def test_a_killed_save_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file, target = tmp_path / "wide.py", tmp_path / "state.json"
    path = net(tmp_path, "normal")
    path.write_text(
        path.read_text().replace("normal", "{type: normal, mean: 0, std: 1}")
    )
    assert bpgen("emit", "-o", str(file), str(path)).code == 0
    for after in moments(request):
        killed(SAVES, [file, target], after)
        assert json.loads(target.read_text())["epoch"] in (1, 2, 3)

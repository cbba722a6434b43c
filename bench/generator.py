"""How long `bpgen emit` takes, and how much memory and source, by the size of a net.

What comes out: for each size, style and language the processor's seconds of a process
of its own, the most memory that it had, and the bytes of the file. Nets are of two
dense layers, so that their weights say how large they are.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.building import ENVIRONMENT, CommandError
from bench.works import ROOT

NET = """\
name: wide
input: {inputs}
layers:
  - {{type: dense, units: {hidden}, activation: sigmoid}}
  - {{type: dense, units: {outputs}, activation: sigmoid}}
loss: mse
optimizer: {{type: sgd, learning_rate: 0.1}}
training: {{epochs: 1}}
"""
# Inputs, hidden neurons and outputs; beyond 20,000 weights unrolled files are refused.
UNROLLED = ((40, 20, 10), (80, 33, 10), (100, 90, 10), (160, 117, 10))
LOOPS = ((100, 90, 10), (1000, 989, 10), (3000, 3320, 10), (7, 1_000_000, 1))
LANGUAGES = ("python", "dart")


@dataclass(frozen=True)
class Emission:
    """One file that was emitted.

    Attributes:
        shape: inputs, hidden neurons and outputs.
        seconds: of the processor; memory: the most, in bytes; size: of the file.
    """

    shape: tuple[int, int, int]
    style: str
    language: str
    seconds: float
    memory: int
    size: int

    @property
    def parameters(self) -> int:
        """How many numbers the net has to learn."""
        inputs, hidden, outputs = self.shape
        return (inputs + 1) * hidden + (hidden + 1) * outputs


def emission(
    shape: tuple[int, int, int], style: str, language: str, folder: Path
) -> Emission:
    """What it takes to emit one file."""
    names = ("inputs", "hidden", "outputs")
    net, file = folder / "wide.yaml", folder / f"wide.{language}"
    net.write_text(NET.format(**dict(zip(names, shape, strict=True))))
    words = ["emit", "--force", "--lang", language, "--style", style]
    command = [sys.executable, "-m", "bpgen", *words, "-o", str(file), str(net)]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise CommandError(f"{' '.join(command)}: exit code {process.returncode}")
    seconds, kilobytes = used.ru_utime + used.ru_stime, used.ru_maxrss
    size = file.stat().st_size
    return Emission(shape, style, language, seconds, kilobytes * 1024, size)


def emissions(folder: Path, say: Callable[[str], object]) -> Iterator[Emission]:
    """What it takes to emit files of all sizes."""
    say("emitting")
    for style, shapes in (("unrolled", UNROLLED), ("loops", LOOPS)):
        for language in LANGUAGES:
            for shape in shapes:
                yield emission(shape, style, language, folder)

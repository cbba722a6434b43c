"""Who has to notice that an emitted file is wrong: verify's comparison, and `--check`.

The files are those of a small gallery, in Python, and run in this process.
"""

from __future__ import annotations

import contextlib
import io
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import yaml
from mutations.wrong_text import SIZES, WrongText, wrong_texts
from nets.net import Net

from bpgen.commands.emit import text_of
from bpgen.network.network import Network
from bpgen.verifying.driver import execute
from bpgen.verifying.expected import Expected, by_duals, by_evaluator
from bpgen.verifying.question import Question, ask
from bpgen.verifying.script import Json, Script, answers, resolve
from bpgen.verifying.targets import module
from bpgen.verifying.verdict import cells
from bpgen.writing.options import Options

LONGEST = 5.0  # seconds that a wrong file may run

DATA = "data: {inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]]}"
XOR = f"""
    input: 2
    layers:
      - {{type: dense, name: h, units: 2, activation: sigmoid}}
      - {{type: dense, name: o, units: 1, activation: sigmoid}}
    loss: half_squared_error
    optimizer: {{type: sgd, learning_rate: 1.0}}
    training: {{epochs: 20, batch_size: 1}}
    seed: 1
    {DATA}
"""
CLASSES = """
    input: 2
    layers:
      - {type: dense, name: h, units: 3, activation: tanh}
      - {type: dense, name: o, units: 2, activation: softmax}
    loss: cross_entropy
    optimizer: {type: adam, learning_rate: 0.05}
    training: {epochs: 20, batch_size: 2}
    seed: 1
    data: {inputs: [[0.1, 0.9], [0.8, 0.3], [0.4, -0.5], [-0.7, 0.6], [0.2, -0.3]],
           labels: [0, 1, 1, 0, 1]}
"""
IMAGES = """
    input: [1, 4, 4]
    layers:
      - {type: conv2d, name: c, filters: 2, kernel: 3, padding: same, activation: relu}
      - {type: max_pool2d, name: p, kernel: 2}
      - flatten
      - {type: dense, name: o, units: 1}
    loss: mse
    optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9}
    training: {epochs: 20, batch_size: 2}
    seed: 2
    data:
      inputs:
        - [0.1, 0.9, 0.3, -0.4, 0.7, -0.6, 0.2, 0.5,
           -0.3, 0.8, 0.4, -0.1, 0.6, 0.3, -0.9, 0.2]
        - [-0.5, 0.2, 0.7, 0.1, 0.3, 0.9, -0.8, 0.4,
           0.6, -0.2, 0.5, 0.8, -0.7, 0.1, 0.3, 0.9]
        - [0.4, -0.3, 0.5, 0.6, -0.1, 0.2, 0.8, -0.7,
           0.9, 0.1, -0.4, 0.3, 0.2, 0.7, 0.5, -0.6]
      targets: [[0.5], [-0.3], [0.8]]
"""
STEPS = """
    input: [3, 1]
    layers:
      - {type: lstm, name: m, units: 2}
      - {type: dense, name: o, units: 1, activation: sigmoid}
    loss: binary_cross_entropy
    optimizer: {type: sgd, learning_rate: 0.5}
    training: {epochs: 20, batch_size: 1}
    seed: 1
    data: {inputs: [[0.1, 0.9, 0.4], [0.7, -0.2, 0.3], [-0.5, 0.6, 0.8]],
           targets: [[1], [0], [1]]}
"""
NORM = """
    input: 2
    layers:
      - {type: dense, name: h, units: 2, activation: softplus}
      - {type: batch_norm, name: n}
      - {type: dropout, rate: 0.3}
      - {type: dense, name: o, units: 1}
    loss: mse
    optimizer: {type: rmsprop, learning_rate: 0.01}
    training: {epochs: 20, batch_size: 3}
    seed: 1
    data: {inputs: [[0.1, 0.9], [0.8, 0.3], [0.4, -0.5], [-0.7, 0.6]],
           targets: [[0.3], [0.5], [-0.4], [0.2]]}
"""
# Each form of a file: its net, its style, whether it has the fast form of training.
GALLERY: dict[str, tuple[str, str, bool]] = {
    "xor, unrolled": (XOR, "unrolled", True),
    "xor, loops": (XOR, "loops", True),
    "xor, loops, not fast": (XOR, "loops", False),
    "classes, adam, unrolled": (CLASSES, "unrolled", True),
    "classes, adam, loops": (CLASSES, "loops", True),
    "images, momentum, loops": (IMAGES, "loops", True),
    "lstm, loops": (STEPS, "loops", True),
    "batch_norm, rmsprop, loops": (NORM, "loops", True),
}


@dataclass(frozen=True)
class Form:
    """One file of the gallery, with what verify asks of it and expects."""

    network: Network
    text: str
    library: str
    question: Question
    expected: tuple[Expected, ...]
    script: Script
    wanted: Any

    def wrong(self) -> list[WrongText]:
        """All wrong versions of the file."""
        return list(wrong_texts(self.text))

    def asks(self, wrong: WrongText) -> bool:
        """Whether verify, which runs a file without a main, has that function in it."""
        if wrong.function == SIZES:
            return f"\n{wrong.before}\n" in self.library
        return f"def {wrong.function.rpartition('.')[2]}(" in self.library


@cache
def form(name: str) -> Form:
    """A file of the gallery."""
    spec, style, fast = GALLERY[name]
    net = Net("net", yaml.safe_load(spec))
    options = Options("python", style, fast=fast)
    text = text_of(net.network, net.program, options, "net.yaml")
    alone = replace(options, library=True)
    library = text_of(net.network, net.program, alone, "net.yaml")
    question = ask(net.network, net.program)
    script, wanted = question.script()
    expected = (by_duals(question), by_evaluator(question))
    return Form(net.network, text, library, question, expected, script, wanted)


class TooLongError(Exception):
    """A wrong file does not end."""


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """An end to what does not end by itself."""

    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def noticed(of: Form, text: str, judge: Callable[[Form, str], bool]) -> bool:
    """Whether a judge notices; an error, or no end, is noticed by anybody."""
    try:
        silent = io.StringIO()
        with (
            limited(),
            contextlib.redirect_stdout(silent),
            contextlib.redirect_stderr(silent),
        ):
            return judge(of, text)
    except (Exception, SystemExit):
        return True


def by_verify(of: Form, text: str) -> bool:
    """Whether verify's comparison finds the file wrong."""
    make = vars(module(text))[of.network.class_name]
    if _differs_at_once(of, make()):
        return True
    told: Json = execute(make, of.script)
    found = resolve(of.wanted, answers(told))
    return not all(
        cell.is_kept for cell in cells("python", of.question, found, of.expected, None)
    )


def _differs_at_once(of: Form, net: Any) -> bool:
    """The first of the same questions, since most wrong files fail there."""
    question, expected = of.question, replace(of.expected[0], steps=None)
    net.set_parameters(question.parameters)
    found = {
        "outputs": [net.predict(x) for x in question.inputs],
        "loss": net.batch_gradients(question.inputs, question.targets),
        "gradients": net.gradients(),
        "check": 0.0,
    }
    told = cells("python", question, found, [expected], None)
    return not all(cell.is_kept for cell in told)


def by_check(of: Form, text: str) -> bool:
    """Whether the file's own `--check` does."""
    code: int = vars(module(text))["_run"](["--check"])
    return code != 0

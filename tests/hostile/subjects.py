"""What hostile files are made of, and what is asked of bpgen with each of them.

A subject writes a mutant into a folder and says what came of it: nothing if all is
well, else words. What must hold is said once, in `judged`.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from drawn.nets import drawn
from hostile.mutations import MARK, changed, ragged, scratched
from nets.stress import stress
from running.tools import EXAMPLES, Result, bpgen, tree

from bpgen.languages import LANGUAGES
from bpgen.verifying.targets import module

SLOW = 2.0  # seconds of this process
SMALL = 60  # multiplications of the nets to begin with
TABLE = [
    ["length", "width", "kind"],
    *(["0.5", "1.5", "b"], ["0.25", "2", "a"], ["-1", "1e-3", "b"], ["3", "4", "c c"]),
]
OF_TABLE: dict[str, Any] = {
    "input": 2,
    "layers": [{"type": "dense", "units": 3, "activation": "softmax"}],
    "loss": "cross_entropy",
    "data": {"csv": "d.csv", "labels": "kind"},
    "preprocessing": {"inputs": "standardize"},
}
SAVED = Path(__file__).parent / "saved.yaml"  # a net whose state has every part


@cache
def bases() -> list[dict[str, Any]]:
    """Good nets, small ones of many kinds."""
    found = [net.net for net in map(stress, range(40)) if net.work <= SMALL]
    return found + [{"name": net.name} | net.spec for net in drawn(20, 1)]


@cache
def texts() -> list[str]:
    """The examples as they are written, those that need no file beside them."""
    found = [path.read_text(encoding="utf-8") for path in EXAMPLES]
    return [text for text in found if len(text) < 2_000 and "csv" not in text]


# --- What has to hold -----------------------------------------------------------------


def judged(folder: Path, emit: Callable[[], Result]) -> str:
    """What is wrong with how a command took a hostile file; nothing if nothing is."""
    before, start = tree(folder), time.process_time()
    try:
        result = emit()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    seconds = time.process_time() - start
    after = tree(folder)
    if seconds > SLOW:
        return f"it took {seconds:.1f} seconds"
    if result.code not in (0, 2):
        return f"exit code {result.code}: {result.err}"
    if not result.err.isascii() or "Traceback" in result.err:
        return f"it said {result.err!r}"
    if ("error: " in result.err) != (result.code == 2):
        return f"exit code {result.code}, but it said {result.err!r}"
    new = after.keys() - before.keys()
    if before.items() - after.items() or len(new) > (result.code == 0):
        return f"it left {new}"
    for name in new:
        content = after[name] or b""
        fault = stowaway(content.decode("ascii"), name)
        if fault:
            return fault
    return ""


# What code is made of beside itself: comments, and texts on one line.
PARTS = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/|\#[^\n]*)"
    r"|(?P<text>\"\"\".*?\"\"\"|r?'(?:[^'\\\n]|\\.)*'|r?\"(?:[^\"\\\n]|\\.)*\")",
    re.DOTALL,
)
PROSE = re.compile(r"[\w .,;:()'?!%+=/*#\n-]*", re.ASCII)  # of `about`


def stowaway(text: str, name: str) -> str:
    """What of the user's texts stands in code as more than a text or a comment."""
    for part in PARTS.finditer(text) if MARK in text else ():
        comment = part["comment"] or ""
        if MARK in comment and not PROSE.fullmatch(comment):
            return f"{name} has the comment {comment!r}"
    rest = PARTS.sub("", text)
    at = rest.find(MARK)
    return f"{name} has {rest[max(0, at - 40) : at + 40]!r}" if at >= 0 else ""


# --- Subjects -------------------------------------------------------------------------


def emitting(folder: Path, number: int) -> Callable[[], Result]:
    """Emits the net of a folder, in the languages and styles in turns."""
    language = list(LANGUAGES)[number % len(LANGUAGES)]
    style = "loops" if number % 4 else "auto"
    options = ("--lang", language, "--style", style, "-o", f"{folder}/out/")
    (folder / "out").mkdir(exist_ok=True)
    return lambda: bpgen("emit", *options, str(folder / "net.yaml"))


def written(folder: Path, name: str, text: str) -> None:
    """Writes a file as it is: not every text is one in UTF-8."""
    (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))


def of_net(chance: random.Random, folder: Path, number: int) -> str:
    """A net.yaml with something else in the place of some of its values."""
    text = json.dumps(changed(chance, chance.choice(bases())))
    written(folder, "net.yaml", text)
    return judged(folder, emitting(folder, number))


def of_text(chance: random.Random, folder: Path, number: int) -> str:
    """A net.yaml that is damaged as a text."""
    text = scratched(chance, chance.choice(texts()))
    written(folder, "net.yaml", text)
    return judged(folder, emitting(folder, number))


def of_csv(chance: random.Random, folder: Path, number: int) -> str:
    """A CSV file that is no table, or one of something else."""
    separator = chance.choice((",", ";", "\t", "|"))
    rows = ragged(chance, TABLE) if chance.random() < 0.7 else TABLE
    text = "".join(f"{separator.join(row)}\n" for row in rows)
    text = scratched(chance, text) if chance.random() < 0.5 else text
    written(folder, "d.csv", text)
    written(folder, "net.yaml", json.dumps(OF_TABLE))
    return judged(folder, emitting(folder, number))


@cache
def saver() -> Any:
    """The emitted class of the net with a state."""
    text = bpgen("emit", "--library", "--style", "loops", str(SAVED)).out
    return vars(module(text))["Saved"]


@cache
def state() -> str:
    """A good saved state."""
    net = saver()()
    net.train([[0.5, 1.0], [-1.0, 0.25]], [[1.0], [0.0]], epochs=2)
    return str(net.to_json())


def hostile_state(chance: random.Random) -> str:
    """A saved state that is none, or that of another net."""
    text = state()
    if chance.random() < 0.7:
        text = json.dumps(changed(chance, json.loads(text)))
    return scratched(chance, text) if chance.random() < 0.5 else text


def of_parameters(chance: random.Random, folder: Path, number: int) -> str:
    """A file of parameters that net.yaml names."""
    text = hostile_state(chance)
    written(folder, "state.json", text)
    net = SAVED.read_text(encoding="utf-8")
    written(folder, "net.yaml", f"{net}parameters: state.json\n")
    return judged(folder, emitting(folder, number))


def of_state(chance: random.Random, folder: Path, number: int) -> str:
    """A saved state that an emitted class is to load: whole, to train on from there, or
    not at all."""
    net = saver()()
    before, start, text = net.to_json(), time.process_time(), hostile_state(chance)
    try:
        net.load_json(text)
    except ValueError as error:
        if net.to_json() != before:
            return f"changed, though refused: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    else:
        net.train([[0.5, 1.0], [-1.0, 0.25]], [[1.0], [0.0]], epochs=1)
    seconds = time.process_time() - start
    return f"it took {seconds:.1f} seconds" if seconds > SLOW else ""


SUBJECTS = {
    "a net": of_net,
    "a text": of_text,
    "a table": of_csv,
    "parameters": of_parameters,
    "a saved state": of_state,
}

"""What is asked of an explanation, and what it knows of the emitted file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpgen.explaining.derivations import Script
from bpgen.explaining.digits import LEAST
from bpgen.explaining.model import Code
from bpgen.explaining.notations import Namer
from bpgen.program.nodes import Accumulate, Assign, Element


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for; numbers count from 1."""

    sample: int = 1
    steps: int = 0
    neuron: str = ""
    weight: str = ""
    contrast: str = ""
    digits: int = LEAST
    notation: str = "names"
    blanks: bool = False


@dataclass(frozen=True, slots=True)
class Emitted:
    """The emitted file, as far as an explanation speaks of it.

    Attributes:
        made: by what, and from which net.yaml.
        names: what the code calls a number.
        keys: what Python's code calls it, in every language: an anchor.
        code: the statement in the file, if it stands there.
        meaning: what a number is, in the words of the file's legend.
        script: an expression in JavaScript, of numbers by their keys.
    """

    file: str
    made: str
    language: str
    names: Namer
    keys: Namer
    code: Callable[[Assign | Accumulate], Code | None]
    meaning: Callable[[Element], str]
    legend: tuple[tuple[str, str], ...]
    script: Script

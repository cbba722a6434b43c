"""What parts of a net's class need of the others."""

from __future__ import annotations

from typing import Protocol

from bpgen.runtime.constants import Constants
from bpgen.runtime.generator import Generator
from bpgen.runtime.primitives import Row


class Predicts(Protocol):
    """A net that tells classes, and draws."""

    facts: Constants
    _generator: Generator

    def predict(self, inputs: Row) -> list[float]: ...
    def _drawn(self, row: Row, temperature: float) -> int: ...


class Tells(Protocol):
    """A net that knows the targets of a class."""

    facts: Constants

    def one_hot(self, index: int) -> list[float]: ...

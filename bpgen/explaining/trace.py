"""A run of a program that remembers what every statement did.

In: a program. Out: records, in the order in which the statements ran. A large net has
too many: then only those of some numbers are kept, and its blocks run compiled.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bpgen.program.blocks import Program
from bpgen.program.compiled import After, Watch, compiled
from bpgen.program.evaluate import Place
from bpgen.program.evaluated import EvaluatedBlocks, Key
from bpgen.program.nodes import Accumulate, Assign, Block, Element, Variable
from bpgen.program.walks import reads


@dataclass(frozen=True, slots=True)
class Record:
    """What one statement did once.

    Attributes:
        key: which number it gave a value; `value` is that.
        read: the elements that it reads, which numbers they are, and their values.
        at: the loop variables around it.
    """

    statement: Assign | Accumulate
    key: Key
    value: float
    read: Mapping[Element, tuple[Key, float]]
    at: Mapping[str, int]


class TracedBlocks(EvaluatedBlocks):
    """The blocks of a program, which remember while `records` is a list; with `only`,
    what happened to these numbers, and what statements did in some `rounds`."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.records: list[Record] | None = None
        self.only: Collection[Key] | None = None
        self.rounds: Mapping[int, Mapping[str, int]] = {}  # by a statement's identity

    def another(self) -> EvaluatedBlocks:
        """The same blocks over numbers of their own."""
        return EvaluatedBlocks(self.program)

    def start(self) -> list[Record]:
        """Remember from now on; the list that fills."""
        self.records = []
        return self.records

    def stop(self) -> None:
        """Remember no longer."""
        self.records = None

    def run(self, block: Block, at: dict[str, int] | None = None) -> None:
        """Run a block; where only some numbers are of interest, compiled."""
        if self.records is None or self.only is None:
            super().run(block, at)
            return
        only = {variable for variable, _ in self.only}
        own = compiled(block, tuple(at or {}), only, self.rounds)
        assert isinstance(self.values, ChainMap)
        numbers: dict[Variable, dict[Place, float]] = {v: {} for v in own.variables}
        for known in reversed(self.values.maps):
            for (variable, place), value in known.items():
                if variable in numbers:
                    numbers[variable][place] = value
        draws = getattr(self, "generator", None)  # of a net that draws
        own.run(numbers, at or {}, self.watcher(own.watched, numbers), draws)
        for variable, found in numbers.items():
            self.values.update({(variable, at): x for at, x in found.items()})

    def watcher(
        self,
        watched: tuple[Assign | Accumulate, ...],
        numbers: Mapping[Variable, Mapping[Place, float]],
    ) -> Watch:
        """What compiled code calls around a statement: it remembers."""
        records, only = self.records, self.only
        assert records is not None and only is not None

        def watch(number: int, place: Place, at: dict[str, int]) -> After | None:
            statement = watched[number]
            key = statement.target.variable, place
            if key not in only and id(statement) not in self.rounds:
                return None
            read: dict[Element, tuple[Key, float]] = {}
            for element in (*reads(statement), statement.target):
                variable, where = self.key(element, at)
                if where in numbers[variable]:
                    read[element] = (variable, where), numbers[variable][where]
            return lambda value: records.append(Record(statement, key, value, read, at))

        return watch

    def store(self, statement: Assign | Accumulate, at: Mapping[str, int]) -> None:
        """Give the target of a statement its value, and remember how."""
        records, key = self.records, self.key(statement.target, at)
        if records is None or (self.only is not None and key not in self.only):
            super().store(statement, at)
            return
        read: dict[Element, tuple[Key, float]] = {}
        for element in (*reads(statement), statement.target):
            own = self.key(element, at)
            if own in self.values:
                read[element] = own, self.values[own]
        super().store(statement, at)
        records.append(Record(statement, key, self.values[key], read, dict(at)))

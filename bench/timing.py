"""Rounds in turns: every program once, then every program again.

What comes out: for each work and program the time of one sample in each round, and
the checksum of the numbers after a few epochs; or why there is none. Ratios are those
of medians of one run; it leaves to `page` how they are shown.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from bench.building import CommandError, NotInstalledError, Workshop, run
from bench.programs import PROGRAMS, Program
from bench.works import WORKS, Work

Say: TypeAlias = "Callable[[str], object]"
NEAR = 1e-9  # by how much a checksum may differ, relative to its size
REFERENCE = "python"  # whose numbers the others have to reach


@dataclass
class Measured:
    """A program at a work: microseconds a sample, a number a round."""

    times: list[float] = field(default_factory=list)
    checksum: float = 0.0

    @property
    def median(self) -> float:
        """The time that counts."""
        return statistics.median(self.times)

    @property
    def spread(self) -> float:
        """How far apart the rounds are: half of all from the least to the most."""
        return (max(self.times) - min(self.times)) / 2 / self.median


@dataclass
class Result:
    """All that a run has found, by the names of a work and of a program."""

    measured: dict[tuple[str, str], Measured] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def ratio(self, work: str, slower: str, faster: str) -> float | None:
        """How many times as long one program takes as another one."""
        pair = [self.measured.get((work, name)) for name in (slower, faster)]
        if pair[0] is None or pair[1] is None:
            return None
        return pair[0].median / pair[1].median

    def compare(self) -> None:
        """Adds an error for all numbers that are not those of the emitted file."""
        for (work, name), found in self.measured.items():
            reference = self.measured.get((work, REFERENCE))
            if reference is None or work not in PROGRAMS[name].same:
                continue
            expected = reference.checksum
            if not math.isclose(found.checksum, expected, rel_tol=NEAR, abs_tol=NEAR):
                told = f"checksum {found.checksum!r}, but {expected!r} is right"
                self.errors.append(f"{work}: {name}: {told}")


def measured_once(command: list[str]) -> tuple[float, float]:
    """Microseconds a sample, and the checksum; 0 if there is none."""
    told = json.loads(run(command).splitlines()[-1])
    if not told["microseconds"] > 0.0:
        raise CommandError(f"{' '.join(command)}: took no time")
    return float(told["microseconds"]), float(told["checksum"] or 0.0)


def built(
    shop: Workshop, works: Iterable[Work], programs: Iterable[Program], result: Result
) -> dict[tuple[str, str], list[str]]:
    """The commands of all that can be built."""
    commands = {}
    chosen = list(programs)
    for work in works:
        for program in chosen:
            if work.name not in program.works:
                continue
            try:
                commands[work.name, program.name] = program.build(shop, work)
            except NotInstalledError as what:
                result.missing[program.name] = str(what)
            except CommandError as what:
                result.errors.append(f"{work.name}: {program.name}: {what}")
    return commands


def measure(
    shop: Workshop,
    works: list[str],
    programs: list[str],
    rounds: int,
    say: Say,
) -> Result:
    """Builds and times programs at works, in rounds."""
    result = Result()
    say("building")
    chosen = [PROGRAMS[name] for name in programs]
    commands = built(shop, [WORKS[name] for name in works], chosen, result)
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for key, command in list(commands.items()):
            try:
                time, checksum = measured_once(command)
            except CommandError as what:
                result.errors.append(f"{key[0]}: {key[1]}: {what}")
                del commands[key]
                continue
            found = result.measured.setdefault(key, Measured())
            found.times.append(time)
            found.checksum = checksum
    result.compare()
    return result

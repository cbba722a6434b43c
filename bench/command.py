"""The command `bench/run`: what to measure, and where the result goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bench.building import Workshop, checkout
from bench.generator import emissions
from bench.goals import BASELINE
from bench.page import Run, page, terminal
from bench.programs import BEFORE, EMITTED, PEERS, PROGRAMS
from bench.timing import measure
from bench.versions import versions
from bench.works import ROOT, WORKS

PAGE = ROOT / "docs" / "performance.md"


def names(known: list[str], what: str) -> Callable[[str], list[str]]:
    """Reads names with commas between them, all of which have to be known."""

    def read(text: str) -> list[str]:
        asked = [name for name in text.lower().split(",") if name]
        wrong = [name for name in asked if name not in known]
        if wrong:
            raise argparse.ArgumentTypeError(
                f"no {what} is named {', '.join(wrong)}: there are {', '.join(known)}"
            )
        return [name for name in known if name in asked]

    return read


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="bench/run",
        description="Times emitted files and their peers, and writes the page of a "
        "whole run to docs/performance.md, that of any other to build/bench.",
    )
    peers = [program.name for program in PEERS]
    found.add_argument("--quick", action="store_true", help="2 short rounds: a trial")
    found.add_argument("--rounds", type=int, help="how many; 5, or 2 with --quick")
    found.add_argument("--seconds", type=float, help="of each; 0.5, or 0.1")
    found.add_argument(
        "--only",
        type=names(list(WORKS), "work"),
        default=list(WORKS),
        metavar="W1,...",
        help="the works; all",
    )
    found.add_argument(
        "--peers",
        type=names(peers, "peer"),
        default=peers,
        metavar="NAME,...",
        help=f"of {', '.join(peers)}; all",
    )
    found.add_argument(
        "--against",
        default=BASELINE,
        metavar="REVISION",
        help=f"what `before` is; '' for nothing, {BASELINE} if it is not given",
    )
    found.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where the page goes"
    )
    return found


def main(arguments: list[str] | None = None) -> int:
    """Does what the command line asks for; 1 if something is wrong."""
    asked = parser().parse_args(arguments)
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    rounds = asked.rounds or (2 if asked.quick else 5)
    seconds = asked.seconds or (0.1 if asked.quick else 0.5)
    programs = [program.name for program in EMITTED]
    if asked.against:
        programs += [program.name for program in BEFORE]
    programs += asked.peers

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    sizes = asked.only == list(WORKS) and not asked.quick
    with checkout(asked.against, folder) as before:
        shop = Workshop(folder, seconds, before)
        emitted = tuple(emissions(folder, say)) if sizes else ()
        result = measure(shop, asked.only, programs, rounds, say)
    run = Run(
        tuple(asked.only),
        tuple(programs),
        rounds,
        seconds,
        asked.against,
        versions(folder),
        emitted,
    )
    print(terminal(result, run))
    if result.errors:
        say("\n".join(f"error: {error}" for error in result.errors))
        return 1
    is_whole = asked.only == list(WORKS) and len(programs) == len(PROGRAMS)
    is_whole = is_whole and not asked.quick and asked.against == BASELINE
    path = asked.output or (PAGE if is_whole else folder / PAGE.name)
    path.write_text(page(result, run), encoding="utf-8")
    say(f"written: {path}")
    return 0

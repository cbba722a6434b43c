"""A result as text: the tables, for the terminal and for docs/performance.md.

What comes out has no date, no path and nothing of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.generator import Emission
from bench.goals import GOALS
from bench.programs import PROGRAMS, Program
from bench.timing import Result
from bench.works import WORKS, Work

# The programs whose times the others' are divided by, and the heads of the columns.
COLUMNS = {"python": "÷ Python", "dart": "÷ Dart", "javascript": "÷ JavaScript"}
FAR_APART = 0.1


@dataclass(frozen=True)
class Run:
    """What a page tells of a run beside its result."""

    works: tuple[str, ...]
    programs: tuple[str, ...]
    rounds: int
    seconds: float
    against: str
    versions: dict[str, str] = field(default_factory=dict)
    emissions: tuple[Emission, ...] = ()


def number(value: float) -> str:
    """Three digits, without an exponent."""
    text = f"{value:.3g}"
    return f"{float(text):,.0f}" if "e" in text or value >= 1000 else text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table, its columns as wide as what is in them."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]

    def row(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        found = [first[0].ljust(first[1]), *(c.rjust(w) for c, w in others)]
        return f"| {' | '.join(found)} |"

    return [row(lines[0]), row(rule), *map(row, lines[1:])]


def cells(result: Result, work: Work, program: Program) -> list[str]:
    """A row of a work's table."""
    found = result.measured.get((work.name, program.name))
    if found is None:
        return [program.title, "not measured", *[""] * (len(COLUMNS) + 2)]
    ratios = [result.ratio(work.name, program.name, other) for other in COLUMNS]
    checksum = f"{found.checksum:.12g}" if work.name in program.same else "its own"
    return [
        program.title,
        number(found.median),
        f"{found.spread:.0%}",
        *("" if ratio is None else number(ratio) for ratio in ratios),
        checksum,
    ]


def work_tables(result: Result, run: Run) -> list[str]:
    """A table for each work."""
    lines = []
    head = ["program", "µs a sample", "±", *COLUMNS.values(), "checksum"]
    for name in run.works:
        work = WORKS[name]
        rows = [
            cells(result, work, PROGRAMS[other])
            for other in run.programs
            if name in PROGRAMS[other].works
        ]
        lines += [f"### {name.upper()}: {work.title}", "", *table(head, rows), ""]
    return lines


def goal_table(result: Result, run: Run) -> list[str]:
    """Goals beside what was measured."""
    rows = []
    for goal in GOALS:
        for work, wanted in goal.wanted.items():
            if work not in run.works:
                continue
            found = goal.found(result, work)
            bound = f"{'at most' if goal.at_most else 'at least'} {number(wanted)}"
            told = ["not measured", ""]
            if found is not None:
                told = [number(found), "yes" if goal.is_met(work, found) else "no"]
            rows.append([goal.title, work.upper(), bound, *told])
    return table(["goal", "work", "wanted", "measured", "met"], rows)


def generator_table(emissions: Sequence[Emission]) -> list[str]:
    """What it took to emit nets of several sizes."""
    head = ["language, style", "parameters", "seconds", "MB of memory", "MB of source"]
    rows = [
        [
            f"{own.language.title()}, {own.style}",
            f"{own.parameters:,}",
            f"{own.seconds:.2f}",
            f"{own.memory / 1e6:.0f}",
            f"{own.size / 1e6:.2f}",
        ]
        for own in emissions
    ]
    return table(head, rows)


def missing_lines(result: Result, run: Run) -> list[str]:
    """What was not measured, and what to install."""
    return [
        f"- {PROGRAMS[name].title.strip('*')}: {why}"
        for name, why in result.missing.items()
        if name in run.programs
    ]


def terminal(result: Result, run: Run) -> str:
    """What the command prints in the end."""
    lines = [*work_tables(result, run), *goal_table(result, run)]
    lines += generator_table(run.emissions) if run.emissions else []
    lines += missing_lines(result, run)
    return "\n".join(lines)


ABOUT = """\
# Performance

Made by `bench/run`: do not edit. How long training takes for one sample, with all
that belongs to it: forward, loss, backward, and its share of an update. Every emitted
file trains through its public `train()`.

**How to read it.** Times are medians over the rounds of one run in which all programs
take turns; ± is half of the way from the quickest round to the slowest one. The
columns ÷ Python, ÷ Dart and ÷ JavaScript say how many times as long a program takes
as the emitted file in that language: above 1 it is slower. Absolute times are those
of one machine; ratios travel better. The checksum is a weighted sum of all parameters
after a few steps from the same start: equal ones mean equal work. A program whose
checksum is *its own* does work of the same shape, but not the same work; the list
below says what differs.
"""

METHOD = """\
Python and C are timed by the processor's clock. Dart and JavaScript are timed by the
clock on the wall, which counts what other processes take, too: so the quickest of
five stretches counts. Each program runs in a process of its own, on one thread, and
has trained for a while before it is timed. Preparing data (lists to tensors, text to
numbers) is left out.
"""


GENERATOR = """\
## The generator

What `bpgen emit` takes for nets of two dense layers: the seconds of the processor, the
start of Python among them, and the most memory. An unrolled file grows with its
weights, and so does what it takes, in proportion; one in loops does not grow. Wanted
were, for 10,000 weights unrolled, at most 3 seconds and 300 MB, and for ten million in
loops at most 2 seconds.
"""


def noise(result: Result) -> str:
    """How far the rounds of a run may be trusted."""
    apart = sum(found.spread > FAR_APART for found in result.measured.values())
    told = f"the rounds lie more than ±{FAR_APART:.0%} apart"
    return f"In {apart} of {len(result.measured)} rows {told}."


def page(result: Result, run: Run) -> str:
    """docs/performance.md."""
    shown = [PROGRAMS[name] for name in run.programs]
    notes = [f"- {p.title.strip('*')}: {p.about}" for p in shown if p.about]
    lines = [ABOUT, "## Goals", "", *goal_table(result, run), "", "## Times", ""]
    lines += work_tables(result, run)
    if run.emissions:
        lines += [GENERATOR, *generator_table(run.emissions), ""]
    lines += ["## The programs", "", *notes, ""]
    missing = missing_lines(result, run)
    if missing:
        lines += ["Not measured:", "", *missing, ""]
    told = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    lines += ["## Method", "", METHOD]
    lines += [f"Rounds: {run.rounds}, of {run.seconds:g} seconds or more a program."]
    lines += [noise(result)]
    if run.against:
        lines += [f"*Before* is the revision {run.against}."]
    lines += ["", f"Versions: {told}."]
    return "\n".join(lines) + "\n"

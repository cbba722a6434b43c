"""What `bpgen verify` answers: a table for people, JSON, and JUnit's XML."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from bpgen.commands.verify import Verdict
from bpgen.errors import how_many
from bpgen.verifying.question import QUANTITIES, STEPS
from bpgen.verifying.verdict import Cell

FORMAT = 1  # of the JSON; it changes when a key goes or gets another meaning
STEP = "  "
WORDS = {"steps": f"{STEPS} steps"}


def table_lines(verdict: Verdict) -> Iterator[str]:
    """One net: a line for each emitted file and each way that it is compared with."""
    yield f"net {verdict.name}, {verdict.file}: {_asked(verdict)}"
    head = ["", "against", *(WORDS.get(name, name) for name in QUANTITIES), ""]
    rows = [head]
    for target in dict.fromkeys(cell.target for cell in verdict.cells):
        own = [cell for cell in verdict.cells if cell.target == target]
        first = target
        for against in dict.fromkeys(cell.against for cell in own):
            line = {c.quantity: c for c in own if c.against == against}
            errors = [_error(line.get(quantity)) for quantity in QUANTITIES]
            bad = [WORDS.get(q, q) for q, cell in line.items() if not cell.is_kept]
            end = f"FAIL: {', '.join(bad)}" if bad else "pass"
            rows.append([first, against, *errors, end])
            first = ""
    yield from _aligned(rows)
    for target, why in verdict.failed.items():
        yield f"{STEP}{target}: FAIL: {why}"
    for target, why in verdict.skipped.items():
        yield f"{STEP}{target}: not run: {why}"
    for note in verdict.notes:
        yield f"{STEP}{note}"


def _asked(verdict: Verdict) -> str:
    """What the comparison was about."""
    question, trained = verdict.question, verdict.trained
    samples = how_many(len(question.inputs), "sample")
    if question.is_whole:
        return f"{samples}, all {trained:,} trained parameters"
    some = f"{question.singles} of {trained:,} trained parameters"
    return f"{samples}, {some} and {question.randoms} directions over all"


def _error(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return "0" if cell.error == 0.0 else f"{cell.error:.1e}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield f"{STEP}{STEP.join(padded)}".rstrip()


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """One net for programs; an error that is no number is null."""
    question = verdict.question
    return {
        "format": FORMAT,
        "file": verdict.file,
        "network": verdict.name,
        "passed": verdict.is_kept,
        "samples": len(question.inputs),
        "trained": verdict.trained,
        "measured": question.singles,
        "directions": question.randoms,
        "results": [
            {
                "target": cell.target,
                "against": cell.against,
                "quantity": cell.quantity,
                "error": cell.error if math.isfinite(cell.error) else None,
                "bound": cell.bound,
                "passed": cell.is_kept,
            }
            for cell in verdict.cells
        ],
        "failed": dict(verdict.failed),
        "not_run": dict(verdict.skipped),
        "notes": list(verdict.notes),
    }


def junit_lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """All nets as JUnit's XML: a suite for each, a case for each cell."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<testsuites>"
    for verdict in verdicts:
        bad = sum(not cell.is_kept for cell in verdict.cells) + len(verdict.failed)
        skipped = len(verdict.skipped)
        count = len(verdict.cells) + len(verdict.failed) + skipped
        numbers = f'tests="{count}" failures="{bad}" skipped="{skipped}"'
        yield f"  <testsuite name={quoteattr(verdict.file)} {numbers}>"
        for cell in verdict.cells:
            name = f"{cell.quantity} against {cell.against}"
            said = f"off by {_error(cell)}, more than {cell.bound:.1e}"
            yield from _case(cell.target, name, "" if cell.is_kept else said)
        for target, why in verdict.failed.items():
            yield from _case(target, "run", why)
        for target, why in verdict.skipped.items():
            yield from _case(target, "run", why, "skipped")
        yield "  </testsuite>"
    yield "</testsuites>"


def _case(group: str, name: str, said: str, tag: str = "failure") -> Iterator[str]:
    head = f"    <testcase classname={quoteattr(group)} name={quoteattr(name)}"
    if not said:
        yield f"{head}/>"
        return
    yield f"{head}>"
    yield f"      <{tag} message={quoteattr(said)}/>"
    yield "    </testcase>"

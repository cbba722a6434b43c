"""What `bpgen audit` answers: lines for people, and JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from bpgen.auditing.audit import MOST_WEIGHTS, Audit, Judgement
from bpgen.auditing.causes import Cause
from bpgen.auditing.differences import Finding
from bpgen.auditing.learners import STEP_COUNT
from bpgen.auditing.mutants import GRADIENTS, LOSS, STEPS
from bpgen.program.labels import enumerated

FORMAT = 1  # of the JSON; it changes when a key goes or gets another meaning
STEP = "  "


def report_lines(audit: Audit, file: str, command: str) -> Iterator[str]:
    """A line for each quantity, and below it what is wrong and why."""
    network = audit.exam.network
    yield f"net {network.name}, {file}: {command}"
    names = [_words(audit, judgement.quantity) for judgement in audit.judgements]
    width = max(map(len, names), default=0)
    for name, judgement in zip(names, audit.judgements, strict=True):
        state = "right" if judgement.is_right else "WRONG"
        error = f"off by {_error(judgement.error)} at most"
        yield f"{STEP}{name.ljust(width)}{STEP}{state}{STEP}{error}"
        if judgement.findings:
            yield from (f"{STEP * 2}{line}" for line in _details(audit, judgement))
    for quantity in audit.left:
        if quantity != LOSS:
            yield f"{STEP}{quantity}: not offered by the program"


def _details(audit: Audit, judgement: Judgement) -> Iterator[str]:
    if judgement.follows:
        yield "not looked into: mend what is wrong above it first"
        return
    for finding in judgement.findings:
        yield _found(finding)
    yield from _caused(judgement)
    if judgement.quantity == STEPS:
        yield from _losses(audit)


def _words(audit: Audit, quantity: str) -> str:
    if quantity == STEPS:
        return f"{STEP_COUNT} steps"
    if quantity == GRADIENTS and audit.exam.by_step:
        return "gradients, by what a step moves"
    return quantity


def _error(error: float) -> str:
    return "0" if error == 0.0 else f"{error:.1e}"


def _found(finding: Finding) -> str:
    if finding.is_missing:
        return f"{finding.name}: missing"
    count = f"{finding.wrong} of {finding.count} numbers"
    if finding.wrong == finding.count:
        count = "all numbers" if finding.count > 1 else "its number"
    if finding.factor is not None:
        off = f"{count} off by the factor {finding.factor:.6g}"
    elif math.isfinite(finding.error):
        off = f"{count} off, by {finding.error:.1e} of the largest at most"
    else:
        off = f"{count} off, some are not finite"
    return f"{finding.name}: {off}"


def _caused(judgement: Judgement) -> Iterator[str]:
    if judgement.causes is None:
        yield f"cause: not looked for in nets of more than {MOST_WEIGHTS:,} weights"
        return
    if not judgement.causes:
        yield "cause: none of the known mistakes gives these numbers"
    for cause in judgement.causes:
        words = _joined(
            [_mistake(cause, at) for at in range(len(cause.mutants))], cause
        )
        yield f"likely cause: {enumerated(cause.names)}: {words}"


def _mistake(cause: Cause, at: int) -> str:
    mutant = cause.mutants[at]
    where = mutant.made.where
    return f"{mutant.cause} (layer {enumerated(where)})" if where else mutant.cause


def _joined(words: list[str], cause: Cause) -> str:
    return (", and " if cause.are_together else "; or ").join(words)


def _losses(audit: Audit) -> Iterator[str]:
    yield "loss before each step, and as it should be:"
    for number, (got, right) in enumerate(audit.losses, start=1):
        yield f"{STEP}step {number}: {got:.12g}, {right:.12g}"


def plain_audit(audit: Audit, file: str, command: str) -> dict[str, Any]:
    """All of it for programs; an error or a loss that is no number is null."""
    return {
        "format": FORMAT,
        "file": file,
        "network": audit.exam.network.name,
        "command": command,
        "passed": audit.is_right,
        "samples": len(audit.exam.inputs),
        "gradients_by_step": audit.exam.by_step,
        "quantities": [_judgement(each) for each in audit.judgements],
        "not_offered": list(audit.left),
        "losses": [
            {"got": _number(got), "right": _number(right)}
            for got, right in audit.losses
        ],
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "quantity": judgement.quantity,
        "passed": judgement.is_right,
        "error": _number(judgement.error),
        "follows": judgement.follows,
        "wrong": [
            {
                "name": finding.name,
                "wrong": finding.wrong,
                "count": finding.count,
                "error": _number(finding.error),
                "factor": finding.factor,
                "missing": finding.is_missing,
            }
            for finding in judgement.findings
        ],
        "causes": judgement.causes and [_cause(cause) for cause in judgement.causes],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "names": list(cause.names),
        "together": cause.are_together,
        "error": cause.error,
        "mistakes": [
            {
                "kind": mutant.kind.name,
                "cause": mutant.cause,
                "layers": list(mutant.made.where),
            }
            for mutant in cause.mutants
        ],
    }


def _number(number: float) -> float | None:
    return number if math.isfinite(number) else None

"""What is wrong with a program, and why: its numbers against bpgen's, and those of
known mistakes.

In: an `Exam` and somebody who answers it. Out: an `Audit`: for each quantity whether it
is right, which parameters are not and by how much, and the likely cause: the mistakes
with which bpgen's own program gives the very same wrong numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bpgen.auditing.causes import Cause, causes_of
from bpgen.auditing.differences import Finding, errors_of, findings_of, scales_of
from bpgen.auditing.learners import Audited, Exam, Own, Table, table, tables
from bpgen.auditing.mutants import GRADIENTS, LOSS, OUTPUTS, STEPS
from bpgen.auditing.protocol import Peer

QUANTITIES = (OUTPUTS, LOSS, GRADIENTS, STEPS)
TOLERANCE = 1e-6  # relative to the largest number of a parameter
MOST_WEIGHTS = 5_000  # of nets whose wrong programs are run


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One quantity; `follows` says that it is wrong because of one before it, `causes`
    is None where none was looked for."""

    quantity: str
    error: float
    findings: tuple[Finding, ...] = ()
    follows: bool = False
    causes: tuple[Cause, ...] | None = None

    @property
    def is_right(self) -> bool:
        """Whether all its numbers are right."""
        return not self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All that was found; `left` are the quantities that the program does not offer.

    `losses` are those before each step: the program's and the right ones.
    """

    exam: Exam
    judgements: tuple[Judgement, ...]
    left: tuple[str, ...]
    losses: tuple[tuple[float, float], ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return all(judgement.is_right for judgement in self.judgements)


def audit(exam: Exam, peer: Peer, tolerance: float = TOLERANCE) -> Audit:
    """What is wrong with a program that runs.

    Raises:
        InputError: it stops, or answers what does not fit the net.
    """
    got = tables(exam, Audited(exam, peer))
    own = Own(exam, exam.program)
    if GRADIENTS not in got and STEPS in got and is_plain(exam):
        exam = replace(exam, by_step=True)
        own = Own(exam, exam.program)
        got |= table(exam, Audited(exam, peer), GRADIENTS)
    right = tables(exam, own)
    judgements = tuple(
        _judged(exam, quantity, got[quantity], right[quantity], tolerance, got, right)
        for quantity in QUANTITIES
        if quantity in got
    )
    pairs: tuple[tuple[float, float], ...] = ()
    if STEPS in got:
        pairs = tuple(zip(got[STEPS]["loss"], right[STEPS]["loss"], strict=True))
    left = tuple(quantity for quantity in QUANTITIES if quantity not in got)
    return Audit(exam=exam, judgements=judgements, left=left, losses=pairs)


def is_plain(exam: Exam) -> bool:
    """Whether a step moves by the learning rate times the gradient, and no further."""
    own = Own(exam, exam.program)
    slopes = table(exam, own, GRADIENTS)[GRADIENTS]
    moved = table(replace(exam, by_step=True), own, GRADIENTS)[GRADIENTS]
    own.set(exam.parameters)
    (batch,) = exam.batches(1)
    _, slopes = own.gradients(*batch)
    first = {name: moved[name][: len(slopes[name])] for name in slopes}
    return not any(findings_of(first, slopes, TOLERANCE))


def _judged(
    exam: Exam,
    quantity: str,
    got: Table,
    right: Table,
    tolerance: float,
    all_got: Mapping[str, Table],
    all_right: Mapping[str, Table],
) -> Judgement:
    told = LOSS in all_got and quantity == STEPS
    if told and any(findings_of(all_got[LOSS], all_right[LOSS], tolerance)):
        right = {name: of for name, of in right.items() if name != "loss"}
    scales = scales_of(right)
    worst = max(max(errors_of(got[n], right[n], scales[n]), default=0.0) for n in right)
    findings = tuple(findings_of(got, right, tolerance))
    before = {LOSS: (OUTPUTS,), GRADIENTS: (OUTPUTS,), STEPS: (OUTPUTS, GRADIENTS)}
    follows = any(
        other in all_got
        and any(findings_of(all_got[other], all_right[other], tolerance))
        for other in before.get(quantity, ())
    )
    causes = None
    if findings and not follows and exam.network.weights <= MOST_WEIGHTS:
        causes = tuple(causes_of(exam, quantity, got, right, tolerance))
    return Judgement(
        quantity=quantity,
        error=worst,
        findings=findings,
        follows=follows,
        causes=causes,
    )

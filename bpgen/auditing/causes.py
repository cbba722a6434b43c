"""The likely cause of wrong numbers: the mistakes that give the very same ones.

In: somebody's wrong numbers. Out: one mistake that explains all of them, or several
that explain some names each, or two that were made together; or nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from bpgen.auditing.differences import errors_of, findings_of, scales_of
from bpgen.auditing.kinds import mutants_of
from bpgen.auditing.learners import Exam, Own, Table, table
from bpgen.auditing.mutants import GRADIENTS, STEPS, Mutant
from bpgen.program.blocks import Program

MOST_NAMED = 3  # mistakes that give the same numbers
MOST_TOGETHER = 100  # weights of nets for which two mistakes are tried together
WRONG_RUNS = (ArithmeticError, KeyError, ValueError, IndexError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Mistakes that give the very numbers of some names: one of them is enough, or it
    takes them together; `error` is what is left."""

    names: tuple[str, ...]
    mutants: tuple[Mutant, ...]
    error: float
    are_together: bool = False


def causes_of(
    exam: Exam, quantity: str, got: Table, right: Table, tolerance: float
) -> Iterator[Cause]:
    """What explains wrong numbers; nothing where nothing does."""
    # a number that is missing is one that stays 0
    got = {name: [0.0 if math.isnan(x) else x for x in of] for name, of in got.items()}
    wrong = {finding.name for finding in findings_of(got, right, tolerance)}
    known = list(_known(exam, quantity, exam.program, right, tolerance))
    found = [(m, _explained(got, own, right, tolerance)) for m, own in known]
    whole = [(m, names) for m, names in found if len(names) == len(right)]
    if whole:
        yield _cause(wrong, [mutant for mutant, _ in whole], whole[0][1])
        return
    parts, left = _parts(wrong, found)
    if left and exam.network.weights <= MOST_TOGETHER:
        both = _together(exam, quantity, got, right, tolerance)
        if both:
            yield both
            return
    yield from parts


def _parts(
    wrong: set[str], found: Sequence[tuple[Mutant, Mapping[str, float]]]
) -> tuple[list[Cause], set[str]]:
    """Mistakes that explain as many names each as can be, and the names left."""
    parts = []
    while wrong:
        best = max((len(wrong & names.keys()) for _, names in found), default=0)
        if not best:
            break
        chosen = [(m, n) for m, n in found if len(wrong & n.keys()) == best]
        names = wrong & chosen[0][1].keys()
        same = [mutant for mutant, n in chosen if wrong & n.keys() == names]
        parts.append(_cause(names, same, chosen[0][1]))
        wrong = wrong - names
    return parts, wrong


def _cause(
    names: set[str], mutants: Sequence[Mutant], errors: Mapping[str, float]
) -> Cause:
    by_words: dict[str, Mutant] = {}
    for mutant in mutants:
        by_words.setdefault(mutant.cause, mutant)
    error = max(errors[name] for name in names)
    some = tuple(by_words.values())[:MOST_NAMED]
    return Cause(names=_in_order(names, errors), mutants=some, error=error)


def _in_order(names: set[str], known: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(name for name in known if name in names)


def _known(
    exam: Exam, quantity: str, program: Program, right: Table, tolerance: float
) -> Iterator[tuple[Mutant, Table]]:
    """The mistakes that make a quantity wrong, each with its wrong numbers."""
    kinds = (GRADIENTS, STEPS) if exam.by_step else (quantity,)
    for shows_in in kinds if quantity in kinds else (quantity,):
        for mutant in mutants_of(exam.network, program, shows_in):
            own = _numbers(exam, quantity, mutant.program)
            if own is not None and any(findings_of(own, right, tolerance)):
                yield mutant, own


def _numbers(exam: Exam, quantity: str, program: Program) -> Table | None:
    """The numbers of a wrong program; None where it has none."""
    try:
        return table(exam, Own(exam, program), quantity)[quantity]
    except WRONG_RUNS:
        return None


def _explained(
    got: Table, own: Table, right: Table, tolerance: float
) -> dict[str, float]:
    """The names whose numbers are those of a wrong program, with what is left."""
    scales, found = scales_of(right), {}
    for name in right:
        most = max(scales[name], *map(abs, own[name]))
        left = max(errors_of(got[name], own[name], most), default=0.0)
        if left <= tolerance:
            found[name] = left
    return found


def _together(
    exam: Exam, quantity: str, got: Table, right: Table, tolerance: float
) -> Cause | None:
    """Two mistakes, each made wherever it can be."""
    wide: dict[str, Mutant] = {}
    for mutant, _ in _known(exam, quantity, exam.program, right, tolerance):
        wide.setdefault(mutant.kind.name, mutant)
    wrong = {finding.name for finding in findings_of(got, right, tolerance)}
    for one, other in permutations(wide.values(), 2):
        made = next(other.kind.find(exam.network, one.program), None)
        own = made and _numbers(exam, quantity, made.program)
        if not own:
            continue
        names = _explained(got, own, right, tolerance)
        if len(names) == len(right):
            error = max(names.values())
            return Cause(
                names=_in_order(wrong, names),
                mutants=(one, other),
                error=error,
                are_together=True,
            )
    return None

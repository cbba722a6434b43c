"""Mistakes on the way back: in sums, in paths, in rounds, in the order of time."""

from __future__ import annotations

from dataclasses import replace

from bpgen.auditing.derived import (
    Derived,
    backward_kind,
    in_value,
    path_of,
    writes,
)
from bpgen.auditing.mutants import (
    Change,
    Site,
    Wrong,
    sites,
)
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Divide,
    Element,
    Expression,
    For,
    Index,
    Negate,
    Number,
    Order,
    Role,
)
from bpgen.program.notes import ChainNote, Path

# --- Sums and paths -------------------------------------------------------------------


def _bias_missing(site: Site) -> Wrong | None:
    match site.statement:
        case Accumulate(note=ChainNote(is_weight=True, is_one=True)):
            return Wrong(())
    return None


def _overwritten(role: Role) -> Change:
    def change(site: Site) -> Wrong | None:
        match site.statement:
            case Accumulate(target, value, ChainNote()) if _adds(site, role):
                return Wrong((Assign(target, value),))
        return None

    return change


def _adds(site: Site, role: Role) -> bool:
    """Whether a sum of that role has several terms; a gradient has one a sample."""
    match site.statement:
        case Accumulate(target) if target.variable.role is role:
            own = [loop for loop in site.loops if not _counts(target, loop.index)]
            return role is Role.GRADIENT or any(loop.stop != 1 for loop in own)
    return False


def _path_dropped(site: Site) -> Wrong | None:
    path = path_of(site.statement)
    match site.statement:
        case Accumulate(target) | Assign(target) if path:
            if target.variable.role is Role.VALUE:
                zero = Assign(target, Number(0.0))
                is_sum = isinstance(site.statement, Accumulate)
                return Wrong(() if is_sum else (zero,), path.to.variable.name)
    return None


def _through_time(site: Site) -> Wrong | None:
    times = [loop.index for loop in site.loops if loop.order is Order.DOWNWARDS]
    match site.statement:
        case Accumulate(target) if times and target.variable.role is Role.VALUE:
            if any(index == Index(0, ((times[0], 1),)) for index in target.indices):
                return Wrong(())
    return None


def _time_upwards(site: Site) -> Wrong | None:
    match site.statement:
        case For(order=Order.DOWNWARDS) as loop:
            return Wrong((replace(loop, order=Order.UPWARDS),))
    return None


def _shorter(start: int, stop: int) -> Change:
    """Fewer rounds; of loops that add, since others would leave numbers unset."""

    def change(site: Site) -> Wrong | None:
        match site.statement:
            case For(index, int(last), body, start=int(first)) as loop:
                if last - first > 1 and not any(_sets(s, index) for s in sites(body)):
                    made = replace(loop, start=first + start, stop=last + stop)
                    return Wrong((made,), index)
        return None

    return change


def _sets(site: Site, index: str) -> bool:
    match site.statement:
        case Assign(target) if target.variable.role is not Role.INDEX:
            return _counts(target, index)
    return False


def _counts(element: Element, index: str) -> bool:
    return any(name == index for own in element.indices for name, _ in own.terms)


def _factor_missing(s: Derived, path: Path, above: Element) -> Expression | None:
    """Numbers and masks that the forward statement multiplies by."""
    match path.slope:
        case Number(value) if value not in (0.0, 1.0):
            return above
        case Element(variable) if variable.name.startswith("mask"):
            return above
        case Divide(Number(1.0), _):
            return above
    match s.value:
        case Divide(_, Element() | Number()):
            return above
    return None


def _sign_lost(s: Derived, path: Path, above: Element) -> Expression | None:
    match s.value:
        case Negate(value):
            return value
    return None


def _input_missing(s: Derived, path: Path, above: Element) -> Expression | None:
    is_sum = isinstance(s.note, ChainNote) and not s.note.is_one
    return above if writes(s, Role.GRADIENT) and is_sum else None


# --- The table ------------------------------------------------------------------------


PATH_KINDS = (
    backward_kind(
        "bias_missing", "the bias gradient is missing, it stays 0", _bias_missing
    ),
    backward_kind(
        "last_term_only",
        "= stands for +=: only the last sample, place or step counts",
        _overwritten(Role.GRADIENT),
    ),
    backward_kind(
        "last_path_only",
        "= stands for +=: of all paths that lead on only the last one counts",
        _overwritten(Role.VALUE),
    ),
    backward_kind(
        "path_dropped", "the path through {detail} is left out", _path_dropped, True
    ),
    backward_kind(
        "time_not_passed",
        "the slope does not go back through time, to the step before",
        _through_time,
    ),
    backward_kind("time_upwards", "backward goes through time forwards", _time_upwards),
    backward_kind(
        "last_round_missing",
        "a loop over {detail} ends one round too early",
        _shorter(0, -1),
        True,
    ),
    backward_kind(
        "first_round_missing",
        "a loop over {detail} begins one round too late",
        _shorter(1, 0),
        True,
    ),
    backward_kind(
        "factor_missing",
        "a constant factor of the forward pass is missing on the way back",
        in_value(_factor_missing),
    ),
    backward_kind(
        "sign_lost", "a minus sign is missing on the way back", in_value(_sign_lost)
    ),
    backward_kind(
        "input_missing",
        "the weight's gradient is the delta alone, not delta times input",
        in_value(_input_missing),
    ),
)

"""What changes of derived statements share: their path, the slope that arrives."""

from __future__ import annotations

from collections.abc import Callable

from bpgen.auditing.mutants import (
    GRADIENTS,
    Change,
    Kind,
    Site,
    Wrong,
    in_blocks,
    with_value,
)
from bpgen.program.gradients import gradient_of
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Call,
    Element,
    Expression,
    Role,
    Statement,
)
from bpgen.program.notes import ChainNote, Path
from bpgen.program.walks import elements

Derived = Assign | Accumulate


def path_of(statement: Statement) -> Path | None:
    """The one way that a derived statement follows; None if it is no such statement."""
    match statement:
        case (Assign() | Accumulate()) as derived if isinstance(
            derived.note, ChainNote
        ):
            return derived.note.paths[0] if len(derived.note.paths) == 1 else None
    return None


def above_in(statement: Derived, path: Path) -> Element | None:
    """The slope that arrives there."""
    wanted = gradient_of(path.to.variable)
    found = [e for e in elements(statement.value) if e.variable == wanted]
    return found[0] if found else None


def in_value(
    make: Callable[[Derived, Path, Element], Expression | None],
) -> Change:
    """A change of the values of derived statements."""

    def change(site: Site) -> Wrong | None:
        path = path_of(site.statement)
        if path is None or not isinstance(site.statement, (Assign, Accumulate)):
            return None
        above = above_in(site.statement, path)
        value = above and make(site.statement, path, above)
        if value is None:
            return None
        note = site.statement.note
        because = note.because if isinstance(note, ChainNote) else ""
        detail = because.rpartition("' = ")[2] if "' = " in because else because
        return Wrong(with_value(site.statement, value), _formula(detail))

    return change


def _formula(because: str) -> str:
    return because.partition(" = ")[2] or because


def is_activation(path: Path) -> bool:
    """Whether the forward statement applies a function to a number."""
    return isinstance(path.forward.value, Call)


def writes(statement: Derived, role: Role) -> bool:
    """Whether a statement gives a number of that role."""
    return statement.target.variable.role is role


def backward_kind(name: str, cause: str, change: Change, apart: bool = False) -> Kind:
    """A kind of mistake in statements of the way back."""
    return Kind(
        name, GRADIENTS, cause, in_blocks("backward", change=change, apart=apart)
    )

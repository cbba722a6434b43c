"""Locals share names where their lives do not meet: CPython is slower beyond 256.

In and out: a block, whose locals with a number in their name live from the first to the
last of its statements that name them.
"""

from __future__ import annotations

from collections.abc import Callable

from bpgen.program.nodes import Block, Element, Role, Variable
from bpgen.program.rewriting import with_elements
from bpgen.program.walks import readings

MANY = 160  # with the names of arrays, some 256


def with_few_names(block: Block) -> Block:
    """The block with as few numbered names as possible."""
    first: dict[Variable, int] = {}
    last: dict[Variable, int] = {}
    for at, statement in enumerate(block):
        for inner, read in readings((statement,)):
            for element in (inner.target, *read):
                variable = element.variable
                if variable.role is Role.LOCAL and variable.name != variable.prefix:
                    first.setdefault(variable, at)
                    last[variable] = at
    names = shared(first, last, lambda variable: variable.prefix)
    if len(set(names.values())) > MANY:
        names = shared(first, last, family)
    return with_elements(block, lambda e: names.get(e.variable, e))


def family(variable: Variable) -> str:
    """What a name begins with where there are many: weights, slopes, values."""
    first = variable.prefix[0]
    return first if first in "wd" else "v"


def shared(
    first: dict[Variable, int],
    last: dict[Variable, int],
    prefix_of: Callable[[Variable], str],
) -> dict[Variable, Element]:
    """The names of locals that live from a first to a last statement."""
    names: dict[Variable, Element] = {}
    busy: dict[str, list[int]] = {}  # until when each number of a prefix is in use
    for variable, start in first.items():
        prefix = prefix_of(variable)
        ends = busy.setdefault(prefix, [])
        number = next((n for n, end in enumerate(ends) if end < start), len(ends))
        ends[number : number + 1] = [last[variable]]
        name = numbered(prefix, number + 1)
        names[variable] = Variable(name, Role.LOCAL, prefix).scalar()
    return names


def numbered(prefix: str, number: int) -> str:
    """A name with a number."""
    return f"{prefix}{'_' * prefix[-1].isdigit()}{number}"

"""Locals share names where their lives do not meet: CPython is slower beyond 256 of them.

In and out: a block, whose locals with a number in their name live from the first to the
last of its statements that name them.
"""

from __future__ import annotations

from bpgen.program.nodes import Block, Element, Role, Variable
from bpgen.program.rewriting import with_elements
from bpgen.program.walks import readings


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
    names: dict[Variable, Element] = {}
    busy: dict[str, list[int]] = {}  # until when each number of a prefix is in use
    for variable, start in first.items():
        ends = busy.setdefault(variable.prefix, [])
        number = next((n for n, end in enumerate(ends) if end < start), len(ends))
        ends[number : number + 1] = [last[variable]]
        name = numbered(variable.prefix, number + 1)
        names[variable] = Variable(name, Role.LOCAL, variable.prefix).scalar()
    return with_elements(block, lambda e: names.get(e.variable, e))


def numbered(prefix: str, number: int) -> str:
    """A name with a number."""
    return f"{prefix}{'_' * prefix[-1].isdigit()}{number}"

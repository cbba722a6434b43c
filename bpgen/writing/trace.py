"""An emitted file that tells what it computes: for a page that shows every number.

In: a page and its text. Out: the same text with a record after each statement that
gives one number a value. Without the records it is the emitted text.
"""

from __future__ import annotations

from collections.abc import Callable

from bpgen.program.nodes import Element
from bpgen.program.walks import statements
from bpgen.writing.page import Page

RECORD = '$record("{}", {}){}'  # no emitted name has a dollar


def traced(page: Page, text: str, key: Callable[[Element], str]) -> str:
    """The text with a record after each statement of a pass, under its target's key."""
    program = page.program
    passes = program.forward + program.loss + program.backward
    wanted = {id(statement) for statement in statements(passes)}
    found = page.statements(text)
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        lines.append(line)
        statement, end = found.get(number), page.language.end
        is_last = statement is not found.get(number + 1) and line.endswith(end)
        if statement is not None and is_last and id(statement) in wanted:
            target = statement.target
            if page.dialect.is_scalar(target):
                indent = line[: len(line) - len(line.lstrip())]
                name = page.names.scalar(target)
                lines.append(indent + RECORD.format(key(target), name, end))
    return "\n".join(lines)


def untraced(text: str) -> str:
    """The text without its records."""
    start = RECORD.split("{}")[0]
    lines = text.split("\n")
    return "\n".join(line for line in lines if not line.lstrip().startswith(start))

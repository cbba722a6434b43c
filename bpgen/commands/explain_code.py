"""Where the statements of a program stand in the emitted file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bpgen.explaining.model import Code
from bpgen.program.nodes import Accumulate, Assign
from bpgen.writing.page import Page
from bpgen.writing.render import render


def code_of(page: Page, file: str) -> Callable[[Assign | Accumulate], Code | None]:
    """The first line of the file that each statement stands on, and its text."""
    text = render(page)
    lines = text.split("\n")
    found: dict[int, Code] = {}
    for number, statement in page.statements(text).items():
        own = found.get(id(statement))
        line = lines[number - 1].strip()
        if own is None:
            found[id(statement)] = Code(line, file, number)
        elif number == own.line + own.text.count("\n") + 1:
            found[id(statement)] = replace(own, text=f"{own.text}\n{line}")
    return lambda statement: found.get(id(statement))

"""How errors and warnings are shown: the sentence, then the line it is about.

net.yaml:3:26: error: expected a whole number, got 'three'
  3 |   - {type: dense, units: three}
    |                          ^
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bpgen.errors import Problem

WIDTH = 100  # columns of a source line that are shown
BEFORE = 60  # of those, at most so many before the place
COLOURS = {"error": "31", "warning": "35"}  # red, magenta


def quoted(
    problems: tuple[Problem, ...], contents: Callable[[str], bytes]
) -> tuple[Problem, ...]:
    """The problems with the lines that they are about."""
    texts: dict[str, list[str]] = {}
    found = []
    for problem in problems:
        place = problem.place
        if place and place.file not in texts:
            content = contents(place.file)
            if b"\0" in content:
                content = b""  # no text
            text = content.decode("utf-8-sig", errors="replace")
            texts[place.file] = text.replace("\r\n", "\n").split("\n")
        lines = texts[place.file] if place else []
        has_line = place and 0 < place.line <= len(lines)
        line = lines[place.line - 1] if place and has_line else ""
        found.append(replace(problem, line=line))
    return tuple(found)


def told(problem: Problem) -> Iterator[str]:
    """The lines that tell a problem, in colours, which `echo` leaves out where there
    is no terminal."""
    prefix = f"{problem.place}: " if problem.place else ""
    colour = COLOURS[problem.severity]
    kind = _bright(f"{problem.severity}:", colour)
    yield f"{_bright(prefix)}{kind} {problem.message}"
    if not problem.place or not problem.line.strip():
        return
    column = problem.place.column - 1
    first = max(0, column - BEFORE) if len(problem.line) > WIDTH else 0
    shown = _plain(problem.line[first : first + WIDTH]).rstrip()
    number = str(problem.place.line)
    yield f"  {number} | {shown}"
    yield f"  {' ' * len(number)} | {' ' * (column - first)}{_bright('^', colour)}"


def _bright(text: str, colour: str = "") -> str:
    return f"\x1b[{colour}m\x1b[1m{text}\x1b[0m" if colour else f"\x1b[1m{text}\x1b[0m"


def _plain(text: str) -> str:
    """The same columns, harmless to any terminal."""
    return "".join(c if " " <= c <= "~" else " " if c == "\t" else "?" for c in text)

"""What ktlint wants of finished lines, beside their width.

In: lines of Kotlin, each value where it begins, every body in braces. Out: the lines as
ktlint leaves them: operands further in than the first one, a value of several lines
below its name, and a function that does nothing but return as an equation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

Placed: TypeAlias = "tuple[str, int]"

STEP = 4
WIDTH = 100
OPERATOR = re.compile(r" (?:[-+*/]|&&|\|\|)$")
BEGINS = re.compile(r" *(?:private )?va[lr] .* =$")
OPEN_VALUE = re.compile(
    r"( *(?:(?:private |const )*va[lr] )?[\w.\[\]: <>?,()*/%+-]+ [-+*/]?=) (.*\()$"
)
OPEN_TEXT = re.compile(r'( *(?:private )?val \w+ =) (""".*)$')
HEAD = re.compile(r" *(?:\) *: .*|(?:private )?fun .*) \{$")
CALLS = re.compile(r"\)(?:, [\w.]+)*,$")  # at the end of some arguments
RETURNED = re.compile(r" *return (.*)$")


def finish(lines: list[str]) -> list[str]:
    """Lines, of which the later operands of what a name begins as stand further in."""
    found, is_begun, goes_on = list[str](), False, False
    for line in lines:
        found.append(" " * STEP + line if is_begun and goes_on else line)
        is_code = not line.lstrip().startswith(("//", "*", "/*"))
        goes_on = is_code and bool(OPERATOR.search(line))
        if not goes_on:
            is_begun = bool(BEGINS.match(line))
    return found


def rewrapped(lines: list[str]) -> list[Placed]:
    """Lines, each with the place of the one that it is from: values that go on stand
    below their names, and functions that do nothing but return are equations."""
    short = [(part, n) for n, line in enumerate(lines) for part in broken(line)]
    places = [place for _, place in short]
    found = equated(lowered([line for line, _ in short]))
    return [(line, places[place]) for line, place in found]


def broken(line: str) -> list[str]:
    """A line that is too long, over several: an argument of its call on each. So are
    those of a call that stand on a line, if calls are among them."""
    text = line.lstrip()
    pad = " " * (len(line) - len(text))
    if text.startswith(("//", "*", "/*")):
        return [line]
    if CALLS.search(text):
        several = arguments_of(text[:-1])
        if len(several) > 1:
            return [part for own in several for part in broken(f"{pad}{own},")]
    begin, end = call_in(text)
    if len(line) <= WIDTH or not begin:
        return [line]
    inside = arguments_of(text[begin:end])
    lines = [part for own in inside for part in broken(f"{pad}{' ' * STEP}{own},")]
    return [f"{pad}{text[:begin]}", *lines, f"{pad}{text[end:]}"]


def call_in(text: str) -> tuple[int, int]:
    """Where the arguments begin and end of the largest call in a line; 0 if there is
    none."""
    best, opened = (0, 0), list[int]()
    for place, letter in code_in(text):
        if letter == "(":
            opened.append(place + 1)
        elif letter == ")" and opened:
            begin = opened.pop()
            is_call = text[begin - 2 : begin - 1].isalnum() and place > begin
            if is_call and place - begin > best[1] - best[0]:
                best = begin, place
    return best


def arguments_of(text: str) -> list[str]:
    """What stands between commas."""
    found, begin, depth = list[str](), 0, 0
    for place, letter in code_in(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            found.append(text[begin:place])
            begin = place + 2
    return [*found, text[begin:]]


def code_in(text: str) -> Iterator[tuple[int, str]]:
    """The letters of a line outside of its texts, each with its place."""
    inside = False
    for place, letter in enumerate(text):
        if letter == '"' and text[place - 1 : place] != "\\":
            inside = not inside
        elif not inside:
            yield place, letter


def lowered(lines: list[str]) -> list[Placed]:
    """A value of several lines, but a sum, below its name."""
    found, pads = list[Placed](), list[str]()
    for place, line in enumerate(lines):
        match = OPEN_VALUE.fullmatch(line) or OPEN_TEXT.fullmatch(line)
        pad = " " * STEP * len(pads)
        if match:
            own = line[: len(line) - len(line.lstrip())]
            found.append((pad + match[1], place))
            found.append((f"{pad}{' ' * STEP}{own}{match[2]}", place))
            pads.append(own)
            continue
        found.append((pad + line if line else line, place))
        if pads and line.startswith((f"{pads[-1]})", f'{pads[-1]}"""')):
            pads.pop()
    return found


def equated(lines: list[Placed]) -> list[Placed]:
    """A function of one `return` as an equation."""
    found = list[Placed]()
    for line, place in lines:
        found.append((line, place))
        if len(found) < 3 or line.strip() != "}":
            continue
        head, value = found[-3][0], found[-2][0]
        returned = RETURNED.fullmatch(value)
        if not (returned and HEAD.fullmatch(head)):
            continue
        whole, of = f"{head[:-2]} = {returned[1]}", found[-2][1]
        if len(whole) <= WIDTH:
            found[-3:] = [(whole, of)]
        else:  # that would be too long
            pad = value[: len(value) - len(value.lstrip())]
            long = broken(f"{pad}val result = {returned[1]}")
            named = [(part, of) for part, _ in lowered(long)]
            found[-2:-1] = [*named, (f"{pad}return result", of)]
    return found

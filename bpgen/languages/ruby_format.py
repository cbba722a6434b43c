"""What rubocop wants of finished lines, beside their width.

In: lines of Ruby, with a `return` before each result and every `if` over lines of its
own. Out: the lines as a reader of Ruby expects them: a statement with its condition
behind it, an empty line below what leaves early, no `return` where a method ends.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TypeAlias

Placed: TypeAlias = "tuple[str, int]"

WIDTH, STEP = 100, 2
DOWN = re.compile(r"^( *)\((\w+)\)\.downto\(")
HEAD = re.compile(r"( *)(?:private )?def \w+")
CONDITION = re.compile(r"( *)(if|unless) (.*)")
CALLED = re.compile(r"[\w.@?\[\]]+")
LEAVES = re.compile(r"(?:return|raise|break|next)\b")
OPENS = re.compile(
    r"(?:if|unless|def|while|else|elsif|end)\b|#|.* do(?: \|.*\|)?$|.* (?:if|\?) "
)
GOES_ON = re.compile(r" *(?:end|else|elsif|rescue|ensure|[\])}])")


def finish(lines: list[str]) -> list[str]:
    """Lines whose texts say what they say: behind # a @ would be a field. What counts
    down from a single word needs no parentheses."""
    return [x if x.lstrip().startswith("#") else finished(x) for x in lines]


def finished(line: str) -> str:
    """A line of code."""
    return DOWN.sub(r"\1\2.downto(", line.replace("#@", "\\#@"))


def rewrapped(lines: list[str]) -> list[Placed]:
    """Lines, each with the place of the one that it is from."""
    found = [(line, place) for place, line in enumerate(lines)]
    found = without_returns(behind(with_unless(found)))
    return [part for line in apart(found) for part in broken(*line)]


# Conditions ---------------------------------------------------------------------------


def opposite(condition: str) -> str:
    """What a condition is the opposite of, if it is that of one thing."""
    rest = condition[1:]
    called = CALLED.match(rest)
    begin = called.end() if called else 0
    inside = rest[begin:]
    if not condition.startswith("!") or (inside and not is_in_marks(inside)):
        return ""
    return rest if called else inside[1:-1]


def is_in_marks(text: str) -> bool:
    """Whether a text stands in one pair of parentheses."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(text) - 1 and letter == ")"
    return False


def with_unless(lines: list[Placed]) -> list[Placed]:
    """Lines that say `unless` of what must not be, where there is no `else`."""
    found = list(lines)
    for at, (line, place) in enumerate(lines):
        match = CONDITION.fullmatch(line)
        other = opposite(match[3]) if match else ""
        if match and other:
            ends = (x for x, _ in lines[at + 1 :] if x.startswith((f"{match[1]}e",)))
            if next(ends, "") == f"{match[1]}end":
                found[at] = f"{match[1]}unless {other}", place
    return found


def behind(lines: list[Placed]) -> list[Placed]:
    """Lines in which a short statement stands before its condition."""
    found = list[Placed]()
    at = 0
    while at < len(lines):
        short = modified([line for line, _ in lines[at : at + 3]])
        found.append((short, lines[at + 1][1]) if short else lines[at])
        at += 3 if short else 1
    return found


def modified(lines: list[str]) -> str:
    """`if condition`, a statement and `end` on one line; nothing if they are no such
    lines, or do not fit."""
    match = CONDITION.fullmatch(lines[0])
    if not match or len(lines) < 3:
        return ""
    pad, word, condition = match.groups()
    statement = lines[1][len(pad) + STEP :]
    is_whole = lines[2] == f"{pad}end" and not condition.endswith(("&&", "||"))
    if not is_whole or OPENS.match(statement):
        return ""
    found = f"{pad}{statement} {word} {condition}"
    return found if len(found) <= WIDTH else ""


def apart(lines: list[Placed]) -> list[Placed]:
    """Lines with an empty one below each that leaves early, or a run of these."""
    found = list[Placed]()
    for at, (line, place) in enumerate(lines):
        found.append((line, place))
        below = lines[at + 1][0] if at + 1 < len(lines) else ""
        is_last = not below or GOES_ON.match(below)
        if leaves(lines, at) and not (is_last or leads_out(lines, at + 1)):
            found.append(("", place))
    return found


def leaves(lines: list[Placed], at: int) -> bool:
    """Whether a line ends a statement that leaves if a condition holds."""
    line = lines[at][0]
    text = line.lstrip()
    if LEAVES.match(text):
        return " if " in text or " unless " in text
    pad = line[: len(line) - len(text)]
    if text != "end" or at < 2:
        return False
    match = CONDITION.fullmatch(lines[at - 2][0])
    inside = LEAVES.match(lines[at - 1][0].lstrip())
    return bool(match and match[1] == pad and inside)


def leads_out(lines: list[Placed], at: int) -> bool:
    """Whether a statement that leaves early begins on a line."""
    ends = at + 2 < len(lines) and lines[at + 2][0].strip() == "end"
    is_choice = bool(CONDITION.fullmatch(lines[at][0])) and ends
    return leaves(lines, at) or (is_choice and leaves(lines, at + 2))


# Results ------------------------------------------------------------------------------


def without_returns(lines: list[Placed]) -> list[Placed]:
    """Lines of methods, whose last value is what they give."""
    found = list(lines)
    for place, (line, _) in enumerate(lines):
        match = HEAD.match(line)
        if match:
            end = f"{match[1]}end"
            last = (k for k in range(place, len(lines)) if lines[k][0] == end)
            unreturned(found, place + 1, next(last), match[1] + " " * STEP)
    return found


def unreturned(lines: list[Placed], start: int, stop: int, pad: str) -> None:
    """Takes the `return` away that ends a body, or each side of its last choice."""
    texts = [(k, lines[k][0]) for k in range(start, stop)]
    own = [k for k, x in texts if x.startswith(pad) and x[len(pad)] not in " )]}"]
    if not own:
        return
    last, place = lines[own[-1]]
    last = last[len(pad) :]
    if last.startswith("return ") and not CONDITION.search(last):
        lines[own[-1]] = pad + last.removeprefix("return "), place
    elif last == "end" and len(own) > 2 and lines[own[-2]][0] == f"{pad}else":
        heads = 2  # the lines from the `if` on, without those of its bodies
        while lines[own[-heads]][0].startswith(f"{pad}els"):
            heads += 1
        for begin, end in pairwise(own[-heads:]):
            unreturned(lines, begin + 1, end, pad + " " * STEP)


# Width --------------------------------------------------------------------------------


def broken(line: str, place: int) -> list[Placed]:
    """A refusal that is too long, with its words on the next line."""
    before, comma, words = line.partition("raise ArgumentError, ")
    if len(line) <= WIDTH or not comma or before.strip():
        return [(line, place)]
    return [
        (f"{before}{comma.rstrip()}", place),
        (f"{before}{' ' * STEP}{words}", place),
    ]

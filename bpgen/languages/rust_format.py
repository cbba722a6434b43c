"""What rustfmt wants of finished lines: long calls and lists over several lines.

In: lines of Rust, each statement with all of its arguments on one line. Out: the lines
as rustfmt leaves them: arguments that take more than 60 columns stand one a line, or,
if there is but one, which has brackets itself, are broken inside of that. Short items
of a list fill their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH, STEP, MOST, SHORT = 100, 4, 60, 10
CLOSING = {"(": ")", "[": "]", "{": "}"}
TAIL = re.compile(r"\??( \{|[;,]?)$")
START = r"(?:let (?:mut )?\w+ = |[\w.\[\] *+-]+ [-+*/]?= )?"
CHOICE = re.compile(rf"({START})(if .+ \{{ .+ \}} else \{{ .+ \}})(;?)")
PART_OF = re.compile(r"(\w+\[.*\])(\.\w+\(.*\);)")  # a call on a part of an array
PLAIN = re.compile(r"(&(mut )?)?([\w:.]*!?\(|(\w+!)?\[)")
MOST_CHOICE = 50
LIKE_FORMAT = ("format!", "println!", "eprintln!", "panic!")


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Code that ends with brackets, but for a tail."""

    head: str  # up to the opening one
    inside: str
    closing: str  # and what follows

    @property
    def opening(self) -> str:
        return self.head[-1]


def finish(lines: list[str]) -> list[str]:
    """The lines as rustfmt has them."""
    return [part for line in lines for part in broken(line)]


def broken(line: str) -> list[str]:
    """One line, over several ones if it must be."""
    body = line.lstrip()
    indent = len(line) - len(body)
    if body.startswith(("fn ", "pub fn ")):
        return [" " * indent + part for part in head(body, indent)]
    if body.startswith(("//", "#")):
        return [line]
    if match := CHOICE.fullmatch(body):
        start, text, end = match.groups()
        return [" " * indent + part for part in choice(start, text, end, indent)]
    if indent + len(body) > WIDTH and (match := PART_OF.fullmatch(body)):
        return [" " * indent + match[1], " " * (indent + STEP) + match[2]]
    found = bracketed(body)
    if found is None:
        return [line]
    return [" " * indent + part if part else "" for part in parted(found, indent)]


def head(line: str, indent: int) -> list[str]:
    """The head of a routine, with a parameter a line if it must be."""
    end = line.rfind(") -> ") if ") -> " in line else line.rfind(") {")
    if indent + len(line) <= WIDTH or end < 0:
        return [line]
    begin = line.index("(") + 1
    inside = [f"{' ' * STEP}{part}," for part in parts_of(line[begin:end])]
    return [line[:begin], *inside, line[end:]]


def choice(start: str, text: str, end: str, indent: int) -> list[str]:
    """A choice on one line if it is short, and part of a statement."""
    condition, then, otherwise = branches(text)
    fits = len(text) <= MOST_CHOICE and indent + len(start + text + end) <= WIDTH
    if fits and (start or end) and "if " not in then + otherwise:
        return [f"{start}{text}{end}"]
    return [
        f"{start}{condition} {{",
        *broken(" " * STEP + then),
        "} else {",
        *broken(" " * STEP + otherwise),
        f"}}{end}",
    ]


def branches(text: str) -> tuple[str, str, str]:
    """The head of a choice, and its two branches."""
    depth, marks = 0, list[int]()
    for at, letter in outside(text):
        depth += (letter == "{") - (letter == "}")
        if (letter, depth) in (("{", 1), ("}", 0)):
            marks.append(at)
    first, second, third, last = marks
    return text[: first - 1], text[first + 2 : second - 1], text[third + 2 : last - 1]


def bracketed(text: str) -> Bracketed | None:
    """Code as what it is of its last brackets, if nothing but a tail follows them."""
    match = TAIL.search(text)
    assert match
    end = match.start() - 1
    if end < 0 or text[end] not in ")]":
        return None
    start = opening_of(text, end)
    if start < 0 or not re.search(r"\w!?\($|\[$", text[: start + 1]):
        return None
    return Bracketed(text[: start + 1], text[start + 1 : end], text[end:])


def opening_of(text: str, end: int) -> int:
    """Where the brackets begin that end there; -1 if they do not."""
    stack: list[int] = []
    for at, letter in outside(text):
        if letter in CLOSING:
            stack.append(at)
        elif letter in ")]}":
            if not stack:
                return -1
            start = stack.pop()
            if at == end:
                return start if not stack else -1
    return -1


def outside(text: str) -> Iterator[tuple[int, str]]:
    """The letters of code that stand in no text."""
    quote = ""
    skips = False
    for at, letter in enumerate(text):
        if skips:
            skips = False
        elif quote:
            skips = letter == "\\"
            quote = "" if letter == quote else quote
        elif letter == '"':
            quote = letter
        else:
            yield at, letter


def parts_of(text: str) -> list[str]:
    """What stands between commas."""
    depth, begin, found = 0, 0, []
    for at, letter in outside(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
    found.append(text[begin:].strip())
    return [part for part in found if part]


def parted(code: Bracketed, indent: int, breaks: bool = False) -> list[str]:
    """The lines of such code, from its own indentation on; it `breaks` in any case
    inside of brackets that do."""
    line = f"{code.head}{code.inside}{code.closing}"
    if not breaks and len(code.inside) <= MOST and indent + len(line) <= WIDTH:
        return [line]
    parts = parts_of(code.inside)
    inner = bracketed(parts[0]) if len(parts) == 1 else None
    holds = inner is not None and is_plain(inner)
    if len(parts) == 1 and not breaks and not holds:
        if indent + len(line) <= WIDTH:
            return [line]
        start, _, value = line.partition(" = ")
        if re.fullmatch(r"\w[^(]*", start) and indent + STEP + len(value) <= WIDTH:
            return [f"{start} =", " " * STEP + value]
    if inner is not None and holds:
        head = f"{code.head}{inner.head}"
        closing = f"{inner.closing}{code.closing}"
        return parted(Bracketed(head, inner.inside, closing), indent, breaks=True)
    if not parts or (len(parts) == 1 and parts[0].endswith("()")):
        return [line]
    if code.opening == "[" and all(len(part) <= SHORT for part in parts):
        inside = filled(parts, indent + STEP)
    else:
        inside = [x for part in parts for x in under(part, indent + STEP)]
        if code.head[:-1].endswith(LIKE_FORMAT):
            inside[-1] = inside[-1].removesuffix(",")
    return [code.head, *(" " * STEP + part for part in inside), code.closing]


def is_plain(inner: Bracketed) -> bool:
    """Whether brackets are those of a call or of a list, with nothing beside it."""
    return PLAIN.fullmatch(inner.head) is not None


def under(part: str, indent: int) -> list[str]:
    """An argument on lines of its own."""
    inner = bracketed(part)
    if inner is None:
        return [f"{part},"]
    return parted(Bracketed(inner.head, inner.inside, f"{inner.closing},"), indent)


def filled(parts: list[str], indent: int) -> list[str]:
    """Short items in lines as full as they can be."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]} {part},".lstrip()
        if lines[-1] and indent + len(longer) >= WIDTH:
            lines.append(f"{part},")
        else:
            lines[-1] = longer
    return lines

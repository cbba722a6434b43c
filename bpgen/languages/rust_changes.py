"""What Rust wants to be told of lines: what is changed, and what is lent for that.

In: the lines of routines, whose locals and receivers are declared as if nothing changed
them, and which return with a word. Out: as many lines, with what changes marked, and
without the word at the end of a routine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bpgen.languages.record import Lines

LOCAL = re.compile(r"^( *)let (mut )?(\w+)(?:: [^=;]+)?(?: =| *$|;)")
SOURCE = re.compile(r"^( *let \w+(?:: [^=]+)? = )&(?!mut |\[)(\w[\w.]*(?:\[.*\])?;)$")
HEAD = re.compile(r"^ *(?:pub )?fn (\w+)\(")
CHANGING = {
    *("push", "extend", "copy_from_slice", "fill", "sort_unstable", "insert"),
    *("iter_mut", "rows_mut", "trained_mut"),
}
ASSIGNED = re.compile(r"^ *(\w+)(?:\[[^=]*\])?(?:\.\w+)*(?:\[[^=]*\])? [-+*/]?=(?!=)")
LENT = re.compile(r"&mut (\w+)\b(?!\.rows\(\))")
# A place inside of another one's index is looked at, too: nothing is consumed.
CALLED = re.compile(r"(?<![\w.])(?=(\w+)(?:\.\w+|\[[^\]]*\])*\.(\w+)\()")
SET = re.compile(r"( *)(\w+) ([-+*/]?=)(?!=)")
BEGUN = re.compile(r"^ *(?:let (?:mut )?(\w+)|for (\w+) in )")


def changes(line: str, place: str, mutating: Collection[str]) -> bool:
    """Whether a line says something that changes a place."""
    if place not in line:
        return False
    assigned = ASSIGNED.match(line)
    return (
        (assigned is not None and assigned[1] == place)
        or place in LENT.findall(line)
        or any(
            name == place and (method in CHANGING or method in mutating)
            for name, method in CALLED.findall(line)
        )
    )


def routines_in(lines: Lines) -> Iterator[tuple[int, int]]:
    """Where routines begin and end among lines."""
    start, pad = -1, ""
    for at, line in enumerate(lines):
        if start < 0 and HEAD.match(line) and not line.endswith("}"):
            start, pad = at, " " * (len(line) - len(line.lstrip()))
        elif start >= 0 and line == f"{pad}}}":
            yield start, at
            start = -1


def mutating_in(lines: Lines, known: Collection[str]) -> set[str]:
    """The methods among lines that change their object."""
    found = set(known)
    before = -1
    while len(found) > before:
        before = len(found)
        for start, stop in routines_in(lines):
            head = HEAD.match(lines[start])
            is_method = any("&self" in line for line in lines[start : start + 2])
            body = lines[start + 1 : stop]
            is_changing = any(changes(line, "self", found) for line in body)
            if head and is_method and is_changing:
                found.add(head[1])
    return found


def marked(lines: Lines, mutating: Collection[str]) -> Lines:
    """The lines with what changes marked, and values at the ends of routines."""
    found = list(lines)
    for start, stop in routines_in(lines):
        head = HEAD.match(found[start])
        if head and head[1] in mutating:
            at = start if "(&self" in found[start] else start + 1
            found[at] = found[at].replace("&self", "&mut self", 1)
        if any("&mut on_epoch" in line for line in found[start:stop]):
            for at in range(start, stop):
                changed = found[at].replace(
                    "on_epoch: OnEpoch", "mut on_epoch: OnEpoch"
                )
                if changed != found[at]:
                    found[at] = changed
                    break
        body = with_tail(with_mutable(found[start + 1 : stop], mutating))
        found[start + 1 : stop] = body
    return found


def with_mutable(lines: Lines, mutating: Collection[str]) -> Lines:
    """The lines of one routine whose changing locals are marked."""
    found = list(lines)
    for at, line in enumerate(lines):
        match = LOCAL.match(line)
        if not match:
            continue
        pad, name = match[1], match[3]
        if line.endswith("f64;") and "=" not in line:
            if match[2] and is_chosen(name, len(pad), lines[at + 1 :]):
                found[at] = line.replace("let mut ", "let ", 1)
            continue
        own = region(lines, at, len(pad), name)
        is_changed = any(changes(each, name, mutating) for each in own)
        source = SOURCE.match(line)
        if match[2] and not is_changed:
            found[at] = line.replace("let mut ", "let ", 1)
        elif is_changed and source:
            found[at] = f"{source[1]}&mut {source[2]}"
        elif is_changed and not match[2]:
            found[at] = line.replace("let ", "let mut ", 1)
    return found


def is_chosen(name: str, depth: int, lines: Lines) -> bool:
    """Whether lines begin with a choice whose branches set a local once each."""
    end = " " * depth + "}"
    body = lines[: lines.index(end)] if end in lines else []
    sets = [match for line in body if (match := SET.match(line)) and match[2] == name]
    once = [match for match in sets if len(match[1]) == depth + 4 and match[3] == "="]
    starts = bool(body) and body[0].startswith(" " * depth + "if ")
    return starts and len(sets) == len(once) == 2


def region(lines: Lines, at: int, depth: int, name: str) -> Iterator[str]:
    """The lines in which a local lives that begins at one of them."""
    hidden = -1
    for line in lines[at + 1 :]:
        own = len(line) - len(line.lstrip())
        if line.strip() and own < depth:
            return
        if hidden >= 0 and line.strip() and own < hidden:
            hidden = -1
        if hidden >= 0:
            continue
        begun = BEGUN.match(line)
        if begun and name in begun.groups():
            if own == depth:
                return
            hidden = own
            continue
        yield line


def with_tail(lines: Lines) -> Lines:
    """The lines of one routine whose last statement gives its value."""
    found = list(lines)
    if not found or not found[-1].endswith(";"):
        return found
    pad = len(found[-1]) - len(found[-1].lstrip())
    starts = (
        n for n in range(len(found) - 1, -1, -1) if found[n][pad:].startswith("return")
    )
    start = next(starts, -1)
    last = found[start][pad:] if start >= 0 else ""
    inside = found[start + 1 :]
    is_end = all(
        line[:pad].isspace() and (line[pad : pad + 1] in " })]" or not line.strip())
        for line in inside
    )
    if start < 0 or not is_end or last == "return;":
        return found
    found[start] = " " * pad + last.removeprefix("return ")
    found[-1] = found[-1].removesuffix(";")
    return found

"""Long statements to lines as clang-format has them in its LLVM style.

In: lines of code in which a statement may be longer than the width, or broken
anywhere inside of parentheses. Out: lines that fit. As there, each place where a line
may be broken has a price, the higher the deeper it stands in parentheses, and the
cheapest way is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias

from bpgen.writing.lines import Line, Lines

TOO_LONG = 1_000_000  # for each column beyond the width
ASSIGNS = (" = ", " += ", " -= ", " *= ", " /= ")
OWN_LINE = 80  # for a type of a result
RESULT = re.compile(r"(?:static |const |inline )*[\w:<>, ]+? [*&]*(?=\w+\()")
DECLARATION = 81  # more, to break what stands in no function at a parenthesis
FIRST = 15  # more, for the first line that ends inside of some parentheses
STEP = 4  # columns that a statement goes further in
# How tightly operators bind.
WEAK = ("||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "")
STRENGTHS = (*WEAK, "+ -", "* / %")
OPERATORS = {sign: n for n, signs in enumerate(STRENGTHS, 4) for sign in signs.split()}
PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|.', re.DOTALL)
OPERATOR = re.compile(r" (\|\||&&|[=!<>]=|<<|>>|[-+*/%|&^<>]) $")
HEAD = re.compile(r"\b(?:if|for|while) \($")  # whose inside is like a statement
TRAILING = re.compile(r"(.*;) (// .*)")
ENUMERATED = re.compile(r"enum \{ (.*) \};")
SHORT = re.compile(r"(?!(?:struct|enum|typedef|for|if|else)\b)\S.*\)(?: const)? \{$")


@dataclass(frozen=True)
class Piece:
    """Code that stays together, and what a break behind it costs; none is possible if
    that is 0. `opens`: whether it ends with a parenthesis that opens."""

    text: str
    price: int
    opens: bool = False
    aligns: bool = False  # whether what follows is what later lines stand under
    is_operand: bool = False  # whether an operand follows
    is_result: bool = False  # the type before the name of a function


def filled(lines: Lines, width: int) -> Lines:
    """The same code in lines that fit."""
    found: Lines = []
    for line in whole(flowed(lines, width)):
        is_kept = line.lstrip().startswith(("//", "#", '"')) or line.endswith("\\")
        if len(line) <= width or is_kept:
            found.append(line)
            continue
        number = ENUMERATED.fullmatch(line)
        broken = enumerated(number[1], width) if number else cheapest(line, width)
        if isinstance(line, Line):
            broken = [Line.of(part, line.statement) for part in broken]
        found += broken
    return list(aligned(short(found, width), width))


def flowed(lines: Lines, width: int) -> Iterator[str]:
    """The lines, with what is too long of a documentation in its next line."""
    rest = ""
    for number, line in enumerate([*lines, ""]):
        is_doc = line.startswith("/// ")
        if rest and is_doc:
            line = f"/// {rest} {line[4:]}"
        elif rest:
            yield f"/// {rest}"
        rest = ""
        if is_doc and len(line) > width:
            place = line.rindex(" ", 0, width + 1)
            line, rest = line[:place], line[place + 1 :]
        if number < len(lines):
            yield line


def whole(lines: Iterable[str]) -> Iterator[str]:
    """Statements, each on a line of its own."""
    open_line = ""
    for line in lines:
        code = line.strip()
        is_plain = code.startswith(("//", "#")) or line.endswith("\\")
        if not open_line and (is_plain or not ends_open(code)):
            yield line
            continue
        if is_plain:
            yield line
            continue
        glue = "" if not open_line or open_line.endswith("(") else " "
        joined = f"{open_line}{glue}{code}" if open_line else str(line)
        if isinstance(line, Line) and not open_line:
            joined = Line.of(joined, line.statement)
        elif isinstance(open_line, Line):
            joined = Line.of(joined, open_line.statement)
        open_line = joined
        if not ends_open(joined.strip()):
            yield open_line
            open_line = ""
    if open_line:
        yield open_line


def ends_open(code: str) -> bool:
    """Whether a statement goes on in the next line."""
    is_list = code.endswith(("{", "}", "},"))
    return balance(code) > 0 or (code.endswith(" =") and not is_list)


def balance(code: str) -> int:
    """How many parentheses are open at the end."""
    marks = [piece for piece in PIECE.findall(code) if len(piece) == 1]
    return marks.count("(") - marks.count(")")


# Breaking -------------------------------------------------------------------------


def pieces(code: str, width: int, first: int = 0) -> list[Piece]:
    """Code up to each place where it may be broken; `first` is what it costs more to
    break it at the first parenthesis."""
    found: list[Piece] = []
    text, depth, brackets = "", 0, 0
    is_head = code.startswith(("if (", "for (", "while (", "} else if ("))
    result = RESULT.match(code) if first else None
    if result:
        found.append(Piece(result[0], OWN_LINE, is_result=True))
        code = code[result.end() :]
    tokens = PIECE.findall(code)
    for place, token in enumerate(tokens):
        text += token
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        brackets += (token in "[{") - (token in "]}") if len(token) == 1 else 0
        brackets = max(0, brackets)  # of those that this line opens
        if token == "(":
            depth += 1
            is_first = is_head and depth == 1
            is_bare = after == ")" or not re.search(r"[\w>]\($", text) or is_first
            if not brackets:
                price = 0 if is_bare else 20 * depth + 39 + first * (depth == 1)
                found.append(Piece(text, price, opens=True))
                text = ""
            continue
        if token == ")":
            depth -= 1
        if token != " " or brackets:
            continue
        operator = OPERATOR.search(text)
        is_range = text.endswith(" : ") and is_head and depth == 1
        if text.endswith((", ", "; ")) or is_range:
            found.append(Piece(text, 20 * depth + 21))
        elif text.endswith(ASSIGNS) and depth == 0:
            found.append(Piece(text, 22, aligns=True))
        elif text == "return " and depth == 0:
            found.append(Piece(text, 0, aligns=True))
        elif operator:
            price = 20 * depth + 20 + OPERATORS[operator[1]]
            found.append(Piece(text, price, is_operand=True))
        else:
            continue
        text = ""
    return [*found, Piece(text, 0)]


@dataclass(frozen=True)
class Level:
    """Inside of some parentheses: what later lines stand under, and what the inside of
    a parenthesis that ends a line; whether a comma has come in this line, whether the
    next one ends it, and whether no line may end."""

    indent: int
    base: int
    has_comma: bool = False
    must: bool = False
    is_closed: bool = False
    is_broken: bool = False  # whether a line has ended in it, after its beginning
    argument: int = 0  # where the one begins that stands behind a comma in this line
    is_later: bool = False  # whether a comma has come in it at all
    is_parted: bool = False  # whether a line has ended in what follows that comma


Levels: TypeAlias = tuple[Level, ...]
Breaks: TypeAlias = tuple[tuple[int, int], ...]  # pieces, and where lines go on


def enumerated(number: str, width: int) -> Lines:
    """A number that has a name, which does not fit on a line."""
    inside = f"  {number}"
    lines = [inside] if len(inside) <= width else cheapest(inside, width)
    return ["enum {", *lines, "};"]


def cheapest(line: str, width: int) -> Lines:
    """The lines of the cheapest way to break a statement."""
    code = line.lstrip()
    start = len(line) - len(code)
    parts = pieces(code, width, DECLARATION * (start == 0))
    order = count()
    first: Levels = (Level(start + STEP, start + STEP),)
    waiting: list[tuple[int, int, int, int, Levels, Breaks]]
    waiting = [(0, next(order), 0, start, first, ())]
    seen: set[tuple[int, int, Levels]] = set()
    while waiting:
        cost, _, place, column, levels, breaks = heappop(waiting)
        if place == len(parts):
            return lines_of(parts, start, breaks)
        if (place, column, levels) in seen:
            continue
        seen.add((place, column, levels))
        part = parts[place]
        end, inside = placed(part, column, levels)
        length = column + len(part.text.rstrip())
        price = cost + TOO_LONG * max(0, length - width)
        comma = part.text.endswith(", ")
        if not (comma and inside[-1].must):
            *others, last = inside
            own = replace(last, has_comma=last.has_comma or comma)
            if comma:
                own = replace(own, argument=end, is_later=True, is_parted=False)
            on = (*others, own)
            heappush(waiting, (price, next(order), place + 1, end, on, breaks))
        if part.price and not inside[-1].is_closed:
            new = broken_at(part, levels, inside)
            at = start if part.is_result else new[-1].indent
            price += part.price + FIRST * is_whole(part, inside[-1])
            own = replace(new[-1], is_broken=not part.opens, is_parted=part.is_operand)
            new = (*new[:-1], replace(own, is_later=own.is_later or comma))
            more = (*breaks, (place, at))
            state = (price, next(order), place + 1, at, new, more)
            heappush(waiting, state)
    return [line]


def is_whole(part: Piece, level: Level) -> bool:
    """Whether no line has ended yet in what a piece ends a line of: in the argument
    that it belongs to, if one stands before that."""
    is_inside = part.is_operand and level.is_later
    return not (level.is_parted if is_inside else level.is_broken)


def placed(part: Piece, column: int, levels: Levels) -> tuple[int, Levels]:
    """Where a piece ends, and inside of what."""
    end = column + len(part.text)
    found = list(levels)
    marks = [token for token in PIECE.findall(part.text) if len(token) == 1]
    for mark in marks[: len(marks) - part.opens]:
        if mark == ")" and len(found) > 1:
            found.pop()
        elif mark == "(":
            found.append(found[-1])
    outer = found[-1]
    if part.opens:
        is_closed = outer.is_closed or outer.has_comma
        base = end + STEP if HEAD.search(part.text) else outer.base
        found.append(Level(end, base, is_closed=is_closed))
    elif part.aligns:
        found[-1] = replace(outer, indent=end)
    elif part.is_operand:
        found[-1] = replace(outer, base=end + STEP)
    return end, tuple(found)


def broken_at(part: Piece, before: Levels, inside: Levels) -> Levels:
    """Inside of what code stands, if a line ends with the piece."""
    *others, last = inside
    outer = [replace(level, must=True) for level in others]
    if part.opens:
        indent = others[-1].base
        return (*outer, replace(last, indent=indent, base=indent + STEP))
    if part.aligns:
        indent = before[-1].indent
        return (*outer, replace(last, indent=indent, base=indent + STEP))
    is_inside = part.is_operand and last.argument
    indent = last.argument + STEP if is_inside else last.indent
    last = replace(last, indent=indent, base=indent + STEP)
    return (*outer, replace(last, has_comma=False, must=False, argument=0))


def lines_of(
    parts: list[Piece], start: int, breaks: tuple[tuple[int, int], ...]
) -> Lines:
    """The lines that end with some pieces."""
    found, line, at = Lines(), " " * start, dict(breaks)
    for place, part in enumerate(parts):
        line += part.text
        if place in at:
            found.append(line.rstrip())
            line = " " * at[place]
    return [*found, line]


# Short functions, and comments behind code ------------------------------------------


def short(lines: Lines, width: int) -> Lines:
    """The lines with functions of one statement on one line, if they fit."""
    found: Lines = []
    for line in lines:
        is_end = line == "}" and len(found) > 1
        is_end = is_end and not "".join(found[-3:-2]).startswith("template <")
        if is_end and SHORT.match(found[-2]) and found[-1].endswith(";"):
            joined = f"{found[-2]} {found[-1].strip()} }}"
            is_one = found[-1].startswith("  ") and not found[-1].startswith("   ")
            if len(joined) <= width and is_one:
                found[-2:] = [joined]
                continue
        found.append(line)
    return found


def aligned(lines: Lines, width: int) -> Iterator[str]:
    """The lines with the comments behind code of neighbours under each other, and with
    the marks at the ends of a macro's lines in the last column."""
    block: list[tuple[str, str]] = []
    for number, line in enumerate([*lines, ""]):
        said = TRAILING.fullmatch(line)
        if said and not line.lstrip().startswith("//"):
            block.append((said[1], said[2]))
            continue
        most = max((len(code) for code, _ in block), default=0)
        for code, words in block:
            yield f"{code.ljust(most)} {words}"
        block = []
        if line.endswith("\\") and not line.lstrip().startswith("//"):
            yield f"{line[:-1].rstrip().ljust(width - 1)}\\"
        elif number < len(lines):
            yield line

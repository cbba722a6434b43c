"""What gofmt wants of finished lines: tabs, fields in columns, blanks around operators.

In: lines of Go, indented by four columns, every operator between blanks. Out: the lines
as gofmt leaves them. Whether an operator has blanks depends on the others of its
expression, and on how deep it stands: the rules of `binaryExpr` in Go's own printer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

STEP = 4
TOKEN = re.compile(
    r"""
    "(?:\\.|[^"\\])*" | `[^`]*` | \d[\w.]*(?:(?<=[eE])[-+]\d+)? | [A-Za-z_]\w*
    | := | [-+*/%&|^<>=!]= | && | \|\| | << | >> | \+\+ | -- | \.\.\. | \S
    """,
    re.VERBOSE,
)
PRECEDENCE = {
    **dict.fromkeys(("*", "/", "%", "<<", ">>", "&"), 5),
    **dict.fromkeys(("+", "-", "|", "^"), 4),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 3),
    "&&": 2,
    "||": 1,
}
FIELD = re.compile(r"( *(?!//|\})\S+) +(\S.*)")
ENTRY = re.compile(r'( *"[^"]*":) +(\S.*[^{],)')
CONTINUED = re.compile(r" (?:[-+*/%&|^<>]|==|!=|<=|>=|&&|\|\|)$")
SETS = {":=", "=", "+=", "-=", "*=", "/="}
BETWEEN = SETS | {",", ";", ":", "return", "if", "for", "else", "range", "var"}
CLOSING = {"(": ")", "[": "]", "{": "}"}
BLOCK = re.compile(r"(?:} )?(?:if|for|else|func|type|switch|import|var \w+ =? ?\()\b")


@dataclass
class Token:
    """A word, how many blanks are before it, and whether it begins a line."""

    text: str
    blank: int
    begins: bool


# A tree: an operand as the range of its tokens, or an operator with its sides.
Tree: TypeAlias = "tuple[int, int] | Binary"


@dataclass
class Binary:
    """An operator, by its place, between two trees."""

    place: int
    prec: int
    left: Tree
    right: Tree


def finish(lines: list[str]) -> list[str]:
    """The lines as gofmt has them."""
    found: list[str] = []
    waiting: list[str] = []
    for line in aligned(lines):
        if not waiting and line.lstrip().startswith("//"):
            found.append(line)
            continue
        waiting.append(line)
        if is_whole(waiting):
            found += Spacing(tokens_of(waiting)).lines() if waiting != [""] else [""]
            waiting = []
    return [
        tabbed(new, old) for new, old in zip([*found, *waiting], lines, strict=True)
    ]


def is_whole(lines: list[str]) -> bool:
    """Whether lines are a whole statement, or the head of a block."""
    last = lines[-1]
    if CONTINUED.search(last):
        return False
    if last.endswith("{") and BLOCK.match(lines[0].lstrip()):
        return True
    text = re.sub(r'"(?:\\.|[^"\\])*"', "", " ".join(lines)).strip()
    opened = sum(map(text.count, "([{"))
    return opened <= sum(map(text.count, ")]}")) or text.startswith("}")


def tabbed(new: str, old: str) -> str:
    """A line as far in as the one that it is from, in tabs."""
    blanks = len(old) - len(old.lstrip())
    return ("\t" * (blanks // STEP) + new.strip()).rstrip()


def aligned(lines: list[str]) -> list[str]:
    """The fields of a struct and the values of a map in columns: those without
    anything between them."""
    found: list[str] = []
    run: list[tuple[str, str]] = []
    inside = False
    for line in [*lines, ""]:
        match = (FIELD if inside else ENTRY).fullmatch(line)
        if not match and run:
            width = max(len(name) for name, _ in run)
            found += (f"{name.ljust(width)} {rest}" for name, rest in run)
            run = []
        if match:
            run.append((match[1], match[2]))
        else:
            found.append(line)
        inside = line.endswith("struct {") or (inside and line != "}")
    return found[:-1]


def tokens_of(lines: list[str]) -> list[Token]:
    """The words of a statement."""
    found = []
    for line in lines:
        begins = True
        for match in TOKEN.finditer(line):
            before = line[: match.start()]
            blank = 0 if begins else len(before) - len(before.rstrip(" "))
            found.append(Token(match[0], blank, begins))
            begins = False
    return found


@dataclass
class Spacing:
    """Where the operators of one statement have blanks."""

    tokens: list[Token]
    tight: set[int] = field(default_factory=set)

    def lines(self) -> list[str]:
        """The lines of the statement."""
        self.all(0, len(self.tokens), 1, is_statement=True)
        found: list[str] = []
        for at, token in enumerate(self.tokens):
            is_tight = not {at, at - 1}.isdisjoint(self.tight)
            if token.begins:
                found.append(token.text)
            else:
                found[-1] += f"{' ' * (0 if is_tight else token.blank)}{token.text}"
        return found

    def text(self, at: int) -> str:
        return self.tokens[at].text

    def match(self, at: int) -> int:
        """Where what a bracket encloses ends."""
        own, other, depth = self.text(at), CLOSING[self.text(at)], 0
        for place in range(at, len(self.tokens)):
            depth += (self.text(place) == own) - (self.text(place) == other)
            if depth == 0:
                return place
        return len(self.tokens)

    def pieces(self, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
        """What stands between commas and the like, with what is behind each."""
        at = begin = start
        while at < stop:
            if self.text(at) in CLOSING:
                at = self.match(at)
            elif self.text(at) in BETWEEN:
                yield begin, at, self.text(at)
                begin = at + 1
            at += 1
        yield begin, stop, ""

    def all(
        self, start: int, stop: int, depth: int, is_statement: bool = False
    ) -> None:
        """Several expressions, as deep as a list of them stands."""
        pieces = list(self.pieces(start, stop))
        if is_statement:
            ends = [end for _, _, end in pieces]
            sets = next((at for at, end in enumerate(ends) if end in SETS), 0)
            depth += "," in ends[:sets] and "," in ends[sets:] and ";" not in ends
        for begin, end, _ in pieces:
            if begin < end:
                tree, _ = self.tree(begin, end, 1)
                self.expression(tree, 1, depth)

    # Trees ------------------------------------------------------------------------

    def tree(self, at: int, stop: int, least: int) -> tuple[Tree, int]:
        """The expression from a place on, of operators that bind so tightly."""
        begin = at
        while at < stop and not self.is_operator(at, begin):
            at = (
                min(self.match(at), stop - 1) + 1
                if self.text(at) in CLOSING
                else at + 1
            )
        left: Tree = (begin, at)
        while at < stop and (prec := PRECEDENCE[self.text(at)]) >= least:
            right, end = self.tree(at + 1, stop, prec + 1)
            left, at = Binary(at, prec, left, right), end
        return left, at

    def is_operator(self, at: int, begin: int) -> bool:
        """Whether a word is an operator between two operands."""
        if self.text(at) not in PRECEDENCE or at == begin or at + 1 == len(self.tokens):
            return False
        after = self.tokens[at + 1]
        return self.tokens[at].blank > 0 and (after.blank > 0 or after.begins)

    def expression(self, tree: Tree, prec: int, depth: int) -> None:
        """What Go's printer calls expr1 and binaryExpr."""
        if not isinstance(tree, Binary):
            self.operand(*tree, depth)
            return
        if tree.prec >= self.cutoff(tree, depth):
            self.tight.add(tree.place)
        is_same = isinstance(tree.left, Binary) and tree.left.prec == tree.prec
        self.expression(tree.left, tree.prec, depth + (not is_same))
        self.expression(tree.right, tree.prec + 1, depth + 1)

    def cutoff(self, tree: Binary, depth: int) -> int:
        """From which precedence on there are no blanks."""
        precedences, problem = self.walked(tree)
        if problem:
            return problem + 1
        if {4, 5} <= precedences:
            return 5 if depth == 1 else 4
        return 6 if depth == 1 else 4

    def walked(self, tree: Binary) -> tuple[set[int], int]:
        """The precedences in a tree, and whether signs would run together."""
        found, problem = {tree.prec}, 0
        for side in (tree.left, tree.right):
            if isinstance(side, Binary):
                more, worse = self.walked(side)
                found, problem = found | more, max(problem, worse)
        if not isinstance(tree.right, Binary):
            pair = self.text(tree.place) + self.text(tree.right[0])
            problem = max(problem, {"/*": 5, "&&": 5, "++": 4, "--": 4}.get(pair, 0))
        return found, problem

    def operand(self, start: int, stop: int, depth: int) -> None:
        """What stands inside of the brackets of an operand."""
        at = start
        while at < stop:
            if self.text(at) not in CLOSING:
                at += 1
                continue
            end = min(self.match(at), stop)
            self.enclosed(at, end, start, depth)
            at = end + 1

    def enclosed(self, at: int, end: int, start: int, depth: int) -> None:
        """What is between two brackets."""
        own = self.text(at)
        before = self.text(at - 1) if at > start else ""
        is_call = own == "(" and re.fullmatch(r"[\w\])}]+", before) is not None
        if own == "{":
            depth = 1
        elif own == "[":
            depth += 1
        elif is_call:
            ends = [after for _, _, after in self.pieces(at + 1, end)]
            depth += ends.count(",") > 0
        else:
            depth = max(1, depth - 1)
        self.all(at + 1, end, depth)

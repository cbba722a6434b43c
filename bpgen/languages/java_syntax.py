"""What an expression of Java is made of, as far as its formatter looks.

In: the text of an expression, or of the head of a routine, on one line. Out: nodes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""
    \s+ | "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | 0x[0-9A-Fa-f]+L?
    | \d[\d.]*(?:[eE][-+]?\d+)?[L]? | [A-Za-z_]\w* | >>> | << | >> | && | \|\|
    | [=!<>]= | \.\.\. | \S
    """,
    re.VERBOSE,
)
STRENGTH = {
    **dict.fromkeys(("*", "/", "%"), 9),
    **dict.fromkeys(("+", "-"), 8),
    **dict.fromkeys(("<<", ">>", ">>>"), 7),
    **dict.fromkeys(("<", "<=", ">", ">=", "instanceof"), 6),
    **dict.fromkeys(("==", "!="), 5),
    "&": 4,
    "^": 3,
    "|": 2,
    "&&": 1,
    "||": 0,
}
CAST = re.compile(r"\((?:int|long|double|byte|Object\[\])\) ")


@dataclass
class Node:
    """An expression: its kind, the texts around its parts, and these.

    text: one text. inside: a part between two texts; index: the same of an array.
    call: what is called and what follows; the arguments. array: what stands before the
    items. infix: the operators between operands of one strength. choice: condition,
    and what is chosen.
    """

    kind: str
    texts: list[str] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)


def text_of(node: Node) -> str:
    """An expression on one line."""
    parts = list(map(text_of, node.parts))
    match node.kind:
        case "text":
            return node.texts[0]
        case "inside" | "index":
            return node.texts[0] + parts[0] + node.texts[1]
        case "call":
            return f"{node.texts[0]}({', '.join(parts)}){node.texts[1]}"
        case "array":
            return f"{node.texts[0]}{{{', '.join(parts)}}}"
        case "choice":
            return f"{parts[0]} ? {parts[1]} : {parts[2]}"
        case _:
            pairs = zip(node.texts, parts[1:], strict=True)
            return parts[0] + "".join(f" {sign} {part}" for sign, part in pairs)


class Parser:
    """Reads one expression."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.tokens = [(m[0], m.start()) for m in TOKEN.finditer(text)]
        self.at = 0

    @property
    def next(self) -> str:
        """The token at hand, a blank among them."""
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """The token at hand, which is done."""
        self.at += 1
        return self.tokens[self.at - 1][0]

    def sign(self) -> str:
        """The operator behind a blank; nothing if there is none."""
        if self.next != " " or self.at + 1 >= len(self.tokens):
            return ""
        return self.tokens[self.at + 1][0]

    def expression(self) -> Node:
        """A choice, or less."""
        node = self.operands(0)
        if self.sign() != "?":
            return node
        parts = [node]
        for _ in "?:":
            self.at += 3  # a blank, the sign, another one
            parts.append(self.expression())
        return Node("choice", [], parts)

    def operands(self, least: int) -> Node:
        """Operands of operators that bind so tightly."""
        node = self.operand()
        while STRENGTH.get(self.sign(), -1) >= least:
            sign = self.sign()
            self.at += 3
            right = self.operands(STRENGTH[sign] + 1)
            is_same = node.kind == "infix" and STRENGTH[node.texts[0]] == STRENGTH[sign]
            node = (
                Node("infix", [*node.texts, sign], [*node.parts, right])
                if is_same
                else Node("infix", [sign], [node, right])
            )
        return node

    def operand(self) -> Node:
        """What stands between operators."""
        here = self.tokens[self.at][1] if self.at < len(self.tokens) else 0
        if cast := CAST.match(self.source, here):
            while self.take() != ")":
                pass
            self.take()  # the blank
            return Node("inside", [cast[0], ""], [self.operand()])
        if self.next in ("-", "!"):
            return Node("inside", [self.take(), ""], [self.operand()])
        if self.next == "(":
            self.take()
            inside = self.expression()
            return self.behind(Node("inside", ["(", self.take()], [inside]))
        if self.next == "{":
            return self.array("")
        return self.behind(Node("text", [self.words()]))

    def words(self) -> str:
        """Names with points or blanks between them, as in `new double[] `."""
        found = ""
        while (
            self.next
            and self.next not in "()[]{},?:"
            and not (self.next == " " and self.sign() in {*STRENGTH, "?", ":", ""})
        ):
            found += self.take()
        return found

    def behind(self, node: Node) -> Node:
        """What a value is followed by: arguments, indices, a member, a list."""
        while (self.next and self.next in "([{.") or self.is_list():
            before = text_of(node)
            match self.take():
                case "(":
                    node = Node("call", [before, ""], self.list(")"))
                case "[" if self.next == "]":
                    node = Node("text", [f"{before}[{self.take()}"])
                case "[":
                    place = self.expression()
                    node = Node("index", [f"{before}[", self.take()], [place])
                case "." | " ":
                    node = Node("text", [f"{before}{self.tokens[self.at - 1][0]}"])
                    node.texts[0] += self.words()
                case _:
                    self.at -= 1
                    return self.array(before)
        return node

    def is_list(self) -> bool:
        """Whether the items of a list, or another name, follow behind a blank."""
        sign = self.sign()
        return sign == "{" or (
            (re.match(r"[A-Za-z]", sign) is not None) and (sign not in STRENGTH)
        )

    def array(self, before: str) -> Node:
        """A list of items in braces."""
        self.take()
        return Node("array", [before], self.list("}"))

    def list(self, end: str) -> list[Node]:
        """Items up to what ends them."""
        found = []
        while self.next != end:
            before = self.at
            found.append(self.expression())
            if self.next == ",":
                self.at += 2
            assert self.at > before, f"not read: {self.source[:200]}"
        self.take()
        return found

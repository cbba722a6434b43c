"""Where google-java-format breaks what is too long: the rules of its own documents.

In: lines of Java, each a whole statement, the head of a block or a comment. Out: the
lines as google-java-format leaves them, at most 100 columns wide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from textwrap import wrap
from typing import TypeAlias

from bpgen.languages.java_syntax import Node, Parser, text_of

WIDTH = 100
STEP, DEEPER = 2, 4
SHORT = 10  # items shorter than this fill their lines
PARAGRAPH = " <p>"


@dataclass
class Break:
    """A place where a line may end: flat text otherwise; `indent` of the next line."""

    flat: str
    fills: bool = False
    indent: int = 0


@dataclass
class Level:
    """Documents that stand on one line if they fit, else so much deeper."""

    indent: int
    docs: list[Doc] = field(default_factory=list)

    @property
    def width(self) -> int:
        """How wide it is on one line."""
        return sum(map(width_of, self.docs))


Doc: TypeAlias = "str | Break | Level"


def width_of(doc: Doc) -> int:
    """How wide a document is on one line."""
    match doc:
        case str():
            return len(doc)
        case Break(flat):
            return len(flat)
        case Level():
            return doc.width


class Builder:
    """Collects documents. A text goes to the level of the last break, whether that is
    closed or not: so what follows a level has to fit behind it."""

    def __init__(self) -> None:
        self.stack = [Level(0)]
        self.last = self.stack[0]

    def open(self, indent: int) -> None:
        """Begin a level."""
        self.stack.append(Level(indent))

    def close(self) -> None:
        """End the innermost level."""
        level = self.stack.pop()
        self.stack[-1].docs.append(level)

    def token(self, text: str) -> None:
        """A text that stays together."""
        self.last.docs.append(text)

    def breaks(self, flat: str, fills: bool = False, indent: int = 0) -> None:
        """A place where the line may end."""
        self.last = self.stack[-1]
        self.last.docs.append(Break(flat, fills, indent))

    # Nodes ----------------------------------------------------------------------------

    def node(self, node: Node) -> None:
        """An expression."""
        match node.kind:
            case "infix":
                self.infix(node)
            case "choice":
                condition, then, otherwise = node.parts
                self.open(DEEPER)
                self.node(condition)
                for sign, part in (("? ", then), (": ", otherwise)):
                    self.breaks(" ")
                    self.token(sign)
                    self.node(part)
                self.close()
            case "call":
                self.call(node)
            case "array":
                self.array(node)
            case "index":
                self.open(DEEPER)
                self.token(node.texts[0])
                self.breaks("", fills=True)
                self.node(node.parts[0])
                self.token(node.texts[1])
                self.close()
            case "inside":
                before, after = node.texts
                self.token(before)
                self.node(node.parts[0])
                self.token(after)
            case _:
                self.token(text_of(node))

    def infix(self, node: Node) -> None:
        """Operands of one strength."""
        self.open(DEEPER)
        fills = all(map(is_short, node.parts))
        first, *others = node.parts
        self.node(first)
        for sign, part in zip(node.texts, others, strict=True):
            self.breaks(" ", fills)
            self.token(f"{sign} ")
            self.node(part)
        self.close()

    def call(self, node: Node) -> None:
        """A call, or the head of a routine: what stands before, and what is given."""
        before, after = node.texts
        self.open(DEEPER)
        self.token(f"{before}(")
        if node.parts:
            self.breaks("")
            self.open(0)
            self.items(node.parts)
            self.close()
        self.token(f"){after}")
        self.close()

    def items(self, parts: list[Node]) -> None:
        """What stands between commas."""
        fills = all(map(is_short, parts))
        for place, part in enumerate(parts):
            if place:
                self.token(",")
                self.breaks(" ", fills)
            self.node(part)

    def array(self, node: Node) -> None:
        """The items of a list."""
        self.token(node.texts[0])
        self.open(STEP)
        self.token("{")
        if node.parts:
            self.breaks("")
            self.open(0)
            self.items(node.parts)
            self.close()
            self.breaks("", indent=-STEP)
        self.token("}")
        self.close()


def is_short(node: Node) -> bool:
    """Whether an item is one that fills lines."""
    return len(text_of(node)) < SHORT


class Printer:
    """Writes documents, line by line."""

    def __init__(self, indent: int) -> None:
        self.text = " " * indent
        self.lines: list[str] = []

    @property
    def column(self) -> int:
        """Where the next text stands."""
        return len(self.text)

    def level(self, level: Level, indent: int) -> None:
        """A level on one line if it fits, else broken."""
        if self.column + level.width <= WIDTH:
            self.text += flat(level)
            return
        own = indent + level.indent
        must_break = False
        before: Break | None = None
        for part in split(level.docs):
            width = sum(width_of(doc) for doc in part if not isinstance(doc, Break))
            space = len(before.flat) if before else 0
            if before and (
                not before.fills or must_break or self.column + space + width > WIDTH
            ):
                self.lines.append(self.text.rstrip())
                self.text = " " * (own + before.indent)
            elif before:
                self.text += before.flat
            must_break = self.column + width > WIDTH
            before = None
            for doc in part:
                match doc:
                    case str():
                        self.text += doc
                    case Level():
                        self.level(doc, own)
                    case Break():
                        before = doc


def flat(doc: Doc) -> str:
    """A document on one line."""
    match doc:
        case str():
            return doc
        case Break(text):
            return text
        case Level(_, docs):
            return "".join(map(flat, docs))


def split(docs: list[Doc]) -> list[list[Doc]]:
    """Documents up to each break, which ends its part."""
    parts: list[list[Doc]] = [[]]
    for doc in docs:
        if isinstance(doc, Break):
            parts[-1].append(doc)
            parts.append([])
        else:
            parts[-1].append(doc)
    return parts


# Lines --------------------------------------------------------------------------------


def finish(lines: list[str]) -> list[str]:
    """The lines as google-java-format has them."""
    return [part for line in lines for part in finished(line)]


def finished(line: str) -> list[str]:
    """One line, over several if it is too long."""
    text = line.lstrip()
    indent = len(line) - len(text)
    if text.startswith("/**"):
        return documented(text, indent)
    if len(line) <= WIDTH or text.startswith("//"):
        return [line]
    builder = Builder()
    statement(builder, text)
    printer = Printer(indent)
    printer.level(builder.stack[0], indent)
    return [*printer.lines, printer.text]


BEGUN = re.compile(r"(return|throw) ")
SET = re.compile(r" ([-+*/]?=) (?!=)")
BRANCH = re.compile(r"((?:} else )?(?:if|while) \()(.*)(\) \{)$")


def statement(builder: Builder, text: str) -> None:
    """A statement, or what begins a body."""
    if match := BRANCH.fullmatch(text):
        before, inside, after = match.groups()
        builder.token(before)
        builder.node(parsed(inside))
        builder.token(after)
        return
    before, value, after = parted(text)
    is_list = value.startswith("{")
    target, _, sign = before.rpartition(" ")
    if target.endswith("]") and " " in target and not is_list:
        builder.open(DEEPER)
        builder.node(parsed(target))
        builder.token(f" {sign}")
        builder.breaks(" ")
        builder.node(parsed(value))
        builder.close()
        builder.token(after)
        return
    builder.token(before)
    if before.endswith("=") and not is_list:
        builder.open(DEEPER)
        builder.breaks(" ")
        builder.node(parsed(value))
        builder.close()
    else:
        builder.token(" " if before.endswith("=") else "")
        builder.node(parsed(value))
    builder.token(after)


def parsed(text: str) -> Node:
    """The nodes of an expression, which say what the text does."""
    found = Parser(text).expression()
    assert text_of(found) == text, f"not read: {text}"
    return found


def parted(text: str) -> tuple[str, str, str]:
    """A statement before its value, the value, and what ends it."""
    end = next((e for e in (" {}", " {", ";", ",") if text.endswith(e)), "")
    text = text.removesuffix(end)
    if match := BEGUN.match(text):
        return match[0], text[match.end() :], end
    match = SET.search(text)
    if match and '"' not in text[: match.start()]:
        return text[: match.end() - 1], text[match.end() :], end
    return "", text, end


def documented(text: str, indent: int) -> list[str]:
    """A comment of what follows it, whose paragraphs stand on one line."""
    pad = " " * indent
    first, *others = text[4:-3].split(PARAGRAPH)
    if not others and indent + len(text) <= WIDTH:
        return [pad + text]
    room = WIDTH - indent - 3
    lines = wrap(first, room, break_on_hyphens=False)
    for other in others:
        lines += ["", *wrap(f"<p>{other}", room, break_on_hyphens=False)]
    inside = (f"{pad} * {line}".rstrip() for line in lines)
    return [f"{pad}/**", *inside, f"{pad} */"]

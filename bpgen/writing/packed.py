"""Lines as full as they can be, where a formatter would want an operand a line.

In: statements of the fast path. Out: lines, between two that ask the formatter to leave
them alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpgen.program.nodes import Add, Divide, Expression, Multiply, Subtract
from bpgen.writing.lines import Head, Layout, Lines

OPENED = "( "  # after which a line may end
# Around lines that are as full as they can be, for the formatter.
AS_IT_IS, AS_USUAL = "# fmt: off", "# fmt: on"


class PackedLayout(Layout):
    """Lays out long sums in full lines rather than an operand a line."""

    is_packed = False

    def parenthesized(self, head: Head, value: Expression) -> Lines:
        """head (as many operands a line as fit)"""
        if not isinstance(value, (Add, Subtract, Multiply, Divide)):
            return super().parenthesized(head, value)
        return self.packed(f"{head.text(self.language)} (", self.operands(value), ")")

    def packed(self, head: str, items: Sequence[str], tail: str) -> Lines:
        """Items behind a head, in lines as full as they can be."""
        self.is_packed = True
        pad = " " * self.language.indent
        words: list[str] = []
        for item in [*items[:-1], items[-1] + tail]:
            words += self.breakable(item, depth_of(" ".join([head, *words])))
        lines = [head + words[0]]
        if not self.fits(lines[0]):
            lines = [head.rstrip(), pad + words[0]]
        for word in words[1:]:
            if self.fits(f"{lines[-1]} {word}"):
                lines[-1] += f" {word}"
            else:
                lines.append(pad + word)
        return [line.replace(OPENED, "(").rstrip() for line in lines]

    def breakable(self, item: str, depth: int) -> list[str]:
        """An item as it is; if no line can hold it, in pieces between which a line may
        end: inside of brackets, of which `depth` are open before it."""
        if self.fits(" " * self.language.indent + item):
            return [item]
        pieces: list[str] = []
        for word in item.replace("(", OPENED).split(" "):
            if pieces and depth + depth_of(" ".join(pieces)) < 1:
                pieces[-1] += f" {word}"
            else:
                pieces.append(word)
        return pieces


def narrowed(line: str, room: int, step: int) -> Lines:
    """A line in several if it is too long: it may end where a bracket is open."""
    if len(line) <= room:
        return [line]
    pad = " " * (len(line) - len(line.lstrip()))
    found = [pad + line.split()[0]]
    for word in line.split()[1:]:
        longer = f"{found[-1]} {word}"
        if len(longer) <= room or depth_of(" ".join(found)) < 1:
            found[-1] = longer
        else:
            found.append(f"{pad}{' ' * step}{word}")
    return found


def depth_of(text: str) -> int:
    """How many brackets a text leaves open."""
    return sum(text.count(mark) for mark in "([") - sum(map(text.count, ")]"))

"""Lines as full as they can be, where a formatter would want an operand a line.

In: statements of the fast path. Out: lines, between two that ask the formatter to leave
them alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpgen.program.nodes import Add, Divide, Expression, Multiply, Subtract
from bpgen.writing.lines import Head, Layout, Lines

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
        words = [word for item in items for word in self.breakable(item)]
        lines = [head + words[0]]
        if not self.fits(lines[0]):
            lines = [head.rstrip(), pad + words[0]]
        for place, word in enumerate(words[1:], 2):
            longer = f"{lines[-1]} {word}"
            if self.fits(longer + tail * (place == len(words))):
                lines[-1] = longer
            else:
                lines.append(pad + word)
        lines[-1] += tail
        return lines

    def breakable(self, item: str) -> Sequence[str]:
        """An item as it is, or word by word if no line can hold it."""
        fits = self.fits(" " * self.language.indent + item)
        return [item] if fits else item.split(" ")

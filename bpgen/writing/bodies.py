"""The bodies of loops and choices, between the lines that begin and end them."""

from __future__ import annotations

from bpgen.languages.record import Language
from bpgen.writing.heads import Lines, indented, shortest_head


class Bodies:
    """Lays out bodies, `indent` columns in."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.indent = 0

    def fits(self, line: str, deeper: int = 0) -> bool:
        """Whether a line fits the width, or is broken when all is done."""
        return self.language.ways.breaks or self.is_short(line, deeper)

    def is_short(self, line: str, deeper: int = 0) -> bool:
        """Whether a line fits the width."""
        return self.indent + deeper + len(line) <= self.language.width

    def opening(self, head: str, *places: str) -> str:
        """The line that begins a body; a loop over items is told their type."""
        heads = self.language.heads
        head = shortest_head(head, places, heads)
        if head == "each":
            places = (*places[:-1], self.language.type(places[-1]))
        found = heads[head].format(*places)
        return self.language.block[0].format(found)

    def body(self, opening: str, lines: Lines) -> Lines:
        """A body, one step in, between the lines that begin and end it."""
        closing = self.language.block[1]
        return [
            *opening.splitlines(),
            *indented(lines, self.language.indent),
            *([closing] if closing else []),
        ]

    def branches(self, opening: str, then: Lines, otherwise: Lines) -> Lines:
        """Two bodies, of which the second may be empty."""
        if not otherwise:
            return self.body(opening, then)
        return self.in_turn(opening, then, self.body(self.opening("else"), otherwise))

    def in_turn(self, opening: str, then: Lines, rest: Lines) -> Lines:
        """A body, and behind it the rest of a choice, from its `else` to its end."""
        first, closing = self.body(opening, then), self.language.block[1]
        before = first[:-1] if closing else first
        is_word = not closing or closing.isalpha()  # it ends all bodies at once
        return [*before, rest[0] if is_word else f"{closing} {rest[0]}", *rest[1:]]

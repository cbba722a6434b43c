"""Notes to comment lines of one language."""

from __future__ import annotations

from bpgen.program.expressions import index_text
from bpgen.program.nodes import (
    Element,
)
from bpgen.program.notes import ChainNote, Note, UnitNote, words
from bpgen.writing.context import Dialect
from bpgen.writing.lines import Layout, Lines
from bpgen.writing.options import Comments


class CommentWriter:
    """Writes the comments of one method; `said` are those of the section so far."""

    def __init__(self, dialect: Dialect, layout: Layout) -> None:
        self.dialect, self.layout = dialect, layout
        self.said: set[str] = set()

    def lines(self, note: Note | None) -> Lines:
        """The note's sentences, unless they were just said or are not wanted."""
        level = self.dialect.comments
        if note is None or level is Comments.NONE:
            return []
        if level is Comments.BRIEF and isinstance(note, ChainNote):
            return []
        sentences = words(note, self.plain_name, self.unit(note))
        fresh = [sentence for sentence in sentences if sentence not in self.said]
        self.said.update(fresh)
        return [line for sentence in fresh for line in self.wrapped(sentence)]

    def plain_name(self, element: Element) -> str:
        """An element in a comment: its identifier, with its indices in a loop."""
        names = self.dialect.names
        if self.dialect.is_scalar(element):
            return names.scalar(element)
        places = "".join(f"[{index_text(index)}]" for index in element.indices)
        # no spaces, so that a comment is not broken inside [i + 1]
        return names.array(element.variable) + places.replace(" ", "")

    def unit(self, note: Note) -> str:
        """What a unit is called: `Neuron h1`, or in loops `Each neuron i`."""
        if not isinstance(note, UnitNote):
            return ""
        variable = note.unit.variable
        own = note.unit.indices[1 if variable.is_batched else 0 :]
        looped = [index for index in own if index.terms]
        if self.dialect.unrolled or not looped:
            pairs = zip(variable.axes, own, strict=True)
            return f"Neuron {'_'.join(axis[at.constant] for axis, at in pairs)}"
        return f"Each neuron {', '.join(map(index_text, looped))}"

    def wrapped(self, sentence: str) -> Lines:
        """Comment lines that fit the width."""
        mark = self.dialect.language.comment
        lines = [mark]
        for word in sentence.split():
            if not self.layout.fits(f"{lines[-1]} {word}") and lines[-1] != mark:
                lines.append(f"{mark}  ")
            lines[-1] += f" {word}"
        return lines if all(map(self.layout.fits, lines)) else []

"""Notes to comment lines of one language."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import replace

from bpgen.program.expressions import text
from bpgen.program.labels import folded
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Element,
    Negate,
    Section,
)
from bpgen.program.notes import (
    FORWARD,
    GLUE,
    ChainNote,
    LayerNote,
    Note,
    Sentence,
    UnitNote,
    words,
)
from bpgen.writing.context import Dialect
from bpgen.writing.letters import each
from bpgen.writing.lines import Layout, Lines
from bpgen.writing.options import Comments

SIGN = re.compile(r" ([-+*/<>]|[-+<>=]?=) (?=\S)")
CALL = re.compile(r"\b\w+\([^()]*\)")


class CommentWriter:
    """Writes the comments of one method. `said` are the keys of the sentences that the
    layer at hand has had, `told` those that last; `place` spells an element of an
    array."""

    def __init__(
        self, dialect: Dialect, layout: Layout, place: Callable[[Element], str]
    ) -> None:
        self.dialect, self.layout, self.place = dialect, layout, place
        self.said: set[Hashable] = set()
        self.told: set[Hashable] = set()
        self.units: set[Hashable] = set()  # that have a heading, where one will do

    def lines(self, note: Note | None) -> Lines:
        """The note's sentences, unless they were said or are not wanted."""
        level = self.dialect.comments
        if note is None or level is Comments.NONE:
            return []
        if level is Comments.BRIEF and isinstance(note, ChainNote):
            return []
        if isinstance(note, LayerNote):
            self.said.clear()
        if self.dialect.is_dense and isinstance(note, UnitNote):
            key = note.unit.variable, note.direction
            if key in self.units:
                return []
            self.units.add(key)
        return [
            line
            for sentence in words(note, self)
            for line in self.wrapped(self.once(sentence))
        ]

    def once(self, sentence: Sentence) -> str:
        """The sentence, or what stands for it where it was said before."""
        had = self.told if sentence.is_lasting else self.said
        if sentence.key in had:
            return sentence.again
        had.add(sentence.key)
        return sentence.text

    def merged(self, note: Note | None, body: Block) -> tuple[Note | None, Block]:
        """A section whose layer is one unit under one heading instead of two."""
        match note, body:
            case LayerNote(), (Section(UnitNote() as unit, inner),):
                unit_title = self.unit(unit)
                title = unit_title[:1].lower() + unit_title[1:]
                said = unit.words if note.direction == FORWARD else note.words
                return replace(note, name=f"{note.name}, {title}", words=said), inner
            case LayerNote(), (Section(UnitNote() as unit), Section(), *_):
                if not self.dialect.is_dense:
                    return note, body
                self.units.add((unit.unit.variable, unit.direction))
                said = f"each {unit.kind} is {unit.words}"
                is_forward = note.direction == FORWARD
                return (replace(note, words=said) if is_forward else note), body
            case _:
                return note, body

    # How notes spell things -----------------------------------------------------------

    @property
    def unrolled(self) -> bool:
        """Whether each element has a name of its own."""
        return self.dialect.unrolled

    def name(self, element: Element) -> str:
        """An element in a comment: as in the code, but without its object."""
        if self.dialect.is_scalar(element):
            return self.dialect.names.scalar(element)
        return self.place(element)

    def statement(self, statement: Assign | Accumulate) -> str:
        """A statement in a comment, as in the code."""
        notation = replace(self.layout.notation, element=self.name)
        value, sign = statement.value, "="
        if isinstance(statement, Accumulate):
            value, sign = (
                (value.value, "-=") if isinstance(value, Negate) else (value, "+=")
            )
        return f"{self.name(statement.target)} {sign} {text(value, notation)}"

    def label(self, element: Element) -> str:
        """What an element belongs to, such as h1; in a loop its name."""
        if not self.unrolled:
            return self.name(element)
        return label_of(element)

    def unit(self, note: UnitNote) -> str:
        """What a unit is called: `Neuron h1`, or in loops `Each neuron i`."""
        own = note.unit.indices[1 if note.unit.variable.is_batched else 0 :]
        letters = [name for index in own for name, _ in index.terms]
        if self.unrolled or (own and not letters):
            return f"{note.kind[:1].upper()}{note.kind[1:]} {label_of(note.unit)}"
        found = each(letters, note.kind)
        return found[:1].upper() + found[1:]

    def wrapped(self, sentence: str) -> Lines:
        """Comment lines that fit the width; no formula is broken."""
        if not sentence:
            return []
        mark = self.dialect.language.comment
        sentence = SIGN.sub(rf"{GLUE}\1{GLUE}", sentence)
        sentence = CALL.sub(lambda call: call[0].replace(" ", GLUE), sentence)
        lines = folded(sentence, self.layout.is_short, mark)
        fits = all(map(self.layout.is_short, lines))
        return [line.replace(GLUE, " ") for line in lines] if fits else []


def label_of(element: Element) -> str:
    """The labels of an element with constant indices, but for that of its sample."""
    variable = element.variable
    own = element.indices[1 if variable.is_batched else 0 :]
    pairs = zip(variable.axes, own, strict=True)
    return "_".join(axis[index.constant] for axis, index in pairs)

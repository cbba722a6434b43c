"""Comments as data: what a statement means and which rule made it.

Lowering and differentiation attach notes; `words` puts a note into sentences,
the same ones in every language. Names come from the caller, since each language
spells them in its own way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bpgen.program.functions import Function
    from bpgen.program.nodes import Element

FORWARD, BACKWARD, INPUT = "forward", "backward", "backward, to the input"
MOST_PATHS_IN_WORDS = 4  # a longer sum over paths is described, not spelled out


@dataclass(frozen=True, slots=True)
class LayerNote:
    """Heads the statements of one layer, or of the loss."""

    name: str
    words: str
    direction: str = FORWARD


@dataclass(frozen=True, slots=True)
class UnitNote:
    """Heads the statements of one unit; `unit` is its net input or value."""

    unit: Element
    words: str
    direction: str = FORWARD


@dataclass(frozen=True, slots=True)
class TitleNote:
    """Heads statements that need no more than a name."""

    text: str


@dataclass(frozen=True, slots=True)
class FunctionNote:
    """The statement applies an activation to z, which gives a."""

    function: Function


@dataclass(frozen=True, slots=True)
class ChainNote:
    """The chain rule: dL/d`of` is the sum of dL/d`via` * d`via`/d`of`.

    `via` is empty where the loss itself is differentiated. `is_weight` says that
    `of` is a parameter, `is_one` that d`via`/d`of` is 1.
    """

    of: Element
    via: tuple[Element, ...]
    because: str = ""
    is_weight: bool = False
    is_one: bool = False


Note: TypeAlias = LayerNote | UnitNote | TitleNote | FunctionNote | ChainNote


def mirrored(note: Note | None) -> Note | None:
    """The heading of the backward pass that belongs to one of the forward pass."""
    match note:
        case LayerNote() | UnitNote():
            return replace(note, direction=BACKWARD)
        case _:
            return None


def words(note: Note, name: Callable[[Element], str], unit: str) -> list[str]:
    """The sentences of a note.

    `name` spells an element in the language at hand; `unit` is what the unit of a
    `UnitNote` is called there ("Neuron h1", or "Each neuron i" in a loop).
    """
    match note:
        case LayerNote(title, text, direction):
            ending = f": {text}" if direction == FORWARD else f", {direction}"
            return [f"{title}{ending}."]
        case UnitNote(_, text, direction):
            ending = f": {text}" if direction == FORWARD else f", {direction}"
            return [f"{unit}{ending}."]
        case TitleNote(text):
            return [text]
        case ChainNote():
            return [_chain(note, name)]
        case _:
            return []


def _chain(note: ChainNote, name: Callable[[Element], str]) -> str:
    if note.is_weight and note.via:
        of, via = note.of.variable.prefix, note.via[0].variable.prefix
        if note.is_one:
            reason = "the bias multiplies 1" if of[0] == "b" else f"d{via}/d{of} = 1"
            return f"dL/d{of} = dL/d{via}, since {reason}"
        return f"dL/d{of} = dL/d{via} * (the input that the weight multiplies)"
    of = name(note.of)
    if not note.via and note.is_weight:
        return "the penalty, differentiated by each weight"
    if not note.via:
        return f"dL/d{of}: {note.because or 'the loss, differentiated by its output'}"
    if len(note.via) > MOST_PATHS_IN_WORDS:
        first, last = name(note.via[0]), name(note.via[-1])
        return f"dL/d{of} = the sum over {first} ... {last} of dL/dz * dz/d{of}"
    paths = [f"dL/d{name(via)} * d{name(via)}/d{of}" for via in note.via]
    because = f", where {note.because}" if note.because else ""
    return f"dL/d{of} = {' + '.join(paths)}{because}"

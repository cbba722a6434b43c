"""Comments as data: what a statement means and which rule made it.

Lowering and differentiation attach notes; `words` puts a note into sentences, the
same ones in every language. How an element, a statement or a unit is spelled comes
from the caller, since each language has its own way. A sentence has a key: of those
with the same key the first one of a layer is enough.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from bpgen.program.nodes import Accumulate, Assign, Element, Expression, Role

if TYPE_CHECKING:
    from bpgen.program.functions import Function

FORWARD, BACKWARD, INPUT = "forward", "backward", "backward, to the input"
PASSED_ON = "backward: the slope goes on as it is"
MOST_PATHS = 4  # of a sum that is spelled out
GLUE = "\x1f"  # a space inside a formula, where no line ends


@dataclass(frozen=True, slots=True)
class LayerNote:
    """Heads the statements of one layer, or of the loss.

    `about` is what net.yaml says of it, above the forward statements; `why` says, in
    whole sentences, why its backward pass has the shape that it has.
    """

    name: str
    words: str
    direction: str = FORWARD
    why: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class UnitNote:
    """Heads the statements of one unit; `unit` is its net input or value, `kind` what
    it is."""

    unit: Element
    words: str
    direction: str = FORWARD
    kind: str = "number"


@dataclass(frozen=True, slots=True)
class TitleNote:
    """Heads statements that need no more than a name or a sentence; the story behind
    them is told the first time."""

    text: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class FunctionNote:
    """The statement applies an activation to z, which gives a."""

    function: Function


@dataclass(frozen=True, slots=True)
class SlopeNote:
    """The statement is one term of the loss; `text` says its slope."""

    text: str


@dataclass(frozen=True, slots=True)
class Path:
    """One way on which an element reaches the loss: the forward statement that reads
    it, and the slope of what that gives, by the element."""

    forward: Assign | Accumulate
    slope: Expression
    is_shown: bool = True  # whether the statement stands in the code

    @property
    def to(self) -> Element:
        """What the statement gives."""
        return self.forward.target


@dataclass(frozen=True, slots=True)
class ChainNote:
    """The chain rule: dL/d`of` is the sum, over the paths, of dL/d`to` * slope.

    There is no path where the loss itself is differentiated. `because` is a formula
    for the slope of an activation, `told` says all in a sentence. `is_weight` says that
    `of` is a parameter, `is_one` that the slope is 1, `is_plain` that it is an element.
    """

    of: Element
    paths: tuple[Path, ...]
    because: str = ""
    told: str = ""
    is_weight: bool = False
    is_one: bool = False
    is_plain: bool = False


Note: TypeAlias = (
    LayerNote | UnitNote | TitleNote | FunctionNote | SlopeNote | ChainNote
)


class Sentence(NamedTuple):
    """A sentence; `again` is what stands where its key was said before: in the same
    layer, or, if it lasts, in the same method."""

    key: Hashable
    text: str
    again: str = ""
    is_lasting: bool = False


class Spelling(Protocol):
    """How one file spells what comments name."""

    @property
    def unrolled(self) -> bool:
        """Whether each element has a name of its own."""

    def name(self, element: Element) -> str:
        """An element, as the code has it."""

    def statement(self, statement: Assign | Accumulate) -> str:
        """A statement, as the code has it."""

    def label(self, element: Element) -> str:
        """What an element belongs to, such as h1; "" in a loop."""

    def unit(self, note: UnitNote) -> str:
        """What a unit is called: `Neuron h1`, or in a loop `Each neuron i`."""


def mirrored(note: Note | None) -> Note | None:
    """The heading of the backward pass that belongs to one of the forward pass."""
    match note:
        case LayerNote() | UnitNote():
            return replace(note, direction=BACKWARD)
        case _:
            return None


def words(note: Note, spelling: Spelling) -> list[Sentence]:
    """The sentences of a note."""
    match note:
        case LayerNote(title, text, direction, why, about):
            ending = f": {text}" if direction == FORWARD else f", {direction}"
            more = f" {about}" if about and direction == FORWARD else ""
            story = why if direction == BACKWARD else ""
            return [_told(f"{title}{ending}.{more}", story)]
        case UnitNote(unit, text, direction):
            title = spelling.unit(note)
            if direction != FORWARD:
                return [_itself(f"{title}, {direction}.")]
            return [Sentence(unit.variable, f"{title}: {text}.", f"{title}.")]
        case TitleNote(text, story):
            return [_told(text, story)]
        case ChainNote():
            return _chain(note, spelling)
        case _:
            return []


def formula(text: str) -> str:
    """A text in which no line ends."""
    return text.replace(" ", GLUE)


def _itself(text: str) -> Sentence:
    return Sentence(text, text)


def _told(title: str, story: str) -> Sentence:
    if not story:
        return _itself(title)
    ended = title if title.endswith(".") else f"{title}."
    return Sentence(story, f"{ended} {story}", title, is_lasting=True)


def _chain(note: ChainNote, spelling: Spelling) -> list[Sentence]:
    if note.told or not note.paths:
        return [_itself(note.told or "The slope of the loss.")]
    if not spelling.unrolled:
        return [_quoted(note, spelling)]
    ways = tuple(dict.fromkeys(path.to.variable for path in note.paths))
    key = (note.of.variable, ways, note.because, len(note.paths) > 1)
    if note.is_weight and (note.is_one or note.is_plain):
        of, to = note.of.variable.prefix, note.paths[0].to.variable.prefix
        if not note.is_one:
            text = f"dL/d{of} = dL/d{to} * (the input that the weight multiplies)."
        elif of[0] == "b":
            text = f"dL/d{of} = dL/d{to}, since the bias is added as it is."
        else:
            text = f"dL/d{of} = dL/d{to}, since it is added as it is."
        return [Sentence((of, to), text)]
    if len(note.paths) == 1 and note.paths[0].is_shown and not _feeds(note):
        return [Sentence(key, _quoted(note, spelling).text)]
    return [Sentence(key, _paths(note, spelling))]


def _quoted(note: ChainNote, spelling: Spelling) -> Sentence:
    """The forward statement, with the slope of its function."""
    line = f"Forward: {formula(spelling.statement(note.paths[0].forward))}"
    if note.because:
        return _itself(f"{line}, and {formula(note.because)}.")
    return _itself(line)


def _feeds(note: ChainNote) -> bool:
    """Whether all paths lead through a weight."""
    return all(_weight(path) is not None for path in note.paths)


def _weight(path: Path) -> Element | None:
    """The parameter that an element is multiplied with on its path, if that is all."""
    match path.slope:
        case Element(variable) if variable.role is Role.PARAMETER:
            return path.slope
        case _:
            return None


def _paths(note: ChainNote, spelling: Spelling) -> str:
    """The ways on which an element reaches the loss, in words."""
    feeds, labels = _feeds(note), [spelling.label(path.to) for path in note.paths]
    is_clear = len({path.to.variable.prefix for path in note.paths}) == 1
    by_label = feeds and is_clear and spelling.label(note.of) not in labels
    spell = spelling.label if by_label else spelling.name
    of, ways = spell(note.of), []
    for path in note.paths:
        to = spell(path.to)
        weight = _weight(path)
        ways.append(f"{to} by {spelling.name(weight)}" if weight else to)
    verb = "feeds into" if feeds else "goes into"
    if len(ways) == 1:
        return f"{of} {verb} {ways[0]}."
    count = "both" if len(ways) == 2 else f"all {len(ways)}"
    if len(ways) > MOST_PATHS:
        ways = [ways[0], "...", ways[-1]]
    again = "into " if feeds else ""
    *first, last = [ways[0], *(w if w == "..." else again + w for w in ways[1:])]
    return f"{of} {verb} {', '.join(first)} and {last}: the sum over {count} paths."

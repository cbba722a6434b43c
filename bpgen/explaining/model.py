"""One training step as data: every number, where it comes from, what it means.

What `explaining.step` makes of a run, and what every view reads: the terminal,
Markdown, LaTeX, JSON and the page show these numbers and no others, by the same digits.
Formulas are pieces: signs as text, numbers as quantities with a name and a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

AGREE, DIFFER, KINK = "agree", "DIFFER", "at a kink"
MADE_BY = "Made by bpgen explain"  # in every file of this command


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a name.

    Attributes:
        key: the name that is the same in every language and notation: an anchor.
        is_given: whether it is as somebody wrote it, rather than computed.
        places: how many digits of it mean something, if not all do.
    """

    key: str
    name: str
    value: float
    is_given: bool = False
    places: int = 0


Piece: TypeAlias = str | Quantity
Formula: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Pixel:
    """A number of an image, which rounds.

    Attributes:
        depth: how strong it is, from 0 to 1.
        is_lit: whether it is one of those that the image is about.
    """

    text: str
    depth: float
    is_lit: bool


Cell: TypeAlias = str | float | Quantity | Pixel


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the chain rule: what it is in TeX, what it says, its number.

    `formula` is how it is computed, unless it is a number known by then; `script` the
    same in JavaScript.
    """

    symbol: str
    words: str
    quantity: Quantity
    formula: Formula = ()
    script: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the terms that are added up: a path on which a number reaches the loss,
    or what one output adds to the loss."""

    label: str
    to: str  # the key of the unit that it leads to
    formula: Formula
    quantity: Quantity
    script: str
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """The statement of the emitted file that computes a number."""

    text: str
    file: str
    line: int

    @property
    def in_a_line(self) -> str:
        """The statement without the breaks of its lines."""
        joined = " ".join(self.text.split())
        return joined.replace("( ", "(").replace(" )", ")")


@dataclass(frozen=True, slots=True)
class Check:
    """What a gradient is by dual numbers, if the net is not too large for them, and by
    central differences."""

    dual: float | None
    central: float
    agrees: bool
    is_kink: bool = False  # so near that differences say nothing

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.is_kink:
            return KINK
        return AGREE if self.agrees else DIFFER


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one number comes about: its rule in TeX, with names, with numbers."""

    quantity: Quantity
    words: str
    rule: str
    formula: Formula
    factors: tuple[Factor, ...] = ()
    parts: tuple[Part, ...] = ()
    part_kind: str = ""  # "path" or "output"
    code: Code | None = None
    check: Check | None = None
    hint: str = ""
    script: str = ""  # where a page works it out by itself: of updates and losses
    weight: str = ""  # there: the key of the weight that it is about


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers that no formula belongs to: a summary, a matrix, shares.

    `step` is the id of the step that it belongs to, if it is told there.
    """

    title: str
    text: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    id: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is computed at one sitting: a neuron, the loss, all updates.

    Attributes:
        phase: start, forward, loss, backward, update or after.
        label: what the step is about, in a word; `layer` is the heading above it.
        lit: the keys of what it is about, in a picture.
        tables: of what no formula belongs to.
    """

    id: str
    phase: str
    label: str
    title: str
    text: tuple[str, ...]
    derivations: tuple[Derivation, ...] = ()
    lit: tuple[str, ...] = ()
    layer: str = ""
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """One number that the net holds as a parameter, before and after the step."""

    before: Quantity
    gradient: Quantity | None  # None if it is frozen
    after: Quantity
    states: tuple[tuple[Quantity, Quantity], ...] = ()  # of the optimizer
    samples: tuple[Quantity, ...] = ()  # the gradient of each sample of the batch
    check: Check | None = None
    owner: str = ""  # the parameter, such as h.weight
    into: str = ""  # the unit that it leads to
    source: str = ""  # where it comes from; nothing for a bias, the weight of a 1

    @property
    def is_frozen(self) -> bool:
        """Whether training leaves it alone."""
        return self.gradient is None


@dataclass(frozen=True, slots=True)
class Losses:
    """The loss of the batch before the step, after it, and as the slopes predict it."""

    before: Quantity
    after: Quantity
    predicted: Quantity


@dataclass(frozen=True, slots=True)
class Contrast:
    """What comes out if the hidden layers use weights that are updated already: the
    loss after the wrong step, the right one, and all weights after the wrong step."""

    loss: Quantity
    right: Quantity
    weights: tuple[tuple[Weight, Quantity], ...]


@dataclass(frozen=True, slots=True)
class CourseRow:
    """Where training is after so many steps."""

    step: int
    loss: float
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A number of a source, beside ours."""

    what: str
    text: str
    value: float
    agrees: bool
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A function with its slope, and where the neurons are on it.

    Attributes:
        rule, slope: both in TeX.
        points: x, the value and the slope.
        marks: a unit, the key of its x, the key of its value; `dots` are these numbers.
    """

    title: str
    rule: str
    slope: str
    points: tuple[tuple[float, float, float], ...]
    marks: tuple[tuple[str, str, str], ...]
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A layer of a picture of layers: the sizes of what it passes on and of its slope,
    if it has numbers of its own."""

    name: str
    words: str
    sources: tuple[str, ...]
    shape: tuple[int, ...]
    parameters: int
    forward: float | None
    slope: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A training step of one net, ready to be shown."""

    net: str
    made: str  # by what, and from which file
    about: str
    layers: tuple[str, ...]
    file: str
    language: str
    notation: str
    digits: int
    sample: int  # from 1
    samples: int
    batch: tuple[int, ...]
    source: str  # what the samples are
    inputs: tuple[Quantity, ...]
    targets: tuple[Quantity, ...]
    settings: tuple[Quantity, ...]
    optimizer: str
    steps: tuple[Step, ...]
    weights: tuple[Weight, ...]
    state_names: tuple[str, ...]
    losses: Losses
    sample_losses: tuple[Quantity, ...]
    legend: tuple[tuple[str, str], ...]
    every: tuple[Weight, ...] = ()  # weight, and
    numbers: tuple[Quantity, ...] = ()  # every number, whatever is left out
    columns: tuple[tuple[str, ...], ...] = ()  # of units, if a picture can show them
    boxes: tuple[Box, ...] = ()  # a picture of the layers, for any net
    after: tuple[Quantity, ...] = ()  # the sample once more, with the new weights
    curves: tuple[Curve, ...] = ()
    tables: tuple[Table, ...] = ()
    contrast: Contrast | None = None
    course: tuple[CourseRow, ...] = ()
    course_samples: int = 0  # whose loss it tells; 0 for all
    published: tuple[Published, ...] = ()
    left_out: tuple[str, ...] = ()
    focus: str = ""

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Those of the steps, and those after them."""
        return (*(own for step in self.steps for own in step.tables), *self.tables)

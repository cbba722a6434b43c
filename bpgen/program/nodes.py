"""The program: what to compute, in a few frozen node types.

Everything after lowering reads and writes these nodes alone, so every stage can be
printed. There is no power, no sum and no max on purpose: their rounding or their
treatment of NaN differs between languages.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from bpgen.program.axes import Axes
from bpgen.program.index import Index as Index
from bpgen.program.labels import AXIS_LETTERS
from bpgen.program.roles import Order as Order
from bpgen.program.roles import Role as Role

if TYPE_CHECKING:
    from bpgen.program.functions import Function
    from bpgen.program.notes import Note


def _later() -> Any:
    """A field for what follows from the others, found when somebody asks for it."""
    return field(default=None, init=False, compare=False, repr=False)


# --- Variables -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variable:
    """A scalar or an array of numbers; the name alone identifies it.

    `labels` names the elements along each axis: element (0, 1) of prefix `w`
    and labels (("h1", "h2"), ("x1", "x2")) is called `w_h1_x2`.

    Where a network works on a whole batch at once, what belongs to one sample has a
    first axis more, `SAMPLES`; an element without that index is that of the sample at
    hand. `letters` are those that loops along the other axes count with.

    Attributes:
        is_whole: whether its elements are whole numbers, which a search found.
        of: the variable that holds the numbers, if this is a view, which counts them
            row by row along other axes.
    """

    name: str
    role: Role
    prefix: str = field(compare=False)
    labels: Axes = field(compare=False, default=())
    letters: str = field(compare=False, default="")
    is_whole: bool = field(compare=False, default=False)
    of: Variable | None = field(compare=False, default=None)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of elements along each axis; () for a scalar."""
        return tuple(map(len, self.labels))

    @property
    def is_batched(self) -> bool:
        """Whether there is one for each sample of a batch."""
        return self.labels[:1] == (SAMPLES,)

    @property
    def axes(self) -> Axes:
        """The labels along the axes of one sample's."""
        return self.labels[1:] if self.is_batched else self.labels

    @property
    def loop_letters(self) -> str:
        """What loops along the axes count with."""
        return self.letters or AXIS_LETTERS[len(self.axes)]

    def __getitem__(self, indices: Index | int | tuple[Index | int, ...]) -> Element:
        if not isinstance(indices, tuple):
            indices = (indices,)
        if self.is_batched and len(indices) == len(self.axes):
            indices = (SAMPLE, *indices)
        if len(indices) != len(self.labels):
            raise TypeError(f"{self.name} has {len(self.labels)} axes")
        return Element(self, tuple(Index.of(index) for index in indices))

    def along(self, axes: Axes, letters: str = "") -> Variable:
        """The same numbers, row by row, along other axes of one sample."""
        labels = (SAMPLES, *axes) if self.is_batched else axes
        return replace(self, labels=labels, letters=letters, of=self.of or self)

    def scalar(self) -> Element:
        """The one element of a variable without axes."""
        return self[()]


# The axis of the samples in a batch, whose length only a run knows.
SAMPLES = ("sample",)
SAMPLE = Index(0, (("sample", 1),))
BATCH = Index(0, (("batch", 1),))
COUNT = Variable("count", Role.COUNT, "count")  # of the samples, as a number

# The axis of an array that stands for one parameter after the other.
NUMBERS = ("number",)
NUMBER = Index(0, (("i", 1),))

# --- Expressions: floating-point numbers ------------------------------------------


class Operators:
    """Lets lowering write `w * x + b` for nodes."""

    __slots__ = ()

    def __add__(self, other: Expression) -> Add:
        return Add(_expression(self), other)

    def __sub__(self, other: Expression) -> Subtract:
        return Subtract(_expression(self), other)

    def __mul__(self, other: Expression) -> Multiply:
        return Multiply(_expression(self), other)

    def __truediv__(self, other: Expression) -> Divide:
        return Divide(_expression(self), other)

    def __neg__(self) -> Negate:
        return Negate(_expression(self))


class Host(Operators):
    """An expression of what stands around the mathematics: see `program.host`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Number(Operators):
    """A finite constant; of type int where it is a whole number, see `Whole`."""

    value: float


@dataclass(frozen=True, slots=True)
class Element(Operators):
    """One element of a variable: read in expressions, written by statements."""

    variable: Variable
    indices: tuple[Index, ...] = ()
    _hash: int | None = _later()

    def __hash__(self) -> int:
        # once: every stage keeps elements in sets, and large nets have very many
        found = self._hash
        if found is None:
            places = [(index.constant, index.terms) for index in self.indices]
            found = hash((self.variable.name, *places))
            object.__setattr__(self, "_hash", found)
        return found


@dataclass(frozen=True, slots=True)
class Argument(Operators):
    """A parameter of a function, inside that function's definition."""

    name: str


@dataclass(frozen=True, slots=True)
class Add(Operators):
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Subtract(Operators):
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Multiply(Operators):
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Divide(Operators):
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negate(Operators):
    value: Expression


@dataclass(frozen=True, slots=True)
class Call(Operators):
    """A scalar function of the arguments; differentiated by the first one."""

    function: Function
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition; `operator` is one of < <= > >= ==."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Select(Operators):
    """`then` where the condition holds, else `otherwise`; only one is computed."""

    condition: Compare
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Stop(Operators):
    """The value, taken as a constant by differentiation."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Stated(Operators):
    """The value, its one partial stated since algebra would not find the good form;
    `because` says it in a few words."""

    value: Expression
    of: Element
    partial: Expression
    because: str


@dataclass(frozen=True, slots=True)
class Draw(Operators):
    """The generator's next number; only as the whole right side of `Assign`.
    `uniform`: first + (second - first) * u; `normal`: first + second * n. `because`
    is the formula of the limit or the deviation, for people."""

    distribution: str
    first: Expression
    second: Expression
    because: str = ""


@dataclass(frozen=True, slots=True)
class Position(Operators):
    """An index as a number, without a derivative. As the whole right side of `Assign`
    it gives an INDEX its value; a variable of whole numbers keeps it as it is."""

    index: Index


@dataclass(frozen=True, slots=True)
class Whole(Operators):
    """The whole number, one of 0 ... count - 1, that an element of the input, or of a
    search, holds; only as the whole right side of an `Assign` to an INDEX."""

    value: Element
    count: int


Expression: TypeAlias = (
    Number
    | Element
    | Argument
    | Add
    | Subtract
    | Multiply
    | Divide
    | Negate
    | Call
    | Select
    | Stop
    | Stated
    | Draw
    | Position
    | Whole
    | Host
)


def _expression(node: Operators) -> Expression:
    return node  # type: ignore[return-value]  # every subclass is in Expression


# --- Statements -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assign:
    """target = value"""

    target: Element
    value: Expression
    note: Note | None = None
    reads: tuple[Element, ...] | None = _later()  # `walks.reads` finds and keeps them


@dataclass(frozen=True, slots=True)
class Accumulate:
    """target = target + value"""

    target: Element
    value: Expression
    note: Note | None = None
    reads: tuple[Element, ...] | None = _later()  # `walks.reads` finds and keeps them


@dataclass(frozen=True, slots=True)
class Literal:
    """Every element of a variable set to its own constant, in row-major order."""

    variable: Variable
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class For:
    """The body once for each index in start ... stop - 1.

    Both ends are constants, or depend on the indices of outer loops.
    """

    index: str
    stop: Index | int
    body: Block
    note: Note | None = None
    start: Index | int = 0
    order: Order = Order.ANY


@dataclass(frozen=True, slots=True)
class Inside:
    """The condition that an index is one of 0 ... extent - 1."""

    index: Index
    extent: int


@dataclass(frozen=True, slots=True)
class If:
    """The body where the condition holds: what lies in the padding is skipped, or,
    under a comparison, a search takes a step, which has no derivative."""

    condition: Inside | Compare
    body: Block


@dataclass(frozen=True, slots=True)
class Backward:
    """The stated backward pass of some statements, which algebra alone would not find
    in this form: what it adds to the slope of `of`, from that of `by`."""

    of: Variable
    by: Variable
    body: Block


@dataclass(frozen=True, slots=True)
class Section:
    """Statements under one heading: a layer, a neuron, the loss. Until the backward
    pass is derived, a section may state its own, and have no heading."""

    note: Note | None
    body: Block
    backward: Backward | None = None


@dataclass(frozen=True, slots=True)
class Each:
    """The body once for each number of some parameters, in their order.

    What stands over all parameters is written once: the body speaks of arrays of one
    axis, `NUMBERS`, at the place `NUMBER`. Each of `arrays` says which variables such
    an array stands for, one a parameter; `numbers` are scalars that differ between
    parameters.
    """

    arrays: tuple[tuple[Variable, tuple[Variable, ...]], ...]
    body: Block
    numbers: tuple[tuple[Variable, tuple[float, ...]], ...] = ()


Statement: TypeAlias = Assign | Accumulate | Literal | For | If | Section | Each
Block: TypeAlias = tuple[Statement, ...]

"""What stands around the mathematics, as nodes: expressions and statements.

Beside those of `nodes` a routine has a few more: texts, flags, whole numbers, lists,
calls. Numbers, `+ - * /` and negation are those of the program. There are few of these
nodes in a run, so they have no slots, which take time to make when a run starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bpgen.program.nodes import Expression, Host

# --- Expressions -------------------------------------------------------------------


@dataclass(frozen=True)
class Name(Host):
    """A local name or a parameter."""

    name: str


@dataclass(frozen=True)
class Constant(Host):
    """A constant of the file, by its name in `runtime.named.NAMED`."""

    name: str


@dataclass(frozen=True)
class Member(Host):
    """A field of an object; of the object at hand, if none is named."""

    of: Expression | None
    name: str


@dataclass(frozen=True)
class Item(Host):
    """One item of a list."""

    of: Expression
    place: Expression


@dataclass(frozen=True)
class Count(Host):
    """A whole number as it stands."""

    value: int


@dataclass(frozen=True)
class Flag(Host):
    """True or false."""

    value: bool


@dataclass(frozen=True)
class Text(Host):
    """A text, with expressions inside."""

    parts: tuple[str | Expression, ...]


@dataclass(frozen=True)
class Condition(Host):
    """Both or one of two conditions: `operator` is "and" or "or"."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Compared(Host):
    """A comparison; `operator` is one of < <= > >= == !=."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Not(Host):
    """The opposite of a condition."""

    value: Expression


@dataclass(frozen=True)
class ListOf(Host):
    """A list of a few items; `type` is its own, once types are known."""

    items: tuple[Expression, ...]
    type: str = ""


@dataclass(frozen=True)
class Times(Host):
    """The product of two whole numbers."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Primitive(Host):
    """What the language's record says of a primitive, applied to arguments."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Invoke(Host):
    """A call of a routine: a function, a class (`is_new`), or a method of an object.

    `of` is the object; None for a function. `options` are arguments by name.
    """

    of: Expression | None
    name: str
    arguments: tuple[Expression, ...]
    options: tuple[tuple[str, Expression], ...] = ()
    is_new: bool = False


@dataclass(frozen=True)
class This(Host):
    """The object at hand."""


# --- Statements --------------------------------------------------------------------


@dataclass(frozen=True)
class Let:
    """A new local name; `type` is stated where the value does not tell it, `inferred`
    is what the name has in any case."""

    name: str
    value: Expression
    type: str = ""
    is_varied: bool = False  # whether it is assigned again
    inferred: str = ""


@dataclass(frozen=True)
class Attempt:
    """A new local name for what a call gives that may refuse what it was given; then
    the routine ends, and refuses it, too. No name where the call gives nothing, `_`
    where nobody needs what it gives."""

    name: str
    value: Expression


@dataclass(frozen=True)
class Unpack:
    """New local names for the items of a list; `type` is that of an item."""

    names: tuple[str, ...]
    value: Expression
    type: str = ""


@dataclass(frozen=True)
class Set:
    """target = value"""

    target: Expression
    value: Expression


@dataclass(frozen=True)
class Increase:
    """target = target + value"""

    target: Expression
    value: Expression


@dataclass(frozen=True)
class Range:
    """The body for index = start, start + step ... as long as it is below stop; for a
    step of -1, above stop."""

    index: str  # "_" if the body does not use it
    start: Expression
    stop: Expression
    step: Expression | None
    body: Routine
    is_downwards: bool = False


@dataclass(frozen=True)
class Each:
    """The body for each item of a list; `type` is that of an item."""

    name: str
    items: Expression
    body: Routine
    type: str = ""


@dataclass(frozen=True)
class Branch:
    """One body or the other."""

    condition: Expression
    then: Routine
    otherwise: Routine = ()


@dataclass(frozen=True)
class Return:
    """The end of a routine."""

    value: Expression | None = None


@dataclass(frozen=True)
class Leave:
    """The end of a loop, or of one round: `word` is "break" or "continue"."""

    word: str


@dataclass(frozen=True)
class Do:
    """A call for what it does."""

    value: Primitive | Invoke


@dataclass(frozen=True)
class Compute:
    """The statements of one block of the program, in the place of a call.

    `is_returned` says that the routine ends with the number that the block computes.
    """

    block: str
    arguments: tuple[Expression, ...]
    is_returned: bool = False


@dataclass(frozen=True)
class Remark:
    """A comment."""

    text: str


HostStatement: TypeAlias = (
    Let
    | Attempt
    | Unpack
    | Set
    | Increase
    | Range
    | Each
    | Branch
    | Return
    | Leave
    | Do
    | Compute
    | Remark
)
Routine: TypeAlias = tuple[HostStatement, ...]


# --- Routines ----------------------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """A parameter of a routine; an option, if it has a default."""

    name: str
    type: str
    default: Expression | None = None


@dataclass(frozen=True)
class Function:
    """A function, or a method of a class; "__init__" makes an object. `refuses`: what
    it is given may be unfit, where languages say so in the type of the result."""

    name: str
    parameters: tuple[Parameter, ...]
    result: str
    doc: str
    body: Routine
    refuses: bool = False


@dataclass(frozen=True)
class Field:
    """What an object holds; without a value the constructor gives it one."""

    name: str
    type: str
    value: Expression | None
    words: str


@dataclass(frozen=True)
class Class:
    """A class with its fields and methods."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    methods: tuple[Function, ...]

"""What the routines stand on: a language has a notation for each of these.

The bodies are what a primitive means; the evaluator runs them. They are no part of
any emitted file: there a primitive is what the language's record says.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias, TypeGuard, TypeVar

Item = TypeVar("Item")
Word: TypeAlias = int  # a whole number of 32 bits, 0 ... 4294967295
Seed: TypeAlias = int  # a whole number of 0 to 4294967295
Json: TypeAlias = object  # a value of a JSON text
Table: TypeAlias = dict[str, Json]  # an object of a JSON text
Folder: TypeAlias = str  # where files are; no such parameter where main reads none
Bytes: TypeAlias = bytes  # what a file holds
Saved: TypeAlias = str  # what to_json gives: a text, or the language's own object
Nested: TypeAlias = object  # nested lists of numbers, or a number
Named: TypeAlias = dict[str, Nested]  # such arrays by name
Arrays: TypeAlias = dict[str, Nested]  # as callers see them: in some languages flat
Shapes: TypeAlias = dict[str, list[int]]  # the shapes of arrays by name, in order
Row: TypeAlias = list[float]  # numbers that a caller gives, only to be read
Rows: TypeAlias = list[list[float]]
Given: TypeAlias = Any  # such numbers, nested or in arrays, or a class by its index
GivenRows: TypeAlias = Any
Inputs: TypeAlias = Any  # what a net takes: Row, or Given where it can
InputRows: TypeAlias = Any
Targets: TypeAlias = Any
TargetRows: TypeAlias = Any
OwnRow: TypeAlias = list[float]  # numbers that the net holds
OwnRows: TypeAlias = list[list[float]]
Samples: TypeAlias = tuple[Rows, Rows]
Classified: TypeAlias = int | list[int]  # a class, or one of each step
Kept: TypeAlias = Any  # what forward leaves of a sample, or of a batch
OnEpoch: TypeAlias = Callable[[int, float], object]


class UnfitError(ValueError):
    """What was given to load_json is not what to_json gave."""


# --- 32-bit words ------------------------------------------------------------------


def add32(a: Word, b: Word) -> Word:
    """The sum, cut to 32 bits."""
    return (a + b) & 0xFFFFFFFF


def xor32(a: Word, b: Word) -> Word:
    """The bits that differ."""
    return a ^ b


def or32(a: Word, b: Word) -> Word:
    """The bits of both."""
    return a | b


def left32(a: Word, places: int) -> Word:
    """The bits moved up, cut to 32."""
    return (a << places) & 0xFFFFFFFF


def right32(a: Word, places: int) -> Word:
    """The bits moved down, with zeros from above."""
    return a >> places


def share32(a: Word) -> float:
    """The word as a share of 2^32: from 0 up to, but not including, 1."""
    return a / 4294967296.0


def scaled32(a: Word, count: int) -> int:
    """The word as one of 0 ... count - 1."""
    return a * count // 4294967296


def as_word(n: int) -> Word:
    """A whole number of 0 to 4294967295 as a word."""
    return n


def as_seed(x: float) -> Seed:
    """A number of 0 to 4294967295 without its fraction."""
    return int(x)


def modulo32(a: Word, count: int) -> int:
    """What is left of the word after division by a count."""
    return a % count


def largest_word() -> Word:
    """The largest whole number of 32 bits."""
    return 0xFFFFFFFF


# --- Numbers -----------------------------------------------------------------------


def word_of(x: float) -> Word:
    """A whole number of 0 to 4294967295 as a word."""
    return int(x)


def whole(x: float) -> int:
    """A number of 0 or more without its fraction."""
    return int(x)


def as_number(n: int) -> float:
    """A whole number beside a number, where a language wants that said."""
    return float(n)


def number(n: int) -> float:
    """A whole number as a number."""
    return float(n)


def larger(a: float, b: float) -> float:
    """The larger of two numbers."""
    return max(a, b)


def larger_whole(a: int, b: int) -> int:
    """The larger of two whole numbers."""
    return max(a, b)


def smaller_whole(a: int, b: int) -> int:
    """The smaller of two whole numbers."""
    return min(a, b)


def exp(x: float) -> float:
    """The exponential function."""
    return math.exp(x)


def log(x: float) -> float:
    """The natural logarithm."""
    return math.log(x)


def is_whole(x: float) -> bool:
    """Whether a finite number has no fraction."""
    return x == math.floor(x)


def is_finite(x: float) -> bool:
    """Whether a number is neither infinite nor NaN."""
    return math.isfinite(x)


# --- Lists; each of these makes a new one -------------------------------------------


def filled(size: int, x: float) -> list[float]:
    """As many times the same number."""
    return [x] * size


def counted(count: int) -> list[int]:
    """0, 1, ... count - 1."""
    return list(range(count))


def part(items: list[Item], start: int, stop: int) -> list[Item]:
    """The items from start up to, but not including, stop; fewer at the end."""
    return items[start:stop]


def rest_of(items: list[Item], start: int) -> list[Item]:
    """The items from a place on."""
    return items[start:]


def chosen(items: list[Item], places: list[int]) -> list[Item]:
    """The items in these places."""
    return [items[i] for i in places]


def sorted_wholes(items: list[int]) -> list[int]:
    """The same whole numbers, the smallest one first."""
    return sorted(items)


def copied(rows: OwnRows) -> list[list[float]]:
    """The same numbers in lists of their own."""
    return [list(row) for row in rows]


def append(items: list[Item], item: Item) -> None:
    """One item more at the end of a local list."""
    items.append(item)


def extend(items: list[Item], others: list[Item]) -> None:
    """More items at the end of a local list."""
    items.extend(others)


def is_empty(items: list[Item]) -> bool:
    """Whether there is no item."""
    return not items


def is_missing(kept: Kept | None) -> bool:
    """Whether nothing is kept."""
    return kept is None


def joined_rows(rows: OwnRows) -> list[float]:
    """The numbers of all rows, one after the other."""
    return [x for row in rows for x in row]


def is_among(text: str, texts: list[str]) -> bool:
    """Whether a text is one of several."""
    return text in texts


# --- Texts -------------------------------------------------------------------------


def fixed(x: float, digits: int) -> str:
    """A number with that many decimals."""
    return f"{x:.{digits}f}"


def scientific(x: float) -> str:
    """A number such as 1.2e-07."""
    return f"{x:.1e}"


def padded(n: int, width: int) -> str:
    """A whole number, at the right of so many columns."""
    return f"{n:>{width}}"


def text_of(n: int) -> str:
    """A whole number in digits."""
    return str(n)


def joined(texts: list[str]) -> str:
    """Texts with a blank between any two."""
    return " ".join(texts)


def spelled(texts: list[str]) -> str:
    """Texts without anything between them."""
    return "".join(texts)


def words_of(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


def letters_at(word: str, letters: list[str]) -> list[int]:
    """Where the letters of a word stand among others."""
    return [letters.index(letter) for letter in word]


def numbers(text: str) -> list[float]:
    """The numbers of a text, between white space."""
    return [float(word) for word in text.split()]


def parsed(text: str) -> float:
    """The number that a text says; NaN if it says none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def cells(text: str, separator: str) -> list[str]:
    """The parts of a text, without blanks and quotation marks around them."""
    return [part.strip('" \t\r') for part in text.split(separator)]


# --- Samples -----------------------------------------------------------------------


def samples(inputs: Rows, targets: Rows) -> Samples:
    """Inputs and their targets."""
    return inputs, targets


def inputs_in(given: Samples) -> Rows:
    """The inputs of samples."""
    return given[0]


def targets_in(given: Samples) -> Rows:
    """The targets of samples."""
    return given[1]


def listed(given: Json) -> Json:
    """Lists in the place of arrays of other libraries."""
    return given


def is_row(given: Any, size: int) -> TypeGuard[Row]:
    """Whether it is a list of so many items."""
    return type(given) is list and len(given) == size


# --- Arrays by name ----------------------------------------------------------------


def names_of(shapes: Shapes) -> list[str]:
    """The names, in order."""
    return list(shapes)


def shape_of(shapes: Shapes, name: str) -> list[int]:
    """The shape of a name that is there."""
    return shapes[name]


def no_arrays() -> Arrays:
    """No array, for a local name."""
    return {}


def array_names(values: Arrays) -> list[str]:
    """The names of arrays that a caller gives."""
    return list(values)


def has_array(values: Arrays, name: str) -> bool:
    """Whether there is an array of that name."""
    return name in values


def array_of(values: Arrays, name: str) -> list[float]:
    """A flat array that a caller gives."""
    found = values[name]
    assert isinstance(found, list)
    return found


def put_array(values: Arrays, name: str, numbers: list[float]) -> None:
    """A flat array by its name, among those of a local name."""
    values[name] = numbers


# --- The caller ----------------------------------------------------------------------


def stops(on_epoch: OnEpoch | None, epoch: int, loss: float) -> bool:
    """Whether the caller wants no further epoch."""
    return on_epoch is not None and on_epoch(epoch, loss) is False


def is_silent(on_epoch: OnEpoch | None) -> bool:
    """Whether the caller does not want to hear of each epoch."""
    return on_epoch is None


# --- Refusals ------------------------------------------------------------------------


def unfit(message: str) -> NoReturn:
    """Refuse what load_json was given."""
    raise UnfitError(message)


def misuse(message: str) -> NoReturn:
    """Refuse an argument."""
    raise ValueError(message)


def out_of_range(message: str) -> NoReturn:
    """Refuse a whole number that is too small or too large."""
    raise ValueError(message)


def as_argument(values: list[float]) -> list[float]:
    """What a call gives that refuses by `unfit`, which is misuse here."""
    return values


def too_early(message: str) -> NoReturn:
    """Refuse a call out of order."""
    raise RuntimeError(message)

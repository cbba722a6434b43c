"""Kinds of values in net.yaml: each reads a node and describes itself.

A kind turns a YAML node into a value or notes what is wrong with it and raises
`InvalidError`; a record or a list goes on to its next entry, so all problems of a
file are found at once. `schema` says the same as JSON Schema, so what editors
accept and what bpgen accepts come from one table.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bpgen.errors import Place, Problems, shown
from bpgen.reading.aliases import remedy
from bpgen.reading.yaml_reader import Node, Scalar, Sequence, number, whole_number

JsonSchema: TypeAlias = dict[str, Any]
LONGEST_NAME = 40  # letters
NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}")


def made_name(text: str, what: str) -> str:
    """The name that comes nearest to a text; nothing if it has no letter or digit.

    Capitals become small, accents go, anything else becomes `_`; what begins with a
    digit begins with what it names.
    """
    letters = unicodedata.normalize("NFKD", text.lower().replace("\xdf", "ss"))
    letters = "".join(c for c in letters if not unicodedata.combining(c))
    words = re.sub("[^a-z0-9]+", "_", letters).strip("_")
    words = words if words[:1].isalpha() else f"{what}_{words}" if words else ""
    return words[:LONGEST_NAME].rstrip("_")


class InvalidError(Exception):
    """The node is wrong, and the problem is noted."""


class Kind(Protocol):
    """How one value is read and described."""

    def read(self, node: Node, problems: Problems) -> Any:
        """The value. Raises `InvalidError` once the problem is noted."""

    @property
    def words(self) -> str:
        """A value in a few words, for documents."""

    def schema(self) -> JsonSchema:
        """The kind as JSON Schema."""


def reject(problems: Problems, place: Place, message: str) -> InvalidError:
    """Note a problem; the caller raises what comes back."""
    problems.add(place, message)
    return InvalidError()


def described(node: Node) -> str:
    """The node as an error message names it."""
    match node:
        case Scalar(text, quoted):
            return shown(text) if text or quoted else "nothing"
        case Sequence():
            return "a list"
        case _:
            return "a mapping"


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false"""

    def read(self, node: Node, problems: Problems) -> bool:
        match node:
            case Scalar("true", False):
                return True
            case Scalar("false", False):
                return False
        message = f"expected true or false, got {described(node)}"
        raise reject(problems, node.place, message)

    @property
    def words(self) -> str:
        return "true or false"

    def schema(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from low to high."""

    low: int
    high: int

    def read(self, node: Node, problems: Problems) -> int:
        wanted = f"expected a whole number from {self.low} to {self.high}"
        if not isinstance(node, Scalar):
            raise reject(problems, node.place, f"{wanted}, got {described(node)}")
        try:
            value = whole_number(node)
        except ValueError as error:
            raise reject(problems, node.place, str(error)) from None
        if not self.low <= value <= self.high:
            raise reject(problems, node.place, f"{wanted}, got {described(node)}")
        return value

    @property
    def words(self) -> str:
        return f"a whole number from {self.low} up" if self.low else "a whole number"

    def schema(self) -> JsonSchema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number from low to high; `open_low` leaves low itself out."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def read(self, node: Node, problems: Problems) -> float:
        if not isinstance(node, Scalar):
            message = f"expected a number, got {described(node)}"
            raise reject(problems, node.place, message)
        try:
            value = number(node)
        except ValueError as error:
            raise reject(problems, node.place, str(error)) from None
        too_low = value < self.low or (self.open_low and value == self.low)
        too_high = value > self.high or (self.open_high and value == self.high)
        if too_low or too_high:
            message = f"expected a number {self._range()}, got {described(node)}"
            raise reject(problems, node.place, message)
        return value

    def _range(self) -> str:
        low = f"above {self.low:g}" if self.open_low else f"from {self.low:g}"
        if math.isinf(self.high):
            return low if self.open_low else f"{low} up"
        high = f"to below {self.high:g}" if self.open_high else f"to {self.high:g}"
        return high if math.isinf(self.low) else f"{low} {high}"

    @property
    def words(self) -> str:
        is_any = math.isinf(self.low) and math.isinf(self.high)
        return "a number" if is_any else f"a number {self._range()}"

    def schema(self) -> JsonSchema:
        found: JsonSchema = {"type": "number"}
        if not math.isinf(self.low):
            found["exclusiveMinimum" if self.open_low else "minimum"] = self.low
        if not math.isinf(self.high):
            found["exclusiveMaximum" if self.open_high else "maximum"] = self.high
        return found


@dataclass(frozen=True, slots=True)
class Word:
    """One of some words; `what` is what they are called in an error."""

    known: tuple[str, ...]
    what: str

    def read(self, node: Node, problems: Problems) -> str:
        if not isinstance(node, Scalar) or not node.text:
            message = (
                f"expected the name of {article(self.what)}, got {described(node)}"
            )
            raise reject(problems, node.place, message)
        if node.text not in self.known:
            hint = remedy(node.text, self.what, self.known)
            message = f"unknown {self.what} {shown(node.text)}{hint}"
            raise reject(problems, node.place, message)
        return node.text

    @property
    def words(self) -> str:
        return " or ".join(self.known)

    def schema(self) -> JsonSchema:
        return {"enum": list(self.known)}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that may become part of an identifier in any language."""

    what: str
    forbidden: Callable[[str], str | None] = lambda name: None

    def read(self, node: Node, problems: Problems) -> str:
        if not isinstance(node, Scalar):
            message = f"expected {article(self.what)} name, got {described(node)}"
            raise reject(problems, node.place, message)
        fault = self.fault(node.text)
        if fault:
            raise reject(problems, node.place, fault)
        return node.text

    def fault(self, text: str) -> str | None:
        """What is wrong with a name, if anything."""
        if not NAME.fullmatch(text):
            rule = (
                "name is a small letter, then at most 39 small letters, digits or '_'"
            )
            message = f"{article(self.what)} {rule}, not {shown(text)}"
            made = made_name(text, self.what)
            return f"{message}: write {made}" if made else message
        reason = self.forbidden(text)
        return (
            f"{shown(text)} cannot be {article(self.what)} name: {reason}"
            if reason
            else None
        )

    @property
    def words(self) -> str:
        return "a name"

    def schema(self) -> JsonSchema:
        return {"type": "string", "pattern": f"^{NAME.pattern}$"}


@dataclass(frozen=True, slots=True)
class Text:
    """Any text that is not empty, such as the path of a file."""

    what: str

    def read(self, node: Node, problems: Problems) -> str:
        if not isinstance(node, Scalar) or not node.text:
            message = f"expected {self.what}, got {described(node)}"
            raise reject(problems, node.place, message)
        return node.text

    @property
    def words(self) -> str:
        return self.what

    def schema(self) -> JsonSchema:
        return {"type": "string", "minLength": 1}


PROSE = re.compile(r"[A-Za-z0-9 .,;:()'?!%+=/-]*")
# What ends a comment or begins one; in C, ??/ at the end of one goes on to the next.
BROKEN_PROSE = re.compile(r"--|\*/|//|\?\?(?=/)")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text for readers, of at most so many characters that mean nothing to any
    language's comments."""

    most: int

    def read(self, node: Node, problems: Problems) -> str:
        if not isinstance(node, Scalar) or not node.text.strip():
            raise reject(
                problems, node.place, f"expected a text, got {described(node)}"
            )
        text = " ".join(node.text.split())
        wrong = [letter for letter in text if not PROSE.fullmatch(letter)]
        if wrong:
            message = f"{shown(wrong[0])} cannot stand in a text; there are letters, "
            message += "digits, spaces and .,;:()'?!%+=/-"
            raise reject(problems, node.place, message)
        broken = BROKEN_PROSE.search(text)
        if broken:
            message = f"{shown(broken[0])} cannot stand in a text: write one of the two"
            raise reject(problems, node.place, message)
        if len(text) > self.most:
            message = f"expected at most {self.most} characters, got {len(text)}"
            raise reject(problems, node.place, f"{message}: shorten the text")
        return text

    @property
    def words(self) -> str:
        return "a text"

    def schema(self) -> JsonSchema:
        pattern = r"^(?!.*(--|//))[A-Za-z0-9 \n.,;:()'?!%+=/-]*$"
        return {"type": "string", "maxLength": self.most, "pattern": pattern}


@dataclass(frozen=True, slots=True)
class Nested:
    """Lists of numbers or words, whose shape only `network` can check."""

    def read(self, node: Node, problems: Problems) -> Node:
        return node

    @property
    def words(self) -> str:
        return "a list of numbers, or of lists"

    def schema(self) -> JsonSchema:
        return {"type": ["array", "number"]}


class Items(tuple[Any, ...]):
    """The values of a list, and where each of them stands."""

    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one kind."""

    item: Kind
    what: str
    least: int = 1
    most: int = 1_000_000

    def read(self, node: Node, problems: Problems) -> Items:
        if not isinstance(node, Sequence):
            message = f"expected a list of {self.what}, got {described(node)}"
            raise reject(problems, node.place, message + self._remedy(node))
        if not self.least <= len(node.items) <= self.most:
            most = f" to {self.most}" if self.most > self.least else ""
            wanted = f"expected {self.least}{most} {self.what}"
            raise reject(problems, node.place, f"{wanted}, got {len(node.items)}")
        values = [attempt(self.item, item, problems) for item in node.items]
        if any(isinstance(value, InvalidError) for value in values):
            raise InvalidError()
        items = Items(values)
        items.places = tuple(item.place for item in node.items)
        return items

    def _remedy(self, node: Node) -> str:
        match node:
            case Scalar(text) if re.fullmatch("[A-Za-z0-9_.-]{1,40}", text):
                return f": write [{text}]"
            case Scalar():
                return ""
            case _:
                return ": begin each of them with '- '"

    @property
    def words(self) -> str:
        return f"a list of {self.what}"

    def schema(self) -> JsonSchema:
        found = {"type": "array", "items": self.item.schema()}
        return found | {"minItems": self.least, "maxItems": self.most}


def attempt(kind: Kind, node: Node, problems: Problems) -> Any:
    """The value, or the `InvalidError` in its stead."""
    try:
        return kind.read(node, problems)
    except InvalidError as invalid:
        return invalid


def article(what: str) -> str:
    """The word with its article."""
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"

"""Kinds of keys that have a number for each axis of a window, or one for each side.

In: a node of net.yaml. Out: whole numbers, in one form however they are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bpgen.errors import Problems, shown
from bpgen.reading.kinds import JsonSchema, Kind, ListOf, Whole, described, reject
from bpgen.reading.yaml_reader import Node, Scalar, Sequence

SAME, CAUSAL = "same", "causal"
LARGEST = 1_000_000
SIDES = {1: "[left, right]", 2: "[[top, bottom], [left, right]]"}
REMEDIES = {"valid": ": valid is 0", "none": ": none is 0"}
Sides: TypeAlias = tuple[tuple[int, int], ...]  # before and after, for each axis


@dataclass(frozen=True, slots=True)
class Sizes:
    """A whole number for every axis, or a list of one for each."""

    axes: int
    low: int

    def read(self, node: Node, problems: Problems) -> tuple[int, ...]:
        size = Whole(self.low, LARGEST)
        match node:
            case Scalar():
                return (size.read(node, problems),) * self.axes
            case Sequence() if self.axes > 1:
                return tuple(_list(size, self.axes).read(node, problems))
        message = f"expected a whole number, got {described(node)}"
        raise reject(problems, node.place, message)

    @property
    def words(self) -> str:
        return "a whole number" + (f", or a list of {self.axes}" * (self.axes > 1))

    def schema(self) -> JsonSchema:
        size = Whole(self.low, LARGEST)
        listed = [_list(size, self.axes).schema()] if self.axes > 1 else []
        return {"anyOf": [size.schema(), *listed]} if listed else size.schema()


@dataclass(frozen=True, slots=True)
class Padding:
    """What stands around an input: a whole number for every side, one for each axis
    (where there are two), one for each side; or a word, which depends on the window.

    It is read as two numbers for each axis; the word as it is.
    """

    axes: int
    known: tuple[str, ...] = ()

    def read(self, node: Node, problems: Problems) -> Sides | str:
        size = Whole(0, LARGEST)
        match node:
            case Scalar(text) if text in self.known:
                return text
            case Scalar(text) if self.known and text.isalpha():
                wanted = _either("a whole number", *self.known)
                message = f"expected {wanted}, got {shown(text)}"
                message += REMEDIES.get(text, "")
                raise reject(problems, node.place, message)
            case Scalar():
                number = size.read(node, problems)
                return ((number, number),) * self.axes
            case Sequence() if self.axes == 1:
                before, after = _list(size, 2).read(node, problems)
                return ((before, after),)
            case Sequence(items) if any(isinstance(item, Sequence) for item in items):
                if not all(isinstance(item, Sequence) for item in items):
                    message = f"expected {SIDES[self.axes]}, a pair for each axis"
                    raise reject(problems, node.place, message)
                sides = _list(_list(size, 2), self.axes).read(node, problems)
                return tuple((before, after) for before, after in sides)
            case Sequence():
                numbers = _list(size, self.axes).read(node, problems)
                return tuple((number, number) for number in numbers)
        message = f"expected a whole number, got {described(node)}"
        raise reject(problems, node.place, message)

    @property
    def words(self) -> str:
        listed = [f"a list of {self.axes}"] if self.axes > 1 else []
        return _either("a whole number", *listed, SIDES[self.axes], *self.known)

    def schema(self) -> JsonSchema:
        size = Whole(0, LARGEST)
        kinds = [size.schema()]
        kinds += [_list(size, self.axes).schema()] if self.axes > 1 else []
        sides = _list(size, 2)
        kinds.append((sides if self.axes == 1 else _list(sides, self.axes)).schema())
        return {"anyOf": [*kinds, *({"const": word} for word in self.known)]}


def _list(item: Kind, count: int) -> ListOf:
    return ListOf(item, "sizes", count, count)


def _either(*words: str) -> str:
    """Words of which one holds: a, b or c."""
    *others, last = words
    return f"{', '.join(others)} or {last}"

"""What a language has to say of itself that has no objects, lists or exceptions.

There a method is a function that is given its object, a list lives in the memory of
a call, and a routine that may refuse something tells so by a status, which whoever
calls it asks for. Where a notation needs that memory, it says WORK.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bpgen.languages.record import Declaration, Items

Lines: TypeAlias = list[str]
SPREAD = "..."  # before a list whose items are meant
WORK = "WORK"  # in a notation: the memory of a call, and its status
WORKING = re.compile(rf"(?<=\()\b{WORK}\b(?=\))|\b{WORK}, ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """How a language without objects, lists and exceptions says what they say.

    Attributes:
        begin: how a local begins, up to its value: of how it begins, its type in the
            language's words, and its name.
        given: a parameter, of its type and its name.
        classes: the type of an object, of its class; class_name is that of a class that
            is not the net's own.
        method: the function that a method is, of its class in the routines and its
            name.
        field: a field, of an object in code and its name.
        works: what holds the memory of a call in a method, and in a function; worker
            is that of a function as a parameter, of its type and its name; worker_field
            declares it in a class.
        unused: the line that says of a parameter that it is not used.
        needs_work: classes whose methods use it.
        lists: calls that make a list of some items, by the type of an item, of how
            many there are and the items; chained makes one list of several; nothing is
            one without items.
        counted: what stands for a whole number in a loop of the mathematics.
        text, text_places: the call that puts a text together, and the places of such
            a text by the type of what is put in.
        refusals: primitives that refuse something.
        failed: the lines that leave a routine after such a call, of the memory and of
            what it returns instead.
        instead: what a routine returns instead, by the type of its result.
        kept: the lines that make what forward hands on, of pairs of names and items.
        started: the lines that give a field its first value: its name, its type in the
            routines, and the value, which may be "".
        made: lines at the start and at the end of a constructor, of the class.
        keeps: the line that sets a field to a list: the field in code, and the list.
        remembers: the same of a text that a loop keeps for its next rounds.
        loops: the line before a loop whose rounds forget their lists, and the first
            one of each round, both of the memory and a name.
        struct: the lines around the fields of a class.
        shapes: a constant of shapes by name: how it begins, the shapes, how it ends.
        numbers: a constant of rows of numbers: how it begins, the rows, how it ends.
        matrix: rows of numbers that stand in the file, as a list.
        casts: how a type becomes another one where it does not by itself; into a text,
            too.
        names: the constant of the names of classes: what declares and what defines it.
        as_it_is: the lines around what the formatter is to leave.
        sizes: what stands around whole numbers that have names.
        statuses: what a call gives, the first one if all went well.
        parts: of a file: the "public" types, "main", and what stands around the code.
        heads, members: what callers use, by the member of the routines or the list of
            rows that it needs, or "all": declarations and definitions.
        hosted: those of them that need texts and files, which a chip has not.
        omits: members of the routines that `members` replace.
        array: the lines that begin an array of zeros of a known size, where that is no
            list: its name, whether its numbers are whole, and how many there are.
        copied: the call that copies an array, and how many of its numbers; prints the
            one that shows a line of a format and values; ending the lines that end
            main; hidden how a function begins that only its file sees. All of these
            are for textbook pages.
    """

    begin: Callable[[Declaration, str, str], str]
    given: Callable[[str, str], str]
    classes: str
    class_name: str
    method: Callable[[str, str], str]
    field: str
    works: tuple[str, str]
    worker: str
    worker_field: str
    unused: str
    needs_work: frozenset[str]
    lists: Mapping[str, str]
    chained: str
    nothing: str
    text: str
    text_places: Mapping[str, str]
    refusals: frozenset[str]
    failed: Callable[[str, str], Lines]
    instead: Callable[[str], str]
    kept: Callable[[Sequence[tuple[str, str]]], Lines]
    started: Callable[[str, str, str], Lines]
    made: Callable[[str], tuple[Lines, Lines]]
    keeps: str
    loops: tuple[str, str]
    struct: tuple[str, str]
    shapes: Callable[[str, Mapping[str, Sequence[object]], str], Lines]
    numbers: Callable[[str, Sequence[Sequence[str]], str], Lines]
    matrix: str
    casts: Mapping[tuple[str, str], str]
    names: Callable[[Sequence[str]], tuple[Lines, Lines]]
    as_it_is: tuple[str, str]
    sizes: tuple[str, str]
    statuses: tuple[str, ...]
    remembers: str
    parts: Mapping[str, str]
    heads: Mapping[str, str]
    members: Mapping[str, str]
    omits: frozenset[str]
    hosted: frozenset[str] = frozenset()
    array: Callable[[str, bool, int], Lines] | None = None
    copied: str = ""
    prints: str = ""
    ending: tuple[str, ...] = ()
    hidden: str = ""

    def listed(self, items: Items, kind: str) -> str:
        """A list of items of a type, as code; some may stand for whole lists."""
        if not items:
            return self.nothing
        if any(is_spread(item) for item in items):
            parts = [
                (
                    str(item)[len(SPREAD) :]
                    if is_spread(item)
                    else self.listed([item], kind)
                )
                for item in items
            ]
            return parts[0] if len(parts) == 1 else called(self.chained, parts)
        inner = item_type(kind)
        texts = [i if isinstance(i, str) else self.listed(i, inner) for i in items]
        return called(self.lists[kind], texts)


def without_work(line: str) -> str:
    """A line of code that is written, where nothing holds the memory of a call."""
    return WORKING.sub("", line)


def is_spread(item: object) -> bool:
    """Whether an item of a list stands for all items of another one."""
    return isinstance(item, str) and item.startswith(SPREAD)


def called(form: str, items: Sequence[str]) -> str:
    """The call that makes a list of items."""
    return form.format(len(items), ", ".join(items))


def item_type(kind: str) -> str:
    """The type of the items of a list."""
    return kind[len("list[") : -1]

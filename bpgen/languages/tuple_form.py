"""How a language writes the tuple that forward hands on to backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TupleForm:
    """How a language writes the tuple that forward hands on to backward.

    Attributes:
        marks: what stands around the entries; nothing on one line if they are empty.
        pattern: the same around a pattern, where that differs.
        declares: what stands before a pattern that names the entries.
        begin: what stands before a tuple that is made.
        fields: the lines of a type, if its entries have names: of these and types.
        blank: an entry of a pattern that is not needed.
        item: one entry of a tuple {0}, by its place {1} from 0, or {2} from 1; by its
            name {1}, if it has one.
        alias: the lines that name the type of the tuple, of the types of its entries.
        array: the type of an array in it.
    """

    marks: tuple[str, str]
    pattern: tuple[str, str] | None = None
    declares: str = ""
    begin: str = ""
    fields: Callable[[Sequence[tuple[str, str]]], list[str]] | None = None
    blank: str = "_"
    item: str = "{0}[{1}]"
    alias: Callable[[Sequence[str]], list[str]]
    array: str = ""

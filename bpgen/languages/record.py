"""What a language has to say of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What differs between languages and is no template.

    Attributes:
        width: the longest line, as the language's own formatter has it.
        camel: whether identifiers are written zH1 rather than z_h1.
        flat: whether an array of several axes is one flat list.
        member: how a method writes a field of its object.
        inside: the condition that {0} is one of 0 ... {1} - 1.
        both: what stands between two conditions that must hold.
        to_number, to_whole: how an index becomes a number, and a number an index.
        parentheses: whether a long value is broken inside parentheses.
        splits_nested: whether a list in a list always takes several lines.
        array_list: how a list of arrays begins.
        condition: how an `if` begins and ends.
        declare, vary, constant_start: how a local name begins: never assigned
            again, assigned again, a plain number.
        functions: the functions of `bpgen.program.functions` that the language has,
            each with its notation; the others are emitted from their formulas.
        own_functions: those without a formula that a template supplies.
        reserved: words that no name may be.
        names: identifiers that are taken in every emitted file.
        class_names: classes that a net's class would hide.
        unrolled_weights: the most weights, or neurons, that `auto` unrolls.
    """

    name: str
    title: str
    suffix: str
    width: int
    indent: int
    camel: bool
    flat: bool
    member: str
    select: str
    inside: str
    both: str
    to_number: str
    to_whole: str
    comment: str
    end: str
    condition: tuple[str, str]
    array_list: str
    declare: str
    vary: str
    constant_start: str
    parentheses: bool
    splits_nested: bool
    unrolled_weights: int
    functions: Mapping[str, str]
    own_functions: frozenset[str]
    reserved: frozenset[str]
    names: frozenset[str]
    class_names: frozenset[str]

    def identifier(self, name: str) -> str:
        """A snake_case name in the language's convention.

        A `_` between a letter and a digit joins the two; between two digits it
        stays, or w_1_2 and w_12 would be one.
        """
        if not self.camel:
            return name
        first, *others = name.split("_")
        found = first
        for part in others:
            keeps = found[-1:].isdigit() and part[:1].isdigit()
            found += f"_{part}" if keeps else part[:1].upper() + part[1:]
        return found

    @property
    def methods(self) -> frozenset[str]:
        """The functions that are called on their argument, as in x.abs()."""
        calls = self.functions.items()
        return frozenset(name for name, call in calls if call.startswith("{}."))

    def constant(self, name: str) -> str:
        """A name for a constant of the file."""
        return self.identifier(name) if self.camel else name.upper()


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())

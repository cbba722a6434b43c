"""Identifiers: unique, readable, and the same for a name whatever the net's size.

A language's record says how a name is spelled and which ones are taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable

from bpgen.languages.record import Language
from bpgen.program.labels import class_name_of, shortened
from bpgen.program.nodes import Element, Variable

DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
}
INDICES = frozenset({"row", "column", "winner"})  # locals that a layer names
# What long statements and long constants are split into.
SPLIT = re.compile(r"(part|numbers_?)\d+")


class Names:
    """Gives every variable, element or function of one file its identifier.

    A name that means something else in the language gets an ending, there alone.
    """

    def __init__(self, language: Language, taken: Iterable[str]) -> None:
        self.language = language
        self.taken = set(taken) | language.names | language.reserved
        self.lists: frozenset[str] = frozenset()  # fields: no function's names
        self.given: dict[Hashable, str] = {}
        self.scalars: dict[Element, str] = {}  # of those that were asked for

    def fixed(self, variable: Variable) -> str:
        """Give a variable of our own its name as it is."""
        found = self.language.identifier(variable.name)
        self.given[variable.name, ()] = found
        self.taken.add(found)
        return found

    def array(self, variable: Variable) -> str:
        """The identifier of a whole array."""
        return self._identifier((variable.name,), variable.name)

    def scalar(self, element: Element) -> str:
        """The identifier of one element with constant indices."""
        found = self.scalars.get(element)
        if found is None:
            found = self.scalars[element] = self._scalar(element)
        return found

    def _scalar(self, element: Element) -> str:
        variable = element.variable
        places = tuple(index.constant for index in element.indices)
        labels = [axis[at] for axis, at in zip(variable.labels, places, strict=True)]
        parts = [variable.prefix, *labels] if labels else [variable.name]
        wanted = "_".join(part for part in parts if part)
        return self._identifier((variable.name, places), wanted)

    def inner(self, element: Element, outer: str) -> str:
        """The identifier of a local inside of a loop, where another one lives on."""
        return self._given(("inner", element, outer), f"{outer}_here", "_too")

    def constant(self, name: str) -> str:
        """The identifier of a constant of the file."""
        return self.language.constant_name(name)

    def size(self, name: str, inside: Collection[str]) -> str:
        """A new identifier of a constant that says how many there are of something;
        `inside` are names that functions have inside, which hide no size."""
        wanted, number = shortened(name), 1
        while not self._is_free_size(wanted) or self.constant(wanted) in inside:
            wanted = shortened(f"{name}_count{number if number > 1 else ''}")
            number += 1
        found = self.constant(wanted)
        self.taken.add(found)
        return found

    def _is_free_size(self, name: str) -> bool:
        """Whether a size can have a name, which no other member has, either."""
        found = self.constant(name)
        both = {found, found.lstrip("_")}
        return both.isdisjoint(self.taken | self.lists) and not SPLIT.fullmatch(name)

    def function(self, name: str) -> str:
        """The identifier of a function that the file defines."""
        found = self._given(("function", name), name, "_function", INDICES | self.lists)
        return self.language.private.format(found)

    def kept(self, routine: str, name: str) -> str:
        """The identifier of an array that a routine keeps for its next call."""
        wanted = f"{routine.strip('_')}_{name}"
        found = self._given(("kept", wanted), wanted, "_numbers", self.lists)
        return self.language.private.format(found)

    def layer(self, kind: str) -> str:
        """A new identifier of what layers of a kind compute."""
        number = sum(key[0] == "layer" for key in self.given if isinstance(key, tuple))
        return self._given(("layer", kind, number), kind, "_layer")

    def _identifier(self, key: Hashable, wanted: str) -> str:
        return self._given(key, shortened(wanted.replace(".", "_")), "_value")

    def _given(
        self,
        key: Hashable,
        wanted: str,
        ending: str,
        others: frozenset[str] = frozenset(),
    ) -> str:
        """What the key was called before, else the first free name: the one that is
        wanted, or that with the ending; not one of the others."""
        found = self.given.get(key)
        if found is None:
            found, number = self.language.identifier(wanted), 1
            while found in self.taken or found in others or SPLIT.fullmatch(found):
                last = f"{ending}{number}" if number > 1 else ending
                found = self.language.identifier(wanted + last)
                number += 1
            self.given[key] = found
            self.taken.add(found)
        return found


def net_name_fault(name: str) -> str | None:
    """Why no net can have a name, if so: there could be no file of it."""
    return f"a device name of Windows: write {name}_net" if name in DEVICES else None


def _is_taken(language: Language, name: str) -> bool:
    """Whether a net's name means something else in one language, as that of a class or
    of a file; there, and only there, it gets an ending."""
    words = language.class_names | language.reserved | language.names
    ends = name.rpartition("_")[2] in language.ways.endings and "_" in name
    return ends or name in language.modules or class_name_of(name) in words


def class_of(language: Language, name: str) -> str:
    """What the class of a net is called in one language."""
    return f"{class_name_of(name)}{'Net' * _is_taken(language, name)}"


def file_of(language: Language, name: str) -> str:
    """What the file of a net is called in one language."""
    if language.ways.is_one_class or language.ways.companion:  # called like its class
        return f"{class_of(language, name)}{language.suffix}"
    return f"{name}{'_net' * _is_taken(language, name)}{language.suffix}"

"""Identifiers: unique, readable, and the same for a name whatever the net's size.

A language's record says how a name is spelled and which ones are taken.
"""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Hashable, Iterable, Mapping

from bpgen.languages import LANGUAGES
from bpgen.languages.record import Language, words
from bpgen.program.labels import class_name_of, shortened
from bpgen.program.nodes import Element, Variable

# What the emitted class and its file call their own.
MEMBERS = """
    predict forward loss backward zero_gradients update batch_gradients train_step
    train parameters gradients buffers set_parameters to_json load_json
    check_gradients one_hot generator epoch ready learning_rate checked shaped
    numbers best_loss best_parameters worse_epochs validation_loss rows check
    checked_all state_shapes shapes check_length check_targets check_indices report
    data input_gradient format net_hash batch_size named nested data_text data_inputs
    data_targets schedule_shapes buffer_shapes checked_count sample
"""
# What every object has; by language.
INHERITED: Mapping[str, frozenset[str]] = {
    "dart": words("toString hashCode runtimeType noSuchMethod"),
}
# What a function at the top of a file would hide from the rest of it; by language.
HIDDEN: Mapping[str, frozenset[str]] = {
    "python": frozenset(dir(builtins)) | {"time"},
}
DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
}
# What long statements and long constants are split into.
SPLIT = re.compile(r"(part|numbers_?)\d+")


class Names:
    """Gives every variable, element or function of one file its identifier.

    A name that means something else in the language gets an ending, there alone.
    """

    def __init__(self, language: Language, taken: Iterable[str]) -> None:
        self.language = language
        self.taken = set(taken) | language.names | language.reserved
        self.taken |= INHERITED.get(language.name, frozenset())
        self.given: dict[Hashable, str] = {}

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
        variable = element.variable
        places = tuple(index.constant for index in element.indices)
        labels = [axis[at] for axis, at in zip(variable.labels, places, strict=True)]
        parts = [variable.prefix, *labels] if labels else [variable.name]
        wanted = "_".join(part for part in parts if part)
        return self._identifier((variable.name, places), wanted)

    def function(self, name: str) -> str:
        """The identifier of a function that the file defines."""
        hidden = HIDDEN.get(self.language.name, frozenset())
        return self._given(("function", name), name, "_function", hidden)

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
            while found in self.taken | others or SPLIT.fullmatch(found):
                last = f"{ending}{number}" if number > 1 else ending
                found = self.language.identifier(wanted + last)
                number += 1
            self.given[key] = found
            self.taken.add(found)
        return found


def net_name_fault(name: str) -> str | None:
    """Why no net can have a name, if so: it becomes a file, a module and a class, in
    every language."""
    if name in sys.stdlib_module_names:
        return "a module of Python's standard library"
    class_name = class_name_of(name)
    for language in LANGUAGES.values():
        if class_name in language.class_names:
            return f"the class {class_name} exists in {language.title} already"
    for language in LANGUAGES.values():
        if name in language.reserved:
            return f"a reserved word of {language.title}"
    return "a device name of Windows" if name in DEVICES else None

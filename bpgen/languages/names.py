"""Identifiers: unique, readable, and the same for a name whatever the net's size.

A language's record says how a name is spelled and which ones are taken.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable

from bpgen.languages import LANGUAGES
from bpgen.languages.record import Language
from bpgen.program.labels import shortened
from bpgen.program.nodes import Element, Variable

# What the emitted class and its file call their own.
MEMBERS = """
    predict forward loss backward zero_gradients update batch_gradients train_step
    train parameters gradients buffers set_parameters to_json load_json
    check_gradients one_hot generator epoch ready learning_rate checked shaped
    numbers best_loss best_parameters worse_epochs validation_loss rows check
    checked_all state_shapes shapes check_length check_targets check_indices report
    data input_gradient format net_hash batch_size named nested data_text data_inputs
    data_targets schedule_shapes buffer_shapes checked_count
"""
# What every object has, in Dart; a method would hide a function called the same.
INHERITED = "to_string hash_code runtime_type no_such_method"
DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
}
# What long statements and long constants are split into.
SPLIT = re.compile(r"(part|numbers_?)\d+")


class Names:
    """Gives every variable or element of one file its identifier."""

    def __init__(self, language: Language, taken: Iterable[str]) -> None:
        self.language = language
        self.taken = set(taken) | language.names | language.reserved
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

    def constant(self, name: str) -> str:
        """The identifier of a constant of the file."""
        return self.language.constant_name(name)

    def _identifier(self, key: Hashable, wanted: str) -> str:
        found = self.given.get(key)
        if found is None:
            found = self._free(shortened(wanted.replace(".", "_")))
            self.given[key] = found
            self.taken.add(found)
        return found

    def _free(self, wanted: str) -> str:
        found = self.language.identifier(wanted)
        number = 1
        while found in self.taken or SPLIT.fullmatch(found):
            ending = "_value" if number == 1 else f"_value{number}"
            found = self.language.identifier(wanted + ending)
            number += 1
        return found


def reserved(name: str) -> str | None:
    """Why a name cannot be used anywhere, if it cannot."""
    for language in LANGUAGES.values():
        if name in language.reserved:
            return f"a reserved word of {language.title}"
    if name in DEVICES:
        return "a device name of Windows"
    return None

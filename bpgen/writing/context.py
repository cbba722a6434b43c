"""How one emitted file is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bpgen.languages.names import Names
from bpgen.languages.record import Language
from bpgen.program.expressions import Notation
from bpgen.program.functions import FUNCTIONS
from bpgen.program.nodes import Element, Variable
from bpgen.styles.sizes import Sizes, shape_in
from bpgen.writing.lines import Lines
from bpgen.writing.options import Comments


@dataclass(frozen=True)
class Dialect:
    """How one emitted file is written: language, style, comments, names."""

    language: Language
    unrolled: bool
    comments: Comments
    names: Names
    is_dense: bool = False  # no heading of a unit whose rule stands above already
    sizes: Sizes = field(default_factory=dict)  # of axes in loops
    constants: dict[str, Lines] = field(default_factory=dict)  # numbers as text

    def is_scalar(self, element: Element) -> bool:
        """Whether an element is a variable of its own in the emitted file."""
        return self.unrolled or not element.variable.labels

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """How long an array is along each axis: sizes where they have names."""
        return shape_in(self.sizes, variable)

    def text_constant(self, rows: Lines) -> str:
        """A new constant of the file for numbers as text; its name."""
        name = self.names.constant(f"numbers_{len(self.constants) + 1}")
        self.constants[name] = rows
        return name


def call_in(names: Names) -> Callable[[str, list[str]], str]:
    """How a file calls functions: the language's own by their notation, routines by
    their name, and others by the name that the file gives them."""

    def call(name: str, arguments: list[str]) -> str:
        own = names.language.functions.get(name)
        if own:
            return own.format(*arguments)
        if name in FUNCTIONS and not FUNCTIONS[name].formula:
            return f"{names.language.of_file(name)}({', '.join(arguments)})"
        return f"{names.function(name)}({', '.join(arguments)})"

    return call


def notation_of(
    language: Language,
    element: Callable[[Element], str],
    call: Callable[[str, list[str]], str],
    **more: Any,
) -> Notation:
    """How a language writes expressions, with what only the caller knows."""
    return Notation(
        language.number,
        element,
        call,
        language.select,
        methods=language.methods,
        parts_products=language.parts_products,
        signs=language.heads,
        then=language.then,
        otherwise=language.otherwise,
        rounded=language.ways.rounded,
        **more,
    )

"""The scalar functions that an emitted file needs, from their formulas.

A choice at the top becomes `if` and `return`; what is computed twice gets a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bpgen.functions import Function
from bpgen.ir import (
    Argument,
    Block,
    Call,
    Compare,
    Expression,
    Select,
)
from bpgen.languages import Language
from bpgen.layout import Layout, Lines
from bpgen.printing import Notation, number_text, text
from bpgen.traverse import (
    statements,
    transform,
    walk,
)

SMALLEST_SHARED = 3  # nodes; smaller operations are repeated rather than named


def called_functions(blocks: Iterable[Block], language: Language) -> list[Function]:
    """Every function that blocks call, in the end, in a language; callees first."""
    found: dict[Function, None] = {}

    def visit(value: Expression) -> None:
        for node in walk(value):
            if isinstance(node, Call) and node.function not in found:
                name = node.function.name
                if name not in {*language.functions, *language.own_functions}:
                    visit(node.function.body)
                found[node.function] = None

    for block in blocks:
        for statement in statements(block):
            visit(statement.value)
    return list(found)


def functions_of(blocks: Iterable[Block], language: Language) -> list[Function]:
    """The functions among them that the emitted file must define."""
    called = called_functions(blocks, language)
    return [function for function in called if function.name not in language.functions]


class FunctionWriter:
    """Writes the body of one function."""

    def __init__(self, language: Language, indent: int) -> None:
        def call(name: str, arguments: list[str]) -> str:
            own = language.functions.get(name)
            if own:
                return own.format(*arguments)
            return f"{language.identifier(name)}({', '.join(arguments)})"

        def element(node: object) -> str:
            raise TypeError("a function has no elements")

        notation = Notation(
            number_text, element, call, language.select, methods=language.methods
        )
        self.language = language
        self.layout = Layout(language, notation)
        self.layout.indent = indent
        self.names: set[str] = set()

    def write(self, function: Function) -> Lines:
        """The statements of the function's body."""
        self.names = set(function.parameters)
        return self.returned(function.body)

    def returned(self, value: Expression) -> Lines:
        """Statements that return a value."""
        shared = _shared(value)
        if shared is not None:
            name = self.fresh(shared)
            lines = self.layout.declared(name, shared)
            return [*lines, *self.returned(_named(value, shared, name))]
        if isinstance(value, Select):
            step = self.language.indent
            condition = text(value.condition, self.layout.notation)
            self.layout.indent += step
            then = [" " * step + line for line in self.returned(value.then)]
            self.layout.indent -= step
            begin, end = self.language.condition
            after = self.returned(value.otherwise)
            return [begin.format(condition), *then, *([end] if end else []), *after]
        return self.layout.statement("return", value)

    def fresh(self, value: Expression) -> str:
        """A name for a shared value: that of the function called, u, v, w ..."""
        wanted = value.function.local if isinstance(value, Call) else "u"
        for name in (wanted, "v", "w", "r", "q"):
            if name not in self.names:
                self.names.add(name)
                return name
        raise RuntimeError("too many shared values in one function")


def _shared(value: Expression) -> Expression | None:
    """The largest operation that is certain to be computed, and more than once.

    In a choice, only what its condition computes is certain.
    """
    counts = Counter(_operations(value))
    certain = set(_operations(value.condition) if isinstance(value, Select) else counts)
    repeated = [node for node in counts if counts[node] > 1 and node in certain]
    sizes = {node: len(list(walk(node))) for node in repeated}
    return max(repeated, key=lambda node: sizes[node], default=None)


def _operations(value: Expression | Compare) -> Iterator[Expression]:
    for node in walk(value):
        is_large = len(list(walk(node))) >= SMALLEST_SHARED
        if not isinstance(node, (Compare, Select)) and (
            isinstance(node, Call) or is_large
        ):
            yield node


def _named(value: Expression, shared: Expression, name: str) -> Expression:
    def change(node: Expression) -> Expression | None:
        return Argument(name) if node == shared else None

    return transform(value, change)

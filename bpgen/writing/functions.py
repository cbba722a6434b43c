"""The scalar functions that an emitted file needs, from their formulas.

A choice at the top becomes `if` and `return`; what is computed twice gets a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, count, islice

from bpgen.languages.names import Names
from bpgen.languages.record import Language
from bpgen.program.expressions import Notation, number_text, text
from bpgen.program.functions import Function
from bpgen.program.nodes import (
    Argument,
    Block,
    Call,
    Compare,
    Expression,
    Number,
    Select,
)
from bpgen.program.walks import (
    children,
    statements,
    transform,
    walk,
)
from bpgen.writing.lines import Layout, Lines

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

    def __init__(self, names: Names, indent: int) -> None:
        language = names.language

        def call(name: str, arguments: list[str]) -> str:
            own = language.functions.get(name)
            if own:
                return own.format(*arguments)
            return f"{names.function(name)}({', '.join(arguments)})"

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
            before, condition = self.asked(value.condition)
            self.layout.indent += step
            then = [" " * step + line for line in self.returned(value.then)]
            self.layout.indent -= step
            end = self.language.condition[1]
            after = self.returned(value.otherwise)
            return [*before, condition, *then, *([end] if end else []), *after]
        return self.layout.statement("return", value)

    def asked(self, condition: Compare) -> tuple[Lines, str]:
        """The line that asks for a condition, and lines to come before it, which
        name what would be too long in it."""
        begin, before = self.language.condition[0], list[str]()
        operands = [condition.left, condition.right]
        for place, operand in enumerate(operands):
            line = begin.format(text(condition, self.layout.notation))
            is_short = isinstance(operand, (Argument, Number))
            if not is_short and not self.layout.fits(line):
                part = self.layout.new_part()
                before += self.layout.declared(part, operand)
                operands[place] = Argument(part)
                condition = Compare(condition.operator, *operands)
        return before, begin.format(text(condition, self.layout.notation))

    def fresh(self, value: Expression) -> str:
        """A name for a shared value: that of the function called, u, v, w ..."""
        wanted = value.function.local if isinstance(value, Call) else "u"
        numbered = (f"u{number}" for number in count(1))
        for name in chain((wanted, "v", "w", "r", "q"), numbered):
            if name not in self.names:
                self.names.add(name)
                return name
        raise AssertionError("numbers have no end")


def _shared(value: Expression) -> Expression | None:
    """The largest operation that is certain to be computed, and more than once.

    Of a choice, only what its condition computes is certain.
    """
    counts = Counter(filter(_is_operation, walk(value)))
    certain = set(filter(_is_operation, _certain(value)))
    repeated = [node for node in counts if counts[node] > 1 and node in certain]
    sizes = {node: len(list(walk(node))) for node in repeated}
    found = max(repeated, key=lambda node: sizes[node], default=None)
    return found if not isinstance(found, Compare) else None


def _certain(value: Expression | Compare) -> Iterator[Expression | Compare]:
    """The nodes of an expression that are computed whatever its choices choose."""
    yield value
    inside = (value.condition,) if isinstance(value, Select) else children(value)
    for child in inside:
        yield from _certain(child)


def _is_operation(node: Expression | Compare) -> bool:
    """Whether the value is worth a name, if it is needed more than once."""
    if isinstance(node, (Compare, Select)):
        return False
    size = len(list(islice(walk(node), SMALLEST_SHARED)))
    return isinstance(node, Call) or size == SMALLEST_SHARED


def _named(value: Expression, shared: Expression, name: str) -> Expression:
    def change(node: Expression) -> Expression | None:
        return Argument(name) if node == shared else None

    return transform(value, change)

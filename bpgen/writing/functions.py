"""The scalar functions that an emitted file needs, from their formulas.

A choice at the top becomes `if` and `return`; what is computed twice gets a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, count, islice

from bpgen.languages.names import Names
from bpgen.languages.record import Language, Signature
from bpgen.program import host
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
    computed_in,
    transform,
    walk,
)
from bpgen.writing.context import call_in, notation_of
from bpgen.writing.heads import with_marks
from bpgen.writing.lines import RETURN, Layout, Lines, indented

SMALLEST_SHARED = 3  # nodes; smaller operations are repeated rather than named


def called_functions(blocks: Iterable[Block], language: Language) -> list[Function]:
    """Every function that blocks call, in the end, in a language; callees first."""
    found: dict[Function, None] = {}

    def visit(value: Expression | Compare) -> None:
        for node in walk(value):
            if isinstance(node, Call) and node.function not in found:
                name = node.function.name
                if name not in language.functions and node.function.formula:
                    visit(node.function.body)
                found[node.function] = None

    for block in blocks:
        for value in computed_in(block):
            visit(value)
    return list(found)


def defined(called: Iterable[Function], language: Language) -> list[Function]:
    """The functions among them that the emitted file defines from their formulas."""
    return [f for f in called if f.name not in language.functions and f.formula]


def lacking(called: Iterable[Function], language: Language) -> set[str]:
    """The names of those that have no formula, and that the language has not, either:
    routines of that name take their place."""
    own = language.functions
    return {f.name for f in called if f.name not in own and not f.formula}


class FunctionWriter:
    """Writes one function."""

    def __init__(self, names: Names, deeper: int = 0) -> None:
        def element(node: object) -> str:
            raise TypeError("a function has no elements")

        language = names.language
        notation = notation_of(language, element, call_in(names))
        self.language, self.file_names = language, names
        self.layout = Layout(language, notation)
        self.deeper, self.layout.indent = deeper, language.indent + deeper
        self.names: set[str] = set()
        self.heads: list[Lines] = []  # as declarations

    def lines(self, function: Function) -> Lines:
        """The function with its head and what it is for."""
        language = self.language
        name = self.file_names.function(function.name)
        number = language.type("float")
        parameters = tuple((parameter, number) for parameter in function.parameters)
        node = host.Function(name, (), "float", function.doc, ())
        signature = Signature(node, name, parameters, (), number, "", self.deeper)
        self.names = set(function.parameters)
        body = [
            *self.unread(function),
            *self.returned(function.body_in(language.ways.bits)),
        ]
        if language.marks_unused:
            signature = with_marks(signature, body)
        head = language.signature(signature)
        self.heads.append([*head[:-1], head[-1].removesuffix(" {") + ";"])
        place = language.indent if language.doc_inside else 0
        doc = language.doc(function.doc, signature, place)
        ending = [language.block[1]] if language.block[1] else []
        if language.doc_inside:
            return [*head, *indented([*doc, *body], language.indent), *ending]
        return [*doc, *head, *indented(body, language.indent), *ending]

    def unread(self, function: Function) -> Lines:
        """What a language wants said of parameters that do nothing: a slope may be the
        same everywhere."""
        plain = self.language.plain
        read = {n.name for n in walk(function.body) if isinstance(n, Argument)}
        unread = [name for name in function.parameters if name not in read]
        return [plain.unused.format(name) for name in unread] if plain else []

    def returned(self, value: Expression) -> Lines:
        """Statements that return a value."""
        shared = _shared(value)
        if shared is not None:
            name = self.fresh(shared)
            lines = self.layout.declared(name, shared)
            return [*lines, *self.returned(_named(value, shared, name))]
        if isinstance(value, Select):
            before, condition = self.asked(value.condition)
            self.layout.indent += self.language.indent
            then = self.returned(value.then)
            self.layout.indent -= self.language.indent
            after = self.returned(value.otherwise)
            return [*before, *self.layout.body(condition, then), *after]
        return self.layout.statement(RETURN, value)

    def asked(self, condition: Compare) -> tuple[Lines, str]:
        """The line that asks for a condition, and lines to come before it, which
        name what would be too long in it."""
        before = list[str]()
        operands = [condition.left, condition.right]
        for place, operand in enumerate(operands):
            line = self.layout.opening("if", self.layout.text(condition))
            is_short = isinstance(operand, (Argument, Number))
            if not is_short and not self.layout.fits(line):
                part = self.layout.new_part()
                before += self.layout.declared(part, operand)
                operands[place] = Argument(part)
                condition = Compare(condition.operator, *operands)
        return before, self.layout.opening("if", self.layout.text(condition))

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

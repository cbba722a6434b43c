"""The types of routines: of each local name, each list and each product.

In: the routines of a file. Out: the same, with the types that follow from those of
parameters, fields, results and primitives. Languages that infer types need none of
them; others cannot say `[inputs]` without the type of the list, nor `a * b` where a
product of numbers has to be rounded and one of whole numbers must not be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bpgen.program import host
from bpgen.program.nodes import (
    Add,
    Divide,
    Expression,
    Multiply,
    Negate,
    Subtract,
)
from bpgen.routines.types import Types, item_type

WHOLE = ("int", "Word", "Seed")


def typed(
    classes: Iterable[host.Class],
    functions: Iterable[host.Function],
    own: Mapping[str, str],
) -> Callable[[host.Function], host.Function]:
    """What gives a routine its types, given all routines of its file, and the types
    that are the language's own."""
    types = Types(classes, functions, own)
    return lambda function: Typing(types, types.plain(function.result)).function(
        function
    )


@dataclass
class Typing:
    """The types inside of one routine."""

    types: Types
    result: str
    locals: dict[str, str] = field(default_factory=dict)

    def function(self, node: host.Function) -> host.Function:
        """The routine with its types."""
        self.locals |= {p.name: self.types.plain(p.type) for p in node.parameters}
        return replace(node, body=self.body(node.body))

    def body(self, body: host.Routine) -> host.Routine:
        """Statements with their types."""
        return tuple(map(self.statement, body))

    def statement(self, node: host.HostStatement) -> host.HostStatement:
        match node:
            case host.Let(name, value, stated):
                value = self.value(value, self.types.plain(stated))
                self.locals[name] = own = self.types.plain(stated) or self.type(value)
                return replace(node, value=value, inferred=own)
            case host.Unpack(names, value):
                own = item_type(self.type(value))
                self.locals |= dict.fromkeys(names, own)
                return replace(node, value=self.value(value), type=own)
            case host.Set(target, value) | host.Increase(target, value):
                target = self.value(target)
                return replace(
                    node, target=target, value=self.value(value, self.type(target))
                )
            case host.Return(value) if value is not None:
                return host.Return(self.value(value, self.result))
            case host.Do(value):
                found = self.value(value)
                assert isinstance(found, (host.Primitive, host.Invoke))
                return host.Do(found)
            case host.Compute(arguments=given):
                return replace(node, arguments=tuple(map(self.value, given)))
            case host.Branch(condition, then, otherwise):
                condition = self.value(condition)
                return host.Branch(condition, self.body(then), self.body(otherwise))
            case host.Range() | host.Each():
                return self.loop(node)
            case _:
                return node

    def loop(self, node: host.Range | host.Each) -> host.Range | host.Each:
        if isinstance(node, host.Each):
            items = self.value(node.items)
            self.locals[node.name] = own = item_type(self.type(items))
            return replace(node, items=items, body=self.body(node.body), type=own)
        self.locals[node.index] = "int"
        return replace(
            node,
            start=self.value(node.start),
            stop=self.value(node.stop),
            step=None if node.step is None else self.value(node.step),
            body=self.body(node.body),
        )

    # Expressions ------------------------------------------------------------------

    def value(self, node: Expression, wanted: str = "") -> Expression:
        """An expression with the types inside of it; of a list that of its place."""
        match node:
            case host.ListOf(items):
                own = wanted or f"list[{self.type(items[0])}]"
                inside = item_type(own)
                found = tuple(self.value(item, inside) for item in items)
                return host.ListOf(found, own)
            case Multiply(left, right) if self.type(node) in WHOLE:
                return host.Times(self.value(left), self.value(right))
            case Add(left, right) | Subtract(left, right):
                return type(node)(*self.sides(left, right))
            case Multiply(left, right) | Divide(left, right):
                return type(node)(*self.sides(left, right))
            case host.Compared(sign, left, right):
                return host.Compared(sign, *self.sides(left, right))
            case host.Condition(word, left, right):
                return host.Condition(word, self.value(left), self.value(right))
            case Negate(inner):
                return Negate(self.value(inner))
            case host.Not(inner):
                return host.Not(self.value(inner))
            case host.Item(of, place):
                return host.Item(self.value(of), self.value(place))
            case host.Text(parts):
                texts = (p if isinstance(p, str) else self.value(p) for p in parts)
                return host.Text(tuple(texts))
            case host.Primitive(name, arguments):
                return host.Primitive(name, tuple(map(self.value, arguments)))
            case host.Invoke():
                return self.invoked(node)
            case _:
                return node

    def sides(self, left: Expression, right: Expression) -> tuple[Expression, ...]:
        """Two operands, of which a whole number beside a number becomes one."""
        kinds = self.type(left), self.type(right)
        mixes = "float" in kinds and not {*kinds}.isdisjoint(WHOLE)
        return tuple(
            self.converted(self.value(side), kind, "float" if mixes else kind)
            for side, kind in zip((left, right), kinds, strict=True)
        )

    def converted(self, value: Expression, kind: str, wanted: str) -> Expression:
        """A whole number as what its place wants; figures are what they should be."""
        if kind == wanted:
            return value
        if isinstance(value, host.Count) and not self.is_bits(value, wanted):
            return value
        if kind in WHOLE and wanted == "float":
            return host.Primitive("as_number", (value,))
        if kind == "Seed" and wanted == "int":
            return host.Primitive("whole", (value,))
        if kind == "int" and wanted == "Seed":
            return host.Primitive("as_wide", (value,))
        if kind in ("int", "Seed") and wanted == "Word":
            return host.Primitive("as_word", (value,))
        return value

    def is_bits(self, value: host.Count, wanted: str) -> bool:
        """Whether a word, where that is as any whole number, has no such figures."""
        own = self.types.own
        is_signed = "Word" in own and own["Word"] == own["int"]
        return is_signed and wanted == "Word" and value.value >= 2**31

    def given(self, value: Expression, wanted: str) -> Expression:
        """An argument."""
        return self.converted(self.value(value, wanted), self.type(value), wanted)

    def invoked(self, node: host.Invoke) -> host.Invoke:
        known = self.types.constructors if node.is_new else self.types.routines
        parameters = known[node.name].parameters
        kinds = {own.name: self.types.plain(own.type) for own in parameters}
        given = zip(node.arguments, kinds.values(), strict=False)
        options = ((n, self.given(value, kinds[n])) for n, value in node.options)
        return replace(
            node,
            of=None if node.of is None else self.value(node.of),
            arguments=tuple(self.given(value, kind) for value, kind in given),
            options=tuple(options),
        )

    def type(self, node: Expression) -> str:
        """The type of an expression."""
        return self.types.of(node, self.locals)

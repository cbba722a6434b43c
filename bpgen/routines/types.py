"""The types of what routines compute, from the annotations of their source.

In: routines as nodes. Out: the type of any expression, in the words of the routines:
"float", "int", "Word", "bool", "str", "list[float]" and so on, without other names
for the same type.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType

from bpgen.program import host
from bpgen.program.nodes import (
    Add,
    Divide,
    Expression,
    Multiply,
    Negate,
    Number,
    Subtract,
)
from bpgen.runtime import json_values, primitives, world

SAME = {
    "Row": "list[float]",
    "OwnRow": "list[float]",
    "Rows": "list[list[float]]",
    "OwnRows": "list[list[float]]",
    "Nested": "Json",
    "Named": "Table",
    "Arrays": "Table",
    "Seed": "int",
}
BLOCKS = {"rows": "list[list[float]]", "step_loss": "float"}  # others are numbers
OPERATORS = {
    "len": "int",
    "quotient": "int",
    "rest": "int",
    "abs": "float",
    "none": "None",
    "no_table": "Table",
    "no_arrays": "Table",
    "items_of": "list[Json]",
    "as_wide": "int",
}
NAMED = {
    "format": "str",
    "net_hash": "str",
    "batch_size": "int",
    "class_names": "list[str]",
    "data": "text",
    "inputs": "list[list[float]]",
    "answers": "list[list[float]]",
    "one_hot": "list[list[float]]",
}


def plain_type(annotation: str, own: Container[str] = ()) -> str:
    """A type by its first name, whether there may be none of it or not; those that are
    a language's `own` keep theirs."""

    def first(name: str) -> str:
        return name if name == "Seed" and name in own else SAME.get(name, name)

    found = annotation.removesuffix(" | None")
    return re.sub(r"\w+", lambda name: first(name[0]), found)


def item_type(type_: str) -> str:
    """The type of the items of a list."""
    return "str" if type_ == "text" else type_[5:-1]


class Types:
    """The types of one file's routines, of which some are the language's own."""

    def __init__(
        self,
        classes: Iterable[host.Class],
        functions: Iterable[host.Function],
        own: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.own = own
        self.fields: dict[str, str] = {}
        self.routines: dict[str, host.Function] = {}
        self.constructors: dict[str, host.Function] = {}
        for node in classes:
            self.fields |= {f.name: self.plain(f.type) for f in node.fields}
            for method in node.methods:
                if method.name == "__init__":
                    self.constructors[node.name] = method
                else:
                    self.routines[method.name] = method
        self.routines |= {function.name: function for function in functions}

    def plain(self, annotation: str) -> str:
        """A type by its first name."""
        return plain_type(annotation, self.own)

    def of(self, value: Expression, local: Mapping[str, str]) -> str:
        """The type of an expression among local names with their types."""
        match value:
            case host.Name(name):
                return local[name]
            case host.Constant(name):
                return NAMED.get(name, "Shapes")
            case host.Member(_, name):
                return self.fields.get(name, "float")
            case host.Item(of):
                return item_type(self.of(of, local))
            case host.Count() | host.Times():
                return "int"
            case host.Text():
                return "str"
            case host.ListOf(items):
                return f"list[{self.of(items[0], local)}]" if items else "list[float]"
            case host.Primitive(name, arguments):
                return self.primitive(name, arguments, local)
            case host.Invoke(_, name, is_new=True):
                return name
            case host.Invoke(_, name):
                return self.plain(self.routines[name].result)
            case host.Flag() | host.Condition() | host.Compared() | host.Not():
                return "bool"
            case Number() | Divide():
                return "float"
            case Negate(inner):
                return self.of(inner, local)
            case Add(left, right) | Subtract(left, right) | Multiply(left, right):
                sides = {self.of(left, local), self.of(right, local)}
                return "float" if "float" in sides else "int"
        raise TypeError(f"no type: {value!r}")

    def primitive(
        self, name: str, arguments: tuple[Expression, ...], local: Mapping[str, str]
    ) -> str:
        """The type of what a primitive gives."""
        if name.startswith("block_"):
            return BLOCKS.get(name.removeprefix("block_"), "list[float]")
        if name in OPERATORS:
            return OPERATORS[name]
        own = vars(primitives) | vars(json_values) | vars(world)
        found = own[name]
        result = self.plain(found.__annotations__["return"])
        if "Item" in result:
            return self.of(arguments[0], local)
        return result

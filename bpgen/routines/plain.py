"""Routines in fewer kinds of statements, for languages that lack the others.

In: the routines of one file. Out: the same without loops over items and without names
for all items of a list at once; and each call that may refuse something stands alone
or is all of a value, so that the next statement can ask whether it did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from bpgen.program import host
from bpgen.program.nodes import Expression, Operators

PLACES = ("k", "n", "m", "p", "q")  # what loops over items count with


def fallible(
    classes: Iterable[host.Class],
    functions: Iterable[host.Function],
    refusals: Collection[str],
) -> frozenset[str]:
    """The routines that may refuse something, and classes whose constructor may."""
    named = [(function.name, function) for function in functions]
    for node in classes:
        for method in node.methods:
            is_new = method.name == "__init__"
            named.append((node.name if is_new else method.name, method))
    found: set[str] = set()
    before = -1
    while len(found) > before:
        before = len(found)
        for name, function in named:
            if any(refuses(node, found, refusals) for node in inside(function.body)):
                found.add(name)
    return frozenset(found)


def refuses(node: object, names: Collection[str], refusals: Collection[str]) -> bool:
    """Whether a node itself is a call that may refuse something."""
    match node:
        case host.Primitive(name):
            return name in refusals
        case host.Invoke(name=name):
            return name in names
        case _:
            return False


def inside(node: Any) -> Iterator[object]:
    """A node and all nodes inside of it; of a tuple those of its items."""
    if isinstance(node, tuple):
        for item in node:
            yield from inside(item)
    elif is_dataclass(node) and not isinstance(node, type):
        yield node
        for name in parts_of(type(node)):
            yield from inside(getattr(node, name))


@cache
def parts_of(kind: type) -> tuple[str, ...]:
    """The names of the fields of a kind of node."""
    return tuple(part.name for part in fields(kind))


def is_expression(value: Any) -> bool:
    """Whether a part of a node is an expression."""
    return isinstance(value, Operators)


class Plainer:
    """Makes the routines of one file plainer."""

    def __init__(self, names: Collection[str], refusals: Collection[str]) -> None:
        self.names, self.refusals = names, refusals
        self.letters: Collection[str] = ()  # what blocks of mathematics count with
        self.taken: set[str] = set()
        self.before: list[host.HostStatement] = []

    def function(self, node: host.Function) -> host.Function:
        """A plainer routine."""
        known = (n for n in inside(node.body) if isinstance(n, (host.Name, host.Let)))
        self.taken = {n.name for n in known} | {p.name for p in node.parameters}
        ranges = (n for n in inside(node.body) if isinstance(n, host.Range))
        self.taken |= {n.index for n in ranges}
        called = (n.name for n in inside(node.body) if isinstance(n, host.Primitive))
        if any(name.startswith("block_") for name in called):
            self.taken |= {*self.letters}
        return replace(node, body=self.body(node.body))

    def body(self, body: host.Routine) -> host.Routine:
        found: list[host.HostStatement] = []
        for statement in body:
            made = list(self.statement(statement))
            found += [*self.before, *made]
            self.before = []
        return tuple(found)

    def statement(self, node: host.HostStatement) -> Iterator[host.HostStatement]:
        match node:
            case host.Unpack(names, value):
                for place, name in enumerate(names):
                    yield host.Let(name, host.Item(value, host.Count(place)))
            case host.Each(name, items, body):
                yield from self.each(name, items, self.body(body))
            case host.Range(body=body):
                yield replace(node, body=self.body(body))
            case host.Branch(condition, then, otherwise):
                yield host.Branch(condition, self.body(then), self.body(otherwise))
            case host.Let(value=value) | host.Set(value=value):
                yield replace(node, value=self.lifted(value, is_all=True))
            case host.Do(value):
                arguments = tuple(map(self.lifted, value.arguments))
                yield host.Do(replace(value, arguments=arguments))
            case host.Increase(value=value) | host.Return(value=Operators() as value):
                yield replace(node, value=self.lifted(value))
            case _:
                yield node

    def each(
        self, name: str, items: Expression, body: host.Routine
    ) -> Iterator[host.HostStatement]:
        if not isinstance(items, (host.Name, host.Member, host.Constant)):
            own = self.fresh(f"{name}s", f"{name}_list")
            yield host.Let(own, self.lifted(items, is_all=True))
            items = host.Name(own)
        index = self.fresh(*PLACES)
        item = host.Let(name, host.Item(items, host.Name(index)))
        count = host.Primitive("len", (items,))
        yield host.Range(index, host.Count(0), count, None, (item, *body))

    def fresh(self, *wanted: str) -> str:
        """The first name that is free."""
        numbered = (f"{wanted[0]}{number}" for number in range(2, 100))
        found = next(n for n in (*wanted, *numbered) if n not in self.taken)
        self.taken.add(found)
        return found

    def lifted(self, value: Expression, is_all: bool = False) -> Expression:
        """A value in which calls that may refuse something have names, but for one
        that is all of it."""
        if not any(refuses(node, self.names, self.refusals) for node in inside(value)):
            return value
        if isinstance(value, (host.Primitive, host.Invoke)):
            arguments = tuple(map(self.lifted, value.arguments))
            found: Expression = replace(value, arguments=arguments)
        else:
            found = self.lifted_inside(value)
        if is_all or not refuses(value, self.names, self.refusals):
            return found
        own = self.fresh("found", "given", "part")
        self.before.append(host.Let(own, found))
        return host.Name(own)

    def lifted_inside(self, value: Any) -> Any:
        """The same of what an operation is made of."""
        parts = ((part.name, getattr(value, part.name)) for part in fields(value))
        changed = {n: self.lifted(p) for n, p in parts if is_expression(p)}
        return replace(value, **changed)

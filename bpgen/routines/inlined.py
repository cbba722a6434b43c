"""Texts that are used once, where they are used: printf puts a line together itself.

In: a routine. Out: the same without local names for such texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import fields, is_dataclass, replace
from typing import Any

from bpgen.program import host
from bpgen.program.nodes import Expression
from bpgen.routines.plain import inside

ENDS = (host.Let, host.Do, host.Set, host.Return)  # statements that use it at once


def with_texts_inside(node: host.Function, shown: Collection[str]) -> host.Function:
    """The routine with texts where they are used; `shown` are primitives that give
    one."""
    names = (n.name for n in inside(node.body) if isinstance(n, host.Name))
    body = _Texts(Counter(names), shown).body(node.body)
    return replace(node, body=body)


class _Texts:
    """Puts texts where they are used."""

    def __init__(self, uses: Counter[str], shown: Collection[str]) -> None:
        self.uses, self.shown = uses, shown

    def body(self, body: host.Routine) -> host.Routine:
        """The statements, without the names of such texts."""
        found: list[host.HostStatement] = []
        rest = list(map(self.statement, body))
        while rest:
            first, *rest = rest
            at = self.place(first, rest)
            if at is None:
                found.append(first)
            else:
                assert isinstance(first, host.Let)
                rest[at] = placed(rest[at], first.name, first.value)
        return tuple(found)

    def statement(self, node: host.HostStatement) -> host.HostStatement:
        """A statement, done inside."""
        match node:
            case host.Range(body=body) | host.Each(body=body):
                return replace(node, body=self.body(body))
            case host.Branch(condition, then, otherwise):
                return host.Branch(condition, self.body(then), self.body(otherwise))
            case _:
                return node

    def place(
        self, node: host.HostStatement, rest: list[host.HostStatement]
    ) -> int | None:
        """Which of the statements behind a name for a text is all that uses it; none
        if what the text is made of may have changed until then."""
        if not (isinstance(node, host.Let) and self.is_text(node.value)):
            return None
        if node.is_varied or self.uses[node.name] != 1:
            return None
        lasts = not any(
            isinstance(n, (host.Item, host.Member, host.Invoke))
            for n in inside(node.value)
        )
        for at, statement in enumerate(rest):
            if host.Name(node.name) in inside(statement):
                return at if isinstance(statement, ENDS) else None
            if not (lasts and isinstance(statement, host.Let)):
                return None
        return None

    def is_text(self, value: Expression) -> bool:
        """Whether a value is a text that is put together."""
        match value:
            case host.Text(parts):
                return not all(isinstance(part, str) for part in parts)
            case host.Primitive(name):
                return name in self.shown
            case _:
                return False


def placed(node: Any, name: str, value: Expression) -> Any:
    """A node with a value in the place of a name; of texts inside of a text one."""
    if node == host.Name(name):
        return value
    if isinstance(node, tuple):
        return tuple(placed(item, name, value) for item in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    parts = {part.name: getattr(node, part.name) for part in fields(node)}
    found = replace(node, **{n: placed(part, name, value) for n, part in parts.items()})
    if isinstance(found, host.Text):
        flat: list[str | Expression] = []
        for part in found.parts:
            flat += part.parts if isinstance(part, host.Text) else [part]
        return host.Text(tuple(flat))
    return found

"""Which routines refuse what they are given, for languages without exceptions.

In: the routines of a file. Out: the same; those that refuse something unfit say so, and
each call of one stands alone, as an `Attempt`. A routine refuses if it says `unfit`, if
it reads a saved text, or if it calls one that refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import count
from typing import Any, TypeAlias

from bpgen.program import host
from bpgen.program.nodes import Expression

REFUSING = frozenset({"unfit", "read_saved", "saved_as"})
# Whether it is a method, and its name.
Key: TypeAlias = tuple[bool, str]


def with_refusals(
    classes: Iterable[host.Class], functions: Iterable[host.Function]
) -> Callable[[host.Function, bool], host.Function]:
    """What has a function, or a method, say that it refuses, given all routines."""
    found: dict[Key, host.Function] = {
        (False, function.name): function for function in functions
    }
    found |= {(True, m.name): m for each in classes for m in each.methods}
    refusing: set[Key] = set()
    size = -1
    while size != len(refusing):
        size = len(refusing)
        refusing |= {k for k, f in found.items() if any(refused(f.body, refusing))}

    def changed(function: host.Function, is_method: bool) -> host.Function:
        if (is_method, function.name) not in refusing:
            return function
        lifting = Lifting(refusing, {key for key, f in found.items() if gives(f)})
        return replace(function, body=lifting.all(function), refuses=True)

    return changed


def gives(function: host.Function) -> bool:
    """Whether a routine has a result."""
    return function.result != "None"


def refused(node: Any, refusing: set[Key]) -> Iterator[Expression]:
    """The calls inside of something that may refuse, in the order of evaluation."""
    if isinstance(node, tuple):
        for part in node:
            yield from refused(part, refusing)
    elif is_dataclass(node):
        for part in fields(node):
            yield from refused(getattr(node, part.name), refusing)
    if isinstance(node, (host.Primitive, host.Invoke)) and refuses(node, refusing):
        yield node


def refuses(node: host.Primitive | host.Invoke, refusing: set[Key]) -> bool:
    """Whether a call may refuse."""
    if isinstance(node, host.Primitive):
        return node.name in REFUSING
    return not node.is_new and (node.of is not None, node.name) in refusing


@dataclass
class Lifting:
    """Puts each call that may refuse before the statement that it stands in."""

    refusing: set[Key]
    giving: set[Key]
    names: set[str] = field(default_factory=set)

    def all(self, function: host.Function) -> host.Routine:
        """The statements of a routine."""
        self.names = {own.name for own in function.parameters}
        self.names |= {n for n in names_of(function.body) if n}
        return self.body(function.body)

    def body(self, body: host.Routine) -> host.Routine:
        """Statements, each behind the calls that it is made of."""
        return tuple(found for node in body for found in self.statement(node))

    def statement(self, node: host.HostStatement) -> Iterator[host.HostStatement]:
        match node:
            case host.Branch(condition, then, otherwise):
                before, condition = self.lifted(condition)
                yield from before
                yield host.Branch(condition, self.body(then), self.body(otherwise))
            case host.Range(body=body) | host.Each(body=body):
                yield replace(node, body=self.body(body))
            case host.Let(name, value) if self.is_attempt(value):
                before, value = self.inside(value)
                yield from (*before, host.Attempt(name, value))
            case host.Do(host.Primitive("unfit")):
                yield node
            case host.Do(value) if self.is_attempt(value):
                before, found = self.inside(value)
                is_call = isinstance(found, host.Invoke)
                key = (found.of is not None, found.name) if is_call else None
                name = "_" if key in self.giving else ""
                yield from (*before, host.Attempt(name, found))
            case host.Let() | host.Set() | host.Increase() | host.Return() | host.Do():
                if node.value is None:
                    yield node
                else:
                    before, value = self.lifted(node.value)
                    yield from before
                    yield replace(node, value=value)  # type: ignore[arg-type]
            case _:
                yield node

    def is_attempt(self, value: Expression) -> bool:
        is_call = isinstance(value, (host.Primitive, host.Invoke))
        return is_call and refuses(value, self.refusing)  # type: ignore[arg-type]

    def inside(self, value: Expression) -> tuple[host.Routine, Expression]:
        """A call without those among its arguments that may refuse."""
        assert isinstance(value, (host.Primitive, host.Invoke))
        before: host.Routine = ()
        arguments = []
        for argument in value.arguments:
            more, own = self.lifted(argument)
            before += more
            arguments.append(own)
        return before, replace(value, arguments=tuple(arguments))

    def lifted(self, value: Expression) -> tuple[host.Routine, Expression]:
        """An expression, behind the calls in it that may refuse."""
        if not any(refused(value, self.refusing)):
            return (), value
        assert isinstance(value, (host.Primitive, host.Invoke))
        before, value = self.inside(value)
        if not self.is_attempt(value):
            return before, value
        name = self.fresh()
        return (*before, host.Attempt(name, value)), host.Name(name)

    def fresh(self) -> str:
        """A name that the routine does not have."""
        numbered = (f"given{n}" if n > 1 else "given" for n in count(1))
        found = next(name for name in numbered if name not in self.names)
        self.names.add(found)
        return found


def names_of(node: Any) -> Iterator[str]:
    """The names that statements begin."""
    if isinstance(node, tuple):
        for part in node:
            yield from names_of(part)
    elif is_dataclass(node):
        names = (getattr(node, name, "") for name in ("name", "index"))
        yield from (name for name in names if isinstance(name, str))
        for part in fields(node):
            yield from names_of(getattr(node, part.name))

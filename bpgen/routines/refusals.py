"""Which routines refuse what they are given, for languages without exceptions.

In: the routines of a file. Out: the same; those that refuse something unfit say so, and
each call of one stands alone, as an `Attempt`. A routine refuses if it says `unfit`, if
it reads a saved text, or if it calls one that refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from bpgen.program import host
from bpgen.program.nodes import Expression
from bpgen.routines.plain import fallible, inside, refuses

REFUSALS = frozenset(
    {
        *("unfit", "read_saved", "saved_as", "read_text", "write_text", "rename"),
        *("read_bytes", "unpacked", "object_in"),
    }
)
ENDINGS = frozenset({"unfit", "misuse", "out_of_range", "too_early"})  # of a routine


def with_refusals(
    classes: Iterable[host.Class],
    functions: Iterable[host.Function],
    refusals: Collection[str] = REFUSALS,
) -> Callable[[host.Function], host.Function]:
    """What has a routine say that it refuses, given all routines of its file, and the
    primitives that refuse something."""
    classes, functions = list(classes), list(functions)
    found = [*functions, *(method for each in classes for method in each.methods)]
    names = fallible(classes, functions, refusals)
    giving = {function.name for function in found if function.result != "None"}

    def changed(function: host.Function) -> host.Function:
        if function.name not in names:
            return function
        lifting = Lifting(names, giving, refusals)
        return replace(function, body=lifting.all(function), refuses=True)

    return changed


@dataclass
class Lifting:
    """Puts each call that may refuse before the statement that it stands in."""

    refusing: Collection[str]  # by name, as `giving`: those that have a result
    giving: Collection[str]
    refusals: Collection[str]  # primitives
    names: set[str] = field(default_factory=set)

    def all(self, function: host.Function) -> host.Routine:
        """The statements of a routine."""
        self.names = {own.name for own in function.parameters}
        known = (getattr(node, "name", "") for node in inside(function.body))
        self.names |= {name for name in known if isinstance(name, str)}
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
                before, value = self.parts(value)
                yield from (*before, host.Attempt(name, value))
            case host.Do(host.Primitive(name)) if name in ENDINGS:
                yield node
            case host.Do(value) if self.is_attempt(value):
                before, found = self.parts(value)
                name = "_" if value.name in self.giving else ""
                yield from (*before, host.Attempt(name, found))
            case host.Let() | host.Set() | host.Increase() | host.Return() | host.Do():
                if node.value is None:
                    yield node
                else:
                    before, value = self.lifted(node.value)
                    yield from before
                    yield replace(node, value=value)  # type: ignore[arg-type]  # no None
            case _:
                yield node

    def is_attempt(self, value: object) -> bool:
        return refuses(value, self.refusing, self.refusals)

    def parts(self, value: Expression) -> tuple[host.Routine, Expression]:
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
        if not any(map(self.is_attempt, inside(value))):
            return (), value
        assert isinstance(value, (host.Primitive, host.Invoke))
        before, value = self.parts(value)
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

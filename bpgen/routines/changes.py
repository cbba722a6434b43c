"""What routines change of what they are given.

In: the routines of one file. Out: which of their parameters they change, and which
names statements do: lists whose items are set, and what something is added to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bpgen.program import host
from bpgen.routines.plain import inside

LONGER = ("append", "extend")
GROWS = ("stops", *LONGER)


class Changes:
    """What the routines of one file change.

    Attributes:
        functions: all routines by their names.
        changed: routines, each with a parameter that it changes.
    """

    def __init__(
        self, classes: Iterable[host.Class], functions: Iterable[host.Function]
    ) -> None:
        named = [(f.name, f) for f in functions]
        for each in classes:
            named += [(m.name, m) for m in each.methods]
        self.functions = dict(named)
        self.changed: set[tuple[str, str]] = set()
        before = -1
        while len(self.changed) > before:
            before = len(self.changed)
            for name, function in named:
                own = {p.name for p in function.parameters}
                for changed in self.names(function.body):
                    if changed in own:
                        self.changed.add((name, changed))

    def names(self, body: host.Routine) -> Iterable[str]:
        """The names of lists whose items statements change."""
        loops: dict[str, str] = {}
        for node in inside(body):
            match node:
                case host.Each(name, host.Name(of)):
                    loops[name] = of
                case host.Set(target) | host.Increase(target):
                    while isinstance(target, host.Item):
                        target = target.of
                        if isinstance(target, host.Name):
                            yield target.name
                            yield loops.get(target.name, "")
                case host.Primitive(name, (host.Name(n), *_)) if name in GROWS:
                    yield n
                case host.Invoke(name=called, arguments=given) if (
                    called in self.functions
                ):
                    own = self.functions[called].parameters
                    for parameter, value in zip(own, given, strict=False):
                        is_changed = (called, parameter.name) in self.changed
                        if is_changed and isinstance(value, host.Name):
                            yield value.name
                case _:
                    pass


def with_longer_lists(node: host.Function) -> host.Function:
    """A routine in which the name of a list that grows varies: a longer one is another
    one, where lists are as long as they are made."""
    longer = {
        found.arguments[0].name
        for found in inside(node.body)
        if isinstance(found, host.Primitive) and found.name in LONGER
        if isinstance(found.arguments[0], host.Name)
    }

    def varied(body: host.Routine) -> host.Routine:
        return tuple(map(changed, body))

    def changed(statement: host.HostStatement) -> host.HostStatement:
        match statement:
            case host.Let(name) if name in longer:
                return replace(statement, is_varied=True)
            case host.Range(body=body) | host.Each(body=body):
                return replace(statement, body=varied(body))
            case host.Branch(condition, then, otherwise):
                return host.Branch(condition, varied(then), varied(otherwise))
            case _:
                return statement

    return replace(node, body=varied(node.body))

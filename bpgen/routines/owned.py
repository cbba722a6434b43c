"""Routines for languages whose values have owners.

In: a routine. Out: the same one, in which nobody holds a row of the net's numbers while
the net computes: rows are named by their place. A seed has the type that is its range,
and nothing asks for signals.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from bpgen.program import host
from bpgen.routines.plain import fallible, inside, refuses
from bpgen.routines.refusals import ENDINGS

TRAINED = host.Primitive("block_rows", (host.Text(("trained",)),))
PLACE = host.Name("k")
ATTEMPT = "attempted"  # the primitive that a call is in which may refuse something


def owned(node: host.Function) -> host.Function:
    """A routine where values have owners."""
    node = replace(node, body=lifted(unasked(node.body)))
    match node.name:
        case "__init__":
            return with_seed_as_word(node)
        case "_largest_error":
            body = tuple(s for s in node.body if not is_named(s, "rows"))
            return replace(node, body=changed(body, by_place))
        case "_differences":
            place = host.Parameter("k", "int")
            given = (place, *node.parameters[1:])
            return replace(node, body=changed(node.body, of_place), parameters=given)
        case _:
            return replace(node, body=unheld(node.body))


def with_seed_as_word(node: host.Function) -> host.Function:
    """A routine whose seed, if it makes an object, has the type that is its range."""
    if node.name != "__init__":
        return node
    body = tuple(s for s in node.body if not is_check_of_seed(s))
    return replace(node, body=body, parameters=tuple(map(as_word, node.parameters)))


def with_attempts(
    classes: Iterable[host.Class],
    functions: Iterable[host.Function],
    refusals: Collection[str],
) -> Callable[[host.Function], host.Function]:
    """What has a routine say that it refuses, given all routines of its file: each call
    that may refuse is an attempt, wherever it stands."""
    names = fallible(classes, functions, refusals)

    def attempt(node: Any) -> Any:
        if not isinstance(node, (host.Primitive, host.Invoke)):
            return None
        if isinstance(node, host.Primitive) and node.name in ENDINGS:
            return node
        inner = replace(node, arguments=changed(node.arguments, attempt))
        is_attempt = refuses(node, names, refusals)
        return host.Primitive(ATTEMPT, (inner,)) if is_attempt else inner

    def refusing(function: host.Function) -> host.Function:
        if function.name not in names:
            return function
        return replace(function, body=changed(function.body, attempt), refuses=True)

    return refusing


def as_word(own: host.Parameter) -> host.Parameter:
    """A parameter; a seed as a word."""
    return replace(own, type="Word") if own.name == "seed" else own


def by_place(node: Any) -> Any:
    """The place of a row for the row; the slopes have the same shape."""
    match node:
        case host.Item(host.Name("rows"), place):
            return place
        case host.Primitive("len", (host.Item(host.Name("rows"), place),)):
            return host.Primitive("len", (host.Item(host.Name("slopes"), place),))
        case host.Name("rows"):
            return host.Name("slopes")
        case _:
            return None


def of_place(node: Any) -> Any:
    """The row of a place."""
    return host.Item(TRAINED, PLACE) if node == host.Name("row") else None


def changed(node: Any, change: Callable[[Any], Any]) -> Any:
    """A node in which others stand for some nodes."""
    if isinstance(node, tuple):
        return tuple(changed(item, change) for item in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    found = change(node)
    if found is not None:
        return found
    parts = {part.name: getattr(node, part.name) for part in fields(node)}
    new = {name: changed(value, change) for name, value in parts.items()}
    return replace(node, **new) if new != parts else node


def is_named(node: host.HostStatement, name: str) -> bool:
    """Whether a statement begins that local."""
    return isinstance(node, host.Let) and node.name == name


def is_check_of_seed(node: host.HostStatement) -> bool:
    """Whether a statement asks whether a seed is in its range."""
    return isinstance(node, host.Branch) and any(
        isinstance(part, host.Primitive) and part.name == "largest_word"
        for part in inside(node.condition)
    )


def lifted(body: host.Routine) -> host.Routine:
    """Statements in which no method is given what another one of the same object gives:
    that has a name first."""
    found: list[host.HostStatement] = []
    for node in body:
        match node:
            case host.Branch(condition, then, otherwise):
                found.append(host.Branch(condition, lifted(then), lifted(otherwise)))
            case host.Range(body=inner) | host.Each(body=inner):
                found.append(replace(node, body=lifted(inner)))
            case host.Let() | host.Set() | host.Increase() | host.Return() | host.Do():
                before: list[host.HostStatement] = []
                value = changed(node.value, partial(named_first, before))
                found += [*before, replace(node, value=value)]
            case _:
                found.append(node)
    return tuple(found)


def unheld(body: host.Routine) -> host.Routine:
    """Statements in which no local holds rows of the net's that are used twice: they
    may be read here, and changed there."""
    begun = {
        node.name
        for node in inside(body)
        if isinstance(node, host.Let) and is_rows(node.value)
    }
    uses = [node.name for node in inside(body) if isinstance(node, host.Name)]
    return tuple(spelled(body, {n for n in begun if uses.count(n) > 1}, {}))


def is_rows(value: object) -> bool:
    """Whether a value is a list of rows of the net's."""
    return isinstance(value, host.Primitive) and value.name == "block_rows"


def spelled(
    body: host.Routine, names: Collection[str], rows: dict[str, Any]
) -> Iterator[host.HostStatement]:
    """Statements with the rows themselves in the place of locals of some names."""

    def change(node: Any) -> Any:
        return rows.get(node.name) if isinstance(node, host.Name) else None

    for node in body:
        match node:
            case host.Let(name, value) | host.Set(
                host.Name(name), value
            ) if name in names and is_rows(value):
                rows = rows | {name: value}
            case host.Branch(condition, then, otherwise):
                yield host.Branch(
                    changed(condition, change),
                    tuple(spelled(then, names, rows)),
                    tuple(spelled(otherwise, names, rows)),
                )
            case host.Range(body=inner) | host.Each(body=inner):
                head = changed(replace(node, body=()), change)
                yield replace(head, body=tuple(spelled(inner, names, rows)))
            case _:
                found: host.HostStatement = changed(node, change)
                yield found


def named_first(before: list[host.HostStatement], node: Any) -> Any:
    """A call of a method with a name for what another method gives it."""
    match node:
        case host.Invoke(host.This(), arguments=arguments):
            given = []
            for argument in arguments:
                if isinstance(argument, host.Invoke) and argument.of == host.This():
                    name = f"given{len(before) + 1}" if before else "given"
                    before.append(host.Let(name, argument))
                    argument = host.Name(name)
                given.append(argument)
            return replace(node, arguments=tuple(given))
        case _:
            return None


def unasked(body: host.Routine) -> host.Routine:
    """Statements without those that ask for signals."""
    found: list[host.HostStatement] = []
    for node in body:
        match node:
            case host.Branch(host.Primitive("is_interrupted")):
                pass
            case host.Do(host.Primitive("progress")):
                pass
            case host.Range(index=index, body=inner):
                inner = unasked(inner)
                is_read = host.Name(index) in inside(inner)
                found.append(replace(node, index=index if is_read else "_", body=inner))
            case host.Branch(condition, then, otherwise):
                then, otherwise = unasked(then), unasked(otherwise)
                found.append(host.Branch(condition, then, otherwise))
            case host.Each(body=inner):
                found.append(replace(node, body=unasked(inner)))
            case _:
                found.append(node)
    return tuple(found)

"""Expressions where values have owners: what is lent, what is moved, what is copied.

In: nodes of routines, and what locals are: "copy" (numbers and flags), "own", or "ref",
which stands for a value of somebody else's. Out: code. A value that is no number is
lent wherever it is only read, and made anew where somebody else is to have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bpgen.languages.record import Form
from bpgen.program import host
from bpgen.program.expressions import ATOM, CHOICE, COMPARISON
from bpgen.program.nodes import Expression, Host, Subtract
from bpgen.routines.changes import Changes
from bpgen.routines.owned import ATTEMPT
from bpgen.routines.types import Types, plain_type
from bpgen.writing.routines import RoutineWriter

COPIED = frozenset(
    {"float", "int", "Word", "bool", "index", "Shapes", "None", "OnEpoch"}
)
# Primitives that give what belongs to somebody else.
LENDING = frozenset(
    [
        "item",
        "table_of",
        "items_of",
        "array_of",
        "shape_of",
        "inputs_in",
        "targets_in",
        "as_argument",
    ]
)
GIVEN_ROWS = re.compile(r"\.(rows|trained)\(\)")
REFUSING = ("unfit", "misuse", "out_of_range", "too_early")
# How primitives take their arguments, where not all are only lent: as a place (p), to
# be changed (m), or for good (o).
TAKES = {
    "len": "p",
    "byte_count": "p",
    "is_empty": "p",
    "is_missing": "p",
    "is_silent": "p",
    "append": "po",
    "extend": "po",
    "put": "mo",
    "put_array": "poo",
    "array_of": "pl",
    "has_array": "pl",
    "rest_of": "pp",
    "copied_row": "p",
    "inputs_in": "p",
    "targets_in": "p",
    "json_text": "o",
    "json_list": "o",
    "json_table": "o",
    "samples": "oo",
    "saved_text": "o",
    "text_saved": "o",
    "joined": "p",
    "spelled": "p",
    "complain": "p",
    "as_argument": "o",
    ATTEMPT: "p",
    **dict.fromkeys(REFUSING, "p"),
}
TAKES["put"] = "mlo"
TAKES["stops"] = "mpp"


class AttemptTypes(Types):
    """The types of one file's routines, some of which are attempts."""

    def primitive(
        self, name: str, arguments: tuple[Expression, ...], local: Mapping[str, str]
    ) -> str:
        """The type of what a primitive gives."""
        if name == ATTEMPT:
            return self.of(arguments[0], local)
        return super().primitive(name, arguments, local)


@dataclass
class OwningValues(RoutineWriter):
    """Writes the expressions of one file's routines.

    Attributes:
        kinds, types: of the locals of the routine at hand.
        changed: routines, each with a parameter that it changes.
        reads: how often a local is read; depths: in which block it begins, counted
            from outside; depth: that of the statement at hand.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    changed: set[tuple[str, str]] = field(default_factory=set)
    reads: dict[str, int] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    depth: int = 0

    def begin(
        self, classes: Iterable[host.Class], functions: Iterable[host.Function]
    ) -> None:
        """Get to know all routines of the file."""
        classes, functions = list(classes), list(functions)
        self.known = AttemptTypes(classes, functions)
        self.changes = Changes(classes, functions)
        self.functions, self.changed = self.changes.functions, self.changes.changed

    # Expressions --------------------------------------------------------------------

    def kind_of(self, value: Expression) -> str:
        """The type of an expression."""
        return self.known.of(value, self.types)

    def is_copied(self, value: Expression) -> bool:
        """Whether a value is a number, a flag or the like."""
        if isinstance(value, host.Primitive) and value.name in ("none", "stops"):
            return True
        return self.kind_of(value) in COPIED

    def lent(self, value: Expression) -> str:
        """A value that somebody only reads."""
        if self.is_copied(value):
            return self.text(value)
        text = "" if isinstance(value, host.ListOf) else self.text(value)
        match value:
            case host.Name(name):
                return text if self.kinds.get(name) == "ref" else f"&{text}"
            case host.Constant():
                is_table = self.kind_of(value) == "list[list[float]]"
                return f"&{text}" if is_table else text
            case host.Primitive("as_argument", (inner,)):
                return self.lent(inner)
            case host.Primitive("inputs_in" | "targets_in" | "array_of"):
                return f"&{text}"
            case host.Primitive("rest_of" | "copied_row"):  # no copy, to be read
                return f"&{text.removesuffix('.to_vec()')}"
            case host.Primitive(name) if name in LENDING:
                return text
            case host.Text(parts) if all(isinstance(part, str) for part in parts):
                return text
            case host.ListOf(items):
                if self.kind_of(value) == "list[str]":
                    return f"&[{', '.join(map(self.lent, items))}]"
                return f"&[{', '.join(map(self.owned, items))}]"
            case _:
                return f"&{text}"

    def changing(self, value: Expression) -> str:
        """A value that somebody changes."""
        text = self.text(value)
        match value:
            case host.Name(name) if self.kinds.get(name) == "ref":
                return text
            case host.Name(name) if self.types.get(name) == "OnEpoch":
                return f"&mut {text}"
            case _:
                changed = GIVEN_ROWS.sub(r".\1_mut()", text)
                changed = changed.replace("<&[", "<&mut [")  # of no rows at all
                return f"&mut {changed}"

    def owned(self, value: Expression, is_last: bool = False) -> str:
        """A value that somebody else is to have."""
        if self.is_copied(value):
            return self.text(value)
        if isinstance(value, host.ListOf):
            return f"vec![{', '.join(map(self.owned, value.items))}]"
        text, own = self.text(value), self.kind_of(value)
        match value:
            case host.Name(name) if self.kinds.get(name) == "own":
                is_once = self.reads.get(name, 0) == 1
                is_here = self.depths.get(name) == self.depth
                if is_last or (is_once and is_here):
                    return text
                return f"{text}.{'to_string' if own == 'str' else 'clone'}()"
            case host.Constant("inputs" | "answers" | "one_hot"):
                return f"rows_of_table(&{text})"
            case host.Text(parts) if all(isinstance(part, str) for part in parts):
                return "String::new()" if text == '""' else f"{text}.to_string()"
            case host.Primitive("as_argument", (inner,)):
                return self.owned(inner, is_last)
            case _ if self.is_lending(value):
                if own == "str":
                    return f"{text}.to_string()"
                return (
                    f"{text}.to_vec()" if own.startswith("list[") else f"{text}.clone()"
                )
            case _:
                return text

    def arguments(self, node: host.Invoke) -> list[str]:
        """The arguments of a call, options at the end."""
        if node.is_new:
            own = self.known.constructors[node.name]
        else:
            own = self.known.routines[node.name]
        given = dict(node.options)
        values = list(node.arguments)
        for parameter in own.parameters[len(values) :]:
            value = given.get(parameter.name, parameter.default)
            assert value is not None
            values.append(value)
        found = []
        for parameter, value in zip(own.parameters, values, strict=True):
            if parameter.type in self.names and isinstance(value, host.Name):
                is_own = self.kinds.get(value.name) == "own"
                found.append(f"&mut {self.text(value)}" if is_own else self.text(value))
            elif parameter.type == "Word" and isinstance(value, host.Name):
                is_whole = self.kind_of(value) == "int"
                found.append(self.text(value) + " as u32" * is_whole)
            elif plain_type(parameter.type) == "OnEpoch":
                found.append(self.text(value))
            elif (own.name, parameter.name) in self.changed:
                found.append(self.changing(value))
            else:
                found.append(self.lent(value))
        return found

    def written(self, node: Host) -> tuple[str, int]:
        match node:
            case host.ListOf():
                return self.owned(node), ATOM
            case host.Compared("==" | "!=" as sign, left, right) if (
                self.kind_of(left) == "str"
            ):
                return self.alike(left, right, sign), COMPARISON
            case host.Not(host.Primitive("is_text", (left, right))) if (
                self.kind_of(left) == "str"
            ):
                return self.alike(left, right, "!="), COMPARISON
            case host.Condition(
                "and", host.Compared(">=", of, host.Count(0)), right
            ) if (
                self.kind_of(of) == "int"  # and so never less
            ):
                return self.text(right, CHOICE), COMPARISON
            case host.Not(inner):
                return f"!{self.text(inner, ATOM)}", ATOM
            case _:
                return super().written(node)

    def alike(self, left: Expression, right: Expression, sign: str) -> str:
        """Whether two texts are the same."""
        if right == host.Text(("",)) or right == host.Text(()):
            return f"{'!' * (sign == '!=')}{self.text(left, ATOM)}.is_empty()"
        sides = [self.read(left), self.read(right)]
        return f"{sides[0]} {sign} {sides[1]}"

    def read(self, value: Expression) -> str:
        """A text beside another one that it is compared with."""
        text = self.text(value, ATOM)
        match value:
            case host.Name(name) if self.kinds.get(name) == "ref":
                return f"*{text}"
            case host.Text() | host.Constant():
                return f"*{text}"
            case host.Item(host.Constant()):
                return f"*{text}"
            case _:
                return text

    def primitive(self, node: host.Primitive) -> tuple[str, int]:
        name, language = node.name, self.language
        if name.startswith("block_"):
            given = [self.text(argument) for argument in node.arguments]
            found = self.given.value(name.removeprefix("block_"), given)
            if isinstance(found, str):
                return found, ATOM
            return language.list_text(found, "float"), ATOM
        if name == "is_text" and self.kind_of(node.arguments[0]) == "str":
            return self.alike(node.arguments[0], node.arguments[1], "=="), COMPARISON
        match node:  # what else would go below 0
            case host.Primitive("larger_whole", (host.Count(0), Subtract(left, right))):
                sides = self.text(left, ATOM), self.text(right)
                return f"{sides[0]}.saturating_sub({sides[1]})", ATOM
        form = language.form(name)
        if isinstance(form, Form):
            return super().primitive(node)
        takes = TAKES.get(name, "")
        texts = []
        for place, argument in enumerate(node.arguments):
            match takes[place : place + 1]:
                case "p":
                    texts.append(self.text(argument, ATOM if place == 0 else CHOICE))
                case "m":
                    texts.append(self.changing(argument))
                case "o":
                    texts.append(self.owned(argument))
                case _:
                    texts.append(self.lent(argument))
        if callable(form):
            return form(*texts), ATOM
        return form.format(*texts), ATOM

    def is_apart(self, value: Expression) -> bool:
        """Whether a local is to have a copy: of what may change meanwhile, or of what
        has another type in the file."""
        match value:
            case host.Member():
                return True
            case host.Constant():
                return self.kind_of(value) == "list[list[float]]"
            case _:
                return False

    def is_lending(self, value: Expression) -> bool:
        """Whether a value belongs to somebody else."""
        match value:
            case host.Member() | host.Item() | host.Constant() | host.Name():
                return True
            case host.Primitive("as_argument", (inner,)):
                return self.is_lending(inner) and not isinstance(inner, host.Name)
            case host.Primitive(name):
                return name in LENDING
            case host.Text(parts):
                return all(isinstance(part, str) for part in parts)
            case _:
                return False

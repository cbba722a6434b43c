"""Expressions of routines as code of one language.

In: nodes of `program.host`. Out: text on one line. Numbers and `+ - * /` are written as
in the mathematics; what a primitive is written as, the language's record says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bpgen.languages.members import field_name, own_field
from bpgen.languages.record import Form, Items, Language
from bpgen.program import host
from bpgen.program.expressions import (
    ATOM,
    BOTH,
    CHOICE,
    COMPARISON,
    EITHER,
    OPPOSITE,
    PRODUCT,
    bound,
)
from bpgen.program.nodes import Expression, Host
from bpgen.routines.types import BLOCKS
from bpgen.writing.context import notation_of
from bpgen.writing.lines import Layout, Lines
from bpgen.writing.nested import Nested, flat_text

CALL = re.compile(r"(?P<before>.*\()(?P<places>\{\d?\}(, \{\d?\})*)(?P<after>\))")
SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
CONDITIONS = {"and": BOTH, "or": EITHER}
ESCAPES = str.maketrans({"\n": "\\n", "\t": "\\t"})


class Blocks(Protocol):
    """What a page says of the program's blocks, inside of one routine."""

    def compute(self, block: str, arguments: Sequence[str], layout: Layout) -> Lines:
        """The statements of a block."""

    def returned(self, block: str, layout: Layout) -> Lines:
        """The lines that end a routine with what a block leaves."""

    def value(self, block: str, arguments: Sequence[str]) -> Items | str:
        """Numbers that blocks have computed: a list of code, or code."""


@dataclass
class HostText:
    """Writes the expressions of one file's routines.

    `names` are those of classes and functions that are not called as in the source;
    `constant` gives the name of a constant of the file, `blocks` begins a routine;
    `waiting` are the functions that wait for signals, where signals wait for them.
    `defaults` are the options of each routine, of a constructor by its class.
    """

    language: Language
    names: dict[str, str]
    constant: Callable[[str], str]
    blocks: Callable[[str, Layout], Blocks]
    waiting: frozenset[str] = frozenset()
    defaults: Mapping[str, Sequence[host.Parameter]] = field(default_factory=dict)
    locals: set[str] = field(default_factory=set)
    given: Blocks = field(init=False)  # of the routine at hand

    def __post_init__(self) -> None:
        self.layout = self.new_layout()

    def new_layout(self) -> Layout:
        """A layout for one routine."""
        notation = notation_of(
            self.language,
            lambda element: element.variable.name,
            lambda name, arguments: f"{name}({', '.join(arguments)})",
            host=self.written,
        )
        layout = Layout(self.language, notation)
        self.nested = Nested(layout)
        return layout

    def nested_in(self, layout: Layout) -> Nested:
        """What writes nested lists as far in as a layout is."""
        return Nested(layout)

    # Names ------------------------------------------------------------------------

    def local(self, name: str) -> str:
        """A local name or a parameter."""
        found = self.language.identifier(name)
        return f"{found}_" if found in self.language.reserved else found

    def routine_name(self, name: str, is_method: bool) -> str:
        """How a routine is called."""
        if name in self.names:
            return self.names[name]
        if is_method:
            return self.language.member_name(name)
        return self.language.of_file(name)

    def member(self, name: str) -> str:
        """A field or a method of the object at hand."""
        found = self.names.get(name) or self.language.member_name(name)
        if self.language.member == "{}" and name in self.locals:
            return f"{self.language.this}.{found}"
        return own_field(self.language, found)

    def type(self, name: str) -> str:
        """The type of a parameter."""
        if name in self.names:
            return self.language.ways.held.format(self.names[name])
        return self.language.given_type(name)

    def words(self, doc: str) -> str:
        """A documentation that spells names as the language does."""
        found = SNAKE.sub(lambda name: self.language.identifier(name[0]), doc)
        return found.replace("False", self.language.flags[0])

    # Expressions --------------------------------------------------------------------

    def text(self, value: Expression | None, level: int = CHOICE) -> str:
        """An expression on one line."""
        assert value is not None
        return self.layout.text(value, level)

    def written(self, node: Host) -> tuple[str, int]:
        """What only routines have, and how tightly it binds."""
        language = self.language
        match node:
            case host.Name(name):
                return self.local(name), ATOM
            case host.Constant(name):
                return self.constant(name), ATOM
            case host.This():
                return language.this, ATOM
            case host.Member(None, name):
                return self.member(name), ATOM
            case host.Member(of, name):
                return f"{self.text(of, ATOM)}.{field_name(language, name)}", ATOM
            case host.Item(of, place):
                return f"{self.text(of, ATOM)}[{self.text(place)}]", ATOM
            case host.Count(value):
                return language.ways.count(value), ATOM
            case host.Flag(value):
                return language.flags[value], ATOM
            case host.Text(parts):
                return self.quoted(parts), ATOM
            case host.ListOf(_, own):
                ways = language.ways
                items = flat_text(self.items(node), ways.marks, ways.inner)
                return f"{language.list_head(own)}{items}", ATOM
            case host.Times(left, right):
                sides = self.text(left, PRODUCT), self.text(right, PRODUCT + 1)
                return f"{sides[0]} * {sides[1]}", PRODUCT
            case host.Invoke():
                return self.invoked(node), ATOM
            case host.Primitive():
                return self.primitive(node)
            case _:
                return self.condition(node)

    def condition(self, node: Host) -> tuple[str, int]:
        language = self.language
        match node:
            case host.Compared(sign, left, right):
                own = language.heads.get(sign, sign)
                sides = self.text(left, COMPARISON + 1), self.text(
                    right, COMPARISON + 1
                )
                return f"{sides[0]} {own} {sides[1]}", COMPARISON
            case host.Condition(word, left, right):
                level = CONDITIONS[word]
                # formatters want parentheses around `and` inside `or`: none is written
                sides = self.text(left, level), self.text(right, level + 1)
                return f"{sides[0]} {language.heads[word]} {sides[1]}", level
            case host.Not(host.Primitive(name, arguments)) if (
                f"not_{name}" in language.forms
            ):
                return self.primitive(host.Primitive(f"not_{name}", arguments))
            case host.Not(host.Primitive() as value) if pair := self.opposite(value):
                text, level = self.primitive(value)
                return text.replace(*pair, 1), level
            case host.Not(value):
                level = OPPOSITE if language.heads["not"].endswith(" ") else ATOM
                return f"{language.heads['not']}{self.text(value, level)}", level
        raise TypeError(f"no expression: {node!r}")

    def opposite(self, value: host.Primitive) -> tuple[str, str] | None:
        """The sign of a comparison that a primitive is, and its opposite."""
        form = self.language.forms.get(value.name)
        text = form.text if isinstance(form, Form) and form.level == COMPARISON else ""
        found = (pair for pair in self.language.negations if pair[0] in text)
        return next(found, None)

    def primitive(self, node: host.Primitive) -> tuple[str, int]:
        if node.name.startswith("block_"):
            given = [self.text(argument) for argument in node.arguments]
            found = self.given.value(node.name.removeprefix("block_"), given)
            if isinstance(found, str):
                return found, ATOM
            ways = self.language.ways
            items = flat_text(found, ways.marks, ways.inner)
            return f"{self.head_of(node)}{items}", ATOM
        form = self.language.form(node.name)
        if form == "{}":  # the argument, which binds as it does
            return bound(node.arguments[0], self.layout.notation)
        if callable(form):
            return form(*map(self.text, node.arguments)), ATOM
        if isinstance(form, str):
            tight = ATOM if re.match(r"\{\d?\}[.\[]", form) else CHOICE
            form = Form(form, ATOM, tight)
        # only what the notation's first place holds has to bind that tightly
        first, *others = node.arguments or [None]
        texts = [self.text(first, form.operands)] if first is not None else []
        texts += [self.text(other, form.others) for other in others]
        return form.text.format(*texts), form.level

    def head_of(self, node: host.Primitive) -> str:
        """What stands before the numbers of a block, as a list of their type."""
        name = node.name.removeprefix("block_")
        return self.language.list_head(BLOCKS.get(name, "list[float]"))

    def callee(self, node: host.Invoke) -> str:
        """What stands before the parentheses of a call."""
        if node.of is None:
            name = self.routine_name(node.name, is_method=False)
            if node.is_new and self.language.ways.made:
                return self.language.ways.made(name)
            waits = self.language.waits[0] if node.name in self.waiting else ""
            return f"{self.language.new}{name}" if node.is_new else waits + name
        name = self.names.get(node.name) or self.language.member_name(node.name)
        if isinstance(node.of, host.This) and self.language.ways.bare_methods:
            is_word = name in self.language.reserved
            return f"{self.language.this}.{name}" if is_word else name
        if isinstance(node.of, host.This):
            return self.member(node.name)
        return f"{self.text(node.of, ATOM)}.{name}"

    def invoked(self, node: host.Invoke) -> str:
        """A call; without arguments it may be but a name, unless a local has that."""
        callee, arguments = self.callee(node), self.arguments(node)
        if self.language.ways.bare_calls and not arguments:
            return callee if callee not in self.locals else f"{callee}()"
        return f"{callee}({', '.join(arguments)})"

    def arguments(self, node: host.Invoke) -> list[str]:
        """The arguments of a call, options at the end."""
        found = [self.text(argument) for argument in node.arguments]
        given = dict(node.options)
        if self.language.ways.fills_options:
            defaults = self.defaults.get(node.name, ())
            own = {p.name: p.default for p in defaults if p.default is not None}
            given = {name: given.get(name, value) for name, value in own.items()}
        options = [(self.local(n), self.text(value)) for n, value in given.items()]
        return [*found, *self.language.options(options)]

    def quoted(self, parts: Sequence[str | Expression]) -> str:
        """A text, as a template if anything is to be put in."""
        begin, end, place = self.language.text
        if all(isinstance(part, str) for part in parts):
            begin, end = self.language.quotes
            text = "".join(str(part).translate(ESCAPES) for part in parts)
            return begin + text.replace(end, f"\\{end}") + end
        if self.language.ways.text:
            return self.language.ways.text(*self.around(parts))
        inside = (p if isinstance(p, str) else self.placed(p, place) for p in parts)
        return self.language.tidied(begin + "".join(inside) + end)

    def around(self, parts: Sequence[str | Expression]) -> tuple[Lines, Lines]:
        """What stands around the places of a text, and what goes in."""
        between, inside = [""], list[str]()
        for part in parts:
            if isinstance(part, str):
                between[-1] += part
            else:
                inside.append(self.text(part))
                between.append("")
        return between, inside

    def placed(self, part: Expression, place: str) -> str:
        """An expression inside of a text."""
        match part:
            case host.Primitive(name, arguments) if name in self.language.places:
                return self.language.places[name].format(*map(self.text, arguments))
            case _:
                return place.format(self.text(part))

    def items(self, value: host.ListOf) -> Items:
        """A list of code, nested like the list."""
        return [
            self.items(item) if isinstance(item, host.ListOf) else self.text(item)
            for item in value.items
        ]

    def call_parts(
        self, value: host.Primitive | host.Invoke
    ) -> tuple[str, list[str], str]:
        """A call up to its arguments, these, and what follows."""
        if isinstance(value, host.Primitive):
            form = self.language.form(value.name)
            arguments = [self.text(argument) for argument in value.arguments]
            if callable(form) and form(*arguments).endswith(f"({arguments[-1]})"):
                before = form(*arguments).removesuffix(f"{arguments[-1]})")
                return before, arguments[-1:], ")"
            match = CALL.fullmatch(form) if isinstance(form, str) else None
            if not match:
                return "", [], ""
            return match["before"], arguments, match["after"]
        return f"{self.callee(value)}(", self.arguments(value), ")"

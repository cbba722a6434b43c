"""Routines where values have owners.

In and out as in `routines`; what is lent or moved is said by `owning_values`, what is
changed by `owning_text`, once the lines are there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bpgen.languages.record import Declaration, Signature
from bpgen.program import host
from bpgen.program.nodes import Expression, Negate, Number, Subtract
from bpgen.routines.owned import ATTEMPT
from bpgen.routines.plain import inside
from bpgen.routines.types import item_type, plain_type
from bpgen.writing.lines import Lines
from bpgen.writing.owning_values import COPIED, REFUSING, OwningValues
from bpgen.writing.routines import RoutineWriter


@dataclass
class OwningWriter(OwningValues):
    """Writes the routines of one file."""

    # Routines -----------------------------------------------------------------------

    def function(self, node: host.Function, class_name: str = "") -> Lines:
        """The lines of a function, or of a method of a class."""
        self.kinds, self.types = {}, {}
        for parameter in node.parameters:
            own = plain_type(parameter.type)
            self.types[parameter.name] = own
            self.kinds[parameter.name] = "copy" if own in COPIED else "ref"
        self.at_hand = node
        self.reads: dict[str, int] = {}
        for found in inside(node.body):
            if isinstance(found, host.Name):
                self.reads[found.name] = self.reads.get(found.name, 0) + 1
        self.depth = 0
        self.depths: dict[str, int] = {}
        lines = super().function(node, class_name)
        if node.name == "__init__":
            own = f"{self.language.this}."  # as long as its name here
            lines = [line.replace(own, "this.") for line in lines]
        return lines

    def type(self, name: str) -> str:
        """The type of a parameter, which is lent."""
        own = plain_type(name)
        found = super().type(name)
        if own in COPIED or name in self.names or name.endswith("| None"):
            return found
        return self.lent_type(name, found, False)

    def parameter_type(self, function: host.Function, own: host.Parameter) -> str:
        """The type of a parameter, which is lent, to be changed or not."""
        is_changed = (function.name, own.name) in self.changed
        kind = plain_type(own.type)
        found = RoutineWriter.type(self, own.type)
        if kind in COPIED or own.type in self.names or own.type.endswith("| None"):
            return found
        return self.lent_type(own.type, found, is_changed)

    def lent_type(self, name: str, found: str, is_changed: bool) -> str:
        """A type of something lent."""
        sign = "&mut " if is_changed else "&"
        if name == "OwnRows":
            return f"{sign}[{sign}[f64]]"
        if found == "String":
            return "&str"
        if found.startswith("Vec<"):
            return f"{sign}[{found[4:-1]}]"
        return f"{sign}{found}"

    def signature(self, node: host.Function, class_name: str) -> Signature:
        """The head of a routine."""
        found = super().signature(node, class_name)
        plain = [p for p in node.parameters if p.default is None]
        options = [p for p in node.parameters if p.default is not None]
        return replace(
            found,
            parameters=tuple(
                (self.local(p.name), self.parameter_type(node, p)) for p in plain
            ),
            options=tuple(
                (self.local(p.name), self.parameter_type(node, p), "") for p in options
            ),
        )

    # Statements ---------------------------------------------------------------------

    def body(self, body: host.Routine) -> Lines:
        """The lines of statements."""
        if self.at_hand.name == "_remembered" and self.depth == 0:
            owning = self.language.ways.owning
            assert owning is not None
            return list(owning.remembered)
        self.depth += 1
        found = super().body(body)
        self.depth -= 1
        return found

    def statement(self, node: host.HostStatement) -> Lines:
        match node:
            case host.Do(host.Primitive(name, (message,))) if name in REFUSING:
                refused = f"{name}({self.lent(message).removeprefix('&')})"
                refused = self.language.written(
                    name, self.lent(message).removeprefix("&")
                )
                return [f"return Err({refused});"]
            case host.Unpack(names, value):
                self.types |= dict.fromkeys(names, item_type(self.kind_of(value)))
                self.kinds |= dict.fromkeys(names, "copy")
                begun, text = self.language.begun, self.text(value)
                return [
                    f"{begun(Declaration.FIXED, self.local(n))} {text}[{k}];"
                    for k, n in enumerate(names)
                ]
            case host.Set(host.Member(None, "_kept"), value):
                text = self.text(value)
                if isinstance(value, host.Name):
                    text = f"Some({text}.clone())"
                return [f"{self.text(node.target)} = {text};"]
            case host.Set(target, value) if not self.is_copied(value):
                return [f"{self.text(target)} = {self.owned(value)};"]
            case host.Set(host.Item(host.Item(host.Primitive())) as target, value):
                place = self.changing(target).removeprefix("&mut ")
                return [f"{place} = {self.text(value)};"]
            case host.Return(value) if value is not None:
                return self.returned(value)
            case _:
                return super().statement(node)

    def returned(self, value: Expression) -> Lines:
        """The end of a routine with a value."""
        if isinstance(value, host.Primitive) and value.name == ATTEMPT:
            return [f"return {self.text(value.arguments[0])};"]
        if not self.is_copied(value):
            text = self.owned(value, is_last=True)
            line = f"return Ok({text});" if self.routine.refuses else f"return {text};"
            return [line]
        if self.routine.refuses:
            return [f"return Ok({self.text(value)});"]
        return RoutineWriter.statement(self, host.Return(value))

    def let(self, node: host.Let) -> Lines:
        name, value, kind = node.name, node.value, node.type
        is_varied = node.is_varied
        own = self.declare(name, value, is_varied, kind)
        local, language = self.local(name), self.language
        declares = Declaration.VARIED if is_varied else Declaration.FIXED
        start = f"{language.begun(declares, local)} "
        is_empty = isinstance(value, host.ListOf) and not value.items
        if is_empty or (own == "float" and is_literal(value)):  # of no type yet
            typed = language.type(kind or own) if is_empty else language.type("float")
            _, start = language.typed(local, own, typed, is_varied)
        match self.kinds[name]:
            case "copy":
                return [f"{start}{self.text(value)};"]
            case "own":
                return [f"{start}{self.owned(value)};"]
            case _:
                return [f"{start}{self.lent(value)};"]

    def declare(
        self, name: str, value: Expression, is_varied: bool, kind: str = ""
    ) -> str:
        """Note the type and the kind of a local."""
        own = plain_type(kind) if kind else self.kind_of(value)
        self.types[name] = own
        self.depths[name] = self.depth
        if own in COPIED:
            self.kinds[name] = "copy"
        elif is_varied or self.is_apart(value) or not self.is_lending(value):
            self.kinds[name] = "own"
        else:
            self.kinds[name] = "ref"
        return own

    def loop(self, node: host.Range | host.Each) -> str:
        """The line that begins a loop."""
        if isinstance(node, host.Each):
            return self.each(node)
        self.types[node.index], self.kinds[node.index] = "int", "copy"
        if node.is_downwards:
            index = self.local(node.index)
            below = self.text(node.stop)
            first = str(int(below) + 1) if below.isdigit() else f"{below} + 1"
            match node.start:
                case Subtract(of, host.Count(1)):
                    places = f"{first}..{self.text(of)}"
                case start:
                    places = f"{first}..={self.text(start)}"
            return f"for {index} in ({places}).rev() {{"
        return super().loop(node)

    def each(self, node: host.Each) -> str:
        """The line that begins a loop over items."""
        own = item_type(self.kind_of(node.items))
        own = "str" if self.kind_of(node.items) == "text" else own
        self.types[node.name] = own
        local = self.local(node.name)
        items = node.items
        is_changed = (
            any(name == node.name for name in self.changes.names(node.body))
            and own not in COPIED
        )
        if isinstance(items, host.ListOf):
            self.kinds[node.name] = "copy" if own in COPIED else "ref"
            return f"for {local} in {self.lent(items).removeprefix('&')} {{"
        is_new = not self.is_lending(items)
        if is_changed:
            self.kinds[node.name] = "ref"
            return f"for {local} in {self.text(items)}.iter_mut() {{"
        if own in COPIED:
            self.kinds[node.name] = "copy"
            if is_new:
                return f"for {local} in {self.text(items)} {{"
            return f"for &{local} in {self.lent(items)} {{"
        self.kinds[node.name] = "own" if is_new else "ref"
        self.depths[node.name] = self.depth
        return f"for {local} in {self.text(items) if is_new else self.lent(items)} {{"

    def called(self, start: str, value: host.Primitive | host.Invoke) -> Lines:
        """A call on a line."""
        text = self.text(value)
        return [f"{start}{text};"] if text else []


def is_literal(value: Expression) -> bool:
    """Whether a value is a number as it stands."""
    return isinstance(value, Number) or (
        isinstance(value, Negate) and isinstance(value.value, Number)
    )

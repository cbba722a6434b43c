"""Routines where values have owners: what is lent, what is moved, what is copied.

In and out as in `routines`. A value that is no number is lent wherever a routine or a
primitive only reads it, and made anew where somebody else is to have it. Locals are of
three kinds: "copy" (numbers and flags), "own", and "ref", which stands for a value of
somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bpgen.program import host
from bpgen.program.expressions import ATOM, CHOICE, COMPARISON, SUM
from bpgen.program.nodes import Expression, Host, Subtract
from bpgen.languages.record import Form
from bpgen.routines.assemble import CLASSES
from bpgen.routines.owned import ATTEMPT
from bpgen.routines.plain import inside
from bpgen.routines.types import Types, item_type, plain_type
from bpgen.writing.lines import Lines
from bpgen.writing.routines import RoutineWriter

COPIED = frozenset({"float", "int", "Word", "bool", "index", "Shapes", "None", "OnEpoch"})
# Primitives that give what belongs to somebody else.
LENDING = frozenset(
    "item table_of items_of array_of shape_of inputs_in targets_in as_argument".split()
)
REFUSING = ("unfit", "misuse", "out_of_range", "too_early")
# How primitives take their arguments, where not all are only lent: as a place (p), to
# be changed (m), or for good (o).
TAKES = {
    "len": "p",
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
    "say": "p",
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
class OwningWriter(RoutineWriter):
    """Writes the routines of one file."""

    kinds: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    changed: set[tuple[str, str]] = field(default_factory=set)

    def begin(
        self, classes: Iterable[host.Class], functions: Iterable[host.Function]
    ) -> None:
        """Get to know all routines of the file."""
        classes, functions = list(classes), list(functions)
        self.known = AttemptTypes(classes, functions)
        named = [(f.name, f) for f in functions]
        for each in classes:
            named += [(m.name, m) for m in each.methods]
        self.functions = dict(named)
        before = -1
        while len(self.changed) > before:
            before = len(self.changed)
            for name, function in named:
                own = {p.name for p in function.parameters}
                for changed in self.changes(function.body):
                    if changed in own:
                        self.changed.add((name, changed))

    def changes(self, body: host.Routine) -> Iterable[str]:
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
                case host.Primitive("stops" | "append" | "extend", (host.Name(n), *_)):
                    yield n
                case host.Invoke(name=called, arguments=given) if (
                    called in self.functions
                ):
                    own = self.functions[called].parameters
                    for parameter, value in zip(own, given, strict=False):
                        if (called, parameter.name) in self.changed:
                            if isinstance(value, host.Name):
                                yield value.name
                case _:
                    pass

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
            lines = [line.replace("self.", "nn.") for line in lines]
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

    def signature(self, node: host.Function, class_name: str) -> object:  # type: ignore[override]
        """The head of a routine."""
        from dataclasses import replace

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
            return [
                "let kept = self.kept.clone();",
                'return kept.ok_or_else(|| too_early("call forward first"));',
            ]
        self.depth += 1
        found = super().body(body)
        self.depth -= 1
        return found

    def statement(self, node: host.HostStatement) -> Lines:
        match node:
            case host.Do(host.Primitive(name, (message,))) if name in REFUSING:
                refused = f"{name}({self.lent(message).removeprefix('&')})"
                refused = self.language.written(name, self.lent(message).removeprefix("&"))
                return [f"return Err({refused});"]
            case host.Unpack(names, value):
                self.types |= dict.fromkeys(names, item_type(self.kind_of(value)))
                self.kinds |= dict.fromkeys(names, "copy")
                return [
                    f"let {self.local(n)} = {self.text(value)}[{k}];"
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
                return [f"{self.changing(target).removeprefix('&mut ')} = {self.text(value)};"]
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

    def let(self, name: str, value: Expression, kind: str, is_varied: bool) -> Lines:
        own = self.declare(name, value, is_varied, kind)
        local, word = self.local(name), "let mut" if is_varied else "let"
        if self.kinds[name] == "copy":
            typed = ": f64" if own == "float" and is_literal(value) else ""
            text = self.text(value)
            return [f"{word} {local}{typed} = {text};"]
        if isinstance(value, host.ListOf) and not value.items:
            typed = self.language.type(kind or own)
            return [f"{word} {local}: {typed} = vec![];"]
        text = self.owned(value) if self.kinds[name] == "own" else self.lent(value)
        return [f"{word} {local} = {text};"]

    def declare(
        self, name: str, value: Expression, is_varied: bool, kind: str = ""
    ) -> str:
        """Note the type and the kind of a local."""
        own = plain_type(kind) if kind else self.kind_of(value)
        self.types[name] = own
        self.depths[name] = self.depth
        if own in COPIED:
            self.kinds[name] = "copy"
        elif is_varied or isinstance(value, host.Member) or not self.is_lending(value):
            self.kinds[name] = "own"
        else:
            self.kinds[name] = "ref"
        return own

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
        is_changed = any(
            name == node.name for name in self.changes(node.body)
        ) and own not in COPIED
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
                return f"&mut {text.replace('.rows()', '.rows_mut()').replace('.trained()', '.trained_mut()')}"

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
                return f"{text}.to_vec()" if own.startswith("list[") else f"{text}.clone()"
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
            case host.Condition("and", host.Compared(">=", of, host.Count(0)), right) if (
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
            return self.alike(*node.arguments, "=="), COMPARISON
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

    def called(self, start: str, value: host.Primitive | host.Invoke) -> Lines:
        """A call on a line."""
        text = self.text(value)
        return [f"{start}{text};"] if text else []

    def placed(self, part: Expression, place: str) -> str:
        return self.text(part)


def is_literal(value: Expression) -> bool:
    """Whether a value is a number as it stands."""
    from bpgen.program.nodes import Negate, Number

    return isinstance(value, Number) or (
        isinstance(value, Negate) and isinstance(value.value, Number)
    )

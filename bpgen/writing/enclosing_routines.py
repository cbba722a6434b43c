"""Routines of a file that is one class: values, and references to them.

In and out as in `routines`. What is only read is lent as a constant; a local that is
changed, or begins with a new value, has that for its own; any other one stands for the
value of somebody else. Which methods leave their object as it is, follows from what
they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bpgen.languages.record import Declaration, Signature
from bpgen.program import host
from bpgen.program.blocks import Program
from bpgen.program.expressions import CHOICE, COMPARISON
from bpgen.program.nodes import Expression, Host, Role, Subtract
from bpgen.program.walks import distributions, statements
from bpgen.routines.changes import Changes
from bpgen.routines.plain import inside
from bpgen.routines.types import item_type, plain_type
from bpgen.writing.lines import Head, Lines
from bpgen.writing.routines import RoutineWriter

COPIED = frozenset({"float", "int", "Word", "bool", "index", "None"})
# Primitives that give what belongs to somebody else.
LENDING = frozenset(
    {"item", "table_of", "items_of", "array_of", "shape_of", "inputs_in", "targets_in"}
)
GROWS = ("append", "extend", "put", "put_array")
LONGEST = 62  # letters of a text
LASTS = (Role.PARAMETER, Role.GRADIENT, Role.BUFFER, Role.STATE, Role.SETTING)


@dataclass
class OneClassWriter(RoutineWriter):
    """Writes the routines of one file."""

    def begin(
        self,
        classes: Iterable[host.Class],
        functions: Iterable[host.Function],
        program: Program,
    ) -> None:
        """Get to know all routines of the file, and the program whose blocks they
        compute."""
        classes = list(classes)
        self.changes = Changes(classes, functions)
        self.methods = {m.name: m for each in classes for m in each.methods}
        self.program = program
        self.changing: set[str] = set()
        before = -1
        while len(self.changing) > before:
            before = len(self.changing)
            for name, method in self.methods.items():
                if any(map(self.changes_object, inside(method.body))):
                    self.changing.add(name)

    def changes_object(self, node: object) -> bool:
        """Whether a node of a method changes the object."""
        match node:
            case host.Set(target) | host.Increase(target):
                return is_own(target)
            case host.Primitive(name, (first, *_)) if name in GROWS:
                return is_own(first)
            case host.Compute(block) | host.Primitive(block):
                return self.block_changes(block.removeprefix("block_"))
            case host.Invoke(of, name, given):
                is_inside = of == host.This() or (of is not None and is_own(of))
                function = self.changes.functions.get(name)
                pairs = zip(
                    function.parameters if function else (), given, strict=False
                )
                return (is_inside and name in self.changing) or any(
                    (name, own.name) in self.changes.changed and is_rows(value)
                    for own, value in pairs
                )
            case _:
                return False

    def block_changes(self, name: str) -> bool:
        """Whether a block of the program changes numbers of the object."""
        block = getattr(self.program, name.removesuffix("_rows"), None)
        if not isinstance(block, tuple):
            return name in ("set_numbers", "draw_from", "give_weights")
        written = (s.target.variable.role for s in statements(block))
        return any(role in LASTS for role in written) or bool(distributions(block))

    # Routines -----------------------------------------------------------------------

    def function(self, node: host.Function, class_name: str = "") -> Lines:
        """The lines of a function, or of a method of a class."""
        self.changed = {*self.changes.names(node.body)}
        for found in inside(node.body):
            match found:
                case host.Primitive(name, (host.Name(own), *_)) if name in GROWS:
                    self.changed.add(own)
                case _:
                    pass
        return super().function(node, class_name)

    def signature(self, node: host.Function, class_name: str) -> Signature:
        """The head of a routine."""
        found = super().signature(node, class_name)

        def lent(given: tuple[str, ...]) -> tuple[str, ...]:
            own = next(p for p in node.parameters if self.local(p.name) == given[0])
            return (own.name, self.parameter(node, own), *given[2:])

        is_method = bool(class_name) and node.name != "__init__"
        parameters = tuple((n, lent((n, k))[1]) for n, k in found.parameters)
        options = tuple((n, lent((n, k))[1], v) for n, k, v in found.options)
        return replace(
            found,
            parameters=parameters,
            options=options,
            changes=not is_method or node.name in self.changing,
        )

    def parameter(self, function: host.Function, own: host.Parameter) -> str:
        """The type of a parameter, which is lent, to be changed or not."""
        kind = RoutineWriter.type(self, own.type)
        if plain_type(own.type) in COPIED or own.type in self.names:
            return kind
        is_changed = (function.name, own.name) in self.changes.changed
        is_changed = is_changed and own.type not in ("OwnRow", "OnEpoch | None")
        enclosing = self.language.ways.enclosing
        assert enclosing is not None
        return enclosing.lent(kind, own.type == "OwnRows", is_changed)

    # Statements ---------------------------------------------------------------------

    def statement(self, node: host.HostStatement) -> Lines:
        match node:
            case host.Let():
                return self.begun(node, node.type or node.inferred)
            case host.Unpack(names, value, kind):
                text = self.text(value)
                pairs = [(n, f"{text}[{k}]") for k, n in enumerate(names)]
                return [self.local_line(n, kind, text, True) for n, text in pairs]
            case _:
                return super().statement(node)

    def begun(self, node: host.Let, kind: str) -> Lines:
        """The lines that begin a local."""
        name, value = node.name, node.value
        if isinstance(value, host.Invoke) and value.is_new:
            own = self.names.get(value.name, value.name)
            given = ", ".join(self.arguments(value))
            made = f"({given})" if given else ""
            return [f"{own} {self.local(name)}{made}{self.language.end}"]
        is_apart = node.is_varied or name in self.changed
        if plain_type(kind) in COPIED and not isinstance(value, host.ListOf):
            declares = Declaration.VARIED if is_apart else Declaration.FIXED
            head = Head(self.local(name), declares=declares, kind=kind)
            return self.valued(head, value)
        if isinstance(value, host.ListOf):
            value = replace(value, type=kind)
        is_lent = not is_apart and self.is_lending(value)
        return [self.local_line(name, kind, self.text(value), is_lent, is_apart)]

    def local_line(
        self, name: str, kind: str, value: str, is_lent: bool, is_apart: bool = False
    ) -> str:
        """The line that begins a local."""
        enclosing, own = self.language.ways.enclosing, self.language.type(kind)
        assert enclosing is not None
        local = self.local(name)
        head = enclosing.local(kind, own, local, value, is_lent, is_apart)
        return f"{head}{self.language.end}"

    def is_lending(self, value: Expression) -> bool:
        """Whether a value belongs to somebody else."""
        match value:
            case host.Member() | host.Item() | host.Constant() | host.Name():
                return True
            case host.Primitive("as_argument", (inner,)):
                return self.is_lending(inner)
            case host.Primitive(name, arguments) if name in LENDING:
                return self.is_lending(arguments[0])
            case _:
                return False

    def loop(self, node: host.Range | host.Each) -> str:
        """The line that begins a loop."""
        if not isinstance(node, host.Each):
            return super().loop(node)
        name, items = self.local(node.name), self.text(node.items)
        kind = plain_type(node.type) or item_type(node.type)
        own = "copied" if kind in COPIED else "lent"
        own = "changed" if node.name in self.changed else own
        return self.layout.opening(f"each {own}", name, items, self.language.type(kind))

    def valued(self, head: Head, value: Expression) -> Lines:
        """A statement that does something with a value."""
        if isinstance(value, (host.Text, host.ListOf)):
            start, text = head.text(self.language), self.text(value)
            return [f"{start} {text}{self.language.end}"]
        return super().valued(head, value)

    def called(self, start: str, value: host.Primitive | host.Invoke) -> Lines:
        """A call on a line."""
        text = self.text(value)
        return [f"{start}{text}{self.language.end}"] if text else []

    # Expressions --------------------------------------------------------------------

    def written(self, node: Host) -> tuple[str, int]:
        match node:
            case host.Condition(
                "and", host.Compared(">=", _, host.Count(0)), right
            ):  # of a whole number, which is never less
                return self.text(right, CHOICE), COMPARISON
            case host.Primitive(
                "larger_whole", (host.Count(0), Subtract(left, right))
            ):  # what else would go below 0
                sides = self.text(left), self.text(right)
                return self.language.written("rest_above", *sides), CHOICE
            case _:
                return super().written(node)

    def quoted(self, parts: Sequence[str | Expression]) -> str:
        """A text; a long one in two parts, since no line may end inside of one."""
        match parts:
            case (str(only),) if len(only) > LONGEST:
                place = only.rindex(" ", 0, LONGEST) + 1
                first = super().quoted((only[:place],))
                rest = super().quoted((only[place:],))
                return self.language.written("joined_texts", first, rest)
            case _:
                return super().quoted(parts)

    def member(self, name: str) -> str:
        """A field or a method of the object at hand."""
        found = self.names.get(name) or self.language.member_name(name)
        is_hidden = found in {self.local(own) for own in self.locals}
        return f"{self.language.this}->{found}" if is_hidden else found


def is_own(value: object) -> bool:
    """Whether a value is a field of the object at hand, or inside of one."""
    match value:
        case host.Member(None):
            return True
        case host.Member(of) | host.Item(of):
            return is_own(of)
        case _:
            return False


def is_rows(value: object) -> bool:
    """Whether a value is a list of rows of the net's."""
    return isinstance(value, host.Primitive) and value.name == "block_rows"

"""Routines to lines of a language without objects, lists and exceptions.

In: functions and classes as nodes. Out: lines, and the heads that declare them. Each
local is typed, a method is given its object, and a call that may refuse something is
followed by the question whether it did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bpgen.languages.plain import WORK, Plain
from bpgen.languages.record import Declaration, Form, Signature
from bpgen.program import host
from bpgen.program.expressions import ATOM, CHOICE, UNARY
from bpgen.program.nodes import Expression, Host
from bpgen.routines.assemble import CLASSES, Routines
from bpgen.routines.plain import Plainer, fallible, inside, refuses
from bpgen.routines.types import Types, item_type, plain_type
from bpgen.writing.lines import Head, Lines, indented
from bpgen.writing.routines import RoutineWriter, is_constant

CALLS = (host.Primitive, host.Invoke)
TABLES = ("inputs", "answers", "one_hot")  # constants that are rows of numbers
GROWS = ("append", "extend", "put")
REFUSES = ("unfit", "misuse", "out_of_range", "too_early")  # always
SAVED = "Saved"  # the type of a text that main keeps from one report to the next


@dataclass
class PlainWriter(RoutineWriter):
    """Writes the routines of one file.

    `heads` are those of the functions that it has written, `sizes` how many rows a
    constant of the file has, and how long these are.
    """

    heads: list[Lines] = field(default_factory=list)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def begin(self, found: Routines) -> None:
        """What is known of all routines."""
        plain = self.language.plain
        assert plain is not None
        self.plain: Plain = plain
        functions = (*found.functions, *found.main)
        self.types = Types(found.classes, functions)
        self.fallible = fallible(found.classes, functions, plain.refusals)
        self.plainer = Plainer(self.fallible, plain.refusals)
        self.class_names = {node.name for node in found.classes}
        self.working: set[str] = set()  # functions that are given a memory
        before = -1
        while len(self.working) > before:
            before = len(self.working)
            for function in functions:
                if any(map(self.needs_work, inside(function.body))):
                    self.working.add(function.name)

    def needs_work(self, node: object) -> bool:
        """Whether a node makes a list or a text, or may refuse something."""
        match node:
            case host.Primitive(name):
                return WORK in self.form_text(name) or name in self.plain.refusals
            case host.Invoke(None, name):
                return name in self.working or name in self.class_names
            case host.Text(parts):
                return not all(isinstance(part, str) for part in parts)
            case host.Constant(name):
                return name in TABLES
            case host.ListOf(items):
                return bool(items)
            case _:
                return False

    def form_text(self, name: str) -> str:
        """The notation of a primitive, without its places."""
        if name.startswith("block_"):
            return ""
        form = self.language.form(name)
        return form.text if isinstance(form, Form) else str(form)

    # Routines -----------------------------------------------------------------------

    def function(self, node: host.Function, class_name: str = "") -> Lines:
        """The lines of a function, or of a method of a class."""
        language, plain = self.language, self.plain
        self.layout = self.new_layout()
        self.layout.indent = language.indent
        node = self.plainer.function(node)
        self.of_class, self.marks = class_name, 0
        self.local_types = {p.name: plain_type(p.type) for p in node.parameters}
        is_new = self.is_new = node.name == "__init__"
        self.result = class_name if is_new else plain_type(node.result)
        self.work = self.work_of(node, class_name)
        self.locals = set()
        signature = self.signature(node, class_name)
        head = language.signature(signature)
        self.heads.append([*head[:-1], head[-1].removesuffix(" {") + ";"])
        self.given = self.blocks(node.name, self.layout)
        body = self.body(node.body)
        if is_new:
            begin, end = plain.made(self.class_text(class_name))
            body = [*begin, *self.opening_lines, *body, *end]
        text = "\n".join(line for line in body if not line.lstrip().startswith("//"))
        names = (name for name, _ in signature.parameters)
        unused = [n for n in names if not re.search(rf"\b{n}\b", text)]
        body = [*(self.plain.unused.format(name) for name in unused), *body]
        doc = language.doc(self.words(node.doc), signature, 0)
        return [*doc, *head, *indented(body, language.indent), language.block[1]]

    def work_of(self, node: host.Function, class_name: str) -> str:
        """What holds the lists of a routine."""
        method, function = self.plain.works
        if class_name and node.name != "__init__":
            return method
        for parameter in node.parameters:
            if parameter.type in self.plain.needs_work:
                return method.replace(self.language.this, parameter.name)
        return function

    def signature(self, node: host.Function, class_name: str) -> Signature:
        plain, given = self.plain, list[tuple[str, str]]()
        is_new = node.name == "__init__"
        if class_name and not is_new:
            given.append((self.type(class_name), self.language.this))
        if is_new or (not class_name and self.is_given_work(node)):
            given.append((plain.worker, plain.works[1]))
        given += [(self.type(p.type), self.local(p.name)) for p in node.parameters]
        name = self.function_name(class_name, node.name)
        result = self.type(self.result)
        parameters = tuple((own, kind) for kind, own in given)
        return Signature(node, name, parameters, (), result, class_name, 0)

    def is_given_work(self, node: host.Function) -> bool:
        """Whether a function has a memory as its parameter."""
        is_own = self.work_of(node, "") == self.plain.works[1]
        return is_own and node.name in self.working

    def function_name(self, class_name: str, name: str) -> str:
        """What a function, or a method of a class, is called."""
        if class_name:
            return self.plain.method(class_name, name)
        return self.routine_name(name, is_method=False)

    def class_text(self, name: str) -> str:
        """How a class is called."""
        return (
            self.names[name] if name in CLASSES else self.plain.class_name.format(name)
        )

    def type(self, name: str) -> str:
        """A type in the language's words."""
        found = plain_type(name)
        if found in self.class_names:
            return self.plain.classes.format(self.class_text(found))
        return self.language.type(found)

    # Expressions ----------------------------------------------------------------------

    def type_of(self, value: Expression) -> str:
        """The type of an expression."""
        return self.types.of(value, self.local_types)

    def cast(self, value: Expression, wanted: str, level: int = CHOICE) -> str:
        """An expression as one of a type."""
        if isinstance(value, host.ListOf):
            return self.list_of(value, wanted)
        form = self.plain.casts.get((self.type_of(value), wanted))
        if form is None or (isinstance(value, host.Count) and wanted != "Word"):
            return self.text(value, level)
        return self.worked(form.format(self.text(value, UNARY)))

    def written(self, node: Host) -> tuple[str, int]:
        """What only routines have, and how tightly it binds."""
        match node:
            case host.Member(of, name):
                before = self.text(of, ATOM) if of is not None else self.language.this
                own = self.language.identifier(name)
                return self.plain.field.format(before, own), ATOM
            case host.ListOf():
                return self.list_of(node, self.type_of(node)), ATOM
            case host.Constant(name) if name in TABLES:
                place = self.constant(name), *self.sizes[name]
                return self.worked(self.plain.matrix.format(*place)), ATOM
            case host.Compared(sign, left, right):
                sides = {self.type_of(left), self.type_of(right)}
                if sides == {"int", "float"}:
                    texts = [self.cast(side, "float", UNARY) for side in (left, right)]
                    return f"{texts[0]} {sign} {texts[1]}", 4
                return super().written(node)
            case _:
                return super().written(node)

    def list_of(self, value: host.ListOf, kind: str) -> str:
        """A list of some items, as one of a type."""
        inner = item_type(kind)
        made = [self.cast(item, inner) for item in value.items]
        return self.worked(self.language.list_text(made, inner))

    def worked(self, text: str) -> str:
        """A notation with the memory of this routine in it."""
        return text.replace(WORK, self.work)

    def primitive(self, node: host.Primitive) -> tuple[str, int]:
        if node.name.startswith("block_"):
            given = [self.text(argument) for argument in node.arguments]
            found = self.given.value(node.name.removeprefix("block_"), given)
            if not isinstance(found, str):
                is_rows = node.name == "block_rows"
                found = self.language.list_text(
                    found, "list[float]" if is_rows else "float"
                )
            return self.worked(found), ATOM
        if node.arguments:
            kind = self.type_of(node.arguments[0])
            own = f"{node.name} {kind}"
            if own in self.language.forms:
                node = host.Primitive(own, node.arguments)
        says = node.name in self.plain.refusals and len(node.arguments) == 1
        if says and isinstance(node.arguments[0], host.Text):
            form = str(self.language.form(node.name))
            inside = ", ".join(self.format_of(node.arguments[0].parts))
            return self.worked(form.format(inside)), ATOM
        text, level = super().primitive(node)
        return self.worked(text), level

    def refuses(self, name: str) -> bool:
        """Whether a primitive refuses something."""
        return name in self.plain.refusals

    def callee(self, node: host.Invoke) -> str:
        """What stands before the parentheses of a call."""
        if node.is_new:
            return self.plain.method(node.name, "__init__")
        if node.of is None:
            return self.routine_name(node.name, is_method=False)
        return self.plain.method(self.class_of(node.of), node.name)

    def class_of(self, value: Expression) -> str:
        """The class of an object."""
        return self.of_class if isinstance(value, host.This) else self.type_of(value)

    def arguments(self, node: host.Invoke) -> list[str]:
        """The arguments of a call: the object, the memory, all others."""
        found = []
        if node.is_new:
            function = self.types.constructors[node.name]
        else:
            function = self.types.routines[node.name]
        if node.of is not None:
            found.append(self.text(node.of))
        if node.is_new or (node.of is None and self.is_given_work(function)):
            found.append(self.work)
        options = dict(node.options)
        given = iter(node.arguments)
        for parameter in function.parameters:
            value = options.get(parameter.name, parameter.default)
            if parameter.default is None:
                value = next(given)
            assert value is not None
            is_none = value == host.Primitive("none", ())
            wanted = plain_type(parameter.type)
            found.append(self.text(value) if is_none else self.cast(value, wanted))
        return found

    def quoted(self, parts: object) -> str:
        """A text; put together if anything is to be put in."""
        assert isinstance(parts, tuple)
        if all(isinstance(part, str) for part in parts):
            return super().quoted(parts)
        inside = ", ".join(self.format_of(parts))
        return self.worked(self.plain.text.format(inside))

    def format_of(self, parts: tuple[str | Expression, ...]) -> list[str]:
        """A text with places, and what is put into them."""
        format_, given = "", []
        for part in parts:
            if isinstance(part, str):
                format_ += part.replace("%", "%%")
                continue
            kind = self.type_of(part)
            match part:
                case host.Primitive(name, arguments) if name in self.language.places:
                    place = self.language.places[name]
                    texts = [self.text(argument) for argument in arguments]
                    format_ += place.format(*texts)
                    given.append(self.cast(arguments[0], "text"))
                case _:
                    format_ += self.plain.text_places[kind]
                    given.append(self.cast(part, "text"))
        begin, end = self.language.quotes
        return [f"{begin}{format_}{end}", *given]

    # Statements -----------------------------------------------------------------------

    def statement(self, node: host.HostStatement) -> Lines:
        match node:
            case host.Range(index=index, body=body):
                self.local_types[index] = "int"
                return self.loop_lines(node, body)
            case host.Set(target, value) if self.outlives(target):
                lines = [self.kept_line(target, value)]
            case host.Set(target, value):
                head = Head(self.text(target))
                lines = self.valued(head, value)
                wanted = self.type_of(target)
                pair = self.type_of(value), wanted
                if isinstance(value, host.ListOf) or pair in self.plain.casts:
                    text = self.cast(value, wanted)
                    lines = [f"{head.text(self.language)} {text}{self.language.end}"]
            case host.Do(host.Primitive(name)) if name in REFUSES:
                return [*super().statement(node), *self.leaving()]
            case _:
                lines = super().statement(node)
        own = (getattr(node, "value", None),)
        if any(refuses(n, self.fallible, self.plain.refusals) for n in inside(own)):
            instead = self.plain.instead(self.type(self.result))
            lines = [*lines, *self.plain.failed(self.work, instead)]
        return lines

    def leaving(self) -> Lines:
        """The line that leaves a routine that has refused something."""
        instead = self.plain.instead(self.type(self.result))
        return [f"return {instead}".strip() + self.language.end]

    def outlives(self, target: Expression) -> bool:
        """Whether a field is set to a list of this call, or a name to a state."""
        if isinstance(target, host.Member) and not self.is_new:
            return self.type_of(target).startswith("list[")
        return self.type_of(target) == SAVED

    def kept_line(self, target: Expression, value: Expression) -> str:
        """The line that keeps what it sets."""
        plain, is_text = self.plain, self.type_of(target) == SAVED
        form = (plain.remembers if is_text else plain.keeps) + self.language.end
        return self.worked(form.format(self.text(target), self.text(value)))

    def let(self, node: host.Let) -> Lines:
        name, value, kind = node.name, node.value, node.type
        declares = Declaration.VARIED if node.is_varied else Declaration.FIXED
        if not node.is_varied and is_constant(value):
            declares = Declaration.CONSTANT
        found = plain_type(kind) if kind else self.type_of(value)
        self.local_types[name] = found
        own = self.type(found)
        begin = self.plain.begin(declares, own, self.local(name))
        text = self.cast(value, found)
        is_number = found == "float" and not isinstance(value, Host)
        if is_number and not self.layout.fits(f"{begin} {text};"):
            head = Head(self.local(name), declares=declares)
            return self.layout.statement(head, value)
        return [f"{begin} {text}{self.language.end}"]

    def valued(self, head: Head, value: Expression) -> Lines:
        """A statement that does something with a value."""
        if isinstance(value, Host):
            text = f"{head.text(self.language)} {self.text(value)}"
            return [f"{text}{self.language.end}"]
        return super().valued(head, value)

    def called(self, start: str, value: host.Primitive | host.Invoke) -> Lines:
        """A call."""
        line = f"{start}{self.text(value)}{self.language.end}"
        calls = [a for a in value.arguments if isinstance(a, CALLS)]
        if self.layout.fits(line) or start or not calls:
            return [] if line == self.language.end else [line]
        own = self.plainer.fresh("value", "part")
        before = self.let(host.Let(own, calls[-1]))
        named = (host.Name(own) if a is calls[-1] else a for a in value.arguments)
        return [*before, *self.called(start, replace(value, arguments=tuple(named)))]

    def loop_lines(self, node: host.Range, body: host.Routine) -> Lines:
        """A loop, whose rounds forget the lists that they made."""
        opening, inner = self.loop(node), self.inside(body)
        text = "\n".join(inner)
        makes = self.work in text or f"({self.language.this}" in text
        works = self.of_class in ("", *self.plain.needs_work)  # has a memory
        if not makes or not works or any(self.escapes(body)):
            return self.layout.body(opening, inner)
        self.marks += 1
        mark = f"mark{self.marks if self.marks > 1 else ''}"
        before, first = (line.format(mark) for line in self.plain.loops)
        lines = [self.worked(first), *inner]
        return [self.worked(before), *self.layout.body(opening, lines)]

    def escapes(self, body: host.Routine) -> Iterator[bool]:
        """Whether statements keep a list beyond the round that makes it."""
        own = {n.name for n in inside(body) if isinstance(n, host.Let)}
        for node in inside(body):
            match node:
                case host.Primitive(name, (host.Name(of), *_)) if name in GROWS:
                    yield of not in own
                case host.Set(host.Name(name)):
                    kind = self.local_types.get(name, "float")
                    yield name not in own and "[" in kind
                case host.Set(host.Item() as item):
                    yield "list" in self.type_of(item)

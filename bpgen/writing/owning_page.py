"""One emitted file in a language whose values have owners.

In and out as in `page`, but the arrays of a kind stand in a type of their own, so that
some can be changed while others are read; and what a routine changes is said where it
begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from bpgen.languages.members import own_field
from bpgen.languages.record import Items
from bpgen.languages.ways import Owning
from bpgen.program.blocks import group_of
from bpgen.program.nodes import Role, Variable
from bpgen.routines.assemble import Routines
from bpgen.routines.owned import owned, with_attempts
from bpgen.runtime.named import NAMED
from bpgen.writing.class_fields import ClassFields
from bpgen.writing.fields import Fields, RowList
from bpgen.writing.lines import Line, Lines, indented
from bpgen.writing.owning_routines import OwningWriter
from bpgen.writing.owning_values import REFUSING
from bpgen.writing.page import Page
from bpgen.writing.words import is_named

# The groups of arrays: what a variable is for, the field, its type, what it holds.
GROUPS = {
    Role.PARAMETER: ("weights", "Weights", "The parameters."),
    Role.GRADIENT: ("slopes", "Slopes", "Their gradients: the slopes of the loss."),
    Role.BUFFER: ("memories", "Memories", "What layers remember."),
}


class OwningFields(Fields):
    """The fields of a class whose arrays stand in groups."""

    def member(self, variable: Variable) -> str:
        """A field as a method writes it."""
        found = super().member(variable)
        is_apart = variable.labels and not self.has_scalars
        if is_apart and variable.role in GROUPS:
            head, _, name = found.rpartition(".")
            return f"{head}.{GROUPS[variable.role][0]}.{name}"
        return found

    def rows_of(self, variables: tuple[Variable, ...]) -> str:
        """The rows of some variables, as code, to be read."""
        program = self.program
        if not variables:
            return "Vec::<&[f64]>::new()"
        known = {
            tuple(program.gradients.values()): "slopes.trained()",
            tuple(program.gradients): "weights.trained()",
            tuple(group_of(program, "gradients")): "slopes.rows()",
            program.parameters: "weights.rows()",
        } | {states: f"{own.name}.rows()" for own, states in self.states.items()}
        if program.buffers:
            known[tuple(program.buffers)] = "memories.rows()"
        if variables in known:
            return own_field(self.language, known[variables])
        return f"[{', '.join(self.items(variables))}]"

    @cached_property
    def lists(self) -> list[RowList]:
        """What the optimizer keeps of each number."""
        return [rows for rows in super().lists if rows.like]

    def group(self, name: str) -> Items | str:
        """The rows of a group of the routines, as code."""
        if name not in ("schedule", "states", "kept_rows"):
            return self.rows_of(tuple(group_of(self.program, name)))
        lists = [self.rows_of(of) for of in self.states.values()]
        places = [own.removesuffix(".rows()") for own in lists]
        if name == "kept_rows":
            whole = ", ".join(f"&mut {own}" for own in places)
            return lists[0] if len(lists) == 1 else f"rows_of_all(vec![{whole}])"
        variables = group_of(self.program, name)
        numbers = [f"&{self.member(v)}" for v in variables if not v.labels]
        own_lists = [f"&{own}" for own in places] if name == "states" else []
        if not numbers and len(own_lists) == 1:
            return lists[0]
        return f"with_numbers(&[{', '.join(numbers)}], &[{', '.join(own_lists)}])"


class OwningClassFields(ClassFields):
    """The fields of one class, of which arrays stand in groups."""

    def declared(self, methods: str) -> Lines:
        """The lines that declare all fields."""
        declare = self.language.declared
        assert declare is not None
        lines: Lines = []
        for field in self.node.fields:
            name = self.language.member_name(field.name)
            lines += declare(
                name, self.kind(field.type), self.value(field), field.words
            )
        for name, value, is_public in self.settings():
            if is_named(name, methods):
                says = "How far an update goes against the slope" if is_public else ""
                lines += declare(name, "float", value, says)
        if self.is_net:
            for group, kind, words in self.groups():
                lines += ["", f"/// {words}", f"{group}: {kind},"]
            for words, arrays in self.fields.arrays if self.fields.has_scalars else ():
                names = self.weights(arrays)
                lines += ["", f"/// {words}", *(f"{name}: f64," for name in names)]
            for variable, start in self.fields.numbers:
                name, value = self.fields.number(variable), self.language.number(start)
                lines += declare(name, "float", value, "a number that training moves")
            for rows in self.used(methods):
                lines += declare(rows.name, "rows", "\0", rows.words)
        return lines[lines[:1] == [""] :]

    def kind(self, name: str) -> str:
        """The type of a field."""
        own = name.removesuffix(" | None")
        return "Kept | None" if own == "Kept" else self.writer.names.get(name, name)

    def groups(self) -> list[tuple[str, str, str]]:
        """The groups of arrays that there are."""
        arrays = [] if self.fields.has_scalars else self.fields.arrays
        roles = [variables[0].role for _, variables in arrays]
        return [GROUPS[role] for role in roles]

    def group_lines(self, text: str) -> list[Lines]:
        """The types of the groups, each with what a text calls."""
        if not self.is_net or self.fields.has_scalars:
            return []
        trained = tuple(self.page.program.gradients)
        found = []
        for _, arrays in self.fields.arrays:
            role = arrays[0].role
            group, kind, words = GROUPS[role]
            names = {v: self.fields.name(v) for v in arrays}
            some = {
                Role.PARAMETER: trained,
                Role.GRADIENT: tuple(self.page.program.gradients.values()),
            }.get(role, ())
            lists = {"rows": list(names.values()), "trained": [names[v] for v in some]}
            lines = [
                f"/// {words}",
                "#[derive(Clone, Debug, Default)]",
                f"struct {kind} {{",
                *(f"    {name}: Vec<f64>," for name in names.values()),
                "}",
            ]
            methods: Lines = []
            for method, own in lists.items():
                for sign, end in (("&", ""), ("&mut ", "_mut")):
                    if f".{group}.{method}{end}()" in text:
                        methods += ["", *rows_method(method, own, sign, end)]
            if methods:
                lines += ["", f"impl {kind} {{", *indented(methods[1:], 4), "}"]
            found.append(self.language.ways.finish(lines))
        return found


def rows_method(name: str, fields: list[str], sign: str, end: str) -> Lines:
    """A method that gives rows, to be read or to be changed."""
    says = {"rows": "All rows", "trained": "Those that training changes"}[name]
    what = "changed" if end else "read"
    items = [f"{sign}self.{field}" for field in fields]
    line = f"    vec![{', '.join(items)}]"
    return [
        f"/// {says}, to be {what}.",
        f"fn {name}{end}({sign}self) -> Vec<{sign}[f64]> {{",
        line,
        "}",
    ]


class OwningPage(Page):
    """One emitted file, piece by piece."""

    routine_writer = OwningWriter
    fields_type = OwningFields
    class_fields_type = OwningClassFields
    writer: OwningWriter

    def prepared(self, found: Routines) -> Routines:
        """The routines as they are where values have owners."""
        return found.changed(owned)

    def refusing(self, found: Routines) -> Routines:
        """The routines, of which those that refuse something say so."""
        files = ("read_text", "read_bytes", "write_text", "rename")
        words = {*REFUSING, "read_saved", "object_in", *files}
        functions = (*found.functions, *found.main)
        return found.changed(with_attempts(found.classes, functions, words))

    def lay_out(self) -> None:
        """Write the parts of the file."""
        found = self.routines
        self.writer.begin(found.classes, (*found.functions, *found.main))
        self.mutating: set[str] = set()
        super().lay_out()

    def finished(self, lines: Lines) -> Lines:
        """Lines in which what changes is marked."""
        mark, known = self.owning.marked, self.mutating
        self.mutating = self.owning.changing(mark(lines, known), known)
        found: Lines = []
        for line, new in zip(lines, mark(lines, self.mutating), strict=True):
            parts = self.language.ways.finish([new])
            of = line.statement if isinstance(line, Line) else None
            found += [Line.of(part, of) for part in parts] if of else parts
        return found

    def apart(self, head: Lines, parts: list[Lines]) -> Lines:
        """A class whose methods stand behind its fields."""
        names, categories, declared, *others = parts
        step = self.language.indent
        head = "\n".join(head).split("\n")
        own = [*head, *indented(declared, step), "}"]
        name = head[-1].split()[-2]
        methods: Lines = []
        for part in filter(None, others):
            methods += [*([""] if methods else []), *part]
        block = [f"impl {name} {{", *indented(methods, step), "}"]
        groups: list[Lines] = []
        if name == self.class_name:
            fields = OwningClassFields(self, self.routines.classes[-1])
            text = "\n".join(self.owning.marked(methods, ()))
            groups = fields.group_lines(text)
        found: Lines = []
        for part in filter(None, (names, categories, *groups, own, block)):
            found += [*([""] if found else []), *part]
        return found

    def class_names(self, step: int) -> Lines:
        """The lines that say what the classes are called."""
        names, language = self.network.class_names, self.language
        if not names:
            return []
        own = self.constant_name("class_names")
        head, tail, _ = language.static_names
        doc = language.doc(NAMED["class_names"][2], None, 0)
        items = ", ".join(f'"{name}"' for name in names)
        line = f"{head.replace('NAME', own)}[{items}]{tail}"
        return [*doc, *language.ways.finish([line])]

    @property
    def owning(self) -> Owning:
        """How the language lends."""
        owning = self.language.ways.owning
        assert owning is not None
        return owning

    @property
    def attributes(self) -> str:
        """What the compiler and the linter are told."""
        lints = ",\n".join(f"    clippy::{name}" for name in sorted(self.owning.lints))
        lines = [
            "#![forbid(unsafe_code)]",
            "#![allow(dead_code, non_snake_case, unknown_lints)]",
        ]
        return "\n".join([*lines, f"#![allow(\n{lints}\n)]"])

    def helper_lines(self, parts: list[Lines]) -> list[Lines]:
        """The helpers of the language that the parts call, and those that they call."""
        helpers = self.language.helpers
        text = code_of(line for lines in parts for line in lines) + self.tail
        found: set[str] = set()
        called = {name for name in helpers if is_called(name, text)}
        while called:
            found |= called
            inner = code_of(line for n in called for line in helpers[n].split("\n"))
            called = {n for n in helpers if is_called(n, inner)} - found
        return [helpers[name].split("\n") for name in helpers if name in found]

    def aliases(self, parts: list[Lines]) -> Lines:
        """The types that the parts use."""
        text = code_of(line for lines in parts for line in lines)
        found: list[str] = []
        own = self.language.aliases
        used: set[str] = set()
        while True:
            more = {n for n in own if is_named(n, text)} - used
            if not more:
                break
            used |= more
            text = code_of(line for n in more for line in own[n].split("\n"))
        found = [own[name] for name in own if name in used]
        methods = {method.name for method in self.routines.classes[-1].methods}
        if not methods.isdisjoint(("_forward", "_forward_rows")):
            unrolled = self.options.style == "unrolled"
            found.append("\n".join(self.blocks.kept.declared(unrolled)))
        return "\n\n".join(found).split("\n") if found else []


def code_of(lines: Iterable[str]) -> str:
    """Lines without those that are only said."""
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))


def is_called(name: str, text: str) -> bool:
    """Whether a text calls a helper, or names a type that is one."""
    end = r"\b" if name[0].isupper() else r"\("
    return re.search(rf"(?<![.\w]){name}{end}|map\({name}\)", text) is not None

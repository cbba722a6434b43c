"""One emitted file in a language whose classes have companions.

In and out as in `page`, but what a class has but once stands together at its end, and
the names of all other types begin with the net's: several files may be one package.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bpgen.languages.of_net import of_net
from bpgen.languages.record import Language
from bpgen.program import host
from bpgen.routines.assemble import CLASSES, Routines
from bpgen.routines.changes import with_longer_lists
from bpgen.routines.plain import inside
from bpgen.runtime.named import NAMED
from bpgen.writing.constants import STATIC, ConstantWriter
from bpgen.writing.lines import Lines, indented
from bpgen.writing.page import SHAPES, Page


class CompanionPage(Page):
    """One emitted file, piece by piece."""

    def found_language(self) -> Language:
        """The record by which the file is written."""
        return of_net(super().found_language(), self.network.name)

    def prepared(self, found: Routines) -> Routines:
        """The routines, with names for lists as long as they are made."""
        return found.changed(with_longer_lists)

    def constant_name(self, name: str) -> str:
        """A constant of the file or of the class, by its name among the facts."""
        if name in (*SHAPES, *STATIC):
            return self.language.ways.static(self.class_name, NAMED[name][1])
        return super().constant_name(name)

    def lay_out(self) -> None:
        """Write the parts of the file."""
        super().lay_out()
        self.constants = ConstantWriter(self).text(SHAPES)

    def class_opening(self, constructor: host.Function, name: str) -> Lines:
        """The lines that begin a class, with what its constructor takes."""
        primary = self.language.ways.primary
        assert primary
        signature = self.writer.signature(constructor, name)
        return primary(signature, name == self.class_name)

    def class_lines(self, node: host.Class) -> Lines:
        """A class with its fields and methods, and what it has but once."""
        lines = self.opened(super().class_lines(node), node)
        own = self.companion() if node.name in CLASSES else []
        if not own:
            return lines
        step = self.language.indent
        inside = [self.language.ways.companion, *indented(own, step), "}"]
        return [*lines[:-1], "", *indented(inside, step), lines[-1]]

    def opened(self, lines: Lines, node: host.Class) -> Lines:
        """The lines of a class, whose members others of its file may use; a class is
        as open as a field of its type."""
        *_, net = self.routines.classes
        others = [c for c in self.routines.classes if c != node]
        routines = (*self.routines.functions, *self.routines.main, *others)
        called = set(map(name_of, inside(routines)))
        fields = {own.type for own in net.fields if own.name in called}
        opens = {self.language.member_name(name) for name in called if name}
        opens |= {self.writer.names[node.name]} if node.name in fields else set()
        return with_members_opened(lines, opens, self.language.ways.shared)

    def companion(self) -> Lines:
        """What the class of the net has but once."""
        writer, step = ConstantWriter(self), 2 * self.language.indent
        writer.layout.indent = step
        shapes = [writer.lines(n) for n in SHAPES if n in self.routines.constants]
        parts = [super().class_names(step), super().categories(step), *shapes]
        found: Lines = []
        for part in filter(None, parts):
            found += [*([""] if found else []), *part]
        return found

    def class_names(self, step: int) -> Lines:
        """Nothing at the top of the class."""
        return []

    def categories(self, step: int) -> Lines:
        """Nothing at the top of the class."""
        return []


def with_members_opened(
    lines: Lines, opens: Collection[str], shared: tuple[str, str]
) -> Lines:
    """The lines of a class, of whose own members others may use some."""
    own, opened = shared
    begun = re.compile(rf" *{own}\w+ (\w+)(?:[(:]|$)")

    def changed(line: str) -> str:
        match = begun.match(line)
        return line.replace(own, opened, 1) if match and match[1] in opens else line

    return [changed(line) for line in lines]


def name_of(node: object) -> str:
    """The member of another object that a node names; "" if it names none."""
    match node:
        case host.Invoke(host.Name(), name) | host.Member(host.Name(), name):
            return name
        case _:
            return ""

"""Layers that compute alike: a pair of functions, forward and back, for all of them.

In: forward and backward of a textbook page in loops. Out: the functions, and the calls
that stand in the place of statements. Each layer is written as if it were a function,
on the names of its kind and the sizes of what it is given; those are alike whose
functions are the same to the letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bpgen.languages.record import Signature
from bpgen.program import host
from bpgen.program.blocks import Program
from bpgen.program.labels import enumerated
from bpgen.program.nodes import Block, Role, Section, Variable
from bpgen.program.notes import BACKWARD, FORWARD, LayerNote, Note
from bpgen.program.walks import arrays_in
from bpgen.writing.context import Dialect
from bpgen.writing.fields import Fields
from bpgen.writing.fresh import without_zeros_of_new
from bpgen.writing.layer_passes import Passed, Passes
from bpgen.writing.lines import Lines, indented
from bpgen.writing.statements import BlockWriter

Key = tuple[str, str]  # the title of a layer, and a direction


@dataclass(frozen=True, slots=True)
class LayerCall:
    """What takes the place of a layer's statements: a function, the arrays that it is
    given, and those that it gives."""

    function: str
    given: tuple[Variable, ...]
    results: tuple[Variable, ...]


class LayerFunctions:
    """The layers of one page that compute alike; `kinds` are those of all layers, by
    their titles.

    Attributes:
        calls: what takes the place of which layer's statements.
        functions: the lines of each function.
    """

    def __init__(
        self,
        program: Program,
        dialect: Dialect,
        fields: Fields,
        kinds: Mapping[str, str],
    ) -> None:
        self.dialect, self.language = dialect, dialect.language
        self.calls: dict[Key, LayerCall] = {}
        self.functions: list[Lines] = []
        forward, backward = map(_sections, (program.forward, program.backward))
        uses = Counter(
            variable
            for block in (program.forward, program.loss, program.backward)
            for statement in block
            for variable in arrays_in((statement,))
        )
        uses[program.output] += 1  # what the net is asked for
        passes = Passes(dialect, fields, uses)
        alike: dict[object, list[tuple[Passed, Passed]]] = {}
        for title in (title for title in forward if title in kinds.keys() & backward):
            pair = passes.of(forward[title], backward[title])
            if pair:
                key = (kinds[title], *(one.likeness for one in pair))
                alike.setdefault(key, []).append(pair)
        for pairs in alike.values():
            if len(pairs) > 1:
                self.share(kinds[pairs[0][0].note.name], pairs)

    def share(self, kind: str, pairs: Sequence[tuple[Passed, Passed]]) -> None:
        """Write a pair of functions for some layers, and their calls."""
        name = self.dialect.names.layer(kind)
        titles = [forward.note.name.removeprefix("Layer ") for forward, _ in pairs]
        first, back = pairs[0]
        names = [own for variable, own in back.given.items() if back.adds_to(variable)]
        why = f" {back.note.why}" if back.note.why else ""
        docs = {
            name: f"What layers {enumerated(titles)} compute: {kind}.",
            f"{name}_backward": (
                f"The way back through them: it adds to {enumerated(names)}.{why}"
            ),
        }
        for (called, doc), one in zip(docs.items(), (first, back), strict=True):
            self.functions.append(self.function(called, doc, one))
        for pair in pairs:
            for called, one in zip(docs, pair, strict=True):
                call = LayerCall(called, tuple(one.given), tuple(one.results))
                self.calls[one.note.name, one.note.direction] = call

    def function(self, name: str, doc: str, one: Passed) -> Lines:
        """The lines of a function."""
        language = self.language
        kinds = list(map(self.type, one.results))
        result = language.ways.several.format(", ".join(kinds)) if kinds[1:] else ""
        result = result or (kinds[0] if kinds else language.type("None"))
        node = host.Function(name, (), result, doc, ())
        given = tuple((own, self.type(variable)) for variable, own in one.given.items())
        head = language.signature(Signature(node, name, given, (), result, "", 0))
        text = language.doc(doc, None, language.indent)
        return [*head, *indented([*text, *one.body], language.indent)]

    def type(self, variable: Variable) -> str:
        """The type of an array: a row, rows, or lists of them."""
        depth = len(variable.labels)
        if variable.is_whole:
            found = self.language.list_type.format(self.language.type("int"))
        else:
            found = "Row" if depth == 1 else "Rows"
            depth -= depth > 1
        for _ in range(depth - 1):
            found = self.language.list_type.format(found)
        return found


class CallWriter(BlockWriter):
    """Writes forward and backward of a page where some layers are called."""

    def __init__(
        self, dialect: Dialect, fields: Fields, calls: Mapping[Key, LayerCall]
    ) -> None:
        super().__init__(dialect, fields)
        self.calls = calls

    def section(self, note: Note | None, body: Block, first: bool) -> Lines:
        """A layer's statements, or its call."""
        match note:
            case LayerNote(name, _, direction) if (name, direction) in self.calls:
                heading = self.comments.lines(replace(note, why=""))
                space = [""] if heading and not first else []
                called = self.called(self.calls[name, direction])
                return [*space, *heading, *called]
            case _:
                return super().section(note, body, first)

    def called(self, call: LayerCall) -> Lines:
        """The zeros that a function adds to, and its call."""
        lines: Lines = []
        for variable in call.given:
            if variable.role is Role.VALUE and not self.knows(variable):
                lines += self.hoisted(variable)
        arguments = ", ".join(map(self.argument, call.given))
        results = ", ".join(map(self.take, call.results))
        return [*lines, *self.call(results, f"{call.function}(", arguments)]

    def argument(self, variable: Variable) -> str:
        """An array that a function is given."""
        is_local = variable.role is Role.INPUT or self.knows(variable)
        is_local |= variable.role is Role.VALUE
        return self.array(variable) if is_local else self.fields.member(variable)

    def call(self, results: str, begin: str, arguments: str) -> Lines:
        """results = begin arguments), on as few lines as a formatter wants."""
        head, fits = f"{results} = " if results else "", self.layout.fits
        if fits(f"{head}{begin}{arguments})"):
            return [f"{head}{begin}{arguments})"]
        pad = " " * self.language.indent
        if fits(head + begin):
            inside = [arguments]
            if not fits(pad + arguments):
                inside = [f"{argument}," for argument in arguments.split(", ")]
            return [head + begin, *(pad + line for line in inside), ")"]
        if fits(f"{head}("):
            inner = self.call("", begin, arguments)
            return [f"{head}(", *(pad + line for line in inner), ")"]
        names = [f"{pad}{name}," for name in results.split(", ")]
        last, *others = self.call("", begin, arguments)
        return ["(", *names, f") = {last}", *others]


def _sections(block: Block) -> dict[str, Section]:
    """The statements of each layer, by its title; of none that has several headings."""
    found: dict[str, Section] = {}
    titles = Counter[str]()
    for statement in without_zeros_of_new(block):
        match statement:
            case Section(LayerNote(name, direction=direction)) if direction in (
                FORWARD,
                BACKWARD,
            ):
                found[name] = statement
                titles[name] += 1
    return {name: own for name, own in found.items() if titles[name] == 1}

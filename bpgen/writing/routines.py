"""Routines to lines of one language.

In: functions and classes as nodes. Out: lines. Numbers and `+ - * /` are written as in
the mathematics; what a primitive is written as, the language's record says. The
statements of the program's blocks come from the page, where the routine calls them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bpgen.languages.record import Breaking, Declaration, Signature
from bpgen.languages.ways import Refusals
from bpgen.program import host
from bpgen.program.nodes import Expression, Number
from bpgen.writing.heads import change_of, with_marks
from bpgen.writing.host_text import CONDITIONS, HostText
from bpgen.writing.lines import RETURN, Head, Lines, Verb, indented


@dataclass
class RoutineWriter(HostText):
    """Writes the routines of one file; `opening_lines` begin the next constructor."""

    opening_lines: Lines = field(default_factory=list)
    routine: host.Function = field(init=False)  # that at hand

    # Routines -----------------------------------------------------------------------

    def function(self, node: host.Function, class_name: str = "") -> Lines:
        """The lines of a function, or of a method of a class."""
        language, indent = self.language, self.layout.indent
        self.layout = self.new_layout()
        self.layout.indent = indent
        self.locals = {parameter.name for parameter in node.parameters}
        self.locals |= set(names_in(node.body))
        signature = self.signature(node, class_name)
        step = language.indent
        place = indent + (step if language.doc_inside else 0)
        remark = language.remarks.get(node.name, "")
        told = f"{self.words(node.doc)}\n\n{remark}".strip()
        doc = language.doc(told, signature, place)
        head = self.head(signature)
        self.layout.indent += step
        self.routine = node
        self.given = self.blocks(node.name, self.layout)
        body = self.body(node.body)
        is_open = not isinstance(node.body[-1], host.Return) if node.body else True
        if self.refusals and node.refuses and is_open and node.result == "None":
            body.append(self.refusals.done)
        is_public = class_name and not node.name.startswith("_")
        if language.ways.nothing and is_open and is_public and node.result == "None":
            body.append(language.ways.nothing)
        if node.name == "__init__":
            begin, end = language.ways.constructor
            begin = tuple(line.format(class_name) for line in begin)
            body = [*begin, *self.opening_lines, *body, *end]
        self.layout.indent -= step
        if language.marks_unused:
            signature = with_marks(signature, body)
            head = self.head(signature)
            doc = language.doc(told, signature, place)
        closing = [language.block[1]] if language.block[1] else []
        if language.doc_inside:
            return [*head, *indented([*doc, *body] or [language.empty], step), *closing]
        if not body and not language.empty:
            return [*doc, *head[:-1], head[-1] + "}"]
        body = body or [language.empty]
        return [*doc, *head, *indented(body, step), *closing]

    def signature(self, node: host.Function, class_name: str) -> Signature:
        """The head of a routine."""
        parameters = tuple(
            (self.local(p.name), self.type(p.type))
            for p in node.parameters
            if p.default is None
        )
        options = tuple(
            (self.local(p.name), self.type(p.type), self.text(p.default))
            for p in node.parameters
            if p.default is not None
        )
        name = self.routine_name(node.name, bool(class_name))
        result = self.language.type(node.result)
        if node.name in self.waiting:
            result = self.language.waits[3].format(result)
        if node.refuses and self.language.ways.refusals:
            result = self.language.ways.refusals.result(result)
        return Signature(
            node, name, parameters, options, result, class_name, self.layout.indent
        )

    def head(self, signature: Signature) -> Lines:
        """The lines that begin a routine."""
        if signature.function.name not in self.waiting:
            return self.language.signature(signature)
        _, before, after, _ = self.language.waits
        more = len(before + after)  # what its first line is longer by
        head = self.language.signature(
            replace(signature, indent=signature.indent + more)
        )
        head[-1] = head[-1].replace(") {", f"){after} {{")
        head[0] = before + head[0]
        return head

    # Statements ---------------------------------------------------------------------

    def body(self, body: host.Routine) -> Lines:
        """The lines of statements."""
        found: Lines = []
        for statement in body:
            found += self.statement(statement)
        return found

    def inside(self, body: host.Routine) -> Lines:
        """The lines of a body, laid out for one step further in."""
        self.layout.indent += self.language.indent
        found = self.body(body)
        self.layout.indent -= self.language.indent
        return found

    def statement(self, node: host.HostStatement) -> Lines:
        language, end = self.language, self.language.end
        match node:
            case host.Remark(words):
                return [f"{self.language.comment} {self.words(words)}"]
            case host.Let():
                return self.let(node)
            case host.Attempt() | host.Do(host.Primitive("unfit")) | host.Return() if (
                self.refusals and self.routine.refuses
            ):
                return self.refusing(node, self.refusals)
            case host.Unpack(names, value, own) if not language.ways.unpacks:
                pairs = [
                    (self.local(n), f"{self.text(value)}[{k}]")
                    for k, n in enumerate(names)
                ]
                return self.several(pairs, own)
            case host.Unpack(names, value):
                found = ", ".join(map(self.local, names))
                pattern = language.unpacking.format(found)
                return [f"{pattern} = {self.text(value)}{end}"]
            case host.Set(target, value):
                verb, operand = change_of(target, value, language)
                return self.valued(Head(self.text(target), verb), operand)
            case host.Increase(target, value):
                return self.valued(Head(self.text(target), Verb.ADD), value)
            case host.Return(None):
                return [f"return{end}"]
            case host.Return(value):
                assert value is not None
                return self.valued(RETURN, value)
            case host.Leave(word):
                return [f"{language.heads.get(word, word)}{end}"]
            case host.Do(call):
                return self.called("", call)
            case host.Compute(block, arguments, is_returned):
                given = [self.text(argument) for argument in arguments]
                lines = self.given.compute(block, given, self.layout)
                return lines + (
                    self.given.returned(block, self.layout) if is_returned else []
                )
            case host.Range() | host.Each():
                return self.layout.body(self.loop(node), self.inside(node.body))
            case host.Branch():
                return self.branch(node, "if")
        raise TypeError(f"no statement: {node!r}")

    @property
    def refusals(self) -> Refusals | None:
        """How the language refuses without exceptions."""
        return self.language.ways.refusals

    def refusing(self, node: host.HostStatement, ways: Refusals) -> Lines:
        """A statement of a routine that may refuse."""
        nothing = ways.nothing(self.language.type(self.routine.result))
        match node:
            case host.Attempt(name, value):
                local = self.local(name) if name else ""
                return ways.attempt(local, self.text(value), nothing)
            case host.Do(host.Primitive(_, (message,))):
                return [ways.refused(nothing, self.text(message))]
            case host.Return(value) if value is not None:
                return [ways.returned.format(self.text(value))]
            case _:
                return [ways.done]

    def several(self, pairs: Sequence[tuple[str, str]], kind: str) -> Lines:
        """Names for several values, on one line where a language can say that."""
        fixed, end = Declaration.FIXED, self.language.end
        if not self.language.ways.parallel:
            heads = ((Head(n, declares=fixed, kind=kind), v) for n, v in pairs)
            return [f"{head.text(self.language)} {v}{end}" for head, v in heads]
        begun = Head(", ".join(n for n, _ in pairs), declares=fixed)
        values = ", ".join(value for _, value in pairs)
        return [f"{begun.text(self.language)} {values}{end}"]

    def let(self, node: host.Let) -> Lines:
        value, declares = node.value, Declaration.FIXED
        if node.is_varied:
            declares = Declaration.VARIED
        elif is_constant(value):
            declares = Declaration.CONSTANT
        local, kind = self.local(node.name), node.type
        if not kind:
            own = self.names.get(node.inferred, node.inferred) or "float"
            return self.valued(Head(local, declares=declares, kind=own), value)
        own = self.language.type(kind)
        before, start = self.language.typed(local, kind, own, node.is_varied)
        if isinstance(value, host.ListOf):
            items, end = self.items(value), self.language.end
            return [*before, *self.nested.listed(start, items, end)]
        return [*before, f"{start}{self.text(value)}{self.language.end}"]

    def loop(self, node: host.Range | host.Each) -> str:
        """The line that begins a loop."""
        if isinstance(node, host.Each):
            name, items = self.local(node.name), self.text(node.items)
            return self.layout.opening("each", name, items, node.type)
        name = self.local(node.index)
        ends = self.text(node.start), self.text(node.stop)
        if node.step:
            return self.layout.opening("steps", name, *ends, self.text(node.step))
        if node.is_downwards:
            return self.layout.opening("backwards", name, *ends)
        if name == "_":
            name = self.language.unused
        counts = "counts" if "counts" in self.language.heads else "up"
        return self.layout.opening(counts, name, *ends)

    def branch(self, node: host.Branch, head: str) -> Lines:
        """A choice; one that is all that another leaves begins with `else if`."""
        opening = "\n".join(self.opening(node.condition, head))
        then = self.inside(node.then)
        match node.otherwise:
            case (host.Branch() as rest,):
                following = self.branch(rest, "else if")
                return self.layout.in_turn(opening, then, following)
        return self.layout.branches(opening, then, self.inside(node.otherwise))

    def opening(self, condition: Expression, head: str) -> Lines:
        """The lines that begin the body of a choice."""
        line = self.layout.opening(head, self.text(condition))
        if self.layout.fits(line):
            return [line]
        operands = list(self.operands(condition))
        if len(operands) < 2:
            return [line]
        before, after = self.layout.opening(head, "\0").split("\0")
        pad = " " * self.language.indent
        match self.language.breaking:
            case Breaking.PARENTHESES:
                first, *others = operands
                inside = [first[1], *(f"{sign} {text}" for sign, text in others)]
                return [f"{before}(", *(pad + line for line in inside), f"){after}"]
            case Breaking.OPERATORS_LAST:
                inside = self.operators_last(operands)
                return [before, *(pad + line for line in inside), after]
            case Breaking.STATEMENTS | Breaking.FILLED:
                first_line, *lines = self.operators_last(operands)
                lines = [f"    {line}" for line in lines]
                return [f"{before}{first_line}", *lines[:-1], f"{lines[-1]}{after}"]

    def operators_last(self, operands: Sequence[tuple[str, str]]) -> Lines:
        """Operands a line, each with the operator that follows it."""
        signs = [*(sign for sign, _ in operands[1:]), ""]
        pairs = zip(operands, signs, strict=True)
        return [f"{text} {sign}".rstrip() for (_, text), sign in pairs]

    def operands(self, value: Expression) -> Iterator[tuple[str, str]]:
        """The operands of the outermost conditions, each with the sign before it."""
        match value:
            case host.Condition(word, left, right):
                level = CONDITIONS[word]
                if isinstance(left, host.Condition) and left.operator == word:
                    yield from self.operands(left)
                else:
                    yield "", self.text(left, level)
                yield self.language.heads[word], self.text(right, level + 1)
            case _:
                yield "", self.text(value)

    def valued(self, head: Head, value: Expression) -> Lines:
        """A statement that does something with a value."""
        start, end = head.text(self.language), self.language.end
        match value:
            case host.ListOf(_, own):
                start = f"{start} {self.language.list_head(own)}"
                return self.nested.listed(start, self.items(value), end)
            case host.Primitive(name, arguments) if name.startswith("block_"):
                given = [self.text(argument) for argument in arguments]
                found = self.given.value(name.removeprefix("block_"), given)
                if isinstance(found, str):
                    return self.nested.called(f"{start} {found}{end}")
                start = f"{start} {self.head_of(value)}"
                return self.nested.listed(start, found, end)
            case host.Primitive() | host.Invoke():
                return self.called(f"{start} ", value)
            case host.Condition() | host.Compared() | host.Not():
                return self.decided(start, value)
            case _:
                return self.layout.statement(head, value)

    def decided(self, start: str, value: Expression) -> Lines:
        """A statement that does something with a condition."""
        text, end = self.text(value), self.language.end
        if self.layout.fits(f"{start} {text}{end}"):
            return [f"{start} {text}{end}"]
        pad = " " * self.language.hanging
        # JavaScript ends a statement behind a lonely `return`.
        is_alone = start == RETURN.text(self.language)
        if is_alone and self.language.breaking is Breaking.OPERATORS_LAST:
            return [f"{start} (", f"{pad}{text}", f"){end}"]
        if self.language.breaking is not Breaking.PARENTHESES:
            return [start, f"{pad}{text}{end}"]
        if self.layout.fits(pad + text):
            return [f"{start} (", pad + text, ")"]
        operands = (f"{sign} {text}".strip() for sign, text in self.operands(value))
        return [f"{start} (", *(pad + operand for operand in operands), ")"]

    def called(self, start: str, value: host.Primitive | host.Invoke) -> Lines:
        """A call, whose arguments go on lines of their own if they must."""
        line = f"{start}{self.text(value)}{self.language.end}"
        if line == self.language.end:
            return []  # nothing to be done in this language
        if self.layout.fits(line):
            return [line]
        before, arguments, after = self.call_parts(value)
        if not arguments:
            return [line]
        step, joined = self.language.indent, ", ".join(arguments)
        after += self.language.end
        if self.language.joins_arguments and self.layout.fits(joined, step):
            return [f"{start}{before}", *indented([joined], step), after]
        inside = indented([f"{argument}," for argument in arguments], step)
        return [f"{start}{before}", *inside, after]


def is_constant(value: Expression) -> bool:
    """Whether a value is one of the file's text; letters of classes are made of one."""
    match value:
        case host.Constant(name):
            return name != "class_names"
        case host.Text(parts):
            return all(isinstance(part, str) for part in parts)
        case _:
            return isinstance(value, (Number, host.Count, host.Flag))


def names_in(body: host.Routine) -> Iterator[str]:
    """The local names that statements begin."""
    for statement in body:
        match statement:
            case host.Let(name) | host.Attempt(name):
                yield name
            case host.Unpack(names):
                yield from names
            case host.Range(index=name, body=inner) | host.Each(name=name, body=inner):
                yield name
                yield from names_in(inner)
            case host.Branch(_, then, otherwise):
                yield from names_in(then)
                yield from names_in(otherwise)

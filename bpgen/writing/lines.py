"""Statements to lines that a language's formatter leaves as they are.

What fits on a line stays on it. A longer value is broken inside parentheses (Python),
from the next line on (JavaScript), or, where the formatter changed its mind over the
years (Dart), it becomes shorter statements: a sum goes on in `+=`, any other operand
gets a name of its own. The order of evaluation is that of the tree in every form, so
the bits are the same.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.languages.record import Breaking, Declaration, Language
from bpgen.program.expressions import (
    COMPARISON,
    OPERATORS,
    PRODUCT,
    Notation,
    text,
)
from bpgen.program.nodes import (
    Add,
    Argument,
    Call,
    Compare,
    Divide,
    Element,
    Expression,
    Multiply,
    Number,
    Select,
    Stated,
    Stop,
    Subtract,
)
from bpgen.program.walks import is_constant, transform
from bpgen.writing.bodies import Bodies
from bpgen.writing.heads import RETURN, Head, Line, Lines, Verb, indented
from bpgen.writing.operands import (
    has_choice,
    is_whole,
    large_inside,
    operands_of,
    with_operand,
)

__all__ = ["RETURN", "Head", "Layout", "Line", "Lines", "Verb", "indented"]


class Layout(Bodies):
    """Lays out the statements of one method, `indent` columns in."""

    def __init__(self, language: Language, notation: Notation) -> None:
        super().__init__(language)
        self.notation = notation
        self.parts = 0  # operands that got a name

    def new_part(self) -> str:
        """A name for an operand."""
        self.parts += 1
        return f"part{self.parts}"

    def statement(self, head: Head, value: Expression) -> Lines:
        """The lines of a head and its value."""
        while isinstance(value, (Stop, Stated)):
            value = value.value
        if not self.language.ways.has_choice and has_choice(value):
            return self.lifted(head, value)
        match value:
            case Select(otherwise=Select()) if found := self.choice(head, value):
                return found  # rather than one inside of the other
        written = self.text(value)
        large = large_inside(value, written, self.text, self.language.ways.most_inside)
        if large is not None:
            return self.apart(head, value, large)
        line = f"{head.text(self.language)} {written}{self.language.end}"
        if self.fits(line):
            return [line]
        match self.language.breaking:
            case Breaking.PARENTHESES:
                found = self.parenthesized(head, value)
                if not found and isinstance(value, Select):
                    found = self.choice(head, value)
            case Breaking.OPERATORS_LAST:
                found = self.hanging(head, value)
            case Breaking.STATEMENTS:
                found = self.split(head, value)
            case Breaking.FILLED:
                found = self.filled(head, value)
        return found or self.hoisted(head, value) or [line]

    def text(self, value: Expression | Compare, level: int = 0) -> str:
        """An expression on one line."""
        return text(value, self.notation, level)

    def forget(self) -> None:
        """Forget the texts of a statement that is done."""
        if self.notation.known:
            self.notation.known.clear()

    # In parentheses --------------------------------------------------------------

    def parenthesized(self, head: Head, value: Expression) -> Lines:
        """head ( / the value on one line, or an operand a line / )"""
        operands = self.operands(value)
        body = " ".join(operands)
        is_plain = not (body.startswith("(") or body.endswith(")"))
        if len(operands) < 2 or (len(operands) == 2 and not is_plain):
            return []
        step = self.language.indent
        if self.fits(body, step):
            operands = [body]
        if not all(self.fits(operand, step) for operand in operands):
            return []
        inside = (" " * step + operand for operand in operands)
        return [f"{head.text(self.language)} (", *inside, ")"]

    def operands(self, value: Expression) -> Lines:
        """The operands of the lowest precedence, each with its operator before it."""
        match value:
            case Select(condition, then, otherwise):
                return [
                    self.text(then, COMPARISON),
                    f"if {self.text(condition)}",
                    f"else {self.text(otherwise, COMPARISON)}",
                ]
            case Add() | Subtract() | Multiply() | Divide():
                return self.chain(value, OPERATORS[type(value)][1])
            case _:
                return [self.text(value)]

    def chain(self, value: Expression, level: int) -> Lines:
        """The operands of one precedence, all but the first with their operator."""
        sign, own = OPERATORS.get(type(value), ("", None))
        if own != level:
            return [self.text(value, level)]
        assert isinstance(value, (Add, Subtract, Multiply, Divide))
        right = f"{sign} {self.text(value.right, level + 1)}"
        is_parted = self.notation.parts_products and level == PRODUCT
        if is_parted and not isinstance(value.left, type(value)):
            is_other = isinstance(value.left, (Multiply, Divide))
            return [self.text(value.left, level + is_other), right]
        return [*self.chain(value.left, level), right]

    # From the next line on --------------------------------------------------------

    def hanging(self, head: Head, value: Expression) -> Lines:
        """head / the value on one line; a longer sum with an operand a line, the
        operators last; a longer choice as an `if`."""
        if isinstance(value, Select):
            return self.choice(head, value)
        pad, end = " " * self.language.hanging, self.language.end
        start = head.text(self.language)
        body = f"{self.text(value)}{end}"
        is_infix = isinstance(value, (Add, Subtract, Multiply, Divide))
        if head.verb is Verb.RETURN and is_infix:
            return self.named(head, value)
        stays = is_infix or is_whole(value) or isinstance(value, (Argument, Element))
        if stays and self.fits(body, len(pad)):
            return [start, f"{pad}{body}"]
        if not is_infix:
            return self.called(head, value)
        first, *others = self.chain(value, OPERATORS[type(value)][1])
        lines = [first]
        for other in others:
            sign, _, operand = other.partition(" ")
            lines[-1] += f" {sign}"
            lines.append(operand)
        lines[-1] += end
        if all(self.fits(line, len(pad)) for line in lines):
            return [start, *(pad + line for line in lines)]
        return []

    def called(self, head: Head, value: Expression) -> Lines:
        """head call( / the arguments, one a line / )"""
        if not isinstance(value, Call) or value.function.name in self.language.methods:
            return []
        arguments = [f"{self.text(argument)}," for argument in value.arguments]
        marks = ("\0",) * len(arguments)
        before = self.notation.call(value.function.name, list(marks)).split("\0")[0]
        step = self.language.indent
        if not all(self.fits(argument, step) for argument in arguments):
            return []
        inside = (" " * step + argument for argument in arguments)
        start, end = head.text(self.language), self.language.end
        return [f"{start} {before}", *inside, f"){end}"]

    # In several statements ---------------------------------------------------------

    def split(self, head: Head, value: Expression) -> Lines:
        """The value on a line of its own, or a sum over several statements."""
        if head.verb is Verb.RETURN:
            return self.named(head, value)
        is_infix = isinstance(value, (Add, Subtract, Multiply, Divide))
        body = f"{self.text(value)}{self.language.end}"
        if (is_infix or isinstance(value, (Argument, Element))) and self.fits(body, 4):
            return [head.text(self.language), f"    {body}"]
        if isinstance(value, (Add, Subtract)) and head.verb is Verb.SET:
            if head.declares:
                head = replace(head, declares=Declaration.VARIED)
            verb = Verb.ADD if isinstance(value, Add) else Verb.SUBTRACT
            is_itself = not head.declares and self.text(value.left) == head.name
            first = [] if is_itself else self.statement(head, value.left)
            return [*first, *self.statement(Head(head.name, verb), value.right)]
        if isinstance(value, Select) and head.verb is Verb.SET:
            return self.choice(head, value)
        return []

    # Behind an operator --------------------------------------------------------------

    def filled(self, head: Head, value: Expression) -> Lines:
        """head and as many operands as fit, then the next line"""
        if not isinstance(value, (Add, Subtract, Multiply, Divide)):
            return []
        first, *others = self.chain(value, OPERATORS[type(value)][1])
        if self.language.ways.rounded and isinstance(value, (Multiply, Divide)):
            return []  # what is rounded stays together
        pad = " " * self.language.indent
        lines = [f"{head.text(self.language)} {first}"]
        for other in others:
            sign, _, operand = other.partition(" ")
            if self.fits(f"{lines[-1]} {other} +"):
                lines[-1] += f" {other}"
            else:
                lines[-1] += f" {sign}"
                lines.append(pad + operand)
        lines[-1] += self.language.end
        return lines if all(map(self.fits, lines)) else []

    # Without choices as expressions ---------------------------------------------------

    def lifted(self, head: Head, value: Expression) -> Lines:
        """A statement whose value has a choice in it: an `if` for that, before it or
        in its place. Only what is chosen is computed."""
        if isinstance(value, Select):
            before, sides = list[str](), [value.condition.left, value.condition.right]
            for place, side in enumerate(sides):
                more, sides[place] = self.without_choices(side)
                before += more
            condition = Compare(value.condition.operator, *sides)
            chosen = Select(condition, value.then, value.otherwise)
            return [*before, *self.chosen(head, chosen)]
        before, value = self.without_choices(value)
        return [*before, *self.statement(head, value)]

    def chosen(self, head: Head, value: Select) -> Lines:
        """A choice in the place of a statement."""
        if head.verb is Verb.SET:
            return self.choice(head, value)
        opening = self.opening("if", self.text(value.condition))
        then = self.inside(head, value.then)
        otherwise = self.inside(head, value.otherwise)
        if head.verb is Verb.RETURN:
            return [*self.body(opening, then), *otherwise]
        return self.branches(opening, then, otherwise)

    def inside(self, head: Head, value: Expression) -> Lines:
        """The lines of a statement that stands one step in."""
        self.indent += self.language.indent
        found = self.statement(head, value)
        self.indent -= self.language.indent
        return found

    def without_choices(self, value: Expression) -> tuple[Lines, Expression]:
        """An expression, behind the choices in it, each with a name."""
        before: Lines = []

        def change(node: Expression) -> Expression | None:
            if not isinstance(node, Select):
                return None
            part = self.new_part()
            before.extend(self.statement(Head(part, declares=Declaration.FIXED), node))
            return Argument(part)

        return before, transform(value, change)

    def apart(self, head: Head, value: Expression, inner: Expression) -> Lines:
        """A statement behind a name for an expression in its value."""
        part = self.new_part()
        rest = transform(value, lambda node: Argument(part) if node == inner else None)
        return [*self.declared(part, inner), *self.statement(head, rest)]

    # All ------------------------------------------------------------------------

    def condition(self, operands: Lines) -> str:
        """What stands after `if`: operands, all but the first with the `and` before
        them; nothing if it does not fit."""
        line = "".join(operands)
        if self.fits(self.opening("if", line)):
            return line
        if self.language.breaking is not Breaking.PARENTHESES:
            return ""
        pad = " " * self.language.indent
        inside = [line] if self.fits(pad + line) else [o.strip() for o in operands]
        if not all(self.fits(pad + operand) for operand in inside):
            return ""
        return "\n".join(["(", *(pad + operand for operand in inside), ")"])

    def short_condition(self, own: Compare) -> tuple[Lines, str]:
        """A comparison that fits after `if`, since its sides, the longer one first,
        get names in the lines before."""
        before: Lines = []
        sides: list[Expression] = [own.left, own.right]
        for side in sorted(sides, key=lambda side: -len(self.text(side))):
            written = self.text(Compare(own.operator, *sides))
            if self.fits(self.opening("if", written)) or isinstance(side, Number):
                break
            part = self.new_part()
            before += self.declared(part, side)
            sides[sides.index(side)] = Argument(part)
        return before, self.text(Compare(own.operator, *sides))

    def choice(self, head: Head, value: Select, word: str = "if") -> Lines:
        """if condition: name = then; else: name = otherwise"""
        if head.verb is not Verb.SET:
            return []
        opening = self.opening(word, self.text(value.condition))
        if self.language.ways.has_choice and not self.fits(opening):
            return []
        plain, rest = Head(head.name), value.otherwise
        then = self.inside(plain, value.then)
        further: Lines = []
        if isinstance(rest, Select):
            further = self.choice(plain, rest, "else if")
        if further:
            lines = self.in_turn(opening, then, further)
        else:
            keeps = not head.declares and self.text(rest) == head.name
            otherwise = [] if keeps else self.inside(plain, rest)
            lines = self.branches(opening, then, otherwise)
        begun = (line.split()[:2] for line in lines)
        grows = any(head.name in words and "=" not in words for words in begun)
        is_fixed = head.declares is Declaration.FIXED and not grows
        later = Declaration.LATER_FIXED if is_fixed else Declaration.LATER
        declared: Lines = []
        if head.declares and (self.language.plain or later in self.language.declare):
            declared.append(self.language.begun(later, head.name, head.kind))
        return [*declared, *lines]

    def declared(self, name: str, value: Expression) -> Lines:
        """A local name for a value."""
        declares = Declaration.CONSTANT if is_constant(value) else Declaration.FIXED
        is_place = isinstance(value, Element) and value.variable.is_whole
        kind = "index" if is_place else "float"
        return self.statement(Head(name, declares=declares, kind=kind), value)

    def behind_name(self, line: str) -> Lines:
        """A name with its value, which stands below where it is too long for a line."""
        breaking, plain = self.language.breaking, self.language.plain
        goes_on = breaking in (Breaking.STATEMENTS, Breaking.OPERATORS_LAST)
        if self.fits(line) or plain or not goes_on:
            return [line]
        name, _, value = line.partition(" = ")
        return [f"{name} =", " " * self.language.hanging + value]

    def hoisted(self, head: Head, value: Expression) -> Lines:
        """The longest operand gets a name, in a statement before."""
        operands = operands_of(value)
        if not operands:
            return self.named(head, value)
        operand = max(operands, key=lambda o: len(self.text(o)))
        part = self.new_part()
        before = self.declared(part, operand)
        rest = with_operand(value, operand, Argument(part))
        return [*before, *self.statement(head, rest)]

    def named(self, head: Head, value: Expression) -> Lines:
        """The whole value gets a short name first, unless it has one."""
        is_named = head.name.startswith("part") and head.verb is Verb.SET
        if isinstance(value, Argument) or is_named:
            return []
        part = self.new_part()
        return [*self.declared(part, value), *self.statement(head, Argument(part))]

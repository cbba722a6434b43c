"""What a statement begins with, and lines of code: the ground of `lines`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from bpgen.languages.record import Declaration, Language, Signature
from bpgen.program.nodes import (
    Accumulate,
    Add,
    Assign,
    Divide,
    Expression,
    Multiply,
    Subtract,
)

Lines: TypeAlias = list[str]
TIGHT = re.compile(r"[\w.@]+")  # what a call may follow


class Verb(Enum):
    """What a statement does with its value."""

    SET = "="
    ADD = "+="
    SUBTRACT = "-="
    MULTIPLY = "*="
    DIVIDE = "/="
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the value of a statement."""

    name: str = ""  # of what gets the value
    verb: Verb = Verb.SET
    declares: Declaration | None = None  # if the name begins here
    kind: str = "float"  # the type of a name that begins here

    def text(self, language: Language) -> str:
        """The head in a language's words."""
        if self.verb is Verb.RETURN:
            return "return"
        if self.declares:
            return language.begun(self.declares, self.name, self.kind)
        return f"{self.name} {self.verb.value}"


RETURN = Head(verb=Verb.RETURN)


def change_of(
    target: Expression, value: Expression, language: Language
) -> tuple[Verb, Expression]:
    """What is done to a target with what: x = x + y adds y, other values are set. So is
    a product where a language has to say that it is rounded."""
    match value:
        case Add(left, right) if left == target:
            return Verb.ADD, right
        case Subtract(left, right) if left == target:
            return Verb.SUBTRACT, right
        case Multiply(left, right) if left == target and not language.ways.rounded:
            return Verb.MULTIPLY, right
        case Divide(left, right) if left == target:
            return Verb.DIVIDE, right
    return Verb.SET, value


class Line(str):
    """A line that knows the statement of the program that it is from."""

    statement: Assign | Accumulate

    @classmethod
    def of(cls, text: str, statement: Assign | Accumulate) -> Line:
        """The text as a line of a statement."""
        line = cls(text)
        line.statement = statement
        return line


def indented(lines: Lines, step: int) -> Lines:
    """The lines, that many columns further in."""
    pad = " " * step
    return [
        (
            Line.of(pad + line, line.statement)
            if isinstance(line, Line)
            else pad + line if line else line
        )
        for line in lines
    ]


def with_marks(signature: Signature, body: Lines) -> Signature:
    """The head of a function in which parameters that the body does not use are
    marked."""
    text = "\n".join(line for line in body if not line.lstrip().startswith("//"))
    parameters = tuple(
        (name if re.search(rf"\b{name}\b", text) else f"_{name}", kind)
        for name, kind in signature.parameters
    )
    return replace(signature, parameters=parameters)


def shortest_head(head: str, places: Sequence[str], heads: Mapping[str, str]) -> str:
    """How the head of a loop is found: under a name of its own, if it begins or ends
    with 0 and the language has a shorter one for that."""
    zeros = {"up": 1, "down": 1, "backwards": 2}
    if head not in zeros or places[zeros[head]] != "0":
        return head
    short = heads.get(f"{head} from 0", "")
    is_call = short.startswith("{2}.")  # of the end, which then is no sum
    is_tight = not is_call or TIGHT.fullmatch(places[2])
    return f"{head} from 0" if short and is_tight else head

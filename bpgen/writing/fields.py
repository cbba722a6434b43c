"""The fields of the emitted class: the arrays that outlive a method, and lists of them.

In: a program. Out: names and code. A parameter, its gradient and a buffer are arrays of
their own, which the mathematics names; what is done to all of them goes over lists of
their rows, so that each is enumerated once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

from bpgen.languages.members import own_field
from bpgen.languages.names import Names
from bpgen.languages.record import Items
from bpgen.program.blocks import Program, group_of
from bpgen.program.nodes import Block, Each, Element, Number, Role, Section, Variable
from bpgen.writing.nested import flat_text
from bpgen.writing.options import Options

PRIVATE = "_"
PUBLIC = ("learning_rate", "validation_loss")  # numbers that callers read or set
LISTS = frozenset({"weights", "slopes", "trained", "trained_slopes", "memories"})


@dataclass(frozen=True, slots=True)
class RowList:
    """A list of rows that the object holds, and what it is for: of some items, or as
    many zeros as another list has numbers."""

    name: str
    words: str
    items: tuple[str, ...] = ()
    like: str = ""


class Fields:
    """The fields that one emitted class has."""

    def __init__(self, program: Program, names: Names, options: Options) -> None:
        self.program, self.names = program, names
        self.language, self.inference = names.language, options.inference
        # A textbook page stores no gradient where it need not.
        self.is_textbook = options.textbook
        is_lean = options.textbook and bool(program.gradients) and not program.zero
        self.has_gradients = not (options.inference or is_lean)
        # Unrolled, each weight is a number of the object there.
        self.has_scalars = is_lean and options.style == "unrolled"

    # Names ----------------------------------------------------------------------------

    def name(self, variable: Variable) -> str:
        """The field that holds an array."""
        return self.language.member_name(PRIVATE + self.names.array(variable))

    def weight(self, element: Element) -> str:
        """The field that holds one weight, where each has its own."""
        return self.language.member_name(PRIVATE + self.names.scalar(element))

    def number(self, variable: Variable) -> str:
        """The field that holds a number of the optimizer or of the schedule."""
        if variable.name in PUBLIC:
            return self.language.member_name(variable.name)
        own = self.names.scalar(variable.scalar())
        return self.language.member_name(PRIVATE + own)

    def member(self, variable: Variable) -> str:
        """A field as a method writes it."""
        own = self.name(variable) if variable.labels else self.number(variable)
        return own_field(self.language, own)

    # Arrays and numbers ---------------------------------------------------------------

    @cached_property
    def arrays(self) -> list[tuple[str, list[Variable]]]:
        """The arrays, by what they are for."""
        found = [("The parameters.", list(self.program.parameters))]
        if self.has_gradients:
            group = "slopes" if self.is_textbook else "gradients"
            gradients = group_of(self.program, group)
            found.append(("Their gradients: the slopes of the loss.", gradients))
        found.append(("What layers remember.", list(self.program.buffers)))
        return [(words, arrays) for words, arrays in found if arrays]

    @cached_property
    def settings(self) -> list[tuple[Variable, float]]:
        """The numbers of the optimizer, each with its value."""
        return [] if self.inference else list(self.program.settings.items())

    @cached_property
    def numbers(self) -> list[tuple[Variable, float]]:
        """What the optimizer and the schedule keep beside arrays, and its start."""
        states = (*self.program.schedule_states, *self.program.states)
        return [
            (state.variable, state.start.value)
            for state in states
            if isinstance(state.start, Number)
            and not (state.variable.labels or self.inference)
        ]

    # Lists of rows --------------------------------------------------------------------

    @cached_property
    def lists(self) -> list[RowList]:
        """The lists of rows that the object holds."""
        if self.has_scalars:
            return []
        found = [self.list("weights", "all parameters", "parameters")]
        if self.program.buffers:
            found.append(self.list("memories", "what layers remember", "buffers"))
        if not self.has_gradients:
            return found
        found.append(self.list("slopes", "their gradients", "gradients"))
        if len(self.program.gradients) < len(self.program.parameters):
            found.append(self.list("trained", "what training changes", "trained"))
            found.append(self.list("trained_slopes", "their gradients", "slopes"))
        for own in self.states:
            like = self.rows_of(tuple(self.program.gradients))
            words = "what the optimizer keeps of each number"
            found.append(RowList(self.list_name(own.name), words, like=like))
        return found

    def list(self, name: str, words: str, group: str) -> RowList:
        """A list of the rows of a group."""
        items = tuple(self.items(group_of(self.program, group)))
        return RowList(self.list_name(name), words, items)

    def list_name(self, name: str) -> str:
        """The field that holds a list of rows."""
        return self.language.member_name(PRIVATE + name)

    @cached_property
    def states(self) -> dict[Variable, tuple[Variable, ...]]:
        """The kinds of state that parameters have, each with its variables."""
        return states_of(self.program)

    def rows_of(self, variables: tuple[Variable, ...]) -> str:
        """The rows of some variables, as code: a list that is there, or a new one."""
        program = self.program
        known = {
            tuple(program.gradients.values()): "trained_slopes",
            tuple(program.gradients): "trained",
            tuple(group_of(program, "gradients")): "slopes",
            program.parameters: "weights",
        } | {states: own.name for own, states in self.states.items()}
        if program.buffers:
            known[tuple(program.buffers)] = "memories"
        if variables in known:
            return own_field(self.language, self.list_name(known[variables]))
        return f"[{', '.join(self.items(variables))}]"

    def items(self, variables: Iterable[Variable]) -> Iterator[str]:
        """The rows of variables, as items of a list."""
        for variable in variables:
            member, axes = self.member(variable), len(variable.labels)
            if self.language.flat or axes == 1:
                yield member
            else:
                rows = self.language.written("rows_in", member) if axes > 2 else member
                yield self.language.spread.format(rows)

    def repeated(self, variable: Variable, value: float) -> str:
        """A number for each row of a variable, as items of a list."""
        number = self.language.number(value)
        count = 1 if self.language.flat else prod(variable.shape[:-1])
        if count == 1:
            return number
        many = self.language.written("filled", str(count), number)
        return self.language.spread.format(many)

    def group(self, name: str) -> Items | str:
        """The rows of a group of the routines, as code."""
        if name == "schedule" or name == "states":
            variables = group_of(self.program, name)
            numbers = [[self.member(v)] for v in variables if not v.labels]
            spread = self.language.spread
            kinds = [spread.format(self.rows_of(of)) for of in self.states.values()]
            if self.language.ways.gathered:
                return self.gathered(name, numbers)
            if name == "states" and not numbers and len(kinds) == 1:
                return self.rows_of(*self.states.values())
            return [*numbers, *(kinds if name == "states" else [])]
        if name == "kept_rows" and self.language.ways.gathered:
            return self.gathered(name, [])
        if name == "kept_rows":
            spread = self.language.spread
            kinds = [self.rows_of(of) for of in self.states.values()]
            return kinds[0] if len(kinds) == 1 else [spread.format(k) for k in kinds]
        return self.rows_of(tuple(group_of(self.program, name)))

    def gathered(self, name: str, numbers: Sequence[Items]) -> Items | str:
        """The same in a language without a notation for it."""
        if name == "schedule":
            return numbers
        lists = [self.rows_of(of) for of in self.states.values()]
        if name == "states" and numbers:
            ways, head = self.language.ways, self.language.list_head("OwnRows")
            lists = [f"{head}{flat_text(numbers, ways.marks, ways.inner)}", *lists]
        if len(lists) == 1:
            return lists[0]
        return self.language.ways.gathered.format(", ".join(lists))


def states_of(program: Program) -> dict[Variable, tuple[Variable, ...]]:
    """The kinds of state that parameters have, each with its variables."""
    found: dict[Variable, tuple[Variable, ...]] = {}
    for each in loops_over_numbers(program.update + program.reset):
        found |= {own: of for own, of in each.arrays if own.role is Role.STATE}
    order = group_of(program, "kept_rows")
    return dict(sorted(found.items(), key=lambda kind: order.index(kind[1][0])))


def is_number(element: Element) -> bool:
    """Whether an element is a number of the object, no local one."""
    roles = (Role.SETTING, Role.STATE)
    return element.variable.role in roles and not element.variable.labels


def loops_over_numbers(block: Block) -> Iterator[Each]:
    """What runs over all numbers of some parameters."""
    for statement in block:
        if isinstance(statement, Section):
            yield from loops_over_numbers(statement.body)
        elif isinstance(statement, Each):
            yield statement

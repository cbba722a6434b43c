"""The fields of the emitted class: which variables outlive a method."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

from bpgen.languages.names import Names
from bpgen.program.blocks import BLOCKS, Program
from bpgen.program.nodes import (
    Assign,
    Block,
    Element,
    For,
    Number,
    Role,
    Statement,
    Variable,
)
from bpgen.program.views import held
from bpgen.program.walks import read_in, statements
from bpgen.writing.context import Dialect


@dataclass(frozen=True, slots=True)
class ArrayField:
    """An array that the object holds."""

    name: str
    shape: tuple[int, ...]  # of one sample's, if there is one for each sample
    role: Role
    batched: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of one purpose, which `words` says."""

    words: str
    arrays: list[ArrayField]
    scalars: list[str]
    wholes: frozenset[str] = frozenset()  # those of the scalars that are whole


GROUPS: dict[str, tuple[Role, ...]] = {
    "The parameters.": (Role.PARAMETER,),
    "Their gradients.": (Role.GRADIENT,),
    "What layers remember.": (Role.BUFFER,),
    "What the optimizer keeps.": (Role.STATE,),
    "What forward keeps for backward.": (Role.INPUT, Role.VALUE),
    "The gradient of the inputs.": (Role.INPUT_GRADIENT,),
}


LATER_BLOCKS = ("loss", "backward", "input_gradient")


def kept_scalars(program: Program, unrolled: bool) -> frozenset[Element]:
    """The scalars of one sample that the forward pass leaves for later methods."""
    later = set().union(*(read_in(getattr(program, name)) for name in LATER_BLOCKS))
    written = {statement.target for statement in statements(program.forward)}
    written |= {element for element in later if element.variable == program.input}
    return frozenset(
        element
        for element in later & written
        if element.variable.role is not Role.LOCAL
        and (unrolled or not element.variable.labels)
    )


def elements_of(variable: Variable) -> list[Element]:
    """All elements of a variable, row-major."""
    return [variable[place] for place in product(*map(range, variable.shape))]


def field_shape(variable: Variable) -> tuple[int, ...]:
    """The shape of the array in the file: inputs are flat everywhere."""
    shape = tuple(map(len, held(variable).axes))
    is_flat = variable.role in (Role.INPUT, Role.INPUT_GRADIENT)
    return (prod(shape),) if is_flat else shape


class Fields:
    """The fields that one emitted class has."""

    def __init__(
        self,
        program: Program,
        names: Names,
        kept: frozenset[Element],
        unrolled: bool,
        inference: bool,
    ) -> None:
        self.program, self.names, self.kept = program, names, kept
        self.unrolled, self.inference = unrolled, inference

    @cached_property
    def arrays(self) -> list[ArrayField]:
        """The arrays, in the order in which a step needs them; none if unrolled."""
        if self.unrolled:
            return []
        found = dict.fromkeys((*self.program.parameters, *self.program.buffers))
        if not self.inference:
            for name in (block for block in BLOCKS if block != "predict"):
                for statement in statements(getattr(self.program, name)):
                    found[statement.target.variable] = None
            found[self.program.input] = None
        fields = {role for roles in GROUPS.values() for role in roles}
        return [
            ArrayField(
                self.names.array(v), field_shape(v), v.role, v.is_batched, v.is_whole
            )
            for v in found
            if v.labels and v.role in fields
        ]

    @cached_property
    def groups(self) -> list[FieldGroup]:
        """All fields by what they are for, for languages that declare them."""
        found = []
        for words, roles in GROUPS.items():
            arrays = [array for array in self.arrays if array.role in roles]
            elements = self.scalars(roles)
            scalars = list(map(self.names.scalar, elements))
            pairs = zip(elements, scalars, strict=True)
            wholes = frozenset(name for e, name in pairs if e.variable.is_whole)
            if arrays or scalars:
                found.append(FieldGroup(words, arrays, scalars, wholes))
        return found

    def scalars(self, roles: tuple[Role, ...]) -> list[Element]:
        """The scalar fields of variables in some roles."""
        program = self.program
        if self.inference and Role.PARAMETER not in roles:
            return []
        if Role.VALUE in roles:
            written = [statement.target for statement in statements(program.forward)]
            candidates = dict.fromkeys([*elements_of(program.input), *written])
            return [element for element in candidates if element in self.kept]
        states = (*program.schedule_states, *program.states)
        held = {
            Role.PARAMETER: dict.fromkeys(program.parameters),
            Role.BUFFER: dict.fromkeys(program.buffers),
            Role.GRADIENT: dict.fromkeys(program.gradients.values()),
            Role.STATE: dict.fromkeys(state.variable for state in states),
        }
        chosen = [v for role in roles for v in held.get(role, ())]
        shown = [v for v in chosen if self.unrolled or not v.labels]
        return [element for variable in shown for element in elements_of(variable)]


def without_zeroing(block: Block, dialect: Dialect, is_declared: bool) -> Block:
    """A constructor's block without what sets fields to zero that begin so: arrays,
    and all fields where they are declared with a value."""

    def zeroes(statement: Statement) -> bool:
        match statement:
            case For(body=(inner,)):
                return zeroes(inner)
            case Assign(Element(variable) as element, Number(0.0)):
                is_field = variable.role is not Role.LOCAL
                return is_field and (is_declared or not dialect.is_scalar(element))
            case _:
                return False

    return tuple(statement for statement in block if not zeroes(statement))

"""The activations and losses that a net.yaml defines by formulas.

In: the node of its key `functions`. Out: `Own`, entries like those of the tables;
layers, losses and everything after them treat the two alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from bpgen.catalog.activations import ACTIVATIONS, Activation
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.losses import LOSSES, Loss
from bpgen.deriving.partials import slope_formula
from bpgen.errors import Place, Problems, shown
from bpgen.program import simplify
from bpgen.program.expressions import formula_text
from bpgen.program.formulas import KEYWORDS, LONGEST, FormulaError, parse
from bpgen.program.functions import FORMULA_FUNCTIONS
from bpgen.program.labels import shortened
from bpgen.program.nodes import Argument, Expression
from bpgen.program.walks import substituted, walk
from bpgen.reading.kinds import (
    InvalidError,
    Items,
    JsonSchema,
    ListOf,
    Name,
    attempt,
    described,
    reject,
)
from bpgen.reading.records import Choice, Either, Record
from bpgen.reading.yaml_reader import Mapping as MappingNode
from bpgen.reading.yaml_reader import Node, Scalar, Sequence

LARGEST_DERIVATIVE = 3_000  # nodes
# What the variables of a formula are called from here on, by how many they are.
CANONICAL = {1: ("x",), 2: ("o", "t")}


@dataclass(frozen=True, slots=True)
class Own:
    """What one net.yaml defines itself, by name."""

    activations: Mapping[str, Activation]
    losses: Mapping[str, Loss]

    @classmethod
    def of(cls, functions: Iterable[Activation | Loss]) -> Own:
        """The functions by kind."""
        return cls(
            {f.name: f for f in functions if isinstance(f, Activation)},
            {f.name: f for f in functions if isinstance(f, Loss)},
        )


def formulas_of(choices: Iterable[Choice]) -> dict[str, str]:
    """The formulas of the own functions among what was chosen, by name."""
    chosen = {choice.own.name: choice.own for choice in choices if choice.own}
    return {
        name: formula_text(own.function.body, {})
        for name, own in sorted(chosen.items())
    }


# --- Names ------------------------------------------------------------------------


def name_fault(name: str) -> str | None:
    """Why a function cannot have a name, if it cannot."""
    for known in (ACTIVATIONS, LOSSES, LAYERS, FORMULA_FUNCTIONS):
        if name in known:
            return "bpgen has something of that name"
    return None


def _variable_fault(name: str) -> str | None:
    """Why a variable of a formula cannot have a name, if it cannot."""
    if name in FORMULA_FUNCTIONS:
        return "it is a function of formulas"
    return "it is a word of formulas" if name in KEYWORDS else None


# --- One function -----------------------------------------------------------------


class _Formula:
    """The text of a formula; what it says depends on `of`."""

    def read(self, node: Node, problems: Problems) -> Scalar:
        if isinstance(node, Scalar):
            return node
        message = f"expected a formula, got {described(node)}"
        raise reject(problems, node.place, message)

    @property
    def words(self) -> str:
        return "a formula"

    def schema(self) -> JsonSchema:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST}


_VARIABLE = Name("variable", _variable_fault)
FUNCTION = Record(
    {
        "name": Name("function", name_fault),
        "of": Either(
            scalar=_VARIABLE,
            list=ListOf(_VARIABLE, "variables", 1, 2),
            what="a variable, or [output, target] for a loss",
        ),
        "formula": _Formula(),
    },
    "function",
    ("name", "of", "formula"),
)


class _Function:
    """One entry of `functions`: an activation of one variable, a loss of two."""

    def read(self, node: Node, problems: Problems) -> Activation | Loss:
        values = FUNCTION.read(node, problems)
        if "of" not in values or "formula" not in values:
            raise InvalidError
        of = values["of"]
        names = (of,) if isinstance(of, str) else tuple(of)
        if len(set(names)) != len(names):
            message = f"the variable {shown(names[0])} stands twice"
            raise reject(problems, of.places[1], message)
        formula = _formula(values["formula"], names, problems)
        own = Activation if len(names) == 1 else Loss
        function = own(values.get("name", ""), formula, is_own=True)
        fault = _slope_fault(slope_formula(function.function), names[0])
        if fault:
            raise reject(problems, values.at("formula"), fault)
        if "name" not in values:
            raise InvalidError
        return function

    @property
    def words(self) -> str:
        return FUNCTION.words

    def schema(self) -> JsonSchema:
        return FUNCTION.schema()


def _formula(scalar: Scalar, names: tuple[str, ...], problems: Problems) -> Expression:
    """The formula in canonical variables."""
    try:
        formula = parse(scalar.text, FORMULA_FUNCTIONS, names)
    except FormulaError as error:
        place = _place(scalar, error.position)
        raise reject(problems, place, str(error)) from None
    used = {node.name for node in walk(formula) if isinstance(node, Argument)}
    for name in names:
        if name not in used:
            message = f"the formula does not use '{name}'"
            raise reject(problems, scalar.place, message)
    canonical = map(Argument, CANONICAL[len(names)])
    return substituted(formula, dict(zip(names, canonical, strict=True)))


def _slope_fault(slope: Expression, name: str) -> str | None:
    """Why the derivative of a formula does not do, if it does not."""
    if slope == simplify.ZERO:
        return f"nothing can be learned: the derivative by '{name}' is 0"
    nodes = islice(walk(slope), LARGEST_DERIVATIVE + 1)
    if sum(1 for _ in nodes) > LARGEST_DERIVATIVE:
        return "the derivative of the formula is too long: write it shorter"
    return None


def _place(scalar: Scalar, position: int) -> Place:
    """Where a character of a formula stands, or else where the formula does."""
    if scalar.offset is None:
        return scalar.place
    return replace(scalar.place, column=scalar.place.column + scalar.offset + position)


# --- All of them ------------------------------------------------------------------


class _Functions:
    """The key `functions`."""

    entries = ListOf(_Function(), "functions", 1, 100)

    def read(self, node: Node, problems: Problems) -> Items:
        first: dict[str, Scalar] = {}
        for name in _written_names(node):
            other = first.setdefault(shortened(name.text), name)
            if other is not name:
                problems.add(name.place, _twice(name, other))
        return self.entries.read(node, problems)

    @property
    def words(self) -> str:
        return self.entries.words

    def schema(self) -> JsonSchema:
        return self.entries.schema()


def _twice(name: Scalar, first: Scalar) -> str:
    hint = f" (first on line {first.place.line})"
    if name.text == first.text:
        return f"the function name {shown(name.text)} stands twice{hint}"
    both = f"{shown(name.text)} and {shown(first.text)}"
    return f"{both} are both cut to {shown(shortened(name.text))}{hint}"


def _written_names(node: Node) -> Iterator[Scalar]:
    """The names of all functions, those with faults among them."""
    for item in node.items if isinstance(node, Sequence) else ():
        for key, value in item.entries if isinstance(item, MappingNode) else ():
            if key.text == "name" and isinstance(value, Scalar):
                yield value


FUNCTIONS_KIND = _Functions()


def own_functions(net: MappingNode) -> Own:
    """What a net.yaml defines itself.

    If something is wrong there, which is told where the key itself is read, all
    names stand for anything, so that their uses are no faults, too.
    """
    nodes = [value for key, value in net.entries if key.text == "functions"]
    if not nodes:
        return Own({}, {})
    found = attempt(FUNCTIONS_KIND, nodes[0], Problems())
    if not isinstance(found, InvalidError):
        return Own.of(found)
    names = {name.text for name in _written_names(nodes[0])}
    return Own(
        {name: Activation(name, "x") for name in names - LAYERS.keys()},
        {name: Loss(name, "o") for name in names - LOSSES.keys()},
    )

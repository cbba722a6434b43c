"""What one statement did, as a derivation: rule, names, numbers, factors, paths.

In: a record of the trace, with the note of the statement. Out: a `Derivation`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bpgen.explaining import rules
from bpgen.explaining.formulas import bare, is_weighted_sum, pieces, terms
from bpgen.explaining.model import Code, Derivation, Factor, Formula, Part, Quantity
from bpgen.explaining.notations import LOSS_NAMES, Namer
from bpgen.explaining.trace import Record
from bpgen.program.evaluate import compute
from bpgen.program.evaluated import Key
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Element,
    Expression,
    Multiply,
    Number,
    Role,
)
from bpgen.program.notes import ChainNote, FunctionNote, Path, SlopeNote
from bpgen.program.walks import elements

LONG_WORD = re.compile(r"[a-z]{4}")
# An expression in JavaScript, of numbers by their keys.
Script: TypeAlias = Callable[[Expression, Callable[[Element], str]], str]
GIVEN = (Role.PARAMETER, Role.INPUT, Role.TARGET, Role.SETTING)
FLAT = 0.02  # a slope below it: the neuron hardly learns


@dataclass(slots=True)
class Maker:
    """Makes the derivations of one run.

    Attributes:
        keys, names: what a number is called as an anchor, and in the notation.
        code: the statement of the emitted file.
        meaning: what a number is, in words.
        chains: the factors of the slopes so far, by key.
        turns, total: how often a number got a value so far, and will in all.
    """

    notation: str
    keys: Namer
    names: Namer
    code: Callable[[Assign | Accumulate], Code | None]
    meaning: Callable[[Element], str]
    script: Script
    told_of_loss: str = ""
    given: set[Key] = field(default_factory=set)
    chains: dict[str, tuple[Factor, ...]] = field(default_factory=dict)
    turns: Counter[Key] = field(default_factory=Counter)
    total: Counter[Key] = field(default_factory=Counter)

    def quantity(self, key: Key, value: float) -> Quantity:
        """A number with its names."""
        variable, place = key
        is_given = variable.role in GIVEN and key in self.given
        is_given |= variable.role in (Role.INPUT, Role.TARGET, Role.SETTING)
        name, own = self.names(variable, place), self.keys(variable, place)
        turn = self.turns[key]
        if 0 < turn < self.total[key]:  # it is still to change
            own = f"{own}_turn{turn}"
        return Quantity(own, name, value, is_given)

    def formula(self, value: Expression, record: Record) -> Formula:
        """The pieces of a part of what the record's statement computed."""
        return pieces(bare(value), lambda element: self.quantity(*record.read[element]))

    def value(self, value: Expression, record: Record) -> float:
        """The value of a part."""

        def inner(node: Expression) -> float:
            if isinstance(node, Element):
                return record.read[node][1]
            return compute(node, inner)

        return inner(value)

    def scripted(self, value: Expression, record: Record) -> str:
        """A part as JavaScript."""
        return self.script(
            value, lambda element: self.quantity(*record.read[element]).key
        )

    def target(self, record: Record) -> Quantity:
        """What a record gives."""
        self.turns[record.key] += 1
        return self.quantity(record.key, record.value)

    def derivation(self, record: Record) -> Derivation:
        """How the number of a record comes about."""
        statement = record.statement
        value = bare(statement.value)
        if self.adds(record):
            value = statement.target + value
        formula = self.formula(value, record)
        found = self.target(record)
        code = self.code(statement)
        words, rule = self.meaning(statement.target), ""
        match statement.note:
            case ChainNote() as note:
                return self.chained(note, record, found, formula, code)
            case FunctionNote(function):
                rule = rules.activation(self.notation, function)
                unit = label_of(record.key)
                words = f"what {unit or 'the neuron'} passes on: its activation"
            case _ if is_weighted_sum(value):
                rule = rules.weighted_sum(self.notation)
                words = "the net input: the bias, plus each input times its weight"
        parts: tuple[Part, ...] = ()
        if isinstance(statement.note, SlopeNote):
            self.told_of_loss = statement.note.text
            rule = loss_rule(statement.note.text, self.notation)
            words = "the loss: how far the outputs are from the targets"
            parts = self.shares(value, record)
            formula = summed(parts) or formula
        alone = isinstance(statement.note, SlopeNote) and not parts
        script = self.scripted(value, record) if alone else ""
        hint = dead(statement, record)
        return Derivation(
            found,
            words,
            rule,
            formula,
            parts=parts,
            part_kind="output",
            code=code,
            hint=hint,
            script=script,
        )

    def adds(self, record: Record) -> bool:
        """Whether a statement goes on from what its target was, and that is no 0."""
        statement = record.statement
        before = record.read.get(statement.target)
        is_sum = isinstance(statement, Accumulate) and before is not None
        return is_sum and before is not None and before[1] != 0.0

    # The loss -------------------------------------------------------------------------

    def shares(self, value: Expression, record: Record) -> tuple[Part, ...]:
        """What each output adds to the loss."""
        found = terms(value)
        if len(found) < 2:
            return ()
        parts = []
        for term in found:
            units = [e for e in elements(term) if e.variable.axes]
            label = label_of((units[0].variable, place_of(units[0]))) if units else ""
            if not label:
                return ()
            key = f"loss_{label}"
            name = f"E_{label}" if self.notation == "mazur" else f"L_{label}"
            own = Quantity(key, name, self.value(term, record))
            formula = self.formula(term, record)
            script = self.scripted(term, record)
            parts.append(Part(label, label, formula, own, script))
        return tuple(parts)

    # The chain rule -------------------------------------------------------------------

    def chained(
        self,
        note: ChainNote,
        record: Record,
        found: Quantity,
        formula: Formula,
        code: Code | None,
    ) -> Derivation:
        """How a slope comes about."""
        value = bare(record.statement.value)
        of = note.of.variable
        spelled = self.names(of, place_of_key(note.of, record.key))
        words = f"how {self.loss_name} reacts to {spelled}"
        factors: tuple[Factor, ...] = ()
        parts: tuple[Part, ...] = ()
        hint = rule = ""
        match note.paths:
            case () if not note.is_weight:
                told = note.told or self.told_of_loss
                slope = told.rpartition(" is ")[2].rstrip(".").partition(", ")[0]
                rule = rules.slope_of_loss(self.notation, of.prefix, slope)
            case () | (Path(),) if note.is_weight:
                is_bias = note.is_one
                make = rules.bias if is_bias else rules.weight
                rule = make(self.notation)
                factors = self.weight_factors(note, value, record, spelled)
            case (Path(),) if note.because:
                rule = rules.through_activation(self.notation, note.because)
                factors = self.factors(note.paths[0], value, record, spelled)
                hint = flat(factors)
            case ways:
                to = ways[0].to.variable.prefix if ways else ""
                rule = rules.paths(self.notation, len(ways), of.prefix, to)
                if len(ways) == 1:
                    factors = self.factors(ways[0], value, record, spelled)
                parts = self.paths(note, value, record, spelled)
        self.chains[found.key] = factors
        return Derivation(
            found, words, rule, formula, factors, parts, "path", code, None, hint
        )

    @property
    def loss_name(self) -> str:
        """What the loss is called."""
        return LOSS_NAMES.get(self.notation, "L")

    def factors(
        self, path: Path, value: Expression, record: Record, of: str
    ) -> tuple[Factor, ...]:
        """The two factors of a path: how the loss reacts to what comes after it, and
        how that reacts to what comes before."""
        match value:
            case Multiply(Element() as slope, other):
                to = self.names(path.to.variable, place_of(path.to))
                loss = self.loss_name
                first = Factor(
                    rules.frac(tex_name(loss), tex_name(to)),
                    f"how {loss} reacts to {to}",
                    self.quantity(*record.read[slope]),
                )
                return first, self.reaction(to, of, path, other, record)
        return ()

    def reaction(
        self, to: str, of: str, path: Path, other: Expression, record: Record
    ) -> Factor:
        """How one number reacts to the one before it."""
        words = f"how {to} reacts to {of}"
        symbol = rules.frac(tex_name(to), tex_name(of))
        if isinstance(other, Element):
            return Factor(symbol, words, self.quantity(*record.read[other]))
        unit = self.keys(path.to.variable, place_of(path.to))
        key = f"slope_{unit}_by_{self.keys(*record.key).removeprefix('d')}"
        own = Quantity(key, f"slope of {to}", self.value(other, record))
        script = self.scripted(other, record)
        return Factor(symbol, words, own, self.formula(other, record), script)

    def weight_factors(
        self, note: ChainNote, value: Expression, record: Record, of: str
    ) -> tuple[Factor, ...]:
        """The whole chain to a weight: through the activation, the net input, the
        weight itself."""
        loss, slope = self.loss_name, value
        other: Expression = Number(1.0)
        if isinstance(value, Multiply):
            slope, other = value.left, value.right
        if not isinstance(slope, Element) or not note.paths:
            return ()
        to = note.paths[0].to
        _, place = record.read[slope][0]
        if len(place) != len(to.variable.labels):
            return ()
        after = self.names(to.variable, place)
        own = self.quantity(*record.read[slope])
        before = self.chains.get(own.key, ())
        if len(before) != 2:
            symbol = rules.frac(tex_name(loss), tex_name(after))
            before = (Factor(symbol, f"how {loss} reacts to {after}", own),)
        symbol, words = rules.frac(tex_name(after), tex_name(of)), f"how {after}"
        if isinstance(other, Element):
            last = self.quantity(*record.read[other])
            return (
                *before,
                Factor(symbol, f"{words} reacts to {of}: by {last.name}", last),
            )
        one = Quantity("one", "1", 1.0, True)
        return *before, Factor(symbol, f"{words} reacts to {of}: 1 to 1", one)

    def ends(self, ways: tuple[Path, ...]) -> list[str]:
        """What each path leads to: a unit, or a number, so that all differ."""
        keys = [(path.to.variable, place_of(path.to)) for path in ways]
        labels = list(map(label_of, keys))
        if len(set(labels)) < len(labels):
            labels = [self.keys(*key) for key in keys]
        if len(set(labels)) < len(labels):
            labels = [f"{label}_{at}" for at, label in enumerate(labels, 1)]
        return labels

    def paths(
        self, note: ChainNote, value: Expression, record: Record, of: str
    ) -> tuple[Part, ...]:
        """Each way to the loss on a line of its own; nothing if there is one alone, or
        if terms were merged."""
        found, ways = terms(value), note.paths
        if len(ways) < 2 or len(found) != len(ways):
            return ()
        start = label_of(record.key)
        parts = []
        for path, term, to in zip(ways, found, self.ends(ways), strict=True):
            own = self.value(term, record)
            name = f"path {start} \u2192 {to}"
            key = f"path_{self.keys(*record.key)}_{to}"
            factors = self.factors(path, term, record, of)
            script = self.scripted(term, record)
            label = f"{start} \u2192 {to} \u2192 {self.loss_name}"
            formula = self.formula(term, record)
            parts.append(
                Part(label, to, formula, Quantity(key, name, own), script, factors)
            )
        return tuple(parts)


def summed(parts: tuple[Part, ...]) -> Formula:
    """The sum of some parts."""
    found = [piece for part in parts for piece in ("+", part.quantity)]
    return tuple(found[1:])


# --- Places ---------------------------------------------------------------------------


def place_of(element: Element) -> tuple[int, ...]:
    """The place of an element whose indices are constants; 0 for a loop's."""
    return tuple(index.constant for index in element.indices)


def place_of_key(of: Element, key: Key) -> tuple[int, ...]:
    """The place of what a slope belongs to: that of the slope."""
    return key[1] if of.variable.labels else ()


def label_of(key: Key) -> str:
    """What a number belongs to, such as h1; without a sample's place."""
    variable, place = key
    own = place[len(variable.labels) - len(variable.axes) :]
    pairs = zip(variable.axes, own, strict=True)
    return "_".join(axis[at] for axis, at in pairs)


def tex_name(name: str) -> str:
    """A name as TeX: its first part with the rest as an index."""
    head, _, tail = name.partition("_")
    if not tail:
        return rules.word_tex(head)
    inner = tail.replace("_", r"\_")
    return f"{rules.word_tex(head)}_{{\\mathrm{{{inner}}}}}"


# --- Hints ----------------------------------------------------------------------------


def loss_rule(told: str, notation: str) -> str:
    """The loss as a formula, from its sentence `L = ...: its slope ...`."""
    symbol = rules.SYMBOLS[notation].loss
    term = told.partition(" = ")[2].partition(":")[0]
    is_sum = term.startswith("the sum of ")
    is_mean = term.startswith("the mean of ")
    term = term.removeprefix("the sum of ").removeprefix("the mean of ")
    term = term.partition(" over ")[0].replace(" * ", r" \cdot ")
    term = term.replace("log(", r"\log(")
    if LONG_WORD.search(term.replace(r"\cdot", "").replace(r"\log", "")):
        return ""
    over = r"\frac{1}{n} \sum" if is_mean else r"\sum" if is_sum else ""
    term = term.replace("0.5", r"\frac{1}{2}")
    return f"{symbol} = {over} {term}"


def flat(factors: tuple[Factor, ...]) -> str:
    """What to say of a neuron that hardly passes a slope on."""
    if len(factors) != 2:
        return ""
    slope = abs(factors[1].quantity.value)
    if slope == 0.0:
        return "The slope is 0 here: for this sample the neuron learns nothing."
    if slope < FLAT:
        return "The slope is nearly 0 here: the neuron is saturated and hardly learns."
    return ""


def dead(statement: Assign | Accumulate, record: Record) -> str:
    """What to say of a neuron that lets nothing through."""
    match statement.note:
        case FunctionNote(function) if function.name == "relu":
            if record.value == 0.0 and math.isfinite(record.value):
                return (
                    "It lets nothing through: its net input is not above 0. For this "
                    "sample its slope is 0, too (a dead ReLU, if for all samples)."
                )
    return ""

"""The steps of a training step in the order of a story, with what to say of each.

In: the records of a run and the program's headings. Out: `Step`s, each with its
derivations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bpgen.explaining import rules
from bpgen.explaining.derivations import Maker, label_of
from bpgen.explaining.formulas import bare
from bpgen.explaining.model import Derivation, Quantity, Step
from bpgen.explaining.trace import Record
from bpgen.program.evaluated import Key
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Block,
    Each,
    Element,
    For,
    If,
    Role,
    Section,
)
from bpgen.program.notes import LayerNote, Note, UnitNote
from bpgen.program.walks import statements

ALL_SLOPES = (
    "First all slopes, with the weights as they are; then all updates at once. A slope "
    "says how the loss reacts to the weights that made this loss: with weights that "
    "have moved already it would be the slope of another net."
)
AGAINST = (
    "Every gradient is known by now, so all weights may move. A slope points uphill: "
    "each weight moves against its own one, by the learning rate. If you know the "
    "other sign, with an error of target minus output, the two minus signs cancel."
)
PENALTY = "Regularization adds its own slope to them."
MEAN = "The gradients are means over the {count} samples of the batch."
PATHS = (
    "What {unit} passes on reaches the loss on {count} paths: what comes back on each "
    "of them is added up."
)
BIAS = "The bias is the weight of an input that is always 1."


@dataclass(frozen=True, slots=True)
class Group:
    """The statements under one heading: of a unit, or else of a layer."""

    layer: LayerNote | None
    unit: UnitNote | None
    statements: tuple[Assign | Accumulate, ...]


def groups(block: Block) -> list[Group]:
    """The statements of a block by the heading right above them."""
    return list(_groups(block, None, None))


def _groups(
    block: Block, layer: LayerNote | None, unit: UnitNote | None
) -> Iterator[Group]:
    direct: list[Assign | Accumulate] = []
    for statement in block:
        match statement:
            case Assign() | Accumulate():
                direct.append(statement)
            case Section(note, body) | For(note=note, body=body):
                if direct:
                    yield Group(layer, unit, tuple(direct))
                    direct = []
                yield from _groups(body, *_inner(note, layer, unit))
            case If(body=body):
                direct += statements(body)
    if direct:
        yield Group(layer, unit, tuple(direct))


def _inner(
    note: Note | None, layer: LayerNote | None, unit: UnitNote | None
) -> tuple[LayerNote | None, UnitNote | None]:
    match note:
        case LayerNote():
            return note, None
        case UnitNote():
            return layer, note
    return layer, unit


class Story:
    """Makes the steps of one run."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.used: set[str] = set()  # ids of steps
        self.said: set[str] = set()  # phases in which biases are explained

    def steps(
        self, block: Block, records: Sequence[Record], phase: str
    ) -> Iterator[Step]:
        """The steps of one pass, a neuron each."""
        by_statement: dict[int, list[Record]] = {}
        for record in records:
            by_statement.setdefault(id(record.statement), []).append(record)
        for group in groups(block):
            found = [
                self.maker.derivation(record)
                for statement in group.statements
                for record in by_statement.get(id(statement), ())
            ]
            if found:
                yield self.step(group, found, phase)

    def step(self, group: Group, found: list[Derivation], phase: str) -> Step:
        """One step, with its heading."""
        unit = label_of(_key(group.unit.unit)) if group.unit else ""
        layer = group.layer.name if group.layer else ""
        is_loss = layer == "Loss"
        label = unit or ("L" if is_loss else layer.removeprefix("Layer "))
        own = "loss" if is_loss else label
        text: list[str] = []
        about = group.layer.about if group.layer and phase == "forward" else ""
        if unit and group.unit:
            title = self.titled(group.unit, unit, found, phase)
            text += self.told(found, unit, phase)
        elif is_loss and phase == "loss":
            title = "The loss: how wrong the outputs are"
        elif is_loss:
            title = "How the loss reacts to the outputs"
            text.append(ALL_SLOPES)
        else:
            title = f"{layer}: {group.layer.words}" if group.layer else phase
            title += ", backward" if phase == "backward" else ""
        if about:
            text.append(about)
        name = "loss" if phase == "loss" else f"{phase}-{own}"
        lit = (label, *(d.quantity.key for d in found))
        id_ = self.unique(name)
        made = tuple(found)
        return Step(id_, phase, label, title, tuple(text), made, lit, layer)

    def unique(self, name: str) -> str:
        """A name for a step that no other one has."""
        found, number = name, 2
        while found in self.used:
            found, number = f"{name}-{number}", number + 1
        self.used.add(found)
        return found

    def titled(
        self, note: UnitNote, unit: str, found: list[Derivation], phase: str
    ) -> str:
        """What a neuron's step is called."""
        kind = f"{note.kind[:1].upper()}{note.kind[1:]} {unit}"
        if phase == "forward":
            return f"{kind}: {note.words}"
        count = max((len(d.parts) for d in found), default=0)
        if count > 1:
            return f"{kind}, backward: add up {count} paths, then go on"
        return f"{kind}, backward"

    def told(self, found: list[Derivation], unit: str, phase: str) -> list[str]:
        """What there is to say of a neuron's step."""
        told = []
        for derivation in found:
            if phase == "backward" and len(derivation.parts) > 1:
                count = len(derivation.parts)
                told.append(PATHS.format(unit=unit, count=count))
        is_bias = any(d.quantity.key.startswith("db_") for d in found)
        if phase == "forward" and any("1" in d.formula[:3] for d in found):
            is_bias = True
        if is_bias and phase not in self.said:
            self.said.add(phase)  # once is enough
            told.append(BIAS)
        return told


def _key(element: Element) -> Key:
    return element.variable, tuple(index.constant for index in element.indices)


# --- The update -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Update:
    """The records of the update: what goes for all, and what each weight did."""

    once: list[Record]
    by_weight: dict[Key, list[Record]]


def update_of(block: Block, records: Sequence[Record]) -> Update:
    """The records of an update by the weight that they move."""
    inside = [id(statement) for statement in _in_each(block)]
    once: list[Record] = []
    by_weight: dict[Key, list[Record]] = {}
    waiting: list[Record] = []
    for record in records:
        if id(record.statement) not in inside:
            once.append(record)
            continue
        waiting.append(record)
        if len(waiting) == len(inside):
            keys = [own.key for own in waiting]
            moved = next(key for key in keys if key[0].role is Role.PARAMETER)
            by_weight[moved] = waiting
            waiting = []
    return Update(once, by_weight)


def _in_each(block: Block) -> Iterator[Assign | Accumulate]:
    """The statements that run once for each number of the parameters they move."""
    for statement in block:
        match statement:
            case Each(body=body):
                own = statements(body)
                if any(s.target.variable.role is Role.PARAMETER for s in own):
                    yield from own
            case Section(body=body):
                yield from _in_each(body)


@dataclass(slots=True, kw_only=True)
class UpdateMaker(Maker):
    """Makes the derivations of the update: what a statement gives is called new, and so
    is what reads it from then on.

    Attributes:
        of_mean: whether the gradients are means over a batch.
        weight: the key of the weight at hand.
        current: the numbers that have changed, as they are by now.
        left: how often each one is still to change.
    """

    of_mean: bool = False
    weight: str = ""
    current: dict[Key, Quantity] = field(default_factory=dict)
    left: Counter[Key] = field(default_factory=Counter)

    def all_of(self, weight: str, records: list[Record]) -> Iterator[Derivation]:
        """What an update did for one weight, or with "" for all."""
        self.weight = weight
        self.left = Counter(record.key for record in records)
        yield from map(self.made, records)

    def quantity(self, key: Key, value: float) -> Quantity:
        """A number with its names, as it is by now."""
        now = self.current.get(key)
        if now is not None:
            return replace(now, value=value)
        found = Maker.quantity(self, key, value)
        if key[0].role is Role.GRADIENT and self.of_mean:
            return replace(found, key=f"mean_{found.key}")
        return found

    def target(self, record: Record) -> Quantity:
        """What a record gives: only the last one of several is the new number."""
        found = Maker.quantity(self, record.key, record.value)
        if record.key[0].role is not Role.LOCAL:
            found = replace(found, key=f"new_{found.key}", name=f"new {found.name}")
        elif self.weight:
            found = replace(found, key=f"{found.key}_of_{self.weight}")
        self.left[record.key] -= 1
        more = self.left[record.key]
        key = f"{found.key}_{more}_more" if more else found.key
        return replace(found, key=key, is_given=False)

    def made(self, record: Record) -> Derivation:
        """How a number of the update comes about."""
        value = bare(record.statement.value)
        if self.adds(record):
            value = record.statement.target + value
        script = self.scripted(value, record)
        found = self.derivation(record)
        self.current[record.key] = found.quantity
        words = MEANINGS.get(record.key[0].role, found.words)
        rule = rules.statement(record.statement, self.notation)
        return replace(found, rule=rule, script=script, words=words, weight=self.weight)


MEANINGS = {
    Role.PARAMETER: "where the weight goes",
    Role.STATE: "what the optimizer remembers",
    Role.LOCAL: "on the way",
}

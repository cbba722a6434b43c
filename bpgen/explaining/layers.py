"""A large net, layer by layer: of each layer one number in full, forward and backward.

In: the program in loops, the numbers of one sample, what happened to those that are
followed. Out: the steps of the explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bpgen.explaining import rules
from bpgen.explaining.blanks import FRAMED
from bpgen.explaining.formulas import bare, pieces
from bpgen.explaining.model import Derivation, Formula, Quantity, Step, Table
from bpgen.explaining.notations import LOSS_NAMES
from bpgen.explaining.request import Emitted
from bpgen.explaining.rounds import Line, Part, Plan, Rounds, parts_of
from bpgen.explaining.sizes import Numbers, by_variable
from bpgen.explaining.story import ALL_SLOPES
from bpgen.explaining.trace import Record
from bpgen.explaining.windows import Image
from bpgen.program.blocks import Program
from bpgen.program.evaluated import Key
from bpgen.program.nodes import (
    Accumulate,
    Assign,
    Element,
    Expression,
    Multiply,
    Number,
    Position,
    Role,
    Variable,
    Whole,
)
from bpgen.program.notes import ChainNote, FunctionNote, LayerNote, SlopeNote

Names = tuple[str, ...]
MOST_TERMS = 9  # of a sum, in a formula
AROUND = 6  # rows and columns about the number that is told, in a larger array
PASSES, REACTS = "what the layer passes on", "how the loss reacts to each of them"
ONE = "Of each array one number is told in full, here at {rounds}."
BACK = (
    "What has come back to this layer goes on to its parameters and to what it reads."
)
SAME = "The slope of this sample; the update goes by the mean of the batch."


@dataclass(slots=True)
class Layers:
    """Plans what is followed; then, with the records of that, tells it."""

    program: Program
    emitted: Emitted
    numbers: Numbers
    notation: str
    plan: Plan = field(init=False)
    parts: list[tuple[str, Part, Rounds]] = field(init=False)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the numbers, layer by layer."""
        own = self.numbers
        self.plan = Plan(by_variable(own).get_sizes, own.sample)
        forward: dict[str, Rounds] = {}
        self.parts = []
        for phase in ("forward", "loss", "backward"):
            for part in parts_of(getattr(self.program, phase)):
                if not isinstance(part.note, LayerNote):
                    continue
                name = part.note.name
                known = forward.get(name, {}) if phase == "backward" else {}
                self.share_places(part)
                rounds = self.plan.follow(part, known)
                if phase == "forward":
                    forward[name] = rounds
                self.parts.append((phase, part, rounds))

    def share_places(self, part: Part) -> None:
        """A slope is looked at where its number is."""
        by_name = {variable.name: at for variable, at in self.plan.places.items()}
        for variable in part.arrays:
            at = by_name.get(variable.name.removeprefix("d"))
            is_slope = variable.name.startswith("d") and variable.role is Role.VALUE
            if is_slope and at is not None and len(at) == len(variable.labels):
                self.plan.places.setdefault(variable, at)

    @property
    def keys(self) -> set[Key]:
        """The numbers that are followed."""
        return self.plan.keys

    # Telling --------------------------------------------------------------------------

    def steps(
        self, records: Sequence[Record], tables: Sequence[Table]
    ) -> Iterator[Step]:
        """The steps, with the tables that belong to them."""
        for phase, part, rounds in self.parts:
            places = {id(line.statement): n for n, line in enumerate(part.lines)}
            found = [r for r in records if id(r.statement) in places]
            step = self.step(phase, part, rounds, found)
            own = (table for table in tables if table.step == step.id)
            yield replace(step, tables=(*step.tables, *own))

    def step(
        self,
        phase: str,
        part: Part,
        rounds: Rounds,
        records: Sequence[Record],
    ) -> Step:
        """One layer on one way."""
        note = part.note
        assert isinstance(note, LayerNote)
        layer = note.name.removeprefix("Layer ")
        is_loss, is_back = note.name == "Loss", phase == "backward"
        text = [note.about] if note.about and not is_back else []
        if is_loss:
            title = "The loss: how wrong the outputs are"
            if is_back:
                title = "How the loss reacts to the outputs"
                text.append(ALL_SLOPES)
        else:
            title = f"{layer}: {note.words}" if note.words else layer
            if is_back:
                title = f"{layer}, backward"
                text.append(BACK)
        made = tuple(self.derivations(f"{phase}-{layer.lower()}", part, records))
        where = ", ".join(
            f"{name} = {at}"
            for name, at in rounds.items()
            if name in told_rounds(part) and name != "sample"
        )
        if where and made:
            text.append(ONE.format(rounds=where))
        shown = tuple(self.image(part, is_back))
        id_ = "loss" if phase == "loss" else f"{phase}-{layer.lower()}"
        label = "L" if is_loss else layer
        return Step(id_, phase, label, title, tuple(text), made, (), note.name, shown)

    def image(self, part: Part, is_back: bool) -> Iterator[Table]:
        """What the layer passes on, as an image; backward the slopes by that."""
        values = self.numbers.slopes if is_back else self.numbers.kept
        known = [v for v in part.arrays if v.role is Role.VALUE and v.axes]
        stored = {
            line.statement.target.variable for line in part.lines if is_kept(line)
        }
        made = [variable for variable in known if variable not in stored] or known
        for variable in ([v for v in made if len(v.axes) > 1] or made)[-1:]:
            place = self.plan.places.get(variable)
            if place is None or (variable, place) not in values or variable.is_whole:
                return
            own = Image(variable, place, values, 2, AROUND)
            own_place = place[1:] if variable.is_batched else place
            name = self.emitted.names(variable, own_place[:-2])
            title = f"{name}: {REACTS if is_back else PASSES}"
            yield own.table(title, FRAMED, {(variable, place)})

    # Derivations ----------------------------------------------------------------------

    def derivations(
        self, step: str, part: Part, records: Sequence[Record]
    ) -> Iterator[Derivation]:
        """How each number that is followed comes about, in the order of the code."""
        by_key: dict[Key, list[Record]] = {}
        for record in records:
            if isinstance(record.statement.value, (Position, Whole)):
                continue
            own = by_key.setdefault(record.key, [])
            if isinstance(record.statement, Assign):
                own.clear()  # only what it is in the end is told
            own.append(record)
        lines = {id(line.statement): n for n, line in enumerate(part.lines)}

        def place(found: list[Record]) -> int:
            said = [lines[id(r.statement)] for r in found if not is_zero(r)]
            return min(said, default=0)

        loops = {line.statement.target: line.loops for line in part.lines}
        kept = {
            record.read[record.statement.value][0]: self.emitted.names(*key)
            for key, own in by_key.items()
            for record in own
            if isinstance(record.statement.value, Element) and is_copy(own)
        }
        for found in sorted(by_key.values(), key=place):
            if not is_copy(found):
                made = self.derivation(step, found, loops)
                name = kept.get(found[-1].key, "")
                words = f"{made.words}; kept as {name}" if name else made.words
                yield replace(made, words=words)

    def derivation(
        self, step: str, records: list[Record], loops: Mapping[Element, Names]
    ) -> Derivation:
        """One number: all that is added up to it."""
        last = records[-1]
        variable, place = last.key
        target = Quantity(
            self.unique(step, last.key), self.emitted.names(variable, place), last.value
        )
        said = [record for record in records if not is_zero(record)]
        varied = {n for n in last.at if len({r.at.get(n) for r in said}) > 1}

        def name(record: Record, element: Element) -> str:
            """What the code calls a number; of a local, in which round."""
            own = self.emitted.names(*record.read[element][0])
            around = loops.get(element, ()) if not element.indices else ()
            told = [f"{n}={record.at[n]}" for n in around if n in varied]
            return f"{own} ({', '.join(told)})" if told else own

        shown = told_of(said)
        left = len(said) - len(shown)
        formulas = [formula_of(record, name) for record in shown]
        before = so_far(said, target.name)
        formulas[:0] = [(before,)] if before else []
        statement = main_of(records).statement
        hint = SAME if variable.role is Role.GRADIENT else ""
        if left:
            formulas.append(("...",))
            hint = f"{left} more terms of this sum are left out here. {hint}".strip()
        return Derivation(
            target,
            self.meaning(statement, last.key),
            rule_of(statement, records, self.notation),
            summed(formulas),
            code=self.emitted.code(statement),
            hint=hint,
        )

    def meaning(self, statement: Assign | Accumulate, key: Key) -> str:
        """What a number is, in words."""
        variable, place = key
        if isinstance(statement.note, ChainNote) and variable.name.startswith("d"):
            of = self.emitted.names(number_of(variable), place)
            return f"how {LOSS_NAMES.get(self.notation, 'L')} reacts to {of}"
        return self.emitted.meaning(statement.target)

    def unique(self, step: str, key: Key) -> str:
        """An anchor: what the code calls the number, unless another step has it."""
        variable, place = key
        name = self.emitted.keys(variable, place)
        owner = self.names.setdefault(name, step)
        if owner == step and variable.role is not Role.LOCAL:
            return name
        return f"{step}-{name}"


def formula_of(record: Record, name: Callable[[Record, Element], str]) -> Formula:
    """What a record computed, or adds."""

    def quantity(element: Element) -> Quantity:
        (variable, _), value = record.read[element]
        given = (Role.INPUT, Role.TARGET, Role.SETTING)
        own = name(record, element)
        return Quantity(own, own, value, variable.role in given)

    return pieces(bare(record.statement.value), quantity)


def is_kept(line: Line) -> bool:
    """Whether a statement only keeps in an array what a local is."""
    value = line.statement.value
    return isinstance(value, Element) and value.variable.role is Role.LOCAL


def told_rounds(part: Part) -> set[str]:
    """What loops count with that says where the numbers of a part stand."""
    targets = (line.statement.target for line in part.lines)
    return {n for t in targets for index in t.indices for n, _ in index.terms}


def is_copy(records: list[Record]) -> bool:
    """Whether a number is no more than another one, in or out of a local."""
    (statement, target), *others = [(r.statement, r.key[0]) for r in records[::-1]]
    value = bare(statement.value)
    if others or not (isinstance(statement, Assign) and isinstance(value, Element)):
        return False
    roles = (value.variable.role, target.role)
    return Role.LOCAL in roles or not (value.indices and target.labels)


def is_zero(record: Record) -> bool:
    """Whether a record only sets a sum to 0, to begin with."""
    value = record.statement.value
    return isinstance(value, Number) and value.value == 0.0


def told_of(records: list[Record]) -> list[Record]:
    """The terms of a sum that are shown: of a long one the first, and of every
    statement that adds to it at least one."""
    if len(records) <= MOST_TERMS + 1:
        return records
    first = {
        id(record.statement): at for at, record in reversed(list(enumerate(records)))
    }
    others = [at for at in range(len(records)) if at not in first.values()]
    room = max(0, MOST_TERMS - len(first))
    return [records[at] for at in sorted([*first.values(), *others[:room]])]


def main_of(records: list[Record]) -> Record:
    """The record whose statement says the most of a sum."""
    added = [r for r in records if isinstance(r.statement, Accumulate)]
    return (added or records)[0]


def so_far(records: list[Record], name: str) -> Quantity | None:
    """What an earlier step has put into a sum that goes on."""
    if not records or not isinstance(records[0].statement, Accumulate):
        return None
    first = records[0]
    value = next((x for key, x in first.read.values() if key == first.key), 0.0)
    return Quantity(f"{name}-so-far", f"{name} so far", value) if value else None


def summed(formulas: Sequence[Formula]) -> Formula:
    """A sum in one formula."""
    found: list[str | Quantity] = []
    for at, formula in enumerate(formulas):
        is_choice = len(formulas) > 1 and "if" in formula
        found += [*(("+",) if at else ()), *(("(",) if is_choice else ())]
        found += [*formula, *((")",) if is_choice else ())]
    return tuple(found) or ("0",)


def number_of(slope: Variable) -> Variable:
    """The number that a slope is the slope by."""
    role = Role.PARAMETER if slope.role is Role.GRADIENT else slope.role
    name, prefix = slope.name.removeprefix("d"), slope.prefix.removeprefix("d")
    return replace(slope, name=name, prefix=prefix, role=role)


def rule_of(
    statement: Assign | Accumulate, records: list[Record], notation: str
) -> str:
    """The rule by which a number is computed, if there is one that textbooks have."""
    value = bare(statement.value)
    match statement.note:
        case FunctionNote(function):
            return rules.activation(notation, function)
        case ChainNote(is_weight=True, is_one=is_one):
            return (rules.bias if is_one else rules.weight)(notation)
        case ChainNote(because=because) if because:
            return rules.through_activation(notation, because)
        case SlopeNote() | ChainNote():
            return ""
    is_sum = isinstance(statement, Accumulate) and is_weighing(value)
    return rules.weighted_sum(notation) if is_sum and len(records) > 1 else ""


def is_weighing(value: Expression) -> bool:
    """Whether it is a parameter times a number."""
    match value:
        case Multiply(Element(variable), Element()):
            return variable.role is Role.PARAMETER
    return False

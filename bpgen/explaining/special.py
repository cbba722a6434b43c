"""Tables for what some layers do: who takes from whom, which number won, what adds up.

In: the numbers of one sample, or what was done to one of them. Out: tables; none where
the net has no such layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import sqrt

from bpgen.errors import how_many
from bpgen.explaining.derivations import FLAT
from bpgen.explaining.model import Cell, Table
from bpgen.explaining.notations import Namer
from bpgen.explaining.trace import Record
from bpgen.network.network import Network
from bpgen.program.blocks import Program
from bpgen.program.evaluate import compute
from bpgen.program.evaluated import Key
from bpgen.program.nodes import Element, Expression, Role, Variable
from bpgen.program.notes import FunctionNote
from bpgen.program.views import held
from bpgen.program.walks import elements, reads, statements

MOST_ROWS = 12
MOST_CLASSES = 12
Values = Mapping[Key, float]
JACOBIAN = (
    "How each share reacts to each net input: on the diagonal p(1 - p), elsewhere "
    "-p times the other p. Multiplied by the slopes of the loss by the shares, -t / p, "
    "all of it collapses to p - t, the last row: so nobody multiplies this table out."
)
ADDED = "All that is added up to it, in order."
SHARES = (
    "Who looks at whom: each row is a step, each column the step that it takes from. A "
    "row adds up to 1."
)
WINNERS = (
    "Of each window the largest number wins; it alone gets the slope of the window, "
    "all others get 0."
)
TIME = (
    "Each state goes into the output and into the next state, so two slopes add up at "
    "it. Back through time each step multiplies once more: sizes that shrink from row "
    "to row upwards are a gradient that vanishes."
)
TOUCHED = "Only the rows that the sample names are touched: all other slopes are 0."
TERMS = (
    "The same weight works at many places: its slope is the sum of what it does at "
    "each of them, here for the sample alone."
)


def jacobian(p: Sequence[float], t: Sequence[float], labels: Sequence[str]) -> Table:
    """The whole Jacobian of a softmax, and that with cross-entropy it is p - t."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"p_{label}",
            *(p[i] * ((1.0 if i == j else 0.0) - p[j]) for j in range(len(p))),
        )
        for i, label in enumerate(labels)
    ]
    rows.append(("p - t", *(own - aim for own, aim in zip(p, t, strict=True))))
    heads = ("", *(f"z_{label}" for label in labels))
    title = "Softmax with cross-entropy: the Jacobian, once"
    return Table(title, JACOBIAN, heads, tuple(rows), "jacobian")


def shares(kept: Values, variables: Iterable[Variable]) -> Iterator[Table]:
    """Attention: the shares of each head."""
    for variable in variables:
        if variable.prefix != "shares" or len(variable.axes) != 3:
            continue
        heads, steps, others = variable.shape[-3:]
        owner = variable.name.removeprefix("shares_")
        for head in range(heads):
            rows: list[tuple[Cell, ...]] = []
            for t in range(min(steps, MOST_ROWS)):
                own = [kept.get((variable, (head, t, u)), 0.0) for u in range(others)]
                rows.append((f"step {t + 1}", *map(float, own[:MOST_ROWS])))
            count = min(others, MOST_ROWS)
            names = tuple(f"{u + 1}" for u in range(count))
            title = f"{owner}, head {head + 1}: shares of attention"
            step = f"forward-{owner}"
            yield Table(title, SHARES, ("", *names), tuple(rows), step=step)


def by_layer(kept: Values, slopes: Values, program: Program) -> Iterator[Table]:
    """What pools, states and attention did, layer by layer."""
    variables = [v for v, _ in summary_of(kept, (Role.VALUE,))]
    yield from winners(kept, variables, program)
    yield from through_time(kept, slopes, variables)
    yield from shares(kept, variables)


def winners(
    kept: Values, variables: Iterable[Variable], program: Program
) -> Iterator[Table]:
    """Pooling: the largest number of each window."""
    extents = {
        statement.target.variable: tuple(map(len, held(element.variable).axes[1:]))
        for statement in statements(program.forward)
        for element in reads(statement)
        if any(name == "winner" for i in element.indices for name, _ in i.terms)
    }
    for variable in variables:
        if not variable.is_whole or variable.prefix != "winner":
            continue
        owner = variable.name.removeprefix("winner_")
        found = [(key[1], kept[key]) for key in kept if key[0] == variable]
        output = next((v for v in variables if v.name == f"a_{owner}"), None)
        rows: list[tuple[Cell, ...]] = []
        for place, winner in sorted(found)[:MOST_ROWS]:
            value: Cell = kept.get((output, place), "") if output else ""
            at = ", ".join(str(i) for i in place)
            rows.append(
                (
                    f"window {at}",
                    place_in(int(winner), extents.get(output) if output else None),
                    value,
                )
            )
        title = f"{owner}: who won ({len(found)} windows)"
        heads = ("", "winner", "its value")
        yield Table(title, WINNERS, heads, tuple(rows), step=f"forward-{owner}")


def place_in(number: int, extents: tuple[int, ...] | None) -> str:
    """Where a number of a channel stands."""
    if not extents or len(extents) == 1:
        return f"number {number} of the channel"
    row, column = divmod(number, extents[-1])
    return f"row {row}, column {column}"


def through_time(
    kept: Values, slopes: Values, variables: Iterable[Variable]
) -> Iterator[Table]:
    """Recurrent layers: the states and their slopes, step by step."""
    for variable in variables:
        if variable.prefix != "h" or len(variable.axes) != 2:
            continue
        owner = variable.name.removeprefix("h_")
        steps, units = variable.shape[-2:]
        back = next((v for v, _ in slopes if v.name == f"d{variable.name}"), None)
        rows: list[tuple[Cell, ...]] = []
        for t in range(steps):
            own = [kept.get((variable, (t, i)), 0.0) for i in range(units)]
            slope = (
                [slopes.get((back, (t, i)), 0.0) for i in range(units)] if back else []
            )
            rows.append((f"h[{t}]", size_of(own), size_of(slope)))
        heads = ("state", "its size", "size of its slope")
        title, step = f"{owner}, step by step", f"backward-{owner}"
        yield Table(title, TIME, heads, tuple(rows), step=step)


def touched(
    gradients: Values, program: Program, owners: Mapping[Variable, str]
) -> Iterator[Table]:
    """Embeddings: the rows that the sample named."""
    chosen = {
        statement.target.variable
        for statement in statements(program.backward)
        if any(name in INDICES for i in statement.target.indices for name, _ in i.terms)
    }
    for variable in program.parameters:
        slope = program.gradients.get(variable)
        if slope not in chosen or slope is None:
            continue
        count = variable.shape[0]
        sizes = [
            size_of(
                [
                    v
                    for (own, at), v in gradients.items()
                    if own == slope and at[0] == row
                ]
            )
            for row in range(count)
        ]
        named = [(row, size) for row, size in enumerate(sizes) if size]
        rows: list[tuple[Cell, ...]] = [
            (f"row {row}", size) for row, size in named[:MOST_ROWS]
        ]
        title = f"{owners[variable]}: {len(named)} of {count} rows are touched"
        step = f"backward-{owners[variable].partition('.')[0]}"
        heads = ("", "size of its gradient")
        yield Table(title, TOUCHED, heads, tuple(rows), step=step)


INDICES = ("row", "column")


def quiet(kept: Values, program: Program) -> Iterator[Table]:
    """Neurons that let nothing through, or hardly anything back."""
    rows: list[tuple[Cell, ...]] = []
    for statement in statements(program.forward):
        match statement.note:
            case FunctionNote(function) if function.name in QUIET:
                variable = statement.target.variable
                own = [value for (v, _), value in kept.items() if v == variable]
                is_flat, words = QUIET[function.name]
                count = sum(map(is_flat, own))
                if own and count:
                    owner = variable.name.removeprefix(f"{variable.prefix}_")
                    rows.append((owner, f"{count} of {len(own)} {words}"))
    if rows:
        text = "For this sample their slope is 0 or nearly 0, so they hardly learn."
        yield Table("Neurons that hardly learn", text, ("layer", ""), tuple(rows))


QUIET: Mapping[str, tuple[Callable[[float], bool], str]] = {
    "relu": (lambda a: a == 0.0, "let nothing through: their net input is not above 0"),
    "sigmoid": (lambda a: a * (1.0 - a) < FLAT, "are saturated: close to 0 or 1"),
    "tanh": (lambda a: 1.0 - a * a < FLAT, "are saturated: close to -1 or 1"),
}


def jacobian_of(
    network: Network, outputs: list[float], targets: list[float]
) -> Iterator[Table]:
    """The Jacobian of a softmax before a cross-entropy, if the net ends in one."""
    is_class = network.loss.targets.are_classes and len(network.output_axes) == 1
    is_shares = abs(sum_of(outputs) - 1.0) < 1e-9 and min(outputs) >= 0.0
    if is_class and is_shares and len(outputs) <= MOST_CLASSES:
        labels = list(network.output_axes[0])
        yield jacobian(outputs, targets, labels)


def sum_of(numbers: list[float]) -> float:
    """The sum, from left to right."""
    total = 0.0
    for number in numbers:
        total += number
    return total


# What loops count that says nothing of the place, or what is worked out from others.
OWN = ("batch", "sample", "row", "column", "winner")


# --- One number -----------------------------------------------------------------------


def terms_of(
    key: Key, records: Sequence[Record], names: Namer, most: int = MOST_ROWS
) -> Table:
    """All that was added to one number, in order; `most` terms at most are shown."""
    rows: list[tuple[Cell, ...]] = []
    for record in records:
        value = record.statement.value
        read = [e for e in dict.fromkeys(elements(value)) if e in record.read]
        factors = " \u00b7 ".join(names(*record.read[e][0]) for e in read)
        numbers: Cell = term_of(record)
        where = ", ".join(f"{n}={at}" for n, at in record.at.items() if n not in OWN)
        rows.append((where or "-", factors or "-", numbers, record.value))
    shown = rows[:most]
    more = len(rows) - len(shown)
    if more > 0:
        shown.append(("...", how_many(more, "more term"), "", rows[-1][-1]))
    words = TERMS if key[0].role is Role.GRADIENT else ADDED
    title = f"{names(*key)}: {how_many(len(rows), 'term')}"
    return Table(
        title, words, ("at", "of", "term", "sum so far"), tuple(shown), "terms"
    )


def term_of(record: Record) -> float:
    """The number that a statement adds, or sets."""

    def inner(node: Expression) -> float:
        if isinstance(node, Element):
            return record.read[node][1]
        return compute(node, inner)

    try:
        return inner(record.statement.value)
    except (TypeError, KeyError):  # an index, or a draw
        return record.value


def size_of(numbers: Iterable[float]) -> float:
    """The Euclidean norm."""
    total = 0.0
    for number in numbers:
        total += number * number
    return sqrt(total)


def summary_of(
    kept: Values, roles: tuple[Role, ...]
) -> Iterator[tuple[Variable, list[float]]]:
    """The numbers by variable, in the order in which they were computed."""
    found: dict[Variable, list[float]] = {}
    for (variable, _), value in kept.items():
        if variable.role in roles and variable.labels:
            found.setdefault(variable, []).append(value)
    yield from found.items()

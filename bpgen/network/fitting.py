"""From what net.yaml wishes of `preprocessing` to its numbers.

In: the wishes, and the samples. Out: a `Preprocessing`, fitted on the samples that
training learns from, and on no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from bpgen.catalog.layers.base import Source
from bpgen.catalog.losses import Loss, Targets
from bpgen.catalog.scalings import ONE_HOT, Pair, fitted
from bpgen.errors import Place, Problems, how_many, shown, suggestion
from bpgen.network.graph import Chain
from bpgen.network.preprocessing import (
    INPUT,
    TARGET,
    Column,
    Preprocessing,
    Rows,
    Side,
)
from bpgen.network.preprocessing_keys import ColumnWish, Wish, wish
from bpgen.network.samples import Data
from bpgen.program.axes import Axes
from bpgen.reading.kinds import made_name
from bpgen.reading.records import Values


@dataclass(frozen=True, slots=True)
class Plan:
    """What net.yaml wishes of a net whose layers are known, before the samples are.

    Attributes:
        read: the axes of what the layers read; `raw`: of what goes in, as far as they
            are known without the data.
    """

    inputs: Wish | None
    targets: Wish | None
    read: Axes
    raw: Axes
    place: Place

    def __bool__(self) -> bool:
        return bool(self.inputs or self.targets)

    @property
    def onehot(self) -> dict[str, tuple[str, ...]]:
        """The categories of the columns of inputs that hold texts."""
        return self.inputs.onehot if self.inputs else {}

    @property
    def named(self) -> Mapping[str, Place]:
        """Where columns of inputs are named."""
        return self.inputs.places if self.inputs else {}


def plan(values: Values, read: Axes, problems: Problems) -> Plan:
    """What is wished for, and what that means for the samples."""
    written: Values | None = values.get("preprocessing")
    if written is None:
        return Plan(None, None, read, read, values.place)
    wishes = {
        key: wish(written[key], written.at(key), problems) if key in written else None
        for key in ("inputs", "targets")
    }
    inputs = wishes["inputs"]
    raw = read
    if inputs and inputs.columns and len(read) > 1:
        problems.add(inputs.place, "only a flat input has columns")
    elif inputs and inputs.onehot:
        raw = (labels_of(tuple(inputs.columns)),)
    return Plan(inputs, wishes["targets"], read, raw, written.place)


def labels_of(columns: tuple[str, ...]) -> Sequence[str]:
    """What the code calls numbers that are not those that the layers read."""
    made = [made_name(name, "column") or "column" for name in columns]
    twins = {name for name in made if made.count(name) > 1}
    numbered = (f"{name}_{at}" for at, name in enumerate(made, 1))
    pairs = zip(made, numbered, strict=True)
    return tuple(other if name in twins else name for name, other in pairs)


class Fitting:
    """Makes the `Preprocessing` of one net."""

    def __init__(
        self,
        wanted: Plan,
        chain: Chain,
        loss: Loss,
        data: Data | None,
        learned: Sequence[int],
        problems: Problems,
    ) -> None:
        self.plan, self.chain, self.loss, self.data = wanted, chain, loss, data
        self.learned, self.problems = learned, problems

    def fit(self) -> tuple[Preprocessing, Axes]:
        """What becomes of samples, and the axes of what goes in."""
        axes = self.raw_axes()
        found = Preprocessing(self.inputs(axes), self.targets())
        self.check_width(found.inputs, axes)
        return found, axes

    def raw_axes(self) -> Axes:
        """The axes of what goes in: the samples have as many numbers as columns."""
        plan, data = self.plan, self.data
        if plan.onehot and data and data.columns:
            return (labels_of(data.columns),)
        return plan.raw

    def inputs(self, axes: Axes) -> Side:
        """What becomes of the inputs."""
        wanted = self.plan.inputs
        if wanted is None:
            return Side(INPUT)
        if any(layer.index_count for layer in self.chain.layers):
            message = "the inputs are indices, which a layer looks up: leave "
            self.problems.add(wanted.place, message + "`inputs` out of `preprocessing`")
            return Side(INPUT)
        is_first = any(
            layer.channels_first and layer.type != "transpose"  # which changes them
            for layer, names in zip(self.chain.layers, self.chain.sources, strict=True)
            if "input" in names
        )
        first = len(axes) == 3 or (len(axes) == 2 and is_first)
        axis = Source(axes, first).channel_axis
        names = list(axes[0]) if not self.plan.onehot else list(wanted.columns)
        if self.data and self.data.columns:
            names = list(self.data.columns)
        rows = self.data.inputs if self.data else ()
        return self.side(INPUT, wanted, axes, axis, names, rows)

    def targets(self) -> Side:
        """What becomes of the targets."""
        wanted = self.plan.targets
        if wanted is None:
            return Side(TARGET)
        if self.loss.targets is not Targets.NUMBERS:
            message = f"{self.loss.name} needs targets that are "
            message += f"{self.loss.targets.words}, so they cannot be scaled: leave "
            self.problems.add(
                wanted.place, message + "`targets` out of `preprocessing`"
            )
            return Side(TARGET)
        last = self.chain.layers[-1]
        names = list(last.axes[0])
        if self.data and self.data.answers:
            names = list(self.data.answers)
        rows = self.data.targets if self.data else ()
        axis = last.output.channel_axis
        return self.side(TARGET, wanted, last.axes, axis, names, rows)

    def side(
        self,
        name: str,
        wanted: Wish,
        axes: Axes,
        axis: int,
        names: list[str],
        rows: Rows,
    ) -> Side:
        """The columns along an axis, their numbers fitted or given."""
        labels = axes[axis]
        count = len(labels)
        if wanted.columns:
            if len(axes) > 1:
                self.problems.add(wanted.place, "only flat numbers have columns")
                return Side(name)
            unknown = [own for own in wanted.columns if own not in names]
            for own in unknown:
                hint = suggestion(own, names)
                self.problems.add(wanted.places[own], f"no column {shown(own)}{hint}")
            columns = [wanted.columns.get(own) for own in names]
        else:
            names = [str(at) for at in range(1, count + 1)] if len(axes) > 1 else names
            pairs: Sequence[Pair | None] = wanted.pairs or [None] * count
            if len(pairs) != count:
                message = f"expected {count} numbers, one for each column, got "
                self.problems.add(wanted.place, f"{message}{len(pairs)}")
                return Side(name)
            columns = [ColumnWish(wanted.scaling, pair) for pair in pairs]
        shape = tuple(map(len, axes))
        found = [
            self.column(own, column, at, wanted, _numbers_at(rows, at, axis, shape))
            for at, (own, column) in enumerate(zip(names, columns, strict=True))
        ]
        return Side(name, tuple(found), axis, labels)

    def column(
        self,
        name: str,
        wanted: ColumnWish | None,
        at: int,
        side: Wish,
        numbers: _Numbers,
    ) -> Column:
        """One column."""
        place = side.places.get(name, side.place)
        if wanted is None:
            return Column(name)
        if wanted.scaling is None:
            known = self.data.categories if self.data else ()
            categories = known[at] if known else wanted.categories
            if not categories:
                message = f"the categories of {shown(name)} are not known without a csv"
                remedy = f"write {name}: {{onehot: [red, green, blue]}}"
                self.problems.add(place, f"{message}: {remedy}")
            return Column(name, ONE_HOT, categories=categories)
        if wanted.scaling.fit is None:
            return Column(name)
        if wanted.pair:
            return Column(name, wanted.scaling.name, *wanted.pair)
        if self.data is None:
            first, second = wanted.scaling.names
            message = f"{wanted.scaling.name} is fitted on data, and the net has none: "
            remedy = f"write {{{first}: [...], {second}: [...]}} in its place"
            self.problems.add(place, message + remedy)
            return Column(name)
        try:
            pair = fitted(wanted.scaling, numbers.of(self.learned))
        except OverflowError:
            message = f"the numbers of column {shown(name)} are too large to scale"
            self.problems.add(place, message)
            return Column(name)
        return Column(name, wanted.scaling.name, *pair)

    def check_width(self, inputs: Side, axes: Axes) -> None:
        """The layers read as many numbers as become of the columns."""
        got, wanted = sum(c.width for c in inputs.columns), len(self.plan.read[0])
        if inputs and len(axes) == 1 and got != wanted:
            made, of = how_many(got, "number"), how_many(len(axes[0]), "column")
            message = f"preprocessing makes {made} of {of}, and the net has "
            message += f"{how_many(wanted, 'input')}: write `input: {got}`"
            self.problems.add(self.plan.place, message)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of one column, in all samples."""

    rows: Rows
    places: Sequence[int]

    def of(self, samples: Sequence[int]) -> list[float]:
        """Those of some samples."""
        return [self.rows[sample][place] for sample in samples for place in self.places]


def _numbers_at(rows: Rows, at: int, axis: int, shape: tuple[int, ...]) -> _Numbers:
    inner = prod(shape[axis + 1 :])
    starts = ((k * shape[axis] + at) * inner for k in range(prod(shape[:axis])))
    places = [place for start in starts for place in range(start, start + inner)]
    return _Numbers(rows, places)

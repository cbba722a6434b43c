"""The key `preprocessing` of net.yaml as it was written.

In: its node. Out: for inputs and for targets a `Wish`: one scaling for all columns, or
one for each by name, fitted later unless its numbers are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bpgen.catalog.scalings import ONE_HOT, SCALINGS, Pair, Scaling
from bpgen.errors import Place, Problems, shown
from bpgen.network.class_names import MOST, NAME, ClassName
from bpgen.reading.kinds import (
    Items,
    JsonSchema,
    Kind,
    ListOf,
    Real,
    Word,
    attempt,
    described,
    reject,
)
from bpgen.reading.records import Either, Record, Values
from bpgen.reading.yaml_reader import Mapping as MappingNode
from bpgen.reading.yaml_reader import Node

GIVEN = tuple(name for scaling in SCALINGS.values() for name in scaling.names)


@dataclass(frozen=True, slots=True)
class ByName:
    """A value of one kind for each of some columns, whatever they are called."""

    item: Kind

    def read(self, node: Node, problems: Problems) -> Values:
        if not isinstance(node, MappingNode) or not node.entries:
            message = "expected columns by name, such as {age: standardize}, got "
            raise reject(problems, node.place, message + described(node))
        found: dict[str, Any] = {}
        places = {key.text: key.place for key, _ in node.entries}
        for key, item in node.entries:
            if not NAME.fullmatch(key.text):
                message = f"{shown(key.text)} cannot be the name of a column here: call"
                message += f" it by 1 to {MOST} plain characters, in the file, too"
                raise reject(problems, key.place, message)
            found[key.text] = attempt(self.item, item, problems)
        wrong = [value for value in found.values() if isinstance(value, Exception)]
        if wrong:
            raise wrong[0]
        return Values(node.place, found, places)

    @property
    def words(self) -> str:
        return "values by the names of columns"

    def schema(self) -> JsonSchema:
        return {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": self.item.schema(),
        }


def _side(*more: str) -> Either:
    """What may be said of inputs, or of targets."""
    words = Word((*SCALINGS, *more), "preprocessing")
    categories = ListOf(ClassName(), "names of categories", 2)
    numbers: dict[str, Kind] = {name: Real() for name in GIVEN}
    own = numbers | ({ONE_HOT: categories} if more else {})
    column = Either(
        scalar=words,
        mapping=Record(own, "preprocessing of a column", example="{mean: 5, std: 2}"),
        what="standardize, minmax, none or numbers such as {mean: 5, std: 2}",
    )
    lists: dict[str, Kind] = {name: ListOf(Real(), "numbers") for name in GIVEN}
    return Either(
        scalar=Word(tuple(SCALINGS), "preprocessing"),
        mapping=Record(
            {"columns": ByName(column)} | lists,
            "preprocessing",
            example="{columns: {age: standardize}}",
        ),
        what="standardize, minmax, none or {columns: {age: standardize}}",
    )


PREPROCESSING = Record(
    {"inputs": _side(ONE_HOT), "targets": _side()},
    "preprocessing",
    example="{inputs: standardize}",
)


@dataclass(frozen=True, slots=True)
class ColumnWish:
    """What is to become of one column: a scaling, with its numbers if they are given;
    or, without one, categories, which are () until the data says them."""

    scaling: Scaling | None
    pair: Pair | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of inputs, or of targets.

    Attributes:
        scaling: that of all columns, if one is for all; pairs: its numbers, if given.
        columns: by name, where each has its own.
    """

    place: Place
    scaling: Scaling = SCALINGS["none"]
    pairs: tuple[Pair, ...] | None = None
    columns: Mapping[str, ColumnWish] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def onehot(self) -> dict[str, tuple[str, ...]]:
        """The categories of columns that hold texts; () of those not known yet."""
        found = self.columns.items()
        return {name: own.categories for name, own in found if own.scaling is None}


def wish(written: Any, place: Place, problems: Problems) -> Wish:
    """What a side of `preprocessing` asks for."""
    if not isinstance(written, Values):
        return Wish(place, SCALINGS[written])
    if "columns" not in written:
        found = _given(written, place, problems)
        if found is None:
            return Wish(place)
        scaling, (first, second) = found
        if len(first) != len(second):
            message = f"expected {len(first)} numbers, as above, got {len(second)}"
            problems.add(written.at(scaling.names[1]), message)
            return Wish(place)
        pairs = tuple(map(scaling.given, first, second))
        _check_scales(scaling, pairs, written.at(scaling.names[1]), problems)
        return Wish(place, scaling, pairs)
    others = [key for key in written.values if key != "columns"]
    if others:
        message = f"expected either columns or {others[0]} for all of them"
        problems.add(written.at(others[0]), message)
    columns: Values = written["columns"]
    found_columns = {
        name: _column(own, columns.at(name), problems)
        for name, own in columns.values.items()
    }
    return Wish(place, columns=found_columns, places=columns.places)


def _column(written: Any, place: Place, problems: Problems) -> ColumnWish:
    if written == ONE_HOT:
        return ColumnWish(None)
    if not isinstance(written, Values):
        return ColumnWish(SCALINGS[written])
    if ONE_HOT in written and len(written.values) == 1:
        names: Items = written[ONE_HOT]
        twice = [at for at, name in enumerate(names) if name in names[:at]]
        if twice:
            message = f"the category {shown(names[twice[0]])} stands twice"
            problems.add(names.places[twice[0]], message)
        return ColumnWish(None, categories=tuple(names))
    found = _given(written, place, problems)
    if found is None:
        return ColumnWish(SCALINGS["none"])
    scaling, numbers = found
    pair = scaling.given(*numbers)
    _check_scales(scaling, (pair,), written.at(scaling.names[1]), problems)
    return ColumnWish(scaling, pair)


def _given(
    written: Values, place: Place, problems: Problems
) -> tuple[Scaling, tuple[Any, Any]] | None:
    """The scaling whose numbers are given, and these; None if they are no pair."""
    for scaling in SCALINGS.values():
        if scaling.names and set(written.values) == set(scaling.names):
            first, second = (written[name] for name in scaling.names)
            return scaling, (first, second)
    if written.complete:
        message = "expected mean and std, or min and max, or columns by name"
        problems.add(place, message)
    return None


def _check_scales(
    scaling: Scaling, pairs: tuple[Pair, ...], place: Place, problems: Problems
) -> None:
    if not all(0.0 < scale < float("inf") for _, scale in pairs):
        problems.add(place, f"nothing can be divided by such a range: {scaling.why}")

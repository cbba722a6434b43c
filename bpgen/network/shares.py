"""Which samples are for what: to learn from, to watch while learning, to test with.

In: how many samples there are, and shares. Out: their numbers, always the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bpgen.errors import Place, Problems
from bpgen.network.samples import ARRAYS, Data
from bpgen.reading.kinds import JsonSchema, Real, Text, reject
from bpgen.reading.records import Record
from bpgen.reading.yaml_reader import Mapping, Node, Scalar, number
from bpgen.runtime.generator import Generator

OTHERS = Record(
    {
        **{key: Text(f"the path of an {key.upper()} file") for key in ARRAYS},
        **{
            key: Text("the name of an array, or the path of a file")
            for key in ("inputs", "targets", "labels")
        },
    },
    "test",
    example="{inputs: x_test, labels: y_test}",
)


@dataclass(frozen=True, slots=True)
class ShareOrFile:
    """A share of the samples, the path of a file with others, or the names of others
    for what `data` names."""

    def read(self, node: Node, problems: Problems) -> Any:
        if isinstance(node, Mapping):
            return OTHERS.read(node, problems)
        try:
            is_share = isinstance(node, Scalar) and number(node) is not None
        except ValueError:
            is_share = False
        if is_share:
            share = Real(0.0, 1.0, open_low=True, open_high=True)
            return share.read(node, problems)
        return Text("a share such as 0.2, or the path of a file").read(node, problems)

    @property
    def words(self) -> str:
        return "a share, a path, or names by key"

    def schema(self) -> JsonSchema:
        share = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
        path = {"type": "string", "minLength": 1}
        return {"anyOf": [share, path, OTHERS.schema()]}


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all samples the share to test with; of the others the one held out while
    learning; and the seed by which they are drawn."""

    test: float = 0.0
    validation: float = 0.0
    seed: int = 0

    def apart(self, count: int) -> tuple[list[int], list[int]]:
        """The samples to train with, and those to test with."""
        return _drawn(count, self.test, self.seed)

    def learned(self, count: int) -> list[int]:
        """Those that training learns from: it holds none of them out."""
        kept, _ = self.apart(count)
        inner, _ = _drawn(len(kept), self.validation, self.seed)
        return [kept[at] for at in inner]


def _drawn(count: int, share: float, seed: int) -> tuple[list[int], list[int]]:
    """The samples that stay, and a share that is drawn as `runtime.held_out` does."""
    order = list(range(count))
    if not share:
        return order, []
    held = max(1, int(share * count))
    Generator(seed).shuffle(order)
    return sorted(order[held:]), sorted(order[:held])


def with_test(data: Data, shares: Shares, place: Place, problems: Problems) -> Data:
    """The samples to train with, with those to test with beside them."""
    kept, tested = shares.apart(len(data.inputs))
    if not kept:
        message = f"nothing is left to train with: all {len(tested)} samples would be "
        raise reject(problems, place, message + "for the test")
    return replace(_chosen(data, kept), test=_chosen(data, tested))


def _chosen(data: Data, places: Sequence[int]) -> Data:
    labels = data.labels
    return replace(
        data,
        inputs=tuple(data.inputs[at] for at in places),
        targets=tuple(data.targets[at] for at in places),
        labels=None if labels is None else tuple(labels[at] for at in places),
    )

"""What makes a page live: the emitted JavaScript, traced, and what it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MOST_NUMBERS = 4000  # of the data, for a page that trains
MOST_TEXT = 100_000  # letters of the data of a large net


@dataclass(frozen=True, slots=True)
class Live:
    """The mathematics of a page and its numbers.

    Attributes:
        code: the emitted module, with a record after each statement of a pass.
        parameters: each with its name and the keys of its numbers.
        inputs, targets: those of the batch; `place` is where the sample stands in it.
        data: all samples, if the page can train: inputs and targets.
        rate: the key of the learning rate, if it can be changed.
    """

    code: str
    class_name: str
    parameters: tuple[tuple[str, tuple[str, ...]], ...]
    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[tuple[float, ...], ...]
    place: int
    data: tuple[Any, Any] | None
    rate: str
    batch_size: int
    keeps_best: bool  # whether training keeps the best epoch of each call


@dataclass(frozen=True, slots=True)
class LargeLive:
    """The mathematics of the page of a large net, which has no records.

    Attributes:
        code: the emitted module.
        weights: those that are shown: the key, the parameter, the place in it.
        inputs, targets, place, rate, keeps_best: as of any page.
        data: as many samples as a page may hold, of `count`.
        mixes: whether a layer mixes the samples of a batch.
    """

    code: str
    class_name: str
    weights: tuple[tuple[str, str, int], ...]
    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[tuple[float, ...], ...]
    place: int
    data: tuple[Any, Any] | None
    count: int
    rate: float
    keeps_best: bool
    mixes: bool

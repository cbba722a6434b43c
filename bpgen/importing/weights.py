"""Numbers of a model on their way into a net, each with the place that it came from.

In: the tensors of a model. Out: parameters of net.yaml, and what the origin file
says of each, so that trained numbers find their way back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import prod
from typing import Any

from bpgen.importing.places import Places

NOWHERE = -1  # the place of a number that the model does not have


@dataclass(frozen=True, slots=True)
class Tensor:
    """What a tensor of the model is called there, and its shape."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Numbers, row by row, and where in the tensors of the model each stands.

    `places` are those of all tensors laid end to end. `factors` scaled the columns;
    `shift` is what was taken off the inputs of the weights that a bias belongs to.
    """

    numbers: tuple[float, ...]
    places: Places
    tensors: tuple[Tensor, ...] = ()
    factors: tuple[float, ...] = ()
    shift: tuple[float, ...] = ()

    @classmethod
    def of(cls, name: str, shape: Sequence[int], numbers: Sequence[float]) -> Weights:
        """A whole tensor of the model."""
        tensor = Tensor(name, tuple(shape))
        return cls(tuple(map(float, numbers)), Places.whole(shape), (tensor,))

    @classmethod
    def named(cls, name: str, nested: Any) -> Weights:
        """A whole tensor of the model, from nested lists or an array."""
        listed = nested.tolist() if hasattr(nested, "tolist") else nested
        return cls.of(name, shape_of(listed), flat(listed))

    @classmethod
    def constant(cls, shape: Sequence[int], number: float) -> Weights:
        """Numbers that the model does not have."""
        count = prod(shape)
        return cls((number,) * count, Places(tuple(shape), (NOWHERE,) * count))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape in net.yaml."""
        return self.places.shape

    def moved(self, change: Callable[[Places], Places]) -> Weights:
        """The same numbers elsewhere, or only some of them."""
        own = change(Places.whole(self.shape))
        numbers = tuple(self.numbers[place] for place in own.at)
        return replace(self, numbers=numbers, places=own.of(self.places))

    def transposed(self) -> Weights:
        """Rows as columns."""
        return self.moved(lambda places: places.permuted((1, 0)))

    def rows(self, chosen: Sequence[int]) -> Weights:
        """Some rows, in that order."""
        return self.moved(lambda places: places.taken(0, chosen))

    def columns(self, chosen: Sequence[int]) -> Weights:
        """Some columns, in that order."""
        return self.moved(lambda places: places.taken(1, chosen))

    def columns_at(self, chosen: Sequence[int]) -> Weights:
        """The columns put to where these places say."""
        back = [0] * len(chosen)
        for number, place in enumerate(chosen):
            back[place] = number
        return self.columns(back)

    def nested(self) -> Any:
        """The numbers as nested lists."""
        return nested(self.numbers, self.shape)

    def origin(self) -> dict[str, Any]:
        """What the origin file says of them."""
        tensors = [{"name": t.name, "shape": list(t.shape)} for t in self.tensors]
        found: dict[str, Any] = {"tensors": tensors}
        if not self.places.is_whole:
            found["places"] = list(self.places.at)
        if self.factors:
            found["factors"] = list(self.factors)
        if self.shift:
            found["shift"] = list(self.shift)
        return found


def stacked(parts: Sequence[Weights]) -> Weights:
    """Rows of several tensors, one below the other."""
    numbers = tuple(chain.from_iterable(part.numbers for part in parts))
    at: list[int] = []
    tensors: list[Tensor] = []
    for part in parts:
        start = sum(prod(tensor.shape) for tensor in tensors)
        at += (p if p == NOWHERE else p + start for p in part.places.at)
        tensors += part.tensors
    rows = sum(part.shape[0] for part in parts)
    places = Places((rows, *parts[0].shape[1:]), tuple(at))
    return Weights(numbers, places, tuple(tensors))


def folded(
    weight: Weights, bias: Weights, scale: Sequence[float], shift: Sequence[float]
) -> tuple[Weights, Weights]:
    """The weights and the bias for inputs that are not scaled any more: of
    (x - shift) * scale becomes x."""
    columns = weight.shape[1]
    scaled = tuple(w * scale[i % columns] for i, w in enumerate(weight.numbers))
    less = []
    for row, start in enumerate(bias.numbers):
        number = start
        for column in range(columns):
            number -= scaled[row * columns + column] * shift[column]
        less.append(number)
    return (
        replace(weight, numbers=scaled, factors=tuple(scale)),
        replace(bias, numbers=tuple(less), shift=tuple(shift)),
    )


def shape_of(listed: Any) -> tuple[int, ...]:
    """The shape of nested lists."""
    shape = []
    while isinstance(listed, list):
        shape.append(len(listed))
        listed = listed[0] if listed else 0.0
    return tuple(shape)


def flat(listed: Any) -> list[float]:
    """The numbers of nested lists, row by row."""
    if not isinstance(listed, list):
        return [float(listed)]
    return [number for item in listed for number in flat(item)]


def nested(numbers: Sequence[float], shape: Sequence[int]) -> Any:
    """Nested lists of that shape."""
    if not shape:
        return numbers[0]
    size = prod(shape[1:])
    return [
        nested(numbers[start : start + size], shape[1:])
        for start in range(0, shape[0] * size, size)
    ]

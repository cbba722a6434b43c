"""Tensors of an ONNX graph: values of the net with the places of some samples.

As `torch_values`, by the arrays that the onnx package brings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy

from bpgen.importing.draft import RefusedError, Value
from bpgen.importing.places import Places
from bpgen.importing.weights import Weights

Array = Any  # of numpy


@dataclass(frozen=True, slots=True)
class Moved:
    """A tensor that depends on the input: places in a layer's output, those of sample
    s from s * size on."""

    layer: str
    size: int
    at: Array
    samples: int

    def by(self, move: Callable[[Array], Array]) -> Moved:
        """The same with its elements elsewhere."""
        return Moved(self.layer, self.size, move(self.at), self.samples)

    def axis(self) -> int | None:
        """The axis of the samples; -1 if each row of the first axis is of one."""
        owners = self.at // self.size
        for axis, extent in enumerate(self.at.shape):
            if extent == self.samples and all(
                (owners.take(s, axis) == s).all() for s in range(self.samples)
            ):
                return axis
        if self.at.ndim > 1:
            rows = owners.reshape(len(owners), -1)
            if (rows == rows[:, :1]).all() and rows[0, 0] == 0:
                return -1
        return None

    def _rows(self) -> list[Array]:
        owners = (self.at // self.size).reshape(len(self.at), -1)[:, 0]
        return [numpy.flatnonzero(owners == s) for s in range(self.samples)]

    def sample(self) -> Value:
        """The first sample's part.

        Raises:
            RefusedError: samples are mixed.
        """
        axis, parts = self.axis(), []
        for s in range(self.samples) if axis is not None else ():
            own = self.at.take(s, axis) if axis != -1 else self.at[self._rows()[s]]
            parts.append(own - s * self.size)
        if not parts or any(not numpy.array_equal(parts[0], p) for p in parts):
            raise RefusedError("samples of a batch are mixed: net.yaml cannot do that")
        at = tuple(map(int, parts[0].ravel()))
        return Value(self.layer, Places(tuple(parts[0].shape), at))

    def like(self, value: Value, size: int) -> Moved:
        """Another value, its samples laid out as those of this one."""
        axis = self.axis() or 0
        own = numpy.array(value.places.at, dtype=numpy.int64).reshape(value.shape)
        each = [own + s * size for s in range(self.samples)]
        if axis >= 0:
            at = numpy.moveaxis(numpy.stack(each), 0, min(axis, len(value.shape)))
        else:
            at = numpy.zeros((len(self.at), *value.shape[1:]), dtype=numpy.int64)
            for rows, part in zip(self._rows(), each, strict=True):
                at[rows] = part
        return Moved(value.layer, size, at, self.samples)


def whole(layer: str, shape: Sequence[int], samples: int) -> Moved:
    """All of a layer's output, samples along the first axis."""
    size = prod(shape)
    at = numpy.arange(samples * size).reshape(samples, *shape)
    return Moved(layer, size, at, samples)


@dataclass(frozen=True, slots=True)
class Known:
    """A constant of the graph; with its name and its places there, if it has some."""

    array: Array
    name: str = ""
    shape: tuple[int, ...] = ()
    at: Array | None = None

    @classmethod
    def named(cls, name: str, array: Array) -> Known:
        """A whole tensor of the file."""
        at = numpy.arange(array.size).reshape(array.shape)
        return cls(array, name, tuple(array.shape), at)

    def by(self, move: Callable[[Array], Array]) -> Known:
        """The same with its elements elsewhere."""
        at = None if self.at is None else move(self.at)
        return Known(move(self.array), self.name, self.shape, at)

    def weights(self) -> Weights:
        """The numbers for net.yaml, with where they came from."""
        numbers = tuple(map(float, self.array.astype(numpy.float64).ravel()))
        shape = tuple(self.array.shape)
        if self.at is None:
            return Weights(numbers, Weights.constant(shape, 0.0).places)
        tensors = Weights.of(self.name, self.shape, [0.0] * prod(self.shape)).tensors
        return Weights(
            numbers, Places(shape, tuple(map(int, self.at.ravel()))), tensors
        )

"""Tensors of a captured model: values of the net, and what is known beforehand.

A value is a layer with the places of a batch of samples: tensors of whole numbers, on
which PyTorch's own operators work that only move numbers. `Known` is a constant with
the places that it has in a parameter of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import torch

from bpgen.importing.draft import RefusedError, Value
from bpgen.importing.places import Places
from bpgen.importing.weights import Weights

BATCH = 2  # samples that a model is captured with, so that their axis can be told


@dataclass(frozen=True, slots=True)
class Moved:
    """A tensor that depends on the input: places in a layer's output, samples and
    all; sample s has those from s * size on."""

    layer: str
    size: int  # of the layer's output
    at: torch.Tensor

    def by(self, move: Callable[[torch.Tensor], torch.Tensor]) -> Moved:
        """The same with its elements elsewhere."""
        return Moved(self.layer, self.size, move(self.at))

    def axis(self) -> int | None:
        """The axis of the samples; -1 if each row of the first axis is of one."""
        owners = self.at // self.size
        for axis, extent in enumerate(self.at.shape):
            if extent == BATCH and all(
                bool((owners.select(axis, s) == s).all()) for s in range(BATCH)
            ):
                return axis
        if self.at.dim() > 1:
            rows = owners.reshape(self.at.shape[0], -1)
            if bool((rows == rows[:, :1]).all()) and int(rows[0, 0]) == 0:
                return -1
        return None

    def _rows(self) -> list[list[int]]:
        """The rows of each sample."""
        owners = (self.at // self.size).reshape(self.at.shape[0], -1)[:, 0].tolist()
        return [
            [row for row, owner in enumerate(owners) if owner == s]
            for s in range(BATCH)
        ]

    def sample(self) -> Value:
        """The first sample's part.

        Raises:
            RefusedError: samples are mixed.
        """
        axis = self.axis()
        parts = []
        for s in range(BATCH):
            if axis is None:
                break
            own = self.at.select(axis, s) if axis >= 0 else self.at[self._rows()[s]]
            parts.append(own - s * self.size)
        if not parts or not all(torch.equal(part, parts[0]) for part in parts):
            raise RefusedError("samples of a batch are mixed: net.yaml cannot do that")
        first, *_ = parts
        at = tuple(first.flatten().tolist())
        return Value(self.layer, Places(tuple(first.shape), at))

    def like(self, value: Value, size: int) -> Moved:
        """Another value, its samples laid out as those of this one."""
        axis = self.axis() or 0
        own = torch.tensor(value.places.at).reshape(value.shape)
        each = [own + s * size for s in range(BATCH)]
        if axis >= 0:
            at = torch.stack(each).movedim(0, min(axis, len(value.shape)))
        else:
            at = torch.zeros((self.at.shape[0], *value.shape[1:]), dtype=torch.long)
            for rows, part in zip(self._rows(), each, strict=True):
                at[rows] = part
        return Moved(value.layer, size, at)


def moved(value: Value, size: int) -> Moved:
    """A value of the net for a batch, the samples along the first axis."""
    own = torch.tensor(value.places.at).reshape(value.shape)
    return Moved(value.layer, size, torch.stack([own + s * size for s in range(BATCH)]))


@dataclass(frozen=True, slots=True)
class Known:
    """A constant of the model; with the parameter that it is made of, if it is one."""

    tensor: torch.Tensor
    name: str = ""
    shape: tuple[int, ...] = ()  # of the parameter
    at: torch.Tensor | None = None

    @classmethod
    def parameter(cls, name: str, tensor: torch.Tensor) -> Known:
        """A whole parameter or buffer."""
        at = torch.arange(tensor.numel()).reshape(tensor.shape)
        return cls(tensor, name, tuple(tensor.shape), at)

    def by(self, move: Callable[[torch.Tensor], torch.Tensor]) -> Known:
        """The same with its elements elsewhere."""
        at = None if self.at is None else move(self.at)
        return Known(move(self.tensor), self.name, self.shape, at)

    def weights(self) -> Weights:
        """The numbers for net.yaml, with where they came from."""
        numbers = self.tensor.detach().double().flatten().tolist()
        shape = tuple(self.tensor.shape)
        if self.at is None:
            found = Weights.constant(shape, 0.0)
            return Weights(tuple(numbers), found.places)
        whole = Weights.of(self.name, self.shape, [0.0] * prod(self.shape))
        places = Places(shape, tuple(self.at.flatten().tolist()))
        return Weights(tuple(numbers), places, whole.tensors)


def weights_of(*parts: Any) -> list[Weights]:
    """The numbers of some constants.

    Raises:
        RefusedError: one depends on the input.
    """
    if not all(isinstance(part, Known) for part in parts):
        raise RefusedError(
            "a weight depends on the input: net.yaml has only fixed ones"
        )
    return [part.weights() for part in parts]

"""What `preprocessing` should compute, where net.yaml gives its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor


def _pair(written: Mapping[str, Any]) -> tuple[Tensor, Tensor]:
    """Offset and scale."""
    if "std" in written:
        return _tensor(written["mean"]), _tensor(written["std"])
    low, high = _tensor(written["min"]), _tensor(written["max"])
    return low, high - low


def _tensor(numbers: Any) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64)


class Scaled:
    """Inputs or targets, on the scale on which a net learns and back."""

    channels_first = False  # whether a column is a number for each channel

    def __init__(self, written: Any) -> None:
        self.columns = written.get("columns", {}) if isinstance(written, dict) else {}
        is_pair = isinstance(written, dict) and not self.columns
        self.pair = _pair(written) if is_pair else None

    def forth(self, raw: Tensor, shape: Any) -> Tensor:
        """What the net learns on, in a shape of its own."""
        if self.columns:
            parts = zip(self.columns.values(), raw.reshape(-1), strict=True)
            raw = torch.cat([_column(own, number) for own, number in parts])
        found = raw.reshape(shape)
        if self.pair is None:
            return found
        offset, scale = (self._along(numbers, found) for numbers in self.pair)
        return (found - offset) / scale

    def back(self, found: Tensor) -> Tensor:
        """In the units of what was raw."""
        if self.columns:
            parts = zip(self.columns.values(), found.reshape(-1), strict=True)
            pairs = [(own, number) for own, number in parts]
            return torch.stack(
                [
                    n if isinstance(own, str) else n * _pair(own)[1] + _pair(own)[0]
                    for own, n in pairs
                ]
            ).reshape(found.shape)
        if self.pair is None:
            return found
        offset, scale = (self._along(numbers, found) for numbers in self.pair)
        return found * scale + offset

    def _along(self, numbers: Tensor, of: Tensor) -> Tensor:
        """A number for each feature, or for each channel."""
        if of.dim() == 3 or (of.dim() == 2 and self.channels_first):
            return numbers.reshape(-1, *[1] * (of.dim() - 1))
        return numbers


def _column(written: Any, number: Tensor) -> Tensor:
    if isinstance(written, str):  # none
        return number.reshape(1)
    if "onehot" in written:
        places = torch.arange(len(written["onehot"]), dtype=torch.float64)
        return (places == number).to(torch.float64)
    offset, scale = _pair(written)
    return ((number - offset) / scale).reshape(1)

"""What depends on how many bits the numbers of a file have: what its checks go by.

The bounds of 32 bits are measured, see docs/languages.md.
"""

from __future__ import annotations


class Precision:
    """The steps and the bounds of checks, for numbers of so many bits, 64 or 32."""

    __slots__ = ()
    bits: int

    @property
    def joins_epochs(self) -> bool:
        """Whether several epochs are one call, whose lists a chip has no place for."""
        return self.bits == 64

    @property
    def probe(self) -> float:
        """By how much the gradient check moves a number."""
        return 1e-6 if self.bits == 64 else 2e-3

    @property
    def near_probe(self) -> float:
        """By how much it does where it looks for a kink: half of that."""
        return self.probe / 2.0

    @property
    def doubtful(self) -> float:
        """From which error on it looks for one."""
        return 1e-7 if self.bits == 64 else 1e-4

    @property
    def bend(self) -> float:
        """How far two differences are apart, relative to the loss, beside a kink."""
        return 1e-6 if self.bits == 64 else 1e-3

    @property
    def gradient_bound(self) -> float:
        """How far a gradient may be from differences of the loss."""
        return 1e-6 if self.bits == 64 else 1e-2

    @property
    def step_bound(self) -> float:
        """How far training may be from what was recorded."""
        return 1e-9 if self.bits == 64 else 1e-3

    @property
    def sum_bound(self) -> float:
        """How far from 1 the sum of a distribution may be."""
        return 1e-6 if self.bits == 64 else 1e-4

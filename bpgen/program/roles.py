"""What a variable is for, and in which order the rounds of a loop run."""

from __future__ import annotations

from enum import Enum


class Role(Enum):
    """What a variable is for; it decides how long the variable lives."""

    INPUT = "input"  # the sample that comes in
    INPUT_GRADIENT = "input gradient"  # dL/dinput of the sample
    TARGET = "target"  # the expected outputs of the sample
    PARAMETER = "parameter"  # a weight or a bias
    GRADIENT = "gradient"  # dL/dparameter, summed over the batch
    BUFFER = "buffer"  # what a layer remembers without training it
    VALUE = "value"  # computed from one sample
    LOCAL = "local"  # lives for one round of a loop
    INDEX = "index"  # a whole number that may index, for one round of a loop
    LOSS = "loss"  # of an epoch, for the schedule
    COUNT = "count"  # the number of samples in the batch
    STATE = "state"  # what the optimizer keeps between updates
    SETTING = "setting"  # a number of the optimizer, such as the learning rate

    # Each member is there once; that of Enum hashes the name, in Python, every time.
    __hash__ = object.__hash__


class Order(Enum):
    """In which order the rounds of a loop run."""

    ANY = "any"  # no round reads what another one writes
    UPWARDS = "upwards"  # through time
    DOWNWARDS = "downwards"  # back through time

    def of(self, rounds: range) -> range:
        """The rounds in this order."""
        return rounds[::-1] if self is Order.DOWNWARDS else rounds

    @property
    def mirrored(self) -> Order:
        """The order of the loop that derives this one backwards."""
        match self:
            case Order.UPWARDS:
                return Order.DOWNWARDS
            case Order.DOWNWARDS:
                return Order.UPWARDS
            case _:
                return self

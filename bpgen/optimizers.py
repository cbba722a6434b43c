"""The optimizers: each is a few neutral statements, written once.

`w` is an element of a parameter, `g` its gradient; every other name on the left
of a statement is state that lives as long as the parameter. Options are settings
of the emitted class. Semantics and names are those of torch.optim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that an optimizer reads; a rate is above 0."""

    default: float
    is_rate: bool = False


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One update of one parameter element: statements (target, formula)."""

    name: str
    settings: Mapping[str, Setting]
    statements: tuple[tuple[str, str], ...]


def _table(*optimizers: Optimizer) -> Mapping[str, Optimizer]:
    return {optimizer.name: optimizer for optimizer in optimizers}


OPTIMIZERS: Mapping[str, Optimizer] = _table(
    Optimizer(
        "sgd",
        {"learning_rate": Setting(0.01, is_rate=True)},
        (("w", "w - learning_rate * g"),),
    ),
)

"""Learning-rate schedules: each is a few neutral statements, written once.

A schedule moves after each epoch of train(), or after each update. Its statements
set `learning_rate`; `base` is the learning rate of net.yaml, `loss` that of the
epoch. Values are those of torch.optim.lr_scheduler; warmup is LinearLR from
1 / steps, which torch leaves to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bpgen.reading.kinds import Kind, ListOf, Real, Whole

Options: TypeAlias = Mapping[str, Any]
Steps: TypeAlias = tuple[tuple[str, str], ...]
ALL_EPOCHS = "all of training"
LARGEST = 1.7976931348623157e308  # where a best loss starts

_COUNT = Whole(1, 1_000_000_000)
_FACTOR = Real(0.0, open_low=True)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule: its keys, what it keeps, one move, and the first learning rate.

    `first` is a factor of the base rate; `scalars` start as a number or an option;
    `defaults` are those of keys that may be left out, ALL_EPOCHS is as many moves as
    training has epochs.
    """

    name: str
    keys: Mapping[str, Kind]
    scalars: Mapping[str, float | str]
    move: Callable[[Options], Steps]
    first: Callable[[Options], float] = lambda options: 1.0
    needs_loss: bool = False
    story: str = ""  # for comments
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that have to be written."""
        return tuple(key for key in self.keys if key not in self.defaults)


def _multistep(options: Options) -> Steps:
    drops = (
        ("learning_rate", f"learning_rate * gamma if moves == {at} else learning_rate")
        for at in options["milestones"]
    )
    return (("moves", "moves + 1"), *drops)


def _plateau(options: Options) -> Steps:
    # with patience 0 it is 0 in any case, and a choice would be odd
    worse = "0 if worse > patience else worse" if options["patience"] else "0"
    return (
        ("worse", "0 if loss < best * 0.9999 else worse + 1"),
        ("best", "loss if loss < best * 0.9999 else best"),
        ("lower", "learning_rate * factor if worse > patience else learning_rate"),
        ("learning_rate", "lower if learning_rate - lower > 1e-8 else learning_rate"),
        ("worse", worse),
    )


def _table(*schedules: Schedule) -> Mapping[str, Schedule]:
    return {schedule.name: schedule for schedule in schedules}


SCHEDULES: Mapping[str, Schedule] = _table(
    Schedule(
        "step",
        {"step_size": _COUNT, "gamma": _FACTOR},
        {"left": "step_size"},
        lambda options: (
            ("left", "left - 1"),
            ("learning_rate", "learning_rate * gamma if left == 0 else learning_rate"),
            ("left", "step_size if left == 0 else left"),
        ),
        story="It is lowered once in so many moves.",
    ),
    Schedule(
        "multistep",
        {"milestones": ListOf(_COUNT, "milestones"), "gamma": _FACTOR},
        {"moves": 0.0},
        _multistep,
        story="It is lowered at the moves that net.yaml names.",
    ),
    Schedule(
        "exponential",
        {"gamma": _FACTOR},
        {},
        lambda options: (("learning_rate", "learning_rate * gamma"),),
        story="Each move lowers it by the same factor.",
    ),
    Schedule(
        "cosine",
        {"steps": _COUNT, "minimum": Real(0.0)},
        {"moves": 0.0},
        lambda options: (
            ("moves", "moves + 1"),
            ("wave", "0.5 * (1 + cos(3.141592653589793 * moves / steps))"),
            ("learning_rate", "minimum + (base - minimum) * wave"),
        ),
        story="It falls along half a wave, slowly at first and at the end.",
        defaults={"steps": ALL_EPOCHS, "minimum": 0.0},
    ),
    Schedule(
        "linear",
        {
            "start": Real(0.0, 1.0, open_low=True),
            "end": Real(0.0, 1.0),
            "steps": _COUNT,
        },
        {"moves": 0.0},
        lambda options: (
            ("moves", "smaller(moves + 1, steps)"),
            ("learning_rate", "base * (start + (end - start) * moves / steps)"),
        ),
        lambda options: float(options["start"]),
        story="It goes along a straight line, and stays at its end.",
        defaults={"steps": ALL_EPOCHS},
    ),
    Schedule(
        "warmup",
        {"steps": _COUNT},
        {"moves": 1.0},
        lambda options: (
            ("moves", "smaller(moves + 1, steps)"),
            ("learning_rate", "base * moves / steps"),
        ),
        lambda options: 1.0 / float(options["steps"]),
        story="It rises along a straight line, from small first steps.",
    ),
    Schedule(
        "plateau",
        {
            "factor": Real(0.0, 1.0, open_low=True, open_high=True),
            "patience": Whole(0, 10**9),
        },
        {"best": LARGEST, "worse": 0.0},
        _plateau,
        needs_loss=True,
        story="It is lowered when the loss has not fallen for long.",
    ),
)

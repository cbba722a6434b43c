"""Saved states that are damaged or foreign, each with words that say what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

State: TypeAlias = dict[str, Any]
Change: TypeAlias = tuple[str, list[str], Callable[[State], None]]
NO_JSON = "JSON"  # Dart's reader of JSON refuses what Python's leaves to the file

# What numbers no training brings an array of that name to.
NEGATIVE = (
    *("step", "square_avg", "sum", "acc_delta", "exp_avg_sq", "exp_inf", "step_size"),
    "running_var",
)
POWERS = ("beta1_power", "beta2_power", "decay", "mu_product")
OUTSIDE = dict.fromkeys(NEGATIVE, (-0.5,)) | dict.fromkeys(POWERS, (-0.5, 1.5))


def damaged(state: State) -> dict[str, tuple[str, list[str]]]:
    """The text of each damaged state and the words, one of which is to be told."""
    text = json.dumps(state)
    found = {
        "a state cut short": (text[: len(text) // 2], [NO_JSON]),
        "a state twice": (text + text, [NO_JSON]),
        "an empty text": ("", [NO_JSON]),
        "a list of states": (f"[{text}]", ["format"]),
    }
    for name, words, change in changes(state):
        changed = json.loads(text)
        change(changed)
        wrong = json.dumps(changed).replace('"1e999"', "1e999")
        found[f"a state with {name}"] = (wrong, words)
    return found


def changes(state: State) -> Iterator[Change]:
    """What may be wrong: a title, the words, and what makes it so."""
    for part in state:
        words = ["another net"] if part == "net" else [part]
        yield f"no {part}", words, remover(part)
        for wrong in (None, 5.5, "x", []):
            yield f"{wrong!r} for {part}", words, setter(wrong, part)
    yield "an optimizer of another type", ["optimizer"], setter(
        "x", "optimizer", "type"
    )
    for wrong in (-1, True, "1"):
        yield f"epoch {wrong!r}", ["epoch"], setter(wrong, "epoch")
    for wrong in (-1, 4_294_967_296, 0.5, None, "1"):
        yield f"{wrong!r} in the generator", ["generator"], setter(
            wrong, "generator", 2
        )
    yield "five words", ["generator"], setter([1, 2, 3, 4, 5], "generator")
    for path in arrays(state):
        yield from changes_of_arrays(state, path)


def outside(state: State) -> dict[str, tuple[str, list[str]]]:
    """The same of states with a number that no training gives: a mean of squares below
    0, of which there is no root, a power of a share above 1; one of each kind."""
    found = {}
    for path in (("optimizer", "state"), ("buffers",)):
        held: State = state
        for key in path:
            held = held.get(key, {})
        kinds = {name.rpartition(".")[2]: name for name in held}
        for kind, name in kinds.items():
            for wrong in OUTSIDE.get(kind, ()):
                changed = json.loads(json.dumps(state))
                first = (0,) * depth(held[name])
                setter(wrong, *path, name, *first)(changed)
                words = ["optimizer"] if wrong > 0.0 else [name]
                found[f"{wrong} in {name}"] = (json.dumps(changed), words)
    return found


def arrays(state: State) -> Iterator[tuple[str, ...]]:
    """Where arrays stand by their names."""
    yield ("parameters",)
    if "state" in state["optimizer"]:
        yield ("optimizer", "state")
    if state["schedule"]:
        yield ("schedule",)


def changes_of_arrays(state: State, path: tuple[str, ...]) -> Iterator[Change]:
    """The same for arrays by name: a name, a shape, a number."""
    where, held = " ".join(path), state
    for key in path:
        held = held[key]
    yield f"other names in {where}", ["other"], setter([1.0], *path, "other")
    for name, value in held.items():
        place = (*path, name)
        yield f"no {name} in {where}", [name], remover(*place)
        first = (0,) * depth(value)
        for wrong in (float("nan"), "1e999", "x", None, True, [[[1.0]]]):
            title = f"{wrong!r} for a number of {name} in {where}"
            yield title, [name, NO_JSON], setter(wrong, *place, *first)
        if isinstance(value, list):
            yield f"a short {name} in {where}", [name], setter(value[1:], *place)


def depth(value: Any) -> int:
    """How many axes nested lists have."""
    return 1 + depth(value[0]) if isinstance(value, list) else 0


def setter(value: Any, *path: Any) -> Callable[[State], None]:
    """Sets what stands at a path."""

    def change(state: Any) -> None:
        for key in path[:-1]:
            state = state[key]
        state[path[-1]] = value

    return change


def remover(*path: str) -> Callable[[State], None]:
    """Removes what stands at a path."""

    def change(state: Any) -> None:
        for key in path[:-1]:
            state = state[key]
        del state[path[-1]]

    return change

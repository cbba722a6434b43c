"""A large net in few words: a unit of each layer in full, the others in a table.

In: an explanation with everything. Out: one that a person can read, which says what it
leaves out.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from bpgen.explaining.model import (
    Cell,
    Contrast,
    Derivation,
    Explanation,
    Quantity,
    Step,
    Table,
    Weight,
)

FULL = 40  # parameters, up to which nothing is left out,
MANY = 130  # and numbers that are derived
ALIKE = 3  # numbers of one kind in a step, up to which all are told
SHOWN = 12  # weights of a larger net
MOVED = 3  # of them, whose updates are told in full


def shortened(whole: Explanation) -> Explanation:
    """The explanation, if it is not too long; else its summary."""
    count = sum(len(step.derivations) for step in whole.steps)
    if len(whole.weights) <= FULL and count <= MANY:
        return whole
    kept, left = _first_of_each(whole.steps)
    slim, alike = _without_alike(kept)
    weights = steepest(whole.weights, SHOWN)
    keys = {weight.before.key for weight in steepest(weights, MOVED)}
    slopes = {weight.gradient.key for weight in whole.weights if weight.gradient}
    steps = tuple(_trimmed(step, keys) for step in slim)
    said = [
        (
            f"{len(left)} neurons are computed by the same rules as those shown: "
            f"--neuron {left[0]} shows one of them."
            if left
            else ""
        ),
        (
            f"{alike} numbers of layers that are computed as a whole are left out: by "
            "the same rules as the first and the last of their kind."
            if alike
            else ""
        ),
        f"Of {len(slopes)} gradients the {len(weights)} largest are shown: "
        "--weight NAME shows any other one. The updates of the "
        f"{len(keys)} steepest are told in full.",
    ]
    return replace(
        whole,
        steps=steps,
        weights=weights,
        contrast=_of(whole.contrast, weights),
        tables=(*whole.tables, neurons(whole.steps)),
        left_out=tuple(filter(None, said)),
    )


def _of(contrast: Contrast | None, weights: tuple[Weight, ...]) -> Contrast | None:
    """The wrong step, of some weights."""
    if contrast is None:
        return None
    keys = {weight.before.key for weight in weights}
    rows = tuple(row for row in contrast.weights if row[0].before.key in keys)
    return replace(contrast, weights=rows)


def _first_of_each(steps: tuple[Step, ...]) -> tuple[list[Step], list[str]]:
    """The first step of each layer and phase, and the labels of the others."""
    kept: list[Step] = []
    left: dict[str, None] = {}
    seen: set[tuple[str, str, bool]] = set()
    for step in steps:
        key = step.phase, step.layer, _is_unit(step)
        if key in seen:
            left[step.label] = None
        else:
            kept.append(step)
        seen.add(key)
    return kept, list(left)


def _without_alike(steps: list[Step]) -> tuple[list[Step], int]:
    """The steps; of those that are of a whole layer, of many numbers of one kind the
    first and the last. And how many are left out."""
    found, count = list[Step](), 0
    for step in steps:
        if step.phase == "update" or _is_unit(step):
            found.append(step)
            continue
        kept: list[Derivation] = []
        for _, group in groupby(step.derivations, _kind_of):
            alike = list(group)
            kept += alike if len(alike) <= ALIKE else [alike[0], alike[-1]]
        count += len(step.derivations) - len(kept)
        found.append(replace(step, derivations=tuple(kept)))
    return found, count


def _kind_of(made: Derivation) -> str:
    """What all numbers of one kind begin with."""
    return made.quantity.key.partition("_")[0]


def _is_unit(step: Step) -> bool:
    """Whether a step is of one neuron."""
    return step.label not in ("L", step.layer.removeprefix("Layer "))


def steepest(weights: tuple[Weight, ...], most: int) -> tuple[Weight, ...]:
    """Those with the largest gradients, in their order."""
    trained = [weight for weight in weights if weight.gradient is not None]

    def size(weight: Weight) -> float:
        return -abs(weight.gradient.value) if weight.gradient else 0.0

    chosen = {w.before.key for w in sorted(trained, key=size)[:most]}
    return tuple(weight for weight in weights if weight.before.key in chosen)


def _trimmed(step: Step, keys: set[str]) -> Step:
    """The update of some weights alone, with what is on the way to them."""
    if step.phase != "update":
        return step
    made = (d for d in step.derivations if not d.weight or d.weight in keys)
    return replace(step, derivations=tuple(made))


def neurons(steps: tuple[Step, ...]) -> Table:
    """All neurons: net input, activation, and the slopes by both."""
    by_key: dict[str, Quantity] = {}
    labels: dict[str, None] = {}
    for step in steps:
        if step.phase == "forward":
            labels[step.label] = None
        if step.phase in ("forward", "backward"):
            by_key |= {d.quantity.key: d.quantity for d in step.derivations}
    heads = [p for p in ("z", "a", "da", "dz") if _has(p, labels, by_key)]
    rows: list[tuple[Cell, ...]] = []
    for label in labels:
        cells = [by_key.get(f"{prefix}_{label}") for prefix in heads]
        if any(cells):
            rows.append((label, *(cell or "" for cell in cells)))
    text = "Every neuron of the net, computed by the rules above."
    return Table("All neurons", text, ("neuron", *heads), tuple(rows))


def _has(prefix: str, labels: dict[str, None], by_key: dict[str, Quantity]) -> bool:
    return any(f"{prefix}_{label}" in by_key for label in labels)

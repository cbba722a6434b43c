"""A large net in few words: a unit of each layer in full, the others in a table.

In: an explanation with everything. Out: one that a person can read, which says what it
leaves out.
"""

from __future__ import annotations

from dataclasses import replace

from bpgen.explaining.model import Explanation, Quantity, Step, Table, Weight

FULL = 40  # parameters, up to which nothing is left out
SHOWN = 12  # weights of a larger net


def shortened(whole: Explanation) -> Explanation:
    """The explanation, if it is not too long; else its summary."""
    if len(whole.weights) <= FULL:
        return whole
    kept, left = _first_of_each(whole.steps)
    weights = _steepest(whole.weights)
    keys = {weight.before.key for weight in weights}
    slopes = {weight.gradient.key for weight in whole.weights if weight.gradient}
    steps = tuple(_trimmed(step, keys) for step in kept)
    said = [
        (
            f"{len(left)} neurons are computed by the same rules as those shown: "
            f"--neuron {left[0]} shows one of them."
            if left
            else ""
        ),
        f"Of {len(slopes)} gradients the {len(weights)} largest are shown: "
        "--weight NAME shows any other one.",
    ]
    return replace(
        whole,
        steps=steps,
        weights=weights,
        tables=(*whole.tables, neurons(whole.steps)),
        left_out=tuple(filter(None, said)),
    )


def _first_of_each(steps: tuple[Step, ...]) -> tuple[list[Step], list[str]]:
    """The first step of each layer and phase, and the labels of the others."""
    kept: list[Step] = []
    left: dict[str, None] = {}
    seen: set[tuple[str, str, bool]] = set()
    for step in steps:
        is_unit = step.layer.removeprefix("Layer ") != step.label
        key = step.phase, step.layer, is_unit
        if key in seen:
            left[step.label] = None
        else:
            kept.append(step)
        seen.add(key)
    return kept, list(left)


def _steepest(weights: tuple[Weight, ...]) -> tuple[Weight, ...]:
    """Those with the largest gradients, in their order."""
    trained = [weight for weight in weights if weight.gradient is not None]

    def size(weight: Weight) -> float:
        return -abs(weight.gradient.value) if weight.gradient else 0.0

    chosen = {w.before.key for w in sorted(trained, key=size)[:SHOWN]}
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
    rows: list[tuple[str | float, ...]] = []
    for label in labels:
        cells = [by_key.get(f"{prefix}_{label}") for prefix in heads]
        if any(cells):
            rows.append((label, *(cell.value if cell else "" for cell in cells)))
    text = "Every neuron of the net, computed by the rules above."
    return Table("All neurons", text, ("neuron", *heads), tuple(rows))


def _has(prefix: str, labels: dict[str, None], by_key: dict[str, Quantity]) -> bool:
    return any(f"{prefix}_{label}" in by_key for label in labels)

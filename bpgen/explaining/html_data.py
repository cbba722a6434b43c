"""What the page's script goes by: the steps, what they light up, keys of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bpgen.explaining.html_parts import path_step
from bpgen.explaining.live import Live
from bpgen.explaining.model import Derivation, Explanation, Part, Quantity, Step
from bpgen.explaining.picture import THICK, THIN, Picture, sizes_of


@dataclass(frozen=True, slots=True)
class View:
    """A step of the page: one of the explanation, or a path by itself."""

    id: str
    phase: str
    label: str
    lit: tuple[str, ...]
    path: tuple[Derivation, Part] | None = None


def views_of(found: Explanation) -> list[View]:
    """The steps of the page, from the start to the new loss."""
    lit = () if found.columns else ("layer input",)
    return [View("start", "start", "net", lit), *_views(found)]


def _views(found: Explanation) -> Iterator[View]:
    outputs = found.columns[-1] if found.columns else ()
    for step in found.steps:
        if step.phase == "backward":
            for made in step.derivations:
                if made.part_kind == "path":
                    yield from _paths(made)
        lit = set(step.lit)
        if step.phase in ("forward", "backward"):
            lit |= {w.before.key for w in found.every if w.into == step.label}
            lit |= {f"loss_{step.label}"} if step.phase == "backward" else set()
        if step.label == "L" or step.phase == "after":
            lit |= {"L", *(f"loss_{unit}" for unit in outputs)}
        if not found.columns:  # its picture is one of layers
            lit |= {f"layer {step.layer.removeprefix('Layer ').lower()}"}
        yield View(step.id, step.phase, step.label, tuple(sorted(lit)))


def _paths(made: Derivation) -> Iterator[View]:
    for part in made.parts:
        pieces = [piece for piece in part.formula if isinstance(piece, Quantity)]
        weights = tuple(q.key for q in pieces if q.key.startswith("w"))
        start = made.quantity.key.partition("_")[2]
        label = f"{start}\u2190{part.to}"
        id_ = path_step(made, part)
        yield View(id_, "backward", label, weights, (made, part))


def page_data(found: Explanation, live: Live, views: list[View]) -> dict[str, Any]:
    """The page's data, for its script."""
    sample = (*found.inputs, *found.targets)
    given = {q.key: q.value for q in (*sample, *(w.before for w in found.every))}
    given |= {s.key: s.value for s in found.settings if s.key == live.rate}
    trained = [w for w in found.every if w.gradient is not None]
    slopes = {w.before.key: w.gradient.key for w in trained if w.gradient}
    is_mean = any(key.startswith("mean_") for key in slopes.values())
    checked = [w for w in found.weights if w.check and w.gradient]
    read = (
        piece
        for step in found.steps
        for made in step.derivations
        for piece in made.formula
        if step.phase == "update" and isinstance(piece, Quantity)
    )
    data: dict[str, Any] = {
        "constants": {q.key: q.value for q in read if q.key not in given},
        "digits": found.digits,
        "given": given,
        "parameters": live.parameters,
        "inputKeys": [q.key for q in found.inputs],
        "targetKeys": [q.key for q in found.targets],
        "inputs": live.inputs,
        "targets": live.targets,
        "place": live.place,
        "batch": found.batch,
        "slopes": {key: slope.removeprefix("mean_") for key, slope in slopes.items()},
        "mean": "mean_" if is_mean else "",
        "rate": live.rate,
        "fixed": {
            f"dual_{w.gradient.key}": w.check.dual or 0.0
            for w in checked
            if w.check and w.gradient
        },
        "central": {f"central_{w.gradient.key}": 1 for w in checked if w.gradient},
        "data": live.data,
        "keepsBest": live.keeps_best,
    }
    return data | _pictured(found, views)


def _pictured(found: Explanation, views: list[View]) -> dict[str, Any]:
    """What the picture shows at which step."""
    steps = []
    for view in views:
        mode = "backward" if view.phase == "backward" else view.phase
        own: dict[str, Any] = {"id": view.id, "mode": mode, "lit": view.lit}
        if view.path:
            own["path"] = view.path[1].quantity.key
        steps.append(own)
    ready: dict[str, int] = {q.key: 0 for q in found.inputs}
    back: dict[str, int] = {}
    by_id: dict[str, Step] = {step.id: step for step in found.steps}
    for at, view in enumerate(views):
        step = by_id.get(view.id)
        if view.phase == "forward":
            ready[view.label] = at
        elif view.phase == "loss":
            ready["L"] = at
        elif view.phase == "backward" and step is not None:
            back[view.label] = at
            back |= {d.quantity.key: at for d in step.derivations}
    if found.focus:  # told backwards: all is known from the start
        ready, back = dict.fromkeys(ready, 0) | {"L": 0}, dict.fromkeys(back, 0)
    if not found.columns:
        return {"steps": steps, "ready": ready, "back": back, "nodes": {}, "into": {}}
    return {"steps": steps} | _drawn(found, ready, back)


def _drawn(
    found: Explanation, ready: dict[str, int], back: dict[str, int]
) -> dict[str, Any]:
    """The nodes and lines of the picture."""
    picture = Picture(found)
    nodes = {}
    for units in found.columns[1:]:  # what is left out is known with its layer
        ready |= {u: _first(ready, units) for u in units if u not in ready}
        back |= {u: _first(back, units) for u in units if u not in back}
    for unit in picture.places:
        value, slope = picture.node_keys(unit)
        z = f"z_{unit}" if f"z_{unit}" in picture.values else value
        nodes[unit] = (value, slope, z)
    parts = {}
    for unit in picture.outputs:
        slope = f"da_{unit}" if f"da_{unit}" in back else f"dz_{unit}"
        parts[f"loss_{unit}"] = slope
        back.setdefault(slope, _first(back, picture.outputs))
    return {
        "ready": ready,
        "back": back,
        "nodes": nodes,
        "into": {w.before.key: w.into for w in found.every},
        "partSlopes": parts,
        "labels": sizes_of(found.columns).has_labels,
        "widths": THIN if picture.is_crowded else THICK,
    }


def _first(known: dict[str, int], units: tuple[str, ...]) -> int:
    """When the first of some units is known."""
    return min((known[unit] for unit in units if unit in known), default=0)

"""An explanation of one neuron, or of one weight alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bpgen.errors import InputError, Problem, suggestion
from bpgen.explaining.model import Derivation, Explanation, Quantity, Step, Weight
from bpgen.explaining.request import Request

ARROW = re.compile(r"(?:w\()?(\w+)\s*<-\s*(\w+)\)?")


def focused(whole: Explanation, request: Request) -> Explanation:
    """What belongs to the neuron or the weight that is asked for.

    Raises:
        InputError: there is none of that name.
    """
    if request.weight:
        return _of_weight(whole, request.weight)
    return _of_neuron(whole, request.neuron)


def _of_neuron(whole: Explanation, name: str) -> Explanation:
    steps = [step for step in whole.steps if step.label == name]
    if not steps:
        known = dict.fromkeys(s.label for s in whole.steps if s.phase == "forward")
        raise InputError([Problem(_unknown("--neuron", name, known))])
    weights = tuple(w for w in whole.weights if name in (w.into, w.source))
    own = {w.before.key for w in whole.weights if w.into == name}
    for step in whole.steps:
        if step.phase == "update":
            made = tuple(d for d in step.derivations if d.weight in own)
            steps.append(replace(step, derivations=made))
    return replace(whole, steps=tuple(steps), weights=weights, focus=f"neuron {name}")


def _of_weight(whole: Explanation, name: str) -> Explanation:
    weight = _found(whole.weights, name)
    by_key = {d.quantity.key: d for step in whole.steps for d in step.derivations}
    start = [weight.after.key]
    if weight.gradient is not None:
        start.append(weight.gradient.key)
        start.append(weight.gradient.key.removeprefix("mean_"))
    needed = _tree(start, by_key)
    steps = tuple(_kept(reversed(whole.steps), needed))
    words = f"weight {weight.before.name}"
    return replace(whole, steps=steps, weights=(weight,), focus=words)


def _found(weights: Iterable[Weight], name: str) -> Weight:
    arrow = ARROW.fullmatch(name)
    for weight in weights:
        if name in (weight.before.key, weight.before.name):
            return weight
        if arrow and arrow.groups() == (weight.into, weight.source):
            return weight
    known = [weight.before.key for weight in weights]
    raise InputError([Problem(_unknown("--weight", name, known))])


def _unknown(option: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    some = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    told = suggestion(name, names)
    return f"{option}: unknown name {name[:40]!a}{told or f' (there is {some})'}"


def _tree(start: list[str], by_key: dict[str, Derivation]) -> set[str]:
    """The keys of all that a number is computed from."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        key = waiting.pop()
        derivation = by_key.get(key)
        if derivation is None or key in found:
            continue
        found.add(key)
        pieces = derivation.formula
        waiting += [piece.key for piece in pieces if isinstance(piece, Quantity)]
    return found


def _kept(steps: Iterable[Step], needed: set[str]) -> Iterator[Step]:
    for step in steps:
        made = [d for d in step.derivations if d.quantity.key in needed]
        if made:
            yield replace(step, derivations=tuple(reversed(made)), text=())

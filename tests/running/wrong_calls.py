"""Calls that every emitted class has to refuse, and that must change nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from nets.net import Net, Row
from running.damage import damaged, outside

from bpgen.verifying.script import EARLY, WRONG, Attempt, Recorder, Reference, Script

# Nets with every part that a saved state may have; all nets would make megabytes.
DAMAGED = ("one_unit", "epochs_step", "stops_plateau_held")
Calls: TypeAlias = dict[str, Callable[[], Reference]]


def wrong_calls(script: Script, net: Net, state: str) -> dict[str, Attempt]:
    """Each wrong call by its title; `state` is a saved training."""
    made = script.new()
    made.set_parameters(net.parameters)
    told = damaged(json.loads(state)) if net.name in DAMAGED else {}
    told |= outside(json.loads(state))
    early = _early(script, net)
    made.forward(net.inputs[0])
    calls = (
        early
        | _of_shapes(made, net)
        | _of_samples(made, net)
        | _of_seeds(script)
        | _of_parameters(made, net)
        | _of_states(made, state)
        | {name: _loading(made, text) for name, (text, _) in told.items()}
    )
    found, before = {}, made.to_json()
    for title, call in calls.items():
        kind = EARLY if title in early else WRONG
        words = tuple(told[title][1]) if title in told else ("",)
        reference, after = call(), made.to_json()
        found[title] = Attempt(reference, before, after, kind, words)
        before = after
    return found


def classes_of(net: Net) -> int:
    """How many classes there are to choose from; none where that is not the task."""
    return net.output_shape[-1] if net.network.loss.targets.are_classes else 0


def _early(script: Script, net: Net) -> Calls:
    """What needs a forward pass with these parameters."""
    x, t = net.inputs, net.targets
    late, updated = script.new(), script.new()
    late.forward(x[0])
    late.set_parameters(net.parameters)
    updated.batch_gradients(x, t)
    updated.update()
    return {
        "loss before forward": lambda: script.new().loss(t[0]),
        "backward before forward": lambda: script.new().backward(t[0]),
        "backward after new parameters": lambda: late.backward(t[0]),
        "backward after update": lambda: updated.backward(t[0]),
    }


def _of_shapes(made: Recorder, net: Net) -> Calls:
    x, t = net.inputs, net.targets
    return {
        "predict of too few": lambda: made.predict(x[0][1:]),
        "predict of too many": lambda: made.predict([*x[0], 1.0]),
        "forward of too few": lambda: made.forward(x[0][1:]),
        "forward of too many": lambda: made.forward([*x[0], 1.0]),
        "loss of too few": lambda: made.loss(t[0][1:]),
        "backward of too many": lambda: made.backward([*t[0], 1.0]),
        "batch without targets": lambda: made.batch_gradients(x, t[1:]),
        "batch of nothing": lambda: made.train_step([], []),
        "train without inputs": lambda: made.train(x[1:], t),
        "train of nothing": lambda: made.train([], []),
        "train for no epoch": lambda: made.train(x, t, epochs=0),
    }


def _of_samples(made: Recorder, net: Net) -> Calls:
    """Of the right length, with a number that is wrong for the loss or a layer."""
    x, t, found = net.inputs[0], net.targets[0], Calls()
    for number, row in enumerate(_wrong_targets(net)):
        title = f"of wrong targets {number}"
        found[f"loss {title}"] = lambda w=row: made.loss(w)
        found[f"backward {title}"] = lambda w=row: made.backward(w)
        found[f"batch {title}"] = lambda w=row: made.train_step([x], [w])
    for number, row in enumerate(_wrong_inputs(net)):
        title = f"of wrong inputs {number}"
        found[f"predict {title}"] = lambda w=row: made.predict(w)
        found[f"forward {title}"] = lambda w=row: made.forward(w)
        found[f"batch {title}"] = lambda w=row: made.train_step([w], [t])
    classes = classes_of(net)
    if classes:
        found["class below 0"] = lambda: made.one_hot(-1)
        found["class too large"] = lambda: made.one_hot(classes)
    return found


def _wrong_targets(net: Net) -> Iterator[Row]:
    kind, right = net.network.loss.targets.name, net.targets[0]
    first = {
        "NOT_NEGATIVE": [-0.5],
        "UNIT": [-0.5, 1.5],
        "SIGNS": [0.0, 2.0],
        "DISTRIBUTION": [right[0] + 0.5, -0.5],
        "ONE_HOT": [right[0] + 1.0, 0.5],
    }
    if kind in first:
        yield from ([number, *right[1:]] for number in (*first[kind], math.nan))


def _wrong_inputs(net: Net) -> Iterator[Row]:
    """For layers that look something up."""
    count = net.network.index_count
    if count:
        for number in (-1.0, 0.5, float(count), 1e300, math.nan):
            yield [number, *net.inputs[0][1:]]


def _of_seeds(script: Script) -> Calls:
    return {
        "seed below 0": lambda: script.new(seed=-1).made,
        "seed too large": lambda: script.new(seed=4_294_967_296).made,
    }


def _of_parameters(made: Recorder, net: Net) -> Calls:
    values = net.parameters

    def setting(wrong: dict[str, Any]) -> Callable[[], Reference]:
        return lambda: made.set_parameters(wrong)

    found = {"unknown parameter": setting(values | {"other": [1.0]})}
    for name in values:
        rest = {other: values[other] for other in values if other != name}
        found[f"missing {name}"] = setting(rest)
        first = values[name][1:]
        for what, bad in {
            "short": first,
            "text": ["a", *first],
            "deep": [[[[[1.0]]]], *first],
            "NaN": [math.nan, *first],
            "infinite": [math.inf, *first],
        }.items():
            found[f"{what} {name}"] = setting(values | {name: bad})
    return found


def _loading(made: Recorder, text: str) -> Callable[[], Reference]:
    return lambda: made.load_json(text)


def _of_states(made: Recorder, text: str) -> Calls:
    """No states, and states with a part that is wrong or not there."""
    found = {
        "no JSON": _loading(made, "{"),
        "other JSON": _loading(made, "[1]"),
    }
    state = json.loads(text)
    for key, bad in {
        "format": "bpgen 0",
        "net": "0123456789abcdef",
        "parameters": {"other": [1.0]},
        "epoch": -1,
        "generator": [0, 0, 0, 4_294_967_296],
    }.items():
        rest = {k: v for k, v in state.items() if k != key}
        found[f"state of another {key}"] = _loading(
            made, json.dumps(state | {key: bad})
        )
        found[f"state without {key}"] = _loading(made, json.dumps(rest))
    return found

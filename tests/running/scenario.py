"""What is done with an emitted net, in every language alike; here in Python.

`scenario(net, state)` says which numbers go in. `run(make, scenario)` does it with an
emitted Python class and returns all numbers that came out; scenario.dart does the
same in Dart. What the numbers should be is left to the tests.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, TypeAlias

from nets.net import Net
from running.damage import damaged

Results: TypeAlias = dict[str, Any]
SEED = 4_000_000_000
EPOCHS = 10
FEW = 2
# Nets with every part that a saved state may have; all nets would make megabytes.
DAMAGED = ("one_unit", "epochs_step", "stops_plateau_held")


def scenario(net: Net, state: str) -> Results:
    """The input of a run; `state` was saved elsewhere and is to be resumed."""
    return {
        "parameters": net.parameters,
        "inputs": net.inputs,
        "targets": net.targets,
        "probes": [vars(probe) for probe in (*net.probes, *net.extremes)],
        "classes": net.output_shape[-1] if net.network.loss.targets.are_classes else 0,
        "wrong_targets": wrong_targets(net),
        "wrong_inputs": wrong_inputs(net),
        "state": state,
        "damaged": damaged(json.loads(state)) if net.name in DAMAGED else {},
        "whole": json.dumps(json.loads(state) | {"parameters": whole(net.parameters)}),
        "steps": 10_001 if net.name == "mazur" else 3,
        "updates": updates_of(net),
    }


def updates_of(net: Net) -> int:
    """How many updates are compared: more where the optimizer is what matters."""
    return 10 if net.name.startswith("optimizer_") else 3


def whole(value: Any) -> Any:
    """Nested numbers as whole ones, with -0.0 for 0."""
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole(item) for item in value]
    return round(3.0 * value) or -0.0


def wrong_targets(net: Net) -> list[list[float]]:
    """Targets of the right length that the loss cannot learn."""
    kind, right = net.network.loss.targets.name, net.targets[0]
    first = {
        "NOT_NEGATIVE": [-0.5],
        "UNIT": [-0.5, 1.5],
        "SIGNS": [0.0, 2.0],
        "DISTRIBUTION": [right[0] + 0.5, -0.5],
        "ONE_HOT": [right[0] + 1.0, 0.5],
    }
    return [[number, *right[1:]] for number in first.get(kind, [])]


def wrong_inputs(net: Net) -> list[list[float]]:
    """Inputs of the right length that no layer can look up."""
    count = net.network.index_count
    first = [-1.0, 0.5, float(count), 1e300] if count else []
    return [[number, *net.inputs[0][1:]] for number in first]


def run(make: Callable[..., Any], given: Results) -> Results:
    """All numbers that an emitted class gives for a scenario."""
    inputs, targets = given["inputs"], given["targets"]

    def fresh() -> Any:
        net = make(seed=SEED)
        net.set_parameters(given["parameters"])
        return net

    net, found = make(), Results(initial=make().parameters())
    found["seeded"] = make(seed=SEED).parameters()
    found["own_steps"] = [net.train_step(inputs, targets)]
    found["own_parameters"] = net.parameters()
    for _ in range(1, given["steps"]):
        found["own_steps"].append(net.train_step(inputs, targets))

    net = fresh()
    found["predicted"] = [net.predict(sample) for sample in inputs]
    found["sample"] = sample(net, inputs[0], targets[0])
    net.forward(inputs[0])
    net.backward(targets[0])
    found["doubled"] = net.gradients()
    net.zero_gradients()
    found["zeroed"] = net.gradients()
    given_inputs = list(inputs[0])
    outputs, predicted = net.forward(given_inputs), net.predict(inputs[-1])
    spoil([given_inputs, outputs, predicted, net.parameters(), net.gradients()])
    slope = net.backward(targets[0])  # and loss() was not called this time
    found["undisturbed"] = {"input_gradient": slope, "gradients": net.gradients()}

    loss = net.batch_gradients(inputs, targets)
    found["batch"] = {"loss": loss, "gradients": net.gradients()}
    found["check"] = net.check_gradients(inputs, targets)
    found["steps"] = [
        {"loss": net.train_step(inputs, targets), "parameters": net.parameters()}
        for _ in range(given["updates"])
    ]

    net, seen = fresh(), []

    def on_epoch(epoch: int, loss: float) -> None:
        seen.append([epoch, loss])

    loss = net.train(inputs, targets, epochs=FEW, on_epoch=on_epoch)
    found["trained"] = {"loss": loss, "parameters": net.parameters()}
    found["saved"] = net.to_json()
    net.check_gradients(inputs, targets)
    found["saved_after_check"] = net.to_json()
    net.train(inputs, targets, epochs=FEW, on_epoch=on_epoch)
    found["epochs"] = seen
    found["continued"] = net.to_json()
    for name, state in (("reloaded", found["saved"]), ("resumed", given["state"])):
        net = make()
        net.load_json(state)
        found[name] = [net.to_json()]
        net.train(inputs, targets, epochs=FEW)
        found[name].append(net.to_json())
    go_on(net, inputs, targets)
    found["resumed_on"] = net.to_json()

    net = fresh()
    net.train(inputs, targets, epochs=EPOCHS)
    net.train(inputs, targets, epochs=EPOCHS)
    found["in_two_parts"] = net.to_json()
    net = fresh()
    net.train(inputs, targets, epochs=2 * EPOCHS)
    found["in_one_part"] = net.to_json()
    net, seen = fresh(), []
    net.train(inputs, targets, 5, lambda epoch, loss: seen.append(epoch) or epoch != 3)
    found["stopped"] = seen

    net = make()
    net.load_json(given["whole"])
    found["whole"] = net.parameters()
    net.set_parameters(found["whole"])
    spoil([found["whole"]])
    found["whole"] = net.parameters()

    found["probes"] = [
        probed(make(), probe["parameters"], probe["inputs"], probe["targets"])
        for probe in given["probes"]
    ]
    found["one_hot"] = [make().one_hot(i) for i in range(given["classes"])]
    found["wrong_calls"] = wrong_calls(make, fresh(), given)
    return found


def go_on(net: Any, inputs: Any, targets: Any) -> None:
    """Some steps by hand, and some epochs more."""
    for _ in range(FEW):
        net.train_step(inputs, targets)
    net.train(inputs, targets, epochs=EPOCHS)


def spoil(lists: list[Any]) -> None:
    """Overwrite all numbers of nested lists: they are ours, not the net's."""
    for at, value in enumerate(lists):
        if isinstance(value, dict):
            spoil(list(value.values()))
        elif isinstance(value, list):
            spoil(value)
        else:
            lists[at] = 9.0


def sample(net: Any, inputs: list[float], targets: list[float]) -> Results:
    """Outputs, loss and all gradients of one sample."""
    return {
        "outputs": net.forward(inputs),
        "loss": net.loss(targets),
        "input_gradient": net.backward(targets),
        "gradients": net.gradients(),
    }


def probed(net: Any, parameters: Any, inputs: Any, targets: Any) -> Results:
    """The same with parameters of its own, and what predict says."""
    net.set_parameters(parameters)
    return sample(net, inputs, targets) | {"predicted": net.predict(inputs)}


def wrong_calls(make: Callable[..., Any], net: Any, given: Results) -> dict[str, str]:
    """What each wrong call did: "refused", or the type of another error, or
    "accepted"; and whether it changed anything."""
    x, t = given["inputs"], given["targets"]
    values, state = given["parameters"], json.loads(given["state"])
    late = make()
    late.forward(x[0])
    late.set_parameters(values)
    updated = make()
    updated.batch_gradients(x, t)
    updated.update()
    net.forward(x[0])
    calls: dict[str, Callable[[], Any]] = {
        "loss before forward": lambda: make().loss(t[0]),
        "backward before forward": lambda: make().backward(t[0]),
        "backward after new parameters": lambda: late.backward(t[0]),
        "backward after update": lambda: updated.backward(t[0]),
        "predict of too few": lambda: net.predict(x[0][1:]),
        "predict of too many": lambda: net.predict([*x[0], 1.0]),
        "forward of too few": lambda: net.forward(x[0][1:]),
        "forward of too many": lambda: net.forward([*x[0], 1.0]),
        "loss of too few": lambda: net.loss(t[0][1:]),
        "backward of too many": lambda: net.backward([*t[0], 1.0]),
        "batch without targets": lambda: net.batch_gradients(x, t[1:]),
        "batch of nothing": lambda: net.train_step([], []),
        "train without inputs": lambda: net.train(x[1:], t),
        "train of nothing": lambda: net.train([], []),
        "train for no epoch": lambda: net.train(x, t, epochs=0),
        "seed below 0": lambda: make(seed=-1),
        "seed too large": lambda: make(seed=4_294_967_296),
        "unknown parameter": lambda: net.set_parameters(values | {"other": [1.0]}),
        "no JSON": lambda: net.load_json("{"),
        "other JSON": lambda: net.load_json("[1]"),
    }
    for number, wrong in enumerate(given["wrong_targets"]):
        calls[f"loss of wrong targets {number}"] = lambda w=wrong: net.loss(w)
        calls[f"backward of wrong targets {number}"] = lambda w=wrong: net.backward(w)
        calls[f"batch of wrong targets {number}"] = lambda w=wrong: net.train_step(
            [x[0]], [w]
        )
    for number, wrong in enumerate(given["wrong_inputs"]):
        calls[f"predict of wrong inputs {number}"] = lambda w=wrong: net.predict(w)
        calls[f"forward of wrong inputs {number}"] = lambda w=wrong: net.forward(w)
        calls[f"batch of wrong inputs {number}"] = lambda w=wrong: net.train_step(
            [w], [t[0]]
        )
    if given["wrong_inputs"]:
        calls["an index that is no number"] = lambda: net.predict([math.nan, *x[0][1:]])
    if given["wrong_targets"]:
        calls["a target that is no number"] = lambda: net.loss([math.nan, *t[0][1:]])
    if given["classes"]:
        calls["class below 0"] = lambda: net.one_hot(-1)
        calls["class too large"] = lambda: net.one_hot(given["classes"])
    for name in values:
        rest = {other: values[other] for other in values if other != name}
        first = values[name][1:]
        calls[f"missing {name}"] = lambda r=rest: net.set_parameters(r)
        for what, bad in {
            "short": first,
            "text": ["a", *first],
            "deep": [[[[[1.0]]]], *first],
            "NaN": [math.nan, *first],
            "infinite": [math.inf, *first],
        }.items():
            wrong = values | {name: bad}
            calls[f"{what} {name}"] = lambda w=wrong: net.set_parameters(w)
    for key, bad in {
        "format": "bpgen 0",
        "net": "0123456789abcdef",
        "parameters": {"other": [1.0]},
        "epoch": -1,
        "generator": [0, 0, 0, 4_294_967_296],
    }.items():
        other = json.dumps(state | {key: bad})
        rest = json.dumps({k: v for k, v in state.items() if k != key})
        calls[f"state of another {key}"] = lambda o=other: net.load_json(o)
        calls[f"state without {key}"] = lambda r=rest: net.load_json(r)
    for name, (text, _) in given["damaged"].items():
        calls[name] = lambda t=text: net.load_json(t)
    found = {}
    before = net.to_json()
    for name, call in calls.items():
        try:
            call()
            found[name] = "accepted"
        except (ValueError, RuntimeError) as error:
            _, words = given["damaged"].get(name, ("", [""]))
            is_told = any(word in str(error) for word in words)
            found[name] = "refused" if is_told else f"refused as: {error}"
        except Exception as error:
            found[name] = type(error).__name__
        if net.to_json() != before:
            found[name] += ", with a change"
            before = net.to_json()
    return found

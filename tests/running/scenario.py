"""What is done with the emitted class of a net, in every language alike.

`recorded(net, state)` writes it down as a script, and says where in the answers the
numbers stand that the tests ask for. What they should be is left to the tests.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from nets.net import Net, Row
from running.wrong_calls import classes_of, wrong_calls

from bpgen.catalog.losses import Targets
from bpgen.verifying.script import Joined, Recorder, Script

Results: TypeAlias = dict[str, Any]
SEED = 4_000_000_000
EPOCHS = 10
FEW = 2


def recorded(net: Net, state: str) -> tuple[Script, Results]:
    """The script, and what is found with it: references to its answers in it.

    `state` is a training that Python saved, to be resumed.
    """
    scenario = _Scenario(net, state)
    found = (
        scenario.starts()
        | scenario.samples()
        | scenario.trains()
        | scenario.resumes()
        | scenario.loads_what_fits()
        | scenario.trains_in_parts()
        | scenario.reads_whole_numbers()
        | scenario.looks_closely()
        | {"wrong_calls": wrong_calls(scenario.script, net, state)}
    )
    return scenario.script, found


def recorded_briefly(net: Net, state: str) -> tuple[Script, Results]:
    """The same for a net that is one of many: how it starts, computes and trains, is
    saved and goes on, in this language and in another one."""
    scenario = _Scenario(net, state)
    found = scenario.starts() | scenario.samples() | scenario.trains()
    found |= scenario.resumes()
    at_once = scenario.fresh()
    at_once.train(*scenario.data, epochs=2 * FEW)
    return scenario.script, found | {"at_once": at_once.to_json()}


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


def go_on(net: Any, inputs: Any, targets: Any) -> None:
    """Some steps by hand, and some epochs more."""
    for _ in range(FEW):
        net.train_step(inputs, targets)
    net.train(inputs, targets, epochs=EPOCHS)


class _Scenario:
    """The parts of a scenario; each gives what is found with it."""

    def __init__(self, net: Net, state: str) -> None:
        self.net = net
        self.state = state
        self.script = Script()
        self.data = (net.inputs, net.targets)

    def fresh(self) -> Recorder:
        """An object with parameters that are not its own."""
        made = self.script.new(seed=SEED)
        made.set_parameters(self.net.parameters)
        return made

    def starts(self) -> Results:
        """With its own parameters."""
        net = self.script.new()
        initial = net.parameters()
        seeded = self.script.new(seed=SEED).parameters()
        first = net.repeat(1, "train_step", *self.data)
        found = {"initial": initial, "seeded": seeded}
        found["own_parameters"] = net.parameters()
        more = 10_000 if self.net.name == "mazur" else 2
        rest = net.repeat(more, "train_step", *self.data)
        return found | {"own_steps": Joined((first, rest))}

    def samples(self) -> Results:
        """One by one, and then as one batch."""
        net, inputs, targets = self.fresh(), self.net.inputs[0], self.net.targets[0]
        found: Results = {"predicted": [net.predict(x) for x in self.net.inputs]}
        found["evaluated"] = net.evaluate(*self.data)
        if tells_classes(self.net):
            for call in ("probabilities", "classify"):
                told = [getattr(net, call)(x) for x in self.net.inputs]
                found[call] = told
        found["sample"] = sample(net, inputs, targets)
        net.forward(inputs)
        net.backward(targets)
        found["doubled"] = net.gradients()
        net.zero_gradients()
        found["zeroed"] = net.gradients()
        # The driver overwrites all that these get and give,
        net.forward(inputs)
        net.predict(self.net.inputs[-1])
        net.parameters()
        net.gradients()
        slope = net.backward(targets)  # and loss() was not called this time.
        found["undisturbed"] = {"input_gradient": slope, "gradients": net.gradients()}
        loss = net.batch_gradients(*self.data)
        found["batch"] = {"loss": loss, "gradients": net.gradients()}
        found["check"] = net.check_gradients(*self.data)
        found["steps"] = [
            {"loss": net.train_step(*self.data), "parameters": net.parameters()}
            for _ in range(updates_of(self.net))
        ]
        return found

    def trains(self) -> Results:
        """For some epochs, and for as many again."""
        net = self.fresh()
        first = net.train(*self.data, epochs=FEW, on_epoch=0)
        trained = {"loss": first[0], "parameters": net.parameters()}
        saved = net.to_json()
        net.check_gradients(*self.data)
        after_check = net.to_json()
        second = net.train(*self.data, epochs=FEW, on_epoch=0)
        net_again = self.script.new()
        net_again.load_json(saved)
        reloaded = [net_again.to_json()]
        net_again.train(*self.data, epochs=FEW)
        return {
            "trained": trained,
            "saved": saved,
            "saved_after_check": after_check,
            "epochs": Joined((first[1], second[1])),
            "continued": net.to_json(),
            "reloaded": [*reloaded, net_again.to_json()],
        }

    def resumes(self) -> Results:
        """What Python has begun."""
        net = self.script.new()
        net.load_json(self.state)
        resumed = [net.to_json()]
        net.train(*self.data, epochs=FEW)
        resumed.append(net.to_json())
        go_on(net, *self.data)
        return {"resumed": resumed, "resumed_on": net.to_json()}

    def loads_what_fits(self) -> Results:
        """Of a net that differs in its first parameter, and in its last one's name."""
        net = self.fresh()
        before = net.to_json()
        left = net.load_json(another(self.state), parameters_only=True)
        return {"fitting": [before, left, net.to_json()]}

    def trains_in_parts(self) -> Results:
        """Or at once, or until it is told to stop."""
        parts, whole_, stopped = self.fresh(), self.fresh(), self.fresh()
        parts.train(*self.data, epochs=EPOCHS)
        parts.train(*self.data, epochs=EPOCHS)
        whole_.train(*self.data, epochs=2 * EPOCHS)
        return {
            "in_two_parts": parts.to_json(),
            "in_one_part": whole_.to_json(),
            "stopped": stopped.train(*self.data, epochs=5, on_epoch=3)[1],
        }

    def reads_whole_numbers(self) -> Results:
        """For floats; and keeps its own of them."""
        net, values = self.script.new(), whole(self.net.parameters)
        net.load_json(json.dumps(json.loads(self.state) | {"parameters": values}))
        net.set_parameters(net.parameters())
        return {"whole": net.parameters()}

    def looks_closely(self) -> Results:
        """At kinks, at limits, and at classes."""
        probes = []
        for probe in (*self.net.probes, *self.net.extremes):
            net = self.script.new()
            net.set_parameters(probe.parameters)
            found = sample(net, probe.inputs, probe.targets)
            probes.append(found | {"predicted": net.predict(probe.inputs)})
        net = self.script.new()
        rows = [net.one_hot(index) for index in range(classes_of(self.net))]
        return {"probes": probes, "one_hot": rows}


def another(state: str) -> str:
    """A saved state as one of another net: its first parameter has another shape, its
    last one another name."""
    found = json.loads(state)
    own = dict(found["parameters"])
    if own:
        own["another"] = own.pop([*own][-1])
        own[next(iter(own))] = [[[[[1.0]]]]]
    changed = {"net": "another", "optimizer": {}, "epoch": 7, "parameters": own}
    return json.dumps(found | changed)


def tells_classes(net: Net) -> bool:
    """Whether the outputs say which of some classes it is."""
    targets = net.network.loss.targets
    is_yes_or_no = targets is Targets.UNIT and net.output_shape == (1,)
    return targets.are_classes or is_yes_or_no


def sample(net: Recorder, inputs: Row, targets: Row) -> Results:
    """Outputs, loss and all gradients of one sample."""
    return {
        "outputs": net.forward(inputs),
        "loss": net.loss(targets),
        "input_gradient": net.backward(targets),
        "gradients": net.gradients(),
    }

"""Every net computes what PyTorch does, in every language and in both styles.

The nets are in nets/, what is done with each in running/scenario.py, the ways to do it
in running/adapters.py, and what should come out of it in pytorch/reference.py.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import Any

import pytest
from nets.net import SAMPLES, STYLES, Net, Row
from nets.table import BY_EPOCHS, NETS
from running.adapters import ADAPTERS, COMPARED, OTHERS, TWINS
from running.emitted import Runner
from running.expected import GRADIENTS, orders, split, tolerances
from running.scenario import EPOCHS, FEW, updates_of

from bpgen.lowering.evaluated import evaluated_net
from bpgen.program.blocks import Program
from bpgen.program.nodes import Draw
from bpgen.program.walks import statements
from bpgen.pytorch import reference
from bpgen.runtime.generator import Generator
from bpgen.styles.loops import localize
from bpgen.styles.unrolled import unroll
from bpgen.verifying.compare import (
    assert_close,
    assert_finite,
    assert_same,
    leaves,
    parsed,
)

# What gives the same bits as another adapter is held against that as a whole.
every_adapter = pytest.mark.parametrize("adapter", COMPARED)
every_other = pytest.mark.parametrize("adapter", OTHERS)


# Dropout's draws are not PyTorch's: see test_dropout.py.
STEADY = [name for name, net in NETS.items() if not net.is_random]
ONE_CALL = [name for name in STEADY if not NETS[name].network.training.patience]
# The others are trained a batch at a time, which has only one style.
UNROLLED = [name for name, net in NETS.items() if net.styles == STYLES]


def assert_sample_agrees(net: Net, got: Any, expected: Any) -> None:
    """One sample's outputs, loss and gradients are PyTorch's."""
    forward, gradients = tolerances(net)
    for key in ("outputs", "loss"):
        assert_close({key: got[key]}, {key: expected[key]}, forward)
    for key in ("input_gradient", "gradients"):
        assert_close({key: got[key]}, {key: expected[key]}, gradients)


# --- What PyTorch says, asked once for all languages ---------------------------------


@cache
def torch_sample(name: str) -> Any:
    """The first sample."""
    net = NETS[name]
    return reference.sample(net.spec, net.parameters, net.inputs[0], net.targets[0])


@cache
def torch_probes(name: str) -> Any:
    """The samples at kinks and limits."""
    net = NETS[name]
    return [
        reference.sample(net.spec, probe.parameters, probe.inputs, probe.targets)
        for probe in net.probes
    ]


@cache
def torch_batch(name: str) -> Any:
    """All samples as one batch, and some updates with it."""
    net = NETS[name]
    everything = [(net.inputs, net.targets)] * updates_of(net)
    steps = reference.steps(net.spec, net.parameters, everything)
    batch = reference.batch(net.spec, net.parameters, net.inputs, net.targets)
    return {"batch": batch, "steps": steps}


def torch_epochs(name: str, count: int) -> list[Any]:
    """The state after each epoch of training; fewer where training stops early."""
    net = NETS[name]
    samples = list(zip(net.inputs, net.targets, strict=True))
    trained, held = split(net)
    every = reference.epochs(
        net.spec, net.parameters, samples, held, orders(net, trained)
    )
    return list(islice(every, count))


@cache
def torch_training(name: str) -> Any:
    """Training for a few epochs, and then for as many again."""
    found = torch_epochs(name, 2 * FEW)
    losses = [[number, epoch["loss"]] for number, epoch in enumerate(found, 1)]
    trained = {key: found[FEW - 1][key] for key in ("loss", "parameters")}
    return {"trained": trained, "epochs": losses}


# --- The mathematics, before any language -------------------------------------------


class Evaluated:
    """A program with the net's parameters, run node by node."""

    def __init__(self, net: Net, program: Program) -> None:
        self.net = net
        self.own = evaluated_net(net.network, program)
        self.own.set_parameters(net.parameters)

    def sample(self, inputs: Row, targets: Row) -> dict[str, Any]:
        """Outputs, loss and gradients of one sample; the gradients add up."""
        return {
            "outputs": self.own.forward(inputs),
            "loss": self.own.loss(targets),
            "input_gradient": self.own.backward(targets),
            "gradients": self.own.gradients(),
        }

    def step(self, count: int = SAMPLES) -> dict[str, Any]:
        """One update with the first samples as one batch."""
        inputs, targets = self.net.inputs[:count], self.net.targets[:count]
        loss = self.own.train_step(inputs, targets)
        return {"loss": loss, "parameters": self.own.parameters()}


def flat(value: dict[str, Any]) -> dict[str, Row]:
    """Parameters with each one as a flat list."""
    return {name: [n for _, n in leaves(numbers)] for name, numbers in value.items()}


@pytest.mark.parametrize("name", STEADY)
def test_the_program_agrees_with_pytorch(name: str) -> None:
    net = NETS[name]
    found = Evaluated(net, net.program)
    got, expected = found.sample(net.inputs[0], net.targets[0]), torch_sample(name)
    forward, gradients = tolerances(net)
    assert_close(got["outputs"], expected["outputs"], forward)
    assert_close(got["loss"], expected["loss"], forward)
    assert_close(got, expected, gradients)
    for step in torch_batch(name)["steps"]:
        assert_close(found.step(), step, gradients)


@pytest.mark.parametrize("name", NETS)
def test_what_draws_is_known_by_its_text(name: str) -> None:
    statements_of = statements(NETS[name].program.forward)
    draws = any(isinstance(s.value, Draw) for s in statements_of)
    assert NETS[name].is_random == draws


@pytest.mark.parametrize("name", UNROLLED)
def test_a_style_does_not_change_the_program(name: str) -> None:
    net = NETS[name]
    found = []
    for program in (net.program, unroll(net.program), localize(net.program)):
        evaluated = Evaluated(net, program)
        pairs = list(zip(net.inputs, net.targets, strict=True))[:2]
        samples = [evaluated.sample(x, t) for x, t in pairs]
        found.append([*samples, evaluated.step(2)])
    assert_same(found[1], found[0])
    assert_same(found[2], found[0])


# --- Emitted files ------------------------------------------------------------------


@every_adapter
@pytest.mark.parametrize("name", STEADY)
def test_a_sample_agrees_with_pytorch(name: str, adapter: str, results: Runner) -> None:
    for got in results.of(adapter, name):
        assert_sample_agrees(NETS[name], got["sample"], torch_sample(name))
        twice = {
            key: [2.0 * n for n in row]
            for key, row in flat(got["sample"]["gradients"]).items()
        }
        assert_close(flat(got["doubled"]), twice, 1e-14)  # steps add up one by one
        assert not any(number for _, number in leaves(got["zeroed"]))


@every_adapter
@pytest.mark.parametrize("name", STEADY)
def test_a_batch_agrees_with_pytorch(name: str, adapter: str, results: Runner) -> None:
    expected = torch_batch(name)
    for got in results.of(adapter, name):
        found = {key: got[key] for key in expected}
        assert_close(found, expected, tolerances(NETS[name])[1])


@every_adapter
@pytest.mark.parametrize("name", ONE_CALL)
def test_training_agrees_with_pytorch(name: str, adapter: str, results: Runner) -> None:
    expected = torch_training(name)
    for got in results.of(adapter, name):
        found = {key: got[key] for key in expected}
        assert_close(found, expected, tolerances(NETS[name])[1])
        assert [epoch for epoch, _ in got["stopped"]] == [1, 2, 3]


@every_adapter
@pytest.mark.parametrize("name", BY_EPOCHS)
def test_schedules_and_early_stopping_agree_with_pytorch(
    name: str, adapter: str, results: Runner
) -> None:
    """To the end: what is compared after a few epochs does not show the last moves."""
    net, epochs = NETS[name], torch_epochs(name, 2 * EPOCHS)
    last, settings = epochs[-1], net.network.settings
    stops = net.network.training.patience > 0
    assert not stops or EPOCHS < len(epochs) < 2 * EPOCHS, "the net is to stop"
    if net.network.schedule:
        rates = {settings["learning_rate"], *(e["learning_rate"] for e in epochs)}
        assert len(rates) > 1, "the schedule does not move"
    for got in results.of(adapter, name):
        found = parsed(got["in_one_part"])
        assert found["epoch"] == len(epochs)
        assert_close(found["parameters"], last["parameters"], GRADIENTS)
        if net.network.schedule:
            rate = found["schedule"]["learning_rate"]
            assert_close(rate, last["learning_rate"], GRADIENTS)


@every_adapter
@pytest.mark.parametrize("name", [name for name, net in NETS.items() if net.edges])
def test_kinks_and_limits_agree_with_pytorch(
    name: str, adapter: str, results: Runner
) -> None:
    for got in results.of(adapter, name):
        found = got["probes"]
        for got, expected in zip(found, torch_probes(name), strict=False):
            assert_sample_agrees(NETS[name], got, expected)


@every_adapter
@pytest.mark.parametrize("name", [name for name, net in NETS.items() if net.far])
def test_large_inputs_overflow_nothing(
    name: str, adapter: str, results: Runner
) -> None:
    for got in results.of(adapter, name):
        found = got["probes"][len(NETS[name].edges) :]
        assert len(found) == len(NETS[name].far)
        for got in found:
            assert_finite(got)
            assert_same(got["predicted"], got["outputs"])


@every_adapter
@pytest.mark.parametrize("name", NETS)
def test_gradients_agree_with_central_differences(
    name: str, adapter: str, results: Runner
) -> None:
    for got in results.of(adapter, name):
        assert 0.0 <= got["check"] < 1e-6


@pytest.mark.both_styles
@every_adapter
@pytest.mark.parametrize("name", UNROLLED)
def test_both_styles_give_the_same_bits(
    name: str, adapter: str, results: Runner
) -> None:
    unrolled, loops = (dict(results(adapter, name, style)) for style in STYLES)
    assert_same(loops, unrolled)


# --- Languages against each other ----------------------------------------------------


@every_other
@pytest.mark.parametrize("name", NETS)
def test_languages_agree(name: str, adapter: str, results: Runner) -> None:
    exact = NETS[name].is_exact
    for style in results.styles(adapter, name):
        ours = parsed(results("python", name, style))
        theirs = parsed(results(adapter, name, style))
        for key in ("check", "wrong_calls"):  # rounding and no more; not numbers
            del ours[key], theirs[key]
        # Probabilities may be told by exp where the net itself has none.
        told = [found.pop("probabilities", []) for found in (theirs, ours)]
        assert_close(*told, 1e-12)
        assert_close(theirs, ours, 0.0 if exact else 1e-12)


@pytest.mark.parametrize("adapter", TWINS)
@pytest.mark.parametrize("name", NETS)
def test_another_way_to_run_a_language_gives_the_same_bits(
    name: str, adapter: str, results: Runner
) -> None:
    twin = ADAPTERS[adapter].same_as
    for style in results.styles(adapter, name):
        assert_same(results(adapter, name, style), results(twin, name, style))


def test_the_generator_starts_as_published() -> None:
    generator = Generator(0)
    first = [generator.next() for _ in range(3)]
    assert first == [1363572419, 145230303, 808754475]


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("name", ["mazur"])
def test_a_published_example_comes_out(
    name: str, adapter: str, results: Runner
) -> None:
    """Matt Mazur, "A Step by Step Backpropagation Example", 2015."""
    for got in results.of(adapter, name):
        assert got["own_steps"][0] == pytest.approx(0.298371109, abs=5e-10)
        after = got["own_parameters"]
        hidden = [[0.149780716, 0.19956143], [0.24975114, 0.29950229]]
        assert_close(after["h.weight"], hidden, 5e-9)
        outputs = [[0.35891648, 0.408666186], [0.51130127, 0.561370121]]
        assert_close(after["o.weight"], outputs, 5e-9)
        # What follows from his procedure, not what he prints: see FACTS.
        assert got["own_steps"][1] == pytest.approx(0.29102777369359933, rel=1e-12)
        assert got["own_steps"][10_000] == pytest.approx(
            3.510187782978859e-05, rel=1e-9
        )

"""What every emitted class promises besides the right numbers, in every language."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from nets.table import EXTRA, NETS
from running.adapters import COMPARED, OTHERS
from running.emitted import Runner, python_class, python_state, python_states
from running.scenario import FEW, SEED, another, whole
from torch import empty
from torch.nn.init import _calculate_fan_in_and_fan_out as fans

from bpgen.lowering.evaluated import evaluated_net
from bpgen.pytorch import reference
from bpgen.runtime.generator import Generator
from bpgen.verifying.compare import assert_close, assert_same, leaves, parsed

every_net = pytest.mark.parametrize("name", NETS)
every_adapter = pytest.mark.parametrize("adapter", COMPARED)
every_other = pytest.mark.parametrize("adapter", OTHERS)
UNORDERED = ("go",)  # its maps have no order, and encoding/json sorts their keys


# --- Parameters at the start ----------------------------------------------------------


@every_net
@every_adapter
def test_parameters_have_the_names_and_order_of_pytorch(
    name: str, adapter: str, results: Runner
) -> None:
    net = NETS[name]
    expected = reference.Reference(net.spec, {}).names()
    order = sorted if adapter in UNORDERED else list
    for found in results.of(adapter, name):
        assert order(found["initial"]) == order(expected)
        assert order(found["sample"]["gradients"]) == order(expected)
        assert order(json.loads(found["saved"])["parameters"]) == order(expected)


@every_net
@every_adapter
def test_a_seed_gives_the_same_start_in_every_language(
    name: str, adapter: str, results: Runner
) -> None:
    net = NETS[name]
    for key, seed in (("initial", net.network.seed), ("seeded", SEED)):
        own = evaluated_net(net.network, net.program, seed)
        expected = [number for _, number in leaves(own.parameters())]
        for style in results.styles(adapter, name):
            found = results(adapter, name, style)[key]
            assert_same([number for _, number in leaves(found)], expected)


INITIALIZERS: dict[str, Any] = {
    "glorot_uniform": lambda i, o: ("uniform", math.sqrt(6.0 / (i + o))),
    "glorot_normal": lambda i, o: ("normal", math.sqrt(2.0 / (i + o))),
    "he_uniform": lambda i, o: ("uniform", math.sqrt(6.0 / i)),
    "he_normal": lambda i, o: ("normal", math.sqrt(2.0 / i)),
    "lecun_uniform": lambda i, o: ("uniform", math.sqrt(3.0 / i)),
    "lecun_normal": lambda i, o: ("normal", math.sqrt(1.0 / i)),
}


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_initializers_draw_as_the_papers_say(initializer: str) -> None:
    generator = Generator(SEED)
    found = python_class(f"initializer_{initializer}", "loops")(seed=SEED)
    for name, weights in found.parameters().items():
        if name.endswith("bias"):
            assert not any(weights)
            continue
        fan_in, fan_out = fans(empty(len(weights), len(weights[0])))
        distribution, size = INITIALIZERS[initializer](fan_in, fan_out)
        draw = getattr(generator, distribution)
        low = -size if distribution == "uniform" else 0.0
        expected = [[draw(low, size) for _ in row] for row in weights]
        assert_close(weights, expected, 1e-15)


@every_adapter
@pytest.mark.parametrize("name", [n for n in EXTRA if "parameters" in EXTRA[n]])
def test_explicit_parameters_arrive_as_written(
    name: str, adapter: str, results: Runner
) -> None:
    written = EXTRA[name]["parameters"]
    for got in results.of(adapter, name):
        initial = got["initial"]
        assert_same({key: initial[key] for key in written}, written)


# --- Order, frozen parameters, wrong calls --------------------------------------------


@every_net
@every_adapter
def test_predict_leaves_no_trace(name: str, adapter: str, results: Runner) -> None:
    for found in results.of(adapter, name):
        if not NETS[name].program.examine:  # else it is not what forward says
            assert_same(found["predicted"][0], found["sample"]["outputs"])
        if not NETS[name].is_random:  # else it draws anew
            for key, value in found["undisturbed"].items():
                assert_same(value, found["sample"][key])


@every_net
@every_adapter
def test_whole_numbers_are_read_as_floats_and_no_zero_is_negative(
    name: str, adapter: str, results: Runner
) -> None:
    expected = whole(NETS[name].parameters)
    for got in results.of(adapter, name):
        found = got["whole"]
        assert_same(found, expected)
        for _, number in leaves(found):
            assert isinstance(number, float)
            assert number or math.copysign(1.0, number) == 1.0


@every_adapter
@pytest.mark.parametrize("name", [n for n, net in NETS.items() if "frozen" in net.spec])
def test_frozen_parameters_have_no_gradient_and_stay(
    name: str, adapter: str, results: Runner
) -> None:
    net = NETS[name]
    trained = reference.Reference(net.spec, net.parameters).trained
    frozen = [parameter for parameter in net.parameters if parameter not in trained]
    assert frozen
    for found in results.of(adapter, name):
        for parameter in frozen:
            assert not any(n for _, n in leaves(found["batch"]["gradients"][parameter]))
            assert_same(
                found["trained"]["parameters"][parameter], net.parameters[parameter]
            )


@every_net
@every_adapter
def test_wrong_calls_are_refused_and_change_nothing(
    name: str, adapter: str, results: Runner
) -> None:
    for got in results.of(adapter, name):
        found = got["wrong_calls"]
        wrong = {call: did for call, did in found.items() if did != "refused"}
        assert not wrong


@every_adapter
@pytest.mark.parametrize(
    "name", [name for name in NETS if name.startswith(("loss_", "two_classes"))]
)
def test_one_hot_is_a_row_of_zeros_with_a_one(
    name: str, adapter: str, results: Runner
) -> None:
    net = NETS[name]
    classes = net.output_shape[-1] if net.network.loss.targets.are_classes else 0
    expected = [[float(i == j) for j in range(classes)] for i in range(classes)]
    for found in results.of(adapter, name):
        assert_same(found["one_hot"], expected)


# --- Saving, resuming, training in parts ----------------------------------------------


@every_net
@every_adapter
def test_a_saved_state_goes_on_to_the_same_bits(
    name: str, adapter: str, results: Runner
) -> None:
    for found in map(parsed, results.of(adapter, name)):
        assert_same(found["saved_after_check"], found["saved"])
        assert_same(found["reloaded"], [found["saved"], found["continued"]])


@every_net
@every_other
def test_training_goes_on_in_another_language(
    name: str, adapter: str, results: Runner
) -> None:
    """From Python to the other language, and from there back to Python."""
    net = NETS[name]
    tolerance = 0.0 if net.is_exact else 1e-12
    for style in results.styles(adapter, name):
        resumed = parsed(results(adapter, name, style))["resumed"]
        assert_same(resumed[0], parsed(python_state(name)))
        expected = parsed(results("python", name, style))["resumed"]
        assert_close(resumed[1], expected[1], tolerance)
        theirs = results(adapter, name, style)
        ours = python_class(name, "loops")()
        ours.load_json(theirs["saved"])
        ours.train(net.inputs, net.targets, epochs=FEW)
        assert_close(parsed(ours.to_json()), parsed(theirs["continued"]), tolerance)


@every_net
@every_adapter
def test_a_resumed_training_is_one_without_interruption(
    name: str, adapter: str, results: Runner
) -> None:
    """Saved by Python after some epochs and a step; resumed for both, to the end."""
    is_exact = adapter == "python" or NETS[name].is_exact
    _, *expected = map(parsed, python_states(name))
    for found in map(parsed, results.of(adapter, name)):
        ours = [found["resumed"][1], found["resumed_on"]]
        assert_close(ours, expected, 0.0 if is_exact else 1e-12)


@every_net
@every_adapter
def test_parameters_alone_are_those_that_fit_and_others_are_told(
    name: str, adapter: str, results: Runner
) -> None:
    saved = parsed(another(python_state(name)))
    for found in results.of(adapter, name):
        before, left, after = map(parsed, found["fitting"])
        names = [*parsed(python_state(name))["parameters"]]
        assert left == ([names[0], *names[1:][-1:], "another"] if names else [])
        taken = {key: saved["parameters"][key] for key in names if key not in left}
        expected = before["parameters"] | taken
        own = {"parameters": expected, "buffers": saved["buffers"]}
        assert_same(after, before | own)


@every_net
@every_adapter
def test_training_in_two_parts_is_training_in_one(
    name: str, adapter: str, results: Runner
) -> None:
    stops = NETS[name].network.training.patience > 0  # each call by itself
    for found in map(parsed, results.of(adapter, name)):
        if not stops:
            assert_same(found["in_two_parts"], found["in_one_part"])
        assert found["in_one_part"] != found["saved"]

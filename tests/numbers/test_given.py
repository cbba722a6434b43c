"""Samples as callers have them: nested, in arrays, classes by their index."""

from __future__ import annotations

import subprocess
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from nets.net import Net, dense, spec
from nets.table import NETS
from running.adapters import emitted
from running.emitted import module, python_class
from running.tools import program

STEPS = Net(
    "steps",
    spec([3, 2], [dense(4, "tanh"), dense(3)], "softmax_cross_entropy"),
)
COLUMN = Net("column", spec([3, 1], [dense(2, "tanh"), dense(1)], "mse"))
CLASSES = NETS["layer_cross_entropy"]
YES = NETS["yes_or_no"]
FLAT = [0.5, -1.0, 0.25, 2.0, -0.5, 1.5]
NESTED = [[0.5, -1.0], [0.25, 2.0], [-0.5, 1.5]]
LABELS = [2, 0, 1]
HOT = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]


def made(net: Net, style: str = "loops") -> Any:
    """An object of the emitted Python class."""
    file = module(emitted(net, "python", style))
    return getattr(file, net.network.class_name)()


GIVEN = {
    "nested": NESTED,
    "tuples": tuple(map(tuple, NESTED)),
    "array": np.array(NESTED),
    "flat array": np.array(FLAT),
    "arrays in a list": [np.array(row) for row in NESTED],
    "tensor": torch.tensor(NESTED, dtype=torch.float64),
    "array of the standard library": array("d", FLAT),
    "whole numbers in a tuple": tuple(FLAT),
}


@pytest.mark.parametrize("what", GIVEN)
def test_inputs_may_come_in_any_form(what: str) -> None:
    net = made(STEPS)
    assert net.predict(GIVEN[what]) == net.predict(FLAT)
    assert {type(x) for x in net.predict(GIVEN[what])} == {float}
    assert net.forward(GIVEN[what]) == net.predict(FLAT)
    assert net.probabilities(GIVEN[what]) == net.probabilities(FLAT)
    assert net.classify(GIVEN[what]) == net.classify(FLAT)


@pytest.mark.parametrize("name", NETS)
def test_a_sample_of_any_net_may_be_nested_as_the_net_says(name: str) -> None:
    net = NETS[name]
    own, axes = made(net), net.network.input_axes
    nested = np.array(net.inputs).reshape(-1, *map(len, axes)).tolist()
    assert own.predict(nested[0]) == own.predict(net.inputs[0])
    loss = own.train(nested, net.targets, epochs=1)
    assert repr(loss) == repr(made(net).train(net.inputs, net.targets, epochs=1))


TARGETS = {
    "a class for each step": LABELS,
    "in an array": np.array(LABELS),
    "nested": [HOT[k : k + 3] for k in (0, 3, 6)],
    "nested in an array": np.array(HOT).reshape(3, 3),
}


@pytest.mark.parametrize("what", TARGETS)
def test_targets_may_come_in_any_form(what: str) -> None:
    ours, theirs = made(STEPS), made(STEPS)
    for net, targets in ((ours, TARGETS[what]), (theirs, HOT)):
        net.forward(FLAT)
        net.found = [net.loss(targets), net.backward(targets)]
        net.found += [net.batch_gradients([FLAT], [targets])]
        net.found += [net.check_gradients([FLAT], [targets])]
        net.found += [net.train_step([FLAT], [targets])]
        net.found += [net.train([FLAT], [targets], epochs=3)]
        net.found += net.evaluate([FLAT], [targets])
    assert ours.found == theirs.found
    assert ours.to_json() == theirs.to_json()


@pytest.mark.parametrize("style", ["loops", "unrolled"])
def test_whole_arrays_train_as_lists_do(style: str) -> None:
    labels = [n % 3 for n in range(len(CLASSES.inputs))]
    hot = [[float(n == label) for n in range(3)] for label in labels]
    ours, theirs = made(CLASSES, style), made(CLASSES, style)
    ours.train(np.array(CLASSES.inputs), np.array(labels), epochs=3)
    theirs.train(CLASSES.inputs, hot, epochs=3)
    assert ours.to_json() == theirs.to_json()
    ours.train(CLASSES.inputs, labels, epochs=3)
    theirs.train(torch.tensor(CLASSES.inputs, dtype=torch.float64), labels, epochs=3)
    assert ours.to_json() == theirs.to_json()


def test_a_column_is_as_long_as_what_is_in_it() -> None:
    net = made(COLUMN)
    assert net.predict([[1.0], [2.0], [3.0]]) == net.predict([1.0, 2.0, 3.0])
    rows = [[[1.0], [2.0], [3.0]]]
    assert net.evaluate(rows, rows) == net.evaluate([[1, 2, 3]], [[1, 2, 3]])


def test_yes_or_no_may_be_a_number() -> None:
    net = made(YES)
    hot = [[float(n % 2)] for n in range(len(YES.inputs))]
    numbers = [n % 2 for n in range(len(YES.inputs))]
    assert net.evaluate(YES.inputs, numbers) == net.evaluate(YES.inputs, hot)


SHAPE = r"expected 6 numbers, flat or of the shape \[3, 2\]"


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([1.0, 2.0], rf"^inputs: {SHAPE}, got 2$"),
        ([], rf"^inputs: {SHAPE}, got 0$"),
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], rf"^{SHAPE}: inputs: expected a list"),
        ([[1, 2], [3, 4], [5]], rf"^{SHAPE}: inputs\[2\]: expected a list of 2$"),
        (np.zeros((2, 3)), rf"^{SHAPE}: inputs: expected a list of 3$"),
        ([["a", 2], [3, 4], [5, 6]], r"inputs\[0\]\[0\]: expected a finite number$"),
    ],
)
def test_wrong_inputs_are_told_what_is_expected(inputs: Any, message: str) -> None:
    net = made(STEPS)
    with pytest.raises(ValueError, match=message):
        net.predict(inputs)


def test_which_sample_is_wrong_is_told() -> None:
    with pytest.raises(ValueError, match=rf"^inputs\[1\]: {SHAPE}, got 2$"):
        made(STEPS).evaluate([FLAT, [1.0, 2.0]], [LABELS, LABELS])


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([0, 3, 1], r"^targets\[1\]: expected a class from 0 to 2, got 3"),
        ([0, -1, 1], r"^targets\[1\]: expected a class from 0 to 2, got -1"),
        ([0, 0.5, 1], r"^targets\[1\]: expected a class from 0 to 2, got 0.5$"),
    ],
)
def test_a_class_that_is_not_there_is_told_with_its_sample(
    targets: Any, message: str
) -> None:
    net = python_class("layer_cross_entropy", "loops")()
    before = net.to_json()
    with pytest.raises(ValueError, match=message):
        net.train(CLASSES.inputs[:3], targets)
    assert net.to_json() == before


SCRIPT = """
import {{ Steps }} from "./steps.mjs";
const nested = {nested}, flat = nested.flat(), labels = [2, 0, 1], hot = {hot};
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const [ours, theirs] = [new Steps(), new Steps()];
const told = [same(ours.predict(nested), theirs.predict(flat))];
told.push(same(ours.predict(Float64Array.from(flat)), theirs.predict(flat)));
told.push(same(ours.train([nested], [labels]), theirs.train([flat], [hot])));
told.push(same(ours.toJSON(), theirs.toJSON()));
for (const wrong of [
  () => ours.predict([[1, 2, 3], [4, 5, 6]]),
  () => ours.predict([1]),
  () => ours.train([flat, flat], [labels, [0, 3, 1]]),
]) {{
  try {{
    told.push(wrong());
  }} catch (error) {{
    told.push(error.message);
  }}
}}
console.log(told.join("\\n"));
"""
OWN_SHAPE = "expected 6 numbers, flat or of the shape [3, 2]"


def test_javascript_takes_nested_lists_and_classes(tmp_path: Path) -> None:
    program("node", "--version")
    (tmp_path / "steps.mjs").write_text(emitted(STEPS, "javascript", "loops"))
    script = tmp_path / "given.mjs"
    script.write_text(SCRIPT.format(nested=NESTED, hot=HOT))
    done = subprocess.run(
        ["node", str(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        *["true"] * 4,
        f"{OWN_SHAPE}: inputs: expected a list of 3",
        f"inputs: {OWN_SHAPE}, got 1",
        "targets[1]: expected a class from 0 to 2, got 3",
    ]


MAIN = """
import 'layer_cross_entropy.dart';

void main() {
  final net = LayerCrossEntropy();
  print(net.oneHots([2, 0]));
  try {
    net.oneHots([0, 3]);
  } on RangeError catch (error) {
    print(error.message);
  }
}
"""


def test_dart_makes_targets_of_classes(tmp_path: Path) -> None:
    program("dart", "--version")
    (tmp_path / "layer_cross_entropy.dart").write_text(
        emitted(CLASSES, "dart", "loops")
    )
    script = tmp_path / "main.dart"
    script.write_text(MAIN)
    done = subprocess.run(
        ["dart", "run", str(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]",
        "class 1: expected 0 to 2, got 3",
    ]

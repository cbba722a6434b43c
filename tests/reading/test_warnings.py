"""What is nearly always a mistake: the whole warning, and never a false one.

Each was read aloud: would a beginner know what to do? `@` marks the place.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from nets.bad import layers, net, said
from running.tools import EXAMPLES, ROOT, bpgen, marked

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.commands.nets import load_net
from bpgen.network.reach import REACH
from bpgen.network.warnings import RULES
from bpgen.program.evaluate import apply

CLASSES = "{inputs: [[0, 1], [1, 0]], labels: [0, 1]}"
ALIVE = 2  # a seed with which no single relu here is dead at the start
XOR = "{inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]]}"


def dense(activation: str, loss: str, data: str | None = None, units: int = 2) -> str:
    """A net of one layer."""
    layer = f"{{type: dense, units: {units}, activation: {activation}}}"
    return layers(layer, loss=loss, data=data, seed=str(ALIVE))


def targets(activation: str, values: str, loss: str = "mse") -> str:
    """A net of one layer with two samples with such targets."""
    data = f"{{inputs: [[0, 1], [1, 0]], targets: {values}}}"
    return dense(activation, loss, data, units=1)


def inputs(values: str, first: str = "") -> str:
    """A net that learns from two samples with such inputs."""
    data = f"{{inputs: {values}, targets: [[0], [1]]}}"
    last = "{type: dense, units: 1, activation: sigmoid}"
    return layers(*([first] if first else []), last, data=data)


def optimizer(text: str) -> str:
    """XOR with this optimizer."""
    return dense("sigmoid", "mse", XOR, units=1) + f"optimizer: {text}\n"


def training(text: str) -> str:
    """XOR with these keys of training."""
    return dense("sigmoid", "mse", XOR, units=1) + f"training: {{{text}}}\n"


SHARES = "cross_entropy needs probabilities that sum to 1, as softmax gives them, but"
YES_NO = (
    "binary_cross_entropy needs probabilities between 0 and 1, as sigmoid gives them, "
    "but"
)
LOGS = "needs logarithms of probabilities, as log_softmax gives them, but the last"
WARNINGS = [
    # W1
    (
        dense("identity", "@cross_entropy"),
        f"{SHARES} the last layer has no activation: write loss: "
        "softmax_cross_entropy, or activation: softmax there",
    ),
    (
        dense("identity", "@nll"),
        f"nll {LOGS} layer has no activation: write loss: softmax_cross_entropy, or "
        "activation: log_softmax there",
    ),
    (
        dense("softmax", "@nll"),
        f"nll {LOGS} layer ends in softmax: write loss: cross_entropy",
    ),
    (
        dense("softmax", "@kl_divergence"),
        f"kl_divergence {LOGS} layer ends in softmax: write log_softmax there",
    ),
    # W2
    (
        dense("identity", "@binary_cross_entropy"),
        f"{YES_NO} the last layer has no activation: write loss: "
        "sigmoid_cross_entropy, or activation: sigmoid there",
    ),
    (
        dense("tanh", "@binary_cross_entropy"),
        f"{YES_NO} the last layer ends in tanh: write sigmoid there",
    ),
    # W3
    (
        dense("softmax", "@softmax_cross_entropy"),
        "softmax_cross_entropy has a softmax inside, so there are two of them: write "
        "loss: cross_entropy",
    ),
    # W4
    (
        dense("sigmoid", "@sigmoid_cross_entropy"),
        "sigmoid_cross_entropy has a sigmoid inside, so there are two of them: write "
        "loss: binary_cross_entropy",
    ),
    (
        layers("{type: lstm, units: 2}", input="[3, 1]", loss="@softmax_cross_entropy"),
        "softmax_cross_entropy works on numbers of any size, but tanh keeps those of "
        "the last layer from -1 to 1: leave it out",
    ),
    # W5
    (
        dense("sigmoid", "@cross_entropy", CLASSES),
        f"{SHARES} the last layer ends in sigmoid: write softmax there",
    ),
    # W6
    (
        dense("relu", "@cross_entropy"),
        f"{SHARES} the last layer ends in relu: write softmax there",
    ),
    (
        dense("log_softmax", "@cross_entropy"),
        f"{SHARES} the last layer ends in log_softmax: write loss: nll",
    ),
    # W7
    (
        targets("sigmoid", "@[[5], [-7]]"),
        "the targets go from -7 to 5, but sigmoid keeps the outputs from 0 to 1: leave "
        "the last activation out, or write `preprocessing: {targets: minmax}`",
    ),
    # W8
    (
        targets("tanh", "@[[100], [200]]", "half_squared_error"),
        "the targets go from 100 to 200, but tanh keeps the outputs from -1 to 1: "
        "leave the last activation out, or write `preprocessing: {targets: minmax}`",
    ),
    # W9
    (
        targets("relu", "@[[-1], [-3]]"),
        "the targets go from -3 to -1, but relu keeps the outputs from 0 up: leave the "
        "last activation out",
    ),
    (
        targets("sigmoid", "@[[-1], [1]]", "hinge"),
        "the targets go from -1 to 1, but sigmoid keeps the outputs from 0 to 1: leave "
        "the last activation out",
    ),
    # W10
    (
        inputs("@[[50000, 1], [120000, 0]]"),
        "the inputs go from 0 to 120000, but a net learns from small numbers, about -1 "
        "to 1: write `preprocessing: {inputs: standardize}`, or divide them, for "
        "example by 100000",
    ),
    (
        inputs("@[[0, 128], [255, 3]]"),
        "the inputs go from 0 to 255, but a net learns from small numbers, about -1 "
        "to 1: write `preprocessing: {inputs: standardize}`, or divide them, for "
        "example by 255",
    ),
    # W11
    (
        optimizer("{type: sgd, learning_rate: @1e30}"),
        "learning_rate 1e+30 is far too large for sgd: each step throws all away; try "
        "0.01",
    ),
    (
        optimizer("{type: adam, learning_rate: @100}"),
        "learning_rate 100 is far too large for adam: each step throws all away; try "
        "0.001",
    ),
    (
        optimizer("{type: sgd, learning_rate: @1e-12}"),
        "learning_rate 1e-12 is far too small for sgd: nothing moves; try 0.01",
    ),
    (
        optimizer("{type: sgd, momentum: @1}"),
        "momentum 1 never slows down: write less than 1, such as 0.9",
    ),
    # W12
    (
        training("validation: @0.01"),
        "validation: 0.01 of 4 samples holds out 1, too few to judge by: write a "
        "larger share, or leave validation out",
    ),
    (
        training("batch_size: @100"),
        "batch_size 100 is more than the 4 samples to train with: write 4 for all at "
        "once, or less for several steps an epoch",
    ),
    (
        training("early_stopping: @{patience: 3}"),
        "early_stopping can only watch the training loss, since no samples are held "
        "out: add validation: 0.2 to training",
    ),
    # Labels that count from 1, and units that never differ.
    (
        dense(
            "softmax",
            "cross_entropy",
            "{inputs: [[0, 1], [1, 0], [1, 1]], labels: @[1, 2, 3]}",
            units=4,
        ),
        "the labels go from 1 to 3, but classes count from 0: write labels from 0 to "
        "2, and units: 3",
    ),
    (
        layers(
            "{type: dense, name: h, units: 3, initializer: @zeros}",
            "{type: dense, units: 1}",
        ),
        "all units of 'h' start alike, so they learn alike: leave the initializer out",
    ),
]


def few_units(seed: int, activation: str) -> str:
    """XOR with one hidden unit."""
    hidden = f"{{type: dense, name: h, units: 1, activation: {activation}}}"
    return layers(hidden, "{type: dense, units: 1}", seed=str(seed), data=XOR)


STARTS = [
    (
        few_units(seed, "@relu"),
        "all units of 'h' give 0 for every sample at the start, so they never learn: "
        f"write another seed than {seed}, or more units, or leaky_relu",
    )
    for seed in (0, 1, 5)
]
WARNINGS += STARTS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def warned(text: str) -> tuple[list[str], list[str]]:
    """The warnings about a net with marks, and the places marked."""
    plain, marks = marked(text)
    Path("net.yaml").write_text(plain)
    result = bpgen("emit", "--style", "loops", "net.yaml")
    assert result.code == 0, result.err
    assert "class Net" in result.out
    return said(result.err), [f"net.yaml:{line}:{column}" for line, column in marks]


@pytest.mark.parametrize(
    ("text", "message"), WARNINGS, ids=[message[:60] for _, message in WARNINGS]
)
def test_a_likely_mistake_is_warned_about_and_the_file_is_written(
    text: str, message: str, folder: Path
) -> None:
    (line,), (place,) = warned(text)
    assert line == f"{place}: warning: {message}"
    quiet = bpgen("emit", "--quiet", "net.yaml")
    assert (quiet.code, quiet.err) == (0, "")


def test_every_rule_has_its_warning() -> None:
    """By their places in the code: a rule that never speaks would be no rule."""
    assert len(RULES) <= len(WARNINGS)


FINE = [
    few_units(2, "relu"),
    few_units(0, "leaky_relu"),
    few_units(0, "sigmoid"),
    dense("softmax", "cross_entropy", CLASSES),
    dense("log_softmax", "nll", CLASSES),
    dense("log_softmax", "kl_divergence"),
    dense("identity", "softmax_cross_entropy", CLASSES),
    dense("log_softmax", "softmax_cross_entropy", CLASSES),  # the same numbers
    dense("relu", "softmax_cross_entropy", CLASSES),
    dense("identity", "multi_margin", CLASSES),
    dense("sigmoid", "binary_cross_entropy", XOR, units=1),
    dense("hard_sigmoid", "binary_cross_entropy", XOR, units=1),
    dense("softmax", "binary_cross_entropy"),
    dense("identity", "sigmoid_cross_entropy", XOR, units=1),
    dense("sigmoid", "mse", XOR, units=1),
    dense("relu", "mse", XOR, units=1),
    dense("identity", "poisson", XOR, units=1),
    layers("{type: dense, units: 3}", "softmax", loss="cross_entropy"),
    layers(
        "{type: dense, units: 3, activation: softmax}",
        "{type: dropout, rate: 0.1}",
        loss="cross_entropy",
    ),
    # What a layer of another kind makes of shares, nobody knows here.
    layers(
        "{type: dense, name: a, units: 3, activation: softmax}",
        "{type: dense, name: b, units: 3, activation: softmax, inputs: [input]}",
        "{type: multiply, inputs: [a, b]}",
        loss="cross_entropy",
    ),
    net(
        functions="[{name: own, of: x, formula: x * x}]",
        layers="[{type: dense, units: 2, activation: own}]",
        loss="cross_entropy",
    ),
    targets("sigmoid", "[[-0.02], [1.02]]"),  # noise
    targets("tanh", "[[-1], [1]]"),
    targets("relu", "[[0], [1000]]"),
    targets("identity", "[[-500], [1000]]"),
    targets("{type: elu, alpha: 3}", "[[-2], [1]]"),
    inputs("[[0, 100], [60, 10]]"),  # percents
    inputs("[[50000, 1], [120000, 0]]", "batch_norm"),
    inputs(
        "[[500, 1], [700, 0]]", "{type: embedding, vocabulary: 900, size: 2}"
    ).replace("{type: dense, units: 1", "flatten\n  - {type: dense, units: 1"),
    optimizer("{type: sgd, learning_rate: 3}"),
    optimizer("{type: adam, learning_rate: 0.1}"),
    optimizer("adadelta"),
    optimizer("{type: adam, learning_rate: 1e-6}"),
    training("validation: 0.5, early_stopping: {patience: 3}"),
    training("batch_size: 4"),
    dense("sigmoid", "mse", units=1) + "training: {batch_size: 100}\n",  # no data
    dense(
        "softmax",
        "cross_entropy",
        "{inputs: [[0, 1], [1, 0]], labels: [1, 2]}",
        units=4,
    ),
    layers("{type: dense, units: 3}", "{type: dense, units: 2, initializer: zeros}"),
    layers(
        "{type: dense, name: h, units: 2}",
        "{type: dense, name: r, units: 2, initializer: zeros}",
        "{type: add, inputs: [h, r]}",
    ),
    layers(
        "{type: dense, name: h, units: 2, initializer: zeros}",
        "{type: dense, units: 1}",
        parameters="{h.weight: [[1, 2], [3, 4]]}",
    ),
]


@pytest.mark.parametrize("text", FINE)
def test_a_net_that_is_fine_gets_no_warning(text: str, folder: Path) -> None:
    lines, _ = warned(text)
    assert lines == []


NETS = [*EXAMPLES, *sorted((ROOT / "bench" / "nets").glob("*.yaml"))]


@pytest.mark.parametrize("path", NETS, ids=lambda path: path.stem)
def test_no_example_gets_a_warning(path: Path) -> None:
    assert load_net(str(path)).warnings == ()


GRID = [number / 4 for number in range(-1600, 1601)]


@pytest.mark.parametrize("name", [name for name in REACH if not ACTIVATIONS[name].rows])
def test_the_range_of_an_activation_is_that_of_its_values(name: str) -> None:
    function = ACTIVATIONS[name].function
    low, high = REACH[name]
    others = [option.default for option in ACTIVATIONS[name].options.values()]
    others += [0.25] * ACTIVATIONS[name].has_slope
    values = [apply(function, [x, *others]) for x in GRID]
    assert low <= min(values) and max(values) <= high
    assert math.isinf(low) or min(values) < low + 0.02
    assert math.isinf(high) or max(values) > high - 0.02
    assert not math.isinf(low) or min(values) < -3
    assert not math.isinf(high) or max(values) > 3

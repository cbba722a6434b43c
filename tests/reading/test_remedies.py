"""Mistakes that newcomers make, and the remedy: the whole message, word by word.

Each was read aloud: would a beginner know what to do? `@` marks the place.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from nets.bad import layers, net, refused

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES
from bpgen.network.spec import DATA as DATA_KEYS
from bpgen.reading.aliases import ALIASES, plain, remedy
from bpgen.reading.kinds import Word

NOT_NAMED = "  - {type: dense, units: 1}\n"
DATA = "{inputs: [[0, 1]], targets: [@[0, 1]]}"
LABELS = "{inputs: [[0, 1]], @labels: [1]}"
LAST = "{type: lstm, name: r, units: 5}"
IDENTITY = "write 'identity', or leave the activation out"


def dense(keys: str) -> str:
    """A net of one dense layer with these keys, too."""
    return layers(f"{{type: dense, units: 2, {keys}}}")


def optimizer(text: str) -> str:
    """A net with this optimizer."""
    return net(optimizer=text)


MISTAKES = [
    # E1: one mistake, one error; the next layer's automatic name is its own.
    (
        layers("{type: dense, units: @three}", "{type: dense, units: 1}"),
        "expected a whole number, got 'three'",
    ),
    (
        layers("{type: dense, @activaton: relu, units: 2}", "{type: dense, units: 1}"),
        "unknown key 'activaton' (did you mean 'activation'?)",
    ),
    # E2
    *(
        (dense(f"activation: @{word}"), f"unknown activation '{word}': {IDENTITY}")
        for word in ("linear", "none", "null", "None")
    ),
    # E3
    (optimizer("{type: sgd, @lr: 0.1}"), "unknown key 'lr': write 'learning_rate'"),
    (
        net(**{"@learning_rate": "0.1"}),
        "unknown key 'learning_rate': it belongs under `optimizer:`",
    ),
    (
        net(**{"@lr": "0.1"}),
        "unknown key 'lr': write 'learning_rate'; it belongs under `optimizer:`",
    ),
    (net(**{"@epochs": "5"}), "unknown key 'epochs': it belongs under `training:`"),
    (net(**{"@units": "5"}), "unknown key 'units': it belongs to a layer"),
    (
        net(training="{@seed: 5}"),
        "unknown key 'seed': it belongs to the net itself: write it at the beginning "
        "of a line",
    ),
    (
        net(training="{@learning_rate: 5}"),
        "unknown key 'learning_rate': it belongs under `optimizer:`",
    ),
    # E4
    *(
        (net(loss=f"@{word}"), f"unknown loss '{word}': write '{right}'")
        for word, right in {
            "mean_squared_error": "mse",
            "MSE": "mse",
            "MSELoss": "mse",
            "l1": "mae",
            "L1Loss": "mae",
            "bce": "binary_cross_entropy",
            "BCELoss": "binary_cross_entropy",
            "binary_crossentropy": "binary_cross_entropy",
            "BCEWithLogitsLoss": "sigmoid_cross_entropy",
            "categorical_crossentropy": "cross_entropy",
            "sparse_categorical_crossentropy": "cross_entropy",
            "CrossEntropyLoss": "softmax_cross_entropy",
            "nll_loss": "nll",
            "NLLLoss": "nll",
            "HuberLoss": "huber",
            "KLDivLoss": "kl_divergence",
            "hinge_loss": "hinge",
        }.items()
    ),
    (
        net(loss="@rmse"),
        "unknown loss 'rmse': use mse, which is smallest where its root is",
    ),
    (
        net(loss="@mape"),
        "unknown loss 'mape': there is none; a formula under `functions` can be one",
    ),
    *(
        (layers(f"{{type: @{word}, units: 2}}"), f"unknown layer '{word}': write '{r}'")
        for word, r in {
            "Linear": "dense",
            "linear": "dense",
            "fc": "dense",
            "conv": "conv2d",
            "Conv2d": "conv2d",
            "maxpool": "max_pool2d",
            "MaxPool2d": "max_pool2d",
            "BatchNorm2d": "batch_norm",
            "LSTM": "lstm",
            "nn.ReLU": "relu",
        }.items()
    ),
    (dense("initializer: @xavier"), "unknown initializer 'xavier': write 'glorot_uni"),
    (dense("activation: @swish"), "unknown activation 'swish': write 'silu'"),
    (dense("activation: @ReLU"), "unknown activation 'ReLU': write 'relu'"),
    (optimizer("@Adam"), "unknown optimizer 'Adam': write 'adam'"),
    (
        optimizer("@momentum"),
        "unknown optimizer 'momentum': write {type: sgd, momentum: 0.9}",
    ),
    (layers("{type: dense, @neurons: 3}"), "unknown key 'neurons': write 'units'"),
    (
        layers("@transformer"),
        "unknown layer 'transformer' (`bpgen list layers` shows all)",
    ),
    # E5
    (
        layers(LAST, "@last_step", input="[3, 4]"),
        "last_step needs a sequence [time, features], got 5: set return_sequences: "
        "true on 'r', or leave last_step out",
    ),
    (
        layers(LAST, "{type: dropout, rate: 0.5}", "@attention", input="[3, 4]"),
        "attention needs a sequence [time, features], got 5: set return_sequences: "
        "true on 'r'",
    ),
    # E6
    (
        "@" + net(loss=None),
        "missing key 'loss' in the net: for example `loss: mse` (`bpgen list losses` "
        "shows all)",
    ),
    ("@" + net(input=None), "missing key 'input' in the net: for example `input: 2`"),
    (
        "@" + net(layers=None),
        "missing key 'layers' in the net: for example `layers: [{type: dense, units: "
        "1}]`",
    ),
    # E7
    (
        layers("@dense: 3"),
        "missing key 'type' in the layer: write {type: dense, units: 3}",
    ),
    (layers("@relu:"), "missing key 'type' in the layer: write {type: relu}"),
    (
        net(layers="[@3]"),
        "expected a layer, such as {type: dense, units: 3}, got '3'",
    ),
    (
        layers("@dense"),
        "missing key 'units' in the layer 'dense': for example {type: dense, units: 3}",
    ),
    (
        net(layers="\n  @type: dense\n  units: 1"),
        "expected a list of layers, got a mapping: begin each of them with '- '",
    ),
    # E8
    (
        layers("{type: dense, units: 2, activation: softmax}", data=LABELS).replace(
            "@labels: ", "labels: @"
        ),
        "labels are for the losses of classes: nll, cross_entropy, "
        "softmax_cross_entropy, multi_margin; for mse write targets",
    ),
    # E9
    (
        optimizer("{type: sgd, schedule: @{type: cosine, per: step}}"),
        "cosine needs steps where it moves per step: write how many updates it takes",
    ),
    (
        optimizer("{type: sgd, schedule: @exponential}"),
        "missing key 'gamma' in the schedule 'exponential': for example {type: "
        "exponential, gamma: 0.99}",
    ),
    # E10
    (net(training="{early_stopping: @3}"), "expected {patience: 3}, got '3'"),
    (net(regularization="@l2"), "expected {l2: 0.001}, got 'l2'"),
    (
        layers("{type: relu, name: p}", "{type: relu, inputs: @p}"),
        "expected a list of layer names, got 'p': write [p]",
    ),
    (net(training="@5"), "expected {epochs: 100, batch_size: 10}, got '5'"),
    (optimizer("{type: sgd, clip: @1}"), "expected {norm: 1.0}, got '1'"),
    (net(data="@5"), "expected {inputs: [[0, 1]], targets: [[1]]}, got '5'"),
    # E11
    (
        layers("{type: conv2d, filters: 8, kernel: @3}", input="[28, 28, 1]"),
        "a window of 3x3 is larger than the input of 28x1: channels come first: [1, "
        "28, 28]",
    ),
    # E12
    (
        layers("@{type: conv2d, filters: 8, kernel: 3}"),
        "conv2d needs [channels, height, width], got 2: write input: [1, height, "
        "width], or add a reshape layer",
    ),
    (
        layers("@{type: max_pool2d, kernel: 2}", input="[8, 8]"),
        "max_pool2d needs [channels, height, width], got [8, 8]: write input: [1, 8, "
        "8], or add a reshape layer",
    ),
    # E13
    (
        net(input="{size: 1, names: [@Age]}"),
        "an input name is a small letter, then at most 39 small letters, digits or "
        "'_', not 'Age': write age",
    ),
    (
        net(input="{size: 1, names: [@body weight]}"),
        "an input name is a small letter, then at most 39 small letters, digits or "
        "'_', not 'body weight': write body_weight",
    ),
    (
        net(input="{size: 1, names: [@2nd]}"),
        "an input name is a small letter, then at most 39 small letters, digits or "
        "'_', not '2nd': write input_2nd",
    ),
    # E14: see test_net_names.py.
    (
        net(name="@my-net"),
        "a net name is a small letter, then at most 39 small letters, digits or '_', "
        "not 'my-net': write my_net",
    ),
    (
        net(name="@con"),
        "'con' cannot be a net name: a device name of Windows: write con_net",
    ),
    # E15
    (
        layers(
            "{type: conv2d, filters: 8, kernel: 3, padding: @valid}",
            input="[1, 8, 8]",
        ),
        "expected a whole number or same, got 'valid': valid is 0",
    ),
    # E16: nothing about the data, whose size nobody knows now.
    (
        layers(
            "{type: dense, name: h, units: 3}",
            "{type: dense, name: @h, units: 3}",
            data="{inputs: [[0, 1]], targets: [[1]]}",
        ),
        "the layer name 'h' stands twice (first on line 4)",
    ),
    # E17: what is missing is not told where it is misspelled.
    (
        net(input=None, **{"@inputs": "2"}),
        "unknown key 'inputs' (did you mean 'input'?)",
    ),
    (
        layers("{type: dense, @unit: 2}"),
        "unknown key 'unit' (did you mean 'units'?)",
    ),
    # E18
    (
        net(loss="hinge", data=DATA),
        "hinge needs targets that are -1 or 1, got 0: write -1 for 0",
    ),
    (
        net(loss="binary_cross_entropy", data=DATA.replace("[0, 1]]}", "[0, 7]]}")),
        "binary_cross_entropy needs targets that are numbers from 0 to 1, got 7",
    ),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "message"), MISTAKES, ids=[message[:60] for _, message in MISTAKES]
)
def test_a_mistake_is_told_once_with_its_remedy(
    text: str, message: str, folder: Path
) -> None:
    (line,), (place,) = refused(folder, text)
    if message.endswith("glorot_uni"):
        message = "unknown initializer 'xavier': write 'glorot_uniform'"
    assert line == f"{place}: error: {message}"


KNOWN = {
    "loss": LOSSES,
    "activation": ACTIVATIONS,
    "layer": LAYERS,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    **{
        kind.what: kind.known
        for kind in DATA_KEYS.keys.values()
        if isinstance(kind, Word)
    },
}
PAIRS = [(what, word) for what, table in ALIASES.items() for word in table]


@pytest.mark.parametrize(("what", "word"), PAIRS)
def test_an_alias_names_one_word_that_there_is(what: str, word: str) -> None:
    right = ALIASES[what][word]
    assert word == plain(word)
    if what != "key" and " " not in right:
        assert remedy(word, what, KNOWN[what]) == f": write '{right}'"
        assert word not in KNOWN[what]


# What other libraries have, and bpgen has not, or has under another name.
FOREIGN = (
    *("rmse", "mape", "msle", "mean_squared_logarithmic_error", "cosine_similarity"),
    *("triplet", "ctc", "focal", "dice", "quantile", "gaussian_nll", "margin_ranking"),
    *("cosine_embedding", "tversky", "wasserstein", "categorical_crossentropy"),
    *("mean_squared_error", "log_loss", "tweedie", "pinball", "iou"),
)


@pytest.mark.parametrize("word", FOREIGN)
def test_no_suggestion_names_a_loss_with_another_meaning(word: str) -> None:
    assert "did you mean" not in remedy(word, "loss", LOSSES)

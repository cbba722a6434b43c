"""One fault in a net: one sentence about it, at its exact place, with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from nets.bad import empty, layers, net, refused, said
from running.tools import python


def dense(keys: str) -> str:
    """A net of one dense layer with these keys, too."""
    return layers(f"{{type: dense, units: 2, {keys}}}")


def optimizer(name: str, keys: str) -> str:
    """A net with an optimizer that has these keys, too."""
    return net(optimizer=f"{{type: {name}, {keys}}}")


def values(text: str) -> str:
    """A net with this line of parameters."""
    return net(parameters=f"\n  {text}")


LONG = "a" * 41
TWO = "{type: dense, name: a, units: 3}"
DENSE = "{type: dense, units: 3}"
FROM_1 = "expected a whole number from 1 to 1000000"
SEED = "expected a whole number from 0 to 4294967295"
NAME_RULE = "name is a small letter, then at most 39 small letters, digits or '_'"

# The net as a whole, its keys, and words that are not known.
WORDS = [
    ("@[]", "a net is a mapping: input, layers, loss"),
    ("@word", "a net is a mapping"),
    ("@" + net(input=None), "missing key 'input' in the net"),
    ("@" + net(layers=None), "missing key 'layers' in the net"),
    ("@" + net(loss=None), "missing key 'loss' in the net"),
    (net(**{"@inputs": "2"}), "unknown key 'inputs' (did you mean 'input'?)"),
    (net(**{"@optimiser": "sgd"}), "unknown key 'optimiser' (did you mean 'optim"),
    (
        net(**{"@zzz": "1"}),
        "unknown key 'zzz'",
    ),
    (net(loss="@mze"), "unknown loss 'mze' (did you mean 'mse' or 'mae'?)"),
    (net(loss="@5"), "expected a loss, such as {type: mse}, got '5'"),
    (net(loss="@[mse]"), "expected a loss, got a list"),
    (net(loss="@{delta: 1}"), "missing key 'type' in the loss"),
    (empty("loss"), "expected the name of a loss, got nothing"),
    (net(loss="{type: huber, @delta_: 1}"), "'delta_': write 'delta'"),
    (net(optimizer="@sdg"), "unknown optimizer 'sdg' (did you mean 'sgd'?)"),
    (net(optimizer="@{learning_rate: 1}"), "missing key 'type' in the optimizer"),
    (
        net(optimizer="{type: sgd, @rate: 1}"),
        "unknown key 'rate': write 'learning_rate'",
    ),
    (net(training="{@epoch: 3}"), "unknown key 'epoch' (did you mean 'epochs'?)"),
    (net(training="@5"), "got '5'"),
    (empty("training"), "got nothing"),
    (net(data="@5"), "got '5'"),
    (layers("@dens"), "unknown layer 'dens' (did you mean 'dense'?)"),
    (layers("@{typ: dense}"), "missing key 'type' in the layer"),
    (layers("@dense"), "missing key 'units' in the layer 'dense'"),
    (layers("@{type: dense}"), "missing key 'units' in the layer 'dense'"),
    (layers("{type: relu, @units: 3}"), "unknown key 'units'"),
    (dense("@activaton: relu"), "'activaton' (did you mean 'activation'?)"),
    (dense("activation: @rleu"), "unknown activation 'rleu' (did you mean 'relu'?)"),
    (dense("activation: @[]"), "expected an activation, got a list"),
    (dense("activation: {type: elu, @alfa: 1}"), "'alfa' (did you mean 'alpha'?)"),
    (dense("initializer: @glorot"), "unknown initializer 'glorot'"),
    (dense("initializer: @{type: uniform, low: 0}"), "missing key 'high' in the init"),
    (dense("initializer: @constant"), "missing key 'value' in the initializer 'const"),
    (dense("initializer: {type: ones, @value: 1}"), "unknown key 'value'"),
]

# Values of the wrong type, and out of range.
VALUES = [
    (net(input="@0"), f"{FROM_1}, got '0'"),
    (net(input="@1000001"), f"{FROM_1}, got '1000001'"),
    (net(input="@two"), "expected a whole number, got 'two'"),
    (net(input="@2.0"), "got '2.0' (write it without point or exponent)"),
    (net(input="@'2'"), "got '2' (write it without quotes)"),
    (empty("input"), "got nothing"),
    (empty("seed"), "expected a whole number, got nothing"),
    (net(input="@[]"), "expected 1 to 3 sizes, got 0"),
    (net(input="@[1, 2, 3, 4]"), "expected 1 to 3 sizes, got 4"),
    (net(input="[2, @x]"), "expected a whole number, got 'x'"),
    (net(input="@{names: [a]}"), "missing key 'size' in the input"),
    (net(input="{size: 2, names: @[a]}"), "expected 2 names, got 1"),
    (net(input="{size: 2, names: @a}"), "expected a list of input names, got 'a'"),
    (net(input="{size: [2, 2], names: @[a, b]}"), "only a flat input has names"),
    (net(input="{size: 2, names: [a, @a]}"), "the input name 'a' stands twice"),
    (net(layers="@[]"), "layers, got 0"),
    (net(layers="@dense"), "expected a list of layers, got 'dense'"),
    (layers("{type: dense, units: @0}"), f"{FROM_1}, got '0'"),
    (layers("{type: dense, units: @-3}"), f"{FROM_1}, got '-3'"),
    (layers("{type: dense, units: @1000001}"), f"{FROM_1}, got '1000001'"),
    (dense("bias: @yes"), "expected true or false, got 'yes'"),
    (dense("bias: @1"), "expected true or false, got '1'"),
    (dense("activation: {type: elu, alpha: @x}"), "expected a number, got 'x'"),
    (dense("activation: {type: celu, alpha: @0}"), "a number above 0, got '0'"),
    (dense("initializer: {type: normal, mean: 0, std: @-1}"), "from 0 up, got '-1'"),
    (net(loss="{type: huber, delta: @0}"), "expected a number above 0, got '0'"),
    (net(loss="{type: nll, @label_smoothing: 0.1}"), "unknown key 'label_smoothing'"),
    (
        net(loss="{type: cross_entropy, label_smoothing: @1.5}"),
        "expected a number from 0 to 1, got '1.5'",
    ),
    (net(optimizer="{type: sgd, learning_rate: @0}"), "a number above 0, got '0'"),
    (net(optimizer="{type: sgd, learning_rate: @-1}"), "above 0, got '-1'"),
    (net(optimizer="{type: sgd, learning_rate: @1e999}"), "'1e999' is too large"),
    (net(optimizer="{type: sgd, learning_rate: @.inf}"), "(it must be finite)"),
    (net(optimizer="{type: sgd, learning_rate: @1e-999}"), "rounds to zero"),
    (net(training="{epochs: @0}"), "expected a whole number from 1 to 1000000000"),
    (net(training="{batch_size: @0}"), f"{FROM_1}, got '0'"),
    (net(training="{shuffle: @maybe}"), "expected true or false, got 'maybe'"),
    (net(training="{report_every: @-1}"), "got '-1'"),
    (net(seed="@-1"), f"{SEED}, got '-1'"),
    (net(seed="@4294967296"), f"{SEED}, got '4294967296'"),
    (net(seed="@010"), "got '010' (leading zeros are not allowed)"),
    (net(seed="@1_000"), "got '1_000' (underscores are not allowed)"),
    (net(seed="@1:30"), "got '1:30' (write it in decimal)"),
    (net(seed="@0x10"), "got '0x10' (write it in decimal)"),
    (net(seed="@2001-01-01"), "expected a whole number, got '2001-01-01'"),
    (net(seed="@" + "9" * 5_000), "is too large"),
]

# Names: of the net, of layers, of inputs.
NAMES = [
    *((net(name=f"@{name}"), f"a net {NAME_RULE}") for name in ("Net", "a-b", "3")),
    *((net(name=f"@{name}"), f"a net {NAME_RULE}") for name in (LONG, "_a", "'a '")),
    *((net(name=f"@{name}"), "device name of Windows") for name in ("con", "nul")),
    *((net(name=f"@{name}"), "device name of Windows") for name in ("com1", "lpt9")),
    (empty("name"), f"a net {NAME_RULE}"),
    (dense("name: @H"), f"a layer {NAME_RULE}"),
    (dense("name: @1h"), f"a layer {NAME_RULE}"),
    (dense("name: @h.1"), f"a layer {NAME_RULE}"),
    (dense("name: @h\N{LATIN SMALL LETTER E WITH ACUTE}"), r"not 'h\xe9'"),
    (dense("name: @h\N{FULLWIDTH DIGIT ONE}"), r"not 'h\uff11'"),
    (dense("name: @''"), f"a layer {NAME_RULE}"),
    (dense(f"name: @{LONG}"), f"a layer {NAME_RULE}"),
    (dense("name: @[a]"), "expected a layer name, got a list"),
    (dense("name: @input"), "'input' cannot be a layer name: it is the net's input"),
    (net(input="{size: 2, names: [a, @B]}"), f"an input {NAME_RULE}"),
]

# What belongs to training.
TRAINING = [
    (net(regularization="{@l3: 1}"), "unknown key 'l3' (known: l1, l2)"),
    (net(regularization="{l2: @-1}"), "expected a number from 0 up, got '-1'"),
    (net(regularization="@0.1"), "got '0.1'"),
    (dense("regularization: {l1: @x}"), "expected a number, got 'x'"),
    (dense("learning_rate: @0"), "expected a number above 0, got '0'"),
    (net(training="{validation: @1}"), "got '1'"),
    (net(training="{validation: @0}"), "got '0'"),
    (net(training="{early_stopping: @{min_delta: 1}}"), "missing key 'patience'"),
    (net(training="{early_stopping: {patience: @0}}"), "got '0'"),
    (optimizer("adam", "@beta: 0.9"), "unknown key 'beta' (did you mean 'beta"),
    (optimizer("adam", "beta1: @1"), "got '1'"),
    (optimizer("adam", "epsilon: @0"), "expected a number above 0, got '0'"),
    (net(optimizer="@{type: sgd, nesterov: true}"), "nesterov needs a momentum"),
    (optimizer("sgd", "nesterov: @1"), "expected true or false, got '1'"),
    (optimizer("sgd", "schedule: @stp"), "unknown schedule 'stp' (did you mean 'step'"),
    (optimizer("sgd", "schedule: @exponential"), "missing key 'gamma'"),
    (optimizer("sgd", "schedule: {type: exponential, gamma: @0}"), "above 0, got '0'"),
    (
        optimizer("sgd", "schedule: {type: exponential, gamma: 1, per: @batch}"),
        "unknown unit of a schedule 'batch' (known: epoch, step)",
    ),
    (
        optimizer("sgd", "schedule: {type: multistep, gamma: 1, milestones: @[]}"),
        "milestones, got 0",
    ),
    (
        optimizer(
            "sgd", "schedule: {type: plateau, factor: 0.1, patience: 1, per: @step}"
        ),
        "plateau needs the loss of an epoch",
    ),
    (optimizer("sgd", "clip: @{}"), "expected either norm or value"),
    (optimizer("sgd", "clip: @{norm: 1, value: 1}"), "expected either norm or value"),
    (optimizer("sgd", "clip: {norm: @0}"), "expected a number above 0, got '0'"),
]


def image(keys: str, kind: str = "conv2d") -> str:
    """A net of one layer with a window, on an image."""
    return layers(f"{{type: {kind}, {keys}}}", input="[4, 5, 5]")


CONV = "filters: 6, kernel: 3"

# Convolutions and pools.
WINDOWS = [
    (layers(f"@{{type: conv2d, {CONV}}}"), "conv2d needs [channels, height, width],"),
    (
        layers(f"@{{type: conv1d, {CONV}}}", input="[4, 5, 5]"),
        "conv1d needs [channels, length], got [4, 5, 5]",
    ),
    (layers("@{type: max_pool2d, kernel: 2}", input="[4, 5]"), "got [4, 5]"),
    (layers("@global_avg_pool"), "global_avg_pool needs an image or a sequence, got 2"),
    (
        layers("@{type: conv2d, kernel: 2}", input="[1, 5, 5]"),
        "missing key 'filters' in the layer",
    ),
    (image("kernel: @6, filters: 1"), "of 6x6 is larger than the input of 5x5"),
    (
        image("kernel: @[8, 2], padding: 1, filters: 1"),
        "a window of 8x2 is larger than the padded input of 7x7",
    ),
    (image("kernel: @3, dilation: 3, filters: 1"), "a window of 7x7 is larger"),
    (image("kernel: @6", "max_pool2d"), "a window of 6x6 is larger than the input"),
    (image("kernel: @[3], filters: 1"), "expected 2 sizes, got 1"),
    (image("kernel: @{a: 1}, filters: 1"), "expected a whole number, got a mapping"),
    (image("kernel: [3, @0], filters: 1"), f"{FROM_1}, got '0'"),
    (image("kernel: @same, filters: 1"), "expected a whole number, got 'same'"),
    (image(f"{CONV}, padding: @sam"), "expected a whole number or same, got 'sam'"),
    (image(f"{CONV}, padding: @-1"), "got '-1'"),
    (image(f"{CONV}, padding: @same, stride: 2"), "padding same needs stride 1, got 2"),
    (
        image(f"{CONV}, padding: @same", "conv_transpose2d"),
        "a whole number, got 'same'",
    ),
    (image(f"{CONV}, stride: @0"), f"{FROM_1}, got '0'"),
    (image(f"{CONV}, groups: @3"), "3 groups do not divide 4 channels"),
    (image(f"{CONV}, groups: @4"), "4 groups do not divide 6 filters"),
    (image(f"{CONV}, @output_padding: 1"), "unknown key 'output_padding'"),
    (
        image(f"{CONV}, output_padding: @[0, 2], stride: 2", "conv_transpose2d"),
        "output_padding 0x2 is not below stride or dilation",
    ),
    (
        image(f"{CONV}, padding: @5", "conv_transpose2d"),
        "padding 5x5 leaves nothing of the output",
    ),
    (image("kernel: 3, padding: @2", "avg_pool2d"), "is more than half the kernel 3x3"),
    (
        image("kernel: 3, padding: @[[0, 3], [1, 1]]", "max_pool2d"),
        "padding 0x1 before and 3x1 after is more than a window of 3x3 allows: some "
        "input must be in each",
    ),
    (
        image("kernel: 3, padding: @[[0, 1], [2, 2]]", "max_pool2d"),
        "padding 0x2 before and 1x2 after is more than a window of 3x3 allows",
    ),
    (
        image(f"{CONV}, padding: @[[1, 2], 3]"),
        "expected [[top, bottom], [left, right]], a pair for each axis",
    ),
    (image(f"{CONV}, padding: @[[1, 2]]"), "expected 2 sizes, got 1"),
    (image(f"{CONV}, padding: @[1, 2, 3, 4]"), "expected 2 sizes, got 4"),
    (image(f"{CONV}, padding: [[1, 2], [3, @-1]]"), "got '-1'"),
    (image(f"{CONV}, padding: @causal"), "expected a whole number or same, got 'ca"),
    (
        layers("{type: conv1d, filters: 1, kernel: 2, padding: @[1]}", input="[4, 5]"),
        "expected 2 sizes, got 1",
    ),
    (
        layers("{type: conv1d, filters: 1, kernel: 2, padding: @all}", input="[4, 5]"),
        "expected a whole number, same or causal, got 'all'",
    ),
    (
        image(f"{CONV}, padding: @[[5, 6], [0, 0]]", "conv_transpose2d"),
        "padding 5x0 before and 6x0 after leaves nothing of the output",
    ),
    (image("kernel: 2, @count_include_pad: true", "max_pool2d"), "unknown key 'count_"),
    (
        layers("{type: conv1d, filters: 1, kernel: @[3, 3]}", input="[4, 5]"),
        "expected a whole number, got a list",
    ),
]

# Layers, parameters and losses that do not fit together.
REFERENCES = [
    (
        layers("{type: dense, name: h, units: 3}", "{type: relu, name: @h}"),
        "the layer name 'h' stands twice (first on line 4)",
    ),
    # A layer that is wrong still has its number: the next one gets another.
    (layers("{type: dense, units: @0}", DENSE), f"{FROM_1}, got '0'"),
    (
        layers("@{type: dense, units: 2}", "flatten", DENSE, input="[2, 3, 3]"),
        "add a fl",
    ),
    (layers("{type: dense, units: 2, share: @b}", DENSE), "no layer 'b' before this"),
    (
        layers(TWO, "{type: relu, name: b, inputs: [@c]}", "{type: relu, name: c}"),
        "no layer 'c' before this one (known: input, a)",
    ),
    (layers(TWO, "{type: relu, name: b, inputs: [@b]}"), "no layer 'b' before this"),
    (layers(TWO, "{type: relu, inputs: [@dense1]}"), "no layer 'dense1' before this"),
    (
        layers(TWO, "{type: relu, inputs: @a}"),
        "expected a list of layer names, got 'a'",
    ),
    (layers(TWO, "{type: relu, inputs: @[]}"), "got 0"),
    (layers(TWO, "{type: relu, inputs: [a, @input]}"), "relu reads one layer, not 2"),
    (layers("@" + TWO, "{type: relu, inputs: [input]}"), "reads the output of 'a'"),
    (layers(TWO, "{type: dense, units: 3, share: @c}"), "no layer 'c' before this one"),
    (layers("{type: prelu, name: p, share: @p}"), "no layer 'p' before this one"),
    (layers(TWO, "{type: prelu, share: @a}"), "a is a dense layer, not prelu"),
    (layers(TWO, "{type: dense, units: 3, share: @a}"), "cannot be shared"),
    (
        layers(
            TWO,
            "{type: dense, name: b, units: 3}",
            "{type: dense, name: c, units: 3," " bias: false, share: @b}",
        ),
        "cannot be shared",
    ),
    (layers("@{type: dense, units: 3}", input="[2, 3, 3]"), "add a flatten layer"),
    (layers("relu", "@{type: dense, units: 3}", input="[2, 3, 3]"), "add a flatten"),
    *(
        (
            layers("{type: dense, units: 1}", loss=f"@{loss}"),
            f"{loss} needs at least 2 outputs, got 1",
        )
        for loss in ("cross_entropy", "softmax_cross_entropy", "nll", "multi_margin")
    ),
    (
        layers("relu", input="[3, 2, 2]", loss="@nll"),
        "needs classes or [time, classes]",
    ),
    (values("@h.weigth: [[1, 2], [3, 4]]"), "'h.weigth' (did you mean 'h.weight'?)"),
    (values("@h: 1"), "no parameter 'h' (known: h.weight, h.bias)"),
    (values("h.weight: @[[1, 2]]"), "expected 2 rows, got 1"),
    (values("h.weight: [[1, 2], @[3]]"), "expected 2 numbers, got 1"),
    (values("h.weight: [[1, 2], [3, @a]]"), "expected a number, got 'a'"),
    (values("h.weight: [[1, 2], [3, @[4]]]"), "expected a number, got a list"),
    (values("h.weight: @1"), "expected 2 rows, got '1'"),
    (values("h.bias: @[1, 2, 3]"), "expected 2 numbers, got 3"),
    (values("h.bias: @{a: 1}"), "expected 2 numbers, got a mapping"),
    (values("h.bias: [1, @1e999]"), "'1e999' is too large"),
    (values("h.bias: [1, @.nan]"), "got '.nan' (it must be finite)"),
    (values("h.bias: [1, @'2']"), "got '2' (write it without quotes)"),
    (net(parameters="@[]"), "expected parameter values or the path of a JSON file"),
    (net(frozen="[h, @h.bais]"), "'h.bais' (did you mean 'h.bias'?)"),
    (net(frozen="[@input]"), "no parameter or layer 'input'"),
    (net(frozen="@h"), "expected a list of names, got 'h'"),
    (net(frozen="[@[h]]"), "expected the name of a parameter or a layer, got a list"),
]


def function(formula: str, of: str = "x", name: str = "bent") -> str:
    """A net with a function of its own."""
    entry = f"{{name: {name}, of: {of}, formula: {formula}}}"
    return net(functions=f"\n  - {entry}")


EITHER = "[o, t]"
ALIKE = "a" * 21 + "bbbb"  # two names that begin so and have one hash are below
FUNCTIONS = [
    (function('"x + @y"'), "unknown name 'y' (known: x)"),
    (function("x + @y"), "unknown name 'y' (known: x)"),
    (function("'@epx(x)'"), "unknown function 'epx' (did you mean 'exp'?)"),
    (function("@'it''s'"), "unexpected"),
    (function('@"x \\x2b y"'), "unknown name 'y'"),  # not as it stands in the file
    (function('"2 * @max(x)"'), "max takes 2 arguments, got 1"),
    (function('"@exp()"'), "exp takes 1 argument, got 0"),
    (function('"@exp + x"'), "'exp' is a function: expected 'exp(...)'"),
    (function('"(x@"'), "expected ')', got the end"),
    (function('"x@)"'), "unexpected ')'"),
    (function('"x @x"'), "unexpected 'x'"),
    (function('"x@**2"'), "there is no power: write x * x"),
    (function('"x@^2"'), "there is no power: write x * x"),
    (function('"@.5 * x"'), "a point needs digits on both sides"),
    (function('"x if x @else 1"'), "expected one of < <= > >= ==, got 'else'"),
    (function('"x if 0 < x @< 1 else 2"'), "expected 'else', got '<'"),
    (function('"x if x == x @else 2"'), "both sides of the comparison are the same"),
    (function('"@"'), "the formula is empty"),
    (function("@[x]"), "expected a formula, got a list"),
    (function('"@1e999 * x"'), "'1e999' is above 1e+100"),
    (function('"@1e-999 * x"'), "'1e-999' rounds to zero"),
    (function("\"__import__(@'os')\""), "unexpected"),
    (function('"x + @\N{LATIN SMALL LIGATURE FI}"'), r"unexpected '\ufb01'"),
    (function('"' + "(" * 11 + "@x" + ")" * 11 + '"'), "at most 10 levels"),
    (function('"' + "(" * 11 + "@" + "(" * 900 + '"'), "at most 10 levels"),
    (function('"' + "-" * 11 + '@x"'), "at most 10 levels"),
    (function('"x' + " + x" * 100 + ' @+ x"'), "at most 100 operations"),
    (function('"@' + "x" * 1001 + '"'), "at most 1,000 characters, not 1,001"),
    (function('@"' + "*".join(["sin(x)"] * 50) + '"'), "is too long: write it shorter"),
    (function("@1"), "the formula does not use 'x'"),
    (function("@o * o", EITHER), "the formula does not use 't'"),
    (function("@x - x"), "the derivative by 'x' is 0"),
    (function("@1 if x > 0 else 0"), "the derivative by 'x' is 0"),
    (function("o * o", "[o, @o]"), "the variable 'o' stands twice"),
    (function("o * o", "@[a, b, c]"), "expected 1 to 2 variables, got 3"),
    (function("exp", "@exp"), "it is a function of formulas"),
    (function("x", "@if"), "'if' cannot be a variable name: it is a word of formulas"),
    *(
        (function("x", name=f"@{name}"), f"'{name}' cannot be a function name: {why}")
        for name, why in (
            *(
                (name, "bpgen has something")
                for name in ("relu", "mse", "max", "dense")
            ),
        )
    ),
    (function("x", name="@Bent"), f"a function {NAME_RULE}"),
    (net(functions="\n  - @{name: f, of: x}"), "missing key 'formula' in the function"),
    (
        net(functions="[{name: f, of: x, formula: x}, {name: @f, of: x, formula: x}]"),
        "the function name 'f' stands twice (first on line 5)",
    ),
    (
        net(
            functions=f"[{{name: {ALIKE}aclk, of: x, formula: x}},"
            f" {{name: @{ALIKE}acmr, of: x, formula: x}}]"
        ),
        f"are both cut to '{ALIKE[:21]}_h7277e' (first on line 5)",
    ),
    (net(functions="@[]"), "expected 1 to 100 functions, got 0"),
    (
        function("o - t", EITHER).replace("units: 2", "units: 2, activation: @bent"),
        "unknown activation 'bent'",
    ),
    (function("x * x").replace("loss: mse", "loss: @bent"), "unknown loss 'bent'"),
    # One that is wrong is no unknown name where it is used.
    (
        function("x * @y").replace("units: 2", "units: 2, activation: bent"),
        "unknown name 'y'",
    ),
]

TABLE = [*FUNCTIONS, *WORDS, *VALUES, *NAMES, *TRAINING, *WINDOWS, *REFERENCES]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("text", "message"), TABLE, ids=[row[1] for row in TABLE])
def test_a_fault_is_one_sentence_at_its_place(
    text: str, message: str, folder: Path
) -> None:
    (line,), (place,) = refused(folder, text)
    assert line.startswith(f"{place}: error: ")
    assert message in line


@pytest.mark.parametrize(("text", "message"), [WORDS[5], VALUES[0], REFERENCES[0]])
def test_the_installed_command_says_the_same(
    text: str, message: str, folder: Path
) -> None:
    lines, _ = refused(folder, text)
    result = python("-m", "bpgen", "emit", "net.yaml", folder=folder)
    assert (result.code, result.out) == (2, "")
    assert said(result.err) == lines
    assert message in result.err


def test_a_type_without_options_does_not_list_none_of_them(folder: Path) -> None:
    (line,), _ = refused(folder, net(loss="{type: mse, @delta: 1}"))
    assert "unknown key 'delta'" in line
    assert "(known: )" not in line

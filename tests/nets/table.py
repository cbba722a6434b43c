"""The nets of the conformance tests, in a table by name.

Most come from bpgen's own tables: every activation in a dense layer and as a layer
of its own, every loss, every initializer, every option away from its default. So a
new entry is tested by being there. Below them stand the nets that somebody thought
up because something could go wrong in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml
from nets.convolutions import CONVOLUTION_NETS
from nets.found import FOUND_NETS
from nets.layers import BATCH_NETS, GRAPH_NETS
from nets.net import EXAMPLES, Example, Net, Row, Spec, dense, spec
from nets.online import ONLINE_NETS
from nets.preprocessed import PREPROCESSED_NETS
from nets.recurrent import RECURRENT_NETS
from nets.transformers import TRANSFORMER_NETS

from bpgen.catalog.activations import ACTIVATIONS, Option
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.losses import LOSSES, Targets
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES

KINKS = (-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0)  # of all activations
SATURATED = (-40.0, -21.0, 21.0, 40.0)  # where they are nearly lines
FAR = (1e4, -1e4, 1e200, -1e200)

# What a loss wants the outputs to be, where that is not any number.
OUTPUTS = {
    "binary_cross_entropy": "sigmoid",
    "cross_entropy": "softmax",
    "kl_divergence": "log_softmax",
    "nll": "log_softmax",
}


# --- From the tables ----------------------------------------------------------------


def _rows(numbers: Sequence[float], size: int) -> tuple[tuple[Row, None], ...]:
    """The numbers in rows, the last one filled up with zeros."""
    starts = range(0, len(numbers), size)
    rows = [[*numbers[start : start + size]] for start in starts]
    return tuple((row + [0.0] * (size - len(row)), None) for row in rows)


def _other(options: Mapping[str, Option]) -> dict[str, float]:
    """A value away from the default for each option.

    They are eighths: PyTorch's celu rounds its alpha to 32 bits.
    """
    return {name: int(12.0 * o.default + 1.0) / 8.0 for name, o in options.items()}


def _activation_nets() -> Iterator[Net]:
    for name, activation in ACTIVATIONS.items():
        uses: dict[str, Any] = {name: name}
        if activation.options:
            uses[f"{name}_options"] = {"type": name} | _other(activation.options)
        for title, use in uses.items():
            edges = [] if use == name else list(_other(activation.options).values())
            points = [*KINKS, *SATURATED, *edges, *(-edge for edge in edges)]
            inside = spec(3, [dense(4, use, name="h"), dense(2, name="o")])
            alone = spec(5, [use, dense(2, name="o")])
            yield Net(f"activation_{title}", inside, _rows(points, 3), _rows(FAR, 3))
            yield Net(f"layer_{title}", alone, _rows(points, 5), _rows(FAR, 5))


def _loss_nets() -> Iterator[Net]:
    for name, loss in LOSSES.items():
        outputs = OUTPUTS.get(name, "identity")
        edges = tuple(_loss_edges(loss.targets, outputs))
        far = _rows((1e4, -1e4, 0.0, 1.0, -1e4, 1e4, 1e4, -1e4), 4)
        plain = spec(4, [dense(4, outputs)], name)
        yield Net(f"loss_{name}", plain, edges if outputs == "identity" else (), far)
        if outputs != "identity":
            slow = {"type": "sgd", "learning_rate": 1e-15}  # gradients reach 1e12
            raw = spec(4, [dense(4)], name, optimizer=slow)
            yield Net(f"raw_{name}", raw, edges, far, of_probabilities=True)
        if loss.options:
            other = {"type": name} | _other(loss.options)
            yield Net(f"loss_{name}_options", spec(4, [dense(4, outputs)], other))


def _loss_edges(kind: Targets, outputs: str) -> Iterator[tuple[Row, Row]]:
    """Outputs, with targets, at which losses have kinks or limits."""
    match kind, outputs:
        case (Targets.UNIT, "sigmoid"):
            yield [0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]
            yield [0.5, 1e-13, 0.25, 1e-50], [0.5, 1.0, 0.0, 0.75]
        case (Targets.UNIT, _):
            yield [0.0, 30.0, -3.0, 1e-9], [0.0, 1.0, 1.0, 0.5]
        case (Targets.SIGNS, _):
            yield [1.0, -1.0, 1.0, -1.0], [1.0, -1.0, -1.0, 1.0]
            yield [0.0, 0.5, 2.0, -3.0], [1.0, -1.0, 1.0, -1.0]
        case (_, "softmax"):
            yield [0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 1.0, 0.0]
            yield [1.0, 1e-11, 1e-11, 0.9], [0.0, 1.0, 0.0, 0.0]
        case (Targets.ONE_HOT, _):
            yield [1.0, 0.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.0]
            yield [0.5, 0.5, -0.5, 0.5], [0.0, 1.0, 0.0, 0.0]
        case (Targets.DISTRIBUTION | Targets.NOT_NEGATIVE, _):
            yield [-1.0, -2.0, -0.5, -1.0], [0.0, 1.0, 0.0, 0.0]
            yield [3.0, 3.0, -3.0, 3.0], [0.25, 0.25, 0.0, 0.5]
        case _:
            yield [0.0, 1.0, -1.0, 2.6], [0.0, 0.0, 0.0, 1.0]
            yield [0.5, 3.0, -6.0, 1e-9], [0.5, 2.0, 6.0, 0.0]


def _initializer_nets() -> Iterator[Net]:
    values = {"low": -0.3, "high": 0.9, "mean": 0.2, "std": 1.5, "value": -2.5}
    for name, initializer in INITIALIZERS.items():
        own = {"type": name} | {
            option: values[option] for option in initializer.options
        }
        layers = [dense(2, "relu", initializer=own), dense(3, initializer=own)]
        yield Net(f"initializer_{name}", spec(3, layers))


# --- Thought up ---------------------------------------------------------------------

EXPLICIT = {
    "dense1.weight": [[0.5, -0.0, 1e-300], [5e-324, 1.7e308, -2.0], [3.0, 1.0, 0.1]],
    "dense2.weight": [[1.0 / 3.0, -1e-7, 1e16]],
    "dense2.bias": [123456789.125],
}
LONG = {"dense1.weight": [[i / 7.0 - j / 3.0 for j in range(9)] for i in range(9)]}
SHARE_P = {"type": "prelu", "share": "p"}
STEPS = [3, 4]  # an input of three time steps with four features each

EXTRA: dict[str, Spec] = {
    # Sizes and names.
    "one_weight": spec(1, [dense(1, bias=False)], "mse"),
    "one_unit": spec(1, [dense(1, "sigmoid")], "half_squared_error"),
    "four_layers": spec(2, [dense(4, "tanh"), dense(3, "relu"), dense(2), dense(3)]),
    "alike_names": spec(
        {"size": 2, "names": ["h1", "print"]},
        [dense(11, "tanh", name="h"), dense(2, "relu", name="h1"), dense(1, name="x")],
    ),
    "net_of_reserved_looks": spec(
        {"size": 3, "names": ["self", "loss", "w"]},
        [dense(2, "tanh", name="dz"), dense(2, name="z", inputs=["dz"])],
        "mse",
    ),
    "defaults": {"input": 2, "layers": [dense(3, "tanh"), dense(1)], "loss": "mse"},
    "in_order": spec(2, [dense(3)], training={"batch_size": 2, "shuffle": False}),
    "large_batch": spec(2, [dense(3, "relu"), dense(2)], training={"batch_size": 9}),
    "explicit": spec(3, [dense(3, "relu"), dense(1)], parameters=EXPLICIT),
    "explicit_long": spec(9, [dense(9, "relu"), dense(1)], parameters=LONG),
    # Keys of dense.
    "no_bias": spec(3, [dense(4, "tanh", bias=False), dense(2, bias=False)]),
    "prelu_inside": spec(3, [dense(4, "prelu", name="h"), dense(2)], "mse"),
    "softmax_inside": spec(3, [dense(4, "softmax"), dense(2)], "squared_error"),
    "log_softmax_inside": spec(3, [dense(4, "log_softmax"), dense(2)], "mse"),
    "slope_0": spec(3, [dense(4, {"type": "leaky_relu", "slope": 0}), dense(2)]),
    "slope_1": spec(3, [dense(4, {"type": "leaky_relu", "slope": 1}), dense(2)]),
    "slope_below_0": spec(3, [dense(4, {"type": "leaky_relu", "slope": -1}), dense(2)]),
    "elu_alpha_0": spec(3, [dense(4, {"type": "elu", "alpha": 0}), dense(2)]),
    "softshrink_0": spec(3, [{"type": "softshrink", "lambda": 0}, dense(2)]),
    # Layers that are no dense.
    "no_parameters": spec(3, ["tanh"], "mse"),
    "identity_alone": spec(3, ["identity"], "mse"),
    "activations_in_a_row": spec(3, [dense(4), "relu", "tanh", "sigmoid"], "mse"),
    "prelu_alone": spec(3, ["prelu"], "mse"),
    "softmax_alone": spec(4, ["softmax"], "cross_entropy"),
    "flatten_flat": spec(3, ["flatten", dense(2)]),
    "flatten_flat_alone": spec(3, ["flatten"], "mse"),
    "flatten_alone": spec([2, 2, 2], ["flatten"], "mse"),
    "flatten_image": spec([2, 3, 2], ["flatten", dense(3, "tanh"), dense(2)]),
    "flatten_steps": spec(STEPS, [dense(2, "tanh"), "flatten", dense(2)]),
    "image_activations": spec([2, 3, 2], ["prelu", "tanh", "flatten", dense(2)]),
    "image_out": spec([2, 2, 3], ["silu"], "squared_error"),
    "image_softmax": spec([2, 2, 3], ["softmax", "log_softmax"], "mse"),
    # Parameters shared or left alone.
    "shared": spec(
        3, [dense(3, "tanh", name="h"), dense(3, "relu", share="h"), dense(2)]
    ),
    "shared_twice": spec(
        2,
        [
            dense(2, "prelu", name="h"),
            dense(2, "prelu", name="g", share="h"),
            dense(2, "prelu", name="f", share="g"),
        ],
    ),
    "shared_prelu": spec(3, [{"type": "prelu", "name": "p"}, dense(3), SHARE_P]),
    "frozen_bias": spec(3, [dense(4, "tanh", name="h"), dense(2)], frozen=["h.bias"]),
    "frozen_layer": spec(3, [dense(4, "prelu", name="h"), dense(2)], frozen=["h"]),
    "frozen_last": spec(3, [dense(4, "tanh"), dense(2, name="o")], frozen=["o"]),
    "frozen_shared": spec(
        3,
        [dense(3, "tanh", name="h"), dense(3, name="g", share="h"), dense(2)],
        frozen=["g"],
    ),
    "frozen_all": spec(3, [dense(2, "tanh", name="h")], frozen=["h"]),
    # Losses.
    "unfused_cross_entropy": spec(
        3, [dense(3, "softmax"), "identity"], "cross_entropy"
    ),
    "layer_cross_entropy": spec(3, [dense(3), "softmax"], "cross_entropy"),
    "sigmoid_cross_entropy_of_classes": spec(3, [dense(3, "sigmoid")], "cross_entropy"),
    "smoothed_fully": spec(
        3, [dense(3)], {"type": "softmax_cross_entropy", "label_smoothing": 1}
    ),
    "two_classes": spec(3, [dense(2)], "softmax_cross_entropy"),
    "yes_or_no": spec(3, [dense(1, "sigmoid")], "binary_cross_entropy"),
    "yes_or_no_of_logits": spec(3, [dense(1)], "sigmoid_cross_entropy"),
    # Several time steps.
    "steps": spec(STEPS, [dense(3, "tanh"), dense(2)], "mse"),
    "two_steps": spec([2, 2], [dense(2, "tanh"), dense(2)], "squared_error"),
    "steps_summed": spec(STEPS, [dense(3, "tanh"), dense(2)], "half_squared_error"),
    "steps_prelu": spec(STEPS, [dense(3, "prelu"), "prelu", dense(2)], "mse"),
    "steps_softmax": spec(STEPS, [dense(3, "softmax"), "log_softmax"], "mse"),
    "steps_no_bias": spec(STEPS, [dense(2, bias=False)], "hinge"),
    "steps_shared": spec(
        [2, 3], [dense(3, "tanh", name="h"), dense(3, share="h")], "mae"
    ),
    **{
        f"steps_{name}": spec(STEPS, [dense(3, OUTPUTS.get(name, "identity"))], name)
        for name, loss in LOSSES.items()
        if loss.targets.are_classes or name == "kl_divergence"
    },
    "steps_smoothed": spec(
        STEPS,
        [dense(3, "softmax")],
        {"type": "cross_entropy", "label_smoothing": 0.25},
    ),
}


# Own functions: as a plain formula; with calls; with choices; with both arguments of
# a function in play; hard to write down.
FORMULAS: Mapping[str, str] = {
    "square": "x * x",
    "bent": "(sqrt(x*x + 1) - 1) / 2 + x",
    "leaky": "x if x > 0 else 0.1 * x",
    "steps": "(x + 1 if x < -1 else 0) if x <= 0 else (x if x == 1 else 2 * x - 1)",
    "clip": "max(min(x, 1), -1) + 0.01 * x",
    "both": "max(x * x, -x) - min(sin(x), cos(x))",
    "quotient": "1 / (1 + 1 / (2 + x * x)) - -x / 3",
    "calls": "exp(-abs(x)) + log(1 + x*x) + tanh(sigmoid(cos(x))) + erf(x) + relu(x)",
    "guarded": "x + (log(x) * log(x) if x > 0.25 else x / 4) * log1p(x * x)",
    "cube": "x * x * x * x / (1 + x * x) / (3 + expm1(-x * x))",
    "inner": "((x if x < 2 else sqrt(x)) if x > 0 else -(-x*x)) * (x if x > 1 else 2)",
}
LOSS_FORMULAS: Mapping[str, str] = {
    "own_mse": "(o - t) * (o - t)",
    "mixed": "abs(o - t) + 0.1 * (o - t) * (o - t)",
    "pinball": "max(0.9 * (t - o), 0.1 * (o - t))",
    "line": "o - t",
    "cosh_like": "log(exp(o - t) + exp(t - o)) * (2 if o > t else 1) + o * o * o / 9",
}


def _own_nets() -> Iterator[Net]:
    for name, formula in FORMULAS.items():
        functions = [{"name": name, "of": "x", "formula": formula}]
        inside = [dense(4, name, name="h"), dense(2, name="o")]
        alone = [dense(3, "tanh"), name, {"type": name, "name": "again"}]
        edges = _rows([-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, -3.0], 3)
        edges = () if name == "both" else edges
        yield Net(f"own_{name}", spec(3, inside, functions=functions), edges)
        yield Net(f"own_layer_{name}", spec(3, alone, functions=functions))
    for name, formula in LOSS_FORMULAS.items():
        functions = [{"name": name, "of": ["o", "t"], "formula": formula}]
        net = spec(3, [dense(4, "tanh"), dense(2)], name, functions=functions)
        yield Net(f"own_loss_{name}", net)
    functions = [
        {"name": "wave", "of": "z", "formula": "sin(3 * z) / 3"},
        {
            "name": "loss_of_steps",
            "of": ["p", "y"],
            "formula": "abs(p - y) / (2 + p)",
        },
    ]
    net = spec(STEPS, [dense(3, "wave"), "wave"], "loss_of_steps", functions=functions)
    yield Net("own_steps_of_two", net)


SHAKEN = {"learning_rate": 0.02, "momentum": 0.8, "weight_decay": 0.1}
OPTIMIZER_OPTIONS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "sgd": (
        {"momentum": 0.9},
        {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    ),
    "rmsprop": (SHAKEN, {"centered": True, "alpha": 0.9}, SHAKEN | {"centered": True}),
    "adagrad": ({"weight_decay": 0.1, "epsilon": 0.01},),
    "adadelta": ({"rho": 0.5, "weight_decay": 0.1},),
    "adam": ({"beta1": 0.5, "beta2": 0.75, "epsilon": 0.01, "weight_decay": 0.1},),
    "adamw": ({"learning_rate": 0.1, "weight_decay": 0.5},),
    "nadam": ({"beta1": 0.5, "weight_decay": 0.1},),
    "adamax": ({"beta2": 0.5, "weight_decay": 0.1},),
    "rprop": ({"eta_minus": 0.25, "eta_plus": 2.0},),
    "lion": ({"learning_rate": 0.01, "weight_decay": 0.5},),
}
SCHEDULE_OPTIONS: Mapping[str, dict[str, Any]] = {
    "step": {"step_size": 3, "gamma": 0.5},
    "multistep": {"milestones": [2, 5, 6], "gamma": 0.5},
    "exponential": {"gamma": 0.75},
    "cosine": {"steps": 4, "minimum": 0.01},
    "linear": {"start": 0.25, "end": 0.75, "steps": 6},
    "warmup": {"steps": 4},
}


def _training_nets() -> Iterator[Net]:
    """Every optimizer and every schedule, with clipping and regularization."""

    def trained(optimizer: dict[str, Any], **more: Any) -> Spec:
        layers = [dense(4, "tanh", name="h"), dense(3, "softmax", name="o")]
        return spec(3, layers, "cross_entropy", optimizer=optimizer, **more)

    for name in OPTIMIZERS:
        yield Net(f"optimizer_{name}", trained({"type": name}))
        for number, options in enumerate(OPTIMIZER_OPTIONS.get(name, ()), 1):
            optimizer = {"type": name} | options
            yield Net(f"optimizer_{name}_{number}", trained(optimizer))
    for name, schedule in SCHEDULES.items():
        if not schedule.needs_loss:
            moves = {"type": name, "per": "step"} | SCHEDULE_OPTIONS[name]
            for kind in ("sgd", "adam"):
                optimizer = {"type": kind, "learning_rate": 0.1, "schedule": moves}
                yield Net(f"optimizer_{kind}_by_{name}", trained(optimizer))
    for clip in ({"norm": 0.1}, {"value": 0.02}, {"norm": 100.0}):
        title = "_".join(f"{key}_{int(number * 100)}" for key, number in clip.items())
        optimizer = {"type": "sgd", "learning_rate": 0.5, "clip": clip}
        yield Net(f"optimizer_clip_{title}", trained(optimizer, frozen=["o.bias"]))
    for rates in ({"l1": 0.1}, {"l2": 0.2}, {"l1": 0.1, "l2": 0.2}):
        optimizer = {"type": "sgd", "learning_rate": 0.1, "clip": {"norm": 0.5}}
        title = "_".join(rates)
        yield Net(f"optimizer_{title}", trained(optimizer, regularization=rates))
    layers = [
        dense(4, "relu", name="h", learning_rate=0.25, regularization={"l2": 0.5}),
        dense(4, "prelu", name="g", regularization={}),
        dense(2, name="o", learning_rate=2.0),
    ]
    for kind in ("sgd", "adamw", "nadam", "rprop"):
        optimizer = {"type": kind, "learning_rate": 0.02}
        more = {"optimizer": optimizer, "regularization": {"l1": 0.05}}
        yield Net(f"optimizer_{kind}_by_layer", spec(3, layers, "mse", **more))


BY_EPOCH_OPTIONS: Mapping[str, dict[str, Any]] = SCHEDULE_OPTIONS | {
    "step": {"step_size": 2, "gamma": 0.5},
    "plateau": {"factor": 0.5, "patience": 1},
}
KEPT_AWAY = {"epochs": 3, "batch_size": 2, "validation": 0.4}


def _epoch_nets() -> Iterator[Net]:
    """Schedules that move by epochs, samples held out, early stopping.

    Most compute with + - * / and square roots alone: so they resume to the bit.
    """

    def trained(optimizer: dict[str, Any], **more: Any) -> Spec:
        layers = [dense(4, "relu", name="h"), dense(2, name="o")]
        return spec(3, layers, "mse", optimizer=optimizer, **more)

    sgd = {"type": "sgd", "learning_rate": 0.2, "momentum": 0.5}
    adam = {"type": "adam", "learning_rate": 0.1}
    for name in SCHEDULES:
        moves = {"type": name} | BY_EPOCH_OPTIONS[name]
        yield Net(f"epochs_{name}", trained(sgd | {"schedule": moves}))
        moves |= {"per": "epoch"}
        more = {"training": KEPT_AWAY, "regularization": {"l2": 0.01}}
        yield Net(f"epochs_{name}_held", trained(adam | {"schedule": moves}, **more))
    impatient = {"type": "plateau", "factor": 0.5, "patience": 0}
    yield Net("epochs_plateau_at_once", trained(sgd | {"schedule": impatient}))
    plateau = {"type": "plateau"} | BY_EPOCH_OPTIONS["plateau"]
    # They stop after more than 10 and less than 20 epochs: see scenario.py.
    slow, fast = sgd | {"learning_rate": 0.05}, adam | {"learning_rate": 0.2}
    for name, optimizer, alone, held in (
        ("sgd", slow, {"patience": 6, "min_delta": 0.05}, {"patience": 6}),
        ("adam", fast, {"patience": 5, "min_delta": 0.01}, {"patience": 5}),
        (
            "plateau",
            fast | {"schedule": plateau},
            {"patience": 8, "min_delta": 0.05},
            {"patience": 6},
        ),
    ):
        training = {"batch_size": 2, "early_stopping": alone}
        yield Net(f"stops_{name}", trained(optimizer, training=training))
        training = KEPT_AWAY | {"early_stopping": held}
        yield Net(f"stops_{name}_held", trained(optimizer, training=training))


def _all_nets() -> Iterator[Net]:
    yield from _activation_nets()
    yield from _loss_nets()
    yield from _initializer_nets()
    yield from _own_nets()
    yield from _training_nets()
    yield from _epoch_nets()
    tables = (EXTRA, GRAPH_NETS, BATCH_NETS, RECURRENT_NETS, TRANSFORMER_NETS)
    layers = (*tables, CONVOLUTION_NETS, ONLINE_NETS, PREPROCESSED_NETS, FOUND_NETS)
    for name, extra in (pair for table in layers for pair in table.items()):
        yield Net(name, extra)
    mazur = (EXAMPLES / "mazur.yaml").read_text(encoding="utf-8")
    yield Example("mazur", yaml.safe_load(mazur))


def _with_plain_steps(net: Net) -> Net:
    """A net that is about something else than its optimizer goes by plain steps: they
    show a gradient as it is."""
    return replace(net, spec={"optimizer": "sgd"} | net.spec)


NETS: Mapping[str, Net] = {net.name: _with_plain_steps(net) for net in _all_nets()}
BY_EPOCHS = [name for name in NETS if name.startswith(("epochs_", "stops_"))]

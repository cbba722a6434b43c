"""Nets that are hard to write down: long names, odd names, many sizes, every function.

A net is drawn from a seed, so that it is the same everywhere. Net number n and its
first layer have names of n letters (up to 40), and the tables of activations, losses
and optimizers are gone through one by one, so that 40 nets hold them all.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from math import prod
from typing import Any

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.losses import LOSSES, Targets
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES
from bpgen.languages import LANGUAGES
from bpgen.languages.names import DEVICES

LONGEST = 40
MOST_UNROLLED = 100  # multiplications; a longer file shows nothing new
EXTREME = (5e-324, 1.7976931348623157e308, -1e-07, 0.1, -2.2250738585072014e-308, 0.0)
# Names that meet a local, a field, a helper, a module, or one another.
AWKWARD = tuple(
    word
    for line in (
        "loss inputs targets epoch generator list print math self total count part1",
        "low high i j k l n data main values outputs names shapes format nested worst",
        "words state net net_hash batch batch_size order shape name value found row",
        "sample target result sigmoid tanh exp log erf softplus larger step rest",
        "numbers checked rows check x1 x2 x1_1 h h1 h1_1 h_ h__1 a_b ab a_b1 ab_1 w b",
        "z a t d dz da w_h1 b_h1 z_h1 a_h1 dz_h1 da_h1 t_h1 h_weight h_bias weight",
        "bias slope learning_rate seed ready parameters predict forward backward",
        "update train to_json load_json one_hot input_gradient num int double float",
        "bool str string object identical text json sys copy any map set_ range len",
        "zip min max sum abs repr id bin del_ e e1 s m r u v p q o o1",
        "float64_list data_text w_h_text h_text data_inputs report right best index",
        "level up down here left moved bent size error gradient expected kept central",
        "part2 round_ f64 utf8 message start stop length last first add to_list",
        "values1 values2 train_loss bool_ base_ index0 i_1 x y self_ cls super_ str_",
        "math_pi nan inf true_ z1 z_1 a1 a_1",
    )
    for word in line.split()
)
OUTPUTS = {  # what a loss wants the outputs to be, where that is not any number
    "binary_cross_entropy": "sigmoid",
    "cross_entropy": "softmax",
    "nll": "log_softmax",
    "kl_divergence": "log_softmax",
}
SCHEDULE_OPTIONS: dict[str, Any] = {
    "step_size": 3,
    "milestones": [2, 1_000_000_000],
    "gamma": 0.30000000000000004,
    "steps": 7,
    "minimum": 1e-07,
    "start": 0.5,
    "end": 0,
    "factor": 0.1,
    "patience": 2,
}
RESERVED = DEVICES.union(*(language.reserved for language in LANGUAGES.values()))
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Stress:
    """A net, and what may be done with its emitted files."""

    name: str
    net: dict[str, Any]
    inputs: int  # numbers of one sample
    work: int  # multiplications, more or less
    variant: tuple[str, ...]  # further options of emit
    runs: bool  # whether a self-test makes sense: no number is extreme

    @property
    def text(self) -> str:
        """The net as YAML, which JSON is, too."""
        return json.dumps(self.net, indent=1)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles to emit it in."""
        return ("loops", "unrolled") if self.work <= MOST_UNROLLED else ("loops",)


@dataclass
class _Maker:
    """Draws one net."""

    number: int
    chance: random.Random
    names: set[str] = field(default_factory=lambda: {"input"})
    shapes: dict[str, list[int]] = field(default_factory=dict)  # of parameters

    def new_name(self) -> str:
        """A name that is awkward or long, and not yet taken."""
        while True:
            if len(self.names) == 1:  # the first one
                found = _word(self.chance, self.number % LONGEST + 1)
            elif self.chance.random() < 0.6:
                found = self.chance.choice(AWKWARD)
            else:
                found = _word(self.chance, self.chance.randint(1, LONGEST))
            if found not in self.names | RESERVED:
                self.names.add(found)
                return found

    def size(self) -> int:
        """A number of units, small more often than not."""
        return self.chance.choice((1, 2, 3, 4, 5, 7, 10, self.chance.randint(1, 40)))

    def input(self) -> tuple[Any, list[int]]:
        """An input as net.yaml has it, and its shape."""
        match self.chance.randrange(6):
            case 0:
                shape = [self.chance.randint(1, 5), self.chance.randint(1, 12)]
                return shape, shape
            case 1:
                shape = [self.chance.randint(1, 3) for _ in range(3)]
                return shape, shape
            case 2 | 3:
                size = self.size()
                names: list[str] = []
                for _ in range(size):
                    names.append(self.new_name())
                self.names = {"input"}  # layers may be called the same
                return {"size": size, "names": names}, [size]
            case _:
                size = self.size()
                return size, [size]

    def activation(self, name: str) -> Any:
        """An activation by name, or with its options."""
        options = ACTIVATIONS[name].options
        if options and self.chance.random() < 0.5:
            values = (0.1, 1.5, 0.30000000000000004)
            chosen = {option: self.chance.choice(values) for option in options}
            return {"type": name, **chosen}
        return name

    def dense(self, shape: list[int], units: int, activation: str) -> dict[str, Any]:
        """A dense layer on a value of that shape."""
        name = self.new_name()
        layer: dict[str, Any] = {"type": "dense", "name": name, "units": units}
        self.shapes[f"{name}.weight"] = [units, shape[-1]]
        if self.chance.random() < 0.15:
            layer["bias"] = False
        else:
            self.shapes[f"{name}.bias"] = [units]
        if activation != "identity" or self.number % 2 == 0:
            layer["activation"] = self.activation(activation)
        if activation == "prelu":
            self.shapes[f"{name}.slope"] = [units]
        if self.chance.random() < 0.3:
            kind = self.chance.choice(list(INITIALIZERS))
            options = sorted(INITIALIZERS[kind].options)
            layer["initializer"] = {"type": kind, **dict.fromkeys(options, 0.25)}
        return layer

    def layers(self, shape: list[int], loss: str) -> list[Any]:
        """Layers down to outputs that the loss can take."""
        found: list[Any] = []
        if len(shape) == 3:
            found.append({"type": "flatten", "name": self.new_name()})
            shape[:] = [shape[0] * shape[1] * shape[2]]
        names = list(ACTIVATIONS)
        own = names[self.number % len(names)]  # so that every one has its turn
        hidden = self.chance.choice((1, 1, 2, 3, 0 if loss not in OUTPUTS else 1))
        for at in range(hidden):
            activation = self.chance.choice(names) if at else own
            if self.chance.random() < 0.2:
                name = self.new_name()
                kind = self.activation(activation)
                options = kind if isinstance(kind, dict) else {"type": kind}
                found.append({**options, "name": name})
                if activation == "prelu":
                    self.shapes[f"{name}.weight"] = [shape[-1]]
                continue
            found.append(self.dense(shape, self.size(), activation))
            shape[-1] = found[-1]["units"]
            if self.chance.random() < 0.2 and "bias" not in found[-1]:
                found.append(self.dense(shape, shape[-1], activation))
                if self.chance.random() < 0.7:
                    found.append(self.shared(found[-1], shape))
        least = 2 if LOSSES[loss].targets.are_classes else 1
        last = OUTPUTS.get(loss, self.chance.choice(["identity", *names]))
        last = last if hidden else own
        found.append(self.dense(shape, max(least, self.size()), last))
        shape[-1] = found[-1]["units"]
        return found

    def shared(self, layer: dict[str, Any], shape: list[int]) -> dict[str, Any]:
        """A layer of the same shape with the parameters of another one."""
        keys = {key: layer[key] for key in ("bias", "activation") if key in layer}
        name = self.new_name()
        return {
            "type": "dense",
            "name": name,
            "units": shape[-1],
            "share": layer["name"],
            **keys,
        }

    def parameters(self, extreme: bool) -> dict[str, Any]:
        """Explicit values for some of the parameters."""
        chosen = [name for name in self.shapes if self.chance.random() < 0.6]

        def value() -> float:
            if extreme and self.chance.random() < 0.5:
                return self.chance.choice(EXTREME)
            return round(self.chance.uniform(-1, 1), self.chance.choice((1, 3, 17)))

        def values(shape: list[int]) -> Any:
            if not shape:
                return value()
            return [values(shape[1:]) for _ in range(shape[0])]

        return {name: values(self.shapes[name]) for name in chosen}

    def data(self, inputs: int, shape: list[int], loss: str) -> dict[str, Any]:
        """A few samples, or more than stand in code as literals."""
        count = self.chance.choice((1, 2, 3, 4, 40))
        rows = [
            [round(self.chance.uniform(-2, 2), 3) for _ in range(inputs)]
            for _ in range(count)
        ]
        steps = shape[0] if len(shape) == 2 else 1
        classes = shape[-1]
        targets = LOSSES[loss].targets
        if targets.are_classes and steps == 1 and self.chance.random() < 0.5:
            labels = [self.chance.randrange(classes) for _ in rows]
            return {"inputs": rows, "labels": labels}

        def one_hot() -> list[float]:
            label = self.chance.randrange(classes)
            return [float(label == other) for other in range(classes)]

        def target() -> list[float]:
            if targets.are_classes or loss == "kl_divergence":
                return [value for _ in range(steps) for value in one_hot()]
            if targets is Targets.SIGNS:
                choices = (-1.0, 1.0)
            elif targets is Targets.UNIT:
                choices = (0.0, 1.0)
            else:
                choices = (0.25, 1.5)
            return [self.chance.choice(choices) for _ in range(steps * classes)]

        return {"inputs": rows, "targets": [target() for _ in rows]}


def _hard(name: str, given: Any, layers: list[Any], loss: str, **keys: Any) -> Stress:
    net = {"name": name, "input": given, "layers": layers, "loss": loss, **keys}
    size = given["size"] if isinstance(given, dict) else prod(given)
    return Stress(name, net, size, 0, ("--comments", "brief", "--library"), True)


def _dense(name: str, units: int, activation: str = "identity") -> dict[str, Any]:
    return {"type": "dense", "name": name, "units": units, "activation": activation}


def _both(kind: str) -> dict[str, Any]:
    more = {"return_sequences": True, "bidirectional": True}
    return {"type": kind, "units": 1, **more}


def _named(kind: str, **keys: Any) -> dict[str, Any]:
    """A layer with a name as long as names may be."""
    return {"type": kind, "name": f"{kind}_".ljust(40, "x"), **keys}


_PARTS = {"size": 2, "names": ["part1", "part2"]}  # as emitted locals are called
_BATCH = {"size": 2, "names": ["batch_size", "format"]}
_LONG = "abcdefghijklmnopqrstuvwxyzabcd"
# Nets that were hard once.
HARD = (
    _hard("no_parameters", [2], ["relu"], "mse"),
    _hard("no_parameters_at_all", [3], ["softmax", "relu"], "cross_entropy"),
    _hard("frozen", [1], [_dense("h", 1)], "mae", frozen=["h"], optimizer="adam"),
    _hard("frozen_margin", [1], [_dense("h", 2)], "multi_margin", frozen=["h"]),
    _hard("steps", [2, 2], [_dense("h", 2, "log_softmax")], "nll"),
    _hard("twice", [2], [_dense("h", 2, "log_softmax")], "softmax_cross_entropy"),
    _hard("one", [2], [_dense("h", 1, "softmax")], "mse"),
    _hard("batch", _BATCH, [_dense("h", 2)], "mse", optimizer="nadam"),
    _hard("parts", _PARTS, [_dense("message_message", 3)], "multi_margin"),
    _hard("parts_prelu", _PARTS, [_dense(_LONG, 2, "prelu")], "mse"),
    _hard("parts_swish", _PARTS, [_dense(_LONG, 2, "hard_swish")], "mse"),
    _hard("states", [2, 1], [_both("lstm"), _both("gru"), "last_step"], "mse"),
    _hard("underscores__", [2], [_dense("h_", 1), _dense("h", 11), "relu"], "mae"),
    # One of each family of layers, under names that make lines long.
    _hard(
        "convolutions",
        [2, 4, 4],
        [
            _named("conv2d", filters=2, kernel=3, padding="same", groups=2),
            _named("max_pool2d", kernel=2, padding=1),
            _named("conv_transpose2d", filters=2, kernel=2, stride=2),
            _named("group_norm", groups=2),
            _named("avg_pool2d", kernel=2, count_include_pad=False, padding=1),
            "prelu",
            "global_max_pool",
        ],
        "mse",
    ),
    _hard(
        "lengths",
        [2, 5],
        [
            _named("conv1d", filters=2, kernel=2, dilation=2, activation="mish"),
            _named("max_pool1d", kernel=2),
            "flatten",
            _dense("o", 2, "softmax"),
        ],
        "cross_entropy",
    ),
    _hard(
        "sequences",
        [2, 4],
        [
            _named("attention", heads=2, causal=True),
            _named("layer_norm"),
            _named("lstm", units=2, return_sequences=True, bidirectional=True),
            _named("gru", units=2),
        ],
        "mse",
        optimizer="nadam",
    ),
)


def stress(number: int) -> Stress:
    """The net of that number."""
    chance = random.Random(f"bpgen {number}")
    maker = _Maker(number, chance)
    losses = list(LOSSES)
    loss = losses[number % len(losses)]
    given, shape = maker.input()
    size = prod(shape)
    name = _net_name(number, chance)
    net: dict[str, Any] = {"name": name, "input": given}
    net["layers"] = maker.layers(shape := list(shape), loss)
    net["loss"] = loss
    extreme = chance.random() < 0.2
    if maker.shapes and chance.random() < 0.4:
        net["parameters"] = maker.parameters(extreme)
    known = [*maker.shapes]
    if known and chance.random() < 0.3:
        net["frozen"] = sorted(chance.sample(known, chance.randint(1, len(known))))
    if chance.random() < 0.6:
        net["data"] = maker.data(size, shape, loss)
    net["optimizer"] = _optimizer(number, chance)
    if chance.random() < 0.2:
        net["regularization"] = {"l1": 1e-05, "l2": 0.30000000000000004}
    net["training"] = {
        "epochs": chance.choice((1, 2, 1_000_000_000)),
        "batch_size": chance.choice((1, 3, 1_000_000)),
        "shuffle": chance.random() < 0.7,
    }
    if chance.random() < 0.2 and len(net.get("data", {}).get("inputs", ())) > 3:
        net["training"]["validation"] = 0.25
        net["training"]["early_stopping"] = {"patience": 3}
    net["seed"] = chance.choice((0, 1, 4_294_967_295))
    steps = shape[0] if len(shape) == 2 else 1
    work = steps * sum(map(prod, maker.shapes.values()))
    comments = chance.choice(("full", "brief", "none"))
    variant = (
        "--comments",
        comments,
        *chance.choice(
            (("--library",), ("--inference",), ("--library", "--inference"), ())
        ),
    )
    runs = not (extreme and "parameters" in net)
    return Stress(name, net, size, work, variant, runs)


def _optimizer(number: int, chance: random.Random) -> dict[str, Any]:
    """Every optimizer in turn, often with a schedule or with clipping."""
    names = list(OPTIMIZERS)
    found: dict[str, Any] = {"type": names[number % len(names)]}
    found["learning_rate"] = chance.choice((0.1, 1e-07, 3))
    if chance.random() < 0.5:
        schedule = chance.choice(list(SCHEDULES.values()))
        options = {key: SCHEDULE_OPTIONS[key] for key in schedule.keys}
        found["schedule"] = {"type": schedule.name, **options}
        if not schedule.needs_loss:
            found["schedule"]["per"] = chance.choice(("epoch", "step"))
    if chance.random() < 0.3:
        found["clip"] = {chance.choice(("norm", "value")): 0.5}
    return found


def _net_name(number: int, chance: random.Random) -> str:
    """A name of its own for each number, as long as the number, up to 40."""
    length = number % LONGEST + 1
    mark = f"n{number // LONGEST}" if length > 4 else ""
    stem = LETTERS[number % 26] if length < 3 else f"q{LETTERS[number % 26]}"
    word = mark + stem + "_" * (length > 9) + _word(chance, LONGEST)
    return word[:length]


def _word(chance: random.Random, length: int) -> str:
    first = chance.choice(LETTERS)
    return first + "".join(chance.choice(LETTERS + "__123") for _ in range(length - 1))

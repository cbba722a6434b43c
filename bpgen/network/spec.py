"""net.yaml as it was written: every key checked by itself, with its place.

In: the bytes of a file. Out: a `NetSpec`. What the keys mean together (shapes,
references between layers, data) is left to `network`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, TypeAlias

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.layers.keys import ACTIVATION, option_defaults, option_kinds
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.meanings import LAYER_EXAMPLES, SCHEDULE_EXAMPLES, teller
from bpgen.catalog.optimizers import OPTIMIZERS, Setting
from bpgen.catalog.schedules import ALL_EPOCHS, SCHEDULES
from bpgen.errors import InputError, Problems
from bpgen.network.class_names import ClassName
from bpgen.network.csv_table import SEPARATORS
from bpgen.network.own_functions import FUNCTIONS_KIND, Own, formulas_of, own_functions
from bpgen.network.preprocessing_keys import PREPROCESSING
from bpgen.network.samples import OF_CSV
from bpgen.network.shares import ShareOrFile
from bpgen.reading.kinds import (
    Flag,
    Kind,
    ListOf,
    Name,
    Nested,
    Prose,
    Real,
    Text,
    Whole,
    Word,
    made_name,
)
from bpgen.reading.lazy import Lazy
from bpgen.reading.records import (
    Choice,
    Either,
    Record,
    Typed,
    Values,
)
from bpgen.reading.yaml_reader import Mapping as MappingNode
from bpgen.reading.yaml_reader import read_yaml

LARGEST_SIZE = 1_000_000
MOST_ABOUT_NET, MOST_ABOUT_LAYER = 1000, 200  # characters


NameFault: TypeAlias = Callable[[str], "str | None"]  # why not, if a name does not do


def _layer_name(name: str) -> str | None:
    return "it is the net's input" if name == "input" else None


def _no_fault(name: str) -> str | None:
    return None


_RATE = Real(0.0, open_low=True)
_REGULARIZATION = Record(
    {"l1": Real(0.0), "l2": Real(0.0)}, "regularization", example="{l2: 0.001}"
)
_SIZE = Whole(1, LARGEST_SIZE)
_SHAPE = ListOf(_SIZE, "sizes", 1, 3)
_INPUT = Either(
    scalar=_SIZE,
    list=_SHAPE,
    mapping=Record(
        {
            "size": Either(scalar=_SIZE, list=_SHAPE, what="a size or a shape"),
            "names": ListOf(Name("input"), "input names"),
        },
        "input",
        ("size",),
        example="{size: 2, names: [age, height]}",
    ),
    what="a size, a shape or {size: ..., names: [...]}",
)


def _setting_kind(setting: Setting) -> Kind:
    if setting.is_flag:
        return Flag()
    if setting.is_share:
        return Real(0.0, 1.0, open_high=True)
    return Real(0.0, open_low=setting.is_rate)


# Where keys belong that are often written elsewhere: those of the net's parts, of the
# net itself, and of both.
_IN_PARTS = {
    **dict.fromkeys(["units", "activation", "initializer"], "to a layer"),
    **dict.fromkeys(["csv", "targets", "labels", *OF_CSV], "under `data:`"),
    **{
        key: "under `optimizer:`"
        for optimizer in OPTIMIZERS.values()
        for key in (*optimizer.settings, "schedule", "clip")
    },
    **dict.fromkeys(
        ["epochs", "batch_size", "shuffle", "validation", "early_stopping"],
        "under `training:`",
    ),
}
_IN_NET = dict.fromkeys(
    [
        *("loss", "optimizer", "training", "seed", "data", "frozen", "layers"),
        "preprocessing",
    ],
    "to the net itself: write it at the beginning of a line",
)
_EVERYWHERE = _IN_PARTS | _IN_NET

OPTIMIZER_DEFAULTS = {
    name: {
        key: bool(setting.default) if setting.is_flag else setting.default
        for key, setting in optimizer.settings.items()
    }
    for name, optimizer in OPTIMIZERS.items()
}
SCHEDULE_DEFAULTS = {
    name: {k: v for k, v in schedule.defaults.items() if v != ALL_EPOCHS}
    for name, schedule in SCHEDULES.items()
}
SCHEDULE = Typed(
    {name: schedule.keys for name, schedule in SCHEDULES.items()},
    "schedule",
    required={name: s.required for name, s in SCHEDULES.items()},
    common={"per": Word(("epoch", "step"), "unit of a schedule")},
    examples=SCHEDULE_EXAMPLES,
    tell=teller("schedule", SCHEDULE_DEFAULTS),
)
OPTIMIZER = Typed(
    {
        name: {
            key: _setting_kind(setting) for key, setting in optimizer.settings.items()
        }
        for name, optimizer in OPTIMIZERS.items()
    },
    "optimizer",
    common={
        "schedule": SCHEDULE,
        "clip": Record({"norm": _RATE, "value": _RATE}, "clip", example="{norm: 1.0}"),
    },
    examples={"": "{type: adam, learning_rate: 0.01}"},
    tell=teller("optimizer", OPTIMIZER_DEFAULTS),
    elsewhere=_EVERYWHERE,
)
TRAINING = Record(
    {
        "epochs": Whole(1, 1_000_000_000),
        "batch_size": Whole(1, LARGEST_SIZE),
        "shuffle": Flag(),
        "report_every": Whole(1, 1_000_000_000),
        "validation": Real(0.0, 1.0, open_low=True, open_high=True),
        "early_stopping": Record(
            {"patience": Whole(1, 1_000_000_000), "min_delta": Real(0.0)},
            "early_stopping",
            ("patience",),
            example="{patience: 3}",
        ),
    },
    "training",
    example="{epochs: 100, batch_size: 10}",
    elsewhere=_EVERYWHERE,
)
DATA = Record(
    {
        "csv": Text("the path of a CSV file"),
        "inputs": Nested(),
        "targets": Nested(),
        "labels": Either(
            scalar=Text("the name of a column"),
            list=Nested(),
            what="a column or a list of classes",
        ),
        "separator": Word(tuple(SEPARATORS), "separator"),
        "decimal": Word((".", ","), "decimal sign"),
        "missing": Word(("error", "drop", "mean"), "treatment of missing cells"),
        "npz": Text("the path of an NPZ file"),
        "npy": Text("the path of an NPY file"),
        "idx": Text("the path of an IDX file"),
        "jsonl": Text("the path of a file of JSON lines"),
        "scale": Real(0.0, open_low=True),
        "embed": Flag(),
        "test": ShareOrFile(),
    },
    "data",
    example="{inputs: [[0, 1]], targets: [[1]]}",
    elsewhere=_IN_NET,
)


class _Parameters:
    """Explicit values by parameter name; names and shapes are `network`'s."""

    def read(self, node: Any, problems: Problems) -> Any:
        if isinstance(node, MappingNode):
            return node
        return Text("parameter values or the path of a JSON file").read(node, problems)

    @property
    def words(self) -> str:
        return "numbers by name, or the path of a JSON file"

    def schema(self) -> dict[str, Any]:
        values = {"type": "object", "additionalProperties": Nested().schema()}
        return {"anyOf": [{"type": "string", "minLength": 1}, values]}


def layer_kind(own: Own | None) -> Typed:
    """A layer; with a file's own activations, if it may have any."""

    activation = replace(ACTIVATION, own=own.activations) if own else ACTIVATION

    def keys(name: str) -> Mapping[str, Kind]:
        own_keys = LAYERS[name].keys.items()
        return {k: activation if v is ACTIVATION else v for k, v in own_keys}

    return Typed(
        Lazy(LAYERS, keys),
        "layer",
        required=Lazy(LAYERS, lambda name: LAYERS[name].required),
        common={
            "name": Name("layer", _layer_name),
            "inputs": ListOf(Name("layer"), "layer names", 1, 100),
            "share": Name("layer", _layer_name),
            "regularization": _REGULARIZATION,
            "learning_rate": _RATE,
            "about": Prose(MOST_ABOUT_LAYER),
        },
        own=own.activations if own else None,
        examples=LAYER_EXAMPLES,
        tell=teller("layer", option_defaults(ACTIVATIONS)),
        elsewhere=_IN_NET,
    )


def uses(own: Own | None) -> dict[str, Kind]:
    """The keys whose values may be functions of the file's own."""
    losses = {name: option_kinds(loss.options) for name, loss in LOSSES.items()}
    return {
        "layers": ListOf(layer_kind(own), "layers", 1, 1000),
        "loss": Typed(
            losses,
            "loss",
            own=own.losses if own else None,
            examples={"": "{type: mse}"},
            tell=teller("loss", option_defaults(LOSSES)),
        ),
    }


def net_record(own: Own, name: Name) -> Record:
    """All keys of a net, with those that its own functions may be values of."""
    keys: dict[str, Kind] = {
        "name": name,
        "about": Prose(MOST_ABOUT_NET),
        "input": _INPUT,
        **uses(own),
        "functions": FUNCTIONS_KIND,
        "optimizer": OPTIMIZER,
        "regularization": _REGULARIZATION,
        "training": TRAINING,
        "parameters": _Parameters(),
        "frozen": ListOf(Text("the name of a parameter or a layer"), "names"),
        "seed": Whole(0, 4_294_967_295),
        "data": DATA,
        "classes": ListOf(ClassName(), "names of classes", 2),
        "preprocessing": PREPROCESSING,
    }
    examples = {
        "input": "`input: 2`",
        "layers": "`layers: [{type: dense, units: 1}]`",
        "loss": "`loss: mse` (`bpgen list losses` shows all)",
    }
    required = tuple(examples)
    return Record(keys, "net", required, examples=examples, elsewhere=_IN_PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetSpec:
    """The keys of one net.yaml; those left out are None or their default.

    `file` is the path as the caller gave it, for messages; `formulas` are those of
    the file's own functions that it uses; `tree` is all of it as it stands.
    """

    file: str
    tree: MappingNode
    name: str
    values: Values
    layers: tuple[Choice, ...]
    loss: Choice | None
    optimizer: Choice | None
    training: Values | None
    formulas: Mapping[str, str]


def load(
    content: bytes, file: str, problems: Problems, net_fault: NameFault = _no_fault
) -> NetSpec:
    """Read a net.yaml; what is wrong with single keys goes to `problems`.

    `net_fault` says why the net cannot be called something, where files are made.

    Raises:
        InputError: the text is not the YAML that bpgen reads.
    """
    node = read_yaml(content, file)
    if not isinstance(node, MappingNode):
        raise InputError.at(node.place, "a net is a mapping: input, layers, loss ...")
    values = net_record(own_functions(node), Name("net", net_fault)).read(
        node, problems
    )
    return NetSpec(
        file=file,
        tree=node,
        name=values.get("name") or net_name(file, net_fault),
        values=values,
        layers=values.get("layers", ()),
        loss=values.get("loss"),
        optimizer=values.get("optimizer"),
        training=values.get("training"),
        formulas=formulas_of(_choices(values)),
    )


def _choices(values: Values) -> Iterator[Choice]:
    """All places where a function of the file's own may stand."""
    for choice in (values.get("loss"), *values.get("layers", ())):
        if choice is not None:
            yield choice
            inside = choice.options.values.values()
            yield from (value for value in inside if isinstance(value, Choice))


def net_name(file: str, net_fault: NameFault = _no_fault) -> str:
    """The name that a net gets from its file: my-net.yaml is my_net.

    What is no file, `<stdin>`, gives none.
    """
    stem = "" if file.startswith("<") else PurePath(file).stem
    name = made_name(stem, "net") or "net"
    return f"{name}_net" if net_fault(name) else name

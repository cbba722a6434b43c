"""net.yaml as it was written: every key checked by itself, with its place.

In: the bytes of a file. Out: a `NetSpec`. What the keys mean together (shapes,
references between layers, data) is left to `network`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, TypeAlias

from bpgen.catalog.layers import LAYERS
from bpgen.catalog.layers.keys import ACTIVATION, option_kinds
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS, Setting
from bpgen.catalog.schedules import SCHEDULES
from bpgen.errors import InputError, Place, Problems
from bpgen.network.own_functions import FUNCTIONS_KIND, Own, formulas_of, own_functions
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
_REGULARIZATION = Record({"l1": Real(0.0), "l2": Real(0.0)}, "regularization")
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
    ),
    what="a size, a shape or {size: ..., names: [...]}",
)


def _setting_kind(setting: Setting) -> Kind:
    if setting.is_flag:
        return Flag()
    if setting.is_share:
        return Real(0.0, 1.0, open_high=True)
    return Real(0.0, open_low=setting.is_rate)


_OPTIMIZER = Typed(
    {
        name: {
            key: _setting_kind(setting) for key, setting in optimizer.settings.items()
        }
        for name, optimizer in OPTIMIZERS.items()
    },
    "optimizer",
    common={
        "schedule": Typed(
            {name: schedule.keys for name, schedule in SCHEDULES.items()},
            "schedule",
            required={name: tuple(s.keys) for name, s in SCHEDULES.items()},
            common={"per": Word(("epoch", "step"), "unit of a schedule")},
        ),
        "clip": Record({"norm": _RATE, "value": _RATE}, "clip"),
    },
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
        ),
    },
    "training",
)
_DATA = Record(
    {
        "csv": Text("the path of a CSV file"),
        "inputs": Nested(),
        "targets": Nested(),
        "labels": Either(
            scalar=Text("the name of a column"),
            list=Nested(),
            what="a column or a list of classes",
        ),
    },
    "data",
)


class _Parameters:
    """Explicit values by parameter name; names and shapes are `network`'s."""

    def read(self, node: Any, problems: Problems) -> Any:
        if isinstance(node, MappingNode):
            return node
        return Text("parameter values or the path of a JSON file").read(node, problems)

    def schema(self) -> dict[str, Any]:
        values = {"type": "object", "additionalProperties": Nested().schema()}
        return {"anyOf": [{"type": "string", "minLength": 1}, values]}


def _layer_kind(own: Own | None) -> Kind:
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
    )


def _uses(own: Own | None) -> dict[str, Kind]:
    """The keys whose values may be functions of the file's own."""
    losses = {name: option_kinds(loss.options) for name, loss in LOSSES.items()}
    return {
        "layers": ListOf(_layer_kind(own), "layers", 1, 1000),
        "loss": Typed(losses, "loss", own=own.losses if own else None),
    }


def _net(own: Own, net_name: Name) -> Record:
    keys: dict[str, Kind] = {
        "name": net_name,
        "about": Prose(MOST_ABOUT_NET),
        "input": _INPUT,
        **_uses(own),
        "functions": FUNCTIONS_KIND,
        "optimizer": _OPTIMIZER,
        "regularization": _REGULARIZATION,
        "training": TRAINING,
        "parameters": _Parameters(),
        "frozen": ListOf(Text("the name of a parameter or a layer"), "names"),
        "seed": Whole(0, 4_294_967_295),
        "data": _DATA,
    }
    return Record(keys, "net", ("input", "layers", "loss"))


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
    net_name = Name("net", net_fault)
    values = _net(own_functions(node), net_name).read(node, problems)
    return NetSpec(
        file=file,
        tree=node,
        name=_name(values, file, net_name, problems),
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


def _name(values: Values, file: str, net_name: Name, problems: Problems) -> str:
    """The net's name: as written, else the file's."""
    if "name" in values.places:
        return str(values.get("name", "net"))
    stem = PurePath(file).stem
    fault = net_name.fault(stem)
    if fault:
        place = Place(file, 1, 1)
        problems.add(place, f"the file's name does not do: {fault}; add `name: ...`")
    return stem


def schema() -> Mapping[str, Any]:
    """JSON Schema of net.yaml, from the tables that validate it."""
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    net = _net(Own({}, {}), Name("net")).schema()
    # Without own functions there are only the names of the tables.
    strict = {key: kind.schema() for key, kind in _uses(None).items()}
    net["if"] = {"not": {"required": ["functions"]}}
    net["then"] = {"properties": strict}
    return found | {"title": "net.yaml"} | net

"""docs/net-yaml.md and the schema tell every key, and only what is true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from running.tools import ROOT, bpgen

from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.entry_words import ENTRIES
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.layers.keys import ACTIVATION, INITIALIZER
from bpgen.catalog.meanings import KEYS, NOTHING, entry_text, meaning
from bpgen.commands.emit import text_of
from bpgen.commands.nets import load_net
from bpgen.commands.reference import net_kinds, reference
from bpgen.errors import Problems
from bpgen.lowering.network import lower
from bpgen.network.meanings import NET, net_meaning
from bpgen.network.network import Network, resolve
from bpgen.network.schema import schema, schema_text
from bpgen.network.spec import OPTIMIZER, SCHEDULE, layer_kind, load, uses
from bpgen.reading.kinds import Kind
from bpgen.reading.records import Record, Typed
from bpgen.reading.yaml_reader import Mapping, read_yaml
from bpgen.writing.options import Options

DOCUMENT = ROOT / "docs" / "net-yaml.md"
MOST_BYTES = 60_000  # of the schema
LOSS = uses(None)["loss"]
assert isinstance(LOSS, Typed)
TYPED: dict[str, Typed] = {
    "layer": layer_kind(None),
    "activation": ACTIVATION,
    "loss": LOSS,
    "optimizer": OPTIMIZER,
    "schedule": SCHEDULE,
    "initializer": INITIALIZER,
}


def keys() -> Iterator[tuple[str, str, str, Kind]]:
    """Every key of every entry: its table, the entry, the key, its kind."""
    for what, typed in TYPED.items():
        for name in typed.types:
            for key, kind in typed.types[name].items():
                yield what, name, key, kind
        for key, kind in typed.common.items():
            yield what, "", key, kind


ALL = list(keys())


def accepted(kind: Kind, text: str) -> None:
    """Fail unless a kind takes that value."""
    problems = Problems()
    node = read_yaml(f"key: {text}\n".encode(), "net.yaml")
    assert isinstance(node, Mapping)
    kind.read(node.entries[0][1], problems)
    assert problems.found == []


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="ascii") == reference(), "run generated/refresh"


def test_every_entry_says_what_it_is() -> None:
    for what, typed in TYPED.items():
        assert set(ENTRIES[what]) <= set(typed.types)
        assert all(entry_text(what, name) for name in typed.types)


@pytest.mark.parametrize(
    ("what", "name", "told"),
    [
        ("activation", "silu", "x * sigmoid(x)"),
        ("loss", "mse", "the mean over the outputs of (o - t) * (o - t)"),
        ("optimizer", "lion", "Lion: steps of one size, against the sign of a mean"),
        ("schedule", "step", "It is lowered once in so many moves."),
    ],
)
def test_an_entry_without_words_is_told_by_what_it_has(
    what: str, name: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(ENTRIES[what], name)
    assert entry_text(what, name).startswith(told)


def test_every_key_says_what_it_means_and_no_other_does() -> None:
    assert set(NET) == set(net_kinds())
    used = {what: set[str]() for what in KEYS}
    for what, name, key, _ in ALL:
        used[what] |= {f"{name}.{key}", key}
        assert meaning(what, name, key).text
    clip = OPTIMIZER.common["clip"]
    assert isinstance(clip, Record)
    used["optimizer"] |= {f"clip.{key}" for key in clip.keys}
    used["loss"] |= used["activation"]
    used["activation"] = used["loss"]
    used["layer"] |= used["loss"]
    assert [
        (w, key) for w, table in KEYS.items() for key in table if key not in used[w]
    ] == []


@pytest.mark.parametrize("path", NET)
def test_the_example_of_a_key_is_right(path: str) -> None:
    accepted(net_kinds()[path], net_meaning(path).example)


@pytest.mark.parametrize(
    ("what", "name", "key", "kind"), ALL, ids=[f"{w}-{n}-{k}" for w, n, k, _ in ALL]
)
def test_the_example_and_the_default_of_an_option_are_right(
    what: str, name: str, key: str, kind: Kind
) -> None:
    told = meaning(what, name, key)
    accepted(kind, told.example)
    found = TYPED[what].tell(name, key)
    assert found["description"] == told.text
    if "default" in found:
        accepted(kind, json.dumps(found["default"]))


# What each layer reads here; its required keys are its examples.
SEQUENCE, IMAGE = [4, 8], [4, 9, 9]
INPUTS = {
    **{f"{layer}1d": [4, 9] for layer in ("conv", "max_pool", "avg_pool", "pad")},
    **{f"{layer}2d": IMAGE for layer in ("conv", "conv_transpose")},
    **{f"{layer}2d": IMAGE for layer in ("max_pool", "avg_pool", "pad")},
    **{f"{layer}_norm": IMAGE for layer in ("batch", "group")},
    **dict.fromkeys(("rnn", "lstm", "gru", "attention"), SEQUENCE),
    "positional_embedding": SEQUENCE,
}


def resolved(net: dict[str, Any]) -> Network:
    """What a net means, whatever it was written like."""
    problems = Problems()
    spec = load(json.dumps({"name": "net", "seed": 3} | net).encode(), "n", problems)
    return replace(resolve(spec, Path(), problems), source={})


def text(net: dict[str, Any]) -> str:
    """The file that a net becomes, but for the hashes of what was written."""
    network = resolved(net)
    made = text_of(network, lower(network), Options("python", "loops"), "net.yaml")
    return re.sub(r"source \w+,\s+content \w+", "", made)


LAYER_DEFAULTS = [
    (name, key)
    for what, name, key, _ in ALL
    if what == "layer" and name and "default" in TYPED["layer"].tell(name, key)
]


@pytest.mark.wide
@pytest.mark.parametrize(("name", "key"), LAYER_DEFAULTS)
def test_a_default_is_what_a_layer_does_without_the_key(name: str, key: str) -> None:
    layer: dict[str, Any] = {"type": name}
    for needed in LAYERS[name].required:
        layer[needed] = yaml.safe_load(meaning("layer", name, needed).example)
    default = TYPED["layer"].tell(name, key)["default"]
    rest = {"input": INPUTS.get(name, 8), "loss": "mse"}
    without = text({"layers": [layer], **rest})
    assert text({"layers": [layer | {key: default}], **rest}) == without


NET_DEFAULTS = [path for path in NET if net_meaning(path).default is not NOTHING]


@pytest.mark.parametrize("path", NET_DEFAULTS)
def test_a_default_is_what_a_net_does_without_the_key(path: str) -> None:
    net: dict[str, Any] = {"input": 2, "layers": ["relu"], "loss": "mse", "seed": 0}
    parents = path.split(".")[:-1]
    base = json.loads(json.dumps(net))
    inner, plain = net, base
    for parent in parents:
        needed = {"patience": 3} if parent == "early_stopping" else {}
        inner[parent], plain[parent] = dict(needed), dict(needed)
        inner, plain = inner[parent], plain[parent]
    inner[path.split(".")[-1]] = net_meaning(path).default
    assert resolved(net) == resolved(base)


BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", reference(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_net_of_the_document_is_right(block: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(block)
    assert load_net(str(tmp_path / "net.yaml")).warnings == ()
    Draft202012Validator(schema()).validate(yaml.safe_load(block))


# The schema ---------------------------------------------------------------------


def test_the_schema_is_small_enough_for_an_editor() -> None:
    assert len(schema_text()) <= MOST_BYTES
    assert json.loads(schema_text()) == schema()
    assert bpgen("schema").out == f"{schema_text()}\n"


def test_the_schema_explains_every_key_of_the_net() -> None:
    for path in NET:
        if "." not in path:
            told = schema()["properties"][path]
            assert told["description"] == NET[path].text
    training = schema()["properties"]["training"]["properties"]
    assert training["shuffle"] == {
        "description": "whether each epoch goes in another order",
        "default": True,
        "type": "boolean",
    }


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"layers": [{"type": "dense", "unit": 3}]}, ["layers", 0], "'unit' was"),
        (
            {"layers": [{"type": "dense", "units": "3"}]},
            ["layers", 0, "units"],
            "'3' is not of type 'integer'",
        ),
        (
            {
                "layers": [
                    {
                        "type": "dense",
                        "units": 3,
                        "activation": {"type": "elu"} | {"a": 1},
                    }
                ]
            },
            ["layers", 0, "activation"],
            "'a' was unexpected",
        ),
        ({"optimizer": {"type": "sgd", "lr": 1}}, ["optimizer"], "'lr' was"),
        ({"loss": {"type": "huber", "delta": 0}}, ["loss", "delta"], "0 is less than"),
        ({"training": {"epochs": 0}}, ["training", "epochs"], "0 is less than"),
    ],
)
def test_an_error_of_the_schema_is_at_the_key(
    change: dict[str, Any], place: list[str | int], words: str
) -> None:
    net = {"input": 2, "layers": ["relu"], "loss": "mse"} | change
    errors = list(Draft202012Validator(schema()).iter_errors(net))
    told = [(list(error.absolute_path), error.message) for error in errors]
    assert place in [where for where, _ in told]
    assert any(words in message for _, message in told)
    assert all(where[: len(place)] == place[: len(where)] for where, _ in told)


def test_activations_are_all_listed_as_layers() -> None:
    assert set(ACTIVATIONS) <= set(LAYERS)

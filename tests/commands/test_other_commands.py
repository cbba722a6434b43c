"""`bpgen list`, `bpgen schema`, `bpgen init`, `bpgen --version`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from shlex import quote
from typing import Any

import jsonschema
import pytest
import yaml
from running.tools import EXAMPLES, bpgen, program, tree

from bpgen import __version__
from bpgen.catalog.activations import ACTIVATIONS
from bpgen.catalog.initializers import INITIALIZERS
from bpgen.catalog.layers import LAYERS
from bpgen.catalog.losses import LOSSES
from bpgen.catalog.optimizers import OPTIMIZERS
from bpgen.catalog.schedules import SCHEDULES
from bpgen.languages import LANGUAGES
from bpgen.network.spec import DATA, TRAINING

TABLES = {
    "layers": LAYERS,
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "training": TRAINING.keys,
    "data": DATA.keys,
    "initializers": INITIALIZERS,
    "languages": LANGUAGES,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_version_is_told() -> None:
    result = bpgen("--version")
    assert (result.code, result.err) == (0, "")
    assert result.out == f"bpgen, version {__version__}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


# list -------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_list_has_a_line_for_each_entry(table: str) -> None:
    result = bpgen("list", table)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    entries = [line for line in lines if not line.startswith(" ")]
    assert [line.split()[0] for line in entries] == list(TABLES[table])
    assert all(len(line.split()) > 1 for line in entries), "each says what it is"
    assert all(len(line) <= 120 and line == line.rstrip() for line in lines)
    assert result.out.isascii()


@pytest.mark.parametrize(
    ("table", "name", "words"),
    [
        (
            "layers",
            "dense",
            ["weighted sum", "units*", "activation identity", "bias tr"],
        ),
        ("layers", "max_pool2d", ["kernel*", "stride the kernel", "padding 0"]),
        ("activations", "sigmoid", ["1 / (1 + exp(-x))"]),
        ("losses", "mse", ["the mean of (o - t)^2"]),
        ("optimizers", "sgd", ["nesterov false"]),
        ("activations", "leaky_relu", ["slope 0.01"]),
        ("activations", "softshrink", ["lambda 0.5"]),
        ("losses", "huber", ["targets: any numbers", "delta 1"]),
        ("losses", "hinge", ["targets: -1 or 1"]),
        ("optimizers", "sgd", ["learning_rate 0.01"]),
        ("schedules", "cosine", ["half a wave", "steps all of training", "minimum 0"]),
        ("schedules", "plateau", ["factor*", "patience*", "per epoch"]),
        ("training", "epochs", ["1000"]),
        ("training", "shuffle", ["true"]),
        ("training", "early_stopping", ["patience*", "min_delta 0"]),
        ("data", "csv", ["a CSV file with a header"]),
        ("data", "missing", ["a row with a gap", "default: error"]),
        ("initializers", "uniform", ["low", "high"]),
        ("languages", "dart", ["Dart", "*.dart"]),
    ],
)
def test_list_tells_the_options(table: str, name: str, words: list[str]) -> None:
    lines = bpgen("list", table).out.splitlines()
    (first,) = (at for at, line in enumerate(lines) if line.split()[0] == name)
    last = first + 1
    while last < len(lines) and lines[last].startswith(" "):
        last += 1
    told = "\n".join(lines[first:last])
    assert [word for word in words if word not in told] == []


# schema -----------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "name": "net",
    "about": "It isn't much.",
    "input": {"size": 2, "names": ["a", "b"]},
    "preprocessing": {"inputs": "standardize"},
    "layers": [
        {"type": "dense", "units": 3, "activation": {"type": "elu", "alpha": 0.5}},
        "relu",
        {"type": "dense", "units": 2, "initializer": "zeros", "bias": False},
    ],
    "functions": [
        {"name": "bent", "of": "x", "formula": "x * x"},
        {"name": "far", "of": ["o", "t"], "formula": "abs(o - t)"},
    ],
    "loss": {"type": "softmax_cross_entropy", "label_smoothing": 0.1},
    "classes": ["no", "yes"],
    "optimizer": "sgd",
    "regularization": {"l1": 0, "l2": 1e-4},
    "training": {"epochs": 3, "shuffle": False},
    "parameters": {"dense1.bias": [1, 2, 3]},
    "frozen": ["dense1.bias"],
    "seed": 4294967295,
    "data": {"inputs": [[1, 2]], "targets": [[0, 1]]},
}
NOTHING = object()
BAD: list[tuple[str, object]] = [
    ("name", "Net"),
    ("name", "a" * 41),
    ("name", 1),
    ("input", NOTHING),
    ("input", 0),
    ("input", 1.5),
    ("input", 1_000_001),
    ("input", "2"),
    ("input", []),
    ("input", [1, 2, 3, 4]),
    ("input", {"names": ["a"]}),
    ("input", {"size": 2, "named": ["a"]}),
    ("layers", NOTHING),
    ("layers", []),
    ("layers", "dense"),
    ("layers", ["dense"]),
    ("layers", ["dens"]),
    ("layers", [{"units": 2}]),
    ("layers", [{"type": "dense"}]),
    ("layers", [{"type": "dense", "units": 0}]),
    ("layers", [{"type": "dense", "units": 1, "activation": "rleu"}]),
    ("layers", [{"type": "dense", "units": 1, "activation": {"type": "elu", "a": 1}}]),
    ("layers", [{"type": "dense", "units": 1, "initializer": "uniform"}]),
    ("layers", [{"type": "dense", "units": 1, "bias": 1}]),
    ("layers", [{"type": "relu", "units": 1}]),
    ("loss", NOTHING),
    ("about", "a -- b"),
    ("about", "a_b"),
    ("loss", "mze"),
    ("loss", {"delta": 1}),
    ("loss", {"type": "huber", "delta": 0}),
    ("loss", {"type": "mse", "delta": 1}),
    ("optimizer", "sdg"),
    ("optimizer", {"type": "sgd", "learning_rate": 0}),
    ("optimizer", {"type": "sgd", "learning_rate": "1"}),
    ("optimizer", {"type": "adam", "beta1": 1}),
    ("optimizer", {"type": "sgd", "clip": {"norm": 0}}),
    ("optimizer", {"type": "sgd", "schedule": {"type": "step"}}),
    ("regularization", {"l2": -1}),
    ("training", {"validation": 1}),
    ("training", {"epochs": 0}),
    ("training", {"epoch": 1}),
    ("training", {"shuffle": "yes"}),
    ("parameters", []),
    ("frozen", "dense1"),
    ("frozen", []),
    ("seed", -1),
    ("seed", 4294967296),
    ("seed", 0.5),
    ("data", {"input": [[1]]}),
    ("data", {"csv": 1}),
    ("data", {"csv": "d.csv", "labels": "y", "separator": ":"}),
    ("data", {"csv": "d.csv", "labels": "y", "missing": "skip"}),
    ("data", [[1]]),
    ("functions", []),
    ("functions", [{"name": "bent", "of": "x"}]),
    ("functions", [{"name": "Bent", "of": "x", "formula": "x"}]),
    ("functions", [{"name": "bent", "of": ["a", "b", "c"], "formula": "a*b*c"}]),
    ("functions", [{"name": "bent", "of": "x", "formula": "x" * 1001}]),
    ("unknown", 1),
]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """The schema that bpgen prints."""
    result = bpgen("schema")
    assert (result.code, result.err) == (0, "")
    schema = json.loads(result.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_takes_every_example(
    path: Path, validator: jsonschema.Draft202012Validator
) -> None:
    validator.validate(yaml.safe_load(path.read_text()))


def test_the_schema_and_emit_take_every_key(
    validator: jsonschema.Draft202012Validator, folder: Path
) -> None:
    validator.validate(GOOD)
    (folder / "net.yaml").write_text(json.dumps(GOOD))
    result = bpgen("emit", "net.yaml")
    assert result.code == 0, result.err
    assert set(GOOD) == set(validator.schema["properties"])


USES: tuple[dict[str, Any], ...] = (
    {"layers": ["bent", {"type": "dense", "units": 2}]},
    {"layers": [{"type": "bent", "name": "b"}, {"type": "dense", "units": 2}]},
    {"layers": [{"type": "dense", "units": 2, "activation": "bent"}]},
    {"layers": [{"type": "dense", "units": 2, "activation": {"type": "bent"}}]},
    {"loss": "far"},
    {"loss": {"type": "far"}},
)


@pytest.mark.parametrize("use", USES)
def test_own_functions_may_stand_where_the_tables_names_do(
    use: dict[str, Any], validator: jsonschema.Draft202012Validator, folder: Path
) -> None:
    net = GOOD | use
    del net["parameters"], net["frozen"], net["classes"]
    for is_there, code in ((True, 0), (False, 2)):
        if not is_there:
            del net["functions"]
        assert validator.is_valid(net) == is_there
        (folder / "net.yaml").write_text(json.dumps(net))
        assert bpgen("emit", "net.yaml").code == code


def test_own_functions_of_one_name_stay_apart(folder: Path) -> None:
    texts = []
    for formula in ("x * x", "x * x * x * x * x + sin(x)", "x * x * x * x * x + x"):
        functions = [{"name": "bent", "of": "x", "formula": formula}]
        net = GOOD | {"layers": ["bent", "bent"], "functions": functions}
        del net["parameters"], net["frozen"]
        (folder / "net.yaml").write_text(json.dumps(net))
        result = bpgen("emit", "net.yaml")
        assert result.code == 0, result.err
        texts.append(result.out)
    lines = {line for text in texts for line in text.splitlines()}
    hashes = {line for line in lines if line.startswith("_NET = ")}
    assert len(hashes) == 3
    bodies = [text.partition("def _bent_derivative")[2][:200] for text in texts]
    assert bodies[0] == ""  # short enough for the statement
    assert len(set(bodies)) == 3


@pytest.mark.parametrize(("key", "value"), BAD)
def test_the_schema_refuses_what_emit_refuses(
    key: str, value: object, validator: jsonschema.Draft202012Validator, folder: Path
) -> None:
    net = {k: v for k, v in {**GOOD, key: value}.items() if v is not NOTHING}
    if key != "functions":  # which names there are, the schema knows without it
        del net["functions"]
    assert not validator.is_valid(net)
    (folder / "net.yaml").write_text(json.dumps(net))
    result = bpgen("emit", "net.yaml")
    assert (result.code, result.out) == (2, "")


# init -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([], "xor"),
        (["mine"], "mine"),
        (["mine.yaml"], "mine"),
        (["new/sub/mine"], "mine"),
        (["my nets/mine"], "mine"),
        (["My-net"], "My-net"),
        (["class"], "class"),
        (["json"], "json"),
    ],
)
def test_init_writes_a_net_that_works(
    arguments: list[str],
    name: str,
    folder: Path,
    validator: jsonschema.Draft202012Validator,
) -> None:
    result = bpgen("init", *arguments)
    assert (result.code, result.out) == (0, "")
    (path,) = folder.rglob("*.yaml")
    assert path.name == f"{name}.yaml"
    shown = quote(path.relative_to(folder).as_posix())
    code = shown.replace(".yaml", ".py")
    now = f"bpgen emit {shown} -o {code} && python {code}"
    assert result.err == f"wrote {shown}; now: {now}\n"
    schema = path.with_name("bpgen.schema.json")
    assert json.loads(schema.read_text()) == validator.schema
    text = path.read_text(encoding="ascii")
    assert text.startswith(f"# yaml-language-server: $schema={schema.name}\n")
    assert text.count("#") > 5
    validator.validate(yaml.safe_load(text))
    assert bpgen("emit", "-o", "net.py", str(path)).code == 0
    checked = program(sys.executable, folder / "net.py", "--check")
    assert checked.code == 0, checked.out
    trained = program(sys.executable, folder / "net.py")
    assert trained.code == 0, trained.err
    losses = re.findall(r"loss (\d\.\d+)", trained.out)
    assert float(losses[-1]) < 0.01 < float(losses[0])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "the net needs a name, such as xor"),
        ("sub/", "the net needs a name, such as xor"),
        ("there", "there.yaml is there already; --force overwrites it"),
        ("made", "made.yaml is there already; --force overwrites it"),
    ],
)
def test_init_refuses_what_is_no_name_or_there_already(
    name: str, message: str, folder: Path
) -> None:
    (folder / "there.yaml").write_text("name: there\n")
    assert bpgen("init", "made").code == 0
    before = tree(folder)
    result = bpgen("init", name)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert result.err.startswith("error: ")
    assert result.err.count("\n") == 1
    assert tree(folder) == before


def test_init_overwrites_by_force(folder: Path) -> None:
    (folder / "there.yaml").write_text("name: there\n")
    assert bpgen("init", "--force", "there").code == 0
    assert "layers:" in (folder / "there.yaml").read_text()

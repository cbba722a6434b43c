"""Raw numbers, made ready by a net itself: what is fitted, on which rows, and kept."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from nets.bad import net, refused, said
from running.emitted import module
from running.tools import bpgen, python

from bpgen.catalog.scalings import SCALINGS, fitted
from bpgen.commands.nets import load_network
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower
from bpgen.network.preprocessing import Column
from bpgen.network.preprocessing_keys import GIVEN

ROWS = [[20.0, 100.0], [30.0, 200.0], [40.0, 150.0], [55.0, 120.0]]
AIMS = [[1000.0, 0.0], [1500.0, 1.0], [2000.0, 0.0], [2300.0, 4.0]]
DATA = json.dumps({"inputs": ROWS, "targets": AIMS})
TABLE = "age,colour,price\n20,red,1000\n30,green,1500\n40,blue,2000\n55,red,2300\n"
COLUMNS = "{inputs: {columns: {age: standardize, colour: onehot}}}"
CSV = "{csv: d.csv, targets: [price]}"
ONE = "[{type: dense, name: h, units: 1}]"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def resolved(folder: Path, **keys: str | None) -> Any:
    """What a net with these keys means."""
    (folder / "net.yaml").write_text(net(**keys))
    return load_network("net.yaml")


def emitted(folder: Path, **keys: str | None) -> Any:
    """The class of the file that is made of it."""
    (folder / "net.yaml").write_text(net(**keys))
    result = bpgen("emit", "net.yaml")
    assert result.code == 0, result.err
    return vars(module(result.out))["Net"]


def table_net(folder: Path, table: str = TABLE, **keys: str | None) -> dict[str, Any]:
    """The keys of a net that learns from a table beside it."""
    (folder / "d.csv").write_text(table)
    own = {"data": CSV, "input": "4", "layers": ONE, "preprocessing": COLUMNS}
    return {**own, **keys}


# --- What is fitted -----------------------------------------------------------------


@pytest.mark.parametrize("numbers", [[1.0, 2.0, 4.5], [-1e-9, 3e8], [0.1, 0.1, 0.3]])
def test_standardize_is_by_mean_and_standard_deviation(numbers: list[float]) -> None:
    offset, scale = fitted(SCALINGS["standardize"], numbers)
    assert offset == pytest.approx(statistics.fmean(numbers), rel=1e-15)
    assert scale == pytest.approx(statistics.pstdev(numbers), rel=1e-14)


def test_minmax_is_by_the_smallest_and_the_largest() -> None:
    assert fitted(SCALINGS["minmax"], [3.0, -1.0, 2.0]) == (-1.0, 4.0)


@pytest.mark.parametrize("name", ["standardize", "minmax"])
@pytest.mark.parametrize("numbers", [[0.1] * 3, [7.0], [-0.0, 0.0]])
def test_a_column_of_one_number_goes_to_zero(name: str, numbers: list[float]) -> None:
    offset, scale = fitted(SCALINGS[name], numbers)
    assert ((numbers[0] - offset) / scale, scale) == (0.0, 1.0)


@pytest.mark.parametrize("name", ["standardize", "minmax"])
def test_numbers_without_a_range_are_refused(name: str) -> None:
    with pytest.raises(OverflowError):
        fitted(SCALINGS[name], [-1.7e308, 1.7e308, 1.7e308])


def test_each_column_has_numbers_of_its_own(folder: Path) -> None:
    found = resolved(
        folder, data=DATA, preprocessing="{inputs: standardize, targets: minmax}"
    )
    for at, column in enumerate(found.preprocessing.inputs.columns):
        numbers = [row[at] for row in ROWS]
        assert column.offset == statistics.fmean(numbers)
        assert column.scale == pytest.approx(statistics.pstdev(numbers), rel=1e-15)
    ends = [(c.offset, c.scale) for c in found.preprocessing.targets.columns]
    assert ends == [(1000.0, 1300.0), (0.0, 4.0)]


@pytest.mark.parametrize(
    ("shape", "first", "axis"),
    [
        ("[2, 3, 3]", "flatten", 0),
        ("[4, 2]", "mean_steps", 1),
        ("[2, 4]", "{type: conv1d, filters: 1, kernel: 1}, flatten", 0),
    ],
)
def test_a_channel_or_a_feature_is_one_column(
    folder: Path, shape: str, first: str, axis: int
) -> None:
    sizes = json.loads(shape)
    size = 18 if len(sizes) == 3 else 8
    rows = [[float(k * k % 11 + at) for k in range(size)] for at in range(3)]
    data = json.dumps({"inputs": rows, "targets": [[0.0]] * 3})
    found = resolved(
        folder,
        input=shape,
        layers=f"[{first}, {{type: dense, units: 1}}]",
        data=data,
        preprocessing="{inputs: minmax}",
    )
    side = found.preprocessing.inputs
    inner = size // sizes[0] if axis == 0 else 1
    for at, column in enumerate(side.columns):
        own = [x for row in rows for k, x in enumerate(row) if k // inner % 2 == at]
        assert (column.offset, column.scale) == (min(own), max(own) - min(own))
    assert (side.axis, len(side.columns)) == (axis, 2)


@pytest.mark.parametrize("seed", [0, 7, 4_294_967_295])
@pytest.mark.parametrize("share", [0.01, 0.25, 0.7])
def test_rows_that_are_held_out_have_no_part_in_it(
    folder: Path, share: float, seed: int
) -> None:
    rows = [[float(at * at), float(at)] for at in range(12)]
    data = json.dumps({"inputs": rows, "targets": rows})
    found = resolved(
        folder,
        data=data,
        seed=str(seed),
        training=f"{{validation: {share}}}",
        preprocessing="{inputs: minmax, targets: standardize}",
    )
    held, learned = evaluated_net(found, lower(found))._split(len(rows))
    assert sorted([*held, *learned]) == list(range(12))
    for at in range(2):
        numbers = [rows[sample][at] for sample in learned]
        column = found.preprocessing.inputs.columns[at]
        assert column.offset == min(numbers)
        assert column.scale == max(numbers) - min(numbers)
        aim = found.preprocessing.targets.columns[at]
        assert aim.offset == pytest.approx(statistics.fmean(numbers), rel=1e-15)


# --- Given numbers ------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "{inputs: {mean: [1, 2], std: [4, 8]}}",
        "{inputs: {columns: {x1: {mean: 1, std: 4}, x2: {mean: 2, std: 8}}}}",
        "{inputs: {min: [1, 2], max: [5, 10]}}",
        "{inputs: {columns: {x2: {min: 2, max: 10}, x1: {min: 1, max: 5}}}}",
    ],
)
@pytest.mark.parametrize("data", [None, DATA])
def test_given_numbers_need_no_data(folder: Path, given: str, data: str | None) -> None:
    found = resolved(folder, data=data, preprocessing=given)
    columns = found.preprocessing.inputs.columns
    assert [(c.offset, c.scale) for c in columns] == [(1.0, 4.0), (2.0, 8.0)]


# --- Emitted with the net -----------------------------------------------------------


def test_members_take_and_give_raw_numbers(folder: Path) -> None:
    """The same net, once with scaled data, once with raw ones."""
    keys = {"training": "{epochs: 7, batch_size: 2}", "seed": "3"}
    own = emitted(
        folder,
        data=DATA,
        preprocessing="{inputs: standardize, targets: standardize}",
        **keys,
    )()
    buffers = own.buffers()

    def scaled(rows: list[list[float]], side: str) -> list[list[float]]:
        ends = list(
            zip(buffers[f"{side}.offset"], buffers[f"{side}.scale"], strict=True)
        )
        return [
            [(x - a) / b for x, (a, b) in zip(row, ends, strict=True)] for row in rows
        ]

    plain = emitted(folder, **keys)()
    inputs, targets = scaled(ROWS, "input"), scaled(AIMS, "target")
    assert own.train(ROWS, AIMS) == plain.train(inputs, targets)
    assert own.parameters() == plain.parameters()
    outputs = [plain.predict(row) for row in inputs]
    told = scaled([own.predict(row) for row in ROWS], "target")
    for got, wanted in zip(told, outputs, strict=True):
        assert got == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    own.forward(ROWS[0])
    plain.forward(inputs[0])
    assert own.loss(AIMS[0]) == plain.loss(targets[0])
    slopes, others = own.backward(AIMS[0]), plain.backward(targets[0])
    for slope, other, scale in zip(slopes, others, buffers["input.scale"], strict=True):
        assert slope == pytest.approx(other / scale, rel=1e-14)
    assert own.check_gradients(ROWS, AIMS) < 1e-8


def test_a_saved_state_brings_its_own_numbers(folder: Path) -> None:
    keys = {"preprocessing": "{inputs: standardize, targets: minmax}"}
    before = emitted(folder, data=DATA, **keys)()
    before.train(ROWS, AIMS, epochs=5)
    state = before.to_json()
    assert json.loads(state)["buffers"] == before.buffers()
    other = json.dumps({"inputs": AIMS, "targets": ROWS})
    after = emitted(folder, data=other, **keys)()
    assert after.buffers() != before.buffers()
    after.load_json(state)
    assert after.buffers() == before.buffers()
    assert after.predict(ROWS[0]) == before.predict(ROWS[0])
    (folder / "saved.json").write_text(state)
    kept = emitted(folder, data=other, parameters="saved.json", **keys)()
    assert kept.predict(ROWS[0]) == before.predict(ROWS[0])


def test_a_state_with_other_categories_is_refused(folder: Path) -> None:
    first = emitted(folder, **table_net(folder))()
    again = emitted(folder, **table_net(folder, TABLE.replace("20", "21")))()
    again.load_json(first.to_json())
    moved = "age,colour,price\n55,blue,2300\n" + TABLE[17:]
    other = emitted(folder, **table_net(folder, moved))()
    with pytest.raises(ValueError, match="another net"):
        other.load_json(first.to_json())


# --- Texts --------------------------------------------------------------------------


def test_texts_become_a_number_for_each_category(folder: Path) -> None:
    own = emitted(folder, **table_net(folder))
    assert dict(own.CATEGORIES) == {"colour": ["red", "green", "blue"]}
    found = own()
    places = own.CATEGORIES["colour"]
    weights = found.parameters()["h.weight"][0]
    zero = found.predict([36.25, 3.0 - 3.0])[0]
    for at, name in enumerate(("red", "green", "blue")):
        assert places.index(name) == at
        got = found.predict([36.25, float(at)])[0] - zero
        assert got == pytest.approx(weights[1 + at] - weights[1], abs=1e-12)
    for wrong in (3.0, -1.0, 0.5, float("nan")):
        with pytest.raises(ValueError, match="the index of a category"):
            found.predict([36.25, wrong])
    assert found.check_gradients([[20.0, 0.0], [30.0, 1.0]], [[1.0], [0.5]]) < 1e-8


def test_a_net_of_texts_without_data_checks_itself(folder: Path) -> None:
    given = "{inputs: {columns: {age: none, colour: {onehot: [red, green, blue]}}}}"
    keys = {"input": "4", "layers": ONE, "preprocessing": given}
    (folder / "net.yaml").write_text(net(**keys))
    (folder / "net.py").write_text(bpgen("emit", "net.yaml").out)
    result = python("net.py", "--check", folder=folder)
    assert result.code == 0, result.out + result.err


# --- Mistakes -----------------------------------------------------------------------

FIRST = '{"inputs": [[1, 2], [3, 4]], "targets": [[1, 2], [3, 4]]}'
# Keys of a net with a mark, and how the message goes on.
FAULTS: list[tuple[dict[str, str | None], str]] = [
    ({"preprocessing": "{inputs: @standardise}"}, "(did you mean 'standardize'?)"),
    ({"preprocessing": "{inputs: @onehot}"}, "unknown preprocessing 'onehot'"),
    ({"preprocessing": "@standardize"}, "expected {inputs: standardize}"),
    (
        {"preprocessing": "{inputs: @standardize}"},
        "fitted on data, and the net has none: write {mean: [...], std: [...]} in",
    ),
    ({"preprocessing": "{targets: @minmax}"}, "write {min: [...], max: [...]} in its"),
    ({"preprocessing": "{inputs: @{mean: [1, 2]}}"}, "expected mean and std, or min"),
    (
        {"preprocessing": "{inputs: @{mean: [1], std: [1]}}"},
        "expected 2 numbers, one for each column, got 1",
    ),
    (
        {"preprocessing": "{inputs: {mean: [1, 2], std: @[1]}}"},
        "expected 2 numbers, as above, got 1",
    ),
    (
        {"preprocessing": "{inputs: {mean: [1, 2], std: @[1, 0]}}"},
        "nothing can be divided by such a range: std is not above 0",
    ),
    (
        {"preprocessing": "{inputs: {columns: {x1: {min: 1, max: @1}}}}"},
        "max is not above min",
    ),
    (
        {"data": FIRST, "preprocessing": "{inputs: {columns: {@x3: minmax}}}"},
        "no column 'x3' (known: x1, x2)",
    ),
    (
        {"preprocessing": "{inputs: {columns: {@'a$': minmax}}}"},
        "cannot be the name of a column here",
    ),
    (
        {"preprocessing": "{inputs: {columns: {x1: {onehot: [a, @a]}}}}"},
        "the category 'a' stands twice",
    ),
    (
        {"preprocessing": "{inputs: {columns: {@x1: onehot, x2: none}}}"},
        "not known without a csv: write x1: {onehot: [red, green, blue]}",
    ),
    (
        {"preprocessing": "@{inputs: {columns: {x: {onehot: [a, b, c]}}}}"},
        "makes 3 numbers of 1 column, and the net has 2 inputs: write `input: 3`",
    ),
    (
        {"preprocessing": "{targets: {columns: {h1: {@onehot: [a, b]}}}}"},
        "unknown key 'onehot'",
    ),
    (
        {
            "loss": "hinge",
            "preprocessing": "{targets: @{mean: [1, 2], std: [1, 2]}}",
        },
        "hinge needs targets that are -1 or 1, so they cannot be scaled",
    ),
    (
        {
            "input": "[2]",
            "layers": "[{type: embedding, vocabulary: 3, size: 1}, flatten]",
            "preprocessing": "{inputs: @{mean: [1, 2], std: [1, 2]}}",
        },
        "the inputs are indices, which a layer looks up",
    ),
    (
        {
            "data": FIRST.replace("1, 2", "1e308, 2").replace("3, 4", "-1e308, 4"),
            "preprocessing": "{inputs: @standardize}",
        },
        "the numbers of column 'x1' are too large to scale",
    ),
]


@pytest.mark.parametrize(("keys", "message"), FAULTS, ids=[m for _, m in FAULTS])
def test_a_mistake_is_told_with_its_remedy(
    keys: dict[str, str | None], message: str, folder: Path
) -> None:
    lines, places = refused(folder, net(**keys))
    assert any(message in line for line in lines), lines
    assert lines[0].startswith(f"{places[0]}: error: ")


# A table, changed keys, the place, the message.
OF_TABLES: list[tuple[str, dict[str, str], str, str]] = [
    (
        TABLE,
        {"input": "3"},
        "net.yaml:6:16",
        "makes 4 numbers of 2 columns, and the net has 3 inputs: write `input: 4`",
    ),
    (
        TABLE,
        {"preprocessing": "{inputs: standardize}", "input": "2"},
        "d.csv:2:4",
        "`preprocessing: {inputs: {columns: {colour: onehot}}}`",
    ),
    (
        TABLE.replace(",", ";").replace("20;", "20,5;"),
        {"preprocessing": "{inputs: standardize}", "input": "2"},
        "d.csv:2:6",
        "`preprocessing: {inputs: {columns: {colour: onehot}}}`",
    ),
    (
        TABLE,
        {"preprocessing": "{inputs: {columns: {color: onehot}}}"},
        "net.yaml:6:36",
        "no column 'color' (did you mean 'colour'?)",
    ),
    (
        TABLE.replace("green", "?"),
        {},
        "d.csv:3:4",
        "expected a text, got '?': write `missing: drop`",
    ),
    (
        TABLE.replace("green", "gr\u00fcn"),
        {},
        "d.csv:3:4",
        "cannot be the name of a category: call it by 1 to 40 plain characters",
    ),
    (
        TABLE,
        {"preprocessing": COLUMNS.replace("onehot", "{onehot: [red, green]}")},
        "d.csv:4:4",
        "'blue' is none of the categories [red, green]",
    ),
]


@pytest.mark.parametrize(
    ("table", "keys", "place", "message"), OF_TABLES, ids=[t[3] for t in OF_TABLES]
)
def test_a_mistake_in_a_table_is_told_once(
    table: str, keys: dict[str, str], place: str, message: str, folder: Path
) -> None:
    (folder / "d.csv").write_text(table, encoding="utf-8")
    own = {"data": CSV, "input": "4", "layers": ONE, "preprocessing": COLUMNS}
    lines, _ = refused(folder, net(**own | keys))
    assert [line for line in lines if message in line] == lines, lines
    assert lines[0].startswith(f"{place}: error: ")


def test_large_inputs_are_warned_of_until_they_are_scaled(folder: Path) -> None:
    (folder / "net.yaml").write_text(net(data=DATA, layers=ONE.replace("1}", "2}")))
    told = said(bpgen("emit", "net.yaml").err)
    assert "write `preprocessing: {inputs: standardize}`" in told[0]
    with (folder / "net.yaml").open("a") as file:
        file.write("preprocessing: {inputs: standardize}\n")
    assert said(bpgen("emit", "--style", "loops", "net.yaml").err) == []


def test_targets_are_in_reach_once_they_are_scaled(folder: Path) -> None:
    sigmoid = "[{type: dense, units: 2, activation: sigmoid}]"
    keys = {"data": DATA, "layers": sigmoid, "preprocessing": "{inputs: minmax}"}
    (folder / "net.yaml").write_text(net(**keys))
    told = said(bpgen("emit", "net.yaml").err)
    assert "write `preprocessing: {targets: minmax}`" in told[0]
    keys["preprocessing"] = "{inputs: minmax, targets: minmax}"
    (folder / "net.yaml").write_text(net(**keys))
    assert said(bpgen("emit", "--style", "loops", "net.yaml").err) == []


# --- What is told of it -------------------------------------------------------------


def test_the_file_says_what_becomes_of_each_column(folder: Path) -> None:
    (folder / "net.yaml").write_text(net(**table_net(folder)))
    head = bpgen("emit", "net.yaml").out.split('"""')[1]
    told = [line.split(maxsplit=2) for line in head.splitlines() if "input " in line]
    said_of = {words[1]: words[2] for words in told}
    assert said_of["age"] == "standardize, offset 36.25, scale 12.9301"
    assert said_of["colour"] == "one of 3 categories"


def test_every_scaling_is_listed_with_its_formula() -> None:
    lines = bpgen("list", "preprocessing").out.splitlines()
    for name, scaling in SCALINGS.items():
        assert any(line.split() == [name, *scaling.words.split()] for line in lines)


def test_what_is_written_with_numbers_means_the_same(folder: Path) -> None:
    found = resolved(folder, **table_net(folder))
    written = json.dumps(found.preprocessing.written())
    again = resolved(folder, **table_net(folder, preprocessing=written))
    assert again.preprocessing.initial == found.preprocessing.initial
    assert again.preprocessing.categories == found.preprocessing.categories


def test_names_of_given_numbers_are_those_of_the_scalings() -> None:
    names: Sequence[str] = GIVEN
    assert set(names) == {"mean", "std", "min", "max"}
    assert Column("x").words == "as it is"

"""Rows to test with: no training sees them, and the file tells of them in the end."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from nets.bad import net, refused
from running.emitted import module
from running.tools import bpgen, python

from bpgen.commands.nets import load_network
from bpgen.lowering.evaluated import evaluated_net
from bpgen.lowering.network import lower

ROWS = [[float(k), float(k * k % 7)] for k in range(10)]
DATA = json.dumps({"inputs": ROWS, "targets": ROWS})
TABLE = "a,b,y\n1,2,no\n3,4,yes\n5,,no\n7,8,yes\n"
LABELS = "csv: d.csv, inputs: [a, b], labels: y"
CLASSES: dict[str, str | None] = {"loss": "softmax_cross_entropy"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def resolved(folder: Path, **keys: str | None) -> Any:
    """What a net with these keys means."""
    (folder / "net.yaml").write_text(net(**keys))
    return load_network("net.yaml")


def with_share(share: float) -> str:
    """The rows, of which some are to test with."""
    return DATA[:-1] + f', "test": {share}}}'


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize(("share", "count"), [(0.01, 1), (0.3, 3), (0.85, 8)])
def test_a_share_of_the_rows_is_set_apart(
    folder: Path, share: float, count: int, seed: int
) -> None:
    found = resolved(folder, data=with_share(share), seed=str(seed))
    kept, tested = found.data.inputs, found.data.test.inputs
    assert len(tested) == count
    assert sorted([*kept, *tested]) == sorted(map(tuple, ROWS))
    assert [*found.data.whole.inputs] == [*kept, *tested]
    assert resolved(folder, data=with_share(share), seed=str(seed)).data == found.data


def test_what_is_fitted_has_seen_neither_test_nor_validation(folder: Path) -> None:
    found = resolved(
        folder,
        data=with_share(0.3),
        training="{validation: 0.3}",
        preprocessing="{inputs: minmax}",
    )
    rows = found.data.inputs
    _, learned = evaluated_net(found, lower(found))._split(len(rows))
    for at, column in enumerate(found.preprocessing.inputs.columns):
        numbers = [rows[sample][at] for sample in learned]
        assert (column.offset, column.scale) == (
            min(numbers),
            max(numbers) - min(numbers),
        )


@pytest.mark.parametrize("rows", [10, 60])
def test_the_file_trains_without_them_and_tells_of_them(
    folder: Path, rows: int
) -> None:
    """Few rows are literals, many are text."""
    some = [[float(k), float(k * k % 7)] for k in range(rows)]
    data = json.dumps({"inputs": some, "targets": some, "test": 0.2})
    training = "{epochs: 3, report_every: 1}"
    found = resolved(folder, data=data, training=training)
    (folder / "net.py").write_text(bpgen("emit", "net.yaml").out)
    said = python("net.py", folder=folder).out.splitlines()
    own = evaluated_net(found, lower(found))
    loss = 0.0
    for _ in range(3):
        loss = own.train(
            [*map(list, found.data.inputs)], [*map(list, found.data.targets)], epochs=1
        )
    assert f"{loss:.12f}" in said[2]
    test = found.data.test
    (wanted,) = own.evaluate([*map(list, test.inputs)], [*map(list, test.targets)])
    assert said[-1] == f"test: {rows // 5} samples  loss {wanted:.12f}"


def test_a_file_to_test_with_is_read_as_the_other_one(folder: Path) -> None:
    (folder / "d.csv").write_text(TABLE)
    (folder / "t.csv").write_text("y;extra;b;a\nyes;9;;2\nno;9;0,5;3\n")
    data = f"{{{LABELS}, missing: mean, test: t.csv}}"
    found = resolved(folder, data=data, **CLASSES)
    assert found.class_names == ("no", "yes")
    assert found.data.test.labels == ((1,), (0,))
    mean = (2.0 + 4.0 + 8.0) / 3.0
    assert found.data.test.inputs == ((2.0, mean), (3.0, 0.5))
    (folder / "net.py").write_text(bpgen("emit", "net.yaml").out)
    last = python("net.py", folder=folder).out.splitlines()[-1]
    assert re.fullmatch(r"test: 2 samples  loss \d+\.\d{12}  accuracy \d\.\d{6}", last)


def test_gaps_are_filled_by_what_training_learns_from(folder: Path) -> None:
    rows = "".join(f"{k},{k * k},{k % 2}\n" for k in range(20))
    (folder / "d.csv").write_text("a,b,y\n" + rows.replace("\n7,49,", "\n7,,"))
    data = f"{{{LABELS}, missing: mean, test: 0.25}}"
    training = "{validation: 0.25}"
    found = resolved(folder, data=data, training=training, **CLASSES)
    kept = found.data.inputs
    _, learned = evaluated_net(found, lower(found))._split(len(kept))
    numbers = [kept[at][1] for at in learned if kept[at][0] != 7.0]
    (filled,) = (row[1] for row in found.data.whole.inputs if row[0] == 7.0)
    assert filled == pytest.approx(sum(numbers) / len(numbers), rel=1e-15)


def test_a_textbook_page_and_a_library_know_no_test(folder: Path) -> None:
    resolved(folder, data=with_share(0.3))
    for option in ("--textbook", "--library", "--inference"):
        text = bpgen("emit", option, "net.yaml").out
        assert "test" not in text.split("claims no rights")[1].replace("latest", "")
        module(text)


FAULTS: list[tuple[str, str, str, str]] = [
    ("t.csv", "a,b\n1,2\n", "net.yaml:5:44", "no column 'y' in t.csv"),
    ("t.csv", "a,y\n1,no\n", "net.yaml:5:53", "no column 'b' in t.csv, as the file"),
    ("t.csv", "a,b,y\n1,2,maybe\n", "t.csv:2:5", "'maybe' is none of the classes"),
    ("t.csv", "a,b,y\n1,x,no\n", "t.csv:2:3", "expected a number, got 'x'"),
    ("t.csv", "a,b,y\n1,,no\n", "t.csv:2:3", "expected a number, got nothing"),
    ("none.csv", "", "net.yaml:5:53", "there is no file 'none.csv'"),
    ("1.5", "", "net.yaml:5:53", "a number above 0 to below 1, got '1.5'"),
    ("0", "", "net.yaml:5:53", "a number above 0 to below 1, got '0'"),
]


@pytest.mark.parametrize(("test", "table", "place", "message"), FAULTS)
def test_a_mistake_in_it_is_told(
    test: str, table: str, place: str, message: str, folder: Path
) -> None:
    (folder / "d.csv").write_text(TABLE.replace("5,,", "5,6,"))
    if table:
        (folder / "t.csv").write_text(table)
    text = net(data=f"{{{LABELS}, test: {test}}}", **CLASSES)
    lines, _ = refused(folder, text)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{place}: error: "), lines
    assert message in lines[0]


def test_a_share_leaves_something_to_train_with(folder: Path) -> None:
    one = '{"inputs": [[1, 2]], "targets": [[1, 2]], "test": @0.5}'
    lines, places = refused(folder, net(data=one))
    assert lines[0].startswith(f"{places[0]}: error: nothing is left to train with")


def test_a_file_to_test_with_goes_with_a_csv(folder: Path) -> None:
    lines, places = refused(folder, net(data=DATA[:-1] + ', "test": @t.csv}'))
    assert lines[0].startswith(f"{places[0]}: error: a file to test with is one like")

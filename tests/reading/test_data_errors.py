"""Bad data and bad files: what is wrong with them, where, and nothing written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from nets.bad import layers, net, refused, said
from running.emitted import module
from running.tools import bpgen, tree

from bpgen.catalog.losses import LOSSES

CLASSES = "softmax_cross_entropy"
STEPS = {"input": "[2, 3]", "loss": "cross_entropy"}  # two steps of three classes
DENSE = "{type: dense, units: 3, activation: softmax}"
EMBEDDING = "{type: embedding, vocabulary: 3, size: 1}"


def data(text: str, loss: str = "mse") -> str:
    """A net of two inputs and two outputs with these data."""
    return net(loss=loss, data=f"{{{text}}}")


INLINE = [
    (net(data="@{}"), "targets or labels"),
    (net(data="@{inputs: [[1, 2]]}"), "targets or labels"),
    (net(data="@{targets: [[1, 2]]}"), "missing key 'inputs' in the data"),
    (net(data="@{inputs: [[1, 2]], targets: [[1, 2]], labels: [1]}"), "either"),
    (data("@input: [[1, 2]], targets: [[1, 2]]"), "'input' (did you mean 'inputs'?)"),
    (data("inputs: [@[1, 2, 3]], targets: [[1, 2]]"), "expected 2 numbers, got 3"),
    (data("inputs: [[1, 2]], targets: [@[1]]"), "expected 2 numbers, got 1"),
    (data("inputs: [[1, 2], [3, 4]], targets: @[[1, 2]]"), "expected 2 targets, got 1"),
    (data("inputs: [@1], targets: [[1, 2]]"), "expected a list of 2 numbers, got '1'"),
    (
        layers(
            "{type: dense, units: 1}",
            data="{inputs: [[0, 1], [1, 1]], targets: [@0, 1]}",
        ),
        "expected a list of 1 number, got '0' (and 1 more): write [0]",
    ),
    (
        data("inputs: [@[1], [2]], targets: [[1, 2], [3, 4]]"),
        "expected 2 numbers, got 1 (and 1 more)",
    ),
    (data("inputs: @[], targets: []"), "expected a list of rows of 2 numbers"),
    (data("inputs: @1, targets: 2"), "expected a list of rows of 2 numbers"),
    (data("inputs: [[1, @x]], targets: [[1, 2]]"), "expected a number, got 'x'"),
    (data("inputs: [[1, @.nan]], targets: [[1, 2]]"), "(it must be finite)"),
    (data("inputs: [[1, @[2]]], targets: [[1, 2]]"), "expected a number, got a list"),
    (data("inputs: [[1, 2]], labels: @[1]"), "labels are for the losses of classes: "),
    (data("inputs: [[1, 2]], labels: [0, @2]", CLASSES), "classes from 0 to 1, got 2"),
    (data("inputs: [[1, 2]], labels: @[1, 0]", CLASSES), "expected 1 labels, got 2"),
    (data("inputs: [[1, 2]], labels: @y", CLASSES), "expected a list of classes"),
    (data("inputs: [[1, 2]], labels: [@-1]", CLASSES), "got '-1'"),
    (data("inputs: [[1, 2]], labels: [@1.0]", CLASSES), "without point or exponent"),
    (data("inputs: [[1, 2]], labels: @[]", CLASSES), "classes, got 0"),
    (
        layers(
            DENSE,
            **STEPS,
            data="{inputs: [[1, 2, 3, 4, 5, 6]], targets: [@[1, 0, 0, 0, 1, 1]]}",
        ),
        "sum",
    ),
    (
        layers(DENSE, **STEPS, data="{inputs: [[1, 2, 3, 4, 5, 6]], labels: [@1]}"),
        "expected a list of classes, one for each step, got '1'",
    ),
    (
        layers(DENSE, **STEPS, data="{inputs: [[1, 2, 3, 4, 5, 6]], labels: [@[1]]}"),
        "expected 2 classes, one for each step, got 1",
    ),
    (
        layers(
            DENSE, **STEPS, data="{inputs: [[1, 2, 3, 4, 5, 6]], labels: [[1, @3]]}"
        ),
        "expected classes from 0 to 2, got 3",
    ),
    (
        layers(EMBEDDING, loss="mse", data="{inputs: [[0, @3]], targets: [[1, 2]]}"),
        "expected an index from 0 to 2, got 3",
    ),
    (
        layers(EMBEDDING, loss="mse", data="{inputs: [[@0.5, 1]], targets: [[1, 2]]}"),
        "expected an index from 0 to 2, got 0.5",
    ),
    (
        layers(EMBEDDING, loss="mse", data="{inputs: [[@-1, 1]], targets: [[1, 2]]}"),
        "expected an index from 0 to 2, got -1",
    ),
]

# A target that the loss cannot learn; for losses that learn any number there is none.
BAD_TARGETS = {
    "binary_cross_entropy": "[0, 2]",
    "sigmoid_cross_entropy": "[0, -1]",
    "hinge": "[0, 1]",
    "squared_hinge": "[1, 2]",
    "kl_divergence": "[-1, 1]",
    "nll": "[1, 1]",
    "cross_entropy": "[0.5, 0.4]",
    "softmax_cross_entropy": "[2, -1]",
    "multi_margin": "[0.5, 0.5]",
}

HEAD = "a,b,c,d\n"
CSV = "data: {csv: d.csv, inputs: [a, b], targets: [c, d]}\n"
LABELS = "data: {csv: d.csv, labels: y}\n"
NO_ROWS = "expected a header and at least one row"
# Lines of net.yaml, the content of d.csv, the place of the fault, the message.
TABLES: list[tuple[str, str | bytes, str, str]] = [
    (CSV, "", "d.csv:1:1", NO_ROWS),
    (CSV, "\n\n", "d.csv:1:1", NO_ROWS),
    (CSV, HEAD, "d.csv:1:1", NO_ROWS),
    (CSV, HEAD + "1,2,3\n", "d.csv:2:6", "expected 4 columns, as in the header, got 3"),
    (CSV, HEAD + "1,2,3,4,5\n", "d.csv:2:9", "expected 4 columns, as in the header"),
    (CSV, HEAD + "1,2,3,4\n\n1,x,3,4\n", "d.csv:4:3", "expected a number, got 'x'"),
    (CSV, HEAD + "1,,3,4\n", "d.csv:2:3", "expected a number, got nothing"),
    (CSV, HEAD + "1,2,nan,4\n", "d.csv:2:5", "expected a number, got 'nan'"),
    (CSV, HEAD + "1,2,3,1e999\n", "d.csv:2:7", "'1e999'"),
    (CSV, HEAD + "1,2,3,0x10\n", "d.csv:2:7", "expected a number, got '0x10'"),
    (CSV, HEAD + "1,2,3,1_000\n", "d.csv:2:7", "expected a number, got '1_000'"),
    (CSV, HEAD + "1,2,3,\uff11\n", "d.csv:2:7", r"expected a number, got '\uff11'"),
    (CSV, HEAD + "1,2,3,\x1b[31m\n", "d.csv:2:7", r"expected a number, got '\x1b[31m'"),
    (CSV, HEAD + '1,"2,3,4\n', "d.csv:2:1", "no CSV"),
    (CSV, HEAD.encode() + b"1,\xff,3,4\n", "d.csv:2:3", "not UTF-8 text"),
    (LABELS, "a:b:y\n1:2:0\n", "net.yaml:5:28", "have to be separated by , or ; or"),
    (CSV, "a,b,c,e\n1,2,3,4\n", "net.yaml:5:49", "no column 'd' in d.csv (known: a, b"),
    (CSV, "a,b,c,c,d\n1,2,3,4,5\n", "net.yaml:5:46", "more than one column 'c'"),
    (CSV.replace("a, b", "a"), HEAD + "1,2,3,4\n", "net.yaml:5:28", "2 inputs"),
    (CSV.replace("c, d", "c"), HEAD + "1,2,3,4\n", "net.yaml:5:45", "2 targets"),
    (
        CSV.replace("[a, b]", "a"),
        HEAD + "1,2,3,4\n",
        "net.yaml:5:28",
        "list of columns",
    ),
    (CSV.replace("[a, b]", "[[a]]"), HEAD + "1,2,3,4\n", "net.yaml:5:29", "a column"),
    ("data: {csv: d.csv}\n", HEAD + "1,2,3,4\n", "net.yaml:5:7", "targets or labels"),
    (LABELS, "a,b,y\n1,2,0\n1,2,2\n", "d.csv:3:5", "a class from 0 to 1, got '2'"),
    (
        LABELS,
        "a,b,y\n1,2,setosa\n",
        "net.yaml:5:28",
        "has 1 classes, and the net has 2",
    ),
    (LABELS, "a,b,x\n1,2,0\n", "net.yaml:5:28", "no column 'y' in d.csv"),
    (LABELS, "a,y\n1,0\n", "net.yaml:5:7", "2 inputs"),
    (LABELS.replace("y}", "[0, 1]}"), "a,b,y\n1,2,0\n", "net.yaml:5:28", "a column"),
]

JSON: list[tuple[str | bytes, str, str]] = [
    ("", "p.json:1:1", "not JSON"),
    ("{", "p.json:1:2", "not JSON"),
    ('{\n  "h.bias": [1, 2],\n}', "p.json:3:1", "not JSON"),
    (b"\xff\xfe", "p.json:1:1", "not JSON"),
    ("[" * 100_000, "p.json:1:1", "not JSON"),
    ('{"h.bias": [1, ' + "9" * 5_000 + "]}", "p.json:1:1", "not JSON"),
    ("[]", "p.json:1:1", "expected a JSON object of parameters"),
    ('{"h.bias": [1, 2], "o.bias": [1]}', "p.json:1:1", "no parameter 'o.bias'"),
    ('{"h.weight": [[1, 2], [3]]}', "p.json:1:1", "h.weight: expected"),
    ('{"h.weight": [1, 2, 3, 4]}', "p.json:1:1", "h.weight: expected"),
    ('{"h.bias": null}', "p.json:1:1", "h.bias: expected"),
    ('{"h.bias": [1, NaN]}', "p.json:1:1", "h.bias: 'nan' is not finite"),
    ('{"h.bias": [1, 1e999]}', "p.json:1:1", "h.bias: 'inf' is not finite"),
    ('{"h.bias": [1, true]}', "p.json:1:1", "h.bias: 'True' is not a number"),
    ('{"h.bias": [1, "2"]}', "p.json:1:1", "h.bias: '2' is not a number"),
    ('{"h.bias": [1, 2], "h.bias": [3, 4]}', "p.json:1:1", "stands twice"),
    ('{"format": "bpgen 1"}', "p.json:1:1", "there are no parameters in it"),
    ('{"format": "x 1", "parameters": {"h.bias": [1, 2]}}', "p.json:1:1", "format"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, inside another one."""
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    return inside


@pytest.mark.parametrize(("text", "message"), INLINE, ids=[row[1] for row in INLINE])
def test_a_fault_in_inline_data_is_told_at_its_place(
    text: str, message: str, folder: Path
) -> None:
    (line,), (place,) = refused(folder, text)
    assert line.startswith(f"{place}: error: ")
    assert message in line


@pytest.mark.parametrize("loss", LOSSES)
def test_targets_are_those_that_the_loss_can_learn(loss: str, folder: Path) -> None:
    bad = BAD_TARGETS.get(loss)
    if bad is None:
        text = data("inputs: [[1, 2]], targets: [[-1e3, 0.5]]", loss)
        (folder / "net.yaml").write_text(text)
        assert bpgen("emit", "net.yaml").code == 0
        return
    good = "[1, 0]" if "hinge" not in loss else "[1, -1]"
    rows = f"@{bad}, {good}, {bad}"
    (line,), places = refused(
        folder, data(f"inputs: [[1, 2], [3, 4], [5, 6]], targets: [{rows}]", loss)
    )
    assert line.startswith(f"{places[0]}: error: {loss} needs targets that are ")
    assert " (and 1 more)" in line


def test_each_step_of_the_time_may_have_its_own_class(folder: Path) -> None:
    rows = "{inputs: [[1, 2, 3, 4, 5, 6]], targets: [[1, 0, 0, 0, 1, 0]]}"
    (folder / "net.yaml").write_text(layers(DENSE, **STEPS, data=rows))
    result = bpgen("emit", "net.yaml")
    assert result.code == 0, result.err


# The same for a net that reads two indices below 3 and tells a class of each step.
SEQUENCES: list[tuple[str, str, str, str]] = [
    ("labels: [c, d]", "a,b,c,d\n0,1,2,0\n0,3,2,0\n", "d.csv:3:3", "index from 0 to 2"),
    ("labels: [c, d]", "a,b,c,d\n0,1,2,3\n", "d.csv:2:7", "a class from 0 to 2"),
    ("labels: [c]", "a,b,c,d\n0,1,2,2\n", "net.yaml:5:44", "2 labels, but the data"),
    ("labels: [c, e]", "a,b,c,d\n0,1,2,2\n", "net.yaml:5:48", "no column 'e'"),
    ("labels: c", "a,b,c,d\n0,1,2,2\n", "net.yaml:5:44", "has 1 column"),
]


@pytest.mark.parametrize(
    ("labels", "table", "place", "message"), SEQUENCES, ids=[r[3] for r in SEQUENCES]
)
def test_a_fault_in_a_table_of_sequences_is_told_at_its_place(
    labels: str, table: str, place: str, message: str, folder: Path
) -> None:
    (folder / "d.csv").write_text(table)
    layer = "{type: embedding, vocabulary: 3, size: 3}"
    text = net(layers=f"[{layer}]", loss=CLASSES)
    text += f"data: {{csv: d.csv, inputs: [a, b], {labels}}}\n"
    (line,), _ = refused(folder, text)
    assert line.startswith(f"{place}: error: ")
    assert message in line


def test_classes_of_steps_travel_as_targets_do(folder: Path) -> None:
    """As literals, and as rows of text."""
    for count in (2, 40):
        rows = [[i % 3, 2] for i in range(count)]
        layer = "{type: embedding, vocabulary: 3, size: 3}"
        text = net(layers=f"[{layer}]", loss=CLASSES)
        text += f"data: {{inputs: {rows}, labels: {rows}}}\n"
        (folder / "net.yaml").write_text(text)
        found = vars(module(bpgen("emit", "net.yaml").out))["_data"]()
        one_hot = [[[float(i == j) for i in range(3)] for j in row] for row in rows]
        assert found == (
            [list(map(float, row)) for row in rows],
            [first + second for first, second in one_hot],
        )


@pytest.mark.parametrize(
    ("text", "table", "place", "message"), TABLES, ids=[ascii(row[1]) for row in TABLES]
)
def test_a_fault_in_a_table_is_told_at_its_place(
    text: str, table: str | bytes, place: str, message: str, folder: Path
) -> None:
    content = table.encode() if isinstance(table, str) else table
    (folder / "d.csv").write_bytes(content)
    loss = CLASSES if "labels" in text else "mse"
    (line,), _ = refused(folder, net(loss=loss) + text)
    assert line.startswith(f"{place}: error: ")
    assert message in line


def test_all_faults_of_a_table_are_told_at_once(folder: Path) -> None:
    (folder / "d.csv").write_text(HEAD + "1,x,3,4\n1,2,3,4\n1,2,3,y\n")
    lines, _ = refused(folder, net() + CSV)
    assert [line[:10] for line in lines] == ["d.csv:2:3:", "d.csv:4:7:"]


@pytest.mark.parametrize("row", ["1, 2 ,3.,+4", '"1","2","3","4"', "01,2e0,3,4.0"])
def test_tables_of_other_programs_are_read(row: str, folder: Path) -> None:
    (folder / "d.csv").write_bytes(
        b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode() + row.encode() + b"\r\n"
    )
    (folder / "net.yaml").write_text(net() + CSV)
    result = bpgen("emit", "net.yaml")
    assert result.code == 0, result.err
    assert "[[1.0, 2.0]]" in result.out
    assert "[[3.0, 4.0]]" in result.out


@pytest.mark.parametrize(
    ("content", "place", "message"), JSON, ids=[ascii(row[0][:30]) for row in JSON]
)
def test_a_fault_in_a_parameters_file_is_told(
    content: str | bytes, place: str, message: str, folder: Path
) -> None:
    (folder / "p.json").write_bytes(
        content.encode() if isinstance(content, str) else content
    )
    (line,), _ = refused(folder, net(parameters="p.json"))
    assert line.startswith(f"{place}: error: ")
    assert message in line


# Paths ------------------------------------------------------------------------

PATHS = [
    ("../d.csv", "not inside the folder"),
    ("sub/../../d.csv", "not inside the folder"),
    ("link.csv", "not inside the folder"),
    ("link/d.csv", "not inside the folder"),
    ("/etc/hostname", "not inside the folder"),
    (r"C:\d.csv", "not inside the folder"),
    (r"..\d.csv", "not inside the folder"),
    ("sub", "is not a regular file"),
    (".", "is not a regular file"),
    ("pipe", "is not a regular file"),
    ("missing.csv", "there is no file 'missing.csv' beside the net: if it lies else"),
    ("loop.csv", "loop.csv"),
    ("x" * 300, "cannot read"),
]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of Unix")
@pytest.mark.parametrize("key", ["csv", "parameters"])
@pytest.mark.parametrize(("path", "message"), PATHS, ids=[p[0][:20] for p in PATHS])
def test_a_path_leads_to_a_regular_file_in_the_folder_of_the_net(
    path: str, message: str, key: str, folder: Path
) -> None:
    outside = json.dumps({"h.bias": [1, 2]}) if key == "parameters" else "a,b,c,d\n"
    (folder.parent / "d.csv").write_text(outside + "1,2,3,4\n")
    (folder / "sub").mkdir()
    (folder / "link.csv").symlink_to("../d.csv")
    (folder / "link").symlink_to("..")
    (folder / "loop.csv").symlink_to("loop.csv")
    os.mkfifo(folder / "pipe")
    quoted = f"@'{path}'"
    if key == "csv":
        text = data(f"csv: {quoted}, inputs: [a, b], targets: [c, d]")
    else:
        text = net(parameters=quoted)
    (line,), (place,) = refused(folder, text)
    assert line.startswith(f"{place}: error: ")
    assert message in line


def test_paths_are_relative_to_the_net_not_to_the_caller(folder: Path) -> None:
    (folder / "d.csv").write_text(HEAD + "1,2,3,x\n")
    (folder / "net.yaml").write_text(net() + CSV)
    os.chdir(folder.parent)
    before = tree(folder)
    result = bpgen("emit", "-o", "inside/out/", "inside/net.yaml")
    assert result.code == 2
    (line,) = said(result.err)
    assert line.startswith("d.csv:2:7: error: expected a number, got 'x': targets are ")
    assert "\n  2 | 1,2,3,x\n" in result.err
    assert tree(folder) == before
    (folder / "d.csv").write_text(HEAD + "1,2,3,4\n")
    assert bpgen("emit", "inside/net.yaml").code == 0


def test_a_variance_is_never_below_0(folder: Path) -> None:
    start = "input: 1\nlayers: [{type: batch_norm, name: n}]\nparameters: "
    (folder / "net.yaml").write_text(start + "{n.running_var: [-0.5]}\n")
    found = bpgen("emit", "net.yaml")
    assert "net.yaml:3:14: error: n.running_var: expected numbers of 0" in found.err
    (folder / "p.json").write_text('{"n.running_var": [-0.5]}')
    (folder / "net.yaml").write_text(f"{start}p.json\n")
    found = bpgen("emit", "net.yaml")
    assert found.code == 2
    assert "p.json:1:1: error: n.running_var: expected numbers of 0" in found.err

"""What an emitted file prints when it is run is the same text in every language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from promises.test_flags import RUN, command
from running.tiers import takes_long, wide_but
from running.tools import bpgen, program

ROWS = [(n * 7 % 10, n * 3 % 8, "yes" if n * 7 % 10 > 4 else "no") for n in range(12)]
TABLE = "age,fare,survived\n" + "".join(f"{a},{b},{c}\n" for a, b, c in ROWS)
NET = """\
input: 2
layers: [{type: dense, units: 2, activation: tanh}, {type: dense, units: 1}]
loss: sigmoid_cross_entropy
optimizer: {type: sgd, learning_rate: 0.5}
training: {epochs: 30, report_every: 15}
classes: [no, yes]
data: {csv: rows.csv, labels: survived, test: 0.25}
"""
COLOURS = "colour,kind,age\nred,apple,3\ngreen,pear,4\nblue,pear,8\nred,apple,2\n"
COLUMNS = """\
input: 4
layers: [{type: dense, units: 3, activation: tanh}, {type: dense, units: 2}]
loss: softmax_cross_entropy
preprocessing: {inputs: {columns: {colour: onehot, age: standardize}}}
training: {epochs: 20}
data: {csv: colours.csv, inputs: [age, colour], labels: kind}
"""
# Other files for it, and what is wrong with them.
OTHERS = {
    "same": (COLOURS, ""),
    "other_order": (
        "age;more;kind;colour\n3;1;apple;red\n4;2;pear;green\n"
        "8;3;pear;blue\n2;4;apple;red\n",
        "",
    ),
    "lacks_one": ("colour,kind\nred,apple\n", ":1: there is no column age"),
    "short": ("colour,kind,age\nred,apple\n", ":2: expected 3 columns, got 2"),
    "unknown": (
        "colour,kind,age\npink,apple,3\n",
        ":2: expected a number, or a category, got pink",
    ),
    "swapped": (
        "colour,kind,age\nred,apple,green\n",
        ":2: expected a number, or a category, got green",
    ),
    "no_class": (
        "colour,kind,age\nred,plum,3\n",
        ":2: expected a number, or a category, got plum",
    ),
}
# By their names: what they say of a net, and lines that all of them print.
NETS: Mapping[str, tuple[str, list[str]]] = {
    "columns": (COLUMNS, ["predicted apple (", "right: 4 of 4"]),
    "two_classes": (NET, ["predicted yes (", ")  target no", "right: ", "  accuracy "]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all these nets."""
    found = tmp_path_factory.mktemp("mains")
    (found / "rows.csv").write_text(TABLE)
    (found / "colours.csv").write_text(COLOURS)
    for name, (text, _) in NETS.items():
        (found / f"{name}.yaml").write_text(text)
    options = [f"--lang={language}" for language in RUN]
    files = [f"{found}/{name}.yaml" for name in NETS]
    made = bpgen("emit", "--quiet", *options, "-o", f"{found}/", *files)
    assert made.code == 0, made.err
    return found


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(
    "language", wide_but(RUN, ("c", "rust").__contains__, takes_long)
)
def test_a_net_prints_the_same(language: str, name: str, folder: Path) -> None:
    found = program(*command(folder, language, name), folder=folder)
    assert (found.code, found.err) == (0, "")
    wanted = program(*command(folder, "python", name), folder=folder)
    assert found.out == wanted.out
    assert all(line in found.out for line in NETS[name][1]), found.out


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "language", wide_but(RUN, ("python", "c").__contains__, takes_long)
)
def test_columns_of_another_file_are_found_by_their_names(
    language: str, name: str, folder: Path
) -> None:
    text, fault = OTHERS[name]
    (folder / f"{name}.csv").write_text(text)
    run = command(folder, language, "columns")
    found = program(*run, "--data", f"{name}.csv", folder=folder)
    if fault:
        assert (found.code, found.out) == (2, "")
        assert found.err.endswith(f"error: {name}.csv{fault}\n"), found.err
    else:
        assert (found.code, found.err) == (0, "")
        assert found.out == program(*run, folder=folder).out

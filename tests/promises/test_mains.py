"""What an emitted file prints when it is run is the same text in every language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from promises.test_flags import RUN, command
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
# By their names: what they say of a net, and lines that all of them print.
NETS: Mapping[str, tuple[str, list[str]]] = {
    "two_classes": (NET, ["predicted yes (", ")  target no", "right: ", "  accuracy "]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all these nets."""
    found = tmp_path_factory.mktemp("mains")
    (found / "rows.csv").write_text(TABLE)
    for name, (text, _) in NETS.items():
        (found / f"{name}.yaml").write_text(text)
    options = [f"--lang={language}" for language in RUN]
    files = [f"{found}/{name}.yaml" for name in NETS]
    made = bpgen("emit", "--quiet", *options, "-o", f"{found}/", *files)
    assert made.code == 0, made.err
    return found


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("language", RUN)
def test_a_net_prints_the_same(language: str, name: str, folder: Path) -> None:
    found = program(*command(folder, language, name), folder=folder)
    assert (found.code, found.err) == (0, "")
    wanted = program(*command(folder, "python", name), folder=folder)
    assert found.out == wanted.out
    assert all(line in found.out for line in NETS[name][1]), found.out

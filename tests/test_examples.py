"""The examples learn what they promise, on rows that they have never seen."""

from __future__ import annotations

import csv
import runpy

import pytest
from tools import ROOT


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_an_example_knows_rows_left_out_of_training(name: str) -> None:
    emitted = runpy.run_path(str(ROOT / "generated" / "python" / f"{name}.py"))
    net = emitted[name.capitalize()]()
    net.train(*emitted["data"]())
    with (ROOT / "examples" / f"{name}_held_out.csv").open(encoding="ascii") as file:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    outputs = [net.predict(row[:-1]) for row in rows]
    right = sum(
        o.index(max(o)) == row[-1] for o, row in zip(outputs, rows, strict=True)
    )
    assert right >= 0.95 * len(rows)


def test_xor_is_learned() -> None:
    emitted = runpy.run_path(str(ROOT / "generated" / "python" / "xor.py"))
    net = emitted["Xor"]()
    assert net.train(*emitted["data"]()) < 0.01
    answers = [round(net.predict(sample)[0]) for sample in emitted["INPUTS"]]
    assert answers == [0, 1, 1, 0]

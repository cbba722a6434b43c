"""The lstm example counts in sequences that it has never seen."""

from __future__ import annotations

import csv
import json
import runpy
from pathlib import Path

import pytest
from running.tools import ROOT, bpgen, dart, on_path, program

# Trains the net of lstm.dart, and prints what it answers to inputs in JSON.
ANSWERS = """
import 'dart:convert';
import 'lstm.dart';

void main(List<String> arguments) {
  final net = Lstm();
  net.train(Lstm.dataInputs, Lstm.dataTargets);
  final rows = (jsonDecode(arguments.single) as List).cast<List<dynamic>>();
  print(jsonEncode(rows.map((row) => net.predict(row.cast<double>())).toList()));
}
"""


# The same for lstm.mjs, which keeps its data to itself: they are arguments.
NODE_ANSWERS = """
import { Lstm } from "./lstm.mjs";

const [data, rows] = process.argv.slice(2).map((text) => JSON.parse(text));
const net = new Lstm();
net.train(...data);
console.log(JSON.stringify(rows.map((row) => net.predict(row))));
"""


def answers(language: str, folder: Path, rows: list[list[float]]) -> list[list[float]]:
    """What the trained net of lstm.yaml says, emitted anew into the folder."""
    source = str(ROOT / "examples" / "lstm.yaml")
    assert bpgen("emit", "--lang", language, "-o", f"{folder}/", source).code == 0
    if language == "python":
        emitted = runpy.run_path(str(folder / "lstm.py"))
        net = emitted["Lstm"]()
        net.train(*emitted["_data"]())
        return [net.predict(row) for row in rows]
    if language == "dart":
        (folder / "answers.dart").write_text(ANSWERS, encoding="ascii")
        done = program(dart(), "run", folder / "answers.dart", json.dumps(rows))
    else:
        with (ROOT / "examples" / "lstm.csv").open(encoding="ascii") as file:
            read = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
        samples = [row[:6] for row in read], [row[6:] for row in read]
        (folder / "answers.mjs").write_text(NODE_ANSWERS, encoding="ascii")
        given = json.dumps(samples), json.dumps(rows)
        done = program(on_path("node"), folder / "answers.mjs", *given)
    assert done.code == 0, done.err
    found: list[list[float]] = json.loads(done.out)
    return found


@pytest.mark.parametrize(
    "language",
    [
        "python",
        *(
            pytest.param(name, marks=pytest.mark.wide)
            for name in ("dart", "javascript")
        ),
    ],
)
def test_the_lstm_counts_in_sequences_unlike_those_it_learned_from(
    language: str, tmp_path: Path
) -> None:
    path = ROOT / "examples" / "lstm_held_out.csv"
    with path.open(encoding="ascii") as file:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    bits = [row[:6] for row in rows]
    odd = [[sum(row[: step + 1]) % 2 for step in range(6)] for row in bits]
    assert odd == [row[6:] for row in rows]
    found = answers(language, tmp_path, bits)
    assert [[round(number) for number in row] for row in found] == odd

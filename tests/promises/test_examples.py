"""The examples learn what they promise, on rows that they have never seen."""

from __future__ import annotations

import csv
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running.tiers import wide_but
from running.tools import ROOT, dart, program

GENERATED = ROOT / "generated"
QUIET = {"DART_SUPPRESS_ANALYTICS": "true"}
WITH_DATA = [
    *("autoencoder", "digits", "iris", "lstm", "mazur", "regression", "rent", "taste"),
    "xor",
]

# How many rows left out of training an example knows at least.
KNOWN = {"iris": 0.95, "digits": 0.96, "cnn": 0.97, "resnet_tiny": 0.96}
DATA = {
    "cnn": "digits",
    "resnet_tiny": "digits",
}  # of those without a file of their own
IN_PYTHON = ["iris", "digits"]  # the others take a minute there
EXAM = """\
import 'dart:io';
import '{name}.dart';

void main(List<String> arguments) {{
  final net = {class_name}();
  net.train({class_name}.dataInputs, {class_name}.dataTargets);
  for (final line in File(arguments[0]).readAsLinesSync().skip(1)) {{
    final row = line.split(',').map(double.parse).toList();
    final outputs = net.predict(row.sublist(0, row.length - 1));
    print(outputs.indexOf(outputs.reduce((a, b) => a > b ? a : b)));
  }}
}}
"""


def held_out(name: str) -> tuple[Path, list[list[float]]]:
    """The file of the rows left out of training, and these rows."""
    path = ROOT / "examples" / f"{DATA.get(name, name)}_held_out.csv"
    with path.open(encoding="ascii") as file:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    return path, rows


def assert_known(name: str, found: list[int]) -> None:
    """The answers are right for nearly all rows left out of training."""
    labels = [row[-1] for row in held_out(name)[1]]
    right = sum(a == b for a, b in zip(found, labels, strict=True))
    assert right > KNOWN[name] * len(labels)


@pytest.mark.wide
@pytest.mark.parametrize("name", IN_PYTHON)
def test_an_example_knows_rows_left_out_of_training(name: str) -> None:
    emitted = runpy.run_path(str(GENERATED / "python" / f"{name}.py"))
    net = emitted[name.capitalize()]()
    net.train(*emitted["_data"]())
    outputs = [net.predict(row[:-1]) for row in held_out(name)[1]]
    assert_known(name, [o.index(max(o)) for o in outputs])


@pytest.mark.wide
@pytest.mark.parametrize("name", KNOWN)
def test_an_example_in_dart_knows_rows_left_out_of_training(
    name: str, tmp_path: Path
) -> None:
    shutil.copy(GENERATED / "dart" / f"{name}.dart", tmp_path)
    exam = tmp_path / "exam.dart"
    exam.write_text(EXAM.format(name=name, class_name=name.title().replace("_", "")))
    done = program(dart(), "run", exam, held_out(name)[0], environment=QUIET)
    assert done.code == 0, done.err
    assert_known(name, [int(line) for line in done.out.split()])


def test_xor_is_learned() -> None:
    emitted = runpy.run_path(str(GENERATED / "python" / "xor.py"))
    net = emitted["Xor"]()
    assert net.train(*emitted["_data"]()) < 0.01
    answers = [round(net.predict(sample)[0]) for sample in emitted["INPUTS"]]
    assert answers == [0, 1, 1, 0]


def test_the_rent_of_flats_that_it_has_never_seen_is_close() -> None:
    last = shown("rent").splitlines()[-1]
    found = re.fullmatch(r"test: 12 samples  loss (\d\.\d{12})", last)
    assert found, last
    assert float(found[1]) < 0.05  # of the variance of the rents


# --- What main shows --------------------------------------------------------------


def shown(name: str) -> str:
    """What the emitted Python file prints where nobody watches."""
    done = program(sys.executable, GENERATED / "python" / f"{name}.py")
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.mark.parametrize("name", wide_but(WITH_DATA, ("taste", "xor").__contains__))
def test_main_prints_the_same_text_in_every_language(name: str) -> None:
    done = program(
        dart(), "run", GENERATED / "dart" / f"{name}.dart", environment=QUIET
    )
    assert (done.code, done.out) == (0, shown(name))


def test_main_reports_the_first_epoch_and_every_so_many() -> None:
    lines = [line for line in shown("iris").splitlines() if line.startswith("epoch")]
    pattern = r"epoch +(\d+)  loss \d\.\d{12}  right \d+ of 120"
    found = [re.fullmatch(pattern, line) for line in lines]
    assert [int(match[1]) for match in found if match] == [1, *range(30, 301, 30)]
    assert len(found) == 11


@pytest.mark.wide
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_on_a_terminal_a_last_line_says_how_far_training_is() -> None:
    text = on_terminal(sys.executable, str(GENERATED / "python" / "digits.py"))
    live = re.findall(r"\r([^\r\n]+)\x1b\[K", text)
    assert all(re.fullmatch(r"\d+\.\d% done, \d+ s left", line) for line in live)
    assert len(live) > 1
    assert re.sub(r"\r[^\r\n]*\x1b\[K|\r", "", text) == shown("digits")


def on_terminal(*words: str) -> str:
    """All that a program prints on a terminal of its own."""
    ours, theirs = os.openpty()
    with subprocess.Popen(words, stdout=theirs) as process:
        os.close(theirs)
        text = b"".join(iter(lambda: piece(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    return text.decode()


def piece(descriptor: int) -> bytes:
    """What comes next from a terminal; nothing once its other end is closed."""
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # so Linux says it
        return b""
